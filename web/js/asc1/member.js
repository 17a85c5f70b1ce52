/**
 * `Member`: one participant in one room (protocol.md section 7). Sans-I/O: bytes and socket
 * answers go in, events and bytes to send come out; the session around it owns socket and screen.
 *
 * Promises: a commit is believed only after all checks, and a refusal (`Refused`) changes nothing;
 * each line is shown once and in order; each leaf opens one seed; keys of a past epoch are gone.
 * Calls may overlap: they are carried out one after the other.
 *
 * Making one (all take a `Place`; `carry` only after a proven re-handshake)
 *   new Member(place)                      then `visitor` or `staff`:
 *   Member.visitor({...place, leaf})       waiting; roomId = env_id and leaf = V of the hello
 *   Member.staff({...place, shift, certificate})   before epoch 1 of a hello or a staff room
 *   Member.joiner({...place, to, sender, certificate})  -> {member, envelope (type 7)};
 *                                          certificate null: a visitor with the code, sender = R
 * What the session calls
 *   addVersion(bytes, keys)                visitor: a version of the hello, whom it was sealed to
 *   take(bytes, pos, certs)                a `put`: frame or commit -> Outcome
 *   ok(answer), cas()                      answers to own frames and commits -> Outcome
 *   say(text) -> {msgId, send}, control(object), end(), cover(), receipts() -> bytes to send
 *   release(msgIds), discard(msgIds)       the writer's answer about `state.held` lines
 *   unacked(), from(seq), state.pending    identical bytes, after reconnecting or `gap`
 *   readHello(bytes, shown), readJoin(bytes, certificate) -> Join; announce(join, why)
 *   commit({joins, left})                  -> CommitOrder: send it, then wait for `ok` or `cas`
 *   useChain(chain)                        a newer roster; then repeat what was refused "2 roster"
 *   proves(hello), carry(), wipe()         after a re-handshake; the end
 * The order of `send` is the order on the wire. After `epoch` show the members before any line.
 * Three `unreadable` in a row: staff commits, a visitor re-handshakes.
 */
import { NONE, equalConstantTime, hex, refuseUnless, sha256, systemRandom } from "./bytes.js";
import { checkCertificate } from "./cert.js";
import { draftCommit, readHello, readJoin, sealJoin } from "./draft.js";
import { COMMIT, FRAME_KINDS, controlBody, receiptBody, textBody } from "./frame.js";
import { newPair } from "./hpke.js";
import { Inbox } from "./inbox.js";
import { Outbox } from "./outbox.js";
import { Seat } from "./seat.js";
import { Voice } from "./voice.js";
/** @import {Bytes, Clock, Random} from "./bytes.js" */
/** @import {Hello} from "./bodies.js" */
/** @import {CommitOrder, Entered, Join, Shown, Staff} from "./draft.js" */
/** @import {Context} from "./group.js" */
/** @import {Pair} from "./hpke.js" */
/** @import {Item} from "./outbox.js" */
/** @import {Chain} from "./roster.js" */
/** @import {Present} from "./seat.js" */

/** @typedef {{t: string} & Record<string, unknown>} Control */
/**
 * @typedef {{type: "epoch", epoch: number, members: Present[], added: number[],
 *     removed: number[], returned: number[], held: string[]}
 *   | {type: "line", slot: number, idx: number | null, msgId: string, minutes: number,
 *     text: string}
 *   | {type: "control", slot: number, control: Control}
 *   | {type: "sent", msgId: string} | {type: "received", msgIds: string[]}
 *   | {type: "missing", slot: number, count: number}
 *   | {type: "unreadable", slot: number, inARow: number}
 *   | {type: "leaf", slot: number} | {type: "ended", slot: number}} Happening
 *   returned: slots that came in again; held: ids of lines that ask "send to everyone here?"
 */
/** @typedef {{events: Happening[], send: Bytes[]}} Outcome */
/** @typedef {{lines: Item[], seen: Set<string>, visitor: string}} Carry */
/** @typedef {{roomId: Bytes, chain: Chain, random?: Random, now?: Clock, carry?: Carry}} Place */
/** @typedef {{of: string, epoch: number, seq: number, pos: number}} Answer */

