/**
 * <booking-door>: times for talks, and the talks of a code. `show(view)`; tells `book-pick` slot, `book-code`,
 * `book-confirm` groups, `book-own` digits, `book-yes`, `book-mine`, `book-enter` id, `book-move` id, `book-cancel` id, `book-file` id,
 * `book-accept` id, `book-back`, `book-again`, `book-wait`, `book-no-wait`, `book-more`, `book-chat`, `book-letters` and `book-leave`.
 */
import { FORMS, LOOKING, SPOKEN, byDay, fitting, isTold, shown } from "../model/booking.js";
import { button, make, put, tell } from "../ui/dom.js";
import { clock, t } from "../ui/strings.js";
import { when } from "../ui/when.js";
import { dayName, elsewhere, languageName, sentenceOf, talkCard, wishCard } from "./booked-talk.js";
import { CodeField } from "./code-field.js";
import { ReturnCode } from "./return-code.js";
/** @import {Form, Slot, Wanted} from "../model/booking.js" */
/** @import {BookView} from "../visitor-book.js" */

const DAYS_AT_FIRST = 4;

/** All that a part is drawn from. What else is told draws nothing, and takes no button from under a hand. @type {Record<BookView["part"], (view: BookView) => unknown[]>} */
const DRAWN_FROM = {
  times: ({ slots, hasCode, moves }) => [slots, hasCode, moves !== ""],
  confirm: ({ slot, hasCode, isBusy, waits }) => [slot, hasCode, isBusy, waits],
  talks: ({ talks, wish, isOpen, hasLetters, isInTalk, now }) => [talks, talks?.map((talk) => sentenceOf(talk, now)), wish, isOpen, hasLetters, isInTalk],
  enter: ({ talks, enters }) => [talks?.find(({ id }) => id === enters)],
};

export class BookingDoor extends HTMLElement {
  #drawn = "";
  #part = "";
  #days = DAYS_AT_FIRST;
  /** @type {readonly Slot[] | null} */
  #slots = null;
  #title = make("h1", { tabIndex: -1 });
  #lead = make("p", { className: "lead" });
  #said = make("p", { className: "band" });
  #body = make("div");
  #list = make("div");
  #form = make("select", { autocomplete: "off" });
  #language = make("select", { autocomplete: "off" });
  #code = new ReturnCode();
  #own = new CodeField();
  #ownCode = make("details", {});
  #haveCode = make("details", {});
  #wanted = make("div", { className: "wanted" });
  /** Languages that are spoken at the times which were told. */
  #spoken = "";

