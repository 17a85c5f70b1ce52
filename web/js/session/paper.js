/**
 * The return code: made, typed back, kept, used, erased (protocol.md section 8). The digits are on
 * screen until two groups have been typed back, and nowhere else.
 */
import { hex, sha256 } from "../asc1/bytes.js";
import { deriveCode, foldCode, isValidCode, makeCode } from "../asc1/code.js";
/** @import {Choice, Message, VisitorView} from "./views.js" */
/** @import {Visit} from "./visit.js" */

/** @typedef {{id: Bytes, auth: Bytes, r: Pair, digits: string}} Code */
/** @typedef {{message: Message, done: (answer: Message | null) => unknown}} Errand
 *   something asked of the server that needs work of purpose 3 */

const [CHAT, CODE] = [1, 3];

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

  /** @param {Visit} visit */
  constructor(visit) {
    this.#visit = visit;
  }

  forget() {
    this.code = this.made = this.old = null;
    this.keeping?.(false);
    this.answered(null);
    this.keeping = null;
    this.mailbox = "";
    this.isReturning = false;
  }

  /** @type {(digits: string) => Promise<Code>} */
  #derive = (digits) => deriveCode(digits, this.#visit.trust.service, this.#visit.world.iterations.code);

  async make() {
    const { random } = this.#visit.world;
    const digits = makeCode(random);
    this.made = await this.#derive(digits);
    const [a, b] = random(2);
    const asked = /** @type {[number, number]} */ ([a % 6, (a + 1 + (b % 5)) % 6].sort());
    this.#visit.screen.show({ code: { digits, confirmed: false, asked } });
    if (this.#visit.hasPlace && !this.#visit.talk?.isLive) await this.#visit.hello();
  }

  /** @type {(groups: [string, string]) => Promise<boolean>} */
  async confirm(groups) {
    const { code } = this.#visit.screen.view;
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
    const { asked } = this.#visit.screen.view.code ?? { asked: /** @type {[number, number]} */ ([0, 1]) };
    this.#visit.screen.show({ code: { digits: "", confirmed: true, asked } });
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

  /** @type {(digits: string, choice?: Choice) => Promise<boolean>} */
  async use(digits, choice = this.#visit.choice) {
    this.#visit.choice = choice;
    const code = await this.#asked(digits, { phase: "working" });
    if (!code) return false;
    this.#visit.tab.take(true);
    const mail = await this.ask({ t: "code", id: hex(code.id), auth: hex(code.auth) });
    if (!mail) {
      await this.#visit.link.turn(() => this.#visit.screen.giveUp("idle", { problem: "visitor.code_gone" }));
      return false;
    }
    await this.#visit.link.turn(() => {
      this.code = code;
      this.isReturning = true;
      this.mailbox = mail.mailbox;
      this.#visit.screen.show({ code: { digits: "", confirmed: true, asked: [0, 1] } });
      return mail.room ? this.#visit.rejoin(mail.room) : this.#visit.newPlace().then(() => this.#visit.want(CHAT));
    });
    return true;
  }

  /** @type {(digits: string) => Promise<boolean>} */
  async erase(digits) {
    const code = digits ? await this.#asked(digits) : this.code;
    if (!code) {
      if (!this.#visit.seat || digits) return false;
      await this.#visit.link.turn(() => {
        const receipt = { codes: 0, letters: 0, rooms: 1, backups_days: 0,
          at: Math.floor(this.#visit.world.clock() / 60_000) };
        if (!this.#visit.link.send({ t: "end" })) return;
        this.#visit.screen.giveUp("erased", { lines: [], code: null, receipt });
      });
      return this.#visit.screen.view.phase === "erased";
    }
    const done = await this.ask({ t: "erase", id: hex(code.id), auth: hex(code.auth) });
    const { phase } = this.#visit.screen.view;
    await this.#visit.link.turn(() => {
      if (done) {
        this.#visit.link.send({ t: "end" });
        if (this.#visit.talk) this.#visit.talk.lines = [];
        this.#visit.screen.giveUp("erased", { lines: [], code: null, receipt: done.receipt });
      } else if (!this.#visit.seat) this.#visit.screen.giveUp(phase, { problem: "visitor.erase_failed" });
    });
    return !!done;
  }

  /** What a typed code leads to, or null. @type {(digits: string, change?: Partial<VisitorView>) => Promise<Code | null>} */
  async #asked(digits, change) {
    if (checkCode(digits) !== "ok") return null;
    return this.#visit.link.turn(async () => {
      if (change) this.#visit.screen.restart(change);
      return await this.#visit.believe() ? this.#derive(digits) : null;
    });
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
