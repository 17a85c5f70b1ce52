/**
 * Sealed messages at the desk: how many wait, taking one, reading it, answering it (protocol.md section 8).
 * What a message says is in this page's memory while it is open, and nowhere after.
 */
import { Refused, TYPES, hex, sealEnvelope } from "../asc1/bytes.js";
import { buildMail, buildReply } from "../asc1/bodies.js";
import { BoxKeys } from "./box-keys.js";
import { readMessage, readerOf, sealAgain } from "./rewrap.js";
import { Turns } from "./turns.js";
/** @import {DeskHost} from "./held.js" */
/** @import {Shift} from "./shift.js" */
/** @import {MailView, Message, StaffView} from "./views.js" */
/** @import {WrapSent} from "./unlock.js" */

/** @typedef {{id: string, mailbox: string | null, hour: number, by: number, claimed_by: number | null, lacks: string[]}} Listed lacks: keys of colleagues who cannot open it */

/** @typedef {{show: (change: Partial<StaffView>) => void, failed: (error: unknown) => void, readonly token: string,
 *   readonly me: StaffView["me"], readonly shift: Shift | null, knows: (who: Checked) => boolean}} Desk knows: the person here
 *   has seen that this member came */

const RENEW = 600_000;
/** Roles whose matter sealed messages are: advisers, supervisors and counsellors. */
const READERS = [1, 2, 4];
const LIVES = 14 * 24;
/** @type {MailView} */
export const NO_MAIL = { isReader: false, isUnlocked: false, waiting: 0, late: 0, by: null, letters: [], open: null, said: "" };

export class Mail {
  /** @type {MailView} */
  view = NO_MAIL;
  #host;
  #desk;
  #keys;
  /** What is open: the mailbox and the visitor's key that an answer goes to. @type {{id: string, mailbox: string | null, r: Bytes | null} | null} */
  #taken = null;
  /** Where an answer to each goes. @type {Map<string, string | null>} */
  #mailboxes = new Map();
  /** @type {unknown} */
  #renewal = null;
  /** The list is to be read again, and nobody has begun to. */
  #isDue = false;
  #turns;

  /** @param {DeskHost} host @param {Desk} desk */
  constructor(host, desk) {
    this.#host = host;
    this.#desk = desk;
    this.#turns = new Turns((error) => desk.failed(error), () => this.#wipe());
    this.#keys = new BoxKeys(host.trust, host.world.random);
  }

  /** Everything that opens mail, and what is written with; empty until sign-in. */
  get keys() {
    return this.#keys;
  }

  /** @param {Partial<MailView>} change */
  #show(change) {
    if (!this.#desk.me) return;
    this.view = Object.freeze({ ...this.view, ...change });
    this.#desk.show({ mail: this.view });
  }

  /** What is written with outside a shift. */
  get own() {
    return this.#keys.own;
  }

  forget() {
    this.#turns.forget();
  }

