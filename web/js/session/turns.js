/**
 * What is done beside the socket, one act after another: no line of talk waits for a request of this. Whoever forgets in the middle of an
 * act finds that it leaves nothing behind.
 */
export class Turns {
  #failed;
  #wipe;
  /** @type {Promise<unknown>} */
  #tail = Promise.resolve();
  /** Goes up when all is forgotten. */
  #life = 0;

  /** @param {(error: unknown) => void} failed @param {() => void} wipe  what is to be gone */
  constructor(failed, wipe) {
    this.#failed = failed;
    this.#wipe = wipe;
  }

  /** @template T @param {() => Promise<T>} act @returns {Promise<T>} */
  take(act) {
    const life = this.#life;
    const done = this.#tail.then(act).finally(() => life === this.#life || this.#wipe());
    this.#tail = done.catch(this.#failed);
    return done;
  }

  forget() {
    this.#life += 1;
    this.#wipe();
  }
}
