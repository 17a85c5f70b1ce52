/**
 * One conversation that a member of staff is in: who comes in, who goes, and when keys are renewed
 * (protocol.md 7.2, 7.5 rules 2, 8-14). Everyone is announced before the commit.
 */
import { Refused, hex, unhex } from "../asc1/bytes.js";
import { Beside } from "./beside.js";
import { Company, MAY_PATIENCE } from "./company.js";
import { Talk } from "./room.js";
/** @import {Host} from "./room.js" */
/** @import {Message, Room} from "./views.js" */

/** @typedef {Omit<Host, "changed"> & {changed: () => void, sound: (name: string) => void,
 *   answered?: (room: string, control: Record<string, unknown>) => void}} DeskHost   answered = about an escalation */
/** What is known of a room whose hello was opened by someone else, or that has none. */
const UNKNOWN = { language: "", door: 1, danger: false, topic: 0, relation: 0, ageBand: 0, r: null };
const REKEY_AFTER = 20 * 60_000;
const REKEY_LINES = 50;
const TRIES = 8;
const END_PATIENCE = 3000;

export class Held {
  #host;
  /** @type {Pick<Room, "language" | "door" | "danger" | "topic" | "relation" | "age">} */
  #facts;
  #company;
  /** Members of earlier rooms with the same visitor. @type {StaffMember[]} */
  #ancestors;
  #member;
  /** @type {Set<number>} */
  #leaving = new Set();
  #isDue = false;
  #tries = 0;
  #lines = 0;
  /** @type {unknown} */
  #rekey = null;
  /** @type {unknown} */
  #again = null;
  /** @type {unknown} */
  #patience = null;
  /** @type {(() => void) | null} */
  #ending = null;
  why = "";
  isPractice = false;
  /** Minutes: a place taken, begun, and over. @type {Pick<Room, "since" | "begun" | "over">} */
  #times;
  /** The visitor is expected back in a room of its own making. */
  isHealing = false;
  hasCode = false;
  /** Where the visitor can be reached under their code. @type {{mailbox: string, r: string} | null} */
  contact = null;
  /** Who takes this conversation over from us, and whether the visitor has met them. @type {{idx: number, met: boolean} | null} */
  #heir = null;
  #isIn = false;
  /** Is the decision log of this acute room incomplete? Then it is not ours to close. */
  owes = false;
  /** Have we said to those here that the visitor has met us? */
  #isMet = false;
  /** What is said and heard beside lines. */
  beside;
  /** @type {Talk} */
  talk;

  /**
   * @param {DeskHost} host @param {StaffMember} member @param {string} id
   * @param {{hello?: Hello | null, identity?: Room["identity"], since?: number, before?: Held | null, why?: string}} facts
   *   why: for what this member came into a room of others, or "talk" for a room among staff; "" for the one who paired
   */
  constructor(host, member, id, { hello = null, identity = "new", since, before = null, why = "" }) {
    this.#host = host;
    this.#company = new Company(host.world.clock);
    this.beside = new Beside(host, this);
    this.beside.isChild = before?.beside.isChild ?? false;
    this.cameFor = why;
    const now = this.#now;
    this.#times = before ? { ...before.#times, over: null } : { since: since ?? now, begun: now, over: null };
    this.#member = member;
    this.#ancestors = before ? [before.#member, ...before.#ancestors] : [];
    this.identity = identity;
    const { language, door, danger, topic, relation, ageBand: age, r } = hello ?? UNKNOWN;
    this.#facts = before && !hello ? before.#facts : { language, door, danger, topic, relation, age };
    this.hasCode = r !== null || (before?.hasCode ?? false);
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

  get #now() {
    return Math.floor(this.#host.world.clock() / 60_000);
  }

  get visitor() {
    return this.talk.people.find(({ role }) => role === 0);
  }

  /** Is this a room among staff, with no path to any visitor? */
  get isStaffRoom() {
    return this.cameFor === "talk";
  }

  /** The other members of staff, as certified. */
  get colleagues() {
    return this.#member.colleagues;
  }

  /** Colleagues who are in the room and stay: not who leaves, nor whose browser has lost the room. */
  get #others() {
    return this.talk.people.filter(({ me, role, presence }) => !me && role !== 0 && !["leaving", "lost"].includes(presence));
  }

