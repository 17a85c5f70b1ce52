/**
 * What a member has said and is not yet done with (protocol.md 7.3, 7.5 rule 3, section 16.10).
 *
 * A frame is kept, byte for byte, until the server has it; a line until a receipt names it. After
 * a commit what the server does not have is sealed anew under the same id, in the old order. A
 * line waits for its writer when somebody listens now who did not when it was written; lines
 * written later wait behind it.
 */
import { FRAME_KINDS } from "./frame.js";
/** @import {Bytes} from "./bytes.js" */

/** @typedef {{msgId: string, kind: number, body: Bytes, minutes: number,
 *   audience: Set<string> | null, seq: number | null, isOk: boolean, isHeld: boolean}} Item
 *   audience: who was in the room when it was written; null before the first epoch */

export class Outbox {
  /** @type {Item[]} */
  #items;
  /** @type {Map<number, {bytes: Bytes, msgId: string}>} */
  #frames = new Map();

  /** @param {Item[]} [carried] from the room before this one */
  constructor(carried = []) {
    this.#items = carried.map((item) => ({ ...item, body: item.body.slice() }));
  }

  /** @type {(note: Pick<Item, "msgId" | "kind" | "body" | "minutes" | "audience">) => Item} */
  add(note) {
    const item = { ...note, seq: null, isOk: false, isHeld: false };
    this.#items.push(item);
    return item;
  }

  /** What is to be sealed now, in order. @returns {Item[]} */
  due() {
    /** @type {Item[]} */
    const due = [];
    let isBlocked = false;
    for (const item of this.#items) {
      const isLine = item.kind === FRAME_KINDS.text;
      isBlocked ||= isLine && item.isHeld;
      if (item.seq === null && !item.isOk && !(isLine && isBlocked)) due.push(item);
    }
    return due;
  }

  /** Ids of the lines that wait for a yes. @returns {string[]} */
  get held() {
    return this.#items.filter(({ isHeld }) => isHeld).map(({ msgId }) => msgId);
  }

  /** @type {(seq: number, bytes: Bytes, msgId: string) => void} */
  sealed(seq, bytes, msgId) {
    const item = this.#items.find((candidate) => candidate.msgId === msgId);
    if (item) item.seq = seq;
    this.#frames.set(seq, { bytes, msgId });
  }

  /** @type {(audience: Set<string>) => void} */
  newEpoch(audience) {
    this.#frames.clear();
    for (const item of this.#items.filter(({ isOk }) => !isOk)) {
      const isKnown = [...audience].every((name) => item.audience?.has(name) ?? true);
      item.seq = null;
      item.isHeld = item.kind === FRAME_KINDS.text && !isKnown;
      item.audience ??= audience;
    }
  }

  /** The server has it: the id of a line, else null. @type {(seq: number) => string | null} */
  ok(seq) {
    const msgId = this.#frames.get(seq)?.msgId;
    this.#frames.delete(seq);
    const item = this.#items.find((candidate) => candidate.msgId === msgId);
    if (!item) return null;
    item.isOk = true;
    if (item.kind === FRAME_KINDS.text) return item.msgId;
    this.#items = this.#items.filter((other) => other !== item);
    return null;
  }

  /** The ids of lines now known to have arrived. @type {(msgIds: string[]) => string[]} */
  received(msgIds) {
    const isNamed = (/** @type {Item} */ { kind, msgId }) =>
      kind === FRAME_KINDS.text && msgIds.includes(msgId);
    const named = this.#items.filter(isNamed).map(({ msgId }) => msgId);
    this.#items = this.#items.filter((item) => !isNamed(item));
    return named;
  }

  /**
   * The writer says: send to everyone here.
   * @type {(msgIds: string[], audience: Set<string>) => void}
   */
  release(msgIds, audience) {
    for (const item of this.#items.filter(({ msgId }) => msgIds.includes(msgId))) {
      item.isHeld = false;
      item.audience = audience;
    }
  }

  /** The writer takes back what was held. @type {(msgIds: string[]) => void} */
  discard(msgIds) {
    this.#items = this.#items.filter(({ msgId, isHeld }) => !isHeld || !msgIds.includes(msgId));
  }

  /** Frames without an ok, in order. @returns {Bytes[]} */
  unacked() {
    return [...this.#frames].sort(([a], [b]) => a - b).map(([, { bytes }]) => bytes);
  }

  /**
   * The same from `seq` to `end`, or null if one is missing.
   * @type {(seq: number, end: number) => Bytes[] | null}
   */
  from(seq, end) {
    /** @type {Bytes[]} */
    const frames = [];
    for (let n = seq; n < end; n += 1) {
      const frame = this.#frames.get(n);
      if (!frame) return null;
      frames.push(frame.bytes);
    }
    return frames;
  }

  /** Lines without a receipt, to be sent again in a new room. @returns {Item[]} */
  carry() {
    return this.#items.filter(({ kind }) => kind === FRAME_KINDS.text)
      .map((item) => ({ ...item, body: item.body.slice(), seq: null, isOk: false, isHeld: false }));
  }

  wipe() {
    for (const { body } of this.#items) body.fill(0);
    this.#items = [];
    this.#frames.clear();
  }
}
