/**
 * <text-edit>: one text in its languages: what stands, a place to write another, a preview as visitors see it, and what
 * stood before. `show(texts)`, which leaves alone what is being written; `.typed`; tells `text-save` {key, language, seen, text}
 * and `text-history` {key, language}; `kept(language, standing)`, `told(language, words)`, `remember(language, editions)`.
 */
import { beginning, faultOf } from "../model/texts.js";
import { languageName } from "../ui/desk-words.js";
import { button, make, put, tell } from "../ui/dom.js";
import { clock, t } from "../ui/strings.js";
/** @import {Edition, TextTold} from "../model/texts.js" */

const DATE = /** @type {const} */ ({ dateStyle: "medium", timeStyle: "short" });

/** @type {(text: string) => string} */
const inOneLine = (text) => text.replace(/\s+/g, " ").trim();

/** One language of it. */
class Wording {
  #told;
  #box;
  #said = make("p", { className: "hint", role: "status" });
  #seen = make("p", { className: "preview" });
  #before = make("ol", { className: "editions", hidden: true });

  /** @param {TextTold} told @param {(name: string, detail: unknown) => void} tells */
  constructor(told, tells) {
    this.#told = told;
    this.#box = make("textarea", { value: told.text, lang: told.language, autocomplete: "off", dir: "auto" });
    this.#box.addEventListener("input", () => this.#changed());
    const { key, language } = told;
    const save = () => {
      const text = inOneLine(this.#box.value);
      const fault = faultOf(told, text);
      put(this.#said, fault && t(fault, { places: told.places.join(" ") }));
      if (fault) this.#box.focus();
      else tells("text-save", { key, language, seen: this.#told.version, text });
    };
    const back = () => this.write(told.original);
    this.element = make("section", {}, make("label", {}, make("span", {}, languageName(language)), this.#box),
      make("p", { className: "hint" }, told.places.length ? t("texts.kept", { places: told.places.join(" ") }) : ""),
      make("p", { className: "hint" }, t("texts.preview")), this.#seen, this.#said,
      make("p", { className: "row" }, button(t("texts.save"), save, "main"), button(t("texts.original"), back),
        button(t("texts.history"), () => tells("text-history", { key, language }))), this.#before);
    this.#changed();
  }

  get typed() {
    return inOneLine(this.#box.value) !== inOneLine(this.#told.text);
  }

  /** What is being written stays a change of what stood when it was begun. @param {TextTold} told */
  show(told) {
    if (this.typed || told.version === this.#told.version) return;
    this.#told = told;
    this.#box.value = told.text;
    this.#changed();
  }

  /** It stands. @param {{version: number, text: string}} standing */
  kept(standing) {
    this.#told = { ...this.#told, ...standing };
    this.#before.hidden = true;
  }

  /** @param {string} text */
  write(text) {
    this.#box.value = text;
    this.#changed();
    this.#box.focus();
  }

  #changed() {
    this.#seen.lang = this.#told.language;
    this.#seen.replaceChildren(...this.#box.value.split(/(\{\w+\})/).map((part, at) => (at % 2 ? make("mark", {}, part) : part)));
    put(this.#said, "");
  }

  /** @param {string} words */
  say(words) {
    put(this.#said, words);
  }

  /** @param {Edition[]} editions */
  remember(editions) {
    this.#before.hidden = false;
    const use = (/** @type {string} */ text) => button(t("texts.use"), () => this.write(text));
    this.#before.replaceChildren(...editions.map(({ text, by, at }) => make("li", {}, make("p", {}, text),
      make("p", { className: "hint" }, t("texts.by", { name: by, time: clock(at, DATE) })), use(text))),
    make("li", {}, make("p", {}, this.#told.original), make("p", { className: "hint" }, t("texts.came")), use(this.#told.original)));
  }
}

export class TextEdit extends HTMLElement {
  /** @type {Map<string, Wording>} */
  #wordings = new Map();
  #begins = make("span");
  #edited = make("small");

  /** @param {TextTold[]} texts */
  show(texts) {
    if (!this.#wordings.size) this.#build(texts);
    for (const told of texts) this.#wordings.get(told.language)?.show(told);
    const first = texts.find(({ language }) => language === document.documentElement.lang) ?? texts[0];
    put(this.#begins, beginning(first.text));
    put(this.#edited, texts.some(({ version }) => version > 0) ? ` ${t("texts.edited")}` : "");
  }

  /** @param {TextTold[]} texts */
  #build(texts) {
    const tells = (/** @type {string} */ name, /** @type {unknown} */ detail) => tell(this, name, detail);
    this.#wordings = new Map(texts.map((told) => [told.language, new Wording(told, tells)]));
    this.replaceChildren(make("details", {}, make("summary", {}, this.#begins, this.#edited),
      make("div", { className: "wordings" }, ...[...this.#wordings.values()].map(({ element }) => element))));
  }

  get typed() {
    return [...this.#wordings.values()].some(({ typed }) => typed);
  }

  /** @type {(language: string, standing: {version: number, text: string}) => void} */
  kept(language, standing) {
    this.#wordings.get(language)?.kept(standing);
  }

  /** @type {(language: string, words: string) => void} */
  told(language, words) {
    this.#wordings.get(language)?.say(words);
  }

  /** @type {(language: string, editions: Edition[]) => void} */
  remember(language, editions) {
    this.#wordings.get(language)?.remember(editions);
  }
}

customElements.define("text-edit", TextEdit);
