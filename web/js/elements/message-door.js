/**
 * <message-door>: a sealed message is written here, and replies are read. `show(view)`, `bring(text)`, `.typed`; tells `door-send` {text},
 * `door-code`, `door-confirm` groups, `door-erase` id, `door-again`, `door-chat` and `door-leave`. What was typed stays until it was kept.
 */
import { counterOf } from "../model/lines.js";
import { button, make, put, tell } from "../ui/dom.js";
import { printAlone } from "../ui/printed.js";
import { clock, t } from "../ui/strings.js";
import { when } from "../ui/when.js";
import { readCopy } from "../model/plan-copy.js";
import { PlanCopy } from "./plan-copy.js";
import { ReturnCode } from "./return-code.js";
/** @import {DoorView} from "../box.js" */

/** @typedef {DoorView["replies"][number]} Reply */

export class MessageDoor extends HTMLElement {
  #drawn = "";
  #title = make("h1", { tabIndex: -1 });
  #lead = make("p", { className: "lead" });
  #here = make("p", { className: "band" });
  #said = make("p", { className: "band" });
  #body = make("div");
  #text = make("textarea", { rows: 6, autocomplete: "off", dir: "auto" });
  #count = make("p", { className: "hint" });
  #code = new ReturnCode();
  #send = button("", () => this.#sent(), "main");
  #form = make("div");
  #acts = make("p", { className: "row" });

  connectedCallback() {
    for (const line of [this.#here, this.#said, this.#count]) line.setAttribute("role", "status");
    this.#here.append(make("span", {}, t("box.here")), " ", button(t("box.to_talk"), () => tell(this, "door-leave")));
    this.#code.dataset.days = document.getElementById("main")?.dataset.codeDays ?? "";
    const label = make("label", {}, make("span", {}, t("box.label")), this.#text);
    const code = make("section", {}, make("h2", {}, t("box.code")), make("p", {}, t("box.code_why")), this.#code);
    this.#acts.append(this.#send, button(t("box.back"), () => tell(this, "door-leave")));
    this.#form.append(label, this.#count, make("p", { className: "hint" }, t("box.sealed")), code);
    this.#text.addEventListener("input", () => this.#changed());
    this.#code.addEventListener("code-make", (event) => this.#own(event, "door-code"));
    this.#code.addEventListener("code-confirm", (event) => this.#own(event, "door-confirm"));
    this.replaceChildren(this.#title, this.#lead, this.#here, this.#form, this.#said, this.#acts, this.#body);
    this.#here.hidden = this.#said.hidden = true;
  }

  /** The page has another code, of its conversation. @type {(event: Event, name: string) => void} */
  #own(event, name) {
    event.stopPropagation();
    tell(this, name, /** @type {CustomEvent} */ (event).detail);
  }

  get typed() {
    return this.#text.value;
  }

  /** @param {string} text */
  bring(text) {
    if (text && !this.typed.includes(text)) this.#text.value = [this.typed, text].filter(Boolean).join("\n\n");
    this.#changed();
  }

  clear() {
    this.#text.value = "";
    this.#changed();
  }

  wrongCode() {
    this.#code.wrong();
  }

  /** @param {DoorView} view */
  show(view) {
    const isNew = this.#drawn !== view.part;
    this.#drawn = view.part;
    put(this.#title, t(`box.${view.part}`));
    put(this.#lead, this.#leadOf(view));
    this.#here.hidden = !view.isLive;
    put(this.#said, view.said && t(view.said));
    this.#said.hidden = !view.said;
    this.#form.hidden = this.#acts.hidden = view.part !== "write";
    this.#code.show(view.code);
    this.#send.disabled = view.isBusy;
    put(this.#send, t(view.isBusy ? "box.sending" : view.asksWithout ? "box.send_without" : "box.send"));
    this.#body.replaceChildren(...(view.part === "sent" ? this.#receipt(view) : view.part === "letters" ? this.#letters(view) : []));
    if (isNew) this.#title.focus();
  }

  /** @type {(view: DoorView) => string} */
  #leadOf({ part, by, replies, hasCode }) {
    if (part === "write") return by ? t("box.write_by", { when: when(by) }) : t("box.write_soon");
    if (part === "sent") return t(hasCode ? "box.sent_by" : "box.sent_none", { when: when(by ?? 0) });
    const answers = replies.filter(({ isPlan }) => !isPlan).length;
    if (answers) return t("box.letters_n", { n: answers });
    if (replies.length) return t("plan.lead");
    return by ? t("box.letters_wait", { when: when(by) }) : t("box.letters_none");
  }

  /** @param {DoorView} view */
  #receipt({ hasCode }) {
    const lines = hasCode ? ["box.sent_code", "box.sent_days"] : ["box.sent_call", "box.sent_days"];
    const list = make("ul", {}, ...lines.map((key) => make("li", {}, t(key, { days: this.#days }))));
    return [list, make("p", { className: "row" }, button(t("box.done"), () => tell(this, "door-leave"), "main"))];
  }

  /** @param {DoorView} view */
  #letters({ replies, isOpen }) {
    const chat = isOpen ? [button(t("box.chat"), () => tell(this, "door-chat"))] : [];
    const written = replies.filter(({ isReadable, isPlan }) => isReadable && !isPlan);
    const print = button(t("box.print"), () => printAlone(...written.flatMap(wordsOf)));
    return [...replies.map((reply) => this.#reply(reply)), make("p", { className: "row" },
      button(t("box.again"), () => tell(this, "door-again"), replies.length ? "" : "main"), ...chat,
      ...(written.length ? [print] : []), button(t("box.back"), () => tell(this, "door-leave"))),
    ...(written.length ? [make("p", { className: "hint" }, t("box.print_hint"))] : [])];
  }

  /** @param {Reply} reply */
  #plan({ id, text, name }) {
    const copy = readCopy(text);
    const plan = new PlanCopy();
    if (copy) plan.show(copy);
    const from = make("p", { className: "hint" }, copy ? t("plan.by", { name }) : t("box.unreadable"));
    return make("article", { className: "card" }, plan, from, make("p", { className: "hint" }, t("plan.hint")),
      make("p", { className: "row" }, button(t("plan.erase"), () => tell(this, "door-erase", id))));
  }

  /** @param {Reply} reply */
  #reply(reply) {
    const { id, isReadable, isPlan } = reply;
    if (isPlan) return this.#plan(reply);
    const erase = button(t("box.erase"), () => tell(this, "door-erase", id));
    return make("article", { className: "card" }, ...(isReadable ? wordsOf(reply) : [make("h2", {}, t("box.unreadable"))]),
      make("p", { className: "hint" }, t("box.erase_hint", { days: this.#days })), make("p", { className: "row" }, erase));
  }

  get #days() {
    return document.getElementById("main")?.dataset.messageDays ?? "";
  }

  #changed() {
    const counter = counterOf(this.typed);
    put(this.#count, counter ? t(counter.key, { n: counter.n }) : "");
    this.#text.ariaInvalid = String(counter?.key === "talk.over");
  }

  #sent() {
    const text = this.typed.trim();
    if (!text || counterOf(text)?.key === "talk.over") return void this.#text.focus();
    tell(this, "door-send", { text });
  }
}

/** Whose words, of which day, and the words. @type {(reply: Reply) => HTMLElement[]} */
const wordsOf = ({ text, name, hour }) => [
  make("h2", {}, t("box.written", { name, date: clock(hour * 60, { day: "numeric", month: "long" }) })),
  make("p", { className: "text", dir: "auto" }, text),
];

customElements.define("message-door", MessageDoor);
