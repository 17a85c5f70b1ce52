/** What the adviser's desk shows, worked out from what the session knows. */
import { isValidCode } from "../asc1/code.js";
import { CODE_DIGITS } from "./code.js";
/** @import {AcuteRoom, Colleague, Line, Room, StaffView} from "../session/views.js" */

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

/** @typedef {"acute"|"help"|"handOver"|"call"|"time"|"where"|"child"|"conflict"|"abuse"} RoomAct */

const LAST_ENTRY = 30;

/** What the end of the shift asks for now: nothing yet, no new visitors, or a choice in the middle of a talk.
 * @type {(view: Pick<StaffView, "ending" | "rooms">, now: number) => {key: string, at: number} | null} */
export function endOf({ ending, rooms }, now) {
  const ends = ending?.ends ?? null;
  const minute = Math.floor(now / 60_000);
  if (ends === null || minute < ends - LAST_ENTRY) return null;
  const stays = ending?.stays ?? null;
  if (stays !== null && stays > minute) return { key: "desk.shift_stays", at: stays };
  const talks = rooms.some(({ state, practice, staffOnly }) => state !== "ended" && !practice && !staffOnly);
  return { key: talks ? "desk.shift_talks" : "desk.shift_ends", at: ends };
}

/** What can be done with a conversation now. @type {(room: Pick<Room, "state" | "staffOnly" | "practice"> & {child?: boolean} | null, isAcute?: boolean, roles?: readonly number[]) => RoomAct[]} */
export function actsOf(room, isAcute = false, roles = [1]) {
  if (!room || room.practice || room.staffOnly || !["live", "away"].includes(room.state)) return [];
  if (!roles.some((role) => role !== 3)) return ["where"];
  return [...isAcute ? [] : [/** @type {const} */ ("acute")], "help", "handOver", "call", "time", "where", ...room.child ? [] : [/** @type {const} */ ("child")], "conflict", "abuse"];
}

/** @type {(view: Pick<StaffView, "acute">, room: string | undefined) => AcuteRoom | undefined} */
export const acuteOf = ({ acute }, room) => acute.find((each) => each.room === room);

/** What a decision log lacks, as a string's id, or "". @type {(acute: Pick<AcuteRoom, "answered" | "log" | "debrief" | "complete"> | undefined) => string} */
export function lackOf(acute) {
  if (!acute || acute.complete) return "";
  if (!acute.answered) return "desk.lack_answer";
  return acute.log.some(({ second }) => second) ? "desk.lack_debrief" : "desk.lack_decision";
}

/** Who can be asked for what: an interpreter takes nothing over. @type {(people: readonly Colleague[], why: RoomAct) => Colleague[]} */
export const askable = (people, why) => people.filter(({ role }) => why === "help" || role !== 3);

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
