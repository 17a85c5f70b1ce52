/**
 * <escalation-card>: the visitor sees what their adviser would send to the supervisors, and says yes or no;
 * `ask(shown, hasCode)`; tells `escalation-answer` {ok, reach}.
 */
import { button, make, put, tell } from "../ui/dom.js";
import { t } from "../ui/strings.js";
import { EscalationShown } from "./escalation-shown.js";
/** @import {Shown} from "../model/escalation.js" */

export class EscalationCard extends HTMLElement {
  #name = make("h2", { tabIndex: -1 });
  #lead = make("p");
  #shown = new EscalationShown();
  #reach = make("input", { type: "checkbox" });
  #reachWords = make("span");
  #tick = make("label", { className: "tick" }, this.#reach, " ", this.#reachWords);
  #said = make("p", { role: "status" });
  #acts = make("p", { className: "row" });

  connectedCallback() {
    this.className = "card asked";
    this.setAttribute("role", "group");
    this.replaceChildren(this.#said, this.#name, this.#lead, this.#shown, this.#tick, this.#acts);
  }

  /** @type {(shown: Shown, hasCode: boolean) => void} */
  ask(shown, hasCode) {
    put(this.#name, t("escalate.card"));
    this.setAttribute("aria-label", t("escalate.card"));
    put(this.#lead, t("escalate.card_text"));
    this.#shown.show(shown);
    for (const part of [this.#name, this.#lead, this.#tick]) part.hidden = false;
    this.#reach.checked = false;
    this.#reach.disabled = !hasCode;
    put(this.#reachWords, t(hasCode ? "escalate.card_reach" : "escalate.card_no_code"));
    put(this.#said, t("escalate.card_new"));
    this.#acts.replaceChildren(button(t("escalate.card_yes"), () => this.#answer(true), "main"),
      button(t("escalate.card_no"), () => this.#answer(false)));
    this.scrollIntoView({ block: "nearest" });
  }

  /** @param {boolean} ok */
  #answer(ok) {
    tell(this, "escalation-answer", { ok, reach: ok && this.#reach.checked });
    for (const part of [this.#name, this.#lead, this.#tick]) part.hidden = true;
    this.#shown.replaceChildren();
    put(this.#said, t(ok ? "escalate.card_said_yes" : "escalate.card_said_no"));
    this.#acts.replaceChildren(button(t("page.close"), () => this.remove()));
  }
}

customElements.define("escalation-card", EscalationCard);
