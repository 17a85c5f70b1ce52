/**
 * `Member`: one participant in one room (protocol.md section 7), as far as a visitor needs it.
 * Sans-I/O: bytes and socket answers go in, events and bytes to send come out.
 *
 * A commit is believed only after all checks; a refusal (`Refused`) changes nothing. Each line is
 * shown once and in order, each leaf opens one seed. Overlapping calls are carried out in turn.
 */
import { NONE, hex, refuseUnless, sha256, systemRandom } from "./bytes.js";
import { sealJoin } from "./envelope.js";
import { COMMIT, FRAME_KINDS, controlBody, receiptBody, textBody } from "./frame.js";
import { newPair } from "./hpke.js";
import { Seat } from "./seat.js";
import { Inbox, Outbox, Voice } from "./voice.js";

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

  /** @type {CoreSig["ask"]} */
  async ask(to, sender, certificate) {
    const [{ room }, leaf] = [this.seat, await newPair(this.random)];
    const ask = { roomId: room.roomId, to, sender, leaf: leaf.publicRaw, nowHour: this.hour };
    const envelope = await sealJoin(ask, this.random);
    Object.assign(room, { mode: "joining", sealedTo: to,
      ownHash: await sha256(certificate ?? envelope) });
    this.seat.hold(leaf);
    return envelope;
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

  /** @type {MemberSig["joiner"]} */
  static async joiner({ to, sender, ...place }) {
    const core = new Core(place);
    const envelope = await core.ask(to, sender, null);
    return { member: new Member(core), envelope };
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
