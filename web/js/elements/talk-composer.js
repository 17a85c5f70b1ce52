/**
 * <talk-composer>: writing a line. `show({mayWrite, closed})`; tells `talk-write` (detail text) and `talk-typing`.
 * Keeps what was typed until it was handed over; `bring(text)` puts text back; `.typed` is what stands there.
 */
import { counterOf } from "../model/lines.js";
import { button, make, put, tell } from "../ui/dom.js";
import { t } from "../ui/strings.js";

export class TalkComposer extends HTMLElement {
  #text = make("textarea", { rows: 1, autocomplete: "off", dir: "auto" });
  #send = button("", () => this.#write(), "main");
  #say = make("p", { className: "hint" });
  #may = true;
  #closed = false;

  connectedCallback() {
    put(this.#send, t("talk.send"));
    this.#say.setAttribute("role", "status");
    const label = make("label", {}, make("span", { className: "unseen" }, t("talk.write")), this.#text);
    this.#text.placeholder = t("talk.write");
    this.#text.addEventListener("input", () => this.#changed());
    this.#text.addEventListener("keydown", (press) => this.#key(press));
    for (const name of /** @type {const} */ (["paste", "drop"])) {
      this.#text.addEventListener(name, (event) => this.#picture(event));
    }
    this.replaceChildren(make("div", { className: "row" }, label, this.#send), this.#say);
  }

  get typed() {
    return this.#text.value;
  }

  /** @param {{mayWrite: boolean, closed: boolean}} view */
  show({ mayWrite, closed }) {
    const changed = closed !== this.#closed || mayWrite !== this.#may;
    this.#may = mayWrite;
    this.#closed = closed;
    this.#text.readOnly = closed;
    this.#send.hidden = closed;
    this.#send.ariaDisabled = String(!mayWrite);
    this.hidden = closed && !this.typed;
    if (changed) put(this.#say, closed ? t("talk.unsent") : "");
  }

  /** @param {string} text */
  bring(text) {
    this.#text.value = [text, this.typed].filter(Boolean).join("\n\n");
    this.#changed();
  }

  /** @override */
  focus() {
    this.#text.focus();
  }

  #changed() {
    const counter = counterOf(this.typed);
    put(this.#say, counter ? t(counter.key, { n: counter.n }) : "");
    this.#text.ariaInvalid = String(counter?.key === "talk.over");
    tell(this, "talk-typing");
  }

  /** Return sends where there is a keyboard with a Shift key beside it; on a phone it makes a new line. @param {KeyboardEvent} press */
  #key(press) {
    if (press.key !== "Enter" || press.shiftKey || press.isComposing) return;
    if (!press.ctrlKey && !matchMedia("(pointer: fine)").matches) return;
    press.preventDefault();
    this.#write();
  }

  /** @param {ClipboardEvent | DragEvent} event */
  #picture(event) {
    const carried = "clipboardData" in event ? event.clipboardData : event.dataTransfer;
    if (!carried?.files.length) return;
    event.preventDefault();
    put(this.#say, t("talk.no_pictures"));
  }

  #write() {
    const text = this.typed.trim();
    this.#text.focus();
    if (!text || counterOf(this.typed)?.key === "talk.over") return;
    if (!this.#may) {
      put(this.#say, t("talk.not_now"));
      return;
    }
    this.#text.value = "";
    this.#changed();
    tell(this, "talk-write", text);
  }
}

customElements.define("talk-composer", TalkComposer);
