/**
 * One conversation as a page holds it: a `Member`, its lines on screen, and its way through the
 * socket (protocol.md sections 7.3, 7.5, 7.6). What visitor and staff have in common.
 *
 * What is not yet taken by the server goes out again, byte for byte, in order; after a refusal
 * nothing goes out until it is time to try again, so one refusal never becomes many.
 */
import { Refused, hex } from "../asc1/bytes.js";
/** @import {Line, Message, Person, World} from "./views.js" */
/** @import {Link} from "./world.js" */
/** @import {Trust} from "./world.js" */

/**
 * @typedef {object} Host who the conversation belongs to
 * @property {World} world
 * @property {Link} link
 * @property {Trust} trust
 * @property {() => void} changed
 * @property {(talk: Talk, event: Happening) => unknown} happened after the screen knows of it
 * @property {(talk: Talk) => unknown} astray the room cannot be followed any more
 */

const QUIET = 150;
const COVER_MEAN = 10_000;
const WRITING_EVERY = 3000;
const WRITING_FADES = 6000;
const LONGEST_WAIT = 30;
const RESYNC = 15_000;

export class Talk {
  #host;
  #ready = false;
  /** Until a refusal's wait is over. @type {unknown} */
  #blocked = null;
  #patience = 1;
  /** @type {Record<string, unknown>} */
  #timers = {};
  #acked = 0;
  #wroteAt = 0;
  /** @type {Map<number, number>} slot -> until */
  #writing = new Map();
  /** @type {Map<number, Person["presence"]>} */
  #presence = new Map();
  /** @type {Line[]} */
  lines;
  over = false;

  /** @param {Host} host @param {Member} member @param {string} id @param {Line[]} [lines] */
  constructor(host, member, id, lines = []) {
    this.#host = host;
    this.member = member;
    this.id = id;
    this.lines = lines;
  }

