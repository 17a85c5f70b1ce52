/**
 * <quick-exit><a href="/bye">: the way out, by click or Shift three times. `forget` is set by the page; `leave()` may be called by it.
 * Where scripts do not run the link alone goes to /bye.
 */
import { shiftThrice } from "../model/visit.js";

export class QuickExit extends HTMLElement {
  /** Forgets keys and lines, at once. @type {() => void} */
  forget = () => {};
  gone = false;
  #pressed = shiftThrice();

  connectedCallback() {
    this.addEventListener("click", this.#clicked);
    addEventListener("keydown", this.#key, true);
    addEventListener("pageshow", this.#shown);
  }

  disconnectedCallback() {
    removeEventListener("keydown", this.#key, true);
    this.removeEventListener("click", this.#clicked);
  }

  /** Everything seen is gone before this returns; leaving waits for nobody, not even for /bye. */
  leave() {
    if (this.gone) return;
    this.gone = true;
    document.documentElement.dataset.gone = "";
    document.body.replaceChildren();
    try {
      this.forget();
    } finally {
      location.replace("/bye");
      setTimeout(this.#away, 400);
    }
  }

  #away = () => location.replace(document.documentElement.dataset.exit || "about:blank");

  /** @param {Event} click */
  #clicked = (click) => {
    click.preventDefault();
    this.leave();
  };

  /** @param {KeyboardEvent} press */
  #key = (press) => {
    if (this.#pressed(press)) this.leave();
  };

  /** A page that was left and is brought back whole shows nothing and goes on. @param {PageTransitionEvent} event */
  #shown = (event) => {
    if (event.persisted && this.gone) this.#away();
  };
}

customElements.define("quick-exit", QuickExit);
