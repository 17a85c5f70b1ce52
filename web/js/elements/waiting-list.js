/** <waiting-list>: who waits, danger first; `show({waiting, ring, now})`. */
import { inOrder, minutesSince } from "../model/desk.js";
import { languageName } from "../ui/desk-words.js";
import { make } from "../ui/dom.js";
import { t } from "../ui/strings.js";
/** @import {StaffView} from "../session/views.js" */

export class WaitingList extends HTMLElement {
  #drawn = "";

  /** @param {Pick<StaffView, "waiting"> & {ring: string, now: number}} view */
  show({ waiting, ring, now }) {
    const places = inOrder(waiting);
    const minutes = places.map(({ since }) => minutesSince(since, now));
    const key = JSON.stringify([places, minutes, ring]);
    if (key === this.#drawn) return;
    this.#drawn = key;
    this.replaceChildren(places.length
      ? make("ol", {}, ...places.map((place, at) => this.#item(place, minutes[at], place.place === ring)))
      : make("p", { className: "hint" }, t("desk.nobody_waits")));
  }

  /** @type {(place: StaffView["waiting"][number], minutes: number, rings: boolean) => HTMLElement} */
  #item({ language, door, danger }, minutes, rings) {
    const words = [t(door === 2 ? "desk.door_2" : "desk.door_1"), languageName(language),
      minutes ? t("desk.waited", { n: minutes }) : t("desk.waited_new")].join(" · ");
    const item = make("li", {}, make("p", {}, words));
    item.dataset.rings = String(rings);
    if (danger) item.prepend(make("p", { className: "alarm" }, t("desk.danger")));
    return item;
  }
}

customElements.define("waiting-list", WaitingList);
