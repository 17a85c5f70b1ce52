/**
 * The visitor's session: from the door to the end of the talk, and back (protocol.md 7.5).
 *
 * Nothing that was typed is lost: it is sent, held, or handed back by the event `returned`. The tab
 * keeps only what rule 6 allows. `wipe` forgets everything at once.
 */
import { Refused, ZEROS_32, hex, sha256, unhex } from "../asc1/bytes.js";
import { buildHello } from "../asc1/bodies.js";
import { deriveCode, foldCode, isValidCode, makeCode } from "../asc1/code.js";
import { sealEnvelope } from "../asc1/envelope.js";
import { resumeProof } from "../asc1/group.js";
import { newPair } from "../asc1/hpke.js";
import { Member } from "../asc1/member.js";
import { solve } from "../asc1/work.js";
import { Link } from "./link.js";
import { Talk } from "./room.js";
import { Tab } from "./tab.js";
import { Trust, isClock } from "./trust.js";
/** @import {Bytes} from "../asc1/bytes.js" */
/** @import {Pair} from "../asc1/hpke.js" */
/** @import {Checked} from "../asc1/cert.js" */
/** @import {Carry, Happening} from "../asc1/member.js" */
/** @import {Line, Message, VisitorView, World} from "./views.js" */

/** @typedef {{lang: string, door: number, danger: boolean, topic: number, relation: number, age: number}} Choice */
/** @typedef {{id: Bytes, auth: Bytes, r: Pair, digits: string}} Code */
/** @typedef {{room: string, cap: string, epoch: number, key: Bytes | null}} Before */
/** @typedef {{message: Message, envelope?: Bytes, done: (answer: Message | null) => unknown}} Errand
 *   something asked of the server that needs work of purpose 3 */

const [CHAT, CODE] = [1, 3];
const END_PATIENCE = 3000;
const REJOIN_PATIENCE = 20_000;
const PATIENCE = 60_000;
const TRIES = 5;

/** @type {VisitorView} */
const START = { phase: "idle", connected: false, memoryOnly: false, place: null, people: [],
  joining: null, ask: null, lines: [], mayWrite: false, held: [], writing: [], safety: [],
  code: null, reconnected: false, restored: false, why: "", receipt: null, problem: "" };

/** @type {(world: World) => VisitorSession} */
export const visitorSession = (world) => new VisitorSession(world);

export class VisitorSession extends EventTarget {
  /** @type {VisitorView} */
  view = START;
  #world;
  #link;
  #trust;
  #tab;
  /** @type {Choice} */
  #choice;
  /** @type {Talk | null} */
  #talk = null;
  /** The place or room this tab holds. @type {{room: string, cap: Bytes, leaf: Pair | null} | null} */
  #seat = null;
  /** @type {Before | null} */
  #before = null;
  /** @type {Carry | undefined} */
  #carry;
  /** The certificates a hello is sealed to. @type {Map<string, Checked>} */
  #readers = new Map();
  #store = "";
  /** What the next `hi` answers. */
  #step = "";
  #worked = new Set();
  #tries = 0;
  #hasPlace = false;
  /** The server may know the place: a hello was sent. */
  #isKnown = false;
  /** A code in use, or made and typed back. @type {Code | null} */
  #code = null;
  /** Its mailbox, once kept. */
  #mailbox = "";
  #isReturning = false;
  /** A code on screen. @type {Code | null} */
  #made = null;
  /** The code before it, until staff know the new one. @type {Code | null} */
  #old = null;
  /** @type {((kept: boolean) => void) | null} */
  #keeping = null;
  /** @type {Errand | null} */
  #errand = null;
  /** @type {(() => void) | null} */
  #ended = null;
  /** @type {unknown} */
  #rejoinTimer = null;
  #patientUntil = 0;
  /** @type {unknown} */
  #retry = null;

