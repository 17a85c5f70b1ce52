/**
 * Whom this page trusts: trust.json, the newest roster and its chain (protocol.md section 5).
 * The newest seq seen is never given up; an unknown roster is looked up once, then refused.
 */
import { Refused, unhex } from "../asc1/bytes.js";
import { KINDS, checkCertificate, readRoster, readTrust, walkChain } from "../asc1/trust.js";
/** @import {World} from "./views.js" */

const FOLDER = "/.well-known/asc/";
const CLOCK = ["expired", "issued ahead", "not yet"];

/** Is the date of this device the likely reason? @type {(error: unknown) => boolean} */
export const isClock = (error) => error instanceof Refused && CLOCK.includes(error.reason);

export class Trust {
  #world;
  #steps;
  /** @type {Roots | null} */
  roots = null;
  /** Newest first; the array stays the same one, so that others may hold it. @type {Chain} */
  chain = [];
  newestSeq = 0;

  /** @param {World} world @param {number} [steps] how far back the chain is walked */
  constructor(world, steps = 1) {
    this.#world = world;
    this.#steps = steps;
  }

  get hour() {
    return Math.floor(this.#world.clock() / 3_600_000);
  }

  get service() {
    return this.roots?.service ?? "";
  }

  /** @type {(name: string) => Promise<Bytes | null>} */
  async #file(name) {
    const answer = await this.#world.fetch(FOLDER + name);
    return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
  }

  /** @type {(name: string) => Promise<Bytes>} */
  async #needed(name) {
    const bytes = await this.#file(name);
    if (!bytes) throw new Error("unreachable");
    return bytes;
  }

  /** Fetches and checks everything anew; on failure what was held stays. */
  async load() {
    this.roots ??= await readTrust(await this.#needed("trust.json"));
    const [bytes, signatures] = [await this.#needed("roster.json"),
      await this.#needed("roster.sig")];
    const newest = await readRoster(bytes, signatures,
      { trust: this.roots, nowHour: this.hour, newestSeq: this.newestSeq });
    const chain = await walkChain(newest, (seq) => this.#file(`roster-${seq}.json`),
      { steps: this.#steps });
    this.newestSeq = newest.seq;
    this.chain.splice(0, Infinity, ...chain);
  }

  /**
   * Runs a check; if it met an unknown roster, fetches once and runs it again.
   * @template T
   * @param {() => Promise<T>} check
   * @param {() => unknown} [renewed] told that the chain is newer now
   * @returns {Promise<T>}
   */
  async retried(check, renewed) {
    try {
      return await check();
    } catch (error) {
      if (!(error instanceof Refused && error.reason.endsWith("roster"))) throw error;
      await this.load();
      await renewed?.();
      return check();
    }
  }

  /** A shift certificate in use now. @type {(certificate: string | Bytes) => Promise<Checked>} */
  shift(certificate) {
    const bytes = typeof certificate === "string" ? unhex(certificate) : certificate;
    return this.retried(() => checkCertificate(bytes,
      { kinds: [KINDS.shift], nowHour: this.hour, chain: this.chain }));
  }

  /** @type {(idx: number) => string} */
  name(idx) {
    for (const { members } of this.chain) {
      const found = members.find((member) => member.idx === idx);
      if (found) return found.dutyName;
    }
    return "";
  }
}
