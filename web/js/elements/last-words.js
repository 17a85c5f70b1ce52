/** <last-words>: before the visitor's end: what they take with them, and one optional question. `.take()` is the line it makes, "" for nothing. */
import { make } from "../ui/dom.js";
import { t } from "../ui/strings.js";

const FEELS = [() => t("talk.closing_lighter"), () => t("talk.closing_same"), () => t("talk.closing_heavier")];

export class LastWords extends HTMLElement {
  #text = make("textarea", { rows: 2, maxLength: 1000, autocomplete: "off", dir: "auto" });
  #feels = make("select", { autocomplete: "off" });

  connectedCallback() {
    const options = FEELS.map((words, at) => make("option", { value: String(at) }, words()));
    this.#feels.replaceChildren(make("option", { value: "" }, t("talk.closing_unsaid")), ...options);
    this.replaceChildren(
      make("p", {}, make("label", {}, make("span", {}, t("talk.closing_summary_asked")), this.#text)),
      make("p", {}, make("label", {}, make("span", {}, t("talk.closing_feels")), this.#feels)));
  }

  take() {
    const [text, feels] = [this.#text.value.trim(), this.#feels.value];
    this.#text.value = this.#feels.value = "";
    return [text && t("talk.closing_summary", { text }),
      feels && t("talk.closing_felt", { how: FEELS[Number(feels)]() })].filter(Boolean).join("\n");
  }
}

customElements.define("last-words", LastWords);
