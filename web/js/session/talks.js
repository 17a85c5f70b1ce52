/**
 * A counsellor's own talks at the desk (protocol.md section 8): what is agreed is sealed here, to the visitor and to oneself, as soon as
 * a key is at hand; who knocks at a talk's time is known by its secret.
 */
import { TYPES, hex, kid, sealEnvelope, unhex } from "../asc1/bytes.js";
import { buildMail, buildRecord, buildReply, openMail, parseRecord } from "../asc1/bodies.js";
import { openEnvelope, parseEnvelope } from "../asc1/opening.js";
import { asked } from "./bearer.js";
import { Turns } from "./turns.js";
/** @import {Form} from "../model/booking.js" */
/** @import {DeskHost} from "./held.js" */
/** @import {Mail} from "./mail.js" */
/** @import {Shift} from "./shift.js" */
/** @import {StaffView} from "./views.js" */

/** @typedef {{id: string, start: number, length: number, form: Form, language: string, interpreter: string | null, mailbox: string, state: string,
 *   r: string, sealed: string | null, agreed: boolean}} Listed */
/** @typedef {Omit<Listed, "r" | "sealed"> & {place: string, word: string, isKnown: boolean}} OwnTalk  isKnown: what was agreed can be read here */
/** @typedef {{isHolder: boolean, isUnlocked: boolean, talks: OwnTalk[], said: string}} TalksView */
/** @typedef {{show: (change: Partial<StaffView>) => void, failed: (error: unknown) => void, readonly me: StaffView["me"],
 *   readonly shift: Shift | null, readonly mail: Mail}} Desk */

const COUNSELLOR = 4;
/** Hours that an envelope is good for at most, or after the talk. */
const DAYS_14 = 14 * 24;
/** @type {TalksView} */
export const NO_TALKS = { isHolder: false, isUnlocked: false, talks: [], said: "" };

export class Talks {
  view = NO_TALKS;
  #host;
  #desk;
  /** Secrets of one's talks, by their ids. @type {Map<string, string>} */
  #secrets = new Map();
  #turns;

  /** @param {DeskHost} host @param {Desk} desk */
  constructor(host, desk) {
    this.#host = host;
    this.#desk = desk;
    this.#turns = new Turns((error) => desk.failed(error), () => this.#wipe());
  }

  /** @param {Partial<TalksView>} change */
  #show(change) {
    if (!this.#desk.me) return;
    this.view = Object.freeze({ ...this.view, ...change });
    this.#desk.show({ talks: this.view });
  }

  forget() {
    this.#turns.forget();
  }

