/** <notice-list>: to a supervisor, who ended a conversation as abusive, or has a child in one; `show({notices})`; tells `notice-seen` id. */
import { button, keyed, make, tell } from "../ui/dom.js";
import { clock, t } from "../ui/strings.js";
/** @import {StaffView} from "../session/views.js" */

export class NoticeList extends HTMLElement {
  #drawn = "";

  /** @param {Pick<StaffView, "notices">} view */
  show({ notices }) {
    const key = JSON.stringify(notices);
    if (key === this.#drawn) return;
    this.#drawn = key;
    this.replaceChildren(...notices.map(({ id, by, at, kind }, n) => {
      const said = make("p", { role: "status" }, t(kind === "child" ? "desk.notice_child" : "desk.notice_abuse", { name: by, time: clock(at) }));
      const act = () => tell(this, "notice-seen", id);
      return make("section", { className: "call" }, said, n ? button(t("desk.notice_seen"), act) : keyed(t("desk.notice_seen"), "O", act));
    }));
  }
}

customElements.define("notice-list", NoticeList);
