/**
 * <wished-for>: whom a visitor with a code waits for, and when they can next be met; `show({wish, isHere, waits})`; tells
 * `take-anyone` and `book-times`. No roster: one name that the visitor knows, one window.
 */
import { button, make, put, tell } from "../ui/dom.js";
import { clock, t } from "../ui/strings.js";
import { span } from "../ui/when.js";
/** @import {Wish} from "../session/views.js" */

/** @type {(wish: Wish, isHere: boolean) => string} */
function wordsOf({ name, meets }, isHere) {
  if (isHere) return t("visitor.wish_here", { name });
  if (meets && meets.start * 60_000 <= Date.now()) return t("visitor.wish_until", { name, time: clock(meets.end) });
  return meets ? t("visitor.wish_window", { name, when: span(meets) }) : t("visitor.wish_unknown", { name });
}

export class WishedFor extends HTMLElement {
  #said = make("p", { role: "status" });
  #anyone = make("p", { className: "row" });

  connectedCallback() {
    this.#anyone.replaceChildren(button(t("visitor.wish_anyone"), () => tell(this, "take-anyone")));
    const book = make("p", { className: "row" }, button(t("page.book_wait"), () => tell(this, "book-times")));
    this.replaceChildren(make("section", { className: "card" }, this.#said, this.#anyone, book));
  }

  /** @param {{wish: Wish | null, isHere: boolean, waits: boolean}} view */
  show({ wish, isHere, waits }) {
    this.hidden = wish === null;
    put(this.#said, wish ? wordsOf(wish, isHere) : "");
    this.#anyone.hidden = !waits;
  }
}

customElements.define("wished-for", WishedFor);
