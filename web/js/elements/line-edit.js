/**
 * <line-edit>: one help line: what visitors see, when somebody called it last, and a form to change it.
 * `show(line, languages)`, which leaves alone what is being written; `.typed`; tells `line-called` {id, seen} and `line-save`
 * (the line, with seen and removed); `kept(version)`, `say(words)`.
 */
import { isSameLine, noonOf } from "../model/texts.js";
import { languageName } from "../ui/desk-words.js";
import { button, make, put, tell } from "../ui/dom.js";
import { clock, t } from "../ui/strings.js";
/** @import {HelpLine, LineTold} from "../model/texts.js" */

const PER_LANGUAGE = /** @type {const} */ (["name", "about", "hours"]);

/** One line's form; built once, filled as often as the line is told. */
class LineForm {
  /** @type {Map<string, HTMLInputElement>} */
  #fields = new Map();
  #young = make("input", { type: "checkbox" });
  #languages;
  #line;
  /** The words as they were filled in, or kept. */
  #stood = "";
  #sent = "";

  /** @param {LineTold} line @param {readonly string[]} languages @param {(line: object) => void} saves */
  constructor(line, languages, saves) {
    this.#line = line;
    this.#languages = languages;
    const save = (/** @type {boolean} */ removed) => {
      this.#sent = JSON.stringify(this.#words);
      saves({ id: this.#line.id, seen: this.#line.version, ...this.#words, removed });
    };
    this.element = make("div", { className: "wordings" },
      make("section", {}, this.#field("phone", t("texts.phone"), { inputMode: "tel", maxLength: 24, dir: "ltr" }),
        this.#field("url", t("texts.url"), { inputMode: "url", maxLength: 200, dir: "ltr" }),
        this.#field("place", t("texts.place"), { inputMode: "numeric", maxLength: 3 }),
        make("label", { className: "tick" }, this.#young, make("span", {}, t("texts.young")))),
      ...languages.map((lang) => make("section", {}, make("h4", {}, languageName(lang)),
        ...PER_LANGUAGE.map((each) => this.#field(`${each}-${lang}`, t(`texts.line_${each}`), { maxLength: 200, lang })))),
      make("p", { className: "row" }, button(t("texts.save"), () => save(false), "main"),
        ...(line.id ? [button(t("texts.remove"), () => save(true))] : [])));
    this.#fill(line);
  }

  /** @type {(name: string, words: string, props: Partial<HTMLInputElement>) => HTMLElement} */
  #field(name, words, props) {
    const field = make("input", { type: "text", autocomplete: "off", ...props });
    this.#fields.set(name, field);
    return make("label", {}, make("span", {}, words), field);
  }

  /** @param {string} name */
  #value(name) {
    return this.#fields.get(name)?.value.trim() ?? "";
  }

  /** @returns {Omit<HelpLine, "id">} */
  get #words() {
    const [name, about, hours] = PER_LANGUAGE.map((each) => Object.fromEntries(this.#languages.map((lang) =>
      [lang, this.#value(`${each}-${lang}`)]).filter(([, words]) => words)));
    return { place: Number(this.#value("place")) || this.#line.place, phone: this.#value("phone"), url: this.#value("url"),
      for_young: this.#young.checked, name, about, hours };
  }

  get typed() {
    return JSON.stringify(this.#words) !== this.#stood;
  }

  /** @param {LineTold} line */
  #fill(line) {
    this.#line = line;
    /** @type {Record<string, string>} */
    const words = { place: String(line.place), phone: line.phone, url: line.url,
      ...Object.fromEntries(this.#languages.flatMap((lang) => PER_LANGUAGE.map((each) => [`${each}-${lang}`, line[each][lang] ?? ""]))) };
    for (const [name, field] of this.#fields) field.value = words[name];
    this.#young.checked = line.for_young;
    this.#stood = JSON.stringify(this.#words);
  }

  /** What somebody else has changed meanwhile is not overwritten: the form is of what it was filled from. @param {LineTold} line */
  show(line) {
    if (!this.typed) this.#fill(line);
    else if (isSameLine(line, this.#line)) this.#line = line;
  }

  /** What was sent stands. @param {number} version */
  kept(version) {
    this.#stood = this.#sent;
    if (this.#line.id) this.#line = { ...this.#line, ...JSON.parse(this.#sent), version };
  }
}

export class LineEdit extends HTMLElement {
  #said = make("p", { className: "hint", role: "status" });
  #title = make("bdi");
  #phone = make("bdi", { dir: "ltr" });
  #whose = make("span", { className: "unseen" });
  #called = make("p");
  #told = { id: "", seen: 0 };
  /** @type {LineForm | null} */
  #form = null;

  /** @type {(line: LineTold, languages: readonly string[]) => void} */
  show(line, languages) {
    const { id, version, name, phone, called, due } = line;
    this.#told = { id, seen: version };
    const title = name[document.documentElement.lang] || Object.values(name)[0] || "";
    const words = called === null ? t("texts.never") : t("texts.called", { date: clock(noonOf(called), { dateStyle: "long" }) });
    put(this.#title, title);
    put(this.#phone, phone);
    put(this.#whose, title && `: ${title}`);
    put(this.#called, due ? `${words} ${t("texts.due")}` : words);
    this.#called.className = due ? "band" : "hint";
    if (this.#form) this.#form.show(line);
    else this.#build(line, languages);
  }

  /** @type {(line: LineTold, languages: readonly string[]) => void} */
  #build(line, languages) {
    const isNew = line.id === "";
    this.#form = new LineForm(line, languages, (given) => tell(this, "line-save", given));
    this.replaceChildren(...(isNew ? [] : [make("h3", {}, this.#title, " ", this.#phone), this.#called,
      make("p", { className: "row" }, button(t("texts.call"), () => tell(this, "line-called", this.#told)))]),
    make("details", { open: isNew }, make("summary", {}, isNew ? t("texts.new_line") : t("texts.change"), this.#whose), this.#form.element),
    this.#said);
  }

  get typed() {
    return this.#form?.typed ?? false;
  }

  /** @param {number} version */
  kept(version) {
    put(this.#said, "");
    this.#form?.kept(version);
  }

  /** @param {string} words */
  say(words) {
    put(this.#said, words);
  }
}

customElements.define("line-edit", LineEdit);
