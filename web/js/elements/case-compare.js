/** <case-compare>: two dates of a sheet side by side, in words; `show({sheets, form})`, the newest first. Nothing is counted. */
import { sideBySide } from "../model/case.js";
import { make } from "../ui/dom.js";
import { choice } from "../ui/fields.js";
import { t } from "../ui/strings.js";
import { dayWords, rowWords } from "./case-sheet.js";
/** @import {FormRow, Row, Sheet} from "../model/case.js" */

/** @type {(said: Row | string) => string} */
const words = (said) => (typeof said === "string" ? t(`case.answer_${said}`) : rowWords(said));

export class CaseCompare extends HTMLElement {
  /** @type {(view: {sheets: readonly Sheet[], form: readonly FormRow[]}) => void} */
  show({ sheets, form }) {
    this.hidden = sheets.length < 2;
    if (this.hidden) return this.replaceChildren();
    const days = sheets.map(({ day }, at) => /** @type {const} */ ([String(at), dayWords(day)]));
    const [one, other] = [choice(t("case.compare_one"), "1", days), choice(t("case.compare_other"), "0", days)];
    const place = make("div", { className: "wide" });
    const draw = () => place.replaceChildren(table(sheets[Number(one.value)], sheets[Number(other.value)], form));
    for (const { element } of [one, other]) element.addEventListener("change", draw);
    draw();
    return this.replaceChildren(make("h3", {}, t("case.compare")), make("p", { className: "hint" }, t("case.compare_text")),
      make("div", { className: "row" }, one.element, other.element), place);
  }
}

/** @type {(one: Sheet, other: Sheet, form: readonly FormRow[]) => HTMLElement} */
function table(one, other, form) {
  const head = make("tr", {}, ...[t("case.row"), dayWords(one.day), dayWords(other.day)].map((each) => make("th", { scope: "col" }, each)));
  const rows = sideBySide(one, other, form).map((row) => make("tr", {}, make("th", { scope: "row" }, row.words),
    make("td", { dir: "auto" }, words(row.one)), make("td", { dir: "auto" }, words(row.other))));
  return make("table", {}, make("caption", { className: "unseen" }, t("case.compare")), make("thead", {}, head), make("tbody", {}, ...rows));
}

customElements.define("case-compare", CaseCompare);
