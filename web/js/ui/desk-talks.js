/** The desk's part of booking: own talks with what is agreed about them, and a time that is offered in a conversation. */
import { OwnTalks } from "../elements/own-talks.js";
import { byId, put } from "./dom.js";
import { formWords, freeTimes } from "./free-times.js";
import { closeSheets, openSheet } from "./sheet.js";
import { t } from "./strings.js";
import { when } from "./when.js";
/** @import {Time} from "./free-times.js" */
/** @import {StaffSession} from "../session/staff.js" */
/** @import {Room, World} from "../session/views.js" */

export class DeskTalks {
  #world;
  #session;
  /** Which talk is agreed upon in the sheet. */
  #about = "";

  /** @param {World} world @param {StaffSession} session */
  constructor(world, session) {
    this.#world = world;
    this.#session = session;
    /** @type {(name: string, act: (id: string) => unknown) => void} */
    const on = (name, act) => document.addEventListener(name, (event) => act(/** @type {CustomEvent} */ (event).detail));
    on("talk-agree", (id) => this.#ask(id));
    on("talk-held", (id) => session.talks.stand(id, "done"));
    on("talk-missed", (id) => session.talks.stand(id, "missed"));
    on("talk-off", (id) => {
      this.#about = id;
      openSheet("talk-off");
    });
    byId("talk-off-yes").addEventListener("click", () => {
      closeSheets();
      session.talks.stand(this.#about, "called off");
    });
    byId("agree-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#agree();
    });
  }

  show() {
    const { talks, me } = this.#session.view;
    for (const section of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".own-talks"))) section.hidden = !me || !talks.isHolder;
    for (const link of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".to-times"))) link.hidden = !me?.roles.some((role) => role === 2 || role === 4);
    const now = Math.floor(Date.now() / 60_000);
    for (const each of /** @type {NodeListOf<OwnTalks>} */ (document.querySelectorAll("own-talks"))) each.show({ talks, now });
  }

  /** @type {(id: string) => HTMLInputElement} */
  #input = (id) => /** @type {HTMLInputElement} */ (byId(id));

  /** @param {string} id */
  #ask(id) {
    const talk = this.#session.view.talks.talks.find((each) => each.id === id);
    if (!talk) return;
    this.#about = id;
    put(byId("agree-when"), `${when(talk.start)} · ${formWords(talk.form)}`);
    put(byId("agree-where"), t(talk.form === "phone" ? "desk.agree_number" : "desk.agree_place"));
    this.#input("agree-place").value = talk.place || (talk.form === "phone" ? byId("agree").dataset.phone ?? "" : "");
    this.#input("agree-word").value = talk.word;
    openSheet("agree");
  }

  async #agree() {
    const agreed = { place: this.#input("agree-place").value.trim(), word: this.#input("agree-word").value.trim() };
    byId("agree-said").hidden = agreed.place !== "" && agreed.word !== "";
    if (!agreed.place || !agreed.word) return;
    if (await this.#session.talks.agree(this.#about, agreed)) closeSheets();
  }

  /** Free times, for the visitor of a conversation. @param {Room} room */
  async offer(room) {
    put(byId("times-said"), t("desk.times_wait"));
    byId("times-list").replaceChildren();
    openSheet("times");
    const times = await freeTimes(this.#world, (time) => this.#offer(room.id, time));
    const text = room.hasCode ? "desk.times_text" : "desk.times_no_code";
    put(byId("times-said"), t(times ? times.length ? text : "desk.times_none" : "desk.times_failed"));
    byId("times-list").replaceChildren(...times ?? []);
  }

  /** @type {(room: string, time: Time) => Promise<void>} */
  async #offer(room, time) {
    const outcome = await this.#session.acts.offerTime(room, time);
    if (outcome === "done") closeSheets();
    else put(byId("times-said"), t(outcome === "first" ? "desk.times_taken" : "desk.times_failed"));
  }
}
