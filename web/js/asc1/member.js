/**
 * `Member`: one participant in one room (protocol.md section 7), as far as a visitor needs it, on
 * its `Seat`: how epochs begin and end, which leaves are held, what has been taken up to where.
 * Over 400 lines on purpose: a member is its seat, and nothing else may touch that.
 * Sans-I/O: bytes and socket answers go in, events and bytes to send come out.
 *
 * A commit is believed only after all checks; a refusal (`Refused`) changes nothing. Each line is
 * shown once and in order, each leaf opens one seed. Overlapping calls are carried out in turn.
 */
import { NONE, Refused, equalConstantTime, hex, newPair, refuseUnless, sha256, systemRandom } from
  "./bytes.js";
import { COMMIT, FRAME_KINDS, Inbox, LEAF_UPDATE, NO_SLOT, Outbox, ReceiveChain, SendChain, Voice,
  controlBody, parseFrame, receiptBody, textBody } from "./frame.js";
import { checkCommit, resumeProof, safetyPhrase } from "./trust.js";

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

const HOUR = 3_600_000;

/** What a member is made of, for the two kinds there are. */
export class Core {
  /** The own commit without an answer. @type {{order: CommitOrder, entered: Entered} | null} */
  pending = null;
  /** @type {Promise<unknown>} */
  #turn = Promise.resolve();
  #now;

  /** @param {Place} place */
  constructor({ roomId, chain, random = systemRandom, now = Date.now, carry }) {
    this.#now = now;
    this.random = random;
    this.seat = new Seat(roomId, chain, random, carry?.visitor ?? "visitor");
    this.outbox = new Outbox(carry?.lines);
    this.voice = new Voice(this.seat, this.outbox, { random, now });
    this.inbox = new Inbox(this.seat.room, this.outbox, carry?.seen ?? []);
  }

  get hour() {
    return Math.floor(this.#now() / HOUR);
  }

  /** @template T @param {() => Promise<T>} action @returns {Promise<T>} */
  next(action) {
    const done = this.#turn.then(action);
    this.#turn = done.catch(() => {});
    return done;
  }

  /** @type {CoreSig["entered"]} */
  entered(before) {
    const { room, members, audience } = this.seat;
    this.outbox.newEpoch(audience);
    const old = new Map((before?.entries ?? []).map((entry) => [entry.slot, hex(entry.certHash)]));
    const fresh = new Map(room.context?.entries.map((e) => [e.slot, hex(e.certHash)]));
    const slots = [...fresh.keys()];
    return [{ type: "epoch", epoch: room.epoch, members, held: this.outbox.held,
      added: slots.filter((slot) => !old.has(slot)),
      removed: [...old.keys()].filter((slot) => !fresh.has(slot)),
      returned: slots.filter((slot) => old.has(slot) && old.get(slot) !== fresh.get(slot)) }];
  }
}

export class Member {
  #core;

  /** @param {Core} core */
  constructor(core) {
    this.#core = core;
  }

  /** @type {MemberSig["visitor"]} */
  static visitor({ leaf, ...place }) {
    const core = new Core(place);
    core.seat.room.mode = "waiting";
    core.seat.hold(leaf);
    return new Member(core);
  }

  get state() {
    const { seat: { room, pos, members, safety, epoch, resume }, outbox, pending } = this.#core;
    const { mode, slot, epoch: number } = room;
    return { mode, slot, epoch: number, pos, members, safety, resume, heard: new Set(epoch?.heard),
      held: outbox.held, pending: pending?.order ?? null };
  }

  /** @type {MemberSig["addVersion"]} */
  addVersion(bytes, keys) {
    return this.#core.next(async () => {
      this.#core.seat.room.versions.set(hex(await sha256(bytes)), new Set(keys.map(hex)));
    });
  }

  /** @type {MemberSig["useChain"]} */
  useChain(chain) {
    this.#core.seat.room.chain = chain;
  }

  /** @type {MemberSig["take"]} */
  take(bytes, pos, certs = []) {
    return this.#core.next(async () => {
      const { room, pos: reached } = this.#core.seat;
      refuseUnless(room.mode !== "wiped", "wiped");
      if (pos <= reached) return { events: [], send: [] };
      if (bytes[1] === COMMIT) return this.#takeCommit(bytes, pos, certs);
      const heard = await this.#core.seat.open(bytes, pos);
      const events = "reason" in heard ? this.#core.inbox.unreadable(heard.slot, heard.reason)
        : this.#core.inbox.hear(heard);
      return { events, send: [] };
    });
  }

  /** @type {MemberSig["#takeCommit"]} */
  async #takeCommit(bytes, pos, offered) {
    const before = this.#core.seat.room.context;
    await this.#core.seat.believe(bytes, pos, { offered, nowHour: this.#core.hour });
    this.#core.pending = null;
    const events = this.#core.entered(before);
    const { publicRaw } = /** @type {Pair} */ (this.#core.seat.next);
    const update = await this.#core.voice.updateLeaf(publicRaw);
    return { events, send: [update, ...await this.#core.voice.flush()] };
  }

  /** @type {MemberSig["say"]} */
  say(text) {
    return this.#core.next(async () => this.#core.voice.write(FRAME_KINDS.text, textBody(text)));
  }

  /** @type {MemberSig["control"]} */
  control(control) {
    return this.#core.next(async () =>
      (await this.#core.voice.write(FRAME_KINDS.control, controlBody(control))).send);
  }

  /** @type {MemberSig["end"]} */
  end() {
    return this.#core.next(async () => (await this.#core.voice.write(FRAME_KINDS.end, NONE)).send);
  }

  /** @type {MemberSig["receipts"]} */
  receipts() {
    return this.#core.next(async () => {
      const owed = this.#core.inbox.takeOwed();
      return owed.length ? (await this.#core.voice.write(FRAME_KINDS.receipt, receiptBody(owed))).send : [];
    });
  }

  /** @type {MemberSig["cover"]} */
  cover() {
    return this.#core.next(() => this.#core.voice.cover());
  }

  /** @type {MemberSig["release"]} */
  release(msgIds) {
    return this.#core.next(async () => {
      this.#core.outbox.release(msgIds, this.#core.seat.audience);
      return this.#core.voice.flush();
    });
  }

  /** @type {MemberSig["discard"]} */
  discard(msgIds) {
    return this.#core.next(async () => {
      this.#core.outbox.discard(msgIds);
      return this.#core.voice.flush();
    });
  }

  /** @type {MemberSig["ok"]} */
  ok({ of, epoch, seq, pos }) {
    return this.#core.next(async () => {
      if (of !== "frame") return { events: [], send: [] };
      this.#core.seat.frameOk(epoch, seq, pos);
      const msgId = epoch === this.#core.seat.room.epoch ? this.#core.outbox.ok(seq) : null;
      return { events: msgId ? [{ type: "sent", msgId }] : [], send: [] };
    });
  }

  /** @type {MemberSig["unacked"]} */
  unacked() {
    return this.#core.outbox.unacked();
  }

  /** @type {MemberSig["from"]} */
  from(seq) {
    return this.#core.outbox.from(seq, this.#core.seat.epoch?.nextSeq ?? 0);
  }

  /** @type {MemberSig["carry"]} */
  carry() {
    const { seen } = this.#core.inbox;
    return { lines: this.#core.outbox.carry(), seen: new Set(seen), visitor: this.#core.seat.visitor };
  }

  wipe() {
    this.#core.pending = null;
    this.#core.outbox.wipe();
    this.#core.seat.wipe();
  }
}
