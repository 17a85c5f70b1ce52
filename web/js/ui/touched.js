/** When somebody last touched this page, and whether that is so long ago that they may have left it. */

export const IDLE = 30 * 60_000;
const SIGNS = ["pointerdown", "keydown", "wheel", "touchstart"];

export class Touched {
  #last = Date.now();

  /** @param {() => boolean} [counts] whether a touch counts just now */
  constructor(counts = () => true) {
    for (const sign of SIGNS) addEventListener(sign, () => counts() && this.begin(), { passive: true, capture: true });
  }

  /** The time begins anew. */
  begin() {
    this.#last = Date.now();
  }

  /** @param {number} [now] */
  isLongAgo(now = Date.now()) {
    return now - this.#last >= IDLE;
  }
}
