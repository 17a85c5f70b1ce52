/** <room-facts>: what the visitor chose to tell before the conversation; `show(room)`, null when there is none. */
import { languageName, ticked } from "../ui/desk-words.js";
import { make } from "../ui/dom.js";
import { t } from "../ui/strings.js";
/** @import {Room} from "../session/views.js" */

export class RoomFacts extends HTMLElement {
  #drawn = "";

  /** @param {Room | null} room */
  show(room) {
    const facts = !room || room.state === "ended" || !room.language ? [] : [
      [t("desk.fact_language"), languageName(room.language)],
      [t("desk.fact_relation"), ticked("relation", room.relation)],
      [t("desk.fact_topic"), ticked("topic", room.topic)],
      [t("desk.fact_age"), ticked("age", room.age)],
      ...(room.door === 2 ? [[t("desk.fact_door"), t("desk.consultation")]] : []),
      [t("desk.fact_code"), t(room.hasCode ? "desk.has_code" : "desk.no_code")],
    ];
    const key = JSON.stringify(facts);
    if (key === this.#drawn) return;
    this.#drawn = key;
    this.replaceChildren(facts.length ? make("dl", {}, ...facts.map(([name, value]) =>
      make("div", {}, make("dt", {}, name), make("dd", {}, value))))
      : make("p", { className: "hint" }, t("desk.no_facts")));
  }
}

customElements.define("room-facts", RoomFacts);
