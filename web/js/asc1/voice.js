/**
 * How a member speaks: seals what its outbox has to say, in order, in the epoch it is in.
 */
import { NONE, hex, refuseUnless, unhex } from "./bytes.js";
import { FRAME, FRAME_KINDS, LEAF_UPDATE, parseControl } from "./frame.js";
import { noteAnnouncement } from "./inbox.js";
/** @import {Bytes, Clock, Random} from "./bytes.js" */
/** @import {Item, Outbox} from "./outbox.js" */
/** @import {Seat} from "./seat.js" */

const MINUTE = 60_000;

export class Voice {
  #seat;
  #outbox;
  #random;
  #now;

  /** @param {Seat} seat @param {Outbox} outbox @param {{random: Random, now: Clock}} sources */
  constructor(seat, outbox, { random, now }) {
    this.#seat = seat;
    this.#outbox = outbox;
    this.#random = random;
    this.#now = now;
  }

  get #minutes() {
    return Math.floor(this.#now() / MINUTE);
  }

  /**
   * @type {(type: number, note: Pick<Item, "msgId" | "kind" | "body"> & Partial<Item>) =>
   *   Promise<Bytes>}
   */
  async #emit(type, { msgId, kind, body, minutes = this.#minutes }) {
    const note = { kind, minutes, msgId: unhex(msgId), body };
    const { seq, bytes } = await this.#seat.seal(type, note);
    this.#outbox.sealed(seq, bytes, msgId);
    return bytes;
  }

  /** Seals what is due. @returns {Promise<Bytes[]>} */
  async flush() {
    const { room } = this.#seat;
    /** @type {Bytes[]} */
    const send = [];
    for (const item of room.mode === "live" ? this.#outbox.due() : []) {
      const { kind, body } = item;
      send.push(await this.#emit(FRAME, item));
      if (kind === FRAME_KINDS.control) noteAnnouncement(room, room.slot, parseControl(body));
    }
    return send;
  }

  /** @type {(kind: number, body: Bytes) => Promise<{msgId: string, send: Bytes[]}>} */
  async write(kind, body) {
    const { room, audience } = this.#seat;
    refuseUnless(room.mode !== "wiped", "wiped");
    const msgId = hex(this.#random(16));
    const heardBy = room.context ? audience : null;
    this.#outbox.add({ msgId, kind, body, minutes: this.#minutes, audience: heardBy });
    return { msgId, send: await this.flush() };
  }

  /** The 0x11: first of the epoch. @type {(leaf: Bytes) => Promise<Bytes>} */
  updateLeaf(leaf) {
    const note = { msgId: hex(this.#random(16)), kind: FRAME_KINDS.leaf, body: leaf };
    return this.#emit(LEAF_UPDATE, note);
  }

  /** Says nothing, in 300 bytes. @returns {Promise<Bytes[]>} */
  async cover() {
    if (this.#seat.room.mode !== "live") return [];
    const note = { msgId: hex(this.#random(16)), kind: FRAME_KINDS.cover, body: NONE };
    return [await this.#emit(FRAME, note)];
  }
}
