/**
 * One conversation that an adviser holds: who comes in, who goes, and when keys are renewed
 * (protocol.md 7.2, 7.5 rules 2, 8-12, 14). Everyone is announced before the commit.
 */
import { Refused, hex, unhex } from "../asc1/bytes.js";
import { Talk } from "./room.js";
/** @import {Host} from "./room.js" */
/** @import {Message, Room} from "./views.js" */

/** @typedef {Omit<Host, "changed"> & {changed: () => void, sound: (name: string) => void}} DeskHost */
/** @typedef {{join: Join, why: string, epoch: number, isAllowed: boolean, until: number}} Entering
 *   epoch: in which it was announced last */

const REKEY_AFTER = 20 * 60_000;
const REKEY_LINES = 50;
const TRIES = 8;
const MAY_PATIENCE = 60_000;
const END_PATIENCE = 3000;

export class Held {
  #host;
  #facts;
  /** @type {Entering[]} */
  #entering = [];
  /** Members of earlier rooms with the same visitor. @type {StaffMember[]} */
  #ancestors;
  #member;
  /** Those whom the commit under way lets in. @type {Entering[]} */
  #committing = [];
  /** @type {Set<number>} */
  #leaving = new Set();
  #isDue = false;
  #tries = 0;
  #lines = 0;
  /** @type {unknown} */
  #rekey = null;
  /** @type {unknown} */
  #again = null;
  /** @type {(() => void) | null} */
  #ending = null;
  why = "";
  isPractice = false;
  /** The visitor is expected back in a room of its own making. */
  isHealing = false;
  hasCode = false;
  /** @type {Talk} */
  talk;

  /**
   * @param {DeskHost} host @param {StaffMember} member @param {string} id
   * @param {{hello: Hello, identity: Room["identity"], before?: Held | null}} facts
   */
  constructor(host, member, id, { hello, identity, before = null }) {
    this.#host = host;
    this.#member = member;
    this.#ancestors = before ? [before.#member, ...before.#ancestors] : [];
    this.identity = identity;
    this.#facts = { language: hello.language, door: hello.door, danger: hello.danger,
      topic: hello.topic, relation: hello.relation, age: hello.ageBand };
    this.hasCode = hello.r !== null;
    this.talk = new Talk({ ...host, happened: (_, event) => this.#happened(event) },
      member, id, before?.talk.lines);
  }

  /** Is this hello from our visitor? Until the visitor is heard here, the room before counts, too.
   * @type {(hello: Hello & {envId: Bytes}) => Promise<boolean>} */
  async proves(hello) {
    for (const member of [this.#member, ...this.#ancestors]) {
      if (await member.proves(hello)) return true;
    }
    return false;
  }

  get id() {
    return this.talk.id;
  }

  get #visitor() {
    return this.talk.people.find(({ role }) => role === 0);
  }

