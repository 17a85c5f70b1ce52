/** The supervisor's board in words: who is on duty and free, how long the first has waited, which rooms are open. */
import { minutesSince } from "./desk.js";
/** @import {LiveRoom, StaffView} from "../session/views.js" */

/** @typedef {NonNullable<StaffView["board"]>} Board */
/** @typedef {"free"|"talks"|"wraps"|"silent"} Standing */

/** @type {(member: Board["duty"][number]) => Standing} */
export function standingOf({ heard, rooms, wraps }) {
  if (!heard) return "silent";
  return rooms ? "talks" : wraps ? "wraps" : "free";
}

/** Where an acute room stands: its visitor has gone, a supervisor came, one is paged, or nobody is there to be.
 * @type {(room: Pick<StaffView["acute"][number], "over" | "answered" | "pages">) => {is: "over"|"answered"|"pages"|"calls", name: string}} */
export function acuteStanding({ over, answered, pages }) {
  if (over) return { is: "over", name: "" };
  if (answered) return { is: "answered", name: answered };
  return pages ? { is: "pages", name: pages } : { is: "calls", name: "" };
}

/** @typedef {{id: string, names: string, here: boolean, way: "in"|"open"|"none"}} OpenRoom  way = may one go in: is in, may, may not now */

/** The conversations that go on, with the way in where there is one.
 * @type {(live: readonly LiveRoom[], board: Board | null, own: readonly string[]) => OpenRoom[]} */
export const roomsOf = (live, board, own) => (board?.rooms ?? []).map(({ id, names, here }) => ({ id, names: names.join(", "), here,
  way: own.includes(id) ? "in" : live.some((room) => room.id === id) ? "open" : "none" }));

/** Minutes of the one who has waited longest, null when nobody waits.
 * @type {(waiting: StaffView["waiting"], now: number) => number | null} */
export const longestWait = (waiting, now) =>
  (waiting.length ? Math.max(...waiting.map(({ since }) => minutesSince(since, now))) : null);
