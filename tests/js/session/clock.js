/** Time that only moves when a test moves it, and chance that repeats itself. */

export class VirtualTime {
  now;
  #due = [];
  #next = 1;

  constructor(now = 1_800_000_000_000) {
    this.now = now;
    this.timers = {
      set: (act, ms) => {
        const timer = { id: this.#next, at: this.now + ms, act };
        this.#next += 1;
        this.#due.push(timer);
        return timer;
      },
      clear: (timer) => {
        this.#due = this.#due.filter((candidate) => candidate !== timer);
      },
    };
    this.clock = () => this.now;
  }

  /** Moves to the next timer, or by `most`. False when `until` is reached. */
  step(until) {
    const [timer] = this.#due.sort((a, b) => a.at - b.at || a.id - b.id);
    if (!timer || timer.at > until) {
      this.now = until;
      return false;
    }
    this.#due.shift();
    this.now = Math.max(this.now, timer.at);
    timer.act();
    return true;
  }
}

/** A small generator (mulberry32) for which test goes wrong how. */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
