/** <who-is-here>: who is in the room, always on screen, and the line that opens the safety phrase; `show({people})`; tells `safety`. */
import { button, make, put, tell } from "../ui/dom.js";
import { t } from "../ui/strings.js";
/** @import {Person} from "../session/views.js" */

/** @type {(person: Person) => (Node | string)[]} */
function called({ me, role, name, presence }) {
  if (me) return [t("talk.you")];
  const away = presence === "here" ? "" : ` (${t(`talk.${presence}`)})`;
  return role ? [make("bdi", {}, name), `, ${t(`talk.role_${role}`)}${away}`] : [t("talk.visitor_within") + away];
}

export class WhoIsHere extends HTMLElement {
  #people = make("p", { className: "people" });
  #secure = button("", () => tell(this, "safety"), "secure");

  connectedCallback() {
    this.#people.setAttribute("role", "status");
    put(this.#secure, t("talk.secure"));
    this.replaceChildren(this.#people, this.#secure);
  }

  /** @param {{people: readonly Person[]}} view */
  show({ people }) {
    const others = people.filter(({ me }) => !me).map(called);
    const inside = [...people.filter(({ me }) => me).map(called), ...others].flatMap((words, at, all) =>
      [at === 0 ? "" : at === all.length - 1 ? ` ${t("talk.and")} ` : "; ", ...words]);
    const drawn = make("p", {}, ...inside);
    if (drawn.textContent !== this.#people.textContent) this.#people.replaceChildren(...drawn.childNodes);
    this.dataset.present = String(people.length > 1 && people.every(({ me, presence }) => me || presence === "here"));
    this.#secure.hidden = people.length < 2;
  }
}

customElements.define("who-is-here", WhoIsHere);