  connectedCallback() {
    for (const line of [this.#said]) line.setAttribute("role", "status");
    this.#code.dataset.days = document.getElementById("main")?.dataset.codeDays ?? "";
    this.#own.id = "book-code";
    this.#own.setAttribute("label", t("page.code_label"));
    this.#ownCode.append(make("summary", {}, t("talks.own_code")), this.#row(button(t("talks.own_code_go"), () => this.#typed())));
    this.#haveCode.append(make("summary", {}, t("talks.have_code")), this.#row(button(t("talks.see"), () => this.#typed(), "main")));
    this.#form.append(make("option", { value: "" }, t("talks.form_any")), ...FORMS.map((form) => make("option", { value: form }, t(`talks.form_${form}`))));
    this.#wanted.append(make("label", {}, make("span", {}, t("talks.form")), this.#form), make("label", {}, make("span", {}, t("talks.language")), this.#language));
    this.#code.addEventListener("code-make", (event) => this.#mine(event, "book-code"));
    this.#code.addEventListener("code-confirm", (event) => this.#mine(event, "book-confirm"));
    for (const select of [this.#form, this.#language]) select.addEventListener("change", () => this.#drawDays());
    this.replaceChildren(this.#title, this.#lead, this.#said, this.#body);
    this.#said.hidden = true;
  }

  /** The page has another code, of its conversation. @type {(event: Event, name: string) => void} */
  #mine(event, name) {
    event.stopPropagation();
    tell(this, name, /** @type {CustomEvent} */ (event).detail);
  }

  #typed() {
    const digits = this.#own.take();
    if (digits) tell(this, "book-own", digits);
  }

  /** What is wanted, as it is chosen. @returns {Wanted} */
  get wanted() {
    const [language, helped] = this.#language.value.split(" ");
    return { form: /** @type {Form | ""} */ (this.#form.value), language: language || document.documentElement.lang, interpreter: helped !== undefined };
  }

  wrongCode() {
    this.#code.wrong();
  }

  /** @param {string} text */
  wrongOwn(text) {
    const part = this.#own.closest("details");
    if (!part?.isConnected) return;
    part.open = true;
    this.#own.say(text);
    this.#own.focus();
  }

  /** @param {BookView} view */
  show(view) {
    const said = view.said && t(view.said);
    const isNews = said !== "" && said !== this.#said.textContent;
    put(this.#said, said);
    this.#said.hidden = !said;
    this.#said.toggleAttribute("data-calm", !/\.(failed|not)_/.test(view.said));
    this.#ownCode.hidden = view.code !== null;
    this.#draw(view);
    this.#code.show(view.code);
    if (isNews) this.#said.scrollIntoView({ block: "nearest" });
  }

  /** A minute that changes nothing draws nothing, and takes the focus from nobody. @param {BookView} view */
  #draw(view) {
    const key = JSON.stringify([view.part, isTold(view) ? "" : view.said, ...DRAWN_FROM[view.part](view)]);
    if (key === this.#drawn) return;
    this.#drawn = key;
    const isNew = this.#part !== view.part;
    const held = document.activeElement;
    if (isNew) this.#days = DAYS_AT_FIRST;
    this.#part = view.part;
    put(this.#title, t(view.moves && view.part === "times" ? "talks.move_name" : `talks.${view.part}`));
    put(this.#lead, view.part === "enter" || !isTold(view) ? "" : t(`talks.${view.part}_lead`));
    const draw = { times: () => this.#times(view, isNew), confirm: () => this.#confirm(view), talks: () => this.#talks(view), enter: () => this.#enter(view) };
    draw[view.part]();
    if (isNew) this.#title.focus();
    else if (held && !held.isConnected) this.#title.focus({ preventScroll: true });
  }

  // Times --------------------------------------------------------------------------------------------

  /** What was written or opened while the times were looked for stays. @type {(view: BookView, isNew: boolean) => void} */
  #times({ slots, hasCode, said }, isNew) {
    this.#slots = slots;
    this.#wanted.hidden = !slots;
    if (slots) {
      this.#options(slots);
      this.#drawDays();
    } else this.#list.replaceChildren(...this.#again(said));
    if (!isNew && this.#haveCode.isConnected !== hasCode) return;
    this.#body.replaceChildren(this.#wanted, this.#list, ...(hasCode ? [] : [this.#withField(this.#haveCode)]),
      this.#row(...(hasCode ? [button(t("talks.back_mine"), () => tell(this, "book-mine"))] : []), button(t("talks.leave"), () => tell(this, "book-leave"))));
  }

  /** What is chosen stays chosen. @param {readonly Slot[]} slots */
  #options(slots) {
    const chosen = this.wanted.language;
    const spoken = [...new Set([document.documentElement.lang, ...slots.flatMap(({ languages }) => languages)])];
    if (this.#spoken === spoken.join()) return;
    this.#spoken = spoken.join();
    const option = (/** @type {string} */ code, helped = "") => make("option", { value: code + helped, selected: code === chosen }, languageName(code));
    this.#language.replaceChildren(...spoken.map((code) => option(code)),
      make("optgroup", { label: t("talks.interpreter") }, ...SPOKEN.filter((code) => !spoken.includes(code)).map((code) => option(code, " helped"))));
  }

  /** There is one field for a code, and what is typed in it goes along. @param {HTMLDetailsElement} part */
  #withField(part) {
    part.firstElementChild?.after(this.#own);
    return part;
  }

  /** What was looked for did not come. @type {(said: string) => HTMLElement[]} */
  #again(said) {
    const look = () => {
      this.#title.focus();
      tell(this, "book-again");
    };
    return said === LOOKING ? [] : [this.#row(button(t("visitor.again"), look, "main"))];
  }

  #drawDays() {
    const slots = this.#slots ?? [];
    const days = byDay(fitting(slots, this.wanted), dayName);
    const more = days.length > this.#days ? [this.#row(button(t("talks.more_days"), () => this.#further()))] : [];
    const none = make("p", { className: "hint" }, t(slots.length ? "talks.none_fit" : "talks.none"));
    this.#list.replaceChildren(...elsewhere(days[0]?.slots[0]), ...(days.length ? days.slice(0, this.#days).map(({ day, slots: found }) => this.#day(day, found)) : [none]), ...more,
      make("section", { className: "card" }, make("h2", {}, t("talks.wait")), make("p", {}, t("talks.wait_text")),
        this.#row(button(t("talks.wait_go"), () => tell(this, "book-wait")))));
  }

  #further() {
    this.#days += 7;
    const at = this.#list.querySelectorAll("section h2").length;
    this.#drawDays();
    /** @type {HTMLElement | undefined} */ (this.#list.querySelectorAll("section")[at - 1]?.querySelector("button") ?? undefined)?.focus();
  }

  /** @type {(day: string, slots: readonly Slot[]) => HTMLElement} */
  #day(day, slots) {
    return make("section", {}, make("h2", {}, day), make("ul", { className: "times" }, ...slots.map((slot) =>
      make("li", {}, button(`${clock(slot.start)} ${t(`talks.form_${slot.form}`)}`, () => tell(this, "book-pick", slot))))));
  }

  // Confirm ------------------------------------------------------------------------------------------

  /** @param {BookView} view */
  #confirm({ slot, hasCode, isBusy, waits }) {
    const what = slot ? make("p", { className: "chosen" }, `${when(slot.start)}, ${t("talks.minutes", { n: slot.length })}, ${t(`talks.form_${slot.form}`)}`)
      : make("p", { className: "chosen" }, t("talks.wait_chosen"));
    const hint = slot ? [make("p", {}, t(`talks.how_${slot.form}`))] : [];
    const needs = make("section", {}, make("h2", {}, t("talks.code")), make("p", {}, t("talks.code_why")), this.#code, this.#withField(this.#ownCode));
    const yes = button(t(waits ? "talks.wait_yes" : "talks.yes"), () => tell(this, "book-yes"), "main");
    yes.disabled = isBusy || !hasCode;
    this.#body.replaceChildren(what, ...elsewhere(slot), ...hint, ...(hasCode ? [] : [needs]), make("p", { className: "hint" }, t("talks.stored")),
      this.#row(yes, button(t("talks.other"), () => tell(this, "book-more"))));
  }

  // Talks --------------------------------------------------------------------------------------------

  /** @param {BookView} view */
  #talks({ talks, wish, isOpen, hasLetters, isInTalk, now, said }) {
    const leave = button(t("talks.leave"), () => tell(this, "book-leave"));
    if (!talks) return this.#body.replaceChildren(...this.#again(said), this.#row(leave));
    const found = shown(talks, now);
    const more = button(t(found.length ? "talks.another" : "talks.choose"), () => tell(this, "book-more"), found.length ? "" : "main");
    const letters = hasLetters ? [button(t("talks.letters"), () => tell(this, "book-letters"))] : [];
    const chat = isOpen ? [button(t("talks.chat"), () => tell(this, "book-chat"))] : [];
    return this.#body.replaceChildren(...found.map((talk) => talkCard(talk, now, !isInTalk)), ...(wish ? [wishCard(wish)] : []),
      ...(found.length || wish ? [] : [make("p", {}, t("talks.nothing"))]), this.#row(more, ...letters, ...chat, leave));
  }

  // The door -----------------------------------------------------------------------------------------

  /** @param {BookView} view */
  #enter({ talks, enters }) {
    const talk = talks?.find(({ id }) => id === enters);
    this.#body.replaceChildren(make("p", { className: "lead" }, t("talks.knocks", { name: talk?.name ?? "", time: clock(talk?.start ?? 0) })),
      make("p", {}, t("talks.knocks_text")), this.#row(button(t("talks.knocks_back"), () => tell(this, "book-back"))));
  }

  /** @param {...HTMLElement} buttons */
  #row(...buttons) {
    return make("p", { className: "row" }, ...buttons);
  }
}

customElements.define("booking-door", BookingDoor);
