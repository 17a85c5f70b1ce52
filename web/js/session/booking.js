/**
 * The visitor's side of booking (protocol.md section 8): times that can be had, and the talks of a code. One socket of its own for as
 * long as the part of the page is open, so that a place or a room on the page's other socket stays as it is.
 */
import { TYPES, hex, sha256, solve, unhex } from "../asc1/bytes.js";
import { openMail, parseReply } from "../asc1/bodies.js";
import { openEnvelope } from "../asc1/opening.js";
import { Codes } from "./codes.js";
import { Failed, inTime } from "./errand.js";
import { Link } from "./world.js";
/** @import {Agreed, Booked, Slot} from "../model/booking.js" */
/** @import {Code} from "./paper.js" */
/** @import {Message, World} from "./views.js" */

/** @typedef {{forms: string[], language: string, interpreter: string | null}} Wish */
/** @typedef {{talks: Booked[], wish: Wish | null}} Mine */
/** @typedef {{day: number, number: number, language: string, interpreter: string | null, moves: string | null}} Taken */

const [BOX, CODE] = [2, 3];
const PATIENCE = 45_000;
/** So many rosters back a writer's certificate may name its own. */
const DEEP = 64;

export class Booking {
  #world;
  #codes;
  /** @type {Link | null} */
  #link = null;
  /** @type {Code | null} */
  #code = null;
  /** Not kept before: this socket keeps it. */
  #isNew = false;
  #isIn = false;
  /** What was asked and has no answer yet. @type {{done: (mine: Mine) => void, fail: (error: Failed) => void, patience: unknown} | null} */
  #asked = null;
  /** What is sent once the code is known here. @type {Message | null} */
  #first = null;
  /** Talks that were told, and envelopes that follow. @type {{message: Message, puts: [string, Bytes][]} | null} */
  #told = null;

  /** @param {World} world */
  constructor(world) {
    this.#world = world;
    this.#codes = new Codes(world, DEEP);
  }

  /** A new code. @returns {Promise<Code>} */
  makeCode() {
    return this.#codes.make();
  }

  /** What typed digits lead to. @type {(digits: string) => Promise<Code>} */
  code(digits) {
    return this.#codes.of(digits);
  }