  /** @param {World} world */
  constructor(world) {
    super();
    this.#world = world;
    this.#choice = { lang: world.language, door: 1, danger: false, topic: 0, relation: 0, age: 0 };
    this.#trust = new Trust(world);
    this.#tab = new Tab(world, () => this.#link.turn(() => this.#giveUp("elsewhere")));
    this.#link = new Link(world, "/ws/visitor", {
      open: () => this.#open(),
      message: (message, bytes) => this.#message(message, bytes),
      down: (code) => this.#down(code),
      failed: (error) => this.#failed(error),
    });
  }

  // The screen -------------------------------------------------------------------------------------

  /** @param {Partial<VisitorView>} [change] */
  #show(change = {}) {
    const talk = this.#talk;
    const shown = talk && { lines: talk.lines, held: talk.held };
    const live = talk?.isLive ? { people: talk.people, safety: talk.member.state.safety ?? [],
      writing: talk.writing.map((slot) => talk.people.find((p) => p.slot === slot)?.name ?? "") }
      : { people: [], writing: [] };
    const view = { ...this.view, ...shown, ...live, connected: this.#link.up,
      memoryOnly: this.#tab.isRefused, ...change };
    view.mayWrite = ["working", "waiting", "live", "paused"].includes(view.phase) &&
      view.held.length === 0;
    this.view = Object.freeze(view);
    this.dispatchEvent(new Event("change"));
  }

  /** Over, with the talk still on screen. @type {(phase: VisitorView["phase"], change?: Partial<VisitorView>) => void} */
  #giveUp(phase, change = {}) {
    const unsent = this.#talk?.unsent ?? [];
    if (phase !== "erased") this.#handBack(unsent);
    if (this.#talk) this.#talk.lines = this.#talk.lines.filter((line) => !unsent.includes(line));
    this.#show({ ...change, phase, people: [], place: null, joining: null, ask: null, held: [] });
    this.#forget();
    this.#show({ connected: false });
  }

  /** @param {Line[]} lines */
  #handBack(lines) {
    const detail = lines.map(({ text }) => text).join("\n\n");
    if (detail) this.dispatchEvent(new CustomEvent("returned", { detail }));
  }

  #forget() {
    this.#link.close();
    this.#tab.clear();
    this.#talk?.close();
    this.#world.timers.clear(this.#rejoinTimer);
    this.#talk = this.#seat = this.#before = this.#code = this.#made = this.#old = null;
    this.#errand?.done(null);
    this.#keeping?.(false);
    this.#ended?.();
    this.#errand = this.#keeping = this.#ended = null;
    this.#carry = undefined;
    this.#readers.clear();
    this.#worked.clear();
    this.#mailbox = this.#step = "";
    this.#isReturning = this.#hasPlace = this.#isKnown = false;
  }

  /** @param {unknown} error */
  #failed(error) {
    if (!(error instanceof Refused)) this.dispatchEvent(new CustomEvent("fault", { detail: error }));
    if (isClock(error)) this.#giveUp("clock");
    else if (!this.#talk?.isLive) this.#giveUp(error instanceof Refused ? "untrusted" : "failed");
  }

  // What a person does -----------------------------------------------------------------------------

  /** @returns {Promise<boolean>} */
  async revive() {
    const kept = this.#tab.read();
    if (!kept) return false;
    await new Promise((go) => this.#world.timers.set(() => go(null), 200));
    await this.#link.turn(() => {
      this.#before = kept;
      return this.#begin({ restored: kept.epoch > 0 });
    });
    return true;
  }

  /** @type {(choice: Choice) => Promise<void>} */
  open(choice) {
    return this.#link.turn(() => {
      this.#choice = choice;
      return this.#begin({ restored: false });
    });
  }

  /** @param {Partial<VisitorView>} change */
  async #begin(change) {
    if (this.#tab.isTaken) return this.#show({ ...START, phase: "elsewhere" });
    this.#tab.take();
    this.#tries = 0;
    this.#show({ ...START, ...change, phase: "working", code: this.view.code });
    if (!await this.#believe()) return undefined;
    await this.#newPlace();
    this.#link.open();
    return undefined;
  }

  /** False when nobody here can be trusted; the screen says why. */
  async #believe() {
    try {
      await this.#trust.load();
      return true;
    } catch (error) {
      this.#failed(error);
      return false;
    }
  }

  /** @type {(text: string) => Promise<void>} */
  write(text) {
    return this.#link.turn(async () => {
      if (this.#talk && this.view.mayWrite) await this.#talk.write(text);
      else this.dispatchEvent(new CustomEvent("returned", { detail: text }));
    });
  }

  typing() {
    this.#link.turn(() => this.#talk?.typing());
  }

  /** @type {(idx: number, ok: boolean) => void} */
  answer(idx, ok) {
    this.#link.turn(() => {
      this.#show({ ask: null, joining: ok ? this.view.joining : null });
      return this.#talk?.control({ t: "may", idx, ok });
    });
  }

  /** @type {(ok: boolean) => void} */
  sendHeld(ok) {
    this.#link.turn(async () => {
      this.#handBack(await this.#talk?.decideHeld(ok) ?? []);
      this.#show();
    });
  }

  /** @returns {Promise<void>} */
  end() {
    return this.#link.turn(async () => {
      const talk = this.#talk;
      if (talk?.isLive) await talk.sayEnd();
      if (!talk || !this.#link.up || talk.isQuiet || !talk.isLive) return this.#sayEnd();
      this.#ended = () => this.#link.turn(() => this.#sayEnd());
      this.#world.timers.set(() => this.#ended?.(), END_PATIENCE);
      return undefined;
    });
  }

  #sayEnd() {
    this.#ended = null;
    if (!this.#seat) return;
    this.#link.send({ t: "end" });
    this.#giveUp("ended", { why: "end" });
  }

  wipe() {
    this.#link.send({ t: "end" });
    this.#talk = this.#talk && (this.#talk.close(), null);
    this.#forget();
    this.view = Object.freeze({ ...START, phase: "ended", why: "quick" });
    this.dispatchEvent(new Event("change"));
  }

  // A code on paper --------------------------------------------------------------------------------

  /** @type {(digits: string) => "ok" | "length" | "check"} */
  checkCode(digits) {
    const folded = foldCode(digits);
    if (!/^[0-9]{24}$/.test(folded)) return "length";
    return isValidCode(folded) ? "ok" : "check";
  }

  /** @type {(digits: string) => Promise<Code>} */
  #derive = (digits) => deriveCode(digits, this.#trust.service, this.#world.iterations.code);

  makeCode() {
    return this.#link.turn(async () => {
      const digits = makeCode(this.#world.random);
      this.#made = await this.#derive(digits);
      const [a, b] = this.#world.random(2);
      const first = a % 6;
      const asked = /** @type {[number, number]} */ ([first, (first + 1 + (b % 5)) % 6].sort());
      this.#show({ code: { digits, confirmed: false, asked } });
      if (this.#talk && !this.#talk.isLive && this.#hasPlace) await this.#hello();
    });
  }

  /** @type {(groups: [string, string]) => Promise<boolean>} */
  async confirmCode(groups) {
    const { code } = this.view;
    if (!code || !this.#made) return false;
    const right = code.asked.map((n) => code.digits.slice(4 * n, 4 * n + 4));
    if (groups.map(foldCode).join() !== right.join()) return false;
    return new Promise((resolve) => {
      this.#keeping = resolve;
      this.#link.turn(() => this.#keep(this.#made));
    });
  }

  /** @param {Code | null} code */
  async #keep(code) {
    if (!code) return;
    const old = this.#code && this.#code !== code
      ? { id: hex(this.#code.id), auth: hex(this.#code.auth) } : null;
    this.#link.send({ t: "keep", h_id: hex(await sha256(code.id)),
      h_auth: hex(await sha256(code.auth)), old });
  }

  /** @param {Message} message */
  async #kept({ mailbox }) {
    this.#mailbox = mailbox;
    if (!this.#keeping || !this.#made) return;
    [this.#old, this.#code, this.#made] = [this.#code, this.#made, null];
    const { asked } = this.view.code ?? { asked: /** @type {[number, number]} */ ([0, 1]) };
    this.#show({ code: { digits: "", confirmed: true, asked } });
    await this.#tellCode();
    this.#keeping(true);
    this.#keeping = null;
  }

  async #tellCode() {
    if (!this.#code || !this.#mailbox || !this.#talk?.isLive) return;
    await this.#talk.control({ t: "code", r: hex(this.#code.r.publicRaw), mailbox: this.#mailbox });
  }

  /** @type {(digits: string, choice?: Choice) => Promise<boolean>} */
  async useCode(digits, choice = this.#choice) {
    this.#choice = choice;
    const code = await this.#asked(digits, { phase: "working" });
    if (!code) return false;
    this.#tab.take(true);
    const mail = await this.#ask({ t: "code", id: hex(code.id), auth: hex(code.auth) });
    if (!mail) {
      await this.#link.turn(() => this.#giveUp("idle", { problem: "visitor.code_gone" }));
      return false;
    }
    await this.#link.turn(() => {
      this.#code = code;
      this.#isReturning = true;
      this.#mailbox = mail.mailbox;
      this.#show({ code: { digits: "", confirmed: true, asked: [0, 1] } });
      return mail.room ? this.#rejoin(mail.room) : this.#newPlace().then(() => this.#want(CHAT));
    });
    return true;
  }

  /** @type {(digits: string) => Promise<boolean>} */
  async eraseAll(digits) {
    const code = digits ? await this.#asked(digits) : this.#code;
    if (!code) {
      if (!this.#seat || digits) return false;
      await this.#link.turn(() => {
        const receipt = { codes: 0, letters: 0, rooms: 1, backups_days: 0,
          at: Math.floor(this.#world.clock() / 60_000) };
        if (!this.#link.send({ t: "end" })) return;
        this.#giveUp("erased", { lines: [], code: null, receipt });
      });
      return this.view.phase === "erased";
    }
    const done = await this.#ask({ t: "erase", id: hex(code.id), auth: hex(code.auth) });
    const { phase } = this.view;
    await this.#link.turn(() => {
      if (done) {
        this.#link.send({ t: "end" });
        if (this.#talk) this.#talk.lines = [];
        this.#giveUp("erased", { lines: [], code: null, receipt: done.receipt });
      } else if (!this.#seat) this.#giveUp(phase, { problem: "visitor.erase_failed" });
    });
    return !!done;
  }

  /** What a typed code leads to, or null. @type {(digits: string, change?: Partial<VisitorView>) => Promise<Code | null>} */
  async #asked(digits, change) {
    if (this.checkCode(digits) !== "ok") return null;
    return this.#link.turn(async () => {
      if (change) this.#show({ ...START, ...change });
      return await this.#believe() ? this.#derive(digits) : null;
    });
  }

  /** @param {Message} message @returns {Promise<Message | null>} */
  #ask(message) {
    return new Promise((done) => this.#link.turn(() => {
      this.#errand?.done(null);
      this.#errand = { message, done };
      if (this.#link.up) this.#want(CODE);
      else this.#link.open();
    }));
  }

  /** @param {Message | null} answer */
  #answered(answer) {
    const errand = this.#errand;
    this.#errand = null;
    errand?.done(answer);
  }

  // Hello ------------------------------------------------------------------------------------------

  /** A fresh V, room id and capability. */
  async #newPlace() {
    const { random, clock } = this.#world;
    const [roomId, leaf] = [random(16), await newPair(random)];
    const lines = this.#talk?.lines ?? [];
    const member = Member.visitor({ roomId, leaf, random, now: clock, chain: this.#trust.chain,
      carry: this.#carry });
    this.#talk = new Talk(this.#host, member, hex(roomId), lines);
    this.#seat = { room: hex(roomId), cap: random(32), leaf };
    this.#hasPlace = this.#isKnown = false;
    this.#readers.clear();
  }

  /** @type {import("./room.js").Host} */
  get #host() {
    return { world: this.#world, link: this.#link, trust: this.#trust, changed: () => this.#show(),
      happened: (talk, event) => this.#happened(talk, event), astray: () => this.#again() };
  }

  /** Sealed to whoever may answer; sent again, with the same V and proof, when they change. */
  async #hello() {
    const [seat, talk] = [this.#seat, this.#talk];
    const to = [...this.#readers.values()].filter(({ role }) => role === 1 || role === 2);
    if (!seat?.leaf || !talk) return;
    if (!to.length) {
      if (!this.#hasPlace && !this.#patient()) this.#giveUp("closed");
      return;
    }
    const { lang, door, danger, topic, relation, age } = this.#choice;
    const [envId, v, before] = [unhex(seat.room), seat.leaf.publicRaw, this.#before];
    const resumes = before?.key ? before : null;
    const prevRoom = resumes ? unhex(resumes.room) : new Uint8Array(16);
    const prevEpoch = resumes ? resumes.epoch : 0;
    const proof = resumes?.key
      ? await resumeProof(resumes.key, { envId, v, prevRoom, prevEpoch }) : ZEROS_32;
    const code = this.#code ?? this.#made;
    const body = buildHello({ v, r: code?.r.publicRaw ?? null, language: lang, door, danger, topic,
      rosterHash: this.#trust.chain[0].hash, relation, ageBand: age, prevRoom, prevEpoch, proof,
      roomSecret: null });
    const keys = to.slice(0, 16).map(({ pub }) => pub);
    const sender = this.#isReturning ? this.#code?.r ?? null : null;
    const envelope = await sealEnvelope({ type: 1, envId, expiry: this.#trust.hour + 24, to: keys,
      sender, body }, this.#world.random);
    await talk.member.addVersion(envelope, keys);
    this.#isKnown = true;
    this.#link.send({ t: "hello", cap_hash: hex(await sha256(seat.cap)), lang, door, danger,
      wish: null, prev: before && { room: before.room, cap: before.cap } }, envelope);
    if (!resumes) this.#tab.write(seat.room, seat.cap, null);
  }

  // The socket -------------------------------------------------------------------------------------

  #open() {
    this.#worked.clear();
    this.#show();
    if (this.#errand) return this.#want(CODE);
    const [seat, talk] = [this.#seat, this.#talk];
    if (seat && talk && (talk.isLive || this.#isKnown)) {
      this.#step = "resume";
      const { pos } = talk.member.state;
      this.#link.send({ t: "resume", room: seat.room, cap: hex(seat.cap), pos, store: this.#store });
    } else if (seat) this.#want(CHAT);
    return undefined;
  }

  /** @type {(code: number) => unknown} */
  #down(code) {
    this.#talk?.offline();
    if (code === 4403) return this.#giveUp("elsewhere");
    this.#show();
    return undefined;
  }

  /** @param {number} purpose */
  #want(purpose) {
    this.#step = purpose === CODE ? "code" : "chat";
    if (this.#worked.has(purpose)) this.#sent();
    else this.#link.send({ t: "want", purpose });
  }

  /** The work for `#step` is done. */
  #sent() {
    if (this.#step === "code" && this.#errand) {
      this.#link.send(this.#errand.message, this.#errand.envelope);
    }
  }

  /** @type {(message: Message, bytes: Bytes | null) => unknown} */
  #message(message, bytes) {
    const about = this.#talk && message.room === this.#talk.id ? this.#talk : null;
    switch (message.t) {
      case "work": return this.#work(unhex(message.challenge));
      case "hi": return this.#hi(message);
      case "certs": return this.#certs(message.add);
      case "place": return this.#place(message);
      case "put": return bytes && message.pos && about?.put(message, bytes, message.certs.map(unhex));
      case "ok": return about?.ok(message);
      case "peer": return about && this.#peer(about, message);
      case "closed": return about && this.#closed(message);
      case "kept": return this.#kept(message);
      case "mail": case "done": return this.#answered(message);
      case "refuse": return this.#refused(message);
      default: return undefined;
    }
  }

  /** @param {Bytes} challenge */
  async #work(challenge) {
    const answer = await solve(challenge, { isGivenUp: () => !this.#link.up });
    this.#link.send({ t: "work", challenge: hex(challenge), answer: hex(answer) });
  }

  /** @param {Message} message */
  async #hi({ store, roster_seq: seq }) {
    const step = this.#step;
    if (step === "resume") {
      if (store !== this.#store) return this.#again();
      if (seq > this.#trust.newestSeq && await this.#believe()) {
        this.#talk?.member.useChain(this.#trust.chain);
      }
      await this.#talk?.online();
      if (this.#keeping) await this.#keep(this.#made);
    } else {
      this.#worked.add(step === "code" ? CODE : CHAT);
      if (step === "chat") this.#store = store;
      this.#sent();
    }
    return undefined;
  }

  /** @param {string[]} add */
  async #certs(add) {
    for (const text of add) {
      try {
        this.#readers.set(text, await this.#trust.shift(text));
      } catch (error) {
        if (!(error instanceof Refused) || (add.length === 1 && isClock(error))) throw error;
      }
    }
    if (this.#code && !this.#hasPlace && !this.#isReturning) await this.#keep(this.#code);
    if (this.#talk && !this.#talk.isLive) await this.#hello();
  }

  /** @param {Message} message */
  #place({ n, range }) {
    const since = this.view.place?.since ?? Math.floor(this.#world.clock() / 60_000);
    this.#hasPlace = true;
    this.#tries = 0;
    const phase = this.view.phase === "paused" ? "paused" : "waiting";
    this.#show({ phase, place: { n, range, since }, problem: "" });
  }

  /** @type {(talk: Talk, message: Message) => unknown} */
  #peer(talk, message) {
    talk.peer(message);
    const staff = talk.people.filter(({ me }) => !me);
    this.#show();
    return talk.isLive && staff.length && staff.every(({ presence }) => presence === "lost")
      ? this.#again() : undefined;
  }

  /** @type {(message: Message) => unknown} */
  #closed({ why }) {
    if (why === "revoked") return this.#again();
    return this.#giveUp(why === "erased" ? "erased" : "ended", { why });
  }

  /** @param {Message} message */
  #refused(message) {
    const { of, code, wait } = message;
    if (of === "frame") return message.room === this.#talk?.id && this.#talk?.refused(message);
    if (of === "resume") return this.#again();
    if (of === "work" && this.#tries++ < TRIES) return this.#want(this.#step === "code" ? CODE : CHAT);
    if (of === "hello") return this.#turnedAway(code, wait);
    if (of === "keep") return this.#notKept();
    if (of === "rejoin") return this.#rejoinNext();
    if (["work", "code", "drop", "erase"].includes(of)) this.#answered(null);
    return undefined;
  }

  #notKept() {
    this.#keeping?.(false);
    this.#keeping = null;
  }

  /** After a talk was cut off its adviser may need a moment to come back, too. */
  #patient() {
    if (this.#world.clock() >= this.#patientUntil) return false;
    this.#world.timers.clear(this.#retry);
    this.#retry = this.#world.timers.set(() => this.#link.turn(() => this.#hello()), 2000);
    return true;
  }

  /** @type {(code: string, wait: number) => void} */
  #turnedAway(code, wait) {
    if (code === "busy" && this.#tries++ < TRIES) {
      this.#world.timers.set(() => this.#link.turn(() => this.#hello()), 1000 * (wait || this.#tries));
    } else if (!this.#patient()) this.#giveUp("closed", { problem: code === "full" ? "visitor.full" : "" });
  }

  // In the room, and back into one -----------------------------------------------------------------

  /** @type {(talk: Talk, event: Happening) => Promise<void>} */
  async #happened(talk, event) {
    if (event.type === "epoch") await this.#entered(talk, event);
    else if (event.type === "control") await this.#control(talk, event);
    else if (event.type === "received" && talk.isQuiet) this.#ended?.();
    else if (event.type === "unreadable" && event.inARow >= 3) await this.#again();
  }

  /** @type {(talk: Talk, event: Happening & {type: "epoch"}) => Promise<void>} */
  async #entered(talk, { added, returned }) {
    const { resume, epoch } = talk.member.state;
    const seat = this.#seat;
    if (!seat) return;
    this.#world.timers.clear(this.#rejoinTimer);
    this.#tab.write(seat.room, seat.cap, resume);
    const isNew = this.view.phase !== "live";
    if (isNew) {
      const before = this.#before;
      this.#before = seat.leaf = null;
      this.#carry = undefined;
      this.#show({ phase: "live", place: null, problem: "", reconnected: !!before?.key });
      await talk.online();
    }
    this.#show({ joining: null, ask: null });
    if (epoch > 1 && (added.length || returned.some((slot) => slot > 0))) await this.#tellCode();
  }

  /** @type {(talk: Talk, event: Happening & {type: "control"}) => Promise<void>} */
  async #control(talk, { control }) {
    if (control.t === "joining" && typeof control.idx === "number") {
      const { idx, role, why } = control;
      const joining = { idx, name: this.#trust.name(idx), role: Number(role) };
      this.#show({ joining, ask: why === "hand_over" || why === "colleague" ? idx : null });
    } else if (control.t === "code_ok" && this.#old && this.#code &&
        control.r === hex(this.#code.r.publicRaw)) {
      const { id, auth } = this.#old;
      this.#old = null;
      this.#ask({ t: "drop", id: hex(id), auth: hex(auth) });
    }
    void talk;
  }

  /** The room is out of reach: a new one, with the proof of the old (7.5 rule 5). */
  async #again() {
    const [seat, talk] = [this.#seat, this.#talk];
    if (!seat || !talk) return;
    if (this.#tries++ > TRIES) {
      this.#giveUp("failed");
      return;
    }
    const { resume } = talk.member.state;
    if (resume) {
      this.#before = { room: seat.room, cap: hex(seat.cap), epoch: resume.epoch, key: resume.key };
    } else if (talk.isLive) this.#before = null;
    this.#patientUntil = this.#world.clock() + PATIENCE;
    this.#carry = talk.member.carry();
    talk.close();
    await this.#newPlace();
    this.#show({ phase: resume ? "paused" : this.view.phase, people: [] });
    this.#worked.delete(CHAT);
    if (this.#link.up) this.#want(CHAT);
  }

  /** @type {{id: string, keys: Checked[]} | null} */
  #found = null;

  /** Back with the code, while a staff member still holds the room (rule 9). @param {Message} room */
  async #rejoin({ id, certs }) {
    const keys = [];
    for (const text of certs) {
      try {
        keys.push(await this.#trust.shift(text));
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
      }
    }
    this.#found = { id, keys };
    await this.#rejoinNext();
  }

  async #rejoinNext() {
    this.#world.timers.clear(this.#rejoinTimer);
    const next = this.#found?.keys.shift();
    if (!this.#found || !next || !this.#code) {
      this.#found = null;
      await this.#newPlace();
      this.#want(CHAT);
      return;
    }
    const { random, clock } = this.#world;
    const cap = random(32);
    const { member, envelope } = await Member.joiner({ roomId: unhex(this.#found.id), random,
      now: clock, chain: this.#trust.chain, to: next.pub, sender: this.#code.r, certificate: null });
    this.#talk = new Talk(this.#host, member, this.#found.id);
    this.#seat = { room: this.#found.id, cap, leaf: null };
    this.#link.send({ t: "rejoin", room: this.#found.id, cap_hash: hex(await sha256(cap)) }, envelope);
    this.#rejoinTimer = this.#world.timers.set(
      () => this.#link.turn(() => (this.#talk?.isLive ? undefined : this.#rejoinNext())),
      REJOIN_PATIENCE);
  }
}