  #wipe() {
    this.#secrets.clear();
    this.view = NO_TALKS;
  }

  /** The book has changed, or a key has come: read it, and seal what waits for that. */
  again() {
    if (!this.#desk.me?.roles.includes(COUNSELLOR)) return Promise.resolve();
    return this.#turns.take(() => this.#list());
  }

  /** @returns {Promise<void>} */
  async #list() {
    const listed = /** @type {Listed[] | string} */ (await asked(this.#host.world, "/api/talks"));
    if (typeof listed === "string") return this.#show({ isHolder: true, said: "desk.talks_failed" });
    const talks = [];
    for (const talk of listed) talks.push(await this.#opened(talk));
    this.#show({ isHolder: true, isUnlocked: this.#desk.mail.keys.own !== null, talks });
    let sealed = false;
    for (const talk of listed) sealed = await this.#sealWhatWaits(talk, talks.find(({ id }) => id === talk.id)) || sealed;
    return sealed ? this.#list() : undefined;
  }

  /** @type {(talk: Listed) => Promise<OwnTalk>} */
  async #opened({ r: _, sealed, ...talk }) {
    const agreed = await this.#read(sealed);
    if (agreed) this.#secrets.set(talk.id, agreed.secret);
    return { ...talk, place: agreed?.place ?? "", word: agreed?.word ?? "", isKnown: agreed !== null };
  }

  /** @type {(sealed: string | null) => Promise<{place: string, word: string, secret: string} | null>} */
  async #read(sealed) {
    const { trust } = this.#host;
    const { pairs } = this.#desk.mail.keys;
    if (!sealed || !pairs.length) return null;
    try {
      const opened = await openEnvelope(unhex(sealed), { type: TYPES.appointment, pairs, nowHour: trust.hour });
      const { writer, content } = await openMail(opened, trust.chain);
      const { place = "", word = "", room_secret: secret } = parseRecord(content);
      return writer.idx === this.#desk.me?.idx ? { place: String(place), word: String(word), secret: String(secret) } : null;
    } catch {
      return null;
    }
  }

  /** A talk in writing needs no word of ours; what was sealed to an older key, or to an older code, is sealed anew. @type {(talk: Listed, own: OwnTalk | undefined) => Promise<boolean>} */
  async #sealWhatWaits(talk, own) {
    const key = this.#desk.mail.keys.own;
    if (!key || !own || talk.state !== "booked") return false;
    if (!talk.agreed && (talk.form === "chat" || own.isKnown)) return this.#seal(talk, own);
    const readers = talk.sealed ? parseEnvelope(unhex(talk.sealed)).stanzas.map((stanza) => hex(stanza.kid)) : [];
    const isOld = own.isKnown && !readers.includes(hex(await kid(key.pair.publicRaw)));
    return isOld ? this.#seal(talk, own, true) : false;
  }

  /** @type {(talk: Listed, agreed: {place: string, word: string}, isOwnAlone?: boolean) => Promise<boolean>} */
  async #seal(talk, { place, word }, isOwnAlone = false) {
    const { trust, world: { random } } = this.#host;
    const key = this.#desk.mail.keys.own;
    const by = this.#desk.shift ?? key;
    if (!key || !by) return false;
    const { id, start, length } = talk;
    const secret = this.#secrets.get(id) ?? hex(random(32));
    const fields = { start, length, idx: this.#desk.me?.idx ?? 0, cert: null, room_secret: secret, place, word };
    const sealed = (/** @type {number} */ type, /** @type {Bytes} */ to, /** @type {Bytes} */ content, /** @type {number} */ expiry) =>
      sealEnvelope({ type, envId: random(16), expiry, to: [to], sender: by.pair, body: buildMail(by.cert, trust.hour, content) }, random);
    const appointment = await sealed(TYPES.appointment, key.pair.publicRaw, buildRecord(fields), Math.ceil((start + length) / 60) + DAYS_14);
    const reply = isOwnAlone ? null : await sealed(TYPES.reply, unhex(talk.r), buildReply({ kind: 2, text: JSON.stringify(fields) }), trust.hour + DAYS_14);
    const told = await asked(this.#host.world, `/api/talks/${id}`, { appointment: hex(appointment), reply: reply && hex(reply) }, "PUT");
    return typeof told !== "string";
  }

  /** Where to come or which number to call, and the word that both say first. @type {(id: string, agreed: {place: string, word: string}) => Promise<boolean>} */
  agree(id, agreed) {
    return this.#turns.take(async () => {
      const listed = /** @type {Listed[] | string} */ (await asked(this.#host.world, "/api/talks"));
      const talk = typeof listed === "string" ? undefined : listed.find((each) => each.id === id);
      const isDone = talk !== undefined && await this.#seal(talk, agreed);
      this.#show({ said: isDone ? "desk.talks_agreed" : "desk.talks_failed" });
      await this.#list();
      return isDone;
    });
  }

  /** It was held, nobody came, or it cannot be kept. @type {(id: string, state: "done" | "missed" | "called off") => Promise<void>} */
  stand(id, state) {
    return this.#turns.take(async () => {
      const told = await asked(this.#host.world, `/api/talks/${id}`, { state });
      this.#show({ said: typeof told === "string" ? "desk.talks_failed" : "" });
      await this.#list();
    });
  }

  /** Which of one's talks a visitor comes to. @type {(secret: Bytes) => OwnTalk | null} */
  matching(secret) {
    const shown = hex(secret);
    return this.view.talks.find(({ id }) => this.#secrets.get(id) === shown) ?? null;
  }
}
