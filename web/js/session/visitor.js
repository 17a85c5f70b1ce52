/**
 * The visitor's session: what the screen shows and asks, and its way through the socket: work, hello, place, room, and
 * back into one (protocol.md 7.5, product.md section 3). Over 400 lines on purpose: every step of the way changes the
 * same few values; what has to do with the return code is apart, in paper.js.
 *
 * Nothing that was typed is lost: it travels along from room to room until somebody has it, or is handed back by the
 * event `returned`. `wipe` forgets everything at once.
 */
import { Refused, ZEROS_32, buildHello, hex, newPair, sealEnvelope, sha256, solve, unhex } from "../asc1/bytes.js";
import { Member } from "../asc1/member.js";
import { resumeProof } from "../asc1/trust.js";
import { Talk } from "./room.js";
import { Link, Tab, Trust, isClock } from "./world.js";
/** @import {Paper} from "./paper.js" */
/** @import {Signs} from "./signs.js" */
/** @import {Before, Choice, Line, Message, VisitorView, World} from "./views.js" */

const CHAT = 1;
const CODE = 3;
const PATIENCE = 60_000;
const TRIES = 5;
/** Hours a hello lives: half of what it may, so that a clock may be wrong by as much either way. */
const LIVES = 12;

const END_PATIENCE = 3000;

/** @type {VisitorView} */
const START = { phase: "idle", connected: false, memoryOnly: false, place: null, people: [],
  joining: null, ask: null, sign: null, lines: [], mayWrite: false, held: [], writing: [], safety: [],
  code: null, reconnected: false, restored: false, why: "", receipt: null, problem: "" };

/**
 * `ready` is told before what has to do with the return code is imported.
 * @type {(world: World, ready?: () => Promise<unknown>) => VisitorSession}
 */
export const visitorSession = (world, ready = async () => {}) => new VisitorSession(world, ready);

export class VisitorSession extends EventTarget {
  /** @type {VisitorView} */
  view = START;
  #ready;
  /** @type {Choice} */
  choice;
  /** @type {Talk | null} */
  talk = null;
  /** The place or room this tab holds. @type {{room: string, cap: Bytes, leaf: Pair | null} | null} */
  seat = null;
  /** What a hello proves itself with. @type {Before | null} */
  before = null;
  /** @type {Carry | undefined} */
  carry;
  worked = new Set();
  tries = 0;
  hasPlace = false;
  /** Left in haste: what was under way must not go on. */
  isGone = false;
  /** Told when all that was said has arrived. @type {(() => void) | null} */
  ended = null;
  /** The server may know the place: a hello was sent. */
  #isKnown = false;
  /** The certificates a hello is sealed to; a socket tells each once. @type {Map<string, Checked>} */
  readers = new Map();
  #store = "";
  /** What the next `hi`s answer, in their order: work for a purpose, or 0, a resume. @type {number[]} */
  #asked = [];
  #patientUntil = 0;
  /** @type {unknown} */
  #retry = null;
  /** What has to do with the return code, from when it is first asked for. @type {Paper | null} */
  paper = null;

  /** What is said beside lines, from when it is first heard. @type {Signs | null} */
  signs = null;

  /** @param {World} world @param {() => Promise<unknown>} ready */
  constructor(world, ready) {
    super();
    this.world = world;
    this.#ready = ready;
    this.choice = { lang: world.language, door: 1, danger: false, topic: 0, relation: 0, age: 0 };
    this.trust = new Trust(world);
    this.tab = new Tab(world, () => this.link.turn(() => this.giveUp("elsewhere")));
    this.link = new Link(world, "/ws/visitor", {
      open: () => this.#connected(),
      message: (message, bytes) => this.#message(message, bytes),
      down: (code) => this.#down(code),
      failed: (error) => this.failed(error),
    });
  }

  /** @param {Partial<VisitorView>} [change] */
  show(change = {}) {
    const talk = this.talk;
    const shown = talk && { lines: talk.lines, held: talk.held };
    const live = talk?.isLive ? { people: talk.people, safety: talk.member.state.safety ?? [],
      writing: talk.writing.map((slot) => talk.people.find((p) => p.slot === slot)?.name ?? "") }
      : { people: [], writing: [] };
    const view = { ...this.view, ...shown, ...live, connected: this.link.up,
      memoryOnly: this.tab.isRefused, ...change };
    view.mayWrite = ["working", "waiting", "live", "paused"].includes(view.phase) &&
      view.held.length === 0 && !view.people.some(({ presence }) => presence === "leaving");
    this.view = Object.freeze(view);
    this.dispatchEvent(new Event("change"));
  }

