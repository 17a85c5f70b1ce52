/**
 * What this browser has seen before: the last roster it accepted, how far the audit log and the public
 * log of rosters went; and what visitors are shown now.
 * What differs is shown before anything else goes on, and is kept only once a person knows of it.
 */
import { hex } from "../asc1/bytes.js";
import { memberChanges } from "../asc1/roster.js";
import { differs } from "./mirror.js";
import { linesFor } from "./witness.js";
import { Trust } from "./world.js";
/** @import {StaffView, World} from "./views.js" */

/** @typedef {{n: number, hash: string}} Head */
/** @typedef {NonNullable<StaffView["changes"]>} Changes */

const YEAR = 365 * 24 * 3_600_000;

/** Trust that tells when another roster has been taken in. */
export class ToldTrust extends Trust {
  taken = () => {};

  /** @override */
  async load() {
    const [before] = this.chain;
    await super.load();
    if (before && hex(before.hash) !== hex(this.chain[0].hash)) this.taken();
  }
}

export class Seen {
  #world;
  #trust;
  /** @type {Head} */
  #head = { n: 0, hash: "" };
  /** The public log's end. @type {Head | null} */
  #end = null;
  /** The roster a person was shown the changes of. @type {Roster | null} */
  #known = null;

  /** @param {World} world @param {Trust} trust */
  constructor(world, trust) {
    this.#world = world;
    this.#trust = trust;
  }

  /** What a person must know of first; null: nothing. @type {(token: string, head: Head) => Promise<Changes | null>} */
  async compare(token, head) {
    this.#head = head;
    const doubts = [...await this.#log(token, head), ...await this.#told(),
      ...await differs(this.#world, this.#trust)];
    const changes = { ...await this.#staff(), doubts };
    return Object.values(changes).some((list) => list.length) ? changes : null;
  }

  /** A roster that came in the middle of a shift; who is in it is shown at the next sign-in. @type {() => Promise<Changes | null>} */
  async renewed() {
    const doubts = await this.#told();
    return doubts.length ? { ...await this.#staff(), doubts } : null;
  }

  /** Does the person here know that this member, with this key, came? @param {Checked} who */
  knows({ idx, ed25519 }) {
    return this.#known?.members.some((m) => m.idx === idx && m.ed25519 === ed25519) ?? false;
  }

  /** What was shown is what is compared with from now on. */
  async accept() {
    this.#known = this.#trust.chain[0];
    const { keys, clock } = this.#world;
    await keys.put("roster", this.#trust.chain[0]);
    await keys.put("audit", { ...this.#head, at: clock() });
    if (this.#end) await keys.put("log", this.#end);
  }

  /** Does the public log tell of the roster, and still hold what it held? @type {() => Promise<string[]>} */
  async #told() {
    try {
      /** @type {Head | undefined} */
      const last = await this.#world.keys.get("log").catch(() => undefined);
      const lines = await linesFor(this.#world, this.#trust);
      if (lines) this.#end = { n: lines.length, hash: lines[lines.length - 1].hash };
      return lines && (!last || lines[last.n - 1]?.hash === last.hash) ? [] : ["desk.alarm_log"];
    } catch {
      return [];
    }
  }

  async #staff() {
    /** @type {Roster | undefined} */
    const last = await this.#world.keys.get("roster").catch(() => undefined);
    if (!last) return { added: [], removed: [], rekeyed: [] };
    const name = (/** @type {number} */ idx) => this.#trust.name(idx) ||
      last.members.find((member) => member.idx === idx)?.dutyName || String(idx);
    const { added, removed, rekeyed } = memberChanges(last, this.#trust.chain[0]);
    return { added: added.map(name), removed: removed.map(name), rekeyed: rekeyed.map(name) };
  }

  /** Does the log still hold what it held? @type {(token: string, head: Head) => Promise<string[]>} */
  async #log(token, head) {
    /** @type {(Head & {at: number}) | undefined} */
    const last = await this.#world.keys.get("audit").catch(() => undefined);
    if (!last || last.n === head.n && last.hash === head.hash) return [];
    if (last.n > head.n) return ["desk.alarm_audit"];
    const answer = await this.#world.fetch(`/api/audit/${last.n}`,
      { headers: { authorization: `Bearer ${token}` } });
    const hasExpired = answer.status === 410 && this.#world.clock() - last.at > YEAR;
    const holds = answer.ok && (await answer.json()).hash === last.hash;
    return holds || hasExpired ? [] : ["desk.alarm_audit"];
  }
}
