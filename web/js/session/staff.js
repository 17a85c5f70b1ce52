/**
 * The adviser's session: signed in, on duty, in conversations (protocol.md 3.1, 5, 7.5, 7.6).
 *
 * The shift key is born unreadable and is deleted with the shift. After a reload, a lost socket or
 * another server the rooms heal by themselves; a member nobody has been told of stops everything.
 *
 * Over 400 lines on purpose: whoever reads how a session goes reads one file.
 */
import { Refused, unhex } from "../asc1/bytes.js";
import { newShiftKey } from "../asc1/signin.js";
import { Acts } from "./acts.js";
import { TOKEN, tokenOf } from "./bearer.js";
import { CaseDesk } from "./case-desk.js";
import { Escalation, NO_ESCALATION, NO_ESCALATIONS } from "./escalation.js";
import { Mail, NO_MAIL } from "./mail.js";
import { tellOut } from "./out.js";
import { practice } from "./practice.js";
import { renew } from "./root.js";
import { Rooms } from "./rooms.js";
import { Seen, ToldTrust } from "./seen.js";
import { Duty } from "./shift.js";
import { NO_TALKS, Talks } from "./talks.js";
import { accountKeys, answer, fromDigits, fromPasskey, opens } from "./unlock.js";
import { Link, isClock } from "./world.js";
/** @import {Held} from "./held.js" */
/** @import {Secrets} from "./unlock.js" */
/** @import {Message, StaffView, World} from "./views.js" */

const COUNSELLOR = 4;

/** @type {StaffView} */
const START = { phase: "locked", connected: false, memoryOnly: false, me: null, changes: null,
  waiting: [], ring: null, rooms: [], current: "", colleagues: [], invites: [], live: [], acute: [], notices: [], ending: null, wrapUpUntil: null,
  standing: null, rota: null, shift: null, forms: 0, board: null, mail: NO_MAIL, escalation: NO_ESCALATION,
  escalations: NO_ESCALATIONS, talks: NO_TALKS, isCaseDue: false, problem: "" };

/** @type {(world: World) => StaffSession} */
export const staffSession = (world) => new StaffSession(world);

export class StaffSession extends EventTarget {
  /** @type {StaffView} */
  view = START;
  mail;
  escalation;
  talks;
  #world;
  #link;
  #trust;
  #seen;
  #host;
  #duty;
  #rooms;
  #cases;
  #token = "";
  /** @type {{idx: number, wraps: import("./unlock.js").WrapSent[]}} */ #who = { idx: 0, wraps: [] };
  #login = "";
  /** @type {{secrets: Secrets, done: (ok: boolean) => void} | null} */
  #signing = null;

