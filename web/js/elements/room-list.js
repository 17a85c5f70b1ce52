/** <room-list>: the adviser's own conversations; `show({rooms, current})`; tells `desk-show` id. */
import { languageName } from "../ui/desk-words.js";
import { button, make, tell } from "../ui/dom.js";
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
  #drawn = "";

  /** @param {Pick<StaffView, "rooms" | "current">} view */
  show({ rooms, current }) {
    const items = rooms.map((room) => ({ id: room.id, words: `${called(room)} · ${STATES[room.state]()}` }));
    const key = JSON.stringify([items, current]);
    if (key === this.#drawn) return;
    this.#drawn = key;
    const held = this.contains(document.activeElement);
    this.replaceChildren(items.length ? make("ul", {}, ...items.map(({ id, words }, at) => {
      const made = button(`${at + 1}. ${words}`, () => tell(this, "desk-show", id));
      if (id === current) made.ariaCurrent = "true";
      return make("li", {}, made);
    })) : make("p", { className: "hint" }, t("desk.no_rooms")));
    if (held) /** @type {HTMLElement | null} */ (this.querySelector("[aria-current]"))?.focus();
  }
}

customElements.define("room-list", RoomList);
