/**
 * <escalation-list>: how every escalation stands, the oldest first, nothing of what they say; `show({listed, reads, isUnlocked, me, name})`;
 * tells `escalation-read` record, and for a second name without reading `escalation-agree` {record, named}.
 */
import { button, make, tell } from "../ui/dom.js";
import { clock, t } from "../ui/strings.js";
/** @import {InboxView, Line} from "../session/inbox.js" */

/** @type {(minute: number) => string} */
export const day = (minute) => clock(minute, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

export class EscalationList extends HTMLElement {
  #drawn = "";

  /** @param {Pick<InboxView, "listed" | "reads" | "isUnlocked" | "me"> & {name: (idx: number) => string}} view */
  show({ listed, reads, isUnlocked, me, name }) {
    const key = JSON.stringify([listed, reads, isUnlocked]);
    if (key === this.#drawn) return;
    this.#drawn = key;
    const items = listed.map((line) => this.#item(line, { mayRead: reads && isUnlocked, reads, own: me?.idx ?? 0, name }));
    this.replaceChildren(items.length ? make("ol", {}, ...items) : make("p", { className: "hint" }, t("inbox.none")));
  }

  /** @type {(line: Line, view: {mayRead: boolean, reads: boolean, own: number, name: (idx: number) => string}) => HTMLElement} */
  #item(line, { mayRead, reads, own, name }) {
    const { record, by, hour, state, late, due, named } = line;
    const item = make("li", {}, make("p", { className: "state" }, t(`inbox.state_${state}`)),
      make("p", { className: "hint" }, t("inbox.came", { when: day(hour * 60), name: name(by) })));
    item.toggleAttribute("data-late", late);
    if (state !== "decided") item.append(make("p", { className: late ? "late" : "hint" }, t(late ? "inbox.late" : "inbox.due", { when: day(due) })));
    if (named) item.append(make("p", {}, t("inbox.named", { decision: t(`inbox.decision_${named.decision}`), first: name(named.first),
      second: named.second === null ? t("inbox.second_none") : name(named.second) })));
    const acts = [...mayRead ? [button(t("inbox.read"), () => tell(this, "escalation-read", record), state === "sent" ? "main" : "")] : [],
      ...!reads && named && state === "named" && named.first !== own
        ? [button(t("inbox.agree"), () => tell(this, "escalation-agree", { record, named }), "main")] : []];
    if (acts.length) item.append(make("p", { className: "row" }, ...acts));
    return item;
  }
}

customElements.define("escalation-list", EscalationList);
