/**
 * <tally-form>: the coded form after a conversation, a copy of the template `#tally-words`; `show(room)`, null when
 * nothing is known of it. Tells `tally-kept` (detail the form). `mayLeave()` says once that nothing has been saved yet.
 */
import { prefilled } from "../model/tally.js";
import { languageName } from "../ui/desk-words.js";
import { make, put, tell } from "../ui/dom.js";
import { t } from "../ui/strings.js";
/** @import {TallyForm as Form} from "../model/tally.js" */
/** @import {Room} from "../session/views.js" */

export class TallyForm extends HTMLElement {
  #said = make("p", { className: "band", role: "status", tabIndex: -1, hidden: true });
  #isWarned = false;
  #isKept = false;

  /** @type {HTMLFormElement | null} */
  get #form() {
    return this.querySelector("form");
  }

  /** @param {Room | null} room */
  show(room) {
    if (this.#form || this.#isKept) return;
    const words = /** @type {HTMLTemplateElement} */ (document.getElementById("tally-words"));
    this.replaceChildren(words.content.cloneNode(true), this.#said);
    for (const option of this.querySelectorAll("option[lang]")) put(option, languageName(option.getAttribute("lang") ?? ""));
    const form = /** @type {HTMLFormElement} */ (this.querySelector("form"));
    const given = prefilled(room);
    for (const select of form.querySelectorAll("select")) select.value = String(given[/** @type {keyof Form} */ (select.name)] ?? "");
    for (const box of form.querySelectorAll("input")) box.checked = given.outcomes.includes(box.value);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#keep(form);
    });
  }

  /** An empty one again. */
  renew() {
    this.#isKept = this.#isWarned = false;
    this.#say("");
    this.replaceChildren();
    this.show(null);
  }

  /** A form that waits for an answer. */
  get isOpen() {
    return !this.hidden && this.#form !== null;
  }

  /** Whether going on loses nothing, or has been asked about. */
  mayLeave() {
    if (!this.isOpen || this.#isWarned) return true;
    this.#isWarned = true;
    this.#say(t("desk.tally_unsaved"));
    this.#said.focus();
    return false;
  }

  /** @type {(text: string, isCalm?: boolean) => void} */
  #say(text, isCalm = false) {
    this.#said.hidden = !text;
    this.#said.toggleAttribute("data-calm", isCalm);
    put(this.#said, text);
  }

  /** @param {HTMLFormElement} form */
  #keep(form) {
    const data = new FormData(form);
    const outcomes = data.getAll("outcomes").map(String);
    if (!outcomes.length) {
      this.#say(t("desk.tally_need"));
      /** @type {HTMLElement | null} */ (form.querySelector("[type=checkbox]"))?.focus();
      return;
    }
    this.#isKept = true;
    tell(this, "tally-kept", { ...Object.fromEntries(data), gender: data.get("gender") || null, outcomes });
    this.#say(t("desk.tally_kept"), true);
    this.replaceChildren(this.#said);
    this.#said.focus();
  }
}

customElements.define("tally-form", TallyForm);