const HOUR = 3_600_000;

export class Member {
  #seat;
  #random;
  #now;
  #outbox;
  #inbox;
  #voice;
  /** @type {Staff | null} */
  #staff = null;
  /** @type {{order: CommitOrder, entered: Entered} | null} */
  #pending = null;
  /** @type {Set<string>} */
  #envIds = new Set();
  /** @type {Promise<unknown>} */
  #turn = Promise.resolve();

  /** @param {Place} place */
  constructor({ roomId, chain, random = systemRandom, now = Date.now, carry }) {
    this.#seat = new Seat(roomId, chain, random, carry?.visitor ?? "visitor");
    this.#random = random;
    this.#now = now;
    this.#outbox = new Outbox(carry?.lines);
    this.#voice = new Voice(this.#seat, this.#outbox, { random, now });
    this.#inbox = new Inbox(this.#seat.room, this.#outbox, carry?.seen ?? []);
  }

  /** @type {(place: Place & {leaf: Pair}) => Member} */
  static visitor({ leaf, ...place }) {
    const member = new Member(place);
    member.#seat.room.mode = "waiting";
    member.#seat.hold(leaf);
    return member;
  }

  /** @type {(place: Place & {shift: Pair, certificate: Bytes}) => Promise<Member>} */
  static async staff({ shift, certificate: bytes, ...place }) {
    const member = new Member(place);
    const use = { kinds: [1], nowHour: member.#hour, chain: place.chain };
    const certificate = await checkCertificate(bytes, use);
    refuseUnless(equalConstantTime(certificate.pub, shift.publicRaw), "shift key");
    member.#staff = { shift, certificate };
    return member;
  }

  /**
   * @param {Place & {to: Bytes, sender: Pair, certificate: Bytes | null}} ask to: SK of who commits
   * @returns {Promise<{member: Member, envelope: Bytes}>}
   */
  static async joiner({ to, sender, certificate, ...place }) {
    const member = certificate ? await Member.staff({ ...place, shift: sender, certificate })
      : new Member(place);
    const [{ room }, leaf] = [member.#seat, await newPair(member.#random)];
    const ask = { roomId: room.roomId, to, sender, leaf: leaf.publicRaw, nowHour: member.#hour };
    const envelope = await sealJoin(ask, member.#random);
    Object.assign(room, { mode: "joining", sealedTo: to,
      ownHash: await sha256(certificate ?? envelope) });
    member.#seat.hold(leaf);
    return { member, envelope };
  }

  /**
   * What can be shown. pos: of the last put dealt with (`ack`, `resume`). heard: slots of which a
   * frame has opened in this epoch. safety: null for who was not there at epoch 1. pending: the
   * commit without an answer. resume: what a later hello proves itself with.
   */
  get state() {
    const { room, pos, members, safety, epoch, resume } = this.#seat;
    const { mode, slot, epoch: number } = room;
    return { mode, slot, epoch: number, pos, members, safety, resume, heard: new Set(epoch?.heard),
      held: this.#outbox.held, pending: this.#pending?.order ?? null };
  }

  get #hour() {
    return Math.floor(this.#now() / HOUR);
  }

  /** @template T @param {() => Promise<T>} action @returns {Promise<T>} */
  #next(action) {
    const done = this.#turn.then(action);
    this.#turn = done.catch(() => {});
    return done;
  }

  /** @type {(bytes: Bytes, keys: Bytes[]) => Promise<void>} */
  addVersion(bytes, keys) {
    return this.#next(async () => {
      this.#seat.room.versions.set(hex(await sha256(bytes)), new Set(keys.map(hex)));
    });
  }

  /** @type {(chain: Chain) => void} */
  useChain(chain) {
    this.#seat.room.chain = chain;
  }

  /** @type {(bytes: Bytes, pos: number, certs?: Bytes[]) => Promise<Outcome>} */
  take(bytes, pos, certs = []) {
    return this.#next(async () => {
      const { room, pos: reached } = this.#seat;
      refuseUnless(room.mode !== "wiped", "wiped");
      if (pos <= reached) return { events: [], send: [] };
      if (bytes[1] === COMMIT) return this.#takeCommit(bytes, pos, certs);
      const heard = await this.#seat.open(bytes, pos);
      const events = "reason" in heard ? this.#inbox.unreadable(heard.slot, heard.reason)
        : this.#inbox.hear(heard);
      return { events, send: [] };
    });
  }

