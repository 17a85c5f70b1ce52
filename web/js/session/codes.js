/** Return codes for what is done beside a talk: made, or derived from typed digits, once the page knows whom it trusts. */
import { Refused } from "../asc1/bytes.js";
import { deriveCode, makeCode } from "../asc1/code.js";
import { Failed, inTime } from "./errand.js";
import { Trust, isClock } from "./world.js";
/** @import {Code} from "./paper.js" */
/** @import {World} from "./views.js" */

export class Codes {
  #world;
  trust;

  /** @param {World} world @param {number} [steps] how far back a writer's certificate may name its roster */
  constructor(world, steps) {
    this.#world = world;
    this.trust = new Trust(world, steps);
  }

  /** A new code. @returns {Promise<Code>} */
  async make() {
    return this.of(makeCode(this.#world.random));
  }

  /** What typed digits lead to. @type {(digits: string) => Promise<Code>} */
  async of(digits) {
    await this.believe();
    return deriveCode(digits, this.trust.service, this.#world.iterations.code);
  }

  /** Throws `Failed` with the reason when nobody here can be trusted. */
  async believe() {
    if (this.trust.chain.length) return;
    try {
      await inTime(this.#world.timers, this.trust.load());
    } catch (error) {
      throw new Failed(isClock(error) ? "clock" : error instanceof Refused ? "untrusted" : "network");
    }
  }

  /** From now on rosters further back are known. @param {number} steps */
  async lookFurther(steps) {
    const trust = new Trust(this.#world, steps);
    await trust.load();
    this.trust = trust;
  }
}
