/**
 * The return code: made, typed back, kept, used, erased (protocol.md section 8). The digits are on
 * screen until two groups have been typed back, and nowhere else.
 */
import { Refused, hex, sha256, unhex } from "../asc1/bytes.js";
import { deriveCode, foldCode, isValidCode, makeCode } from "../asc1/code.js";
import { joiner } from "../asc1/join.js";
import { Talk } from "./room.js";
/** @import {Choice, Message, VisitorView, Wish} from "./views.js" */
/** @import {VisitorSession} from "./visitor.js" */

/** @typedef {{id: Bytes, auth: Bytes, r: Pair, digits: string}} Code */
/** @typedef {{message: Message, done: (answer: Message | null) => unknown}} Errand
 *   something asked of the server that needs work of purpose 3 */

const [CHAT, CODE] = [1, 3];
const REJOIN_PATIENCE = 20_000;

/** Needs no network. @type {(digits: string) => "ok" | "length" | "check"} */
export function checkCode(digits) {
  const folded = foldCode(digits);
  if (!/^[0-9]{24}$/.test(folded)) return "length";
  return isValidCode(folded) ? "ok" : "check";
}

export class Paper {
  #visit;
  /** In use, or made and typed back. @type {Code | null} */
  code = null;
  /** Its mailbox, once kept. */
  mailbox = "";
  /** The visitor came with it. */
  isReturning = false;
  /** On screen. @type {Code | null} */
  made = null;
  /** The code before it, until staff know the new one. @type {Code | null} */
  old = null;
  /** @type {((kept: boolean) => void) | null} */
  keeping = null;
  /** @type {Errand | null} */
  errand = null;
  /** The member who is to be met again, if one is. @type {Wish | null} */
  wish = null;
  /** Who may let us in again. @type {{id: string, keys: Checked[]} | null} */
  #found = null;
  /** @type {unknown} */
  #timer = null;

  /** @param {VisitorSession} visit */
  constructor(visit) {
    this.#visit = visit;
  }

  forget() {
    this.entered();
    this.#found = null;
    this.code = this.made = this.old = null;
    this.keeping?.(false);
    this.answered(null);
    this.keeping = null;
    this.mailbox = "";
    this.wish = null;
    this.isReturning = false;
  }

  /** @type {(digits: string) => Promise<Code>} */
  #derive = (digits) => deriveCode(digits, this.#visit.trust.service, this.#visit.world.iterations.code);

  async make() {
    const { random } = this.#visit.world;
    const digits = makeCode(random);
    const made = await this.#derive(digits);
    if (this.#visit.isGone) return;
    this.made = made;
    const [a, b] = random(2);
    const asked = /** @type {[number, number]} */ ([a % 6, (a + 1 + (b % 5)) % 6].sort());
    this.#visit.show({ code: { digits, confirmed: false, asked } });
    if (this.#visit.hasPlace && !this.#visit.talk?.isLive) await this.#visit.hello();
  }

  /** @type {(groups: [string, string]) => Promise<boolean>} */
  async confirm(groups) {
    const { code } = this.#visit.view;
    if (!code || !this.made) return false;
    const right = code.asked.map((n) => code.digits.slice(4 * n, 4 * n + 4));
    if (groups.map(foldCode).join() !== right.join()) return false;
    return new Promise((resolve) => {
      this.keeping = resolve;
      this.#visit.link.turn(() => this.keep(this.made));
    });
  }

  /** @param {Code | null} code */
  async keep(code) {
    if (!code) return;
    const old = this.code && this.code !== code
      ? { id: hex(this.code.id), auth: hex(this.code.auth) } : null;
    this.#visit.link.send({ t: "keep", h_id: hex(await sha256(code.id)),
      h_auth: hex(await sha256(code.auth)), old });
  }

  /** @param {Message | null} answer null: refused */
  async kept(answer) {
    if (answer) this.mailbox = answer.mailbox;
    const keeping = this.keeping;
    this.keeping = null;
    if (!answer || !keeping || !this.made) {
      keeping?.(false);
      return;
    }
    [this.old, this.code, this.made] = [this.code, this.made, null];
    const { asked } = this.#visit.view.code ?? { asked: /** @type {[number, number]} */ ([0, 1]) };
    this.#visit.show({ code: { digits: "", confirmed: true, asked } });
    await this.tellCode();
    keeping(true);
  }

  /** Staff know the code `r`: the one before it is not needed any more. @param {unknown} r */
  known(r) {
    if (!this.old || !this.code || r !== hex(this.code.r.publicRaw)) return;
    const { id, auth } = this.old;
    this.old = null;
    this.ask({ t: "drop", id: hex(id), auth: hex(auth) });
  }