  /** @type {(bytes: Bytes, pos: number, offered: Bytes[]) => Promise<Outcome>} */
  async #takeCommit(bytes, pos, offered) {
    const before = this.#seat.room.context;
    await this.#seat.believe(bytes, pos, { offered, nowHour: this.#hour });
    this.#pending = null;
    const events = this.#entered(before);
    const { publicRaw } = /** @type {Pair} */ (this.#seat.next);
    const update = await this.#voice.updateLeaf(publicRaw);
    return { events, send: [update, ...await this.#voice.flush()] };
  }

  /** @type {(before: Context | null) => Happening[]} */
  #entered(before) {
    const { room, members, audience } = this.#seat;
    this.#outbox.newEpoch(audience);
    const old = new Map((before?.entries ?? []).map((entry) => [entry.slot, hex(entry.certHash)]));
    const fresh = new Map(room.context?.entries.map((e) => [e.slot, hex(e.certHash)]));
    const slots = [...fresh.keys()];
    return [{ type: "epoch", epoch: room.epoch, members, held: this.#outbox.held,
      added: slots.filter((slot) => !old.has(slot)),
      removed: [...old.keys()].filter((slot) => !fresh.has(slot)),
      returned: slots.filter((slot) => old.has(slot) && old.get(slot) !== fresh.get(slot)) }];
  }

  /**
   * Queued before epoch 1 and behind held lines.
   * @type {(text: string) => Promise<{msgId: string, send: Bytes[]}>}
   */
  say(text) {
    return this.#next(async () => this.#voice.write(FRAME_KINDS.text, textBody(text)));
  }

  /** @type {(control: Control) => Promise<Bytes[]>} */
  control(control) {
    return this.#next(async () =>
      (await this.#voice.write(FRAME_KINDS.control, controlBody(control))).send);
  }

  /** @returns {Promise<Bytes[]>} */
  end() {
    return this.#next(async () => (await this.#voice.write(FRAME_KINDS.end, NONE)).send);
  }

  /** What the next receipts are; nothing if none are owed. @returns {Promise<Bytes[]>} */
  receipts() {
    return this.#next(async () => {
      const owed = this.#inbox.takeOwed();
      return owed.length ? (await this.#voice.write(FRAME_KINDS.receipt, receiptBody(owed))).send : [];
    });
  }

  /** @returns {Promise<Bytes[]>} */
  cover() {
    return this.#next(() => this.#voice.cover());
  }

  /** @type {(msgIds: string[]) => Promise<Bytes[]>} */
  release(msgIds) {
    return this.#next(async () => {
      this.#outbox.release(msgIds, this.#seat.audience);
      return this.#voice.flush();
    });
  }

  /** Frees the lines behind them too. @type {(msgIds: string[]) => Promise<Bytes[]>} */
  discard(msgIds) {
    return this.#next(async () => {
      this.#outbox.discard(msgIds);
      return this.#voice.flush();
    });
  }

  /** The server has an own frame or commit. @type {(answer: Answer) => Promise<Outcome>} */
  ok({ of, epoch, seq, pos }) {
    return this.#next(async () => {
      const { room } = this.#seat;
      if (of === "commit" && this.#pending?.order.epoch === epoch) {
        const [{ entered }, before] = [this.#pending, room.context];
        this.#pending = null;
        await this.#seat.enterOwn(entered, pos);
        return { events: this.#entered(before), send: await this.#voice.flush() };
      }
      if (of !== "frame") return { events: [], send: [] };
      this.#seat.frameOk(epoch, seq, pos);
      const msgId = epoch === room.epoch ? this.#outbox.ok(seq) : null;
      return { events: msgId ? [{ type: "sent", msgId }] : [], send: [] };
    });
  }

  /** The own commit was not taken: take what follows, then make a new one. */
  cas() {
    return this.#next(async () => {
      this.#pending = null;
    });
  }

  /** Frames without an answer, in order. @returns {Bytes[]} */
  unacked() {
    return this.#outbox.unacked();
  }

  /** The answer to `gap`; null: they are gone, rejoin. @type {(seq: number) => Bytes[] | null} */
  from(seq) {
    return this.#outbox.from(seq, this.#seat.epoch?.nextSeq ?? 0);
  }

  /** @returns {Staff} */
  #committer() {
    refuseUnless(this.#staff, "not staff");
    return this.#staff;
  }

  /**
   * @type {(bytes: Bytes, shown: Shown) =>
   *   Promise<{hello: Hello & {envId: Bytes}, join: Join}>}
   */
  readHello(bytes, shown) {
    return this.#next(async () => {
      const at = { shift: this.#committer().shift, shown, nowHour: this.#hour };
      const read = await readHello(this.#seat.room, bytes, at);
      this.#inbox.returnKeys.hello = read.hello.r ? hex(read.hello.r) : "";
      return read;
    });
  }

  /**
   * `from`: the sender's certificate; null for a visitor.
   * @type {(bytes: Bytes, from: Bytes | null) => Promise<Join>}
   */
  readJoin(bytes, from) {
    return this.#next(async () => {
      const returnKeys = new Set(Object.values(this.#inbox.returnKeys));
      const at = { shift: this.#committer().shift, from, returnKeys, nowHour: this.#hour };
      const { envId, join } = await readJoin(this.#seat.room, bytes, at);
      refuseUnless(!this.#envIds.has(envId), "seen before");
      this.#envIds.add(envId);
      return join;
    });
  }

  /**
   * Tells the room before the commit; again in every epoch that comes between.
   * @type {(join: Join, why: string) => Promise<{join: Join, send: Bytes[]}>}
   */
  announce(join, why) {
    return this.#next(async () => {
      const { room } = this.#seat;
      refuseUnless(room.mode === "live" && this.#staff, "not staff");
      const own = [...room.announced.values()].map((announced) => announced.slot);
      const slot = join.slot ?? 1 + Math.max(room.highestSlot, ...own);
      const leaf = hex(await sha256(join.leaf));
      const control = { t: "joining", idx: join.idx, slot, role: join.role, leaf, why };
      const { send } = await this.#voice.write(FRAME_KINDS.control, controlBody(control));
      return { join: { ...join, slot }, send };
    });
  }

  /** @type {(change?: {joins?: Join[], left?: number[]}) => Promise<CommitOrder>} */
  commit({ joins = [], left = [] } = {}) {
    return this.#next(async () => {
      const { room, pos11, next } = this.#seat;
      refuseUnless(room.mode === "idle" || room.mode === "live", "mode");
      refuseUnless(!this.#pending, "commit pending");
      refuseUnless(!next, "leaf update without ok");
      for (const { slot, leaf } of room.mode === "live" ? joins : []) {
        const announced = room.announced.get(`${room.slot}:${slot}`);
        refuseUnless(announced?.leaf === hex(await sha256(leaf)), "not announced");
      }
      const change = { joins, left, pos11 };
      this.#pending = await draftCommit(room, this.#committer(), change, this.#random);
      return this.#pending.order;
    });
  }

  /**
   * Whether a hello comes from this room's visitor, who may have seen the own commit that waits.
   * @type {(hello: Hello & {envId: Bytes}) => Promise<boolean>}
   */
  proves(hello) {
    return this.#seat.proves(hello, this.#pending?.entered ?? null);
  }

  /** For the next room of the same two. @returns {Carry} */
  carry() {
    const { seen } = this.#inbox;
    return { lines: this.#outbox.carry(), seen: new Set(seen), visitor: this.#seat.visitor };
  }

  wipe() {
    this.#pending = null;
    this.#outbox.wipe();
    this.#seat.wipe();
  }
}
