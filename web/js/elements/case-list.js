/** <case-list>: one's cases, those to be looked at again first; `show({cases, today})`; tells `case-open` id. */
import { caseName, isDue } from "../model/case.js";
import { button, make, tell } from "../ui/dom.js";
import { t } from "../ui/strings.js";
import { dayWords } from "./case-sheet.js";

/** @typedef {{id: string, next: string, isClosed: boolean}} Listed */

export class CaseList extends HTMLElement {
  /** @type {(view: {cases: readonly Listed[], today: string}) => void} */
  show({ cases, today }) {
    const late = (/** @type {Listed} */ each) => (each.isClosed ? "9" : each.next || "8");
    const sorted = [...cases].sort((a, b) => (late(a) < late(b) ? -1 : 1));
    this.replaceChildren(...(sorted.length ? [make("ul", {}, ...sorted.map((each) => this.#line(each, today)))]
      : [make("p", {}, t("case.none"))]));
  }

  /** @type {(each: Listed, today: string) => HTMLElement} */
  #line({ id, next, isClosed }, today) {
    const said = isClosed ? t("case.is_closed") : isDue(next, today) ? t("case.due") : next && t("case.next_day", { date: dayWords(next) });
    return make("li", {}, button(t("case.case", { name: caseName(id) }), () => tell(this, "case-open", id)), " ", make("span", {}, said));
  }
}

customElements.define("case-list", CaseList);
