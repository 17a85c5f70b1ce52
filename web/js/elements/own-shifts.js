/** <own-shifts>: a member's own next shifts, what a colleague asks, and whether they are here as an extra; `show({look, me, isOn})`. */
import { nameOf, ownOf, timeOf } from "../model/rota.js";
import { button, make, tell } from "../ui/dom.js";
import { dayName, hours, shiftLine } from "../ui/rota-words.js";
import { t } from "../ui/strings.js";
/** @import {Look, Shift} from "../model/rota.js" */

export class OwnShifts extends HTMLElement {
  #drawn = "";

  /** @param {{look: Look | null, me: number, isOn: boolean}} view */
  show({ look, me, isOn }) {
    const key = JSON.stringify([look, me, isOn]);
    if (key === this.#drawn) return;
    this.#drawn = key;
    if (!look) return this.replaceChildren();
    const { now, next, asked } = ownOf(look, me);
    const said = now ? t("rota.own_now", { time: timeOf(now.end) }) : isOn ? t("rota.own_extra") : next.length ? "" : t("rota.own_none");
    return this.replaceChildren(...asked.map((shift) => this.#question(look, shift)), make("p", { className: "hint", hidden: !said }, said),
      make("ul", { hidden: !next.length }, ...next.map((shift) => this.#item(shift))));
  }

  /** @param {Shift} shift */
  #item(shift) {
    const link = make("a", { href: `${this.dataset.rota}#${shift.day}`, target: "_blank", rel: "opener" },
      dayName(shift.day), " ", hours(shift));
    return make("li", {}, link, ...(shift.role === 2 ? [` ${t("rota.role_2")}`] : []));
  }

  /** @type {(look: Look, shift: Shift) => HTMLElement} */
  #question(look, shift) {
    const answer = (/** @type {boolean} */ yes) => tell(this, "swap-answer", { day: shift.day, number: shift.number, yes });
    return make("div", { className: "band" }, make("p", {}, t("rota.own_asks", { name: nameOf(look, shift.idx) })),
      make("p", {}, dayName(shift.day), " ", shiftLine(look, shift)),
      make("p", { className: "row" }, button(t("rota.yes"), () => answer(true)), button(t("rota.no"), () => answer(false))));
  }
}

customElements.define("own-shifts", OwnShifts);
