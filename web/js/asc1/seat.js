/**
 * The secrets and positions of one member in one room: how epochs begin and end, which leaves are
 * held, what has been taken up to where (protocol.md 7.1-7.3). `Member` is built on it.
 */
import { Refused, equalConstantTime, hex, refuseUnless } from "./bytes.js";
import { checkCommit } from "./checks.js";
import { FRAME_KINDS, LEAF_UPDATE, NO_SLOT, ReceiveChain, SendChain, parseFrame } from "./frame.js";
import { resumeProof, safetyPhrase } from "./group.js";
import { newPair } from "./hpke.js";

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

  /** @type {EpochSig["idxOf"]} */
  idxOf(slot) {
    const { context, certificates } = this.#entered;
    const entry = context.entries.find((candidate) => candidate.slot === slot);
    return (entry && certificates.get(hex(entry.certHash))?.idx) ?? null;
  }

  /** The number of the next own frame. */
  get nextSeq() {
    return this.#own.seq;
  }

  /** @type {EpochSig["seal"]} */
  seal(type, note) {
    const { slot, seq } = this.#last;
    return this.#own.seal(type, { ...note, lastSlot: slot, lastSeq: seq });
  }

  /** @type {EpochSig["open"]} */
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

  /** @type {SeatSig["hold"]} */
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

  /** @type {SeatSig["proves"]} */
  async proves(hello, pending) {
    const coming = pending?.context.epoch === hello.prevEpoch ? pending.keys.resumeKey : null;
    const key = this.#resumeKeys.get(hello.prevEpoch) ?? coming;
    if (!key || !equalConstantTime(hello.prevRoom, this.room.roomId)) return false;
    return equalConstantTime(await resumeProof(key, hello), hello.proof);
  }

  /** @type {SeatSig["believe"]} */
  async believe(bytes, pos, at) {
    const { commit, ...believed } = await checkCommit(this.room, bytes, at);
    const next = await newPair(this.#random);
    (await this.#enter({ ...believed, committer: commit.committer }, next))?.wipe();
    this.#reach(pos);
  }

  /** @type {SeatSig["enterOwn"]} */
  async enterOwn(entered, pos) {
    const old = await this.#enter(entered, null);
    this.#late = old && { epoch: old, until: pos };
    this.#claim(pos);
  }

  /** @type {SeatSig["#enter"]} */
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

  /** @type {SeatSig["#nameVisitor"]} */
  #nameVisitor(before, after) {
    const [old, fresh] = [before?.entries[0], after.entries[0]];
    if (old?.slot !== 0 || equalConstantTime(old.certHash, fresh.certHash)) return;
    this.visitor = `visitor ${hex(fresh.certHash)}`;
  }

  /** @type {SeatSig["#forget"]} */
  #forget(isOver) {
    for (const [epoch, key] of this.#resumeKeys) {
      if (isOver(epoch)) {
        key.fill(0);
        this.#resumeKeys.delete(epoch);
      }
    }
  }

  /** @type {SeatSig["open"]} */
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

  /** @type {SeatSig["#openIn"]} */
  async #openIn(frame) {
    const candidates = [this.epoch, this.#late?.epoch];
    const epoch = candidates.find((candidate) => candidate?.number === frame.epoch);
    if (!epoch) throw new Refused("epoch");
    return { epoch, ...await epoch.open(frame) };
  }

  /** @type {SeatSig["#learn"]} */
  #learn(frame, { kind, body }, pos) {
    if (kind !== FRAME_KINDS.leaf || frame.epoch !== this.room.epoch) return;
    this.room.leaves.set(frame.slot, body);
    this.room.seenLeaves.add(hex(body));
    this.pos11 = Math.max(this.pos11, pos);
  }

  /** @type {SeatSig["seal"]} */
  async seal(type, note) {
    if (!this.epoch) throw new Refused("no epoch");
    const seq = this.epoch.nextSeq;
    return { seq, bytes: await this.epoch.seal(type, note) };
  }

  /** @type {SeatSig["frameOk"]} */
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

  /** @type {SeatSig["#claim"]} */
  #claim(pos) {
    this.#ownPositions.add(pos);
    this.#reach(this.pos);
  }

  /** @type {SeatSig["#reach"]} */
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
