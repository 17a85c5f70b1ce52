/**
 * Escalations over HTTP, with the session that the desk has opened in this tab. How they stand is told at once; to read
 * one, its reader unlocks their keys here, for as long as the page is open. Whatever is shown was checked against the roster.
 */
import { Refused, TYPES, sealEnvelope, unhex } from "../asc1/bytes.js";
import { buildMail, buildReply, openMail, parseRecord, parseReply } from "../asc1/bodies.js";
import { openEnvelope } from "../asc1/opening.js";
import { KINDS, checkCertificate } from "../asc1/trust.js";
import { GRAVE, paperOf } from "../model/escalation.js";
import { tokenOf } from "./bearer.js";
import { BoxKeys } from "./box-keys.js";
import { Unsent, partsOf, reached, saidOf, sendCopies, unsentBy } from "./copies.js";
import { accountKeys, fromDigits, fromPasskey } from "./unlock.js";
import { Trust } from "./world.js";
/** @import {Answer, Decided, Sent} from "../model/escalation.js" */
/** @import {Me} from "./office.js" */
/** @import {World} from "./views.js" */
/** @import {Writer} from "./copies.js" */

/** @typedef {{decision: string, reason: string, grave: boolean, no_report: string | null, sealed: string, first: number,
 *   second: number | null}} Named   sealed: of which record the codes are */
/** @typedef {{record: string, by: number, hour: number, state: string, due: number, late: boolean, named: Named | null}} Line */
/** @typedef {{by: string, idx: number, hour: number, hasLeft: boolean, says: Sent | Answer | Decided | null}} Paper   says null = unreadable */
/** @typedef {{line: Line, papers: Paper[], sent: Sent | null, writer: string | null}} Folder */
/** @typedef {Line & {questions: {by: string, hour: number, text: string}[], locked: number}} Own */
/** @typedef {{decision: string, reason: string, no_report: string, note: string, report: {day: string, municipality: string} | null}} Choice */
/** @typedef {{phase: "opening" | "out" | "in" | "failed", me: Me | null, sees: boolean, reads: boolean, writes: boolean, isUnlocked: boolean,
 *   duty: string, listed: Line[], own: Own[], folder: Folder | null, problem: string}} InboxView */
/** @typedef {{trust: Trust, random: Random, told: (path: string, init?: {body?: Uint8Array | string}) => Promise<any>, readonly isUnlocked: boolean,
 *   readonly pairs: Pair[], readonly own: Writer | null}} InboxDesk */

const [SUPERVISOR, INTERPRETER, MANAGER] = [2, 3, 256];
const REPLY_LIVES = 14 * 24;
const DEEP = 64;

/** @type {InboxView} */
const START = { phase: "opening", me: null, sees: false, reads: false, writes: false, isUnlocked: false, duty: "", listed: [], own: [],
  folder: null, problem: "" };

export class Inbox extends EventTarget {
  /** @type {InboxView} */
  view = START;
  #world;
  #trust;
  #keys;
  /** Counts how often the page was locked or left: what was asked for before comes to nothing. */
  #locks = 0;
  /** Counts how often it was asked how everything stands: what an earlier answer tells is old. */
  #asks = 0;

  /** @param {World} world */
  constructor(world) {
    super();
    this.#world = world;
    this.#trust = new Trust(world, DEEP);
    this.#keys = new BoxKeys(this.#trust, world.random);
  }

