/** <room-acts>: what can be done with the conversation on screen, one press and one key each; `show(room, isAcute, roles)`, null when there is none; tells `room-act` name. */
import { actsOf } from "../model/desk.js";
import { keyed, make, tell } from "../ui/dom.js";
import { t } from "../ui/strings.js";
/** @import {RoomAct} from "../model/desk.js" */
/** @import {Room} from "../session/views.js" */

/** @type {Record<RoomAct, [string, () => string]>} */
const ACTS = { acute: ["D", () => t("desk.act_acute")], where: ["W", () => t("desk.act_where")], child: ["B", () => t("desk.act_child")],
  conflict: ["J", () => t("desk.act_conflict")], abuse: ["X", () => t("desk.act_abuse")], help: ["I", () => t("desk.act_help")], handOver: ["H", () => t("desk.act_hand_over")],
  time: ["F", () => t("desk.act_time")], call: ["C", () => t("desk.act_call")] };

export class RoomActs extends HTMLElement {
  #drawn = "";

  /** @type {(room: Room | null, isAcute: boolean, roles: readonly number[]) => void} */
  show(room, isAcute, roles) {
    const acts = actsOf(room, isAcute, roles);
    const key = acts.join();
    if (key === this.#drawn && this.hasChildNodes()) return;
    this.#drawn = key;
    this.replaceChildren(acts.length ? make("p", { className: "acts" }, ...acts.map((act) => {
      const [letter, words] = ACTS[act];
      return keyed(words(), letter, () => tell(this, "room-act", act), act === "acute" ? "grave" : "");
    })) : make("p", { className: "hint" }, t("desk.no_acts")));
  }
}

customElements.define("room-acts", RoomActs);
