/**
 * The secrets and positions of one member in one room: how epochs begin and end, which leaves are
 * held, what has been taken up to where (protocol.md 7.1-7.3). `Member` is built on it.
 */
import { Refused, equalConstantTime, hex } from "./bytes.js";
import { checkCommit } from "./checks.js";
import { Epoch } from "./epoch.js";
import { FRAME_KINDS, NO_SLOT, parseFrame } from "./frame.js";
import { resumeProof, safetyPhrase } from "./group.js";
import { newPair } from "./hpke.js";
/** @import {Bytes, Random} from "./bytes.js" */
/** @import {Hello} from "./bodies.js" */
/** @import {Room} from "./checks.js" */
/** @import {Entered} from "./draft.js" */
/** @import {Note} from "./epoch.js" */
/** @import {Frame, Inner} from "./frame.js" */
/** @import {Context} from "./group.js" */
/** @import {Pair} from "./hpke.js" */
/** @import {Chain} from "./roster.js" */

/** @typedef {{slot: number, role: number, idx: number | null, dutyName: string,
 *   isSelf: boolean}} Present */
/** @typedef {{frame: Frame, inner: Inner, idx: number | null, missing: number}} Heard */

export class Seat {
  /** @type {Room} */
  room;
  /** @type {Epoch | null} */
  epoch = null;
  /** Position of the last put dealt with. */
  pos = 0;
  /** Position of the last 0x11 of this epoch. */
  pos11 = 0;
  /** @type {number[] | null} */
  safety = null;
  /** The next leaf, until the server has its 0x11. @type {Pair | null} */
  next = null;
  /** The visitor's name in audiences: another one after an unproven return. */
  visitor;
  #random;
  /**
   * The epoch an own commit ended, while puts from before that commit may still come.
   * @type {{epoch: Epoch, until: number} | null}
   */
  #late = null;
  /** @type {Map<number, Bytes>} */
  #resumeKeys = new Map();
  /** @type {Set<number>} */
  #ownPositions = new Set();

  /**
   * @param {Bytes} roomId
   * @param {Chain} chain
   * @param {Random} random
   * @param {string} visitor
   */
  constructor(roomId, chain, random, visitor) {
    this.#random = random;
    this.visitor = visitor;
    this.room = { mode: "idle", roomId, chain, epoch: 0, slot: -1, context: null, keys: null,
      certificates: new Map(), leaves: new Map(), seenLeaves: new Set(), highestSlot: 0,
      held: new Map(), announced: new Map(), versions: new Map(), sealedTo: null, ownHash: null };
  }

  /** @type {(leaf: Pair) => void} */
  hold(leaf) {
    this.room.held.set(hex(leaf.publicRaw), leaf);
    this.room.seenLeaves.add(hex(leaf.publicRaw));
  }

  /** @returns {Present[]} */
  get members() {
    const { context, certificates, chain, slot: own } = this.room;
    return (context?.entries ?? []).map(({ slot, role, certHash }) => {
      const idx = certificates.get(hex(certHash))?.idx ?? null;
      const dutyName = chain[0].members.find((m) => m.idx === idx)?.dutyName ?? "";
      return { slot, role, idx, dutyName, isSelf: slot === own };
    });
  }

  /** Who listens, by names that outlast certificates. @returns {Set<string>} */
  get audience() {
    const { context, certificates } = this.room;
    return new Set((context?.entries ?? []).map(({ certHash }) => {
      const known = certificates.get(hex(certHash));
      return known ? `${known.idx}:${known.ed25519}` : this.visitor;
    }));
  }

  /** The newest resume key. @returns {{roomId: Bytes, epoch: number, key: Bytes} | null} */
  get resume() {
    const { roomId, epoch } = this.room;
    const key = this.#resumeKeys.get(epoch);
    return key ? { roomId, epoch, key: key.slice() } : null;
  }

  /** @type {(hello: Hello & {envId: Bytes}, pending: Entered | null) => Promise<boolean>} */
  async proves(hello, pending) {
    const coming = pending?.context.epoch === hello.prevEpoch ? pending.keys.resumeKey : null;
    const key = this.#resumeKeys.get(hello.prevEpoch) ?? coming;
    if (!key || !equalConstantTime(hello.prevRoom, this.room.roomId)) return false;
    return equalConstantTime(await resumeProof(key, hello), hello.proof);
  }

