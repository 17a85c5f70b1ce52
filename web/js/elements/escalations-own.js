/**
 * <escalations-own>: what a member has sent and how it stands, and what supervisors ask them about it; `show({own, isUnlocked})`,
 * `answered(record)`; an answer that was begun stays until it was sent, or `forget()`; tells `escalation-reply` {record, text}.
 */
import { button, make, tell } from "../ui/dom.js";
import { nameWarning } from "../ui/name-warning.js";
import { t } from "../ui/strings.js";
import { day } from "./escalation-list.js";
/** @import {InboxView, Own} from "../session/inbox.js" */

export class EscalationsOwn extends HTMLElement {
  #drawn = "";
  /** @type {Map<string, {field: HTMLTextAreaElement, names: HTMLElement}>} */
  #fields = new Map();

  get typed() {
    return [...this.#fields.values()].map(({ field }) => field.value).filter(Boolean);
  }

  /** Its writer has left. */
  forget() {
    this.#fields.clear();
    this.#drawn = "";
    this.replaceChildren();
  }

  /** @param {string} record */
  answered(record) {
    const kept = this.#fields.get(record);
    if (kept) kept.field.value = "";
  }

  /** @param {Pick<InboxView, "own" | "isUnlocked">} view */
  show({ own, isUnlocked }) {
    const key = JSON.stringify([own, isUnlocked]);
    if (key === this.#drawn) return;
    this.#drawn = key;
    this.replaceChildren(own.length ? make("ul", {}, ...own.map((each) => this.#item(each, isUnlocked)))
      : make("p", { className: "hint" }, t("inbox.own_none")));
  }

  /** @type {(own: Own, isUnlocked: boolean) => HTMLElement} */
  #item({ record, hour, state, named, questions, locked }, isUnlocked) {
    const item = make("li", {}, make("p", { className: "state" }, t(`inbox.state_${state}`)),
      make("p", { className: "hint" }, t("inbox.own_came", { when: day(hour * 60) })));
    if (named && state === "decided") item.append(make("p", {}, t(`inbox.decision_${named.decision}`)));
    if (locked && !isUnlocked) item.append(make("p", { className: "band" }, t("inbox.own_asked")));
    for (const { by, hour: at, text } of questions) item.append(make("p", { className: "hint" }, t("inbox.wrote", { name: by, when: day(at * 60) })),
      make("p", { className: "text", dir: "auto" }, text));
    if (questions.length) item.append(this.#form(record));
    return item;
  }

  #made() {
    const field = make("textarea", { rows: 3, maxLength: 2000, dir: "auto", autocomplete: "off" });
    return { field, names: nameWarning(field) };
  }

  /** @param {string} record */
  #form(record) {
    const { field, names } = this.#fields.get(record) ?? this.#made();
    this.#fields.set(record, { field, names });
    return make("div", {}, make("label", {}, make("span", {}, t("inbox.own_answer")), field), names, make("p", { className: "row" },
      button(t("inbox.own_send"), () => (field.value.trim() ? tell(this, "escalation-reply", { record, text: field.value.trim() }) : field.focus()), "main")));
  }
}

customElements.define("escalations-own", EscalationsOwn);