  /** Is the visitor out of reach, and may come back through a new hello? */
  get expects() {
    return !this.why && !this.isPractice && !this.isStaffRoom &&
      (this.isHealing || (this.talk.isLive && this.visitor?.presence !== "here"));
  }

  /** @returns {Room} */
  get view() {
    const { talk } = this;
    const { heard, safety, mode } = talk.member.state;
    const isHere = talk.isLive && !this.isHealing && (this.isStaffRoom || this.visitor?.presence === "here");
    const { trust } = this.#host;
    const { asked, refused } = this.#company;
    return Object.freeze({ id: talk.id, ...this.#facts, ...this.#times, hasCode: this.hasCode,
      state: this.why ? "ended" : mode === "idle" ? "pairing" : mode === "joining" ? "joining" : isHere ? "live" : "away",
      staffOnly: this.isStaffRoom, shared: this.#others.length > 0, cameFor: this.cameFor,
      asking: asked === null ? "" : trust.name(asked), refused: refused === null ? "" : trust.name(refused),
      heir: this.#heir && { name: trust.name(this.#heir.idx), met: this.#heir.met },
      identity: this.identity, people: talk.people, lines: talk.lines, held: talk.held,
      mayWrite: !this.why && mode === "live" && talk.held.length === 0,
      writing: talk.writing.map((slot) => talk.people.find((person) => person.slot === slot)?.name ?? ""),
      child: this.beside.isChild, connected: this.isStaffRoom || heard.has(0), closing: this.why ? null : this.beside.closing, safety: safety ?? [],
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
    // A new epoch tells the visitor that nobody is on the way any more.
    if (this.#company.tidy()) this.#isDue = true;
    const stale = this.#company.unannounced(epoch);
    if (stale) {
      const { join, send } = await this.#member.announce(stale.join, stale.why);
      Object.assign(stale, { join, epoch });
      this.talk.push(send);
      return;
    }
    const { allowed } = this.#company;
    const left = [...this.#leaving];
    if (!(allowed.length || left.length || this.#isDue) || member.unacked().length) return;
    this.#company.commit(allowed);
    await this.#commit(allowed.map(({ join }) => join), left);
  }

  /** @type {(message: Message) => Promise<void>} */
  async ok(message) {
    const heir = message.of === "commit" ? this.#company.taken() : null;
    if (heir !== null) this.#heir = { idx: heir, met: false };
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
    if (this.talk.member.state.mode === "idle") return void (this.isStaffRoom && await this.begin([join]));
    this.#company.ask(join);
    const { link, world: { timers } } = this.#host;
    timers.clear(this.#patience);
    this.#patience = timers.set(() => link.turn(() => this.step()), MAY_PATIENCE + 1);
    await this.step();
    this.#host.changed();
    return undefined;
  }

  /** A colleague is asked in. @type {(idx: number, why: string) => void} */
  invite(idx, why) {
    this.#company.invite(idx, why);
    this.#host.link.send({ t: "invite", room: this.id, to: idx, why });
    this.#host.changed();
  }

  /** @type {(message: Message) => Promise<void>} */
  async peer(message) {
    const before = this.visitor?.presence;
    this.talk.peer(message);
    const { slot, state } = message;
    if (slot === 0 && before === "here" && state !== "here") this.#host.sound("lost");
    if (slot === 0 && before !== state) this.beside.visitorIs(state === "here");
    if (state === "leaving" && this.isEldest(slot)) {
      this.#leaving.add(slot);
      await this.step();
    }
    this.#host.changed();
  }

  /** Of the staff that are here and stay, is it us who renew keys? @param {number} [without] */
  isEldest(without = -1) {
    const staff = this.talk.people.filter(({ role, slot, me, presence }) =>
      role !== 0 && slot !== without && (me || presence === "here"));
    return staff[0]?.me ?? false;
  }

  /** @type {(event: Happening) => Promise<void>} */
  async #happened(event) {
    const { member } = this.talk;
    if ("slot" in event && event.slot === 0 && event.type !== "unreadable") this.#forget();
    this.beside.happened(event);
    if (event.type === "epoch") await this.#entered(event);
    else if (event.type === "line") {
      this.#lines += 1;
      this.#host.sound("line");
    } else if (event.type === "sent") this.#lines += 1;
    else if (event.type === "unreadable" && event.inARow >= 3) this.#isDue = true;
    else if (event.type === "control" && event.slot === 0) await this.#heard(event.control);
    else if (event.type === "control" && event.control.t === "met") this.#met(event.slot);
    if (event.type === "received") await this.#received();
    if (this.#lines >= REKEY_LINES && this.isEldest()) this.#isDue = true;
    if (member.state.mode === "live") await this.step();
  }

  /** Who takes over says so once the visitor has a line of theirs: then all three have met (rule 10). */
  async #received() {
    if (this.talk.isQuiet) this.#ending?.();
    if (this.cameFor !== "hand_over" || this.#isMet || !this.#others.length) return;
    this.#isMet = true;
    await this.talk.control({ t: "met" });
  }

  /** @param {number} slot */
  #met(slot) {
    const person = this.talk.member.state.members.find((each) => each.slot === slot);
    if (this.#heir && person?.idx === this.#heir.idx) this.#heir.met = true;
    this.#host.changed();
  }

  /** @type {(event: Happening & {type: "epoch"}) => Promise<void>} */
  async #entered({ members, returned }) {
    if (this.cameFor && !this.#isIn) await this.talk.online();
    this.#isIn = true;
    await this.beside.entered();
    if (this.#heir && !members.some(({ idx }) => idx === this.#heir?.idx)) this.#heir = null;
    const slots = members.map(({ slot }) => slot);
    for (const slot of this.#leaving) if (!slots.includes(slot)) this.#leaving.delete(slot);
    if (returned.includes(0)) this.identity = "code";
    this.#lines = this.#tries = 0;
    this.#isDue = false;
    const { timers } = this.#host.world;
    timers.clear(this.#rekey);
    this.#rekey = timers.set(() => this.#host.link.turn(() => {
      this.#isDue = this.isEldest();
      return this.step();
    }), REKEY_AFTER);
  }

  /** @type {(control: {t: string} & Record<string, unknown>) => Promise<void>} */
  async #heard(control) {
    const { t, r, mailbox, idx, ok } = control;
    if (t === "code") {
      this.hasCode = true;
      if (typeof r === "string" && typeof mailbox === "string") this.contact = { mailbox, r };
      this.#host.changed();
      await this.talk.control({ t: "code_ok", r });
    } else if (t === "may") {
      this.#company.answer(idx, ok === true);
      this.#host.changed();
    } else if (t === "escalation_ok") this.#host.answered?.(this.id, control);
  }

  /** Says goodbye, lets the last lines arrive, and leaves; in company the others stay with the visitor. */
  async end() {
    const { world, link } = this.#host;
    const why = this.talk.member.state.mode === "joining" ? "refused" : this.#others.length ? "left" : "end";
    if (why === "end" && this.owes) return undefined;
    const leave = () => {
      this.#ending = null;
      link.send({ t: "leave", room: this.id });
      this.close(why);
    };
    if (why === "end") await this.talk.sayEnd();
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
    this.#times = { ...this.#times, over: this.#now };
    const { timers } = this.#host.world;
    timers.clear(this.#rekey);
    timers.clear(this.#again);
    timers.clear(this.#patience);
    this.beside.stop();
    this.talk.close(keepsKeys);
    this.#host.changed();
  }
}
