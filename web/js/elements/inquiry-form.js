/**
 * <inquiry-form>: a professional refers somebody, or asks for a workshop or a lecture; `.typed`, `clear()`; tells `inquiry-ready` fields
 * once nothing is missing. What seems to name somebody is warned of here, before anything leaves the page, and forbidden in nothing.
 */
import { ASKS, AUDIENCES, CONSENT, FORMS, ASKERS, MOST, SIZES, lackOf } from "../model/inquiry.js";
import { seemsToName } from "../model/names.js";
import { button, make, put, tell } from "../ui/dom.js";
import { choice, line, lines } from "../ui/fields.js";
import { t } from "../ui/strings.js";
/** @import {Field} from "../ui/fields.js" */

const AGES = 7;
/** Of an office a number or a name is asked for; of nobody else. */
const MAY_NAME = ["office"];

/** @type {(name: string, codes: readonly string[]) => Field} */
const coded = (name, codes) => choice(t(`inquiry.${name}`), "", [["", t("inquiry.choose")], ...codes.map((code) => /** @type {[string, string]} */ ([code, t(`inquiry.${name}_${code}`)]))]);

export class InquiryForm extends HTMLElement {
  /** @type {Record<string, Record<string, Field>>} */
  #fields = {};
  /** @type {Field} */
  #asker = coded("asker", ASKERS);
  /** @type {Field} */
  #office = line(t("inquiry.office"), "", MOST.office);
  #kind = "";
  #part = make("div");
  #names = make("p", { className: "band", hidden: true });
  #said = make("p", { className: "band", hidden: true });

  connectedCallback() {
    for (const said of [this.#names, this.#said]) said.setAttribute("role", "status");
    this.clear();
  }

  clear() {
    this.#kind = "";
    this.#asker = coded("asker", ASKERS);
    this.#office = line(t("inquiry.office"), "", MOST.office);
    const ages = Array.from({ length: AGES }, (_, at) => /** @type {[string, string]} */ ([String(at + 1), t(`page.age_${at + 1}`)]));
    this.#fields = {
      referral: { age_band: choice(t("inquiry.age_band"), "0", [["0", t("inquiry.unsaid")], ...ages]), asks: coded("asks", ASKS),
        consent: coded("consent", CONSENT), text: lines(t("inquiry.text"), "", MOST.text) },
      workshop: { form: coded("form", FORMS), audience: coded("audience", AUDIENCES), size: coded("size", SIZES),
        when: line(t("inquiry.when"), "", MOST.when), language: line(t("inquiry.language"), "", MOST.language), theme: lines(t("inquiry.theme"), "", MOST.theme) },
    };
    const kinds = ["referral", "workshop"].map((kind) => {
      const input = make("input", { type: "radio", name: "kind", value: kind, autocomplete: "off", onchange: () => this.#chose(kind) });
      return make("label", { className: "tick" }, input, make("span", {}, t(`inquiry.kind_${kind}`), make("small", {}, t(`inquiry.kind_${kind}_text`))));
    });
    this.#part.hidden = this.#said.hidden = this.#names.hidden = true;
    const go = make("p", { className: "row" }, button(t("inquiry.look"), () => this.#ready(), "main"));
    this.replaceChildren(make("fieldset", {}, make("legend", {}, t("inquiry.what")), ...kinds), this.#part, this.#names, this.#said, go);
    this.oninput = () => this.#look();
  }

  get #every() {
    return { asker: this.#asker, ...this.#fields[this.#kind], office: this.#office };
  }

  /** Has anything been written that would be lost? */
  get typed() {
    return Object.values(this.#fields).flatMap((part) => Object.values(part)).concat(this.#office).some(({ element, value }) => value && !element.querySelector("select"));
  }

  /** @param {string} kind */
  #chose(kind) {
    this.#kind = kind;
    const hints = kind === "referral" ? [make("p", { className: "hint" }, t("inquiry.no_names"))] : [];
    this.#part.replaceChildren(this.#asker.element, ...hints, ...Object.values(this.#fields[kind]).map(({ element }) => element),
      this.#office.element, make("p", { className: "hint" }, t("inquiry.office_hint")));
    this.#part.hidden = false;
    this.#look();
  }

  #look() {
    const seems = this.#kind ? Object.entries(this.#every).filter(([name, { element }]) => !MAY_NAME.includes(name) && !element.querySelector("select"))
      .map(([, { value }]) => seemsToName(value)).find(Boolean) ?? "" : "";
    put(this.#names, seems && t(seems.replace("desk.names_", "inquiry.names_")));
    this.#names.hidden = !seems;
    this.#said.hidden = true;
  }

  #ready() {
    if (!this.#kind) return this.#lacks("kind", this.querySelector("input"));
    const fields = Object.fromEntries(Object.entries(this.#every).map(([name, { value }]) => [name, name === "age_band" ? Number(value) : value]));
    const inquiry = { v: 1, kind: this.#kind, day: 0, ...fields };
    const lack = lackOf(inquiry);
    if (!lack) return tell(this, "inquiry-ready", inquiry);
    const field = /** @type {Record<string, Field>} */ (this.#every)[lack];
    return this.#lacks(lack, field);
  }

  /** @type {(name: string, field: {focus: () => void} | null) => void} */
  #lacks(name, field) {
    put(this.#said, t("inquiry.lack", { name: t(name === "kind" ? "inquiry.what" : `inquiry.${name}`) }));
    this.#said.hidden = false;
    field?.focus();
  }
}

customElements.define("inquiry-form", InquiryForm);