  /** Over, with the talk still on screen. @type {(phase: VisitorView["phase"], change?: Partial<VisitorView>) => void} */
  giveUp(phase, change = {}) {
    const unsent = this.talk?.unsent ?? [];
    if (phase !== "erased") this.#handBack(unsent);
    if (this.talk) this.talk.lines = this.talk.lines.filter((line) => !unsent.includes(line));
    this.show({ ...change, phase, people: [], place: null, joining: null, ask: null, held: [] });
    this.forget();
    this.show({ connected: false });
  }

  /** From the start again. @param {Partial<VisitorView>} change */
  restart(change) {
    this.show({ ...START, ...change });
  }

  /** @param {Line[]} lines */
  #handBack(lines) {
    const detail = lines.map(({ text }) => text).join("\n\n");
    if (detail) this.dispatchEvent(new CustomEvent("returned", { detail }));
  }

  /** @param {unknown} error */
  failed(error) {
    if (!(error instanceof Refused)) this.dispatchEvent(new CustomEvent("fault", { detail: error }));
    if (isClock(error)) this.giveUp("clock");
    else if (!this.talk?.isLive) this.giveUp(error instanceof Refused ? "untrusted" : "failed");
  }

  /** Is there a talk, or a place in the queue? */
  get isOpen() {
    return ["waiting", "live", "paused"].includes(this.view.phase);
  }

  /** @returns {Promise<boolean>} */
  async revive() {
    const kept = this.tab.read();
    if (!kept) return false;
    await new Promise((go) => this.world.timers.set(() => go(null), 200));
    await this.link.turn(() => {
      this.before = kept;
      return this.#begin({ restored: kept.epoch > 0 });
    });
    return true;
  }

  /** @type {(choice: Choice) => Promise<void>} */
  open(choice) {
    return this.link.turn(() => {
      this.choice = choice;
      return this.#begin({ restored: false });
    });
  }

  /** @param {Partial<VisitorView>} change */
  async #begin(change) {
    if (this.tab.isTaken) return this.show({ ...START, phase: "elsewhere" });
    this.tab.take();
    this.tries = 0;
    this.show({ ...START, ...change, phase: "working", code: this.view.code });
    if (!await this.believe()) return undefined;
    await this.newPlace();
    this.link.open();
    return undefined;
  }

  /** @type {(text: string) => Promise<void>} */
  write(text) {
    return this.link.turn(async () => {
      if (this.talk && this.view.mayWrite) await this.talk.write(text);
      else this.dispatchEvent(new CustomEvent("returned", { detail: text }));
    });
  }

  typing() {
    this.link.turn(() => this.talk?.typing());
  }

  /** @type {(ok: boolean) => void} */
  sendHeld(ok) {
    this.link.turn(async () => {
      this.#handBack(await this.talk?.decideHeld(ok) ?? []);
      this.show();
    });
  }

  /** @returns {Promise<void>} */
  end() {
    return this.link.turn(async () => {
      const talk = this.talk;
      if (talk?.isLive) await talk.sayEnd();
      if (!talk || !this.link.up || talk.isQuiet || !talk.isLive) return this.#sayEnd();
      this.ended = () => this.link.turn(() => this.#sayEnd());
      this.world.timers.set(() => this.ended?.(), END_PATIENCE);
      return undefined;
    });
  }

  #sayEnd() {
    this.ended = null;
    if (!this.seat) return;
    this.link.send({ t: "end" });
    this.giveUp("ended", { why: "end" });
  }

  wipe() {
    this.isGone = true;
    this.link.send({ t: "end", quick: true });
    this.talk = this.talk && (this.talk.close(), null);
    this.forget();
    this.view = Object.freeze({ ...START, phase: "ended", why: "quick" });
    this.dispatchEvent(new Event("change"));
  }

  async #paper() {
    await this.#ready();
    const { Paper } = await import("./paper.js");
    return this.paper ??= new Paper(this);
  }

  async #signs() {
    await this.#ready();
    const { Signs } = await import("./signs.js");
    return this.signs ??= new Signs(this);
  }

  async makeCode() {
    const paper = await this.#paper();
    return this.link.turn(() => paper.make());
  }

  /** @type {(groups: [string, string]) => Promise<boolean>} */
  async confirmCode(groups) {
    return (await this.#paper()).confirm(groups);
  }

  /** Replies that wait come first, by the event `letters`, unless `chat`. @type {(digits: string, choice?: Choice, chat?: boolean) => Promise<boolean>} */
  async useCode(digits, choice, chat = false) {
    return (await this.#paper()).use(digits, choice, chat);
  }

  /** @type {(digits: string) => Promise<boolean>} */
  async eraseAll(digits) {
    return (await this.#paper()).erase(digits);
  }

  forget() {
    this.link.close();
    this.tab.clear();
    this.talk?.close();
    this.paper?.forget();
    this.world.timers.clear(this.#retry);
    this.talk = this.seat = this.before = null;
    this.ended?.();
    this.ended = null;
    this.carry = undefined;
    this.readers.clear();
    this.worked.clear();
    this.#asked = [];
    this.hasPlace = this.#isKnown = false;
  }

  /** False when nobody here can be trusted, and the screen says why; or when nobody waits for it any more. */
  async believe() {
    try {
      await this.trust.load();
      return !this.isGone;
    } catch (error) {
      this.failed(error);
      return false;
    }
  }

  /** A fresh V, room id and capability. */
  async newPlace() {
    const { random, clock } = this.world;
    const [roomId, leaf] = [random(16), await newPair(random)];
    const lines = this.talk?.lines ?? [];
    const member = Member.visitor({ roomId, leaf, random, now: clock, chain: this.trust.chain,
      carry: this.carry });
    this.talk = new Talk(this.host, member, hex(roomId), lines);
    this.seat = { room: hex(roomId), cap: random(32), leaf };
    this.hasPlace = this.#isKnown = false;
  }

  /** @type {import("./room.js").Host} */
  get host() {
    return { world: this.world, link: this.link, trust: this.trust, changed: () => this.show(),
      happened: (talk, event) => this.#happened(talk, event), astray: () => this.again() };
  }

  /** Sealed to whoever may answer; sent again, with the same V and proof, when they change. */
  async hello() {
    const [seat, talk] = [this.seat, this.talk];
    const { lang, door, danger, topic, relation, age, interrupted = false, meet = null } = this.choice;
    const to = [...this.readers.values()].filter(({ role, idx }) => meet ? idx === meet.idx : role < 3 || this.before && role === 4);
    if (!seat?.leaf || !talk) return;
    if (!to.length) {
      if (!meet && !this.hasPlace && !this.#patient()) this.giveUp("closed");
      return;
    }
    const [envId, v, before] = [unhex(seat.room), seat.leaf.publicRaw, this.before];
    const resumes = before?.key ? before : null;
    const prevRoom = resumes ? unhex(resumes.room) : new Uint8Array(16);
    const prevEpoch = resumes ? resumes.epoch : 0;
    const proof = resumes?.key
      ? await resumeProof(resumes.key, { envId, v, prevRoom, prevEpoch }) : ZEROS_32;
    const { code = null, made = null, isReturning = false } = this.paper ?? {};
    const body = buildHello({ v, r: (code ?? made)?.r.publicRaw ?? null, language: lang, door, danger, topic,
      rosterHash: this.trust.chain[0].hash, relation, ageBand: age, prevRoom, prevEpoch, proof,
      roomSecret: meet && meet.secret });
    const keys = to.slice(0, 16).map(({ pub }) => pub);
    const sender = isReturning ? code?.r : null;
    const envelope = await sealEnvelope({ type: 1, envId, expiry: this.trust.hour + LIVES, to: keys,
      sender, body }, this.world.random);
    await talk.member.addVersion(envelope, keys);
    this.#isKnown = true;
    this.link.send({ t: "hello", cap_hash: hex(await sha256(seat.cap)), lang, door, danger,
      wish: this.paper?.wish?.idx ?? null, prev: before && { room: before.room, cap: before.cap }, interrupted }, envelope);
    if (!resumes) this.tab.write(seat.room, seat.cap, null);
  }

  #connected() {
    this.worked.clear();
    this.readers.clear();
    this.show();
    this.#asked = [];
    const [seat, talk] = [this.seat, this.talk];
    if (seat && talk && (talk.isLive || this.#isKnown)) {
      this.#asked = [0];
      const { pos } = talk.member.state;
      this.link.send({ t: "resume", room: seat.room, cap: hex(seat.cap), pos, store: this.#store });
    } else if (seat) this.want(CHAT);
    if (this.paper?.errand) this.want(CODE);
  }

  /** @type {(code: number) => unknown} */
  #down(code) {
    this.talk?.offline();
    if (code === 4403) return this.giveUp("elsewhere");
    this.show();
    return undefined;
  }

  /** @param {number} purpose */
  want(purpose) {
    if (!this.worked.has(purpose)) this.link.send({ t: "want", purpose });
    else if (purpose === CODE && this.paper?.errand) this.link.send(this.paper.errand.message);
  }

  /** @type {(message: Message, bytes: Bytes | null) => unknown} */
  #message(message, bytes) {
    const about = this.talk && message.room === this.talk.id ? this.talk : null;
    switch (message.t) {
      case "work": return this.#work(unhex(message.challenge));
      case "hi": return this.#hi(message);
      case "certs": return this.#certs(message.add);
      case "place": return this.#place(message);
      case "put": return bytes && message.pos && about?.put(message, bytes, message.certs.map(unhex));
      case "ok": return about?.ok(message);
      case "peer": return about && this.#peer(about, message);
      case "closed": return about && this.#closed(message);
      case "kept": return this.paper?.kept(message);
      case "mail": case "done": return this.paper?.answered(message);
      case "refuse": return this.#refused(message);
      default: return undefined;
    }
  }

  /** @param {Bytes} challenge  its byte 26 is the purpose (protocol.md section 12) */
  async #work(challenge) {
    const answer = await solve(challenge, { isGivenUp: () => !this.link.up });
    if (this.link.send({ t: "work", challenge: hex(challenge), answer: hex(answer) })) this.#asked.push(challenge[26]);
  }

  /** @param {Message} message */
  async #hi({ store, roster_seq: seq }) {
    const purpose = this.#asked.shift();
    if (!purpose) {
      if (store !== this.#store) return this.again();
      if (seq > this.trust.newestSeq && await this.believe()) {
        this.talk?.member.useChain(this.trust.chain);
      }
      await this.talk?.online();
      if (this.paper?.keeping) await this.paper.keep(this.paper.made);
    } else {
      this.worked.add(purpose);
      this.#store = store;
      this.want(purpose);
    }
    return undefined;
  }

  /** @param {string[]} add */
  async #certs(add) {
    let late;
    for (const text of add) {
      try {
        this.readers.set(text, await this.trust.shift(text));
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        late = error;
      }
    }
    if (!this.readers.size && isClock(late)) throw late;
    if (this.paper?.code && !this.hasPlace && !this.paper.isReturning) await this.paper.keep(this.paper.code);
    if (this.talk && !this.talk.isLive) await this.hello();
  }

  /** @param {Message} message */
  #place({ n, range }) {
    const since = this.view.place?.since ?? Math.floor(this.world.clock() / 60_000);
    this.hasPlace = true;
    this.tries = 0;
    const phase = this.view.phase === "paused" ? "paused" : "waiting";
    this.show({ phase, place: { n, range, since }, problem: "" });
  }

  /** @type {(talk: Talk, message: Message) => unknown} */
  #peer(talk, message) {
    talk.peer(message);
    const staff = talk.people.filter(({ me }) => !me);
    this.show();
    return talk.isLive && staff.length && staff.every(({ presence }) => presence === "lost" || presence === "leaving")
      ? this.again() : undefined;
  }

  /** @type {(message: Message) => unknown} */
  #closed({ why }) {
    if (["revoked", "passed", "idle"].includes(why)) return this.again(why);
    if (why === "erased" && this.paper?.errand) return undefined;
    if (why !== "erased") return this.giveUp("ended", { why });
    if (this.talk) this.talk.lines = [];
    return this.giveUp("erased", { why, lines: [], code: null });
  }

  /** @param {Message} message */
  #refused(message) {
    const { of, code, wait } = message;
    if (of === "frame") return message.room === this.talk?.id && this.talk?.refused(message);
    if (of === "resume" || of === "work") {
      const purpose = this.#asked.shift();
      if (!purpose) return this.again();
      if (this.tries++ < TRIES) return this.want(purpose);
    }
    if (of === "hello") return this.#turnedAway(code, wait);
    if (of === "keep") return this.paper?.kept(null);
    if (of === "rejoin") return this.paper?.rejoinNext();
    if (["code", "drop", "erase"].includes(of)) this.worked.delete(CODE);
    if (["work", "code", "drop", "erase"].includes(of)) this.paper?.answered(null);
    return undefined;
  }

  /** After a talk was cut off its adviser may need a moment to come back, too. */
  #patient() {
    if (this.world.clock() >= this.#patientUntil) return false;
    this.world.timers.clear(this.#retry);
    this.#retry = this.world.timers.set(() => this.link.turn(() => this.hello()), 2000);
    return true;
  }

  /** By this device's clock nobody who is on duty can be: it is the clock that is wrong. */
  get #isOutOfTime() {
    const { hour } = this.trust;
    const readers = [...this.readers.values()];
    return readers.length > 0 && readers.every(({ notBefore, notAfter }) => hour < notBefore || hour > notAfter);
  }

  /** @type {(code: string, wait: number) => void} */
  #turnedAway(code, wait) {
    if (code === "busy" && this.tries++ < TRIES) {
      this.world.timers.set(() => this.link.turn(() => this.hello()), 1000 * (wait || this.tries));
    } else if (code === "gone" && this.#isOutOfTime) this.giveUp("clock");
    else if (!this.#patient()) this.giveUp("closed", { problem: code === "full" ? "visitor.full" : "" });
  }

  /** @type {(talk: Talk, event: Happening) => Promise<void>} */
  async #happened(talk, event) {
    if (event.type === "epoch") await this.#entered(talk, event);
    else if (event.type === "control") await (await this.#signs()).hear(event);
    else if (event.type === "received" && talk.isQuiet) this.ended?.();
    else if (event.type === "unreadable" && event.inARow >= 3) await this.again();
  }

  /** @type {(talk: Talk, event: Happening & {type: "epoch"}) => Promise<void>} */
  async #entered(talk, { added, returned }) {
    const { resume, epoch } = talk.member.state;
    const seat = this.seat;
    if (!seat) return;
    this.paper?.entered();
    this.tab.write(seat.room, seat.cap, resume);
    const isNew = this.view.phase !== "live";
    if (isNew) {
      const before = this.before;
      this.before = seat.leaf = null;
      this.carry = undefined;
      this.show({ phase: "live", place: null, why: "", problem: "", reconnected: !!before?.key });
      await talk.online();
    }
    this.show({ joining: null, ask: null });
    if (epoch > 1 && (added.length || returned.some((slot) => slot > 0))) await this.paper?.tellCode();
  }

  /** The room is out of reach: a new one, with the proof of the old (7.5 rule 5). One at rest waits for its visitor. */
  async again(why = "") {
    const [seat, talk] = [this.seat, this.talk];
    if (!seat || !talk) return;
    if (this.tries++ > TRIES) {
      this.giveUp("failed");
      return;
    }
    const { resume } = talk.member.state;
    if (resume) {
      this.before = { room: seat.room, cap: hex(seat.cap), epoch: resume.epoch, key: resume.key };
    } else if (talk.isLive) this.before = null;
    else this.before ??= { room: seat.room, cap: hex(seat.cap), epoch: 0, key: null };
    this.#patientUntil = this.world.clock() + PATIENCE;
    this.carry = talk.member.carry();
    talk.close();
    await this.newPlace();
    if (why === "passed") this.talk?.note("note.passed");
    if (why === "idle") this.link.close();
    this.show({ phase: resume ? "paused" : this.view.phase, people: [], why, sign: null, joining: null, ask: null });
    this.worked.delete(CHAT);
    if (this.link.up) this.want(CHAT);
  }
}
