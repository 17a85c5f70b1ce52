/** Times for talks as the centre's wall shows them. */

/** @typedef {{day: number, number: number, idx: number, start: number, length: number, form: string, languages: string[], from: number, free: boolean,
 *   state: string | null, weekly: boolean}} Slot  start = minute of the day */
/** @typedef {{today: number, zone: string, members: {idx: number, name: string}[], slots: Slot[]}} Told */

const DAY = 24 * 60;

/** @type {(minute: number) => string} */
export const minuteOf = (minute) => `${String(Math.floor(minute / 60) % 24).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

/** From and to, also past midnight. @type {(start: number, length: number) => string} */
export const timeText = (start, length) => `${minuteOf(start)}\u2013${minuteOf((start + length) % DAY)}`;

/** The day of a date as `2026-11-29`, counted from 1970-01-01. @type {(date: string) => number} */
export const dayNumber = (date) => Math.floor(Date.parse(`${date}T00:00:00Z`) / 86_400_000);
