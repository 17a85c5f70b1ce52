/** Booked talks as values: which times fit, how it stands with a talk now, when what lies under booking comes forward, and a calendar file. */
import { screenOf } from "./visit.js";
/** @import {VisitorView} from "../session/views.js" */

/** @typedef {"chat" | "phone" | "meeting"} Form */
/** @typedef {{day: number, number: number, start: number, wall?: number, length: number, form: Form, languages: string[]}} Slot
 *   start = minute of Unix time; wall = the same as a minute of the centre's day, absent where staff offer a time */
/** @typedef {{place: string, word: string, secret: string}} Agreed */
/**
 * @typedef {object} Booked
 * @property {string} id
 * @property {number} day
 * @property {number} number
 * @property {number} start        minute of Unix time
 * @property {number} wall         start as a minute of the centre's day
 * @property {number} opens        minute from which the code opens the door
 * @property {number} length
 * @property {Form} form
 * @property {string} language
 * @property {string | null} interpreter
 * @property {number} idx
 * @property {string} name         duty name of the counsellor
 * @property {string} state
 * @property {number | null} until minute until which a time is held
 * @property {Agreed | null} agreed
 */
/** @typedef {{form: Form | "", language: string, interpreter: boolean}} Wanted */
/** @typedef {"held" | "early" | "open" | "alone" | "over" | "ahead" | "done" | "off" | "gone"} Stage */

/** What is said while something is looked for. */
export const LOOKING = "talks.looking";
export const FORMS = /** @type {const} */ (["chat", "phone", "meeting"]);
/** Languages that an interpreter may be wanted for. */
export const SPOKEN = ["ar", "bs", "de", "es", "fa", "fi", "fr", "hr", "ku", "pl", "ps", "ru", "so", "sr", "ti", "tr", "uk", "ur"];

/** The times that fit what is wanted. @type {(slots: readonly Slot[], wanted: Wanted) => Slot[]} */
export const fitting = (slots, { form, language, interpreter }) => slots.filter((slot) =>
  (!form || slot.form === form) && (interpreter || slot.languages.includes(language)));

/** Times by day, as this device's calendar has days. @type {(slots: readonly Slot[], dayOf: (minute: number) => string) => {day: string, slots: Slot[]}[]} */
export function byDay(slots, dayOf) {
  /** @type {Map<string, Slot[]>} */
  const days = new Map();
  for (const slot of slots) days.set(dayOf(slot.start), [...days.get(dayOf(slot.start)) ?? [], slot]);
  return [...days].map(([day, found]) => ({ day, slots: found }));
}

/** Does this device's clock then show another hour than the centre's? @type {(at: {start: number, wall?: number}) => boolean} */
export function isElsewhere({ start, wall }) {
  const here = new Date(start * 60_000);
  return wall !== undefined && here.getHours() * 60 + here.getMinutes() !== wall;
}

/**
 * How it stands with a talk at a minute. open = the door is open; alone = it is, and the counsellor has not come; ahead = booked by
 * phone or as a meeting; over = its time went by and nobody has said whether it was held.
 * @type {(talk: Pick<Booked, "state" | "start" | "length" | "opens" | "form" | "agreed">, now: number) => Stage}
 */
export function stageOf({ state, start, length, opens, form, agreed }, now) {
  if (state === "cancelled" || state === "moved") return "gone";
  if (state === "called off") return "off";
  if (state === "held") return "held";
  const isPast = now >= start + length;
  if (state === "missed") return "over";
  if (isPast) return state === "done" ? "done" : "over";
  if (form !== "chat") return "ahead";
  if (now < opens) return "early";
  return agreed ? "open" : "alone";
}

/** Is what the part shows known? Until then nothing is said of it. @type {(view: {part: string, slots: unknown, talks: unknown}) => boolean} */
export const isTold = ({ part, slots, talks }) => (part === "times" ? slots : part !== "talks" || talks) !== null;

/** What comes first: what asks for something now, then by time. @type {(talks: readonly Booked[], now: number) => Booked[]} */
export const shown = (talks, now) => talks.filter((talk) => stageOf(talk, now) !== "gone")
  .sort((a, b) => Number(isPast(a, now)) - Number(isPast(b, now)) || a.start - b.start);

/** @type {(talk: Booked, now: number) => boolean} */
const isPast = (talk, now) => ["over", "done", "off"].includes(stageOf(talk, now));

/** Is there a door that opens within minutes, or is open? Then the page looks by itself. @type {(talks: readonly Booked[], now: number) => boolean} */
export const isNear = (talks, now) => talks.some((talk) => {
  const stage = stageOf(talk, now);
  return stage === "alone" || stage === "early" && talk.opens - now <= 60;
});

/**
 * What becomes of the booking part once the page under it has moved on. aside = what is there comes forward: a talk that the page came
 * back to, or why it cannot go on; in = the talk has begun; back = the door to it did not open. Nothing is taken from under a hand that
 * writes a code down, or while a time is being booked.
 * @type {(over: {part: string, isHeld: boolean}, was: VisitorView["phase"], phase: VisitorView["phase"]) => "stays" | "aside" | "in" | "back"}
 */
export function coverOf({ part, isHeld }, was, phase) {
  const screen = screenOf(phase);
  const isKnocking = part === "enter";
  if (screen === "stop" && !(isKnocking && phase === "failed")) return isHeld ? "stays" : "aside";
  if (!isKnocking) return screenOf(was) === "front" && screen !== "front" ? "aside" : "stays";
  if (phase === "live") return "in";
  return screen === "waiting" || phase === "paused" ? "stays" : "back";
}

/** @type {(minute: number) => string} */
const utc = (minute) => new Date(minute * 60_000).toISOString().replace(/[-:]|\.\d+/g, "");

/** RFC 5545, in UTC, so that every calendar shows it right, summer and winter. @type {(talk: Pick<Booked, "start" | "length">, title: string, uid: string, now: number) => string} */
export const calendarOf = ({ start, length }, title, uid, now) => ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//-//-//EN", "BEGIN:VEVENT",
  `UID:${uid}`, `DTSTAMP:${utc(now)}`, `DTSTART:${utc(start)}`, `DTEND:${utc(start + length)}`, `SUMMARY:${title}`,
  "END:VEVENT", "END:VCALENDAR", ""].join("\r\n");
