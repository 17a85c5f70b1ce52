/** <live-list>: to a supervisor, the conversations that go on, who of the staff is in them, and the visitor's line; `show({live, rooms, board})`; tells `live-join` id. */
import { roomsOf } from "../model/board.js";
import { button, make, put, tell } from "../ui/dom.js";
import { arrange } from "../ui/edits.js";
import { t } from "../ui/strings.js";
/** @import {OpenRoom} from "../model/board.js" */
/** @import {StaffView} from "../session/views.js" */

/** @typedef {{item: HTMLLIElement, names: HTMLElement, line: HTMLElement, isIn: HTMLElement, join: HTMLButtonElement, whose: HTMLElement}} Drawn */

export class LiveList extends HTMLElement {
  /** A room's line stays the same one, and its button: neither a press nor the focus is lost when something changes. @type {Map<string, Drawn>} */
  #drawn = new Map();
  #list = make("ul");
  #none = make("p", { className: "hint" }, t("desk.no_live"));

  /** @param {Pick<StaffView, "live" | "rooms" | "board">} view */
  show({ live, rooms, board }) {
    const own = rooms.filter(({ state }) => state !== "ended").map(({ id }) => id);
    const shown = roomsOf(live, board, own);
    for (const [id, { item }] of this.#drawn) {
      if (shown.some((room) => room.id === id)) continue;
      item.remove();
      this.#drawn.delete(id);
    }
    arrange(this.#list, shown.map((room) => this.#item(room)));
    (shown.length ? this.#none : this.#list).remove();
    arrange(this, [shown.length ? this.#list : this.#none]);
  }

  /** @param {OpenRoom} room */
  #item({ id, names, here, way }) {
    const drawn = this.#drawn.get(id) ?? this.#begin(id);
    put(drawn.names, names);
    put(drawn.whose, `: ${names}`);
    put(drawn.line, t(here ? "desk.board_here" : "desk.board_away"));
    drawn.item.dataset.away = String(!here);
    drawn.isIn.hidden = way !== "in";
    drawn.join.hidden = way !== "open";
    return drawn.item;
  }

  /** @param {string} id */
  #begin(id) {
    const [names, whose] = [make("bdi"), make("span", { className: "unseen" })];
    const [line, isIn] = [make("p", { className: "hint" }), make("p", { className: "hint" }, t("desk.live_in"))];
    const join = button(t("desk.live_join"), () => tell(this, "live-join", id));
    join.append(whose);
    const drawn = { item: make("li", {}, make("p", {}, names), line, isIn, join), names, line, isIn, join, whose };
    this.#drawn.set(id, drawn);
    return drawn;
  }
}

customElements.define("live-list", LiveList);
