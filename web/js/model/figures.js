/** Published tables as a page shows them: numbers that can be drawn, shares where the base is large enough, names of windows. */

/**
 * @typedef {{id: string, rows: string[], columns: string[], cells: string[][]}} Table
 * @typedef {{name: string, csv: string, tables: Table[]}} Published
 * @typedef {{number: number, month: string, kind: string, times: number, people: number}} Done
 * @typedef {{month: string, open: string[], frozen: {name: string, at: number}[], done: Done[]}} Shelf
 */

const LEAST_BASE = 20;
export const ALL = "all";
/** One conversation counts once in these, so that a row is a share of all. */
const SHARED = ["phase", "gender", "wait", "length", "language", "visit"];

/** The number that a cell shows, or null where it shows none. @type {(cell: string) => number | null} */
export function numberOf(cell) {
  const digits = cell.replace(/^~/, "");
  return /^\d+$/.test(digits) ? Number(digits) : null;
}

/** How long each row's bar is, as a part of the longest: of the last column, without the sum. @type {(table: Table) => (number | null)[]} */
export function barsOf({ rows, cells }) {
  const numbers = rows.map((row, at) => (row === ALL ? null : numberOf(cells[at].at(-1) ?? "")));
  const most = Math.max(1, ...numbers.map((each) => each ?? 0));
  return numbers.map((each) => (each === null ? null : each / most));
}

/** Whole percents of the sum, from what is shown alone; "" where there is none or the base is small. @type {(table: Table) => string[]} */
export function sharesOf({ id, rows, cells }) {
  const base = numberOf(cells[rows.indexOf(ALL)]?.at(-1) ?? "") ?? 0;
  const has = SHARED.includes(id) && base >= LEAST_BASE;
  return rows.map((row, at) => {
    const number = numberOf(cells[at].at(-1) ?? "");
    return has && row !== ALL && number !== null ? `${Math.round((100 * number) / base)} %` : "";
  });
}

/** The word for a window and its numbers: of "2026-q3", figures.quarter with 3 and 2026. @type {(name: string) => {key: string, n: string, year: string}} */
export function windowOf(name) {
  const [year, part = ""] = name.split("-");
  const key = { q: "figures.quarter", h: "figures.half" }[part[0]] ?? "figures.year";
  return { key, n: part.slice(1), year };
}

/** Minutes since the Unix epoch in the middle of a month. @type {(month: string) => number} */
export const middleOf = (month) => Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)) - 1, 15) / 60_000;

/** This month and those before it. @type {(month: string, count: number) => string[]} */
export const monthsUpTo = (month, count) => Array.from({ length: count }, (_, back) =>
  new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)) - 1 - back, 15)).toISOString().slice(0, 7));
