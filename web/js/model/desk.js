/** What the adviser's desk shows, worked out from what the session knows. */
import { isValidCode } from "../asc1/code.js";
import { CODE_DIGITS } from "./code.js";
/** @import {Line, Room, StaffView} from "../session/views.js" */

const STOPS = ["old", "untrusted", "clock"];

/** @typedef {"signin"|"opening"|"alarm"|"stop"|"off"|"desk"} Screen */

/** Practice is had on the desk, too, off duty or not. @type {(view: Pick<StaffView, "phase" | "rooms">) => Screen} */
export function screenOf({ phase, rooms }) {
  if (STOPS.includes(phase)) return "stop";
  if (phase === "locked") return "signin";
  if (phase === "opening" || phase === "alarm") return phase;
  return phase === "duty" || rooms.length > 0 ? "desk" : "off";
}

/** Danger first, then who has waited longest. @type {(waiting: StaffView["waiting"]) => StaffView["waiting"]} */
export const inOrder = (waiting) =>
  [...waiting].sort((a, b) => Number(b.danger) - Number(a.danger) || a.since - b.since);

/** Who a press of the one key accepts: the one who rings, "" when nobody does. @type {(view: Pick<StaffView, "ring">, now: number) => string} */
export const ringing = ({ ring }, now) => (ring && now < ring.until ? ring.place : "");

/** Whole minutes, never below none. @type {(since: number, now: number) => number} */
export const minutesSince = (since, now) => Math.max(0, Math.floor(now / 60_000 - since));

/** @type {Partial<Record<Room["identity"], string>>} */
const RETURNS = { proven: "note.reconnected", code: "note.returned_code" };

/** Which own lines are offered again: a page that was lost for good never got what was only sent.
 * @type {(identity: Room["identity"], line: Line) => boolean} */
export const goesAgain = (identity, { mark }) => mark === "received" || identity === "code" && mark === "sent";

/**
 * The visitor is back after a break, may have lost the text, and nothing was written to them since. A code proves
 * nobody: whoever came with one must have written first, and so may have asked.
 * @type {(room: Pick<Room, "state" | "mayWrite" | "identity" | "lines">) => boolean}
 */
export function mayResend({ state, mayWrite, identity, lines }) {
  const back = lines.findLastIndex(({ kind, text }) => kind === "note" && text === RETURNS[identity]);
  const isOwn = (/** @type {Line} */ line) => line.mine && line.kind === "text" && goesAgain(identity, line);
  const since = lines.slice(back).filter(({ kind }) => kind !== "note");
  return state === "live" && mayWrite && back >= 0 && lines.slice(0, back).some(isOwn) &&
    !since.some(({ mine }) => mine) && (identity === "proven" || since.length > 0);
}

/** What stands before the name in the tab's title: a count, nothing else. @type {(waiting: number, unread: number) => string} */
export const titled = (waiting, unread) => (waiting + unread > 0 ? `(${waiting + unread}) Hamn` : "Hamn");

/** What is wrong with a typed secret, as a string's id, or "". @type {(digits: string) => string} */
export const secretHint = (digits) =>
  digits.length !== CODE_DIGITS ? "desk.secret_count" : isValidCode(digits) ? "" : "desk.secret_check";

/** The next conversation after the one on screen. @type {(rooms: readonly {id: string}[], current: string) => string} */
export function nextRoom(rooms, current) {
  const at = rooms.findIndex(({ id }) => id === current);
  return rooms.length ? rooms[(at + 1) % rooms.length].id : "";
}

/** Signed in, but in no roster that a root has signed. @type {(view: Pick<StaffView, "me">) => boolean} */
export const isUnsigned = ({ me }) => me !== null && me.name === "";

/** Must the way out be asked about: a conversation is open? @type {(view: Pick<StaffView, "rooms">) => boolean} */
export const holds = ({ rooms }) => rooms.some(({ state, practice }) => state !== "ended" && !practice);
