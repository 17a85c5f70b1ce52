/**
 * The visitor's side of the sealed message box (protocol.md sections 6 and 8): a message left, replies read and erased.
 * Each errand is a socket of its own, so that a place or a room on the page's other socket stays as it is.
 */
import { Refused, TYPES, hex, sealEnvelope, sha256, unhex } from "../asc1/bytes.js";
import { buildBox, openMail, parseReply } from "../asc1/bodies.js";
import { openEnvelope } from "../asc1/opening.js";
import { KINDS, checkCertificate } from "../asc1/trust.js";
import { Codes } from "./codes.js";
import { Errand, Failed } from "./errand.js";
import { isClock } from "./world.js";
/** @import {Code} from "./paper.js" */
/** @import {Link} from "./world.js" */
/** @import {Message, World} from "./views.js" */

/** @typedef {{id: string, text: string, name: string, hour: number, isReadable: boolean, isPlan: boolean}} ReplyView */
/** @typedef {{text: string, code: Code | null, envId: Bytes, sealed: Bytes | null}} Pending */

const [BOX, CODE] = [2, 3];
const LIVES = 14 * 24;
/** The kind of reply that is a copy of a plan. */
const PLAN = 3;
const MOST_READERS = 64;
/** So many rosters back a key may name its own. */
const DEEP = 64;

export class Box {
  #world;
  #codes;
  #errand;
  /** What was sealed and has no answer yet: it goes again as it stands, so that it is kept once. @type {Pending | null} */
  #pending = null;

  /** @param {World} world */
  constructor(world) {
    this.#world = world;
    this.#codes = new Codes(world);
    this.#errand = new Errand(world);
  }

  /** Ends what is under way. */
  wipe() {
    this.#pending = null;
    this.#errand.stop();
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

  /** A message for whoever answers; the minute by which they do. @type {(text: string, code: Code | null) => Promise<number>} */
  async leave(text, code) {
    await this.#codes.believe();
    const before = this.#pending;
    const pending = before && before.text === text && before.code === code ? before
      : { text, code, envId: this.#world.random(16), sealed: /** @type {Bytes | null} */ (null) };
    this.#pending = pending;
    let mailbox = /** @type {string | null} */ (null);
    let by = 0;
    return this.#errand.run(BOX, async (message, _, link) => {
      if (message.t === "promise") by = message.by;
      if (message.t === "certs") {
        pending.sealed ??= await this.#sealed(pending, message.add);
        if (code) link.send({ t: "keep", h_id: hex(await sha256(code.id)), h_auth: hex(await sha256(code.auth)), old: null });
      }
      if (message.t === "kept") mailbox = message.mailbox;
      const isReady = message.t === "kept" || (message.t === "certs" && !code);
      if (pending.sealed && isReady) link.send({ t: "box", mailbox }, pending.sealed);
      if (message.t === "ok") this.#pending = null;
      return message.t === "ok" ? by : undefined;
    });
  }

  /** @type {(pending: Pending, certs: string[]) => Promise<Bytes>} */
  async #sealed({ envId, text, code }, certs) {
    const to = (await this.#readers(certs)).slice(0, MOST_READERS);
    if (!to.length) throw new Failed("nobody");
    const body = buildBox(code?.r.publicRaw ?? null, text);
    return sealEnvelope({ type: TYPES.box, envId, expiry: this.#trust.hour + LIVES, to, body }, this.#world.random);
  }

  /** Whose key is good by the roster; looked for further back where none is. @type {(certs: string[], isDeep?: boolean) => Promise<Bytes[]>} */
  async #readers(certs, isDeep = false) {
    const found = [];
    const refused = [];
    for (const text of certs) {
      try {
        const { pub } = await checkCertificate(unhex(text), { kinds: [KINDS.box, KINDS.escalation], nowHour: this.#trust.hour,
          chain: this.#trust.chain });
        found.push(pub);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        refused.push(error);
      }
    }
    if (!found.length && refused.length && refused.every(isClock)) throw new Failed("clock");
    if (found.length || isDeep || !certs.length) return found;
    await this.#codes.lookFurther(DEEP);
    return this.#readers(certs, true);
  }

  /** What waits under a code. @type {(code: Code) => Promise<{replies: ReplyView[], by: number | null}>} */
  async letters(code) {
    await this.#codes.believe();
    const { puts, by } = await this.#opened(code);
    return { by, replies: await Promise.all(puts.map(([id, sealed]) => this.#read(id, sealed, code))) };
  }

  /** It was read: the server erases it. @type {(code: Code, id: string) => Promise<void>} */
  async erase(code, id) {
    await this.#opened(code, (link) => link.send({ t: "ack", room: id, pos: 0 }));
  }

  /** @type {(code: Code, then?: (link: Link) => unknown) => Promise<{puts: [string, Bytes][], by: number | null}>} */
  #opened(code, then) {
    /** @type {[string, Bytes][]} */
    let puts = [];
    /** @type {Message} */
    let mail;
    return this.#errand.run(CODE, (message, bytes, link) => {
      if (message.t === "hi") link.send({ t: "code", id: hex(code.id), auth: hex(code.auth) });
      if (message.t === "mail") [mail, puts] = [message, []];
      if (message.t === "put" && bytes) puts = [...puts, [message.room, bytes]];
      const isWhole = ["mail", "put"].includes(message.t) && puts.length === mail.n;
      if (isWhole && then) then(link);
      return message.t === "done" || (isWhole && !then) ? { puts, by: mail.by } : undefined;
    });
  }

  /** @type {(id: string, sealed: Bytes, code: Code, isDeep?: boolean) => Promise<ReplyView>} */
  async #read(id, sealed, code, isDeep = false) {
    try {
      const opened = await openEnvelope(sealed, { type: TYPES.reply, pairs: [code.r], nowHour: this.#trust.hour });
      const { writer, issued, content } = await openMail(opened, this.#trust.chain);
      const { kind, text } = parseReply(content);
      return { id, text, name: this.#trust.name(writer.idx), hour: issued, isReadable: true, isPlan: kind === PLAN };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (isDeep || !error.reason.endsWith("roster")) return { id, text: "", name: "", hour: 0, isReadable: false, isPlan: false };
      await this.#codes.lookFurther(DEEP);
      return this.#read(id, sealed, code, true);
    }
  }
}
