/**
 * Has nobody written in a talk for five minutes? The server cannot tell lines from covers and receipts, so the client of
 * whoever renews keys watches, asks the visitor, and says so (docs/protocol.md 7.5).
 */
export const ASK_AFTER = 5 * 60_000;

export class Quiet {
  /** The visitor was asked, and nobody has written since. */
  isAsked = false;
  #timers;
  #ask;
  /** @type {unknown} */
  #timer = null;

  /** @param {import("./views.js").World["timers"]} timers @param {() => unknown} ask */
  constructor(timers, ask) {
    this.#timers = timers;
    this.#ask = ask;
  }

  /** Somebody wrote, came or went: the time begins anew. True if the visitor had been asked. */
  begin() {
    const wasAsked = this.isAsked;
    this.stop();
    this.#timer = this.#timers.set(this.#ask, ASK_AFTER);
    return wasAsked;
  }

  stop() {
    this.isAsked = false;
    this.#timers.clear(this.#timer);
  }
}