  /** @returns {Person[]} */
  get people() {
    return this.member.state.members.map(({ slot, role, idx, isSelf }) => ({ slot, role, me: isSelf,
      name: idx === null ? "" : this.#host.trust.name(idx),
      presence: this.#presence.get(slot) ?? "here" }));
  }

  get isLive() {
    return !this.over && this.member.state.mode === "live";
  }

  get held() {
    const { held } = this.member.state;
    return this.lines.filter(({ id }) => held.includes(id));
  }

  /** Slots whose writer is at work now. */
  get writing() {
    const now = this.#host.world.clock();
    return [...this.#writing].filter(([, until]) => until > now).map(([slot]) => slot);
  }

  /** Own lines that no one has: to be given back. */
  get unsent() {
    return this.lines.filter(({ mine, mark }) => mine && !["sent", "received"].includes(mark));
  }

  /** Is nothing of one's own still on its way? */
  get isQuiet() {
    return !this.lines.some(({ mine, mark }) => mine && mark !== "received");
  }

  /** @type {(text: string, values?: Record<string, string>) => void} */
  note(text, values = {}) {
    const { random, clock } = this.#host.world;
    this.lines = [...this.lines, { id: hex(random(16)), kind: "note", mine: false, name: "", text,
      values, at: Math.floor(clock() / 60_000), mark: "none" }];
  }

  /** Of a help line, or the 112 card. @type {(name: string, mine: boolean, help?: any) => void} */
  card(name, mine, help) {
    this.note(help ? "card.help" : "card.emergency", help);
    Object.assign(this.lines[this.lines.length - 1], { kind: help ? "help" : "card", name, mine });
  }

  /** @type {(ids: string[], mark: Line["mark"]) => void} */
  #mark(ids, mark) {
    this.lines = this.lines.map((line) => (line.mine && ids.includes(line.id) &&
      line.mark !== "received" ? { ...line, mark } : line));
  }

  /** @type {(text: string) => Promise<void>} */
  async write(text) {
    const { msgId, send } = await this.member.say(text);
    this.lines = [...this.lines, { id: msgId, kind: "text", mine: true, name: "", text, values: {},
      at: Math.floor(this.#host.world.clock() / 60_000),
      mark: "sending" }];
    this.#send(send);
    this.#host.changed();
  }

  typing() {
    const now = this.#host.world.clock();
    if (!this.#canSend || now - this.#wroteAt < WRITING_EVERY) return undefined;
    this.#wroteAt = now;
    return this.control({ t: "writing" });
  }

  /** @type {(control: {t: string} & Record<string, unknown>) => Promise<void>} */
  async control(control) {
    this.#send(await this.member.control(control));
  }

  /** @type {(ok: boolean) => Promise<Line[]>} the lines that are given back */
  async decideHeld(ok) {
    const held = this.held;
    const ids = held.map(({ id }) => id);
    if (ok) {
      this.#mark(ids, "sending");
      this.#send(await this.member.release(ids));
      return [];
    }
    this.lines = this.lines.filter(({ id }) => !ids.includes(id));
    this.#send(await this.member.discard(ids));
    return held;
  }

  async sayEnd() {
    if (this.isLive) this.#send(await this.member.end());
  }

  get #canSend() {
    return this.#ready && this.#blocked === null && this.isLive;
  }

  /** @type {(frames: Bytes[]) => void} */
  #send(frames) {
    if (this.#canSend) frames.forEach((frame) => this.#host.link.send(null, frame));
  }

  /** Sends what the member has sealed. @type {(frames: Bytes[]) => void} */
  push(frames) {
    this.#send(frames);
  }

  /** The socket holds this room again: all that lacks an ok goes out first, and what was owed. */
  online() {
    this.#ready = true;
    this.#unblock();
    this.#cover();
    this.#soon("quiet", QUIET, () => this.quiet());
    return this.resend();
  }

  offline() {
    this.#ready = false;
    this.#unblock();
  }

  async resend() {
    if (this.isLive) this.#send(await this.member.unacked());
  }

  #unblock() {
    this.#host.world.timers.clear(this.#blocked);
    this.#blocked = null;
  }

  /** Sends nothing for a while, then everything that lacks an ok. @type {(ms: number) => void} */
  #block(ms) {
    this.#unblock();
    this.#blocked = this.#host.world.timers.set(() => {
      this.#blocked = null;
      this.#host.link.turn(() => this.resend());
    }, ms);
  }

  /** @type {(message: Message, bytes: Bytes, certs: Bytes[]) => Promise<void>} */
  async put({ pos }, bytes, certs) {
    if (this.over || pos <= this.member.state.pos) return;
    const { trust } = this.#host;
    const take = () => this.member.take(bytes, pos, certs);
    let outcome;
    try {
      outcome = await trust.retried(take, () => this.member.useChain(trust.chain));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (this.isLive) this.note("note.doubted");
      await this.#host.astray(this);
      return;
    }
    await this.#did(outcome);
    this.#soon("quiet", QUIET, () => this.quiet());
  }

