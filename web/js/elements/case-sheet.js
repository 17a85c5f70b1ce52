/**
 * <case-sheet>: one date of the sheet, to be filled in or read: the relative's own situation first, what is immediate, what
 * worries, what carries. `show({sheet, form, isOpen})`; `.sheet` reads it back; tells `sheet-changed`. A choice looks the
 * same whatever it says: there is no colour, mark or order by it.
 */
import { ANSWERS, BASES, CHANGES, LONGEST_NOTE, LONGEST_TEXT, STATES, UNKNOWN, isAcute, shownRows } from "../model/case.js";
import { seemsToName } from "../model/names.js";
import { make, put, tell } from "../ui/dom.js";
import { choice, day, line, lines, tick } from "../ui/fields.js";
import { clock, t } from "../ui/strings.js";
/** @import {FormRow, Part, Row, Sheet} from "../model/case.js" */

/** @typedef {{sheet: Sheet, form: readonly FormRow[], isOpen: boolean}} SheetView */

/** @type {(group: string, codes: readonly string[]) => [string, string][]} */
const coded = (group, codes) => codes.map((code) => [code, t(`case.${group}_${code}`)]);

export class CaseSheet extends HTMLElement {
  #view = /** @type {SheetView | null} */ (null);
  /** How each row reads back. @type {Map<string, () => Row>} */
  #rows = new Map();
  /** @type {Map<string, () => string>} */
  #flags = new Map();
  #rest = () => ({ summary: "", unknown: "", who: "", next: "", returnee: false });
  #acute = make("p", { className: "danger" });
  #named = make("p", { className: "band" });

