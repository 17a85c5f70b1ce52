/**
 * What is written on a page and not kept yet, by name. What is being saved counts until the answer is there: a session that
 * ends meanwhile takes nothing along. One save at a time, in the order in which they were asked for.
 */

/** @template {string} What */
export class Unsaved {
  /** @type {Set<What>} */
  #changed = new Set();
  /** @type {Set<{what: What}>} */
  #saving = new Set();
  /** @type {Promise<unknown>} */
  #turn = Promise.resolve();

  /** @type {(what: What, isSo?: boolean) => void} */
  changed(what, isSo = true) {
    if (isSo) this.#changed.add(what);
    else this.#changed.delete(what);
  }

  /** Changed since it was last saved. @param {What} what */
  has(what) {
    return this.#changed.has(what);
  }

  /** Changed, or on its way. @param {What} what */
  holds(what) {
    return this.has(what) || [...this.#saving].some((each) => each.what === what);
  }

  get isAny() {
    return this.#changed.size + this.#saving.size > 0;
  }

  /** When all that was to be saved has its answer. */
  async settled() {
    await this.#turn;
  }

  /** Where that fails it is still unsaved. @type {(what: What, act: () => Promise<unknown>) => Promise<void>} */
  saved(what, act) {
    const mark = { what };
    this.#changed.delete(what);
    this.#saving.add(mark);
    const turn = this.#turn.then(act).then(() => undefined, (error) => {
      if (this.#saving.has(mark)) this.#changed.add(what);
      throw error;
    }).finally(() => this.#saving.delete(mark));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  clear() {
    this.#changed.clear();
    this.#saving.clear();
  }
}
