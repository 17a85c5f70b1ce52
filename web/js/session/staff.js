/**
 * The adviser's session: signed in, on duty, in conversations (protocol.md 3.1, 5, 7.5, 7.6).
 *
 * The shift key is born unreadable and is deleted with the shift. After a reload, a lost socket or
 * another server the rooms heal by themselves; a member nobody has been told of stops everything.
 */
import { Refused, unhex } from "../asc1/bytes.js";
import { memberChanges } from "../asc1/roster.js";
import { newShiftKey } from "../asc1/signin.js";
import { goesAgain } from "../model/desk.js";
import { Link } from "./link.js";
import { practice } from "./practice.js";
import { Rooms } from "./rooms.js";
import { Duty } from "./shift.js";
import { Trust, isClock } from "./trust.js";
import { answer, fromDigits, fromPasskey, identity } from "./unlock.js";
/** @import {Held} from "./held.js" */
/** @import {Secrets} from "./unlock.js" */
/** @import {Message, StaffView, World} from "./views.js" */

const TOKEN = "hamn-desk";

/** @type {StaffView} */
const START = { phase: "locked", connected: false, memoryOnly: false, me: null, changes: null,
  waiting: [], ring: null, rooms: [], current: "", wrapUpUntil: null, standing: null, shift: null,
  problem: "" };

/** @type {(world: World) => StaffSession} */
export const staffSession = (world) => new StaffSession(world);

export class StaffSession extends EventTarget {
  /** @type {StaffView} */
  view = START;
  #world;
  #link;
  #trust;
  #host;
  #duty;
  #rooms;
  #token = "";
  #login = "";
  /** @type {{secrets: Secrets, done: (ok: boolean) => void} | null} */
  #signing = null;

