/**
 * <inquiry-status>: how everything stands that was asked under a code, each with its sealed answer; `show(standing)`, `ask()`;
 * tells `inquiry-again`, `inquiry-leave`, and `inquiry-erase`, true once it was asked whether that is meant.
 */
import { button, make, tell } from "../ui/dom.js";
import { clock, t } from "../ui/strings.js";
/** @import {Standing} from "../session/inquiry.js" */

const DAY = 24 * 60;
/** @type {(minute: number) => string} */
const day = (minute) => clock(minute, { weekday: "long", day: "numeric", month: "long" });

export class InquiryStatus extends HTMLElement {
  #acts = make("div");

  /** @param {readonly Standing[]} standing */
  show(standing) {
    const none = standing.length ? [] : [make("p", { className: "lead" }, t("inquiry.none"))];
    this.#acts.replaceChildren(make("p", { className: "row" }, button(t("inquiry.again"), () => tell(this, "inquiry-again"), "main"),
      button(t("inquiry.erase"), () => tell(this, "inquiry-erase", false)), button(t("inquiry.leave"), () => tell(this, "inquiry-leave"))));
    this.replaceChildren(...none, ...standing.map((each) => this.#card(each)), this.#acts);
  }

  /** Is it meant? */
  ask() {
    const sure = make("p", { className: "band", tabIndex: -1 }, t("inquiry.erase_sure"));
    this.#acts.replaceChildren(sure, make("p", { className: "row" }, button(t("inquiry.erase_yes"), () => tell(this, "inquiry-erase", true), "main"),
      button(t("inquiry.erase_no"), () => tell(this, "inquiry-again"))));
    sure.focus();
  }

  /** @type {(each: Standing) => HTMLElement} */
  #card({ hour, state, reason, until, outcome, name, written, isProven }) {
    const head = make("h3", {}, t(isProven ? `inquiry.state_${state}` : "inquiry.state_unproven"));
    /** @type {HTMLElement[]} */
    const lines = [make("p", { className: "hint" }, t("inquiry.came", { when: day(hour * 60) }))];
    if (!isProven) lines.push(make("p", { className: "band" }, t("inquiry.unproven")));
    else if (reason) lines.push(make("p", {}, t(`inquiry.told_${reason}`)));
    else lines.push(make("p", {}, t(`inquiry.told_${state}`)));
    if (isProven && outcome?.text) lines.push(make("blockquote", {}, make("p", { className: "hint" }, t("inquiry.wrote", { name, when: day(written * 60) })),
      make("p", { className: "text", dir: "auto" }, outcome.text)));
    lines.push(make("p", { className: "hint" }, t("inquiry.until", { when: day(until * DAY) })));
    return make("article", { className: "card" }, head, ...lines);
  }
}

customElements.define("inquiry-status", InquiryStatus);
