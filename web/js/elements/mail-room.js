/**
 * <mail-room>: sealed messages at the desk; `show({mail, now})`, `.typed`, `sent()`; tells `mail-take` id, `mail-reply` text,
 * `mail-back` and `mail-close`. What was written stays until it was sent.
 */
import { counterOf } from "../model/lines.js";
import { others, wordsOf } from "../model/mail.js";
import { button, make, put, tell } from "../ui/dom.js";
import { t } from "../ui/strings.js";
import { when } from "../ui/when.js";
/** @import {MailView} from "../session/views.js" */

export class MailRoom extends HTMLElement {
  #drawn = "";
  #opened = "";
  #said = make("p", { className: "band" });
  #list = make("div");
  #letter = make("article", { tabIndex: -1 });
  #text = make("textarea", { rows: 4, autocomplete: "off", dir: "auto" });
  #count = make("p", { className: "hint" });
  #form = make("div");
  #send = button("", () => this.#reply(), "main");
  #back = button("", () => tell(this, "mail-back"));
  #close = button("", () => tell(this, "mail-close"));

  connectedCallback() {
    this.#said.setAttribute("role", "status");
    this.#count.setAttribute("role", "status");
    put(this.#send, t("desk.mail_reply"));
    put(this.#back, t("desk.mail_back"));
    const label = make("label", {}, make("span", {}, t("desk.mail_write")), this.#text);
    this.#form.append(label, make("p", { className: "hint" }, t("desk.mail_write_hint")), this.#count);
    this.#text.addEventListener("input", () => this.#changed());
    this.#said.hidden = true;
    this.replaceChildren(this.#said, this.#letter, this.#list);
    this.#letter.hidden = true;
  }

  get typed() {
    return this.#text.value;
  }

  /** The answer has been taken; nothing of it stays. */
  sent() {
    this.#text.value = "";
    this.#changed();
    this.#list.querySelector("button")?.focus();
  }

  /** @param {{mail: MailView, now: number}} view */
  show({ mail, now }) {
    put(this.#said, mail.said && t(mail.said));
    this.#said.hidden = !mail.said;
    this.#drawLetter(mail);
    const key = JSON.stringify([mail, Math.floor(now / 3_600_000)]);
    if (key === this.#drawn) return;
    this.#drawn = key;
    this.#list.hidden = mail.open !== null;
    this.#list.replaceChildren(...this.#items(mail, now));
  }

  /** @type {(mail: MailView, now: number) => HTMLElement[]} */
  #items(mail, now) {
    if (!mail.isUnlocked) return [make("p", { className: "hint" }, t("desk.mail_locked"))];
    const items = mail.letters.map((letter) => this.#item(letter, now));
    const foreign = others(mail);
    const said = items.length ? [make("ol", {}, ...items)] : [];
    return foreign ? [...said, make("p", { className: "hint" }, t("desk.mail_others", { n: foreign }))] : said;
  }

  /** @type {(letter: MailView["letters"][number], now: number) => HTMLElement} */
  #item(letter, now) {
    const words = wordsOf(letter, now).map(({ key, hours }) => t(key, { n: hours })).join(" · ");
    const act = letter.taker ? make("p", { className: "hint" }, t("desk.mail_taker", { name: letter.taker }))
      : button(t("desk.mail_open"), () => tell(this, "mail-take", letter.id));
    return make("li", {}, make("p", {}, words), make("p", { className: "hint" }, t("desk.mail_by", { when: when(letter.by) })), act);
  }

  /** @param {MailView} mail */
  #drawLetter({ open }) {
    this.#letter.hidden = open === null;
    if ((open?.id ?? "") === this.#opened) return;
    this.#opened = open?.id ?? "";
    if (!open) this.#text.value = "";
    if (!open) return void this.#letter.replaceChildren();
    const text = make("p", { className: "text", dir: "auto" }, open.isReadable ? open.text : t("desk.mail_unreadable"));
    const voucher = open.voucher ? [make("p", { className: "band" }, t("desk.mail_vouched", { name: open.voucher }))] : [];
    const hint = make("p", { className: "hint" }, t(open.mayAnswer ? "desk.mail_one" : "desk.mail_none"));
    put(this.#close, t(open.mayAnswer ? "desk.mail_end" : "desk.mail_done"));
    this.#close.className = open.mayAnswer ? "" : "main";
    const acts = make("p", { className: "row" }, ...(open.mayAnswer ? [this.#send] : []), this.#back, this.#close);
    this.#letter.replaceChildren(make("h3", {}, t("desk.mail_message")),
      make("p", { className: "hint" }, t("desk.mail_by", { when: when(open.by) })), ...voucher, text, hint,
      ...(open.mayAnswer ? [this.#form] : []), acts);
    this.#letter.focus();
  }

  #changed() {
    const counter = counterOf(this.typed);
    put(this.#count, counter ? t(counter.key, { n: counter.n }) : "");
    this.#text.ariaInvalid = String(counter?.key === "talk.over");
  }

  #reply() {
    const text = this.typed.trim();
    if (!text || counterOf(text)?.key === "talk.over") return void this.#text.focus();
    tell(this, "mail-reply", text);
  }
}

customElements.define("mail-room", MailRoom);
