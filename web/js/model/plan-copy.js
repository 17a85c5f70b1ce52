/** The visitor's copy of an action plan, as it was sealed: words and days, nothing of the sheet. */

/**
 * @typedef {{v: 1, day: string, aim: string, next: string, words: string,
 *   rows: {goal: string, direction: string, measure: string, who: string, due: string, follow_up: string}[]}} Copy
 */

/** @type {(value: unknown) => string} */
const text = (value) => (typeof value === "string" ? value : "");

/** A copy as it was opened; whatever is not text in it is nothing. @type {(given: string) => Copy | null} */
export function readCopy(given) {
  try {
    const { day, aim, next, words, rows } = JSON.parse(given);
    if (!Array.isArray(rows)) return null;
    return { v: 1, day: text(day), aim: text(aim), next: text(next), words: text(words),
      rows: rows.map((row) => ({ goal: text(row?.goal), direction: text(row?.direction), measure: text(row?.measure),
        who: text(row?.who), due: text(row?.due), follow_up: text(row?.follow_up) })) };
  } catch {
    return null;
  }
}
