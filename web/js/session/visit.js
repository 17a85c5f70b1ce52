/**
 * The visitor's way through the socket: work, hello, place, room, and back into one
 * (protocol.md 7.5). What was typed travels along from room to room until somebody has it.
 */
import { Refused, ZEROS_32, hex, sha256, unhex } from "../asc1/bytes.js";
import { buildHello, sealEnvelope } from "../asc1/envelope.js";
import { resumeProof } from "../asc1/group.js";
import { newPair } from "../asc1/hpke.js";
import { Member } from "../asc1/member.js";
import { solve } from "../asc1/work.js";
import { Link } from "./link.js";
import { Paper } from "./paper.js";
import { Talk } from "./room.js";
import { Tab } from "./tab.js";
import { Trust, isClock } from "./trust.js";
/** @import {Before, Choice, Message, VisitorScreen, World} from "./views.js" */

export const CHAT = 1;
export const CODE = 3;
const REJOIN_PATIENCE = 20_000;
const PATIENCE = 60_000;
const TRIES = 5;
/** Hours a hello lives: half of what it may, so that a clock may be wrong by as much either way. */
const LIVES = 12;

export class Visit {
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
  /** Told when all that was said has arrived. @type {(() => void) | null} */
  ended = null;
  /** The server may know the place: a hello was sent. */
  #isKnown = false;
  /** The certificates a hello is sealed to; a socket tells each once. @type {Map<string, Checked>} */
  #readers = new Map();
  #store = "";
  /** What the next `hi` answers. */
  #step = "";
  /** Who may let us in again. @type {{id: string, keys: Checked[]} | null} */
  #found = null;
  #patientUntil = 0;
  /** @type {unknown} */
  #retry = null;
  /** @type {unknown} */
  #rejoinTimer = null;

  /** @param {World} world @param {VisitorScreen} screen */
  constructor(world, screen) {
    this.world = world;
    this.screen = screen;
    this.choice = { lang: world.language, door: 1, danger: false, topic: 0, relation: 0, age: 0 };
    this.trust = new Trust(world);
    this.tab = new Tab(world, () => this.link.turn(() => screen.giveUp("elsewhere")));
    this.link = new Link(world, "/ws/visitor", {
      open: () => this.open(),
      message: (message, bytes) => this.message(message, bytes),
      down: (code) => this.down(code),
      failed: (error) => screen.failed(error),
    });
    this.paper = new Paper(this);
  }

