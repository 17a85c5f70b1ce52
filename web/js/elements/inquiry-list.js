/**
 * <inquiry-list>: how every referral and request stands, the oldest first, nothing of what they say; `show({listed, isUnlocked, name})`;
 * tells `inquiry-read` record.
 */
import { button, make, tell } from "../ui/dom.js";
import { t } from "../ui/strings.js";
import { day } from "./escalation-list.js";
/** @import {Line} from "../session/inquiries.js" */

export class InquiryList extends HTMLElement {
  #drawn = "";

  /** @param {{listed: readonly Line[], isUnlocked: boolean, name: (idx: number) => string}} view */
  show({ listed, isUnlocked, name }) {
    const key = JSON.stringify([listed, isUnlocked]);
    if (key === this.#drawn) return;
    this.#drawn = key;
    const items = listed.map((line) => this.#item(line, isUnlocked, name));
    this.replaceChildren(items.length ? make("ol", {}, ...items) : make("p", { className: "hint" }, t("inquiry.inbox_none")));
  }

  /** @type {(line: Line, isUnlocked: boolean, name: (idx: number) => string) => HTMLElement} */
  #item({ record, hour, state, reason, by, due, late }, isUnlocked, name) {
    const item = make("li", {}, make("p", { className: "state" }, t(`inquiry.state_${state}`)),
      make("p", { className: "hint" }, t("inquiry.came", { when: day(hour * 60) })));
    item.toggleAttribute("data-late", late);
    if (!reason) item.append(make("p", { className: late ? "late" : "hint" }, t(late ? "inbox.late" : "inbox.due", { when: day(due) })));
    else item.append(make("p", {}, t("inquiry.inbox_decided", { reason: t(`inquiry.reason_${reason}`), name: name(by ?? 0) })));
    if (isUnlocked && state !== "closed") item.append(make("p", { className: "row" },
      button(t("inbox.read"), () => tell(this, "inquiry-read", record), state === "received" ? "main" : "")));
    return item;
  }
}

customElements.define("inquiry-list", InquiryList);
