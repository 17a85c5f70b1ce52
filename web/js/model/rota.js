/**
 * The rota on a wall: days counted from 1970-01-01 and minutes of a day as the centre's clock shows them, worked out
 * from what the server told. No zone of the reader's own is ever in it.
 */

/**
 * @typedef {{day: number, number: number, start: number, end: number, role: number, idx: number | null, weekly: boolean, from: number, to: number}} Shift
 * @typedef {{day: number, number: number, to: number, back: [number, number] | null}} Swap
 * @typedef {{day: number, start: number, end: number}} Piece
 * @typedef {{idx: number, name: string, roles: number[]}} Member
 * @typedef {{version: number, zone: string, today: number, now: number, needs_supervisor: boolean, members: Member[],
 *   holidays: {day: number, like: number | null, name: string}[], shifts: Shift[], swaps: Swap[], openings: Piece[],
 *   gaps: (Piece & {role: number})[], odd_days: Record<string, number>}} Look   as `GET /api/rota/FIRST/DAYS` tells it
 * @typedef {{day: number, shifts: Shift[], gaps: (Piece & {role: number})[], openings: Piece[],
 *   holiday: {day: number, like: number | null, name: string} | null, hours: number, isToday: boolean, isOut: boolean}} Day
 *   hours = how long the day is, 23 or 25 when the clock is set; isOut = of another month than the one shown
 * @typedef {{shift: Shift, from: number, to: number, lane: number}} Block   a shift, or what of it falls on one day
 */

export const ADVISER = 1;
export const SUPERVISOR = 2;
export const WEEK = 7;
const MINUTES = 1440;
const MS = 86_400_000;
const THURSDAY = 3;

/** 0 is Monday. @type {(day: number) => number} */
export const weekdayOf = (day) => (day + THURSDAY) % WEEK;
/** @type {(day: number) => number} */
export const mondayOf = (day) => day - weekdayOf(day);
/** The calendar's words for a day; it is midnight in UTC, and said in UTC. @type {(day: number) => Date} */
export const dateOf = (day) => new Date(day * MS);
/** @type {(year: number, month: number) => number} */
const firstOf = (year, month) => Date.UTC(year, month, 1) / MS;

/** ISO 8601: the week is that of its Thursday. @type {(day: number) => number} */
export function weekNumber(day) {
  const thursday = mondayOf(day) + THURSDAY;
  return Math.floor((thursday - firstOf(dateOf(thursday).getUTCFullYear(), 0)) / WEEK) + 1;
}

/** Whole weeks around a day's month, and the month itself. @type {(day: number) => {first: number, days: number, from: number, to: number}} */
export function monthOf(day) {
  const date = dateOf(day);
  const from = firstOf(date.getUTCFullYear(), date.getUTCMonth());
  const to = firstOf(date.getUTCFullYear(), date.getUTCMonth() + 1) - 1;
  const first = mondayOf(from);
  return { first, days: mondayOf(to) + WEEK - first, from, to };
}

/** The same day of another month, or its last. @type {(day: number, months: number) => number} */
export function monthsOn(day, months) {
  const date = dateOf(day);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + months];
  return Math.min(firstOf(year, month) + date.getUTCDate() - 1, firstOf(year, month + 1) - 1);
}

/** @type {(minute: number) => string} */
export const timeOf = (minute) => {
  const [hours, minutes] = [Math.floor(minute % MINUTES / 60), minute % 60].map((n) => String(n).padStart(2, "0"));
  return minute === MINUTES ? "24:00" : `${hours}:${minutes}`;
};
/** Always in one order, also where text runs from the right. @type {(piece: {start: number, end: number}) => string} */
export const spanOf = ({ start, end }) => `${timeOf(start)}–${timeOf(end)}`;

/** From and to as typed; one that ends when or before it starts ends the day after. Null: no time. @type {(from: string, to: string) => {start: number, end: number} | null} */
export function hoursOf(from, to) {
  const [start, end] = [from, to].map((text) => {
    const found = /^(\d{1,2})[:.]?(\d{2})$/.exec(text.trim());
    return found && Number(found[1]) <= 24 && Number(found[2]) < 60 ? Number(found[1]) * 60 + Number(found[2]) : NaN;
  });
  if (!(start < MINUTES && end <= MINUTES)) return null;
  return { start, end: end > start ? end : end + MINUTES };
}