  /** Receipts and the acknowledgement of all that was dealt with, together. */
  async quiet() {
    if (!this.#ready || this.over) return;
    if (this.isLive) this.#send(await this.member.receipts());
    const { pos } = this.member.state;
    if (pos > this.#acked && this.#host.link.send({ t: "ack", room: this.id, pos })) {
      this.#acked = pos;
    }
  }

  /** @type {(message: Message) => Promise<void>} */
  async ok(message) {
    this.#patience = 1;
    const { of, epoch, seq, pos } = message;
    await this.#did(await this.member.ok({ of, epoch, seq, pos }));
  }

  /** A refused frame. @type {(message: Message) => Promise<void>} */
  async refused({ code, epoch, seq, wait }) {
    if (epoch < this.member.state.epoch || this.#blocked !== null) return;
    if (code === "gone") await this.#host.astray(this);
    else if (code === "stale") this.#block(RESYNC);
    else if (code === "full") this.#block(5000);
    else if (code === "gap" && !(await this.member.from(seq))) await this.#host.astray(this);
    else {
      const seconds = code === "gap" ? 0 : wait || this.#patience;
      this.#patience = Math.min(LONGEST_WAIT, 2 * this.#patience);
      this.#block(seconds * (800 + (400 * this.#host.world.random(1)[0]) / 256));
    }
  }

  /** @type {(message: Message) => void} */
  peer({ slot, state }) {
    this.#presence.set(slot, state);
    if (state !== "here") this.#writing.delete(slot);
  }

  /** Runs once, in turn, `ms` after it was first asked for. @type {(name: string, ms: number, act: () => unknown) => void} */
  #soon(name, ms, act) {
    this.#timers[name] ??= this.#host.world.timers.set(() => {
      delete this.#timers[name];
      if (!this.over) this.#host.link.turn(act);
    }, ms);
  }

  #cover() {
    const chance = (this.#host.world.random(1)[0] + 0.5) / 256;
    this.#soon("cover", -Math.log(chance) * COVER_MEAN, async () => {
      if (!this.#ready) return;
      this.#cover();
      const { visible, covers } = this.#host.world.page;
      if (visible && covers && this.#canSend) this.#send(await this.member.cover());
    });
  }

  /** @type {(outcome: Outcome) => Promise<void>} */
  async #did({ events, send }) {
    for (const event of events) this.#show(event);
    this.#send(send);
    if (events.length) this.#host.changed();
    for (const event of events) await this.#host.happened(this, event);
  }

  /** @type {(event: Happening) => void} */
  #show(event) {
    if (event.type === "line") this.#line(event);
    else if (event.type === "sent") this.#mark([event.msgId], "sent");
    else if (event.type === "received") this.#mark(event.msgIds, "received");
    else if (event.type === "missing") this.note("note.missing");
    else if (event.type === "unreadable") this.note("note.unreadable");
    else if (event.type === "epoch") this.#epoch(event);
    else if (event.type === "control" && event.slot && event.control.t === "card") this.card(this.#names.get(event.slot) ?? "", false, event.control.help);
    else if (event.type === "control" && event.control.t === "writing") {
      this.#writing.set(event.slot, this.#host.world.clock() + WRITING_FADES);
      this.#soon("writing", WRITING_FADES + 1, () => this.#host.changed());
    }
  }

  /** @type {(event: Happening & {type: "line"}) => void} */
  #line({ slot, idx, msgId, minutes, text }) {
    this.#writing.delete(slot);
    this.lines = [...this.lines, { id: msgId, kind: "text", mine: false, text, values: {},
      name: idx === null ? "" : this.#host.trust.name(idx), at: minutes, mark: "none" }];
  }

  /** @type {(event: Happening & {type: "epoch"}) => void} */
  #epoch({ members, added, removed, returned, held }) {
    this.#unblock();
    const name = (/** @type {number} */ slot) =>
      this.people.find((person) => person.slot === slot)?.name ?? this.#names.get(slot) ?? "";
    if (this.#names.size) {
      added.forEach((slot) => this.note("note.joined", { name: name(slot) }));
      removed.forEach((slot) => this.note("note.left", { name: name(slot) }));
      returned.forEach((slot) =>
        this.note(slot ? "note.returned" : "note.returned_code", { name: name(slot) }));
    }
    for (const slot of [...added, ...returned]) this.#presence.set(slot, "here");
    for (const { slot, idx } of members) {
      this.#names.set(slot, idx === null ? "" : this.#host.trust.name(idx));
    }
    this.#mark(held, "held");
  }

  /** @type {Map<number, string>} */
  #names = new Map();

  /** Forgets all keys, unless they are needed to prove something; lines stay on screen. */
  close(keepsKeys = false) {
    this.over = true;
    this.#ready = false;
    this.#unblock();
    for (const timer of Object.values(this.#timers)) this.#host.world.timers.clear(timer);
    if (!keepsKeys) this.member.wipe();
  }
}
