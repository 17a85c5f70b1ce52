/** <time-offer>: a time for counselling, held under the code of the visitor whom a decision leads there; `show({world, mailbox})`, mailbox "" when there is none. */
import { button, make, put } from "../ui/dom.js";
import { freeTimes, holdTime } from "../ui/free-times.js";
import { t } from "../ui/strings.js";
/** @import {World} from "../session/views.js" */

export class TimeOffer extends HTMLElement {
  #mailbox = "";
  #said = make("p", { role: "status", className: "hint" });
  #list = make("ul", { className: "acts" });
  /** @type {World | null} */
  #world = null;

  connectedCallback() {
    const open = button(t("inbox.time_open"), () => this.#open());
    this.replaceChildren(make("h3", {}, t("inbox.time")), make("p", {}, t("inbox.time_text")), make("p", { className: "row" }, open), this.#said, this.#list);
  }

  /** @param {{world: World, mailbox: string}} view */
  show({ world, mailbox }) {
    this.#world = world;
    this.hidden = mailbox === "";
    if (mailbox === this.#mailbox) return;
    this.#mailbox = mailbox;
    put(this.#said, "");
    this.#list.replaceChildren();
  }

  async #open() {
    const world = this.#world;
    if (!world) return;
    const times = await freeTimes(world, async (time) => {
      const problem = await holdTime(world, this.#mailbox, time, document.documentElement.lang);
      put(this.#said, t(problem === "first" ? "desk.times_taken" : problem ? "desk.times_failed" : "inbox.time_held"));
      if (!problem) this.#list.replaceChildren();
    });
    put(this.#said, times ? times.length ? "" : t("desk.times_none") : t("desk.times_failed"));
    this.#list.replaceChildren(...times ?? []);
  }
}

customElements.define("time-offer", TimeOffer);
