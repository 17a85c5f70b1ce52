/**
 * <room-talk>: one conversation of the desk, with its own log and its own place to write; `show(room)`.
 * Who is in the room stands first. Once it has ended nothing that was said is left: only that it ended, and "ready".
 * Tells `room-resend`, `room-end`, `room-ready`, beside what its parts tell; `insert(text)` puts a phrase at the cursor.
 */
import { mayResend } from "../model/desk.js";
import { endedWords, identityWords, roomBand } from "../ui/desk-words.js";
import { button, make, put, tell } from "../ui/dom.js";
import { clock, t } from "../ui/strings.js";
import { TalkAsked } from "./talk-asked.js";
import { TalkComposer } from "./talk-composer.js";
import { TalkLog } from "./talk-log.js";
import { WhoIsHere } from "./who-is-here.js";
/** @import {Room} from "../session/views.js" */

/** @type {(text: string, key: string, act: () => void, className?: string) => HTMLButtonElement} */
function keyed(text, key, act, className) {
  const made = button(text, act, className);
  made.append(" ", make("kbd", { ariaHidden: "true" }, key));
  made.setAttribute("aria-keyshortcuts", key);
  return made;
}

export class RoomTalk extends HTMLElement {
  #name = make("h2", { className: "unseen", tabIndex: -1 });
  #who = new WhoIsHere();
  #identity = make("p", { className: "identity" });
  #danger = make("p", { className: "danger", hidden: true });
  #band = make("p", { className: "band", hidden: true, role: "status" });
  #log = new TalkLog();
  #asked = new TalkAsked();
  #resend = make("div", { className: "card resend", hidden: true });
  #resendText = make("p");
  #composer = new TalkComposer();
  #end = make("p", { className: "tools" });
  #over = make("section", { className: "card wrap-up", hidden: true });
  #overName = make("h2", { tabIndex: -1 });
  #overWhy = make("p", { className: "lead" });
  #overUntil = make("p");

  connectedCallback() {
    this.#asked.className = "card";
    put(this.#danger, t("desk.danger_room"));
    this.#resend.replaceChildren(this.#resendText, button(t("desk.resend"), () => tell(this, "room-resend")));
    this.#end.replaceChildren(keyed(t("desk.end"), "E", () => tell(this, "room-end")));
    this.#over.replaceChildren(this.#overName, this.#overWhy, this.#overUntil,
      keyed(t("desk.ready"), "R", () => tell(this, "room-ready"), "main"));
    this.replaceChildren(this.#name, this.#who, this.#identity, this.#danger, this.#band, this.#log, this.#asked,
      this.#resend, this.#composer, this.#end, this.#over);
  }

  /** @param {{room: Room, until: number | null}} view */
  show({ room, until }) {
    const isOver = room.state === "ended";
    this.dataset.room = room.id;
    this.dataset.identity = room.identity;
    this.toggleAttribute("data-practice", room.practice);
    this.#who.show({ people: isOver ? [] : room.people });
    put(this.#name, this.#who.querySelector(".people")?.textContent || t("talk.log"));
    put(this.#identity, identityWords(room));
    put(this.#band, isOver ? "" : roomBand(room));
    this.#band.hidden = !this.#band.textContent;
    this.#log.show({ lines: isOver ? [] : room.lines, writing: room.writing && !isOver ? [""] : [] });
    this.#asked.show({ joining: null, held: isOver ? [] : room.held });
    if (isOver) this.#forget();
    this.#composer.show({ mayWrite: room.mayWrite, closed: isOver });
    this.#resend.hidden = !mayResend(room);
    put(this.#resendText, t(room.identity === "code" ? "desk.resend_code" : "desk.resend_text"));
    this.#danger.hidden = isOver || !room.danger;
    for (const part of [this.#who, this.#identity, this.#log, this.#end]) part.hidden = isOver;
    this.#showOver(room, until);
  }

  /** @type {(room: Room, until: number | null) => void} */
  #showOver({ state, why, practice }, until) {
    const isNew = this.#over.hidden && state === "ended";
    this.#over.hidden = state !== "ended";
    put(this.#overName, t(practice ? "desk.over_practice" : "desk.over"));
    put(this.#overWhy, practice ? t("desk.over_practice_text") : endedWords(why));
    put(this.#overUntil, practice ? "" : until === null ? t("desk.over_free") : t("desk.over_until", { time: clock(until) }));
    if (isNew && this.contains(document.activeElement)) this.#overName.focus();
  }

  /** What stood in the place to write is part of the conversation, too. */
  #forget() {
    const text = this.#composer.querySelector("textarea");
    if (text) text.value = "";
  }

  get typed() {
    return this.#composer.typed;
  }

  /** @param {string} text */
  bring(text) {
    this.#composer.bring(text);
  }

  /** @param {string} text */
  insert(text) {
    const at = this.#composer.querySelector("textarea");
    if (!at || at.readOnly) return;
    const before = at.value.slice(0, at.selectionStart);
    at.setRangeText(before && !/\s$/.test(before) ? ` ${text}` : text, at.selectionStart, at.selectionEnd, "end");
    at.dispatchEvent(new Event("input"));
    at.focus();
  }

  write() {
    this.querySelector("textarea")?.focus();
  }

  arrive() {
    (this.#over.hidden ? this.#name : this.#overName).focus();
  }
}

customElements.define("room-talk", RoomTalk);
