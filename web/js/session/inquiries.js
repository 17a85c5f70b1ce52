/**
 * Referrals and requests at the supervisor's inbox (protocol.md section 10): how they stand, one that is read with keys unlocked on that
 * page, and what is answered: always sealed to whoever asked, so that no decision stands on the service's word alone.
 */
import { Refused, TYPES, sealEnvelope, unhex } from "../asc1/bytes.js";
import { buildMail, buildReply } from "../asc1/bodies.js";
import { openInquiry } from "../asc1/inquiry.js";
import { inquiryOf } from "../model/inquiry.js";
import { Unsent, partsOf } from "./copies.js";
/** @import {Inquiry} from "../model/inquiry.js" */
/** @import {InboxDesk} from "./inbox.js" */

/** @typedef {{record: string, hour: number, state: string, reason: string | null, by: number | null, until: number, due: number, late: boolean}} Line */
/** @typedef {{line: Line, inquiry: Inquiry | null, r: Bytes | null}} Open   inquiry null = of no form we know */

const ANSWER = 4;
const REPLY_LIVES = 14 * 24;

export class Inquiries extends EventTarget {
  /** @type {readonly Line[]} */
  listed = [];
  /** @type {Open | null} */
  open = null;
  #desk;

  /** @param {InboxDesk} desk */
  constructor(desk) {
    super();
    this.#desk = desk;
  }

  /** @param {Open | null} open */
  #show(open) {
    this.open = open;
    this.dispatchEvent(new Event("change"));
  }

  /** How they stand; what is open stays. */
  async load() {
    this.listed = await this.#desk.told("/api/inquiries");
    const fresh = this.listed.find(({ record }) => record === this.open?.line.record);
    this.#show(this.open && fresh ? { ...this.open, line: fresh } : null);
  }

  /** Raises: Unsent. @param {string} record */
  async read(record) {
    const desk = this.#desk;
    const { data, ...line } = await desk.told(`/api/inquiries/${record}`);
    const opened = await this.#opened(unhex(data));
    if (!desk.isUnlocked) return;
    this.#show({ line, inquiry: inquiryOf(opened?.fields), r: opened?.r ?? null });
    await this.load();
  }

  /** @param {Bytes} sealed */
  async #opened(sealed) {
    try {
      return await openInquiry(sealed, this.#desk.pairs, this.#desk.trust.hour);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return null;
    }
  }

  shut() {
    if (this.open) this.#show(null);
  }

  /** Raises: Unsent. @type {(choice: {state: string, reason: string, text: string}) => Promise<void>} */
  async decide({ state, reason, text }) {
    if (!this.open) return;
    const { line: { record }, r } = this.open;
    if (!r && state !== "closed") throw new Unsent("inquiry.no_key");
    const says = { v: 1, record, state, reason, text };
    const { state: stands } = await this.#desk.told(`/api/inquiries/${record}/decide`,
      { body: partsOf({ state, reason }, ...(r ? [await this.#sealed(r, says)] : [])) });
    if (stands === "closed") this.shut();
    await this.load();
  }

  /** @type {(to: Bytes, says: object) => Promise<Bytes>} */
  async #sealed(to, says) {
    const { own, trust, random } = this.#desk;
    if (!own) throw new Unsent("escalate.locked");
    const body = buildMail(own.cert, trust.hour, buildReply({ kind: ANSWER, text: JSON.stringify(says) }));
    return sealEnvelope({ type: TYPES.reply, envId: random(16), expiry: trust.hour + REPLY_LIVES, to: [to], sender: own.pair, body }, random);
  }
}
