/**
 * <plan-copy>: the visitor's copy of an action plan, in plain words, and printed on one page; `show(copy)`. On paper there
 * is nothing but the plan: no name of the service, no code.
 */
import { button, make } from "../ui/dom.js";
import { printAlone } from "../ui/printed.js";
import { clock, t } from "../ui/strings.js";
/** @import {Copy} from "../model/plan-copy.js" */

/** @type {(day: string) => string} */
const dayWords = (day) => (/^\d{4}-\d\d-\d\d$/.test(day) ? clock(Date.parse(`${day}T12:00Z`) / 60_000, { dateStyle: "long" }) : "");

export class PlanCopy extends HTMLElement {
  /** @param {Copy} copy */
  show(copy) {
    const print = button(t("plan.print"), () => printAlone(...written(copy)));
    this.replaceChildren(...written(copy), make("p", { className: "row" }, print));
  }
}

/** @type {(copy: Copy) => HTMLElement[]} */
function written({ day, aim, next, words, rows }) {
  const date = dayWords(day);
  return [make("h2", {}, date ? t("plan.name", { date }) : t("plan.name_only")), ...said("plan.aim", aim),
    make("ol", {}, ...rows.map((row) => make("li", {}, make("p", {}, make("b", { dir: "auto" }, row.goal)),
      make("p", { className: "hint" }, t(row.direction === "lessen" ? "plan.lessen" : "plan.strengthen")),
      ...said("plan.measure", row.measure), ...said("plan.who", row.who), ...said("plan.due", dayWords(row.due)),
      ...said("plan.follow_up", dayWords(row.follow_up))))),
    ...said("plan.next", dayWords(next)), ...said("", words)];
}

/** Nothing, where nothing was written. @type {(key: string, value: string) => HTMLElement[]} */
const said = (key, value) => (value ? [make("p", { className: "text" }, ...(key ? [`${t(key)} `] : []), make("span", { dir: "auto" }, value))] : []);

customElements.define("plan-copy", PlanCopy);
