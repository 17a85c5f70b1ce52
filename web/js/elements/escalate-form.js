/**
 * <escalate-form>: what is to be sent to the supervisors, as an adviser writes it; what was written stays until it was sent or
 * its writer has left the desk. `begin(room)`, null when it can only be about a pattern; tells `escalate-ready` shown.
 */
import { ASK, SUMMARY, lackOf } from "../model/escalation.js";
import { PROTECTIVE, RISK } from "../model/factors.js";
import { make, put, tell } from "../ui/dom.js";
import { nameWarning } from "../ui/name-warning.js";
import { t } from "../ui/strings.js";
/** @import {Shown} from "../model/escalation.js" */
/** @import {Room} from "../session/views.js" */

/** @type {(name: string, last: number, words: (n: number) => string, first?: number) => HTMLSelectElement} */
const choice = (name, last, words, first = 1) => make("select", { name, autocomplete: "off" },
  ...first ? [make("option", { value: "0" }, t("escalate.desk_unsaid"))] : [],
  ...Array.from({ length: last + 1 - first }, (_, at) => make("option", { value: String(at + first) }, words(at + first))));

/** @type {(name: string, field: HTMLElement, hint?: string) => HTMLElement} */
const labelled = (name, field, hint = "") => make("label", {}, make("span", {}, name), field,
  ...hint ? [make("small", {}, hint)] : []);

/** @type {(name: string, ids: readonly string[], title: string) => HTMLElement} */
const ticks = (name, ids, title) => make("details", {}, make("summary", {}, title), ...ids.map((id) =>
  make("label", { className: "tick" }, make("input", { type: "checkbox", name, value: id }), " ", make("span", {}, t(`factor.${id}`)))));

export class EscalateForm extends HTMLElement {
  #form = make("form", { noValidate: true, autocomplete: "off" });
  #summary = make("textarea", { name: "summary", rows: 5, maxLength: SUMMARY, dir: "auto" });
  #ask = make("textarea", { name: "ask", rows: 2, maxLength: ASK, dir: "auto" });
  #urgency = choice("urgency", 3, (n) => t(`escalate.urgency_${n}`), 0);
  #relation = choice("relation", 16, (n) => t(`page.relation_${n}`));
  #age = choice("age_band", 7, (n) => t(`page.age_${n}`));
  #milieu = choice("milieu", 7, (n) => t(`page.topic_${n}`));
  #names = nameWarning(this.#summary, this.#ask);
  #said = make("p", { className: "band", role: "alert", hidden: true });
  #send = make("button", { type: "submit", className: "main" });
  #with = make("input", { type: "radio", name: "about", value: "visitor" });
  #pattern = make("input", { type: "radio", name: "about", value: "pattern" });
  #room = "";

  connectedCallback() {
    const about = (/** @type {HTMLInputElement} */ field, /** @type {string} */ words) =>
      make("label", { className: "tick" }, field, " ", make("span", {}, words));
    this.#form.replaceChildren(
      make("fieldset", {}, make("legend", {}, t("escalate.desk_about")), about(this.#with, t("escalate.desk_visitor")),
        about(this.#pattern, t("escalate.about_pattern"))),
      labelled(t("escalate.summary"), this.#summary, t("escalate.desk_summary")), labelled(t("escalate.ask"), this.#ask), this.#names,
      labelled(t("escalate.urgency"), this.#urgency),
      make("div", { className: "coded" }, labelled(t("escalate.relation"), this.#relation), labelled(t("escalate.age"), this.#age),
        labelled(t("escalate.milieu"), this.#milieu)),
      ticks("risk", RISK, t("escalate.risk")), ticks("protective", PROTECTIVE, t("escalate.protective")), this.#said,
      make("p", { className: "row" }, this.#send));
    this.#form.addEventListener("input", () => this.#typed());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#ready();
    });
    this.replaceChildren(this.#form);
  }

  /** @param {Room | null} room */
  begin(room) {
    this.#with.disabled = !room;
    if (room && room.id !== this.#room) {
      this.#room = room.id;
      [this.#relation.value, this.#age.value, this.#milieu.value] = [room.relation, room.age, room.topic].map(String);
    }
    this.#with.checked = room !== null;
    this.#pattern.checked = room === null;
    this.#typed();
    this.#summary.focus();
  }

  /** It was sent, or its writer has left the desk; nothing of it stays. */
  empty() {
    this.#form.reset();
    this.#room = "";
    this.#typed();
  }

  get typed() {
    return this.#summary.value || this.#ask.value;
  }

  /** @param {string} name */
  #ticked(name) {
    return [...this.#form.querySelectorAll(`[name=${name}]:checked`)].map((each) => /** @type {HTMLInputElement} */ (each).value);
  }

  /** @returns {Shown} */
  get #shown() {
    return { about: this.#with.checked ? "visitor" : "pattern", urgency: Number(this.#urgency.value), relation: Number(this.#relation.value),
      age_band: Number(this.#age.value), milieu: Number(this.#milieu.value), risk: this.#ticked("risk"),
      protective: this.#ticked("protective"), summary: this.#summary.value.trim(), ask: this.#ask.value.trim() };
  }

  #typed() {
    this.#names.look();
    this.#said.hidden = true;
    put(this.#send, t(this.#with.checked ? "escalate.desk_show" : "escalate.desk_send"));
  }

  #ready() {
    const shown = this.#shown;
    const lack = lackOf(shown);
    put(this.#said, lack && t(lack));
    this.#said.hidden = !lack;
    if (lack) return this.#summary.focus();
    return tell(this, "escalate-ready", shown);
  }
}

customElements.define("escalate-form", EscalateForm);
