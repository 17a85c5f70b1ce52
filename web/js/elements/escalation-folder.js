/**
 * <escalation-folder>: one escalation, read: what was sent, what was added and decided; `show({folder, decided, me})`, folder null for
 * none. A question that was begun stays with its escalation until it was sent, or `forget()`. What can be
 * done about it tells `escalation-ask` {text, isVisitor}, `escalation-agree` {record, named}, `escalation-back` and `escalation-shut`.
 * The form of a decision is <decision-form>.
 */
import { counterOf } from "../model/lines.js";
import { button, make, put, tell } from "../ui/dom.js";
import { nameWarning } from "../ui/name-warning.js";
import { t } from "../ui/strings.js";
import { day } from "./escalation-list.js";
import { EscalationShown } from "./escalation-shown.js";
/** @import {Decided} from "../model/escalation.js" */
/** @import {Folder, InboxView, Paper} from "../session/inbox.js" */

export class EscalationFolder extends HTMLElement {
  #drawn = "";
  #record = "";
  /** Questions that were begun, by record. @type {Map<string, string>} */
  #begun = new Map();
  #name = make("h2", { tabIndex: -1 });
  #papers = make("div");
  #stands = make("div");
  #text = make("textarea", { rows: 3, maxLength: 2000, dir: "auto", autocomplete: "off" });
  #names = nameWarning(this.#text);
  #count = make("p", { className: "hint", role: "status" });
  #asks = make("p", { className: "row" });

  connectedCallback() {
    put(this.#name, t("inbox.folder"));
    const ask = make("details", {}, make("summary", {}, t("inbox.ask")), make("label", {}, make("span", {}, t("inbox.ask_text")), this.#text),
      this.#count, this.#names, this.#asks);
    this.#text.addEventListener("input", () => {
      this.#begun.set(this.#record, this.#text.value);
      this.#typed();
    });
    const shut = make("p", { className: "row" }, button(t("inbox.shut"), () => tell(this, "escalation-shut")));
    this.replaceChildren(shut, this.#name, this.#papers, this.#stands, ask);
  }

  get typed() {
    return [...this.#begun.values()].filter(Boolean);
  }

  /** The question was sent; nothing of it stays. */
  asked() {
    this.#begun.delete(this.#record);
    this.#again();
  }

  /** Its writer has left. */
  forget() {
    this.#begun.clear();
    this.#again();
  }

  #again() {
    this.#text.value = this.#begun.get(this.#record) ?? "";
    this.#typed();
  }

  /** @param {{folder: Folder | null, decided: Decided | null, me: InboxView["me"]}} view */
  show({ folder, decided, me }) {
    const key = JSON.stringify([folder, decided]);
    if (key === this.#drawn) return undefined;
    this.#drawn = key;
    const record = folder?.line.record ?? "";
    const isNew = record !== this.#record;
    this.#record = record;
    if (isNew) this.#again();
    if (!folder) return [this.#papers, this.#stands, this.#asks].forEach((part) => part.replaceChildren());
    this.#papers.replaceChildren(...folder.papers.map((paper) => this.#paper(paper)));
    this.#stands.replaceChildren(...this.#standing(folder, decided, me?.idx ?? 0));
    const { sent, writer } = folder;
    this.#asks.replaceChildren(...sent?.contact ? [button(t("inbox.ask_visitor"), () => this.#ask(true), "main")] : [],
      ...writer ? [button(t("inbox.ask_adviser"), () => this.#ask(false), sent?.contact ? "" : "main")] : []);
    return isNew && this.#name.focus();
  }

  /** @type {(paper: Paper) => HTMLElement} */
  #paper({ by, hour, hasLeft, says }) {
    const head = make("p", { className: "hint" }, says ? t("inbox.wrote", { name: by, when: day(hour * 60) }) : "",
      hasLeft ? ` ${t("inbox.has_left")}` : "");
    if (!says) return make("article", {}, make("p", { className: "band" }, t("inbox.unreadable")));
    if (says.paper === "answer") return make("article", {}, make("h3", {}, t("inbox.answer")), head, make("p", { className: "text", dir: "auto" }, says.text));
    if (says.paper === "decision") return make("article", {}, make("h3", {}, t(`inbox.decision_${says.decision}`)), head, ...this.#decision(says));
    const shown = new EscalationShown();
    shown.show(says);
    return make("article", {}, make("h3", {}, t("inbox.sent")), head, shown,
      make("p", { className: "hint" }, t(says.contact ? "inbox.may_reach" : "inbox.may_not_reach")));
  }

  /** @type {(says: Decided) => HTMLElement[]} */
  #decision({ reason, no_report: why, note, report }) {
    const lines = [make("p", {}, t("inbox.because", { reason: t(`inbox.reason_${reason}`) }))];
    if (why) lines.push(make("p", {}, t("inbox.no_report_said", { reason: t(`inbox.no_report_${why}`) })));
    if (report) lines.push(make("p", {}, t("inbox.report_said", { day: report.day, municipality: report.municipality })));
    if (note) lines.push(make("p", { className: "text", dir: "auto" }, note));
    return lines;
  }

  /** @type {(folder: Folder, decided: Decided | null, own: number) => HTMLElement[]} */
  #standing({ line: { state, named, record }, sent }, decided, own) {
    if (!named || !["named", "decided"].includes(state)) return [];
    if (!decided) return [make("p", { className: "band", role: "alert" }, t("inbox.other"))];
    const back = button(t("inbox.back"), () => tell(this, "escalation-back", record));
    if (state === "named") {
      const agree = button(t("inbox.agree"), () => tell(this, "escalation-agree", { record, named }), "main");
      return [make("p", { className: "band" }, t("inbox.waits_second")), make("p", { className: "row" }, ...named.first === own ? [] : [agree], back)];
    }
    const isTold = decided.note && sent?.contact;
    return [make("p", { className: "good" }, t(isTold ? "inbox.stands_told" : "inbox.stands"))];
  }

  #typed() {
    this.#names.look();
    const counter = counterOf(this.#text.value);
    put(this.#count, counter ? t(counter.key, { n: counter.n }) : "");
  }

  /** @param {boolean} isVisitor */
  #ask(isVisitor) {
    const text = this.#text.value.trim();
    if (!text) return this.#text.focus();
    return tell(this, "escalation-ask", { text, isVisitor });
  }
}

customElements.define("escalation-folder", EscalationFolder);
