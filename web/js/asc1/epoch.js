/**
 * One member's secrets of one epoch: its own chain, everybody else's, and what was heard last.
 * When the epoch is over they are wiped together.
 */
import { equalConstantTime, hex, refuseUnless } from "./bytes.js";
import { LEAF_UPDATE, NO_SLOT, ReceiveChain, SendChain } from "./frame.js";
/** @import {Bytes} from "./bytes.js" */
/** @import {Frame, Inner} from "./frame.js" */
/** @import {Entered} from "./draft.js" */

/** @typedef {{kind: number, minutes: number, msgId: Bytes, body: Bytes}} Note */

export class Epoch {
  /** Slots of which a frame has opened. @type {Set<number>} */
  heard = new Set();
  #entered;
  #own;
  /** @type {Map<number, ReceiveChain>} */
  #others = new Map();
  #last = { slot: NO_SLOT, seq: 0 };

  /** @param {Entered} entered */
  constructor(entered) {
    const { context, keys, slot } = entered;
    this.#entered = entered;
    this.number = context.epoch;
    const { confirmTag, chains } = keys;
    for (const [other, key] of chains) {
      if (other !== slot) this.#others.set(other, new ReceiveChain(key, confirmTag));
    }
    const where = { roomId: context.roomId, epoch: context.epoch, slot, confirmTag };
    this.#own = new SendChain(/** @type {Bytes} */ (chains.get(slot)), where);
  }

  /** A staff slot's idx; null for the visitor. @type {(slot: number) => number | null} */
  idxOf(slot) {
    const { context, certificates } = this.#entered;
    const entry = context.entries.find((candidate) => candidate.slot === slot);
    return (entry && certificates.get(hex(entry.certHash))?.idx) ?? null;
  }

  /** The number of the next own frame. */
  get nextSeq() {
    return this.#own.seq;
  }

  /** @type {(type: number, note: Note) => Promise<Bytes>} */
  seal(type, note) {
    const { slot, seq } = this.#last;
    return this.#own.seal(type, { ...note, lastSlot: slot, lastSeq: seq });
  }

  /** @type {(frame: Frame) => Promise<{inner: Inner, missing: number}>} */
  async open(frame) {
    const { context, committer } = this.#entered;
    const chain = this.#others.get(frame.slot);
    refuseUnless(chain && equalConstantTime(frame.roomId, context.roomId), "room");
    const isFirst = frame.seq === 0 && frame.slot !== committer;
    refuseUnless((frame.type === LEAF_UPDATE) === isFirst, "leaf update");
    const opened = await chain.open(frame);
    this.heard.add(frame.slot);
    this.#last = { slot: frame.slot, seq: frame.seq };
    return opened;
  }

  wipe() {
    this.#own.wipe();
    for (const chain of this.#others.values()) chain.wipe();
    this.#entered.keys.memberKey.fill(0);
    this.#entered.keys.exporter.fill(0);
    this.#others.clear();
  }
}
