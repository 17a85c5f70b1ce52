/**
 * Counselling cases in the browser of who keeps them: the case key, records opened and sealed, colleagues, the visitor's
 * copy of a plan (protocol.md sections 3, 6 and 10). Opened with the digits or the passkey, apart from the desk;
 * what is read is in this page's memory and nowhere else.
 */
import { Refused, TYPES, concat, hex, kid, sealEnvelope, u32, unhex, utf8 } from "../asc1/bytes.js";
import { buildMail, buildRecord, buildReply, openMail, parseRecord } from "../asc1/bodies.js";
import { openEnvelope, parseEnvelope } from "../asc1/opening.js";
import { WRAPS } from "../asc1/signin.js";
import { KINDS, checkCertificate } from "../asc1/trust.js";
import { tokenOf } from "./bearer.js";
import { BoxKeys } from "./box-keys.js";
import { accountKeys, fromDigits, fromPasskey, opens } from "./unlock.js";
import { Trust } from "./world.js";
/** @import {FormRow, Sheet, Plan, Contact} from "../model/case.js" */
/** @import {Copy} from "../model/plan-copy.js" */
/** @import {Sort} from "./box-keys.js" */
/** @import {Secrets, WrapSent} from "./unlock.js" */
/** @import {World} from "./views.js" */

/** @typedef {"sheet" | "plan" | "reason"} Holds */
/** @typedef {{n: number, holds: Holds, day: string, by: number, fields: any, sealer: string, isReadable: boolean}} Record_  sealer: who sealed it, if that is not its writer */
/** @typedef {{id: string, version: number, members: number[], closed: string | null, until: string, records: Record_[],
 *   lacking: {n: number, idx: number}[]}} Case */
/** @typedef {{idx: number, name: string}} Colleague */
/** @typedef {{phase: "opening" | "out" | "denied" | "locked" | "in", idx: number, login: string, cases: Case[], colleagues: Colleague[],
 *   form: FormRow[], formName: string}} CasesView */

/** @typedef {{idx: number, roles: readonly number[], ak: CryptoKey, ik: CryptoKey, wraps: WrapSent[]}} Owned  a member whose account is open */

const COUNSELLOR = 4;
const YEAR = 366 * 24;
/** So much a record holds beside its certificate. */
const LONGEST = 65_000;
const LIVES = 14 * 24;
/** A new case key when under thirty of its 120 days are left. @type {Sort[]} */
export const CASE_SORTS = [{ kind: KINDS.case, what: WRAPS.ck, hours: 2880, fresh: 2160,
  may: (roles) => (roles.includes(COUNSELLOR) ? COUNSELLOR : 0) }];
/** @type {CasesView} */
const START = { phase: "opening", idx: 0, login: "", cases: [], colleagues: [], form: [], formName: "" };
/** @type {Record<number, string>} */
const REASONS = { 403: "case.denied", 409: "case.first", 410: "case.gone", 413: "case.too_long" };

/** What was asked for was not done; the reason is a sentence's name. */
export class Undone extends Error {}

export class Cases extends EventTarget {
  view = START;
  #world;
  #trust;
  #keys;
  #post;
  #service = "";
  /** @type {{idx: number, wraps: WrapSent[]}} */
  #who = { idx: 0, wraps: [] };
  /** What has been opened, by case, number and the reader's key. @type {Map<string, Record_>} */
  #opened = new Map();
  /** The newest case key of each who keeps cases. @type {Map<number, Bytes>} */
  #readers = new Map();

  /** @param {World} world */
  constructor(world) {
    super();
    this.#world = world;
    this.#trust = new Trust(world, 64);
    this.#keys = new BoxKeys(this.#trust, world.random, CASE_SORTS);
    this.#post = new BoxKeys(this.#trust, world.random);
  }

