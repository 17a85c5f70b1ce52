/**
 * Forms of a page by name. Each stays the element that it is, however often the page is told anew: what is being
 * written in one outlives every act in another.
 */

/** @template {HTMLElement & {readonly typed: boolean}} E */
export class Edits {
  /** @type {Map<string, E>} */
  #all = new Map();
  #made;

  /** @param {() => E} made */
  constructor(made) {
    this.#made = made;
  }

  /** @type {(name: string) => E} */
  of(name) {
    const edit = this.#all.get(name) ?? this.#made();
    this.#all.set(name, edit);
    return edit;
  }

  /** Is anything written that is not kept? */
  get typed() {
    return [...this.#all.values()].some(({ typed }) => typed);
  }

  /** The others go, unless something is written in them. @param {readonly string[]} names */
  only(names) {
    for (const [name, edit] of this.#all) {
      if (names.includes(name) || edit.typed) continue;
      edit.remove();
      this.#all.delete(name);
    }
  }
}

/** In this order; what stands in its place is not moved, and keeps the focus. @type {(parent: Element, elements: readonly Element[]) => void} */
export function arrange(parent, elements) {
  for (const [at, element] of elements.entries()) {
    const stands = parent.children[at] ?? null;
    if (stands !== element) parent.insertBefore(element, stands);
  }
}
