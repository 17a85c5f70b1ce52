/** Words of the rota: days by their names, shifts as a line, and what a member may do with one. */
import { SUPERVISOR, dateOf, nameOf, spanOf, weekNumber } from "../model/rota.js";
import { make } from "./dom.js";
import { t } from "./strings.js";
/** @import {Day, Look, Piece, Shift} from "../model/rota.js" */

/** @type {(day: number, form: Intl.DateTimeFormatOptions) => string} */
const said = (day, form) =>
  new Intl.DateTimeFormat(document.documentElement.lang, { ...form, timeZone: "UTC" }).format(dateOf(day));
/** @type {(day: number) => string} */
export const dayName = (day) => said(day, { weekday: "long", day: "numeric", month: "long" });
/** @type {(day: number) => string} */
export const dayShort = (day) => said(day, { weekday: "short", day: "numeric" });
/** @type {(day: number) => string} */
export const dayNumber = (day) => said(day, { day: "numeric" });
/** @type {(day: number, form?: "long" | "short") => string} */
export const weekdayName = (day, form = "short") => said(day, { weekday: form });
/** @type {(day: number) => string} */
export const monthName = (day) => said(day, { month: "long", year: "numeric" });
/** @type {(day: number) => string} */
export const weekName = (day) => t("rota.week_of", { n: weekNumber(day), month: monthName(day) });

/** Hours are read from left to right in every language. @type {(piece: {start: number, end: number}) => HTMLElement} */
export const hours = (piece) => make("bdi", { dir: "ltr", className: "hours" }, spanOf(piece));

/** Who has a shift, and that it is on call. @type {(look: Look, shift: Shift) => string} */
export function whoHas(look, { idx, role }) {
  const name = idx === null ? t("rota.open") : nameOf(look, idx) || t("rota.left");
  return role === SUPERVISOR ? t("rota.on_call", { name }) : name;
}

/** @type {(look: Look, shift: Shift) => HTMLElement} */
export function shiftLine(look, shift) {
  const line = make("span", { className: "line" }, hours(shift), " ", whoHas(look, shift));
  line.dataset.role = String(shift.role);
  line.toggleAttribute("data-open", shift.idx === null);
  return line;
}

/** @type {(gap: Piece & {role: number}) => HTMLElement} */
export const gapLine = (gap) => make("span", { className: "gap" },
  t(gap.role === SUPERVISOR ? "rota.gap_on_call" : "rota.gap"), " ", hours(gap));

/** What is particular about a day: a holiday, or a clock that is set. @type {(day: Day) => string[]} */
export const dayNotes = ({ holiday, hours: length }) => [
  holiday ? holiday.name || t("rota.holiday") : "",
  length < 24 ? t("rota.clock_forward") : length > 24 ? t("rota.clock_back") : ""].filter(Boolean);
