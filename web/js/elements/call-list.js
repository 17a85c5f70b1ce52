/** <call-list>: colleagues who ask one in; `show({invites})`; tells `call-answer` {room, ok}. */
import { button, make, tell } from "../ui/dom.js";
import { t } from "../ui/strings.js";
/** @import {Invite, StaffView} from "../session/views.js" */

/** @type {Record<string, (name: string) => string>} */
const WORDS = { talk: (name) => t("desk.call_talk", { name }), help: (name) => t("desk.call_help", { name }),
  hand_over: (name) => t("desk.call_hand_over", { name }) };

export class CallList extends HTMLElement {
  #drawn = "";

  /** @param {Pick<StaffView, "invites">} view */
  show({ invites }) {
    const key = JSON.stringify(invites);
    if (key === this.#drawn) return;
    this.#drawn = key;
    this.replaceChildren(...invites.map((invite, at) => this.#item(invite, at === 0)));
  }

  /** @type {(invite: Invite, isFirst: boolean) => HTMLElement} */
  #item({ room, why, name }, isFirst) {
    const answer = (/** @type {boolean} */ ok) => tell(this, "call-answer", { room, ok });
    const yes = button(t("desk.call_yes"), () => answer(true), "main");
    if (isFirst) {
      yes.append(" ", make("kbd", { ariaHidden: "true" }, "G"));
      yes.setAttribute("aria-keyshortcuts", "G");
    }
    const said = make("p", {}, (WORDS[why] ?? WORDS.help)(name));
    said.setAttribute("role", "alert");
    return make("section", { className: "call" }, said, yes, button(t("desk.call_no"), () => answer(false)));
  }
}

customElements.define("call-list", CallList);