  async tellCode() {
    if (!this.code || !this.mailbox || !this.#visit.talk?.isLive) return;
    await this.#visit.talk.control({ t: "code", r: hex(this.code.r.publicRaw), mailbox: this.mailbox });
  }

  /** @type {(digits: string, choice?: Choice, chat?: boolean) => Promise<boolean>} */
  async use(digits, choice = this.#visit.choice, chat = false) {
    this.#visit.choice = choice;
    const wish = choice.wish ?? null;
    const code = await this.#asked(digits, { phase: "working" });
    if (!code) return false;
    this.#visit.tab.take(true);
    const mail = await this.ask({ t: "code", id: hex(code.id), auth: hex(code.auth), wish });
    if (!mail) {
      await this.#visit.link.turn(() => this.#visit.giveUp("idle", { problem: "visitor.code_gone" }));
      return false;
    }
    await this.#visit.link.turn(() => {
      const letters = Boolean(mail.n || mail.by);
      if (!chat && !mail.room && (letters || mail.talks)) {
        this.#visit.giveUp("idle");
        const { digits } = code;
        this.#visit.dispatchEvent(new CustomEvent(mail.talks ? "talks" : "letters", { detail: mail.talks ? { digits, letters } : digits }));
        return undefined;
      }
      // What was asked of supervisors is answered on a page of its own, and nobody is to be waited for.
      if (!chat && !mail.room && mail.inquiries) return this.#visit.giveUp("idle", { problem: "visitor.code_asked" });
      this.wish = wish === null ? null : { idx: wish, name: this.#visit.trust.name(wish), meets: mail.meets };
      this.code = code;
      this.isReturning = true;
      this.mailbox = mail.mailbox;
      this.#visit.show({ code: { digits: "", confirmed: true, asked: [0, 1] } });
      return mail.room ? this.#rejoin(mail.room) : this.#visit.newPlace().then(() => this.#visit.want(CHAT));
    });
    return true;
  }

  /** @type {(digits: string) => Promise<boolean>} */
  async erase(digits) {
    const code = digits ? await this.#asked(digits) : this.code;
    if (!code) {
      if (!this.#visit.seat || digits) return false;
      await this.#visit.link.turn(() => {
        const receipt = { rooms: 1, at: Math.floor(this.#visit.world.clock() / 60_000) };
        if (!this.#visit.link.send({ t: "end" })) return;
        this.#visit.giveUp("erased", { lines: [], code: null, receipt });
      });
      return this.#visit.view.phase === "erased";
    }
    const done = await this.ask({ t: "erase", id: hex(code.id), auth: hex(code.auth) });
    const { phase } = this.#visit.view;
    await this.#visit.link.turn(() => {
      if (done) {
        this.#visit.link.send({ t: "end" });
        if (this.#visit.talk) this.#visit.talk.lines = [];
        this.#visit.giveUp("erased", { lines: [], code: null, receipt: done.receipt });
      } else if (!this.#visit.seat) this.#visit.giveUp(phase, { problem: "visitor.erase_failed" });
    });
    return !!done;
  }

  /** What a typed code leads to, or null. @type {(digits: string, change?: Partial<VisitorView>) => Promise<Code | null>} */
  async #asked(digits, change) {
    if (checkCode(digits) !== "ok") return null;
    return this.#visit.link.turn(async () => {
      if (change) this.#visit.restart(change);
      const code = await this.#visit.believe() ? await this.#derive(digits) : null;
      return this.#visit.isGone ? null : code;
    });
  }

  /** Back with the code, while a staff member still holds the room (rule 9). @param {Message} room */
  async #rejoin({ id, certs }) {
    const keys = [];
    for (const text of certs) {
      try {
        keys.push(await this.#visit.trust.shift(text));
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
      }
    }
    this.#found = { id, keys };
    await this.rejoinNext();
  }

  async rejoinNext() {
    this.entered();
    const visit = this.#visit;
    const next = this.#found?.keys.shift();
    if (!this.#found || !next || !this.code) {
      this.#found = null;
      await visit.newPlace();
      visit.want(CHAT);
      return;
    }
    const { id } = this.#found;
    const { random, clock: now, timers } = visit.world;
    const cap = random(32);
    const { member, envelope } = await joiner({ roomId: unhex(id), random, now,
      chain: visit.trust.chain, to: next.pub, sender: this.code.r });
    visit.talk = new Talk(visit.host, member, id);
    visit.seat = { room: id, cap, leaf: null };
    visit.link.send({ t: "rejoin", room: id, cap_hash: hex(await sha256(cap)) }, envelope);
    this.#timer = timers.set(() => visit.link.turn(() => (visit.talk?.isLive ? undefined
      : this.rejoinNext())), REJOIN_PATIENCE);
  }

  /** In the room: nobody else is to be asked. */
  entered() {
    this.#visit.world.timers.clear(this.#timer);
  }

  /** @param {Message} message @returns {Promise<Message | null>} */
  ask(message) {
    return new Promise((done) => this.#visit.link.turn(() => {
      this.errand?.done(null);
      this.errand = { message, done };
      if (this.#visit.link.up) this.#visit.want(CODE);
      else this.#visit.link.open();
    }));
  }

  /** @param {Message | null} answer */
  answered(answer) {
    const errand = this.errand;
    this.errand = null;
    errand?.done(answer);
  }
}
