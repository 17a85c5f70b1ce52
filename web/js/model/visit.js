/** A visit in words: the door, the place, which part of the page stands when, and the quick way out. */
/** @import {VisitorView} from "../session/views.js" */

/** @typedef {{open: boolean, reason: string, until: number | null, next: number | null, message?: number | null}} Status  in minutes */

const DAY = 86_400_000;
/** An end further off than this is no end that a time of day could tell. */
const FAR = 18 * 60;
const LONG_WAIT = 10;

/** @type {(moment: number) => number} */
const midnight = (moment) => new Date(moment).setHours(0, 0, 0, 0);

/** The one honest line about the door. @type {(status: Status | null, now: number) => {open: boolean, key: string, at: number | null}} */
export function openingOf(status, now) {
  if (!status) return { open: true, key: "visitor.unknown", at: null };
  const { open, until, next, reason } = status;
  if (open) {
    const isNear = until !== null && until - now / 60_000 < FAR;
    return { open, key: isNear ? "visitor.open_until" : "visitor.open", at: isNear ? until : null };
  }
  if (reason === "high demand") return { open, key: "visitor.busy", at: null };
  if (reason.startsWith("no ")) return { open, key: "visitor.nobody", at: null };
  const days = next ? Math.round((midnight(next * 60_000) - midnight(now)) / DAY) : -1;
  if (days < 0) return { open, key: "visitor.closed", at: null };
  return { open, key: `visitor.opens_${["today", "tomorrow"][days] ?? (days > 6 ? "date" : "day")}`, at: next };
}

/** What a visitor who waits is told when nobody may be there any more; "" otherwise. @type {(reason: string) => string} */
export const aloneOf = (reason) => (reason === "no adviser" ? "visitor.alone" : reason === "hours" ? "visitor.after_hours" : "");

/** Place and honest range. @type {(place: NonNullable<VisitorView["place"]>) => [key: string, values: Record<string, number>][]} */
export function placeWords({ n, range }) {
  const [low, high] = range ?? [0, 0];
  const key = !range ? "range_unknown" : low < high ? "range" : "range_one";
  return [[n > 1 ? "visitor.place" : "visitor.first", { n }], [`visitor.${key}`, { low, high }]];
}

/** Minutes waited when it is too long, else 0. @type {(since: number, now: number) => number} */
export function longWait(since, now) {
  const waited = Math.floor(now / 60_000 - since);
  return waited >= LONG_WAIT ? waited : 0;
}

/** Lets something through at most every `rest` ms. @type {(rest: number) => (now: number) => boolean} */
export function pace(rest) {
  let last = -Infinity;
  return (now) => now - last >= rest && ((last = now), true);
}

/** @type {(phase: VisitorView["phase"]) => "front" | "waiting" | "talk" | "after" | "stop"} */
export function screenOf(phase) {
  if (phase === "idle" || phase === "closed") return "front";
  if (phase === "working" || phase === "waiting") return "waiting";
  if (phase === "live" || phase === "paused") return "talk";
  return phase === "ended" || phase === "erased" ? "after" : "stop";
}

/** @type {(why: string) => string} */
export const whyEnded = (why) =>
  `visitor.ended_${["left", "expired", "moved", "revoked", "limits"].includes(why) ? why : "end"}`;

/** Told of every key that goes down; true at the third Shift within two seconds, with no other key between. */
export function shiftThrice() {
  /** @type {number[]} */
  let times = [];
  return (/** @type {{key: string, repeat: boolean, timeStamp: number}} */ { key, repeat, timeStamp }) => {
    if (repeat) return false;
    times = key === "Shift" ? [...times.filter((time) => timeStamp - time < 2000), timeStamp] : [];
    return times.length > 2;
  };
}
