/**
 * <inquiry-folder>: one referral or request, read, and what is answered; `show(open)`; tells `inquiry-shut`, and `inquiry-decide`
 * {state, reason, text}. What was begun stays with its inquiry until it was `decided()`, or `forget()`.
 */
import { MOST, REASONS } from "../model/inquiry.js";
import { button, make, put, tell } from "../ui/dom.js";
import { nameWarning } from "../ui/name-warning.js";
import { t } from "../ui/strings.js";
import { InquiryShown } from "./inquiry-shown.js";
/** @import {Open} from "../session/inquiries.js" */

/** @type {(name: string, field: HTMLElement) => HTMLElement} */
const labelled = (name, field) => make("label", {}, make("span", {}, t(name)), field);
/** @type {(codes: readonly string[], words: string) => HTMLElement[]} */
const options = (codes, words) => ["", ...codes].map((value) => make("option", { value }, t(value ? words + value : "inbox.choose")));

export class InquiryFolder extends HTMLElement {
  #record = "";
  #drawn = "";
  #name = make("h2", { tabIndex: -1 });
  #said = make("div");
  #form = make("form", { noValidate: true, autocomplete: "off" });
  #state = make("select", { name: "state", autocomplete: "off" });
  #reason = make("select", { name: "reason", autocomplete: "off" });
  #text = make("textarea", { name: "text", rows: 4, maxLength: MOST.answer, dir: "auto", autocomplete: "off" });
  #names = nameWarning(this.#text);
  #lack = make("p", { className: "band", role: "alert", hidden: true });
  /** What was begun, by record. @type {Map<string, string>} */
  #begun = new Map();

  connectedCallback() {
    put(this.#name, t("inquiry.inbox_one"));
    const shut = make("p", { className: "row" }, button(t("inbox.shut"), () => tell(this, "inquiry-shut")));
    const go = make("button", { type: "submit", className: "main", textContent: t("inquiry.inbox_go") });
    this.#form.replaceChildren(make("h3", {}, t("inquiry.inbox_answer")), labelled("inquiry.inbox_state", this.#state), labelled("inquiry.inbox_reason", this.#reason),
      labelled("inquiry.inbox_text", this.#text), make("p", { className: "hint" }, t("inquiry.inbox_text_hint")), this.#names, this.#lack, make("p", { className: "row" }, go));
    this.#state.addEventListener("change", () => this.#chosen());
    this.#text.addEventListener("input", () => this.#begun.set(this.#record, this.#text.value));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#decide();
    });
    this.replaceChildren(shut, this.#name, this.#said, this.#form);
  }

  /** What somebody wrote in words of their own. */
  get typed() {
    return [...this.#begun.values()].filter((text) => text.trim());
  }

  /** It was answered; nothing of it stays. */
  decided() {
    this.#begun.delete(this.#record);
    this.#again();
  }

  /** Its writer has left. */
  forget() {
    this.#begun.clear();
    this.#again();
  }

  #again() {
    this.#state.replaceChildren(...options(Object.keys(REASONS), "inquiry.do_"));
    this.#text.value = this.#begun.get(this.#record) ?? "";
    this.#names.look();
    this.#chosen();
  }

  #chosen() {
    this.#reason.replaceChildren(...options(REASONS[this.#state.value] ?? [], "inquiry.reason_"));
    this.#lack.hidden = true;
  }

  /** @param {Open | null} open */
  show(open) {
    const key = JSON.stringify(open?.line ?? null);
    if (key === this.#drawn) return;
    this.#drawn = key;
    if (!open) return this.#said.replaceChildren();
    const { line: { record, state, reason }, inquiry } = open;
    const isNew = record !== this.#record;
    this.#record = record;
    const shown = new InquiryShown();
    if (inquiry) shown.show(inquiry);
    this.#said.replaceChildren(inquiry ? shown : make("p", { className: "band" }, t("inbox.unreadable")),
      ...reason ? [make("p", { className: "good" }, `${t(`inquiry.state_${state}`)}: ${t(`inquiry.reason_${reason}`)}`)] : []);
    if (isNew) {
      this.#again();
      this.#name.focus();
    }
    return undefined;
  }

  #decide() {
    const [state, reason, text] = [this.#state.value, this.#reason.value, this.#text.value.trim()];
    const lack = !state ? "inquiry.lack_state" : !reason ? "inquiry.lack_reason" : state === "accepted" && !text ? "inquiry.lack_text" : "";
    put(this.#lack, lack && t(lack));
    this.#lack.hidden = !lack;
    if (!lack) tell(this, "inquiry-decide", { state, reason, text });
  }
}

customElements.define("inquiry-folder", InquiryFolder);