/** @type {(look: Look, first: number, days: number, month?: {from: number, to: number}) => Day[]} */
export const daysOf = (look, first, days, month = { from: first, to: first + days }) =>
  Array.from({ length: days }, (_, at) => first + at).map((day) => ({ day,
    shifts: look.shifts.filter((shift) => shift.day === day),
    gaps: look.gaps.filter((gap) => gap.day === day),
    openings: look.openings.filter((piece) => piece.day === day),
    holiday: look.holidays.find((holiday) => holiday.day === day) ?? null,
    hours: look.odd_days[day] ?? 24,
    isToday: day === look.today,
    isOut: day < month.from || day > month.to }));

/** What stands on one day's wall, each beside those it overlaps with. @type {(look: Look, day: number) => {blocks: Block[], lanes: number}} */
export function wallOf(look, day) {
  const blocks = look.shifts.map((shift) => ({ shift, lane: 0,
    from: Math.max(0, shift.start + (shift.day - day) * MINUTES),
    to: Math.min(MINUTES, shift.end + (shift.day - day) * MINUTES) })).filter(({ from, to }) => from < to);
  blocks.sort((a, b) => b.shift.role - a.shift.role || a.from - b.from);
  /** @type {number[]} */
  const ends = [];
  for (const block of blocks) {
    const free = ends.findIndex((end) => end <= block.from);
    block.lane = free < 0 ? ends.length : free;
    ends[block.lane] = block.to;
  }
  return { blocks, lanes: Math.max(1, ends.length) };
}

/** Which day a key asks for, or null. @type {(key: string, day: number, rtl: boolean) => number | null} */
export function dayAfter(key, day, rtl) {
  const ahead = rtl ? -1 : 1;
  switch (key) {
    case "ArrowRight": return day + ahead;
    case "ArrowLeft": return day - ahead;
    case "ArrowDown": return day + WEEK;
    case "ArrowUp": return day - WEEK;
    case "Home": return mondayOf(day);
    case "End": return mondayOf(day) + WEEK - 1;
    case "PageDown": return monthsOn(day, 1);
    case "PageUp": return monthsOn(day, -1);
    default: return null;
  }
}

/** @type {(look: Look, idx: number | null) => string} */
export const nameOf = (look, idx) => look.members.find((member) => member.idx === idx)?.name ?? "";
/** @type {(look: Look, role: number) => Member[]} */
export const ableOf = (look, role) => look.members.filter(({ roles }) => roles.includes(role));

/** Who is down for something else in these hours. @type {(look: Look, day: number, hours: {start: number, end: number}, number?: number) => Set<number>} */
export function busyIn(look, day, { start, end }, number = 0) {
  const others = look.shifts.filter((shift) => shift.idx !== null && !(shift.day === day && shift.number === number) &&
    start < shift.end + (shift.day - day) * MINUTES && shift.start + (shift.day - day) * MINUTES < end);
  return new Set(others.map(({ idx }) => /** @type {number} */ (idx)));
}

/** @type {(shift: Shift, look: {now: number}) => boolean} */
export const isOver = ({ to }, { now }) => to <= now;
/** @type {(look: Look, shift: {day: number, number: number}) => Swap | null} */
export const swapOf = ({ swaps }, { day, number }) =>
  swaps.find((swap) => swap.day === day && swap.number === number) ?? null;
/** @type {(look: Look, day: number, number: number) => Shift | null} */
export const shiftAt = ({ shifts }, day, number) =>
  shifts.find((shift) => shift.day === day && shift.number === number) ?? null;

/** What this member may do with a shift now. @type {(look: Look, shift: Shift, me: Member | null) => ("change"|"sick"|"ask"|"withdraw"|"take"|"answer")[]} */
export function actsOn(look, shift, me) {
  if (!me || isOver(shift, look)) return [];
  const swap = swapOf(look, shift);
  const may = /** @type {const} */ ([
    ["change", me.roles.includes(SUPERVISOR)],
    ["take", shift.idx === null && me.roles.includes(shift.role)],
    ["answer", swap?.to === me.idx],
    ["withdraw", shift.idx === me.idx && swap !== null],
    ["ask", shift.idx === me.idx && swap === null],
    ["sick", shift.idx === me.idx],
  ]);
  return may.filter(([, is]) => is).map(([act]) => act);
}

/** A member's own: what is on, what comes next, and what a colleague asks. @type {(look: Look, idx: number) => {now: Shift | null, next: Shift[], asked: Shift[]}} */
export function ownOf(look, idx) {
  const ahead = look.shifts.filter((shift) => !isOver(shift, look)).sort((a, b) => a.from - b.from);
  const own = ahead.filter((shift) => shift.idx === idx);
  const now = own.find(({ from }) => from <= look.now) ?? null;
  return { now, next: own.filter((shift) => shift !== now).slice(0, 3),
    asked: ahead.filter((shift) => swapOf(look, shift)?.to === idx) };
}