  /** @param {World} world */
  constructor(world) {
    super();
    this.#world = world;
    this.#trust = new Trust(world, 64);
    this.#link = new Link(world, "/ws/staff", {
      open: () => this.#open(),
      message: (message, bytes) => this.#message(message, bytes),
      down: (code) => this.#down(code),
      failed: (error) => this.dispatchEvent(new CustomEvent("fault", { detail: error })),
    });
    const show = (/** @type {Partial<StaffView>} */ change = {}) => this.#show(change);
    /** @type {import("./held.js").DeskHost} */
    const host = { world, link: this.#link, trust: this.#trust, changed: show, happened: () => {},
      sound: (detail) => this.dispatchEvent(new CustomEvent("sound", { detail })), astray: ({ id }) => this.#rooms.lose(id) };
    this.#host = host;
    this.#duty = new Duty(host, show);
    const session = this;
    this.#rooms = new Rooms({ host, show, get view() { return session.view; },
      get shift() { return session.#duty.shift; } });
  }

  /** @param {Partial<StaffView>} [change] */
  #show(change = {}) {
    const rooms = this.#rooms.all.map(({ view }) => view);
    const current = change.current ?? this.view.current;
    this.view = Object.freeze({ ...this.view, connected: this.#link.up, rooms, ...change,
      current: rooms.some(({ id }) => id === current) ? current : rooms.at(-1)?.id ?? "" });
    this.dispatchEvent(new Event("change"));
  }

  /** @returns {Promise<boolean>} */
  revive() {
    return this.#link.turn(async () => {
      const token = this.#stored();
      if (!token || !await this.#believe()) return false;
      this.#token = token;
      await this.#duty.revive();
      this.#show({ phase: "opening" });
      this.#link.open();
      return true;
    });
  }

  #stored() {
    try {
      return this.#world.storage?.getItem(TOKEN) ?? "";
    } catch {
      return "";
    }
  }

  async #believe() {
    try {
      await this.#trust.load();
      return true;
    } catch (error) {
      this.#show({ phase: isClock(error) ? "clock" : error instanceof Refused ? "untrusted"
        : "locked", problem: error instanceof Refused ? "" : "desk.network" });
      return false;
    }
  }

  /** @type {(login: string, digits: string) => Promise<boolean>} */
  signInWithDigits(login, digits) {
    return this.#signIn(() => fromDigits(this.#world, this.#trust.service, login, digits));
  }

  /** @type {(login: string) => Promise<boolean>} */
  signInWithPasskey(login) {
    return this.#signIn(() => fromPasskey(this.#world, login));
  }

  /** @param {() => Promise<Secrets | null>} unlock */
  async #signIn(unlock) {
    this.#show({ phase: "opening", problem: "" });
    const secrets = await this.#link.turn(async () => {
      if (!await this.#believe()) return null;
      try {
        const found = await unlock();
        if (!found) this.#show({ phase: "locked", problem: "desk.no_passkey" });
        return found;
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        this.#show({ phase: "locked", problem: "desk.wrong" });
        return null;
      }
    });
    if (!secrets) return false;
    return new Promise((done) => {
      this.#link.close();
      this.#signing = { secrets, done };
      this.#login = secrets.login;
      this.#link.open();
    });
  }

  /** @param {boolean} ok */
  #signed(ok) {
    this.#signing?.done(ok);
    this.#signing = null;
  }

  #open() {
    if (this.#signing) this.#link.send({ t: "auth", name: this.#signing.secrets.login });
    else if (this.#token) this.#link.send({ t: "auth", token: this.#token });
    this.#show();
  }

  /** @param {number} code */
  #down(code) {
    for (const { talk } of this.#rooms.all) talk.offline();
    if (this.#signing && code === 4401) this.#wrong();
    else if (code === 4401) this.#leave("desk.signed_out");
    else if (code === 4403) this.#leave("desk.elsewhere");
    else this.#show({ waiting: [], ring: null });
  }

  #wrong() {
    this.#link.close();
    this.#signed(false);
    this.#show({ phase: "locked", problem: "desk.wrong" });
  }

  /** @param {Message} message */
  async #hi({ store, roster_seq: seq, idx, wraps, rooms, token }) {
    if (this.#signing) {
      const { secrets } = this.#signing;
      this.#duty.ik = (await identity(secrets, idx, wraps)).privateKey;
      this.#token = token;
      this.#keepToken();
    }
    if (seq > this.#trust.newestSeq) await this.#believe();
    const fresh = this.view.me === null;
    const member = this.#trust.chain[0].members.find((m) => m.idx === idx);
    this.#show({ me: { idx, name: this.#trust.name(idx), login: this.#login,
      roles: member?.roles ?? [] } });
    if (fresh) await this.#compare();
    if (this.#duty.shift) await this.#duty.tell(this.view.me);
    await this.#rooms.heal(store, rooms.map((/** @type {{room: string}} */ { room }) => room));
    this.#signed(true);
    if (this.view.phase === "opening") this.#show({ phase: this.#duty.shift ? "duty" : "off" });
  }

  #keepToken() {
    try {
      this.#world.storage?.setItem(TOKEN, this.#token);
    } catch {
      this.#show({ memoryOnly: true });
    }
  }

  /** Members changed since this browser looked last: shown before anything else goes on. */
  async #compare() {
    const newest = this.#trust.chain[0];
    /** @type {Roster | undefined} */
    const last = await this.#world.keys.get("roster").catch(() => undefined);
    const changes = last ? memberChanges(last, newest) : null;
    if (!changes || !Object.values(changes).some((list) => list.length)) {
      await this.#accept();
      return;
    }
    const names = (/** @type {number[]} */ list) => list.map((idx) => this.#trust.name(idx) ||
      last?.members.find((member) => member.idx === idx)?.dutyName || String(idx));
    this.#show({ phase: "alarm", changes: { added: names(changes.added),
      removed: names(changes.removed), rekeyed: names(changes.rekeyed) } });
  }

  async #accept() {
    await this.#world.keys.put("roster", this.#trust.chain[0])
      .catch(() => this.#show({ memoryOnly: true }));
  }

  acknowledgeChanges() {
    this.#link.turn(async () => {
      if (this.view.phase !== "alarm") return;
      await this.#accept();
      this.#show({ phase: this.#duty.shift ? "duty" : "off", changes: null });
    });
  }

  /** @type {(capacity: 1 | 2) => Promise<void>} */
  goOn(capacity) {
    return this.#link.turn(async () => {
      if (this.view.phase !== "off") return;
      await this.#duty.begin(capacity, this.view.me);
      this.#show({ phase: "duty", problem: "" });
    });
  }

  /** @returns {Promise<void>} */
  goOff() {
    return this.#link.turn(async () => {
      this.#link.send({ t: "duty", cert: null });
      await this.#duty.end();
      this.#show({ phase: "off", waiting: [], ring: null, standing: null });
    });
  }

  /** @type {(place: string) => Promise<void>} */
  accept(place) {
    return this.#link.turn(() => {
      if (!this.#link.send({ t: "claim", place })) this.#show({ problem: "desk.network" });
    });
  }

  /** @type {(room: string) => void} */
  show(room) {
    this.#show({ current: room });
  }

  /** @type {(room: string, text: string) => Promise<void>} */
  write(room, text) {
    return this.#link.turn(async () => {
      const held = this.#rooms.find(room);
      if (held?.view.mayWrite) await held.talk.write(text);
      else this.dispatchEvent(new CustomEvent("returned", { detail: text }));
    });
  }

  /** @type {(room: string) => void} */
  typing(room) {
    this.#link.turn(() => this.#rooms.find(room)?.talk.typing());
  }

  /** @type {(room: string, ok: boolean) => void} */
  sendHeld(room, ok) {
    this.#link.turn(async () => {
      const back = await this.#rooms.find(room)?.talk.decideHeld(ok) ?? [];
      const detail = back.map(({ text }) => text).join("\n\n");
      if (detail) this.dispatchEvent(new CustomEvent("returned", { detail }));
      this.#show();
    });
  }

  /** @type {(room: string) => Promise<void>} */
  resendLast(room) {
    return this.#link.turn(async () => {
      const held = this.#rooms.find(room);
      const last = held?.talk.lines.filter((line) =>
        line.mine && line.kind === "text" && goesAgain(held.view.identity, line)).slice(-3) ?? [];
      for (const { text } of held?.view.mayWrite ? last : []) await held?.talk.write(text);
    });
  }

  /** @type {(room: string) => Promise<void>} */
  end(room) {
    return this.#link.turn(() => this.#rooms.find(room)?.end());
  }

  /** @returns {Promise<void>} */
  ready() {
    return this.#link.turn(() => {
      this.#link.send({ t: "ready" });
      this.#rooms.all = this.#rooms.all.filter(({ why }) => !why);
      this.#show({ wrapUpUntil: null });
    });
  }

  /** @returns {Promise<void>} */
  practise() {
    return this.#link.turn(async () => {
      const pair = await newShiftKey();
      const held = await practice({ ...this.#host, pair, cert: await this.#duty.certify(pair.publicRaw, this.view.me) });
      this.#rooms.all = [...this.#rooms.all, held];
      this.#show({ current: held.id });
    });
  }

  /** @returns {Promise<void>} */
  signOut() {
    return this.#link.turn(async () => {
      this.#link.send({ t: "duty", cert: null });
      this.#link.send({ t: "out" });
      await this.#duty.end();
      this.#leave("");
    });
  }

  lock() {
    this.#link.send({ t: "duty", cert: null });
    this.#link.send({ t: "out" });
    this.#world.keys.clear().catch(() => {});
    this.#leave("");
  }

  /** Back to the locked page; nothing that opens anything stays. @param {string} problem */
  #leave(problem) {
    this.#link.close();
    this.#signed(false);
    this.#rooms.forget();
    this.#duty.end();
    this.#duty.ik = null;
    this.#token = "";
    try {
      this.#world.storage?.removeItem(TOKEN);
    } catch {
      this.#token = "";
    }
    this.view = START;
    this.#show({ problem });
  }

  /** @type {(message: Message, bytes: Bytes | null) => unknown} */
  #message(message, bytes) {
    const held = this.#rooms.find(message.room);
    switch (message.t) {
      case "nonce": return this.#nonce(message.nonce);
      case "hi": return this.#hi(message);
      case "wait": return this.#rooms.wait(message);
      case "offer": return this.#rooms.offer(message);
      case "standing": return this.#show({ standing: { open: message.open, on_duty: message.on_duty,
        waiting: message.waiting } });
      case "wrap": return this.#show({ wrapUpUntil: message.until });
      case "put": return bytes && (message.pos === 0 ? this.#rooms.pair(message.room, bytes)
        : held?.talk.put(message, bytes, message.certs.map(unhex)));
      case "join": return bytes && held?.asked(bytes, message.from);
      case "ok": return held && this.#rooms.ok(held, message);
      case "peer": return held?.peer(message);
      case "closed": return held && this.#rooms.closed(held, message.why);
      case "refuse": return this.#refused(message, held);
      default: return undefined;
    }
  }

  /** @param {string} nonce */
  async #nonce(nonce) {
    if (this.#signing) this.#link.send(await answer(this.#world, this.#signing.secrets, nonce));
  }

  /** @type {(message: Message, held: Held | undefined) => unknown} */
  async #refused(message, held) {
    const { of, code } = message;
    if (of === "auth") return this.#wrong();
    if (of === "frame") return held?.talk.refused(message);
    if (of === "commit") return held?.refused(message);
    if (of === "resume" && held) {
      held.isHealing = true;
      held.talk.offline();
    } else if (of === "duty") {
      await this.#duty.end();
      this.#show({ phase: "off", problem: "desk.duty_refused" });
    } else if (of === "claim") {
      this.#show({ ring: null, problem: code === "busy" ? "desk.taken" : "desk.gone" });
    }
    return this.#show();
  }
}