  forget() {
    this.link.close();
    this.tab.clear();
    this.talk?.close();
    this.paper.forget();
    this.world.timers.clear(this.#rejoinTimer);
    this.world.timers.clear(this.#retry);
    this.talk = this.seat = this.before = this.#found = null;
    this.ended?.();
    this.ended = null;
    this.carry = undefined;
    this.#readers.clear();
    this.worked.clear();
    this.#step = "";
    this.hasPlace = this.#isKnown = false;
  }

  /** False when nobody here can be trusted; the screen says why. */
  async believe() {
    try {
      await this.trust.load();
      return true;
    } catch (error) {
      this.screen.failed(error);
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
    this.talk = new Talk(this.#host, member, hex(roomId), lines);
    this.seat = { room: hex(roomId), cap: random(32), leaf };
    this.hasPlace = this.#isKnown = false;
  }

  /** @type {import("./room.js").Host} */
  get #host() {
    return { world: this.world, link: this.link, trust: this.trust, changed: () => this.screen.show(),
      happened: (talk, event) => this.#happened(talk, event), astray: () => this.again() };
  }

  /** Sealed to whoever may answer; sent again, with the same V and proof, when they change. */
  async hello() {
    const [seat, talk] = [this.seat, this.talk];
    const to = [...this.#readers.values()].filter(({ role }) => role === 1 || role === 2);
    if (!seat?.leaf || !talk) return;
    if (!to.length) {
      if (!this.hasPlace && !this.#patient()) this.screen.giveUp("closed");
      return;
    }
    const { lang, door, danger, topic, relation, age, interrupted = false } = this.choice;
    const [envId, v, before] = [unhex(seat.room), seat.leaf.publicRaw, this.before];
    const resumes = before?.key ? before : null;
    const prevRoom = resumes ? unhex(resumes.room) : new Uint8Array(16);
    const prevEpoch = resumes ? resumes.epoch : 0;
    const proof = resumes?.key
      ? await resumeProof(resumes.key, { envId, v, prevRoom, prevEpoch }) : ZEROS_32;
    const code = this.paper.code ?? this.paper.made;
    const body = buildHello({ v, r: code?.r.publicRaw ?? null, language: lang, door, danger, topic,
      rosterHash: this.trust.chain[0].hash, relation, ageBand: age, prevRoom, prevEpoch, proof,
      roomSecret: null });
    const keys = to.slice(0, 16).map(({ pub }) => pub);
    const sender = this.paper.isReturning ? this.paper.code?.r ?? null : null;
    const envelope = await sealEnvelope({ type: 1, envId, expiry: this.trust.hour + LIVES, to: keys,
      sender, body }, this.world.random);
    await talk.member.addVersion(envelope, keys);
    this.#isKnown = true;
    this.link.send({ t: "hello", cap_hash: hex(await sha256(seat.cap)), lang, door, danger,
      wish: null, prev: before && { room: before.room, cap: before.cap }, interrupted }, envelope);
    if (!resumes) this.tab.write(seat.room, seat.cap, null);
  }


  open() {
    this.worked.clear();
    this.#readers.clear();
    this.screen.show();
    if (this.paper.errand) return this.want(CODE);
    const [seat, talk] = [this.seat, this.talk];
    if (seat && talk && (talk.isLive || this.#isKnown)) {
      this.#step = "resume";
      const { pos } = talk.member.state;
      this.link.send({ t: "resume", room: seat.room, cap: hex(seat.cap), pos, store: this.#store });
    } else if (seat) this.want(CHAT);
    return undefined;
  }

  /** @type {(code: number) => unknown} */
  down(code) {
    this.talk?.offline();
    if (code === 4403) return this.screen.giveUp("elsewhere");
    this.screen.show();
    return undefined;
  }

  /** @param {number} purpose */
  want(purpose) {
    this.#step = purpose === CODE ? "code" : "chat";
    if (this.worked.has(purpose)) this.#sent();
    else this.link.send({ t: "want", purpose });
  }

  /** The work for `#step` is done. */
  #sent() {
    if (this.#step === "code" && this.paper.errand) this.link.send(this.paper.errand.message);
  }

  /** @type {(message: Message, bytes: Bytes | null) => unknown} */
  message(message, bytes) {
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
      case "kept": return this.paper.kept(message);
      case "mail": case "done": return this.paper.answered(message);
      case "refuse": return this.#refused(message);
      default: return undefined;
    }
  }

  /** @param {Bytes} challenge */
  async #work(challenge) {
    const answer = await solve(challenge, { isGivenUp: () => !this.link.up });
    this.link.send({ t: "work", challenge: hex(challenge), answer: hex(answer) });
  }

  /** @param {Message} message */
  async #hi({ store, roster_seq: seq }) {
    const step = this.#step;
    if (step === "resume") {
      if (store !== this.#store) return this.again();
      if (seq > this.trust.newestSeq && await this.believe()) {
        this.talk?.member.useChain(this.trust.chain);
      }
      await this.talk?.online();
      if (this.paper.keeping) await this.paper.keep(this.paper.made);
    } else {
      this.worked.add(step === "code" ? CODE : CHAT);
      this.#store = store;
      this.#sent();
    }
    return undefined;
  }

  /** @param {string[]} add */
  async #certs(add) {
    for (const text of add) {
      try {
        this.#readers.set(text, await this.trust.shift(text));
      } catch (error) {
        if (!(error instanceof Refused) || (add.length === 1 && isClock(error))) throw error;
      }
    }
    if (this.paper.code && !this.hasPlace && !this.paper.isReturning) await this.paper.keep(this.paper.code);
    if (this.talk && !this.talk.isLive) await this.hello();
  }

  /** @param {Message} message */
  #place({ n, range }) {
    const since = this.screen.view.place?.since ?? Math.floor(this.world.clock() / 60_000);
    this.hasPlace = true;
    this.tries = 0;
    const phase = this.screen.view.phase === "paused" ? "paused" : "waiting";
    this.screen.show({ phase, place: { n, range, since }, problem: "" });
  }

  /** @type {(talk: Talk, message: Message) => unknown} */
  #peer(talk, message) {
    talk.peer(message);
    const staff = talk.people.filter(({ me }) => !me);
    this.screen.show();
    return talk.isLive && staff.length && staff.every(({ presence }) => presence === "lost")
      ? this.again() : undefined;
  }

  /** @type {(message: Message) => unknown} */
  #closed({ why }) {
    if (why === "revoked") return this.again();
    if (why === "erased" && this.paper.errand) return undefined;
    if (why !== "erased") return this.screen.giveUp("ended", { why });
    if (this.talk) this.talk.lines = [];
    return this.screen.giveUp("erased", { why, lines: [], code: null });
  }

  /** @param {Message} message */
  #refused(message) {
    const { of, code, wait } = message;
    if (of === "frame") return message.room === this.talk?.id && this.talk?.refused(message);
    if (of === "resume") return this.again();
    if (of === "work" && this.tries++ < TRIES) return this.want(this.#step === "code" ? CODE : CHAT);
    if (of === "hello") return this.#turnedAway(code, wait);
    if (of === "keep") return this.paper.kept(null);
    if (of === "rejoin") return this.#rejoinNext();
    if (["code", "drop", "erase"].includes(of)) this.worked.delete(CODE);
    if (["work", "code", "drop", "erase"].includes(of)) this.paper.answered(null);
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
    const readers = [...this.#readers.values()];
    return readers.length > 0 && readers.every(({ notBefore, notAfter }) => hour < notBefore || hour > notAfter);
  }

  /** @type {(code: string, wait: number) => void} */
  #turnedAway(code, wait) {
    if (code === "busy" && this.tries++ < TRIES) {
      this.world.timers.set(() => this.link.turn(() => this.hello()), 1000 * (wait || this.tries));
    } else if (code === "gone" && this.#isOutOfTime) this.screen.giveUp("clock");
    else if (!this.#patient()) this.screen.giveUp("closed", { problem: code === "full" ? "visitor.full" : "" });
  }


  /** @type {(talk: Talk, event: Happening) => Promise<void>} */
  async #happened(talk, event) {
    if (event.type === "epoch") await this.#entered(talk, event);
    else if (event.type === "control") this.#control(event);
    else if (event.type === "received" && talk.isQuiet) this.ended?.();
    else if (event.type === "unreadable" && event.inARow >= 3) await this.again();
  }

  /** @type {(talk: Talk, event: Happening & {type: "epoch"}) => Promise<void>} */
  async #entered(talk, { added, returned }) {
    const { resume, epoch } = talk.member.state;
    const seat = this.seat;
    if (!seat) return;
    this.world.timers.clear(this.#rejoinTimer);
    this.tab.write(seat.room, seat.cap, resume);
    const isNew = this.screen.view.phase !== "live";
    if (isNew) {
      const before = this.before;
      this.before = seat.leaf = null;
      this.carry = undefined;
      this.screen.show({ phase: "live", place: null, problem: "", reconnected: !!before?.key });
      await talk.online();
    }
    this.screen.show({ joining: null, ask: null });
    if (epoch > 1 && (added.length || returned.some((slot) => slot > 0))) await this.paper.tellCode();
  }

  /** @type {(event: Happening & {type: "control"}) => void} */
  #control({ control }) {
    if (control.t === "joining" && typeof control.idx === "number") {
      const { idx, role, why } = control;
      const joining = { idx, name: this.trust.name(idx), role: Number(role) };
      this.screen.show({ joining, ask: why === "hand_over" || why === "colleague" ? idx : null });
    } else if (control.t === "code_ok") this.paper.known(control.r);
  }

  /** The room is out of reach: a new one, with the proof of the old (7.5 rule 5). */
  async again() {
    const [seat, talk] = [this.seat, this.talk];
    if (!seat || !talk) return;
    if (this.tries++ > TRIES) {
      this.screen.giveUp("failed");
      return;
    }
    const { resume } = talk.member.state;
    if (resume) {
      this.before = { room: seat.room, cap: hex(seat.cap), epoch: resume.epoch, key: resume.key };
    } else if (talk.isLive) this.before = null;
    this.#patientUntil = this.world.clock() + PATIENCE;
    this.carry = talk.member.carry();
    talk.close();
    await this.newPlace();
    this.screen.show({ phase: resume ? "paused" : this.screen.view.phase, people: [] });
    this.worked.delete(CHAT);
    if (this.link.up) this.want(CHAT);
  }

  /** Back with the code, while a staff member still holds the room (rule 9). @param {Message} room */
  async rejoin({ id, certs }) {
    const keys = [];
    for (const text of certs) {
      try {
        keys.push(await this.trust.shift(text));
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
      }
    }
    this.#found = { id, keys };
    await this.#rejoinNext();
  }

  async #rejoinNext() {
    this.world.timers.clear(this.#rejoinTimer);
    const next = this.#found?.keys.shift();
    if (!this.#found || !next || !this.paper.code) {
      this.#found = null;
      await this.newPlace();
      this.want(CHAT);
      return;
    }
    const { random, clock } = this.world;
    const cap = random(32);
    const { member, envelope } = await Member.joiner({ roomId: unhex(this.#found.id), random,
      now: clock, chain: this.trust.chain, to: next.pub, sender: this.paper.code.r });
    this.talk = new Talk(this.#host, member, this.#found.id);
    this.seat = { room: this.#found.id, cap, leaf: null };
    this.link.send({ t: "rejoin", room: this.#found.id, cap_hash: hex(await sha256(cap)) }, envelope);
    this.#rejoinTimer = this.world.timers.set(
      () => this.link.turn(() => (this.talk?.isLive ? undefined : this.#rejoinNext())),
      REJOIN_PATIENCE);
  }
}
