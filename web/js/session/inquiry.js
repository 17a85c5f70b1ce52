/**
 * A professional's side of referrals and requests (protocol.md section 10): something is asked of supervisors under a new code, and
 * later what became of it is read with that code. Each errand is a socket of its own; nothing of it is kept on this device.
 */
import { Refused, hex, kid, sha256, unhex } from "../asc1/bytes.js";
import { openMail, parseReply } from "../asc1/bodies.js";
import { sealInquiry } from "../asc1/inquiry.js";
import { openEnvelope } from "../asc1/opening.js";
import { KINDS, checkCertificate } from "../asc1/trust.js";
import { isBorneOut, outcomeOf } from "../model/inquiry.js";
import { Codes } from "./codes.js";
import { Errand, Failed } from "./errand.js";
import { isClock } from "./world.js";
/** @import {Inquiry, Outcome} from "../model/inquiry.js" */
/** @import {Code} from "./paper.js" */
/** @import {Message, World} from "./views.js" */

/** @typedef {{id: string, hour: number, state: string, reason: string | null, until: number, answered: boolean}} Line */
/** @typedef {Line & {outcome: Outcome | null, name: string, written: number, isProven: boolean}} Standing */

const [CODE, INQUIRY] = [3, 4];
const [REPLY, ANSWER, SUPERVISOR] = [3, 4, 2];
const LIVES = 30 * 24;
/** So many rosters back a key may name its own. */
const DEEP = 64;

export class Asking {
  #world;
  #codes;
  #errand;
  /** What was sealed and has no answer yet: it goes again as it stands, so that it is kept once. @type {{code: Code, sealed: Bytes} | null} */
  #pending = null;

  /** @param {World} world */
  constructor(world) {
    this.#world = world;
    this.#codes = new Codes(world, DEEP);
    this.#errand = new Errand(world);
  }

  /** Ends what is under way. */
  wipe() {
    this.#pending = null;
    this.#errand.stop();
  }

  /** A new code. @returns {Promise<Code>} */
  async makeCode() {
    this.#pending = null;
    return this.#codes.make();
  }

  /** What typed digits lead to. @type {(digits: string) => Promise<Code>} */
  code(digits) {
    return this.#codes.of(digits);
  }

  get #trust() {
    return this.#codes.trust;
  }

  /** Sends it once. Raises: Failed. @type {(fields: Omit<Inquiry, "day">, code: Code) => Promise<true>} */
  async send(fields, code) {
    await this.#codes.believe();
    const says = { ...fields, day: Math.floor(this.#trust.hour / 24) };
    try {
      return await this.#errand.run(INQUIRY, async (message, _, link) => {
        if (message.t === "certs") {
          if (this.#pending?.code !== code) this.#pending = { code, sealed: await this.#sealed(says, code, message.add) };
          link.send({ t: "keep", h_id: hex(await sha256(code.id)), h_auth: hex(await sha256(code.auth)), old: null });
        }
        if (message.t === "kept" && this.#pending) link.send({ t: "inquire" }, this.#pending.sealed);
        return message.t === "ok" || undefined;
      });
    } catch (error) {
      // Who reads these may have changed meanwhile: the next try seals anew.
      if (error instanceof Failed && error.why !== "network") this.#pending = null;
      throw error;
    }
  }

  /** @type {(fields: object, code: Code, certs: string[]) => Promise<Bytes>} */
  async #sealed(fields, code, certs) {
    const to = await this.#readers(certs);
    const letter = { envId: this.#world.random(16), expiry: this.#trust.hour + LIVES, to, r: code.r.publicRaw, fields };
    return sealInquiry(letter, this.#world.random);
  }

  /** Every supervisor whom the roster vouches for, and the board, each once; nobody is left out. @type {(certs: string[]) => Promise<Bytes[]>} */
  async #readers(certs) {
    if (!certs.length) throw new Failed("nobody");
    /** @type {Map<string, Bytes>} */
    const keys = new Map();
    for (const pub of [...await Promise.all(certs.map((text) => this.#believed(text))), ...this.#trust.chain[0].bg]) keys.set(hex(await kid(pub)), pub);
    return [...keys.values()];
  }

  /** @type {(text: string) => Promise<Bytes>} */
  async #believed(text) {
    try {
      const { pub, role } = await this.#trust.retried(() => checkCertificate(unhex(text), { kinds: [KINDS.escalation],
        nowHour: this.#trust.hour, chain: this.#trust.chain }));
      if (role === SUPERVISOR) return pub;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (isClock(error)) throw new Failed("clock");
    }
    throw new Failed("untrusted");
  }

  /** How everything stands under a code. Raises: Failed. @type {(code: Code) => Promise<Standing[]>} */
  async standing(code) {
    await this.#codes.believe();
    /** @type {Message | null} */
    let told = null;
    /** @type {Map<string, Bytes>} */
    let puts = new Map();
    await this.#errand.run(CODE, (message, bytes, link) => {
      if (message.t === "hi") link.send({ t: "code", id: hex(code.id), auth: hex(code.auth) });
      if (message.t === "mail") link.send({ t: "inquiries" });
      if (message.t === "inquiries") [told, puts] = [message, new Map()];
      if (message.t === "put" && told && bytes) puts.set(message.room, bytes);
      return (told && puts.size === told.n) || undefined;
    });
    return Promise.all(/** @type {Line[]} */ (/** @type {Message | null} */ (told)?.all ?? []).map((line) => this.#opened(line, puts.get(line.id), code)));
  }

  /** @type {(line: Line, sealed: Bytes | undefined, code: Code) => Promise<Standing>} */
  async #opened(line, sealed, code) {
    const { outcome, name, written } = sealed ? await this.#answer(line.id, sealed, code) : NOTHING;
    return { ...line, outcome, name, written, isProven: isBorneOut(line.state, line.reason, outcome) };
  }

  /** Read only as what it says it is, and from a supervisor. @type {(id: string, sealed: Bytes, code: Code) => Promise<typeof NOTHING>} */
  async #answer(id, sealed, code) {
    try {
      const opened = await openEnvelope(sealed, { type: REPLY, pairs: [code.r], nowHour: this.#trust.hour });
      const { writer, issued, content } = await this.#trust.retried(() => openMail(opened, this.#trust.chain));
      const { kind, text } = parseReply(content);
      const outcome = kind === ANSWER && writer.role === SUPERVISOR ? outcomeOf(text, id) : null;
      return { outcome, name: this.#trust.name(writer.idx), written: issued };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return NOTHING;
    }
  }

  /** It is taken back: everything under the code is erased; the receipt. Raises: Failed. @type {(code: Code) => Promise<{at: number, inquiries: number}>} */
  async erase(code) {
    return this.#errand.run(CODE, (message, _, link) => {
      if (message.t === "hi") link.send({ t: "erase", id: hex(code.id), auth: hex(code.auth) });
      return message.t === "done" ? message.receipt : undefined;
    });
  }
}

const NOTHING = { outcome: /** @type {Outcome | null} */ (null), name: "", written: 0 };