  /**
   * A commit of another member.
   * @type {(bytes: Bytes, pos: number, at: {offered: Bytes[], nowHour: number}) => Promise<void>}
   */
  async believe(bytes, pos, at) {
    const { commit, ...believed } = await checkCommit(this.room, bytes, at);
    const next = await newPair(this.#random);
    (await this.#enter({ ...believed, committer: commit.committer }, next))?.wipe();
    this.#reach(pos);
  }

  /**
   * Own commit, taken by the server at `pos`. What others sent before it may arrive after the
   * `ok`; until then the old epoch can still read.
   * @type {(entered: Entered, pos: number) => Promise<void>}
   */
  async enterOwn(entered, pos) {
    const old = await this.#enter(entered, null);
    this.#late = old && { epoch: old, until: pos };
    this.#claim(pos);
  }

  /**
   * Switches; hands back the epoch before.
   * @type {(entered: Entered, next: Pair | null) => Promise<Epoch | null>}
   */
  async #enter(entered, next) {
    const { context, keys, slot, leaf, certificates } = entered;
    const { room, epoch: old } = this;
    if (context.epoch === 1) this.safety = await safetyPhrase(keys.h);
    this.#nameVisitor(room.context, context);
    const held = (next ? [leaf, next] : [leaf]).map((pair) => [hex(pair.publicRaw), pair]);
    Object.assign(room, { mode: "live", epoch: context.epoch, slot, context, keys, certificates,
      held: new Map(/** @type {[string, Pair][]} */ (held)), announced: new Map(),
      leaves: new Map(context.entries.map((entry) => [entry.slot, entry.leaf])) });
    for (const entry of context.entries) {
      room.seenLeaves.add(hex(entry.leaf));
      room.highestSlot = Math.max(room.highestSlot, entry.slot);
    }
    if (next) room.seenLeaves.add(hex(next.publicRaw));
    this.#resumeKeys.set(context.epoch, keys.resumeKey);
    this.#forget((epoch) => epoch < context.epoch - 1);
    this.#late?.epoch.wipe();
    this.#late = null;
    this.next = next;
    this.pos11 = 0;
    this.epoch = new Epoch(entered);
    return old;
  }

  /**
   * Slot 0 with another H(cert) came back without proof.
   * @type {(before: Context | null, after: Context) => void}
   */
  #nameVisitor(before, after) {
    const [old, fresh] = [before?.entries[0], after.entries[0]];
    if (old?.slot !== 0 || equalConstantTime(old.certHash, fresh.certHash)) return;
    this.visitor = `visitor ${hex(fresh.certHash)}`;
  }

  /** @type {(isOver: (epoch: number) => boolean) => void} */
  #forget(isOver) {
    for (const [epoch, key] of this.#resumeKeys) {
      if (isOver(epoch)) {
        key.fill(0);
        this.#resumeKeys.delete(epoch);
      }
    }
  }

  /**
   * Opens a frame and moves on, also past one that does not open.
   * @type {(bytes: Bytes, pos: number) => Promise<Heard | {slot: number, reason: string}>}
   */
  async open(bytes, pos) {
    let slot = NO_SLOT;
    try {
      const frame = parseFrame(bytes);
      slot = frame.slot;
      const { epoch, missing, inner } = await this.#openIn(frame);
      this.#learn(frame, inner, pos);
      return { frame, inner, idx: epoch.idxOf(slot), missing };
    } catch (error) {
      if (error instanceof Refused) return { slot, reason: error.reason };
      throw error;
    } finally {
      this.#reach(pos);
    }
  }

  /** @type {(frame: Frame) => Promise<{epoch: Epoch, inner: Inner, missing: number}>} */
  async #openIn(frame) {
    const candidates = [this.epoch, this.#late?.epoch];
    const epoch = candidates.find((candidate) => candidate?.number === frame.epoch);
    if (!epoch) throw new Refused("epoch");
    return { epoch, ...await epoch.open(frame) };
  }

  /** @type {(frame: Frame, inner: Inner, pos: number) => void} */
  #learn(frame, { kind, body }, pos) {
    if (kind !== FRAME_KINDS.leaf || frame.epoch !== this.room.epoch) return;
    this.room.leaves.set(frame.slot, body);
    this.room.seenLeaves.add(hex(body));
    this.pos11 = Math.max(this.pos11, pos);
  }

  /** @type {(type: number, note: Note) => Promise<{seq: number, bytes: Bytes}>} */
  async seal(type, note) {
    if (!this.epoch) throw new Refused("no epoch");
    const seq = this.epoch.nextSeq;
    return { seq, bytes: await this.epoch.seal(type, note) };
  }

  /** The server has an own frame. @type {(epoch: number, seq: number, pos: number) => void} */
  frameOk(epoch, seq, pos) {
    if (epoch === this.room.epoch && seq === 0 && this.next) {
      const { publicRaw } = this.next;
      this.room.leaves.set(this.room.slot, publicRaw);
      this.room.held = new Map([[hex(publicRaw), this.next]]);
      this.next = null;
      this.pos11 = Math.max(this.pos11, pos);
    }
    this.#claim(pos);
  }

  /** @type {(pos: number) => void} */
  #claim(pos) {
    this.#ownPositions.add(pos);
    this.#reach(this.pos);
  }

  /** Own positions are never put back: they are leapt over. @type {(pos: number) => void} */
  #reach(pos) {
    this.pos = Math.max(this.pos, pos);
    while (this.#ownPositions.has(this.pos + 1)) this.pos += 1;
    for (const own of this.#ownPositions) if (own <= this.pos) this.#ownPositions.delete(own);
    if (!this.#late || this.pos < this.#late.until) return;
    this.#late.epoch.wipe();
    this.#late = null;
  }

  wipe() {
    this.epoch?.wipe();
    this.#late?.epoch.wipe();
    this.#forget(() => true);
    this.room.held.clear();
    Object.assign(this.room, { mode: "wiped", keys: null, context: null });
    [this.epoch, this.#late, this.next, this.safety] = [null, null, null, null];
  }
}
