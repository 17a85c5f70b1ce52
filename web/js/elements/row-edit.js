/**
 * <row-edit>: a row of the sheet, and a form to propose another wording, or a new row; and <row-waiting>: a proposal that
 * another person agrees to. `show(row, parts)`, which leaves alone what is being written; `.typed`, `kept()`; tell
 * `row-propose`, `row-agree`, `row-back`. What touches faith, origin or opinion is sent only with the tick that the rule was
 * read.
 */
import { PARTS } from "../model/case.js";
import { isSameText } from "../model/texts.js";
import { languageName } from "../ui/desk-words.js";
import { button, make, put, tell } from "../ui/dom.js";
import { choice, line, tick } from "../ui/fields.js";
import { t } from "../ui/strings.js";
/** @import {Part} from "../model/case.js" */

/** @typedef {{id: string, part: Part, place: number, texts: Record<string, string>}} RowTexts */
/** @typedef {RowTexts & {version: number, stands: boolean, by: string, mine: boolean,
 *   waiting: (RowTexts & {removed: boolean, touched: string[]}) | null}} RowTold */

/** @type {(texts: Record<string, string>) => string} */
const inWords = (texts) => texts[document.documentElement.lang] ?? Object.values(texts)[0] ?? "";

/** The words of a text that begin as one of the list does. @type {(texts: readonly string[], blocked: readonly string[]) => string[]} */
export const touched = (texts, blocked) => [...new Set(texts.flatMap((text) => text.toLowerCase().match(/\p{L}+/gu) ?? []))]
  .filter((word) => blocked.some((begun) => word.startsWith(begun.toLowerCase())));

/** @typedef {{languages: readonly string[], blocked: readonly string[], mayEdit: boolean}} Parts */

export class RowEdit extends HTMLElement {
  #said = make("p", { className: "hint", role: "status" });
  /** @type {RowTold | null} */
  #row = null;
  /** What the form was drawn from. */
  #drawn = "";
  /** What the form said when it was drawn, or sent. */
  #stood = "";
  /** What it says; nothing without a form. */
  #words = () => "";

  /** @type {(row: RowTold | null, parts: Parts) => void} */
  show(row, parts) {
    if (this.typed) return this.#goOn(row);
    const drawn = JSON.stringify([row, parts]);
    if (drawn === this.#drawn) return undefined;
    this.#row = row;
    this.#drawn = drawn;
    return this.#draw(parts);
  }

  /** What is being written stays a change of what stood when it was begun. @param {RowTold | null} row */
  #goOn(row) {
    if (row && this.#row && !row.waiting && isSameText(row.texts, this.#row.texts)) this.#row = row;
  }

  get typed() {
    return this.#words() !== this.#stood;
  }

  /** It waits for another person. */
  kept() {
    this.#stood = this.#words();
    this.#drawn = "";
  }

  /** @param {Parts} parts */
  #draw({ languages, blocked, mayEdit }) {
    const row = this.#row;
    const name = row ? inWords(row.texts) : t("rows.new");
    this.#words = () => "";
    const form = mayEdit && !row?.waiting ? [make("details", {}, make("summary", {}, row ? t("rows.change") : t("rows.new"),
      make("span", { className: "unseen" }, row ? `: ${name}` : "")), this.#form(languages, blocked)), this.#said] : [];
    this.#stood = this.#words();
    put(this.#said, "");
    this.replaceChildren(...(row ? [make("p", {}, name)] : []), ...form);
  }

  /** @type {(languages: readonly string[], blocked: readonly string[]) => HTMLElement} */
  #form(languages, blocked) {
    const row = this.#row;
    const part = row ? null : choice(t("rows.part"), "risk", PARTS.map((each) => [each, t(`case.part_${each}`)]));
    const texts = languages.map((lang) => ({ lang, field: line(languageName(lang), row?.texts[lang] ?? "", 160) }));
    const given = () => Object.fromEntries(texts.map(({ lang, field }) => [lang, field.value]));
    const warning = make("p", { className: "band", hidden: true });
    warning.setAttribute("role", "alert");
    const warned = tick(t("rows.warned"), false);
    warned.element.hidden = true;
    const propose = (/** @type {boolean} */ removed) => {
      const all = Object.values(given());
      if (all.some((text) => !text)) return put(this.#said, t("rows.empty"));
      put(this.#said, "");
      const words = touched(all, blocked);
      warning.hidden = warned.element.hidden = !words.length;
      put(warning, words.length ? t("rows.warn", { words: words.join(", ") }) : "");
      if (words.length && !warned.checked) return undefined;
      return tell(this, "row-propose", { id: row?.id ?? "", part: part?.value ?? row?.part, place: row?.place ?? 99, texts: given(), removed,
        seen: this.#row?.version ?? 0, warned: warned.checked });
    };
    this.#words = () => JSON.stringify([part?.value, given()]);
    return make("div", {}, ...(part ? [part.element] : []), ...texts.map(({ field }) => field.element), warning, warned.element,
      make("p", { className: "row" }, button(t("rows.propose"), () => propose(false), "main"),
        ...(row ? [button(t("rows.remove"), () => propose(true))] : [])));
  }

  /** @param {string} words */
  say(words) {
    put(this.#said, words);
  }
}

export class RowWaiting extends HTMLElement {
  /** @param {RowTold} row */
  show(row) {
    const { id, version: seen, by, mine, waiting, stands } = row;
    if (!waiting) return;
    const kind = waiting.removed ? t("rows.is_removed") : stands ? t("rows.is_changed") : t("rows.is_new");
    const warned = tick(t("rows.warned"), false);
    const warning = waiting.touched.length ? [make("p", { className: "band" }, t("rows.warn", { words: waiting.touched.join(", ") })),
      ...(mine ? [] : [warned.element])] : [];
    const agree = () => (waiting.touched.length && !warned.checked ? undefined
      : tell(this, "row-agree", { id, seen, warned: warned.checked }));
    this.replaceChildren(make("h3", {}, `${kind} `, make("span", {}, inWords(waiting.texts))),
      make("ul", {}, ...Object.entries(waiting.texts).map(([lang, text]) => make("li", { lang }, `${languageName(lang)}: ${text}`))),
      make("p", { className: "hint" }, mine ? t("rows.mine") : t("rows.by", { name: by })), ...warning,
      make("p", { className: "row" }, ...(mine ? [] : [button(t("rows.agree"), agree, "main")]),
        button(t("rows.take_back"), () => tell(this, "row-back", { id, seen }))));
  }
}

customElements.define("row-edit", RowEdit);
customElements.define("row-waiting", RowWaiting);