  #wipe() {
    this.#host.world.timers.clear(this.#renewal);
    this.#keys.forget();
    this.#taken = null;
    this.#isDue = false;
    this.#mailboxes.clear();
    this.view = NO_MAIL;
  }

  /** At sign-in, while AK is at hand. @type {(ak: CryptoKey, ik: CryptoKey, wraps: WrapSent[]) => Promise<void>} */
  unlock(ak, ik, wraps) {
    return this.#turns.take(() => this.#unlock(ak, ik, wraps));
  }

  /** @type {(ak: CryptoKey, ik: CryptoKey, wraps: WrapSent[]) => Promise<void>} */
  async #unlock(ak, ik, wraps) {
    const { idx = 0, name = "", roles = [] } = this.#desk.me ?? {};
    if (!name || !READERS.some((role) => roles.includes(role))) return;
    try {
      const known = await this.#told("GET", "/api/keys");
      if (!known) return;
      const register = (/** @type {object} */ key) => this.#needed("PUT", "/api/keys", key);
      await this.#keys.unlock({ idx, roles, ak, ik, wraps, known: known.map((/** @type {{cert: string}} */ { cert }) => cert), register });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#show({ said: "desk.mail_keys" });
    }
    this.#show({ isUnlocked: this.#keys.pairs.length > 0 });
  }

  /** Where the visitor whose message is open can be reached under their code. @returns {{mailbox: string, r: string} | null} */
  get contact() {
    const { mailbox = null, r = null } = this.#taken ?? {};
    return mailbox && r ? { mailbox, r: hex(r) } : null;
  }

  /** How the box stands has changed. @param {Message} message */
  told({ waiting, late, by }) {
    this.#show({ isReader: true, waiting, late, by });
    return this.again();
  }

  /** Reads the list, and shares what colleagues cannot open; many calls in a row are one. @type {() => Promise<void>} */
  async again() {
    if (this.#isDue) return;
    this.#isDue = true;
    await this.#turns.take(() => this.#list());
  }

  async #list() {
    this.#isDue = false;
    const listed = this.view.isUnlocked ? await this.#told("GET", "/api/mail") : [];
    if (!listed) return;
    const own = this.#desk.me?.idx;
    this.#mailboxes = new Map(listed.map((/** @type {Listed} */ { id, mailbox }) => [id, mailbox]));
    const letters = listed.map((/** @type {Listed} */ { id, mailbox, hour, by, claimed_by: taker }) => ({ id, hour, by,
      hasCode: mailbox !== null, taker: taker === null || taker === own ? "" : this.#host.trust.name(taker) || "?" }));
    this.#show({ letters });
    const open = this.view.open;
    if (open && !letters.some((/** @type {{id: string}} */ { id }) => id === open.id)) this.#putAway("desk.mail_erased");
    await this.#share(listed);
  }

  /** Seals messages again for colleagues who cannot open them. @param {Listed[]} listed */
  async #share(listed) {
    for (const { id, lacks } of listed) {
      for (const cert of lacks) {
        const reader = await readerOf(cert, this.#host.trust);
        if (reader && this.#desk.knows(reader)) await this.#shareWith(id, reader.pub);
      }
    }
  }

  /** What cannot be done now is tried again with the next list. @type {(id: string, to: Bytes) => Promise<void>} */
  async #shareWith(id, to) {
    const by = this.#desk.shift ?? this.#keys.own;
    const answer = await this.#ask("GET", `/api/mail/${id}/rewrap`).catch(() => null);
    if (!by || !answer?.ok) return;
    try {
      const copy = await sealAgain(new Uint8Array(await answer.arrayBuffer()), to, by, this.#reader);
      await this.#ask("PUT", `/api/mail/${id}/rewrap`, copy).catch(() => null);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }

  get #reader() {
    return { pairs: this.#keys.pairs, trust: this.#host.trust, random: this.#host.world.random };
  }

  /** Takes a message and opens it. @param {string} id */
  take(id) {
    return this.#turns.take(() => this.#take(id));
  }

  /** @param {string} id */
  async #take(id) {
    if (this.#taken) await this.#giveBack();
    this.#show({ said: "" });
    if (!await this.#needed("POST", `/api/mail/${id}/claim`)) return;
    const answer = await this.#needed("GET", `/api/mail/${id}`);
    const listed = this.view.letters.find((letter) => letter.id === id);
    const mailbox = this.#mailboxes.get(id) ?? null;
    if (!answer || !listed) return;
    const sealed = new Uint8Array(await answer.arrayBuffer());
    this.#taken = { id, mailbox, r: null };
    try {
      const { r, text, voucher } = await readMessage(sealed, id, this.#reader);
      this.#taken.r = r;
      this.#show({ open: { id, text, hour: listed.hour, by: listed.by, mayAnswer: r !== null && mailbox !== null, isReadable: true,
        voucher: voucher === null ? "" : this.#host.trust.name(voucher) || "?" } });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#show({ open: { id, text: "", hour: listed.hour, by: listed.by, mayAnswer: false, isReadable: false, voucher: "" } });
    }
    this.#hold(id);
  }

  /** A message that is open stays with who reads it. @param {string} id */
  #hold(id) {
    const { timers } = this.#host.world;
    timers.clear(this.#renewal);
    this.#renewal = timers.set(async () => {
      if (this.#taken?.id !== id) return;
      await this.#ask("POST", `/api/mail/${id}/claim`).catch(() => null);
      this.#hold(id);
    }, RENEW);
  }

  /** False: it was not sent, and what was written is still the writer's. @type {(text: string) => Promise<boolean>} */
  reply(text) {
    return this.#turns.take(() => this.#reply(text));
  }

  /** @type {(text: string) => Promise<boolean>} */
  async #reply(text) {
    const taken = this.#taken;
    const by = this.#desk.shift ?? this.#keys.own;
    if (!taken?.r || !taken.mailbox || !by) return false;
    const { trust, world } = this.#host;
    const envId = world.random(16);
    const body = buildMail(by.cert, trust.hour, buildReply({ kind: 1, text }));
    const sealed = await sealEnvelope({ type: TYPES.reply, envId, expiry: trust.hour + LIVES, to: [taken.r], sender: by.pair, body },
      world.random);
    const named = { "asc1-mailbox": taken.mailbox, "asc1-answers": taken.id };
    if (!await this.#needed("PUT", `/api/mail/${hex(envId)}`, sealed, named)) return false;
    this.#putAway("desk.mail_sent");
    return true;
  }

  /** It was read and needs no answer, or can have none. */
  close() {
    return this.#turns.take(async () => {
      if (this.#taken && await this.#needed("DELETE", `/api/mail/${this.#taken.id}`)) this.#putAway("desk.mail_closed");
    });
  }

  giveBack() {
    return this.#turns.take(() => this.#giveBack());
  }

  async #giveBack() {
    const id = this.#taken?.id;
    this.#putAway("");
    if (id) await this.#needed("DELETE", `/api/mail/${id}/claim`);
  }

  /** @param {string} said */
  #putAway(said) {
    this.#host.world.timers.clear(this.#renewal);
    this.#taken = null;
    this.#show({ open: null, said });
  }

  /** @type {(method: string, path: string, body?: object, headers?: Record<string, string>) => Promise<Response>} */
  #ask(method, path, body, headers = {}) {
    const isSealed = body instanceof Uint8Array;
    return this.#host.world.fetch(path, { method, headers: { authorization: `Bearer ${this.#desk.token}`,
      "content-type": isSealed ? "application/octet-stream" : "application/json", ...headers },
    ...(body ? { body: isSealed ? /** @type {Uint8Array<ArrayBuffer>} */ (body) : JSON.stringify(body) } : {}) });
  }

  /** The answer, or null and the reason is on screen. @type {(method: string, path: string, body?: object, headers?: Record<string, string>) => Promise<Response | null>} */
  async #needed(method, path, body, headers) {
    const answer = await this.#ask(method, path, body, headers).catch(() => null);
    if (answer?.ok) return answer;
    this.#show({ said: answer?.status === 409 ? "desk.mail_taken" : answer?.status === 410 ? "desk.mail_gone" : "desk.mail_network" });
    return null;
  }

  /** @type {(method: string, path: string) => Promise<any>} */
  async #told(method, path) {
    const answer = await this.#needed(method, path);
    return answer && await answer.json();
  }
}
