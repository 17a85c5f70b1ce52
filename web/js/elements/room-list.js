/** <room-list>: the adviser's own conversations; `show({rooms, current})`; tells `desk-show` id. */
import { languageName } from "../ui/desk-words.js";
import { button, make, put, tell } from "../ui/dom.js";
import { arrange } from "../ui/edits.js";
import { t } from "../ui/strings.js";
/** @import {Room, StaffView} from "../session/views.js" */

/** @type {Record<Room["state"], () => string>} */
const STATES = { pairing: () => t("desk.state_pairing"), live: () => t("desk.state_live"), away: () => t("desk.state_away"),
  ended: () => t("desk.state_ended"), joining: () => t("desk.state_joining") };

/** @type {(room: Room) => string} */
function called({ practice, staffOnly, language, people }) {
  if (practice) return t("desk.practice_short");
  const names = people.filter(({ me, role }) => !me && role !== 0).map(({ name }) => name).join(", ");
  if (staffOnly) return names ? t("desk.aside_with", { name: names }) : t("desk.aside");
  return language ? languageName(language) : names ? t("desk.with", { name: names }) : t("desk.talk");
}

export class RoomList extends HTMLElement {
  /** A conversation's line stays the same one, and its button: neither a press nor the focus is lost when something changes. @type {Map<string, HTMLLIElement>} */
  #drawn = new Map();
  #list = make("ul");
  #none = make("p", { className: "hint" }, t("desk.no_rooms"));

  /** @param {Pick<StaffView, "rooms" | "current">} view */
  show({ rooms, current }) {
    const held = this.contains(document.activeElement);
    for (const [id, item] of this.#drawn) {
      if (rooms.some((room) => room.id === id)) continue;
      item.remove();
      this.#drawn.delete(id);
    }
    arrange(this.#list, rooms.map((room, at) => this.#item(room, at + 1, room.id === current)));
    (rooms.length ? this.#none : this.#list).remove();
    arrange(this, [rooms.length ? this.#list : this.#none]);
    if (held && !this.contains(document.activeElement)) /** @type {HTMLElement | null} */ (this.querySelector("[aria-current]"))?.focus();
  }

  /** @type {(room: Room, number: number, isCurrent: boolean) => HTMLLIElement} */
  #item(room, number, isCurrent) {
    const item = this.#drawn.get(room.id) ?? make("li", {}, button("", () => tell(this, "desk-show", room.id)));
    this.#drawn.set(room.id, item);
    const shown = /** @type {HTMLButtonElement} */ (item.firstElementChild);
    put(shown, `${number}. ${called(room)} · ${STATES[room.state]()}`);
    shown.ariaCurrent = isCurrent ? "true" : null;
    return item;
  }
}

customElements.define("room-list", RoomList);
