/**
 * The adviser's session: signed in, on duty, in conversations (protocol.md 3.1, 5, 7.5, 7.6).
 *
 * The shift key is born unreadable and is deleted with the shift. After a reload, a lost socket or
 * another server the rooms heal by themselves; a member nobody has been told of stops everything.
 */
import { Refused, hex, unhex } from "../asc1/bytes.js";
import { buildCertificate, parseCertificate, shiftHours } from "../asc1/cert.js";
import { Member } from "../asc1/member.js";
import { memberChanges } from "../asc1/roster.js";
import { newShiftKey } from "../asc1/signin.js";
import { Held } from "./held.js";
import { Link } from "./link.js";
import { practice } from "./practice.js";
import { Trust, isClock } from "./trust.js";
import { answer, fromDigits, fromPasskey, identity } from "./unlock.js";
/** @import {Bytes} from "../asc1/bytes.js" */
/** @import {Pair} from "../asc1/hpke.js" */
/** @import {Roster} from "../asc1/roster.js" */
/** @import {Secrets} from "./unlock.js" */
/** @import {Message, StaffView, World} from "./views.js" */

/** @typedef {{pair: Pair, cert: Bytes, capacity: number, since: number}} Shift */

const TOKEN = "hamn-desk";
const HOUR = 3_600_000;
const EXPECTED_FOR = 60_000;

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
  /** @type {Held[]} */
  #rooms = [];
  #store = "";
  #token = "";
  #idx = 0;
  #login = "";
  /** @type {{secrets: Secrets, done: (ok: boolean) => void} | null} */
  #signing = null;
  /** @type {CryptoKey | null} */
  #ik = null;
  /** @type {Shift | null} */
  #shift = null;
  /** A visitor cut off by our own reload is expected until then. */
  #expectsUntil = 0;
  /** @type {unknown} */
  #renewal = null;

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
  }

  // The screen -------------------------------------------------------------------------------------

  /** @param {Partial<StaffView>} [change] */
  #show(change = {}) {
    const rooms = this.#rooms.map(({ view }) => view);
    const current = change.current ?? this.view.current;
    this.view = Object.freeze({ ...this.view, connected: this.#link.up, rooms, ...change,
      current: rooms.some(({ id }) => id === current) ? current : rooms.at(-1)?.id ?? "" });
    this.dispatchEvent(new Event("change"));
  }

  /** @param {string} detail */
  #sound(detail) {
    this.dispatchEvent(new CustomEvent("sound", { detail }));
  }

  get #host() {
    return { world: this.#world, link: this.#link, trust: this.#trust,
      changed: () => this.#show(), happened: () => {}, sound: (/** @type {string} */ name) =>
        this.#sound(name),
      astray: (/** @type {{id: string}} */ { id }) => {
        const held = this.#room(id);
        if (!held || held.isHealing) return;
        held.isHealing = true;
        this.#link.send({ t: "lost", room: id });
      } };
  }

  /** @param {string} id */
  #room(id) {
    return this.#rooms.find((held) => held.id === id);
  }

  // Sign-in ----------------------------------------------------------------------------------------

  /** @returns {Promise<boolean>} */
  revive() {
    return this.#link.turn(async () => {
      const token = this.#stored();
      if (!token || !await this.#believe()) return false;
      const shift = await this.#world.keys.get("shift").catch(() => undefined);
      this.#token = token;
      this.#shift = shift ?? null;
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
    for (const { talk } of this.#rooms) talk.offline();
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
    this.#idx = idx;
    if (this.#signing) {
      const { secrets } = this.#signing;
      this.#ik = (await identity(secrets, idx, wraps)).privateKey;
      this.#token = token;
      this.#keepToken();
    }
    if (seq > this.#trust.newestSeq) await this.#believe();
    const fresh = this.view.me === null;
    const member = this.#trust.chain[0].members.find((m) => m.idx === idx);
    this.#show({ me: { idx, name: this.#trust.name(idx), login: this.#login,
      roles: member?.roles ?? [] } });
    if (fresh) await this.#compare();
    if (this.#shift) await this.#tellDuty();
    await this.#heal(store, rooms.map((/** @type {{room: string}} */ { room }) => room));
    this.#signed(true);
    if (this.view.phase === "opening") this.#show({ phase: this.#shift ? "duty" : "off" });
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
      this.#show({ phase: this.#shift ? "duty" : "off", changes: null });
    });
  }

  // Duty -------------------------------------------------------------------------------------------

  /** @type {(pub: Bytes) => Promise<Bytes>} */
  #certify(pub) {
    if (!this.#ik) throw new Refused("locked");
    const roles = this.view.me?.roles ?? [1];
    return buildCertificate({ idx: this.#idx, role: roles.includes(1) ? 1 : roles[0] ?? 1, kind: 1,
      ...shiftHours(this.#trust.hour), rosterHash: this.#trust.chain[0].hash, pub }, this.#ik);
  }

  /** @type {(capacity: 1 | 2) => Promise<void>} */
  goOn(capacity) {
    return this.#link.turn(async () => {
      if (this.view.phase !== "off") return;
      const pair = await newShiftKey();
      const since = Math.floor(this.#world.clock() / 60_000);
      this.#shift = { pair, cert: await this.#certify(pair.publicRaw), capacity, since };
      await this.#tellDuty();
      this.#show({ phase: "duty", problem: "" });
    });
  }

  /** Says who stands on duty, with a certificate that is good for hours yet. */
  async #tellDuty() {
    const shift = this.#shift;
    if (!shift) return;
    const old = await parseCertificate(shift.cert);
    const { notBefore, notAfter } = shiftHours(this.#trust.hour);
    const isOld = old.notBefore !== notBefore || hex(old.rosterHash) !== hex(this.#trust.chain[0].hash);
    if (isOld && this.#ik) shift.cert = await this.#certify(shift.pair.publicRaw);
    await this.#world.keys.put("shift", shift).catch(() => this.#show({ memoryOnly: true }));
    this.#link.send({ t: "duty", cert: hex(shift.cert), capacity: shift.capacity });
    const ends = (this.#ik ? notAfter : old.notAfter) * 60;
    this.#show({ shift: { duty: shift.since, shiftEnds: ends },
      problem: isOld && !this.#ik ? "desk.sign_in_again" : this.view.problem });
    this.#world.timers.clear(this.#renewal);
    this.#renewal = this.#world.timers.set(() => this.#link.turn(() => this.#tellDuty()),
      (notBefore + 6) * HOUR - this.#world.clock());
  }

  /** @returns {Promise<void>} */
  goOff() {
    return this.#link.turn(async () => {
      this.#link.send({ t: "duty", cert: null });
      await this.#endShift();
      this.#show({ phase: "off", waiting: [], ring: null, standing: null });
    });
  }

  async #endShift() {
    this.#world.timers.clear(this.#renewal);
    this.#shift = null;
    this.#show({ shift: null });
    await this.#world.keys.delete("shift").catch(() => {});
  }

  // Rooms ------------------------------------------------------------------------------------------

  /** @type {(place: string) => Promise<void>} */
  accept(place) {
    return this.#link.turn(() => {
      if (!this.#link.send({ t: "claim", place })) this.#show({ problem: "desk.network" });
    });
  }

  /** A claim was granted: open the hello, look whom it comes from, commit. @type {(id: string, bytes: Bytes) => Promise<void>} */
  async #pair(id, bytes) {
    const shift = this.#shift;
    const shown = this.view.waiting.find(({ place }) => place === id) ?? this.#offered.get(id);
    if (!shift || !shown || this.#room(id)) return;
    const { trust, place } = { trust: this.#trust, place: { roomId: unhex(id),
      chain: this.#trust.chain, random: this.#world.random, now: this.#world.clock,
      shift: shift.pair, certificate: shift.cert } };
    try {
      let member = await Member.staff(place);
      const { hello } = await trust.retried(() => member.readHello(bytes, shown));
      const proven = await this.#provenBy(hello);
      if (proven) {
        member = await Member.staff({ ...place, carry: proven.talk.member.carry() });
      }
      const { join } = await member.readHello(bytes, shown);
      const isBack = hello.prevRoom.some((byte) => byte !== 0);
      const held = new Held(this.#host, member, id, { hello, before: proven,
        identity: proven ? "proven" : isBack ? "unproven" : bytes[7] & 1 ? "code" : "new" });
      if (proven) held.talk.note("note.reconnected");
      else if (isBack) held.talk.note("note.unproven");
      const lost = proven ?? (isBack ? this.#rooms.find(({ expects }) => expects) : undefined);
      lost?.close("moved", lost === proven);
      this.#rooms = [...this.#rooms.filter((other) => other !== lost), held];
      this.#expectsUntil = 0;
      await held.begin([join]);
      this.#show({ current: id, ring: null });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#show({ problem: error.reason === "roster alarm" ? "desk.roster_alarm" : "desk.bad_hello" });
    }
  }

  /** @param {import("../asc1/bodies.js").Hello & {envId: Bytes}} hello */
  async #provenBy(hello) {
    for (const held of this.#rooms) {
      if (!held.why && await held.proves(hello)) return held;
    }
    return null;
  }

  /** After the socket came back: same rooms, or rooms of a store that is gone. @type {(store: string, held: string[]) => Promise<void>} */
  async #heal(store, held) {
    const [before, open] = [this.#store || store, this.#rooms.filter(({ why }) => !why)];
    this.#store = store;
    for (const room of open.filter(({ isPractice }) => !isPractice)) {
      const { pos, mode } = room.talk.member.state;
      if (mode === "live") this.#link.send({ t: "resume", room: room.id, pos, store: before });
      if (store !== before) room.isHealing = true;
      else {
        room.sendPending();
        if (mode === "live") await room.talk.online();
      }
    }
    for (const id of held.filter((other) => !this.#room(other))) {
      this.#expectsUntil = this.#world.clock() + EXPECTED_FOR;
      this.#link.send({ t: "lost", room: id });
    }
  }

  /** @type {(room: string) => void} */
  show(room) {
    this.#show({ current: room });
  }

  /** @type {(room: string, text: string) => Promise<void>} */
  write(room, text) {
    return this.#link.turn(async () => {
      const held = this.#room(room);
      if (held?.view.mayWrite) await held.talk.write(text);
      else this.dispatchEvent(new CustomEvent("returned", { detail: text }));
    });
  }

  /** @type {(room: string) => void} */
  typing(room) {
    this.#link.turn(() => this.#room(room)?.talk.typing());
  }

  /** @type {(room: string, ok: boolean) => void} */
  sendHeld(room, ok) {
    this.#link.turn(async () => {
      const back = await this.#room(room)?.talk.decideHeld(ok) ?? [];
      const detail = back.map(({ text }) => text).join("\n\n");
      if (detail) this.dispatchEvent(new CustomEvent("returned", { detail }));
      this.#show();
    });
  }

  /** @type {(room: string) => Promise<void>} */
  resendLast(room) {
    return this.#link.turn(async () => {
      const held = this.#room(room);
      const last = held?.talk.lines.filter(({ mine, kind, mark }) =>
        mine && kind === "text" && mark === "received").slice(-3) ?? [];
      for (const { text } of held?.view.mayWrite ? last : []) await held?.talk.write(text);
    });
  }

  /** @type {(room: string) => Promise<void>} */
  end(room) {
    return this.#link.turn(() => this.#room(room)?.end());
  }

  /** @returns {Promise<void>} */
  ready() {
    return this.#link.turn(() => {
      this.#link.send({ t: "ready" });
      this.#rooms = this.#rooms.filter(({ why }) => !why);
      this.#show({ wrapUpUntil: null });
    });
  }

  /** @returns {Promise<void>} */
  practise() {
    return this.#link.turn(async () => {
      const pair = await newShiftKey();
      const held = await practice({ ...this.#host, pair, cert: await this.#certify(pair.publicRaw) });
      this.#rooms = [...this.#rooms, held];
      this.#show({ current: held.id });
    });
  }

  /** @returns {Promise<void>} */
  signOut() {
    return this.#link.turn(async () => {
      this.#link.send({ t: "duty", cert: null });
      this.#link.send({ t: "out" });
      await this.#endShift();
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
    for (const held of this.#rooms) held.close("left");
    this.#rooms = [];
    this.#world.timers.clear(this.#renewal);
    this.#ik = this.#shift = null;
    this.#token = this.#store = "";
    try {
      this.#world.storage?.removeItem(TOKEN);
    } catch {
      this.#offered.clear();
    }
    this.#world.keys.delete("shift").catch(() => {});
    this.view = START;
    this.#show({ problem });
  }

  // The socket -------------------------------------------------------------------------------------

  /** What the server showed of places that are no longer in the list. @type {Map<string, StaffView["waiting"][number]>} */
  #offered = new Map();

  /** @type {(message: Message, bytes: Bytes | null) => unknown} */
  #message(message, bytes) {
    const held = this.#room(message.room);
    switch (message.t) {
      case "nonce": return this.#nonce(message.nonce);
      case "hi": return this.#hi(message);
      case "wait": return this.#wait(message);
      case "offer": return this.#offer(message);
      case "standing": return this.#show({ standing: { open: message.open, on_duty: message.on_duty,
        waiting: message.waiting } });
      case "wrap": return this.#show({ wrapUpUntil: message.until });
      case "put": return bytes && (message.pos === 0 ? this.#pair(message.room, bytes)
        : held?.talk.put(message, bytes, message.certs.map(unhex)));
      case "join": return bytes && held?.asked(bytes, message.from);
      case "ok": return held && this.#ok(held, message);
      case "peer": return held?.peer(message);
      case "closed": return held && this.#closed(held, message.why);
      case "refuse": return this.#refused(message, held);
      default: return undefined;
    }
  }

  /** @param {string} nonce */
  async #nonce(nonce) {
    if (this.#signing) this.#link.send(await answer(this.#world, this.#signing.secrets, nonce));
  }

  /** @param {Message} message */
  #wait({ add, del }) {
    const fresh = add.map((/** @type {Message} */ { place, lang, door, danger, since }) =>
      ({ place, language: lang, door, danger, since }));
    for (const shown of fresh) this.#offered.set(shown.place, shown);
    const gone = new Set([...del, ...fresh.map((/** @type {{place: string}} */ f) => f.place)]);
    this.#show({ waiting: [...this.view.waiting.filter(({ place }) => !gone.has(place)), ...fresh] });
  }

  /** @param {Message} message */
  #offer({ place, until }) {
    this.#show({ ring: place && { place, until } });
    if (!place) return undefined;
    const isExpected = this.#world.clock() < this.#expectsUntil ||
      this.#rooms.some(({ expects }) => expects);
    if (isExpected) return this.#link.send({ t: "claim", place });
    return this.#sound("ring");
  }

  /** @type {(held: Held, message: Message) => Promise<void>} */
  async #ok(held, message) {
    await held.ok(message);
    if (message.of !== "commit" || message.epoch !== 1) return;
    this.#link.send({ t: "resume", room: held.id, pos: held.talk.member.state.pos,
      store: this.#store });
    await held.talk.online();
  }

  /** @type {(held: Held, why: string) => void} */
  #closed(held, why) {
    if (held.isHealing && why !== "end") return;
    held.close(why);
    if (why !== "moved") this.#sound("left");
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
      await this.#endShift();
      this.#show({ phase: "off", problem: "desk.duty_refused" });
    } else if (of === "claim") {
      this.#show({ ring: null, problem: code === "busy" ? "desk.taken" : "desk.gone" });
    }
    return this.#show();
  }
}

