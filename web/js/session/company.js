/**
 * Who is on the way into one room: asked in, announced, allowed (protocol.md 7.5 rules 8-12,
 * section 16 rule 16). A supervisor comes in without a click, the visitor's own return and a
 * member's too; of anyone else the visitor is asked, and a minute without a yes is a no.
 */

/** @typedef {{join: Join, why: string, epoch: number, isAllowed: boolean, until: number}} Entering
 *   epoch: in which it was announced last */

export const MAY_PATIENCE = 60_000;
const FREELY = ["code", "again", "supervisor"];

export class Company {
  /** Whom we asked in, and for what. @type {Map<number, string>} */
  #invited = new Map();
  /** @type {Entering[]} */
  #entering = [];
  /** Those whom the commit under way lets in. @type {Entering[]} */
  #committing = [];
  #clock;
  /** Whom the visitor did not want, or did not answer about, last. @type {number | null} */
  refused = null;

  /** @param {() => number} clock */
  constructor(clock) {
    this.#clock = clock;
  }

  /** @type {(idx: number, why: string) => void} */
  invite(idx, why) {
    this.#invited.set(idx, why);
    if (this.refused === idx) this.refused = null;
  }

  /** Someone asks to come in. @param {Join} join */
  ask(join) {
    const why = this.#whyOf(join);
    this.#entering = this.#entering.filter((other) => other.join.idx !== join.idx);
    this.#entering.push({ join, why, epoch: -1, isAllowed: FREELY.includes(why),
      until: this.#clock() + MAY_PATIENCE });
  }

  /** @type {(join: Join) => string} */
  #whyOf({ idx, slot, role }) {
    if (idx === null) return "code";
    if (slot !== null) return "again";
    if (this.#invited.get(idx) === "hand_over") return "hand_over";
    return role === 2 ? "supervisor" : role === 3 ? "interpreter" : "colleague";
  }

  /** The visitor's answer. @type {(idx: unknown, ok: boolean) => void} */
  answer(idx, ok) {
    for (const entering of this.#entering.filter(({ join }) => join.idx === idx)) {
      if (ok) entering.isAllowed = true;
      else this.#turnAway(entering);
    }
  }

  /** A supervisor comes in all the same, but takes nothing over. @param {Entering} entering */
  #turnAway(entering) {
    const { join } = entering;
    this.refused = join.idx;
    this.#invited.delete(join.idx ?? -1);
    if (join.role === 2) Object.assign(entering, { why: "supervisor", epoch: -1, isAllowed: true });
    else this.#entering = this.#entering.filter((other) => other !== entering);
  }

  /** Turns away whom nobody answered about; true when there was one. */
  tidy() {
    const late = this.#entering.filter(({ isAllowed, until }) => !isAllowed && this.#clock() >= until);
    late.forEach((entering) => this.#turnAway(entering));
    return late.length > 0;
  }

  /** Whose announcement is due in this epoch. @type {(epoch: number) => Entering | undefined} */
  unannounced(epoch) {
    return this.#entering.find((entering) => entering.epoch !== epoch);
  }

  /** Whom the visitor is being asked about. */
  get asked() {
    return this.#entering.find(({ isAllowed }) => !isAllowed)?.join.idx ?? null;
  }

  /** Those who may come in with the next commit. */
  get allowed() {
    return this.#entering.filter(({ isAllowed }) => isAllowed);
  }

  /** They are in the commit that is under way. @param {Entering[]} entering */
  commit(entering) {
    this.#committing = entering;
  }

  /** The commit was taken; who takes over, if one of them does. @returns {number | null} */
  taken() {
    const inside = this.#committing;
    this.#committing = [];
    this.#entering = this.#entering.filter((entering) => !inside.includes(entering));
    return inside.find(({ why }) => why === "hand_over")?.join.idx ?? null;
  }
}
