/**
 * What a member has heard: each message once, receipts owed, frames in a row that did not open
 * (protocol.md 7.3, section 16 rules 1, 3 and 10).
 */
import { hex, textOf } from "./bytes.js";
import { FRAME_KINDS, parseControl, parseReceipt } from "./frame.js";
/** @import {Bytes} from "./bytes.js" */
/** @import {Room} from "./checks.js" */
/** @import {Control, Happening} from "./member.js" */
/** @import {Outbox} from "./outbox.js" */
/** @import {Heard} from "./seat.js" */

const RECEIPTS_AT_ONCE = 14;

/**
 * Remembers what the member in `slot` announced.
 * @type {(room: Room, slot: number, control: Control) => void}
 */
export function noteAnnouncement(room, slot, { t, idx, slot: entering, role, leaf }) {
  if (t !== "joining" || slot === 0 || typeof entering !== "number") return;
  if (typeof role !== "number" || typeof leaf !== "string") return;
  if (idx !== null && typeof idx !== "number") return;
  room.announced.set(`${slot}:${entering}`, { slot: entering, idx, role, leaf });
}

export class Inbox {
  /** Of the hello, and the last one the visitor named: who may return with the code. */
  returnKeys = { hello: "", code: "" };
  /** (sender, msg_id) for the room's life and across a proven re-handshake. */
  seen;
  #room;
  #outbox;
  /** @type {Bytes[]} */
  #owed = [];
  #inARow = 0;

  /** @param {Room} room @param {Outbox} outbox @param {Iterable<string>} seen */
  constructor(room, outbox, seen) {
    this.#room = room;
    this.#outbox = outbox;
    this.seen = new Set(seen);
  }

  /** @type {(slot: number, reason: string) => Happening[]} */
  unreadable(slot, reason) {
    if (reason === "repeat") return [];
    this.#inARow += 1;
    return [{ type: "unreadable", slot, inARow: this.#inARow }];
  }

  /** @type {(heard: Heard) => Happening[]} */
  hear({ frame: { slot }, inner, idx, missing }) {
    this.#inARow = 0;
    /** @type {Happening[]} */
    const events = missing ? [{ type: "missing", slot, count: missing }] : [];
    const { kind, msgId, minutes, body } = inner;
    if (kind === FRAME_KINDS.leaf) return [...events, { type: "leaf", slot }];
    if (kind === FRAME_KINDS.cover) return events;
    const name = `${idx ?? "visitor"}:${hex(msgId)}`;
    if (kind === FRAME_KINDS.text) this.#owed.push(msgId);
    if (this.seen.has(name)) return events;
    this.seen.add(name);
    if (kind === FRAME_KINDS.text) {
      const text = textOf(body);
      return [...events, { type: "line", slot, idx, msgId: hex(msgId), minutes, text }];
    }
    if (kind === FRAME_KINDS.control) return [...events, this.#control(slot, parseControl(body))];
    if (kind === FRAME_KINDS.end) return [...events, { type: "ended", slot }];
    return [...events, ...this.#receipt(idx, parseReceipt(body))];
  }

  /** @type {(slot: number, control: Control) => Happening} */
  #control(slot, control) {
    noteAnnouncement(this.#room, slot, control);
    const { t, r } = control;
    if (t === "code" && slot === 0 && typeof r === "string") this.returnKeys.code = r;
    return { type: "control", slot, control };
  }

  /**
   * Staff lines are received by the visitor, if there is one; a visitor's by any staff member.
   * @type {(idx: number | null, msgIds: string[]) => Happening[]}
   */
  #receipt(idx, msgIds) {
    const { context, slot } = this.#room;
    if (slot !== 0 && context?.entries[0].slot === 0 && idx !== null) return [];
    const received = this.#outbox.received(msgIds);
    return received.length ? [{ type: "received", msgIds: received }] : [];
  }

  /** Message ids for one receipt. @returns {Bytes[]} */
  takeOwed() {
    return this.#owed.splice(0, RECEIPTS_AT_ONCE);
  }
}
