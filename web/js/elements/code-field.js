/** <code-field id label>: an input for a return code. `take()` gives 24 right digits, or "" and says what is wrong; `.empty`; `say(text)`; `clear()`. */
import { CODE_DIGITS, digitsOf, groupsOf, hintFor } from "../model/code.js";
import { make, put } from "../ui/dom.js";
import { t } from "../ui/strings.js";

export class CodeField extends HTMLElement {
  #input = make("input", { type: "text", inputMode: "numeric", autocomplete: "off", maxLength: 60, dir: "ltr" });
  #hint = make("p", { className: "hint", role: "status" });

  connectedCallback() {
    this.#hint.id = `${this.id}-hint`;
    this.#input.setAttribute("aria-describedby", this.#hint.id);
    this.#input.addEventListener("input", this.#typed);
    this.#input.addEventListener("change", this.#left);
    const label = make("span", {}, this.getAttribute("label") ?? "");
    this.replaceChildren(make("label", {}, label, this.#input), this.#hint);
  }

  disconnectedCallback() {
    this.#input.removeEventListener("change", this.#left);
    this.#input.removeEventListener("input", this.#typed);
  }

  get empty() {
    return this.#input.value.trim() === "";
  }

  take() {
    const wrong = this.#check();
    if (wrong) this.focus();
    return wrong ? "" : digitsOf(this.#input.value);
  }

  clear() {
    this.#input.value = "";
    this.say("");
  }

  /** @override */
  focus() {
    this.#input.focus();
  }

  /** @param {string} text */
  say(text) {
    put(this.#hint, text);
    this.#input.ariaInvalid = String(text !== "");
  }

  /** While digits are still to come nothing is said: a count read aloud at every key is noise. */
  #typed = () => {
    const digits = digitsOf(this.#input.value);
    if (digits.length === CODE_DIGITS) this.#input.value = groupsOf(digits).join(" ");
    if (digits.length >= CODE_DIGITS) this.#check();
    else this.say("");
  };

  #left = () => {
    if (!this.empty) this.#check();
  };

  #check() {
    const digits = digitsOf(this.#input.value);
    const wrong = hintFor(digits);
    this.say(wrong && t(wrong, { n: digits.length }));
    return wrong;
  }
}

customElements.define("code-field", CodeField);
