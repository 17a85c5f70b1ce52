/**
 * What an escalation says, as a value: the closed schema of protocol.md section 10, how it travels to the visitor in
 * pieces before it is sent, and what it lacks. Whatever comes from elsewhere is taken only if it is of that form.
 */
import { PROTECTIVE, RISK } from "./factors.js";

export const [SUMMARY, ASK, TEXT] = [2000, 500, 2000];
const [PIECE, MOST_PIECES] = [1000, 8];
const [RELATIONS, AGES, MILIEUS, URGENCIES] = [16, 7, 7, 3];
/** Somebody's life may be in danger: the decision takes two names. */
export const GRAVE = 3;

/**
 * @typedef {object} Shown   what a visitor sees before it is sent
 * @property {"visitor"|"pattern"} about
 * @property {number} urgency       0 to 3
 * @property {number} relation      as in a hello, 0 = not said
 * @property {number} age_band
 * @property {number} milieu
 * @property {string[]} risk        ids of factors
 * @property {string[]} protective
 * @property {string} summary
 * @property {string} ask
 */
/** @typedef {{mailbox: string, r: string}} Contact */
/** @typedef {Shown & {paper: "sent", record: string, case: string, day: number, contact?: Contact}} Sent */
/** @typedef {{paper: "answer", record: string, text: string}} Answer */
/** @typedef {{paper: "decision", record: string, day: number, decision: string, reason: string, no_report?: string, note: string,
 *   report?: {day: string, municipality: string}}} Decided */

export const DECISIONS = Object.freeze(["counselling", "consultation", "report_of_concern", "police", "municipality", "closed"]);
export const REASONS = Object.freeze(["support", "life", "child", "crime", "pattern", "wish", "enough", "too_little"]);
export const NO_REPORTS = Object.freeze(["adult", "no_suspicion", "already", "unknown_who", "not_under_duty"]);

const SHOWN = ["about", "urgency", "relation", "age_band", "milieu", "risk", "protective", "summary", "ask"];

/** @type {(value: unknown, most: number) => boolean} */
const upTo = (value, most) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= most;
/** @type {(value: unknown, ids: readonly string[]) => boolean} */
const among = (value, ids) => Array.isArray(value) && value.every((id) => ids.includes(id)) && new Set(value).size === value.length;
/** @type {(value: unknown, most: number) => boolean} */
const short = (value, most) => typeof value === "string" && value.length <= most;
/** @type {(value: unknown, bytes: number) => boolean} */
const isHex = (value, bytes) => typeof value === "string" && new RegExp(`^[0-9a-f]{${2 * bytes}}$`).test(value);
/** @type {(value: object, names: readonly string[]) => boolean} */
const has = (value, names) => Object.keys(value).every((name) => names.includes(name));

/** @type {(value: any) => boolean} */
const isShown = (value) => ["visitor", "pattern"].includes(value.about) && upTo(value.urgency, URGENCIES) &&
  upTo(value.relation, RELATIONS) && upTo(value.age_band, AGES) && upTo(value.milieu, MILIEUS) && among(value.risk, RISK) &&
  among(value.protective, PROTECTIVE) && short(value.summary, SUMMARY) && value.summary !== "" && short(value.ask, ASK);

/** @type {(value: any) => boolean} */
const isContact = (value) => typeof value === "object" && value !== null && has(value, ["mailbox", "r"]) &&
  isHex(value.mailbox, 16) && isHex(value.r, 32);

/** @type {(value: any) => boolean} */
const isReport = (value) => typeof value === "object" && value !== null && has(value, ["day", "municipality"]) &&
  /^\d{4}-\d{2}-\d{2}$/.test(value.day) && short(value.municipality, 60);

/** What stands in an envelope of this record, or null when it is of no form we know. @type {(value: any, record: string) => Sent | Answer | Decided | null} */
export function paperOf(value, record) {
  if (typeof value !== "object" || value === null || value.record !== record) return null;
  const names = ["paper", "record"];
  if (value.paper === "answer") return has(value, [...names, "text"]) && short(value.text, TEXT) ? value : null;
  if (value.paper === "decision") {
    return has(value, [...names, "day", "decision", "reason", "no_report", "note", "report"]) && upTo(value.day, 0xffffffff) &&
      DECISIONS.includes(value.decision) && REASONS.includes(value.reason) && short(value.note, TEXT) &&
      (value.no_report === undefined || NO_REPORTS.includes(value.no_report)) &&
      (value.report === undefined || isReport(value.report)) ? value : null;
  }
  const known = has(value, [...names, ...SHOWN, "case", "day", "contact"]) && value.paper === "sent";
  return known && isShown(value) && /^[a-z2-7]{10}$/.test(value.case) && upTo(value.day, 0xffffffff) &&
    (value.contact === undefined || isContact(value.contact)) ? value : null;
}

/** What a visitor is shown, or null. @type {(text: string) => Shown | null} */
export function shownOf(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null && has(value, SHOWN) && isShown(value) ? value : null;
  } catch {
    return null;
  }
}

/** @type {(shown: Shown) => string[]} */
export function piecesOf(shown) {
  const text = JSON.stringify(shown);
  const count = Math.ceil(text.length / PIECE);
  return Array.from({ length: count }, (_, at) => text.slice(at * PIECE, (at + 1) * PIECE));
}

/** What has come of one, in its order; another id begins anew. */
export class Pieces {
  #id = "";
  /** @type {string[]} */
  #parts = [];

  /** The whole, once its last piece is here. @param {Record<string, unknown>} piece @returns {Shown | null} */
  take({ id, i, n, part }) {
    if (!isHex(id, 16) || !upTo(i, MOST_PIECES - 1) || !upTo(n, MOST_PIECES) || !short(part, PIECE)) return null;
    if (id !== this.#id || i === 0) [this.#id, this.#parts] = [String(id), []];
    if (i !== this.#parts.length) return null;
    this.#parts.push(String(part));
    return this.#parts.length === n ? shownOf(this.#parts.join("")) : null;
  }
}

/** What is still to be said before it can be shown, as a string's id, or "". @type {(shown: Pick<Shown, "summary" | "ask">) => string} */
export function lackOf({ summary, ask }) {
  if (!summary.trim()) return "escalate.lack_summary";
  return summary.length > SUMMARY || ask.length > ASK ? "escalate.lack_room" : "";
}
