/** One errand of a visitor's page beside its talk: a socket of its own, work first, then what follows from it (protocol.md 7.6). */
import { hex, solve, unhex } from "../asc1/bytes.js";
import { Link } from "./world.js";
/** @import {Message, World} from "./views.js" */

const PATIENCE = 45_000;

/** Why an errand came to nothing; the word after "box.failed_" or "talks.failed_". */
export class Failed extends Error {
  /** @param {string} why */
  constructor(why) {
    super(why);
    this.why = why;
  }
}

/** What is left for others to read. */
const LEFT = ["box", "inquire"];
/** @type {(message: Message) => string} */
const whyOf = ({ of, code }) => {
  if (code === "full" && [...LEFT, "book"].includes(of)) return "full";
  if (of === "book" || of === "unbook") return code === "busy" ? "busy" : "taken";
  return code === "gone" && !LEFT.includes(of) ? "code" : "busy";
};

/** A line that says nothing at all is a dead line, too. @template T @param {World["timers"]} timers @param {Promise<T>} told @returns {Promise<T>} */
export const inTime = (timers, told) => new Promise((done, fail) => {
  const patience = timers.set(() => fail(new Failed("network")), PATIENCE);
  told.then(done, fail).finally(() => timers.clear(patience));
});

export class Errand {
  #world;
  /** @type {((why: string) => void) | null} */
  #stop = null;

  /** @param {World} world */
  constructor(world) {
    this.#world = world;
  }

  /** Ends what is under way. */
  stop() {
    this.#stop?.("stopped");
  }

  /**
   * Work, then what follows from it, again from the start on a new socket; the first value that comes out of `next`.
   * @template T
   * @param {number} purpose
   * @param {(message: Message, bytes: Bytes | null, link: Link) => T | undefined | Promise<T | undefined>} next
   * @returns {Promise<T>}
   */
  run(purpose, next) {
    this.stop();
    const { timers } = this.#world;
    return new Promise((resolve, reject) => {
      const link = new Link(this.#world, "/ws/visitor", {
        open: () => link.send({ t: "want", purpose }),
        message: (message, bytes) => step(message, bytes),
        down: () => {},
        failed: (error) => end(() => reject(error instanceof Failed ? error : new Failed("network"))),
      });
      const end = (/** @type {() => void} */ told) => {
        this.#stop = null;
        timers.clear(patience);
        link.close();
        told();
      };
      const fail = (/** @type {string} */ why) => end(() => reject(new Failed(why)));
      const patience = timers.set(() => fail("network"), PATIENCE);
      const step = async (/** @type {Message} */ message, /** @type {Bytes | null} */ bytes) => {
        if (message.t === "refuse") return fail(whyOf(message));
        if (message.t === "work") {
          const answer = await solve(unhex(message.challenge), { isGivenUp: () => !link.up });
          return link.send({ t: "work", challenge: message.challenge, answer: hex(answer) });
        }
        const value = await next(message, bytes, link);
        return value === undefined ? undefined : end(() => resolve(value));
      };
      this.#stop = fail;
      link.open();
    });
  }
}
