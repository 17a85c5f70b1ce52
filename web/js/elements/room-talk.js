/**
 * <room-talk>: one conversation of the desk, with its own log and its own place to write; `show(room)`.
 * Who is in the room stands first. Once it has ended nothing that was said is left: only that it ended, and "ready".
 * Tells `room-resend`, `room-end`, `room-ready`, beside what its parts tell; `insert(text)` puts a phrase at the cursor.
 */
import { lackOf, mayResend } from "../model/desk.js";
import { guideOf } from "../model/guide.js";
import { isCounted } from "../model/tally.js";
import { endWords, endedWords, identityWords, overWords, roomBand } from "../ui/desk-words.js";
import { button, keyed, make, put, tell } from "../ui/dom.js";
import { clock, t } from "../ui/strings.js";
import { AcuteLog } from "./acute-log.js";
import { TalkAsked } from "./talk-asked.js";
import { TallyForm } from "./tally-form.js";
import { TalkClosing } from "./talk-closing.js";
import { TalkComposer } from "./talk-composer.js";
import { TalkLog } from "./talk-log.js";
import { WhoIsHere } from "./who-is-here.js";
/** @import {AcuteRoom, Room} from "../session/views.js" */

export class RoomTalk extends HTMLElement {
  #name = make("h2", { className: "unseen", tabIndex: -1 });
  #who = new WhoIsHere();
  #identity = make("p", { className: "identity" });
  #danger = make("p", { className: "danger", hidden: true });
  #band = make("p", { className: "band", hidden: true, role: "status" });
  #acute = new AcuteLog();
  #guide = make("p", { className: "hint guide", role: "status", hidden: true });
  #log = new TalkLog();
  #asked = new TalkAsked();
  #closing = new TalkClosing();
  #resend = make("div", { className: "card resend", hidden: true });
  #resendText = make("p");
  #composer = new TalkComposer();
  #end = make("p", { className: "tools" });
  #endWords = make("span");
  #over = make("section", { className: "card wrap-up", hidden: true });
  #overName = make("h2", { tabIndex: -1 });
  #overWhy = make("p", { className: "lead" });
  #overUntil = make("p");
  #tally = new TallyForm();
  #ready = keyed(t("desk.ready"), "R", () => tell(this, "room-ready"), "main");

  connectedCallback() {
    this.#asked.className = "card";
    put(this.#danger, t("desk.danger_room"));
    this.#resend.replaceChildren(this.#resendText, button(t("desk.resend"), () => tell(this, "room-resend")));
    const end = keyed("", "E", () => tell(this, "room-end"));
    end.prepend(this.#endWords);
    this.#end.replaceChildren(end);
    this.#over.replaceChildren(this.#overName, this.#overWhy, this.#overUntil, this.#tally, this.#ready);
    this.replaceChildren(this.#name, this.#who, this.#identity, this.#danger, this.#band, this.#acute, this.#log, this.#guide, this.#asked,
      this.#closing, this.#resend, this.#composer, this.#end, this.#over);
  }

  /** @param {{room: Room, until: number | null, acute: AcuteRoom | undefined}} view */
  show({ room, until, acute }) {
    const isOver = room.state === "ended";
    this.dataset.room = room.id;
    this.dataset.identity = room.identity;
    this.toggleAttribute("data-practice", room.practice);
    this.toggleAttribute("data-aside", room.staffOnly);
    put(this.#endWords, endWords(room));
    this.#acute.show({ acute });
    this.#ready.hidden = lackOf(acute) !== "";
    this.#who.show({ people: isOver ? [] : room.people });
    put(this.#name, this.#who.querySelector(".people")?.textContent || t("talk.log"));
    put(this.#identity, identityWords(room));
    put(this.#band, isOver ? "" : roomBand(room));
    this.#band.hidden = !this.#band.textContent;
    const guide = guideOf(room, Math.floor(Date.now() / 60_000));
    put(this.#guide, guide && t(guide));
    this.#guide.hidden = !guide;
    this.#log.show({ lines: isOver ? [] : room.lines, writing: isOver ? [] : room.writing });
    this.#asked.show({ joining: null, held: isOver ? [] : room.held });
    this.#closing.show({ closing: room.closing, isStaff: true });
    if (isOver) this.#forget();
    this.#composer.show({ mayWrite: room.mayWrite, closed: isOver });
    this.#resend.hidden = !mayResend(room);
    put(this.#resendText, t(room.identity === "code" ? "desk.resend_code" : "desk.resend_text"));
    this.#danger.hidden = isOver || !room.danger;
    for (const part of [this.#who, this.#identity, this.#log, this.#end]) part.hidden = isOver;
    this.#showOver(room, until);
  }

  /** @type {(room: Room, until: number | null) => void} */
  #showOver(room, until) {
    const isNew = this.#over.hidden && room.state === "ended";
    const isAside = room.practice || room.staffOnly || room.why === "refused";
    this.#over.hidden = room.state !== "ended";
    this.#tally.hidden = !isCounted(room);
    if (isNew && !this.#tally.hidden) this.#tally.show(room);
    put(this.#overName, overWords(room));
    put(this.#overWhy, endedWords(room));
    put(this.#overUntil, isAside ? "" : until === null ? t("desk.over_free") : t("desk.over_until", { time: clock(until) }));
    if (isNew && this.contains(document.activeElement)) this.#overName.focus();
  }

  /** What stood in the place to write is part of the conversation, too. */
  #forget() {
    for (const part of [this.#composer, this.#closing]) {
      const text = part.querySelector("textarea");
      if (text) text.value = "";
    }
  }

  /** A form of this conversation waits for an answer. */
  get asks() {
    return !this.#over.hidden && this.#tally.isOpen;
  }

  mayLeave() {
    return this.#tally.mayLeave();
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
