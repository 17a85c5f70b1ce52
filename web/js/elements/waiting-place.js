/** <waiting-place>: place and honest range in words; spoken at most every 30 s; `show(view)`; tells `waited-long` once. */
import { longWait, pace, placeWords } from "../model/visit.js";
import { make, put, tell } from "../ui/dom.js";
import { t } from "../ui/strings.js";
/** @import {VisitorView} from "../session/views.js" */

export class WaitingPlace extends HTMLElement {
  #where = make("h1");
  #range = make("p", { className: "lead" });
  #long = make("p", { className: "band" });
  #spoken = make("p", { className: "unseen" });
  #may = pace(30_000);
  #timer = 0;
  /** @type {VisitorView["place"]} */
  #place = null;

  connectedCallback() {
    this.#where.tabIndex = -1;
    this.#spoken.setAttribute("role", "status");
    this.#long.setAttribute("role", "status");
    this.#long.hidden = true;
    this.replaceChildren(this.#where, this.#range, this.#long, this.#spoken);
    this.#timer = setInterval(() => this.#draw(), 10_000);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  /** @param {Pick<VisitorView, "place">} view */
  show({ place }) {
    this.#place = place;
    this.#draw();
  }

  #draw() {
    const place = this.#place;
    const [where, range] = place ? placeWords(place).map(([key, values]) => t(key, values)) : [t("visitor.working"), ""];
    put(this.#where, where);
    put(this.#range, range);
    const spoken = `${where} ${range}`;
    if (place && this.#spoken.textContent !== spoken && this.#may(Date.now())) put(this.#spoken, spoken);
    const waited = place ? longWait(place.since, Date.now()) : 0;
    if (!waited || !this.#long.hidden) return;
    this.#long.hidden = false;
    put(this.#long, t("visitor.long", { n: waited }));
    tell(this, "waited-long");
  }
}

customElements.define("waiting-place", WaitingPlace);