  /** @param {World} world */
  constructor(world) {
    super();
    this.#world = world;
    this.#trust = new ToldTrust(world, 64);
    this.#trust.taken = () => void this.#witness();
    this.#seen = new Seen(world, this.#trust);
    const failed = (/** @type {unknown} */ detail) => void this.dispatchEvent(new CustomEvent("fault", { detail }));
    this.#link = new Link(world, "/ws/staff", {
      open: () => this.#open(),
      message: (message, bytes) => this.#message(message, bytes),
      down: (code) => this.#down(code), failed });
    const show = (/** @type {Partial<StaffView>} */ change = {}) => this.#show(change);
    /** @type {import("./held.js").DeskHost} */
    const host = { world, link: this.#link, trust: this.#trust, changed: show, happened: () => {},
      sound: (detail) => this.dispatchEvent(new CustomEvent("sound", { detail })), astray: ({ id }) => this.#rooms.lose(id),
      answered: (room, control) => this.escalation.heard(room, control) };
    this.#host = host;
    this.#duty = new Duty(host, show);
    const session = this;
    /** @type {import("./rooms.js").Desk} */
    const desk = { host, show, get view() { return session.view; },
      get shift() { return session.#duty.shift; }, get talks() { return session.talks; } };
    this.#cases = new CaseDesk(world, () => this.contact);
    this.#rooms = new Rooms(desk);
    this.acts = new Acts(desk, this.#rooms);
    this.mail = new Mail(host, { show, failed, get token() { return session.#token; },
      get me() { return session.view.me; }, get shift() { return session.#duty.shift; }, knows: (who) => this.#seen.knows(who) });
    this.escalation = new Escalation(host, { show, get token() { return session.#token; },
      get writer() { return session.#duty.shift ?? session.mail.own; } }, this.#rooms);
    this.talks = new Talks(host, { show, failed, get me() { return session.view.me; },
      get shift() { return session.#duty.shift; }, get mail() { return session.mail; } });
  }

  /** Where the visitor on screen can be reached under their code: in the talk, or in the message that is open. */
  get contact() {
    return this.#rooms.find(this.view.current)?.contact ?? this.mail.contact;
  }

  get tally() {
    return this.#duty.tally;
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
      const token = tokenOf(this.#world);
      if (!token || !await this.#believe()) return false;
      this.#token = token;
      await this.#duty.revive();
      this.#show({ phase: "opening" });
      this.#link.open();
      return true;
    });
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
    else this.#show({ waiting: [], ring: null, live: [] });
  }

  #wrong() {
    this.#link.close();
    this.#signed(false);
    this.#show({ phase: "locked", problem: "desk.wrong" });
  }

  /** @param {Message} message */
  async #hi({ store, roster_seq: seq, idx, wraps, rooms, roles = [], token, audit }) {
    this.#who = { idx, wraps };
    const secrets = this.#signing?.secrets;
    const keys = secrets && await accountKeys(secrets, idx, wraps);
    if (keys) {
      this.#duty.ik = keys.ik.privateKey;
      this.#token = token;
      this.#keepToken();
      await renew(this.#world, this.#trust, token, { secrets, idx, wraps }).catch(() => false);
    }
    if (seq > this.#trust.newestSeq) await this.#believe();
    const fresh = this.view.me === null;
    const member = this.#trust.chain[0].members.find((m) => m.idx === idx);
    this.#show({ me: { idx, name: this.#trust.name(idx), login: this.#login,
      roles: [...new Set([...member?.roles ?? [], ...roles])] } });
    if (fresh) await this.#compare(audit);
    if (keys) this.mail.unlock(keys.ak, keys.ik.privateKey, wraps).then(() => this.talks.again()).catch(() => {});
    if (keys) this.#renewCases(keys.ak, keys.ik.privateKey, wraps).catch(() => {});
    if (this.#duty.shift) await this.#duty.tell(this.view.me);
    this.tally.again();
    await this.#rooms.heal(store, rooms);
    this.#signed(true);
    if (this.view.phase === "opening") this.#show({ phase: this.#duty.shift ? "duty" : "off" });
  }

  /** @type {(ak: CryptoKey, ik: CryptoKey, wraps: import("./unlock.js").WrapSent[]) => Promise<void>} */
  async #renewCases(ak, ik, wraps) {
    const { idx = 0, roles = [] } = this.view.me ?? {};
    if (!roles.includes(COUNSELLOR)) return;
    const isDue = await this.#cases.renew({ idx, roles, ak, ik, wraps });
    if (this.view.me) this.#show({ isCaseDue: isDue });
  }

  #keepToken() {
    try {
      if (this.#token) this.#world.storage?.setItem(TOKEN, this.#token);
      else this.#world.storage?.removeItem(TOKEN);
    } catch {
      this.#show({ memoryOnly: true });
    }
  }

  /** What this browser saw before, and what it sees now. @type {(head: {n: number, hash: string}) => Promise<void>} */
  async #compare(head) {
    const changes = await this.#seen.compare(this.#token, head);
    if (changes) this.#show({ phase: "alarm", changes });
    else await this.#accept();
  }

  /** A roster that came in the middle of a shift must stand in the public log. */
  async #witness() {
    const changes = this.view.me && await this.#seen.renewed();
    if (changes && this.view.me) this.#show({ phase: "alarm", changes });
  }

  #accept() {
    return this.#seen.accept().catch(() => this.#show({ memoryOnly: true }));
  }

  acknowledgeChanges() {
    this.#link.turn(async () => {
      if (this.view.phase !== "alarm") return;
      await this.#accept();
      this.#show({ phase: this.#duty.shift ? "duty" : "off", changes: null });
      this.mail.again().catch(() => {});
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

  goOff() {
    return this.#link.turn(async () => {
      this.tally.send();
      this.#link.send({ t: "duty", cert: null });
      await this.#duty.end();
      this.#rooms.forgetResting();
      this.#show({ phase: "off", waiting: [], ring: null, standing: null, live: [], invites: [] });
    });
  }

  /** @type {(place: string) => Promise<void>} */
  accept(place) {
    return this.#link.turn(() => this.#rooms.claim(place));
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
  end(room) {
    return this.#link.turn(() => this.#rooms.find(room)?.end());
  }

  /** The wrap-up is done; after a room that had no visitor there is none. @type {(room?: string) => Promise<void>} */
  ready(room = "") {
    return this.#link.turn(() => {
      const over = this.#rooms.find(room);
      const isAside = over !== undefined && (over.isStaffRoom || over.why === "refused");
      this.#rooms.putAway((held) => (isAside ? held === over : held.why !== ""));
      if (isAside) return this.#show();
      this.#link.send({ t: "ready" });
      return this.#show({ wrapUpUntil: null });
    });
  }

  practise() {
    return this.#link.turn(async () => {
      const pair = await newShiftKey();
      const held = await practice({ ...this.#host, pair, cert: await this.#duty.certify(pair.publicRaw, this.view.me) });
      this.#rooms.all = [...this.#rooms.all, held];
      this.#show({ current: held.id });
    });
  }

  signOut() {
    return this.#link.turn(async () => {
      this.tally.send();
      this.#link.send({ t: "duty", cert: null });
      this.#link.send({ t: "out" });
      await this.#duty.end();
      this.#leave("");
    });
  }

  /** Is this the member who is signed in? @type {(login: string, digits: string) => Promise<boolean>} */
  isMe = (login, digits) => opens(this.#world, this.#trust.service, login, digits, this.#who);

  lock() {
    this.tally.send();
    this.#link.send({ t: "duty", cert: null });
    this.#link.send({ t: "out" });
    this.#world.keys.clear().catch(() => {});
    this.#leave("");
  }

  /** Back to the locked page; nothing that opens anything stays, here or on the pages beside. @param {string} problem */
  #leave(problem) {
    if (this.view.me) tellOut(this.#world, { idx: this.view.me.idx, byHand: problem === "" });
    this.#link.close();
    this.#signed(false);
    this.#rooms.forget();
    this.#duty.end();
    const isLost = this.tally.forget();
    this.#duty.ik = null;
    this.mail.forget();
    this.escalation.forget();
    this.talks.forget();
    this.#token = "";
    this.#keepToken();
    this.view = START;
    this.#show({ problem: isLost && problem ? "desk.tally_lost" : problem });
  }

  /** @type {(message: Message, bytes: Bytes | null) => unknown} */
  #message(message, bytes) {
    const held = this.#rooms.find(message.room);
    switch (message.t) {
      case "nonce": return this.#nonce(message.nonce);
      case "hi": return this.#hi(message);
      case "wait": return this.#rooms.wait(message);
      case "offer": return this.#rooms.offer(message);
      case "standing": return this.acts.standing(message);
      case "rota": return this.#show({ rota: message.version });
      case "shift": return this.#show({ ending: { ends: message.ends, stays: message.stays } });
      case "notices": return this.acts.notices(message);
      case "acute": return this.acts.acute(message);
      case "rooms": return this.#rooms.doors.live(message);
      case "invite": return this.#rooms.doors.invited(message);
      case "board": return this.#show({ board: this.#rooms.board(message) });
      case "tallied": return this.tally.counted(message.batch);
      case "book": return void this.talks.again().catch(() => {});
      case "letters": return void this.mail.told(message).catch(() => {});
      case "escalations": return this.escalation.told(message);
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
    if (of === "join") return this.#rooms.doors.refused(message.room);
    if (of === "resume" && held) {
      held.isHealing = true;
      held.talk.offline();
    } else if (of === "duty") {
      await this.#duty.end();
      this.#show({ phase: "off", problem: "desk.duty_refused" });
    } else if (code === "undecided") this.#show({ problem: "desk.undecided" });
    else if (of === "claim") this.#rooms.missed(code);
    return this.#show();
  }
}