  connectedCallback() {
    for (const each of [this.#acute, this.#named]) each.setAttribute("role", "status");
    this.addEventListener("input", () => this.#changed());
  }

  /** @param {SheetView} view */
  show(view) {
    this.#view = view;
    this.#rows.clear();
    this.#flags.clear();
    const { sheet, form, isOpen } = view;
    this.replaceChildren(...(isOpen ? this.#form(sheet, form) : [this.#read(sheet, form)]));
    this.#warn();
  }

  /** @type {Sheet | null} */
  get sheet() {
    if (!this.#view) return null;
    const { sheet, isOpen } = this.#view;
    if (!isOpen) return sheet;
    return { ...sheet, ...this.#rest(), rows: Object.fromEntries([...this.#rows].map(([id, read]) => [id, read()])),
      flags: Object.fromEntries([...this.#flags].map(([id, read]) => [id, read()])) };
  }

  #changed() {
    this.#warn();
    tell(this, "sheet-changed");
  }

  #warn() {
    const sheet = this.sheet;
    if (!sheet) return;
    put(this.#acute, isAcute(sheet) ? t("case.acute") : "");
    this.#acute.hidden = !isAcute(sheet);
    const texts = [sheet.summary, sheet.unknown, ...Object.values(sheet.rows).map(({ note }) => note)];
    const named = this.#view?.isOpen ? texts.map(seemsToName).find((each) => each) ?? "" : "";
    put(this.#named, named && t(named));
    this.#named.hidden = !named;
  }

  /** @type {(sheet: Sheet, form: readonly FormRow[]) => HTMLElement[]} */
  #form(sheet, form) {
    const returnee = tick(t("case.returnee_use"), sheet.returnee);
    returnee.element.addEventListener("change", () => this.#again({ ...this.sheet ?? sheet, returnee: returnee.checked }));
    const rows = shownRows(form, sheet.returnee);
    const parts = [...new Set(rows.map(({ part }) => part))].map((part) => this.#part(part, rows.filter((row) => row.part === part), sheet));
    const [summary, unknown] = [lines(t("case.summary"), sheet.summary, LONGEST_TEXT), lines(t("case.unknown"), sheet.unknown, LONGEST_TEXT)];
    const [who, next] = [line(t("case.who"), sheet.who), day(t("case.next"), sheet.next)];
    this.#rest = () => ({ summary: summary.value, unknown: unknown.value, who: who.value, next: next.value, returnee: returnee.checked });
    const whole = make("section", {}, make("h4", {}, t("case.whole")), summary.element, unknown.element, who.element, next.element);
    return [make("p", { className: "hint" }, t("case.account")), ...parts.slice(0, 2), this.#acute, ...parts.slice(2), returnee.element, whole,
      this.#named];
  }

  /** @param {Sheet} sheet */
  #again(sheet) {
    if (this.#view) this.show({ ...this.#view, sheet });
    tell(this, "sheet-changed");
  }

  /** @type {(part: Part, rows: FormRow[], sheet: Sheet) => HTMLElement} */
  #part(part, rows, sheet) {
    const made = rows.map((row) => (part === "flag" ? this.#flag(row, sheet.flags[row.id] ?? "unknown")
      : this.#row(row, sheet.rows[row.id] ?? UNKNOWN)));
    return make("section", {}, make("h4", {}, t(`case.part_${part}`)), make("p", { className: "hint" }, t(`case.part_${part}_text`)), ...made);
  }

  /** @type {(row: FormRow, answer: string) => HTMLElement} */
  #flag(row, answer) {
    const field = choice(wordsOf(row), answer, coded("answer", ANSWERS));
    this.#flags.set(row.id, () => field.value);
    return field.element;
  }

  /** @type {(row: FormRow, row_: Row) => HTMLElement} */
  #row(row, { state, basis, date, change, note, plan }) {
    const fields = { state: choice(t("case.state"), state, coded("state", STATES)), basis: choice(t("case.basis"), basis, coded("basis", BASES)),
      date: day(t("case.date"), date), change: choice(t("case.change"), change, coded("change", CHANGES)),
      note: lines(t("case.note"), note, LONGEST_NOTE), plan: tick(t("case.take"), plan) };
    this.#rows.set(row.id, () => ({ state: fields.state.value, basis: fields.basis.value, date: fields.date.value,
      change: fields.change.value, note: fields.note.value, plan: fields.plan.checked }));
    const isMore = basis !== "unknown" || date !== "" || change !== "unknown" || note !== "" || plan;
    const more = make("details", { open: isMore }, make("summary", {}, t("case.more"), make("span", { className: "unseen" }, `: ${wordsOf(row)}`)),
      make("div", { className: "beside" }, fields.basis.element, fields.date.element, fields.change.element), fields.note.element, fields.plan.element);
    return make("fieldset", {}, make("legend", {}, wordsOf(row)), fields.state.element, more);
  }

  /** @type {(sheet: Sheet, form: readonly FormRow[]) => HTMLElement} */
  #read(sheet, form) {
    const known = shownRows(form, true).map(({ id }) => id).filter((id) => id in sheet.rows || id in sheet.flags);
    const ids = [...known, ...Object.keys(sheet.words).filter((id) => !known.includes(id))];
    const said = ids.map((id) => make("div", {}, make("dt", {}, sheet.words[id]),
      make("dd", {}, id in sheet.flags ? t(`case.answer_${sheet.flags[id]}`) : rowWords(sheet.rows[id] ?? UNKNOWN))));
    const rest = /** @type {const} */ (["summary", "unknown", "who"]).filter((name) => sheet[name])
      .map((name) => make("div", {}, make("dt", {}, t(`case.${name}`)), make("dd", { dir: "auto" }, sheet[name])));
    return make("dl", { className: "kept" }, ...said, ...rest);
  }
}

/** In the page's language, else in any. @param {FormRow} row */
export const wordsOf = ({ id, texts }) => texts[document.documentElement.lang] ?? Object.values(texts)[0] ?? id;

/** @type {(date: string) => string} */
export const dayWords = (date) => clock(Date.parse(`${date}T12:00Z`) / 60_000, { dateStyle: "long" });

/** A row as one says it. @type {(row: Row) => string} */
export function rowWords({ state, basis, date, change, note, plan }) {
  const said = [t(`case.state_${state}`), basis === "unknown" ? "" : t(`case.basis_${basis}`), date && dayWords(date),
    change === "unknown" ? "" : t("case.since_last", { change: t(`case.change_${change}`) }), note, plan ? t("case.in_plan") : ""];
  return said.filter(Boolean).join(" · ");
}

customElements.define("case-sheet", CaseSheet);
