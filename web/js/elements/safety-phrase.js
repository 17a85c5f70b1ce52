/** <safety-phrase>: the five numbers that are the same for everyone in the room; `show({safety})`. */
import { make } from "../ui/dom.js";

export class SafetyPhrase extends HTMLElement {
  /** @param {{safety: readonly number[]}} view */
  show({ safety }) {
    const numbers = safety.map((number) => String(number).padStart(4, "0"));
    if (numbers.join() === [...this.querySelectorAll("li")].map((item) => item.textContent).join()) return;
    this.replaceChildren(make("ol", { className: "code", dir: "ltr" },
      ...numbers.map((number) => make("li", {}, number))));
  }
}

customElements.define("safety-phrase", SafetyPhrase);