  /** @param {Partial<InboxView>} change */
  #show(change) {
    this.view = Object.freeze({ ...this.view, ...change });
    this.dispatchEvent(new Event("change"));
  }

  /** What was done is told once, as the name of a sentence. @param {string} detail */
  #tell(detail) {
    this.dispatchEvent(new CustomEvent("said", { detail }));
  }

  /** @param {number} idx */
  name(idx) {
    return this.#trust.name(idx) || String(idx);
  }

  get #token() {
    return tokenOf(this.#world);
  }

  /** @type {(path: string, init?: {method?: string, body?: Uint8Array | string}) => Promise<Response>} */
  async #ask(path, { method, body } = {}) {
    const headers = { authorization: `Bearer ${this.#token}`,
      "content-type": typeof body === "string" ? "application/json" : "application/octet-stream" };
    const init = { method: method ?? (body ? "POST" : "GET"), headers, ...(body ? { body: /** @type {BodyInit} */ (body) } : {}) };
    const answer = await this.#world.fetch(path, init).catch(() => null);
    if (answer?.status === 401) this.leave();
    if (!answer) throw new Unsent("desk.network");
    return answer;
  }

  /** Raises: Unsent. @type {(path: string, init?: {method?: string, body?: Uint8Array | string}) => Promise<any>} */
  async #told(path, init) {
    const answer = await this.#ask(path, init);
    if (!answer.ok) throw new Unsent(unsentBy(answer.status));
    return reached(() => answer.json());
  }

  /** What another part of the same page stands on. @returns {InboxDesk} */
  get desk() {
    const [inbox, keys] = [this, this.#keys];
    return { trust: this.#trust, random: this.#world.random, told: (path, init) => this.#told(path, init),
      get isUnlocked() { return inbox.view.isUnlocked; }, get pairs() { return keys.pairs; }, get own() { return keys.own; } };
  }

  /** Nothing that opens anything stays, nor what was read with it; how escalations stand does. */
  lock() {
    if (!this.view.isUnlocked) return;
    this.#forget();
    const own = this.view.own.map((each) => ({ ...each, questions: [], locked: each.locked + each.questions.length }));
    this.#show({ isUnlocked: false, folder: null, own });
    this.#tell("inbox.locked");
  }

  /** The desk that this page belongs to was left, or its session has ended: this page stays out. */
  leave() {
    this.#forget();
    this.#show({ ...START, phase: "out" });
  }

  #forget() {
    this.#locks += 1;
    this.#keys.forget();
  }

  /** Everything anew; what is open stays, and is read anew where something else was decided. */
  async load() {
    if (!this.#token || this.view.phase === "out") return this.leave();
    const [locks, asks] = [this.#locks, ++this.#asks];
    try {
      if (!this.#trust.chain.length) await reached(() => this.#trust.load());
      const me = this.view.me ?? await this.#told("/api/me");
      const holds = (/** @type {number[]} */ ...roles) => me.roles.some((/** @type {number} */ role) => roles.includes(role));
      const [reads, sees] = [holds(SUPERVISOR), holds(SUPERVISOR, MANAGER)];
      const writes = me.roles.some((/** @type {number} */ role) => role !== INTERPRETER && role !== MANAGER);
      const { duty, escalations } = sees ? await this.#told("/api/escalations") : { duty: "", escalations: [] };
      const own = writes ? await this.#told("/api/escalations/own") : [];
      const opened = await this.#opened(own);
      if (locks !== this.#locks || asks !== this.#asks) return undefined;
      const fresh = escalations.find((/** @type {Line} */ { record }) => record === this.view.folder?.line.record);
      const isOther = Boolean(fresh?.named && fresh.named.sealed !== this.view.folder?.line.named?.sealed);
      const folder = this.view.folder && fresh ? { ...this.view.folder, line: isOther ? this.view.folder.line : fresh } : null;
      this.#show({ phase: "in", problem: "", me, reads, sees, writes, duty, listed: escalations, folder, own: opened });
      return isOther ? await this.read(fresh.record) : undefined;
    } catch (error) {
      return this.view.phase === "opening" && this.#show({ phase: "failed", problem: saidOf(error) });
    }
  }

  /** With digits, or the passkey where none are given. @type {(digits: string) => Promise<void>} */
  async unlock(digits) {
    const { me } = this.view;
    if (!me) return;
    const locks = this.#locks;
    try {
      const secrets = digits ? await fromDigits(this.#world, this.#trust.service, me.login, digits) : await fromPasskey(this.#world, me.login);
      if (!secrets) throw new Unsent("desk.no_passkey");
      const { ak, ik } = await accountKeys(secrets, me.idx, me.wraps);
      const known = (await this.#told("/api/keys")).map((/** @type {{cert: string}} */ { cert }) => cert);
      const register = (/** @type {object} */ key) => this.#told("/api/keys", { method: "PUT", body: JSON.stringify(key) });
      await this.#keys.unlock({ idx: me.idx, roles: me.roles, ak, ik: ik.privateKey, wraps: me.wraps, known, register });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      throw new Unsent("desk.wrong");
    }
    if (locks !== this.#locks) return this.#forget();
    this.#show({ isUnlocked: true });
    await this.load();
  }

  /** @type {(own: (Line & {notes: string[]})[]) => Promise<Own[]>} */
  #opened(own) {
    return Promise.all(own.map(async ({ notes, ...line }) => {
      const opened = await Promise.all(notes.map((sealed) => this.#question(unhex(sealed))));
      const questions = opened.flatMap((each) => each ?? []);
      return { ...line, questions, locked: notes.length - questions.length };
    }));
  }

  /** @type {(sealed: Bytes) => Promise<{by: string, hour: number, text: string} | null>} */
  async #question(sealed) {
    if (!this.view.isUnlocked) return null;
    try {
      const { writer, issued, content } = await this.#mail(sealed, TYPES.reply);
      return writer.role === SUPERVISOR ? { by: this.name(writer.idx), hour: issued, text: parseReply(content).text } : null;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return null;
    }
  }

  /** @type {(sealed: Bytes, type: number) => ReturnType<typeof openMail>} */
  async #mail(sealed, type) {
    const opened = await openEnvelope(sealed, { type, pairs: this.#keys.pairs, nowHour: this.#trust.hour });
    return reached(() => this.#trust.retried(() => openMail(opened, this.#trust.chain)));
  }

  /** @type {(record: string) => Promise<void>} */
  async read(record) {
    const locks = this.#locks;
    const { papers, writer, ...line } = await this.#told(`/api/escalations/${record}`);
    const opened = await Promise.all(papers.map((/** @type {{paper: string, data: string}} */ { paper, data }) => this.#paper(line, paper, unhex(data))));
    const sent = opened.find(({ says }) => says?.paper === "sent")?.says ?? null;
    if (locks === this.#locks) this.#show({ folder: { line, papers: opened, sent, writer } });
    await this.load();
  }

  /** Read only as what it says it is, from who may have written it. @type {(line: Line, kind: string, sealed: Bytes) => Promise<Paper>} */
  async #paper(line, kind, sealed) {
    try {
      const { writer, hasLeft, issued, content } = await this.#mail(sealed, TYPES.escalation);
      const says = paperOf(parseRecord(content), line.record);
      const isRight = kind === "decision" ? writer.role === SUPERVISOR : writer.idx === line.by;
      return { by: this.name(writer.idx), idx: writer.idx, hour: issued, hasLeft, says: says?.paper === kind && isRight ? says : null };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { by: "", idx: 0, hour: 0, hasLeft: false, says: null };
    }
  }

  close() {
    this.#show({ folder: null });
  }

  get #post() {
    return { trust: this.#trust, random: this.#world.random, by: this.#keys.own,
      ask: (/** @type {string} */ path, /** @type {Bytes | undefined} */ parts) => this.#ask(path, parts ? { body: parts } : {}) };
  }

  /** A sealed text to one key. @type {(to: Bytes, text: string) => Promise<Bytes>} */
  async #reply(to, text) {
    const by = this.#keys.own;
    if (!by) throw new Unsent("escalate.locked");
    const envId = this.#world.random(16);
    const body = buildMail(by.cert, this.#trust.hour, buildReply({ kind: 1, text }));
    return sealEnvelope({ type: TYPES.reply, envId, expiry: this.#trust.hour + REPLY_LIVES, to: [to], sender: by.pair, body },
      this.#world.random);
  }

  /** Asks back: the visitor under their code, or the adviser. @type {(text: string, isVisitor: boolean) => Promise<void>} */
  async ask(text, isVisitor) {
    const { folder } = this.view;
    if (!folder) return;
    const contact = isVisitor ? folder.sent?.contact : undefined;
    const to = contact ? unhex(contact.r) : await this.#writer(folder);
    const sealed = await this.#reply(to, text);
    await this.#told(`/api/escalations/${folder.line.record}/note`, { body: partsOf({ mailbox: contact?.mailbox ?? null }, sealed) });
    this.#tell(isVisitor ? "inbox.asked_visitor" : "inbox.asked_adviser");
    await this.load();
  }

  /** @type {(folder: Folder) => Promise<Bytes>} */
  async #writer({ writer, line }) {
    if (!writer) throw new Unsent("inbox.no_writer");
    const checked = await reached(() => this.#trust.retried(() => checkCertificate(unhex(writer), { kinds: [KINDS.box],
      nowHour: this.#trust.hour, chain: this.#trust.chain })));
    if (checked.idx !== line.by) throw new Unsent("escalate.untrusted");
    return checked.pub;
  }

  /** @type {(choice: Choice) => Promise<void>} */
  async decide({ decision, reason, no_report, note, report }) {
    const { folder } = this.view;
    if (!folder) return;
    const { record } = folder.line;
    const codes = { decision, reason, ...(no_report ? { no_report } : {}) };
    const fields = { paper: "decision", record, day: Math.floor(this.#trust.hour / 24), ...codes, note, ...(report ? { report } : {}) };
    const contact = note ? folder.sent?.contact : undefined;
    const head = { decision, reason, grave: folder.sent?.urgency === GRAVE, no_report: no_report || null, mailbox: contact?.mailbox ?? null };
    const beside = contact ? await this.#reply(unhex(contact.r), note) : null;
    const { state } = await sendCopies(this.#post, `/api/escalations/${record}/decide`, head, fields, beside);
    await this.#after(record, state);
  }

  /** The second name, for all that was shown of the first. @type {(record: string, named: Named) => Promise<void>} */
  async agree(record, { decision, reason, grave, no_report, sealed, first }) {
    const seen = { decision, reason, grave, no_report, sealed, first };
    const { state } = await this.#told(`/api/escalations/${record}/agree`, { body: JSON.stringify(seen) });
    await this.#after(record, state);
  }

  /** @type {(record: string) => Promise<void>} */
  async takeBack(record) {
    const { state } = await this.#told(`/api/escalations/${record}/back`, { body: "{}" });
    await this.#after(record, state);
  }

  /** It is done, also where it cannot be read anew: then the list stands there. @type {(record: string, state: string) => Promise<void>} */
  async #after(record, state) {
    this.#tell(`inbox.now_${state}`);
    if (state !== "closed" && this.view.folder) await this.read(record).catch(() => this.close());
    else await this.load();
  }

  /** The newest decision in the folder, if it is the one that the server tells. @returns {Decided | null} */
  get decided() {
    const { line: { named = null } = {}, papers = [], sent } = this.view.folder ?? {};
    const says = papers.map((paper) => paper.says).filter((paper) => paper?.paper === "decision").at(-1);
    const isSame = says?.paper === "decision" && says.decision === named?.decision && says.reason === named.reason &&
      (says.no_report ?? null) === named.no_report && (sent?.urgency === GRAVE) === named.grave;
    return isSame ? says : null;
  }

  /** Under which code a time for counselling may be held, now that it is decided; "" otherwise. */
  get leadsTo() {
    const { folder } = this.view;
    const isIt = folder?.line.state === "decided" && this.decided?.decision === "counselling";
    return isIt ? folder?.sent?.contact?.mailbox ?? "" : "";
  }

  /** More, from who sent it. @type {(record: string, text: string) => Promise<void>} */
  async answer(record, text) {
    await sendCopies(this.#post, `/api/escalations/${record}/answer`, {}, { paper: "answer", record, text });
    this.#tell("inbox.answered");
    await this.load();
  }
}