  /** @param {Partial<CasesView>} change */
  #show(change) {
    this.view = Object.freeze({ ...this.view, ...change });
    this.dispatchEvent(new Event("change"));
  }

  get #token() {
    return tokenOf(this.#world);
  }

  /** Raises: Undone. @type {(method: string, path: string, body?: object | Bytes, headers?: Record<string, string>) => Promise<Response>} */
  async #ask(method, path, body, headers = {}) {
    const isSealed = body instanceof Uint8Array;
    const sent = body && { body: isSealed ? /** @type {Uint8Array<ArrayBuffer>} */ (body) : JSON.stringify(body) };
    const answer = await this.#world.fetch(path, { method, headers: { authorization: `Bearer ${this.#token}`,
      "content-type": isSealed ? "application/octet-stream" : "application/json", ...headers }, ...sent }).catch(() => null);
    if (answer?.status === 401) this.lock("out");
    if (!answer?.ok) throw new Undone(answer ? REASONS[answer.status] ?? "case.failed" : "desk.network");
    return answer;
  }

  /** @type {(method: string, path: string, body?: object | Bytes) => Promise<any>} */
  async #told(method, path, body) {
    return (await this.#ask(method, path, body)).json();
  }

  /** Who is signed in at the desk of this tab, and may they? */
  async load() {
    if (!this.#token) return this.#show({ ...START, phase: "out" });
    const { idx, login, roles, service } = await this.#told("GET", "/api/me");
    this.#service = service;
    return this.#show({ phase: roles.includes(COUNSELLOR) ? "locked" : "denied", idx, login });
  }

  /** Everything that opens anything is forgotten. @param {"locked" | "out"} phase */
  lock(phase) {
    this.#keys.forget();
    this.#post.forget();
    this.#opened.clear();
    this.#show({ ...START, phase, idx: this.view.idx, login: this.view.login });
  }

  /** With the passkey where no digits are given. Raises: Undone. @param {string} digits */
  async unlock(digits) {
    await this.#trust.load();
    const secrets = digits ? await fromDigits(this.#world, this.#service, this.view.login, digits)
      : await fromPasskey(this.#world, this.view.login);
    if (!secrets) throw new Undone("desk.no_passkey");
    await this.#unlockWith(secrets);
    await this.refresh();
    this.#show({ phase: "in" });
  }

  /** Is this the member who has written here? Also when the session has ended. @type {(digits: string) => Promise<boolean>} */
  isMe(digits) {
    return opens(this.#world, this.#service, this.view.login, digits, this.#who);
  }

  /** @param {Secrets} secrets */
  async #unlockWith(secrets) {
    const { idx, roles, wraps } = await this.#told("GET", "/api/me");
    const { ak, ik } = await accountKeys(secrets, idx, wraps);
    this.#who = { idx, wraps };
    const owner = await this.#owner({ idx, roles, ak, ik: ik.privateKey, wraps });
    await this.#keys.unlock(owner);
    await this.#post.unlock(owner);
  }

  /** @param {Owned} owned */
  async #owner(owned) {
    const known = (await this.#told("GET", "/api/keys")).map((/** @type {{cert: string}} */ { cert }) => cert);
    return { ...owned, known, register: (/** @type {object} */ key) => this.#ask("PUT", "/api/keys", key) };
  }

  /** At the desk's sign-in: the key is made or renewed in time, and what is sealed to an old one is sealed again. @param {Owned} owned */
  async renew(owned) {
    await this.#trust.load();
    this.#show({ idx: owned.idx });
    await this.#keys.unlock(await this.#owner(owned));
    await this.refresh();
  }

  /** Everything anew; what a member cannot open yet is sealed to them by the way. */
  async refresh() {
    const [{ cases }, { rows, form }] = await Promise.all([this.#told("GET", "/api/cases"), this.#told("GET", "/api/cases/form")]);
    await this.#readReaders();
    const opened = await Promise.all(cases.map((/** @type {Case} */ each) => this.#openedCase(each)));
    for (const each of opened) if (each.lacking.length) await this.#help(each);
    const colleagues = [...this.#readers.keys()].map((idx) => ({ idx, name: this.name(idx) }));
    this.#show({ cases: opened, form: rows, formName: form, colleagues });
  }

  async #readReaders() {
    const { keys } = await this.#told("GET", "/api/cases/keys");
    this.#readers.clear();
    for (const { cert } of keys) {
      const checked = await this.#trust.retried(() => checkCertificate(unhex(cert),
        { kinds: [KINDS.case], nowHour: this.#trust.hour, chain: this.#trust.chain })).catch(() => null);
      if (checked) this.#readers.set(checked.idx, checked.pub);
    }
  }

  /** @type {(told: Case) => Promise<Case>} */
  async #openedCase(told) {
    return { ...told, records: await Promise.all(told.records.map((record) => this.#openedRecord(told.id, record))) };
  }

  /** @type {(id: string, record: Record_) => Promise<Record_>} */
  async #openedRecord(id, record) {
    const place = `${id} ${record.n}`;
    const known = this.#opened.get(place);
    if (known) return known;
    const unreadable = { ...record, fields: null, sealer: "", isReadable: false };
    try {
      const sealed = new Uint8Array(await (await this.#ask("GET", `/api/cases/${id}/${record.n}`)).arrayBuffer());
      const opened = await openEnvelope(sealed, { type: TYPES.caseRecord, pairs: this.#keys.pairs, nowHour: this.#trust.hour });
      const { writer, content } = await openMail(opened, this.#trust.chain);
      const fields = parseRecord(content);
      const isOwn = writer.idx === fields.by && writer.idx === record.by;
      const sealer = isOwn || writer.idx === this.view.idx ? "" : this.name(writer.idx);
      await this.#keepGood(place, fields, sealed);
      const read = { ...record, fields, sealer, isReadable: true };
      this.#opened.set(place, read);
      return read;
    } catch (error) {
      if (error instanceof Refused || error instanceof Undone) return unreadable;
      throw error;
    }
  }

  /** What an older key of one's own opens is sealed to the newest while it still does. @type {(place: string, fields: object, sealed: Bytes) => Promise<void>} */
  async #keepGood(place, fields, sealed) {
    const own = this.#keys.own?.pair.publicRaw;
    const [{ kid: to }] = parseEnvelope(sealed).stanzas;
    if (!own || hex(to) === hex(await kid(own))) return;
    const [id, n] = place.split(" ");
    await this.#ask("PUT", `/api/cases/${id}/${n}`, await this.#sealed(fields, own)).catch(() => null);
  }

  /** Seals what is there to members who have none of it that opens: colleagues who have just come, keys that are new. @param {Case} each */
  async #help(each) {
    for (const { n, idx } of each.lacking) {
      const record = each.records.find((one) => one.n === n);
      const to = this.#readers.get(idx);
      if (!record?.isReadable || !to) continue;
      await this.#ask("PUT", `/api/cases/${each.id}/${n}`, await this.#sealed(record.fields, to)).catch(() => null);
    }
  }

  /** @type {(fields: object, to: Bytes) => Promise<Bytes>} */
  async #sealed(fields, to) {
    const own = this.#keys.own;
    if (!own) throw new Undone("case.failed");
    const hour = this.#trust.hour;
    if (utf8(JSON.stringify(fields)).length > LONGEST) throw new Undone("case.too_long");
    const body = buildMail(own.cert, hour, buildRecord(fields));
    return sealEnvelope({ type: TYPES.caseRecord, envId: this.#world.random(16), expiry: hour + YEAR, to: [to], sender: own.pair, body },
      this.#world.random);
  }

  /** @type {(idx: number) => string} */
  name(idx) {
    return this.#trust.name(idx) || String(idx);
  }

  async begin() {
    const { id } = await this.#told("POST", "/api/cases", {});
    await this.refresh();
    return /** @type {string} */ (id);
  }

  /** @type {(id: string) => Case} */
  #case(id) {
    const found = this.view.cases.find((each) => each.id === id);
    if (!found) throw new Undone("case.gone");
    return found;
  }

  /** Keeps a record for every member, instead of the one that `replaces` names; the case as it is then. Raises: Undone.
   * @type {(id: string, holds: Holds, fields: Sheet | Plan | {why: string, day: string, contact: Contact}, replaces?: number) => Promise<Case>} */
  async keep(id, holds, fields, replaces) {
    const { members, version } = this.#case(id);
    await this.#readReaders();
    const whole = { v: 1, record: hex(this.#world.random(16)), holds, by: this.view.idx, ...fields };
    const parts = [utf8(JSON.stringify({ holds, seen: version, ...(replaces === undefined ? {} : { replaces }) }))];
    for (const idx of members) {
      const to = this.#readers.get(idx);
      if (!to) throw new Undone("case.no_key");
      parts.push(await this.#sealed(whole, to));
    }
    await this.#done("PUT", `/api/cases/${id}/records`, concat(...parts.flatMap((part) => [u32(part.length), part])));
    return this.#case(id);
  }

  /** @type {(id: string, idx: number) => Promise<void>} */
  admit(id, idx) {
    return this.#done("POST", `/api/cases/${id}/members`, { idx });
  }

  /** @type {(id: string, idx: number) => Promise<void>} */
  leave(id, idx) {
    return this.#done("DELETE", `/api/cases/${id}/members/${idx}`);
  }

  /** @type {(id: string) => Promise<void>} */
  close(id) {
    return this.#done("POST", `/api/cases/${id}/close`, { seen: this.#case(id).version });
  }

  /** @type {(id: string) => Promise<void>} */
  reopen(id) {
    return this.#done("POST", `/api/cases/${id}/open`, { seen: this.#case(id).version });
  }

  /** The visitor's copy of a plan, under their code. Raises: Undone. @type {(contact: NonNullable<Contact>, copy: Copy) => Promise<void>} */
  async give({ mailbox, r }, copy) {
    const own = this.#post.own;
    if (!own) throw new Undone("case.failed");
    const hour = this.#trust.hour;
    const body = buildMail(own.cert, hour, buildReply({ kind: 3, text: JSON.stringify(copy) }));
    const sealed = await sealEnvelope({ type: TYPES.reply, envId: this.#world.random(16), expiry: hour + LIVES, to: [unhex(r)],
      sender: own.pair, body }, this.#world.random);
    await this.#ask("PUT", "/api/plan-copy", sealed, { "asc1-mailbox": mailbox });
  }

  /** @type {(method: string, path: string, body?: object | Bytes) => Promise<void>} */
  async #done(method, path, body) {
    try {
      await this.#ask(method, path, body);
    } finally {
      if (this.view.phase === "in") await this.refresh();
    }
  }
}

/** What the newest record of a kind says, if it opens. @type {(each: Case, kind: Holds) => any} */
export const newestOf = ({ records }, kind) => records.filter(({ holds, isReadable }) => holds === kind && isReadable).at(-1)?.fields ?? null;
