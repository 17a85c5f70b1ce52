/** <live-list>: to a supervisor, the conversations that go on, who of the staff is in them, and the visitor's line; `show({live, rooms, board})`; tells `live-join` id. */
import { roomsOf } from "../model/board.js";
import { button, make, tell } from "../ui/dom.js";
import { t } from "../ui/strings.js";
/** @import {OpenRoom} from "../model/board.js" */
/** @import {StaffView} from "../session/views.js" */

export class LiveList extends HTMLElement {
  #drawn = "";

  /** @param {Pick<StaffView, "live" | "rooms" | "board">} view */
  show({ live, rooms, board }) {
    const own = rooms.filter(({ state }) => state !== "ended").map(({ id }) => id);
    const shown = roomsOf(live, board, own);
    const key = JSON.stringify(shown);
    if (key === this.#drawn) return;
    this.#drawn = key;
    this.replaceChildren(shown.length ? make("ul", {}, ...shown.map((room) => this.#item(room)))
      : make("p", { className: "hint" }, t("desk.no_live")));
  }

  /** @param {OpenRoom} room */
  #item({ id, names, here, way }) {
    const item = make("li", {}, make("p", {}, make("bdi", {}, names)),
      make("p", { className: "hint" }, t(here ? "desk.board_here" : "desk.board_away")));
    item.dataset.away = String(!here);
    if (way === "in") item.append(make("p", { className: "hint" }, t("desk.live_in")));
    if (way !== "open") return item;
    const join = button(t("desk.live_join"), () => tell(this, "live-join", id));
    join.append(make("span", { className: "unseen" }, `: ${names}`));
    item.append(join);
    return item;
  }
}

customElements.define("live-list", LiveList);