  /** Is the visitor out of reach, and may come back through a new hello? */
  get expects() {
    return !this.why && !this.isPractice &&
      (this.isHealing || (this.talk.isLive && this.#visitor?.presence !== "here"));
  }

  /** @returns {Room} */
  get view() {
    const { talk } = this;
    const { heard, safety, mode } = talk.member.state;
    const isHere = talk.isLive && !this.isHealing && this.#visitor?.presence === "here";
    return Object.freeze({ id: talk.id, ...this.#facts, hasCode: this.hasCode,
      state: this.why ? "ended" : mode === "idle" ? "pairing" : isHere ? "live" : "away",
      identity: this.identity, people: talk.people, lines: talk.lines, held: talk.held,
      mayWrite: !this.why && mode === "live" && talk.held.length === 0,
      writing: talk.writing.includes(0), connected: heard.has(0), safety: safety ?? [],
      why: this.why, practice: this.isPractice });
  }

  /** @type {(joins: Join[]) => Promise<void>} */
  begin(joins) {
    return this.#commit(joins, []);
  }

  /** @type {(joins: Join[], left: number[]) => Promise<void>} */
  async #commit(joins, left) {
    this.#isDue = false;
    await this.#member.commit({ joins, left });
    this.sendPending();
  }

  /** The identical bytes, also after the socket was lost. */
  sendPending() {
    const { pending } = this.talk.member.state;
    if (!pending) return;
    const { bytes, epoch, pos11, joined, left, certs } = pending;
    this.#host.link.send({ t: "commit", room: this.id, epoch, pos11, joined, left,
      certs: certs.map(hex) }, bytes);
  }

  /** Commits when something waits for it and nothing of ours is on its way. */
  async step() {
    const { member, isLive } = this.talk;
    const { epoch, pending } = member.state;
    if (!isLive || pending || this.isHealing) return;
    const now = this.#host.world.clock();
    this.#entering = this.#entering.filter(({ isAllowed, until }) => isAllowed || now < until);
    const stale = this.#entering.find((entering) => entering.epoch !== epoch);
    if (stale) {
      const { join, send } = await this.#member.announce(stale.join, stale.why);
      Object.assign(stale, { join, epoch });
      this.talk.push(send);
      return;
    }
    const allowed = this.#entering.filter(({ isAllowed }) => isAllowed);
    const left = [...this.#leaving];
    if (!(allowed.length || left.length || this.#isDue) || member.unacked().length) return;
    this.#committing = allowed;
    await this.#commit(allowed.map(({ join }) => join), left);
  }

  /** @type {(message: Message) => Promise<void>} */
  async ok(message) {
    if (message.of === "commit") {
      this.#entering = this.#entering.filter((entering) => !this.#committing.includes(entering));
    }
    await this.talk.ok(message);
    await this.step();
  }

  /** A refused commit. @type {(message: Message) => Promise<void>} */
  async refused({ code, wait }) {
    if (code === "gone") return void await this.#host.astray(this.talk);
    if (code === "cas") {
      await this.#member.cas();
      this.#isDue = true;
      this.#tries += 1;
      if (this.#tries > TRIES) return void this.talk.note("note.not_renewed");
    }
    const { link, world: { timers } } = this.#host;
    timers.clear(this.#again);
    const act = () => (this.talk.member.state.pending ? this.sendPending() : this.step());
    this.#again = timers.set(() => link.turn(act), code === "cas" ? 300 : 1000 * (wait || 1));
    return undefined;
  }

  /** Somebody asks to come in. @type {(bytes: Bytes, from: string | null) => Promise<void>} */
  async asked(bytes, from) {
    let join;
    try {
      join = await this.#member.readJoin(bytes, from === null ? null : unhex(from));
    } catch (error) {
      if (error instanceof Refused) return;
      throw error;
    }
    const isBack = join.idx !== null && join.slot !== null;
    const why = join.idx === null ? "code" : isBack ? "again" : join.role === 2 ? "supervisor"
      : "colleague";
    this.#entering = this.#entering.filter((other) => other.join.idx !== join.idx);
    this.#entering.push({ join, why, epoch: -1, isAllowed: why !== "colleague",
      until: this.#host.world.clock() + MAY_PATIENCE });
    await this.step();
  }

  /** @type {(message: Message) => Promise<void>} */
  async peer(message) {
    const before = this.#visitor?.presence;
    this.talk.peer(message);
    const { slot, state } = message;
    if (slot === 0 && before === "here" && state !== "here") this.#host.sound("lost");
    if (state === "leaving" && this.#isEldest(slot)) {
      this.#leaving.add(slot);
      await this.step();
    }
    this.#host.changed();
  }

  /** Of the staff that stay, is it us who renew keys? @param {number} [without] */
  #isEldest(without = -1) {
    const staff = this.talk.people.filter(({ role, slot }) => role !== 0 && slot !== without);
    return staff[0]?.me ?? false;
  }

  /** @type {(event: Happening) => Promise<void>} */
  async #happened(event) {
    const { member } = this.talk;
    if ("slot" in event && event.slot === 0 && event.type !== "unreadable") this.#forget();
    if (event.type === "epoch") this.#entered(event);
    else if (event.type === "line") {
      this.#lines += 1;
      this.#host.sound("line");
    } else if (event.type === "sent") this.#lines += 1;
    else if (event.type === "unreadable" && event.inARow >= 3) this.#isDue = true;
    else if (event.type === "control" && event.slot === 0) await this.#heard(event.control);
    if (event.type === "received" && this.talk.isQuiet) this.#ending?.();
    if (this.#lines >= REKEY_LINES && this.#isEldest()) this.#isDue = true;
    if (member.state.mode === "live") await this.step();
  }

  /** @type {(event: Happening & {type: "epoch"}) => void} */
  #entered({ members, returned }) {
    const slots = members.map(({ slot }) => slot);
    for (const slot of this.#leaving) if (!slots.includes(slot)) this.#leaving.delete(slot);
    if (returned.includes(0)) this.identity = "code";
    this.#lines = this.#tries = 0;
    this.#isDue = false;
    const { timers } = this.#host.world;
    timers.clear(this.#rekey);
    this.#rekey = timers.set(() => this.#host.link.turn(() => {
      this.#isDue = this.#isEldest();
      return this.step();
    }), REKEY_AFTER);
  }

  /** @type {(control: {t: string} & Record<string, unknown>) => Promise<void>} */
  async #heard({ t, r, idx, ok }) {
    if (t === "code") {
      this.hasCode = true;
      this.#host.changed();
      await this.talk.control({ t: "code_ok", r });
    } else if (t === "may") {
      const entering = this.#entering.find(({ join }) => join.idx === idx);
      if (entering && ok === true) entering.isAllowed = true;
      else if (entering) this.#entering = this.#entering.filter((other) => other !== entering);
    }
  }

  /** Says goodbye, lets the last lines arrive, and leaves. */
  async end() {
    const { world, link } = this.#host;
    const leave = () => {
      this.#ending = null;
      link.send({ t: "leave", room: this.id });
      this.close("end");
    };
    await this.talk.sayEnd();
    if (this.talk.isQuiet || !link.up || !this.talk.isLive) return leave();
    this.#ending = () => link.turn(leave);
    world.timers.set(() => this.#ending?.(), END_PATIENCE);
    return undefined;
  }

  #forget() {
    for (const member of this.#ancestors.splice(0)) member.wipe();
  }

  /** @type {(why: string, keepsKeys?: boolean) => void} */
  close(why, keepsKeys = false) {
    if (this.why) return;
    if (!keepsKeys) this.#forget();
    this.why = why;
    const { timers } = this.#host.world;
    timers.clear(this.#rekey);
    timers.clear(this.#again);
    this.talk.close(keepsKeys);
    this.#host.changed();
  }
}