  get #trust() {
    return this.#codes.trust;
  }

  /** @returns {Promise<Slot[]>} */
  async slots() {
    const { fetch, timers } = this.#world;
    const told = await inTime(timers, fetch("/api/slots").then((answer) => (answer.ok ? answer.json() : null))).catch(() => null);
    if (!told) throw new Failed("network");
    return told.slots;
  }

  /** Everything of a code; a new one is kept first. @type {(code: Code, isNew?: boolean) => Promise<Mine>} */
  async enter(code, isNew = false) {
    await this.#codes.believe();
    this.leave();
    this.#code = code;
    this.#isNew = isNew;
    return this.#ask(this.#talks(code));
  }

  /** A look by itself, which never takes the place of what somebody has asked. @returns {Promise<Mine>} */
  async again() {
    if (this.#asked) throw new Failed("stopped");
    return this.#ask(this.#talks(this.#known));
  }

  /** @type {(taken: Taken) => Promise<Mine>} */
  take(taken) {
    return this.#ask({ t: "book", ...taken, r: hex(this.#known.r.publicRaw) });
  }

  /** @type {(id: string) => Promise<Mine>} */
  letGo(id) {
    return this.#ask({ t: "unbook", id });
  }

  /** @type {(wish: Wish) => Promise<Mine>} */
  wait(wish) {
    return this.#ask({ t: "wish", ...wish });
  }

  get #known() {
    if (!this.#code) throw new Failed("code");
    return this.#code;
  }

  /** The socket goes; the code is forgotten. */
  leave() {
    this.#end(new Failed("stopped"));
    this.#link?.close();
    this.#link = null;
    this.#code = null;
    this.#isIn = false;
  }

  /** @type {(code: Code) => Message} */
  #talks = (code) => ({ t: "talks", r: hex(code.r.publicRaw) });

  /** One question at a time. @type {(message: Message) => Promise<Mine>} */
  #ask(message) {
    this.#end(new Failed("stopped"));
    return new Promise((done, fail) => {
      const patience = this.#world.timers.set(() => this.#end(new Failed("network")), PATIENCE);
      this.#asked = { done, fail, patience };
      this.#first = message;
      if (this.#isIn && this.#link?.up) this.#link.send(message);
      else this.#connect();
    });
  }

  /** @param {Failed | null} error @param {Mine} [mine] */
  #end(error, mine) {
    const asked = this.#asked;
    this.#asked = this.#told = null;
    this.#world.timers.clear(asked?.patience);
    // What was said to have come to nothing is not asked anew once the line is back.
    if (error) this.#first = null;
    if (error) asked?.fail(error);
    else if (mine) asked?.done(mine);
  }

  #connect() {
    this.#link ??= new Link(this.#world, "/ws/visitor", {
      open: () => this.#link?.send({ t: "want", purpose: this.#isNew ? BOX : CODE }),
      message: (message, bytes) => this.#message(message, bytes),
      down: () => void (this.#isIn = false),
      failed: () => this.#end(new Failed("network")),
    });
    this.#link.open();
  }

  /** @type {(message: Message, bytes: Bytes | null) => unknown} */
  async #message(message, bytes) {
    const link = /** @type {Link} */ (this.#link);
    const code = this.#code;
    if (!code) return undefined;
    switch (message.t) {
      case "work": {
        const answer = await solve(unhex(message.challenge), { isGivenUp: () => !link.up });
        return link.send({ t: "work", challenge: message.challenge, answer: hex(answer) });
      }
      case "hi": return this.#isNew ? undefined : link.send({ t: "code", id: hex(code.id), auth: hex(code.auth) });
      case "certs": return link.send({ t: "keep", h_id: hex(await sha256(code.id)), h_auth: hex(await sha256(code.auth)), old: null });
      case "kept": case "mail": return this.#enter(link);
      case "talks": return this.#take(message);
      case "put": return bytes && this.#put(message.room, bytes);
      case "refuse": return this.#end(new Failed(whyOf(message)));
      default: return undefined;
    }
  }

  /** @param {Link} link */
  #enter(link) {
    this.#isIn = true;
    this.#isNew = false;
    if (this.#first) link.send(this.#first);
  }

  /** @param {Message} message */
  #take(message) {
    this.#told = { message, puts: [] };
    return this.#whole();
  }

  /** @type {(id: string, bytes: Bytes) => unknown} */
  #put(id, bytes) {
    if (!this.#told) return undefined;
    this.#told.puts.push([id, bytes]);
    return this.#whole();
  }

  async #whole() {
    const told = this.#told;
    if (!told || told.puts.length < told.message.n) return;
    this.#first = null;
    const puts = new Map(told.puts);
    const talks = await Promise.all(told.message.all.map(async (/** @type {Message} */ talk) => ({ ...talk,
      name: this.#trust.name(talk.idx), agreed: await this.#agreed(puts.get(talk.reply), talk.idx) })));
    this.#end(null, { talks, wish: told.message.wish });
  }

  /** What the counsellor has sealed; null when it is not there, or not from that counsellor. @type {(sealed: Bytes | undefined, idx: number) => Promise<Agreed | null>} */
  async #agreed(sealed, idx) {
    if (!sealed || !this.#code) return null;
    const pairs = [this.#code.r];
    try {
      return await this.#trust.retried(async () => {
        const opened = await openEnvelope(sealed, { type: TYPES.reply, pairs, nowHour: this.#trust.hour });
        const { writer, content } = await openMail(opened, this.#trust.chain);
        const { kind, text } = parseReply(content);
        if (kind !== 2 || writer.idx !== idx) return null;
        const { place = "", word = "", room_secret: secret = "" } = JSON.parse(text);
        return { place: String(place), word: String(word), secret: String(secret) };
      });
    } catch {
      return null;
    }
  }
}

/** @type {(message: Message) => string} */
function whyOf({ of, code }) {
  if (code === "busy") return "busy";
  if (of === "book") return code === "full" ? "full" : "taken";
  return of === "code" || of === "keep" || of === "talks" ? "code" : of === "unbook" ? "gone" : "busy";
}
