/**
 * <decision-form>: what a supervisor decides about an escalation; `show({folder, duty})`; tells `escalation-decide` choice. What was
 * begun stays with its escalation until it was `decided()`, or `forget()`. For a report of concern it goes through what is to be
 * thought of; of these ticks nothing is kept, only day and municipality.
 */
import { DECISIONS, GRAVE, NO_REPORTS, REASONS, TEXT } from "../model/escalation.js";
import { make, put, tell } from "../ui/dom.js";
import { nameWarning } from "../ui/name-warning.js";
import { t } from "../ui/strings.js";
/** @import {Folder} from "../session/inbox.js" */

const BY_TWO = ["report_of_concern", "police"];
const WITH_DAY = ["report_of_concern", "municipality"];
const THINK_OF = ["minor", "known", "told", "where"];

/** @type {(name: string, codes: readonly string[], words: (code: string) => string) => HTMLSelectElement} */
const choice = (name, codes, words) => make("select", { name, autocomplete: "off" },
  make("option", { value: "" }, t("inbox.choose")), ...codes.map((value) => make("option", { value }, words(value))));

/** @type {(name: string, field: HTMLElement) => HTMLElement} */
const labelled = (name, field) => make("label", {}, make("span", {}, name), field);

/** @param {string} note */
const isOwn = (note) => note.trim() !== "" && note !== t("inbox.note_counselling");

export class DecisionForm extends HTMLElement {
  #form = make("form", { noValidate: true, autocomplete: "off" });
  #decision = choice("decision", DECISIONS, (code) => t(`inbox.decision_${code}`));
  #reason = choice("reason", REASONS, (code) => t(`inbox.reason_${code}`));
  #why = make("select", { name: "no_report", autocomplete: "off" });
  #whyField = labelled(t("inbox.no_report"), this.#why);
  #duty = make("p", { className: "hint" });
  #think = make("fieldset", {}, make("legend", {}, t("inbox.think")), make("p", { className: "hint" }, t("inbox.think_text")),
    ...THINK_OF.map((each) => make("label", { className: "tick" }, make("input", { type: "checkbox" }), " ", make("span", {}, t(`inbox.think_${each}`)))));
  #day = make("input", { type: "date", name: "day", autocomplete: "off" });
  #municipality = make("input", { type: "text", name: "municipality", maxLength: 60, autocomplete: "off" });
  #where = make("div", { className: "coded" }, labelled(t("inbox.report_day"), this.#day), labelled(t("inbox.municipality"), this.#municipality));
  #note = make("textarea", { name: "note", rows: 3, maxLength: TEXT, dir: "auto" });
  #noteField = labelled(t("inbox.note"), this.#note);
  #names = nameWarning(this.#note);
  #two = make("p", { className: "band", hidden: true });
  #said = make("p", { className: "band", role: "alert", hidden: true });
  #record = "";
  /** What was begun, by record: the fields with a name. @type {Map<string, Record<string, string>>} */
  #begun = new Map();
  #isGrave = false;
  #law = "advised";

  connectedCallback() {
    const go = make("button", { type: "submit", className: "main" });
    put(go, t("inbox.decide"));
    this.#form.replaceChildren(make("h3", {}, t("inbox.decide_name")), this.#duty, labelled(t("inbox.decision"), this.#decision), this.#think,
      this.#where, labelled(t("inbox.reason"), this.#reason), this.#whyField, this.#noteField, this.#names, this.#two, this.#said, make("p", { className: "row" }, go));
    this.#decision.addEventListener("change", () => this.#chosen());
    for (const sign of ["input", "change"]) this.#form.addEventListener(sign, () => this.#begun.set(this.#record, this.#named));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#decide();
    });
    this.replaceChildren(this.#form);
  }

  get #named() {
    return /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(this.#form)));
  }

  /** What somebody wrote in words of their own. */
  get typed() {
    return [...this.#begun.values()].flatMap(({ note, municipality }) => [isOwn(note) ? note : "", municipality]).filter(Boolean);
  }

  /** It was decided; nothing of it stays. */
  decided() {
    this.#begun.delete(this.#record);
    this.#again();
  }

  /** Its writer has left. */
  forget() {
    this.#begun.clear();
    this.#again();
  }

  #again() {
    this.#form.reset();
    for (const [name, value] of Object.entries(this.#begun.get(this.#record) ?? {})) {
      /** @type {HTMLInputElement} */ (this.#form.elements.namedItem(name)).value = value;
    }
    this.#look();
  }

  /** @param {{folder: Folder, duty: string}} view */
  show({ folder: { line: { record, state }, sent }, duty }) {
    this.hidden = state === "named" || !sent;
    if (record === this.#record && duty === this.#law) return;
    [this.#record, this.#law, this.#isGrave] = [record, duty, sent?.urgency === GRAVE];
    put(this.#duty, t(`inbox.duty_${duty}`));
    this.#why.replaceChildren(make("option", { value: "" }, t("inbox.choose")),
      ...NO_REPORTS.filter((code) => duty === "per_case" || code !== "not_under_duty")
        .map((value) => make("option", { value }, t(`inbox.no_report_${value}`))));
    this.#noteField.hidden = !sent?.contact;
    this.#again();
  }

  /** Another decision comes with its own words to the visitor, unless there are some already. */
  #chosen() {
    const words = this.#decision.value === "counselling" ? t("inbox.note_counselling") : "";
    if (!this.#noteField.hidden && !isOwn(this.#note.value)) this.#note.value = words;
    this.#look();
  }

  #look() {
    const { value } = this.#decision;
    this.#think.hidden = value !== "report_of_concern";
    this.#where.hidden = !WITH_DAY.includes(value);
    this.#whyField.hidden = this.#law === "advised" || !value || value === "report_of_concern";
    this.#two.hidden = !(value && (this.#isGrave || BY_TWO.includes(value)));
    put(this.#two, t(this.#isGrave ? "inbox.two_grave" : "inbox.two_names"));
    this.#names.look();
    this.#said.hidden = true;
  }

  get #lack() {
    const { value } = this.#decision;
    if (!value) return "inbox.lack_decision";
    if (!this.#reason.value) return "inbox.lack_reason";
    if (!this.#whyField.hidden && !this.#why.value) return "inbox.lack_no_report";
    if (WITH_DAY.includes(value) && !(this.#day.value && this.#municipality.value.trim())) return "inbox.lack_report";
    const thought = [...this.#think.querySelectorAll("input")].every(({ checked }) => checked);
    return value === "report_of_concern" && !thought ? "inbox.lack_think" : "";
  }

  #decide() {
    const lack = this.#lack;
    put(this.#said, lack && t(lack));
    this.#said.hidden = !lack;
    if (lack) return undefined;
    const { value: decision } = this.#decision;
    return tell(this, "escalation-decide", { decision, reason: this.#reason.value, no_report: this.#whyField.hidden ? "" : this.#why.value,
      note: this.#noteField.hidden ? "" : this.#note.value.trim(),
      report: WITH_DAY.includes(decision) ? { day: this.#day.value, municipality: this.#municipality.value.trim() } : null });
  }
}

customElements.define("decision-form", DecisionForm);
