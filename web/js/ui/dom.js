/** Small hands for elements: everything becomes text, never markup. */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Partial<HTMLElementTagNameMap[K]>} [props]
 * @param {...(Node | string)} inside
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, props = {}, ...inside) {
  const element = Object.assign(document.createElement(tag), props);
  element.append(...inside);
  return element;
}

/** @type {(text: string, act: () => void, className?: string) => HTMLButtonElement} */
export const button = (text, act, className = "") =>
  make("button", { type: "button", textContent: text, onclick: act, className });

/** A button whose key stands on it. @type {(text: string, key: string, act: () => void, className?: string) => HTMLButtonElement} */
export function keyed(text, key, act, className) {
  const made = button(text, act, className);
  made.append(" ", make("kbd", { ariaHidden: "true" }, key));
  made.setAttribute("aria-keyshortcuts", key);
  return made;
}

/** Says something new only, so that nothing is read twice. @type {(element: Element, text: string) => void} */
export function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** An event that carries a value up to the page. @type {(from: Element, name: string, detail?: unknown) => void} */
export function tell(from, name, detail) {
  from.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
}

/** What was told, wherever it came from. @type {(name: string, act: (detail: any) => unknown) => void} */
export const on = (name, act) =>
  document.addEventListener(name, (event) => act(/** @type {CustomEvent} */ (event).detail));

/** @type {(id: string) => HTMLElement} */
export const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** The one element of its kind on a page. @template {HTMLElement} E @param {new () => E} kind @returns {E} */
export const the = (kind) =>
  /** @type {E} */ (document.querySelector(/** @type {string} */ (customElements.getName(kind))));
