/**
 * <acute-log>: what is decided in an acute room, without content: who, and a code from a closed list; `show({acute})`.
 * It stands once two have named the same. Tells `acute-decide` and `acute-debrief` {room, code}.
 */
import { lackOf } from "../model/desk.js";
import { button, make, put, tell } from "../ui/dom.js";
import { t } from "../ui/strings.js";
/** @import {AcuteRoom} from "../session/views.js" */

const DECISIONS = ["visitor_112", "we_112", "visitor_reports", "we_report", "police", "nothing_known", "not_acute"];
const DEBRIEFS = ["planned", "held", "declined"];

/** @type {(codes: string[], prefix: string) => HTMLOptionElement[]} */
const options = (codes, prefix) => codes.map((code) => make("option", { value: code }, t(`${prefix}${code}`)));

export class AcuteLog extends HTMLElement {
  #room = "";
  #name = make("h3");
  #page = make("p", { role: "status" });
  #list = make("ul");
  #lack = make("p", { className: "lack" });
  #code = make("select", { ariaLabel: t("desk.decision") });
  #debrief = make("select", { ariaLabel: t("desk.debrief") });
  #drawn = "";

  connectedCallback() {
    this.#code.replaceChildren(...options(DECISIONS, "desk.decision_"));
    this.#debrief.replaceChildren(...options(DEBRIEFS, "desk.debrief_"));
    put(this.#name, t("desk.acute_now"));
    const decide = button(t("desk.decide"), () => tell(this, "acute-decide", { room: this.#room, code: this.#code.value }));
    const mark = button(t("desk.debrief_mark"), () => tell(this, "acute-debrief", { room: this.#room, code: this.#debrief.value }));
    this.replaceChildren(this.#name, this.#page, make("p", { className: "hint" }, t("desk.acute_hint")), this.#list,
      make("p", { className: "row" }, this.#code, decide), make("p", { className: "row" }, this.#debrief, mark), this.#lack);
  }

  /** @param {{acute: AcuteRoom | undefined}} view */
  show({ acute }) {
    this.hidden = !acute;
    if (!acute) return;
    this.#room = acute.room;
    const key = JSON.stringify(acute);
    if (key === this.#drawn) return;
    this.#drawn = key;
    put(this.#page, acute.answered ? t("desk.answered", { name: acute.answered })
      : acute.pages ? t("desk.paging", { name: acute.pages }) : t("desk.paging_nobody"));
    const debrief = acute.debrief ? [make("li", {}, t("desk.debrief_is", { what: t(`desk.debrief_${acute.debrief}`) }))] : [];
    this.#list.replaceChildren(...acute.log.map(({ code, first, second }) => make("li", {},
      t(second ? "desk.decided" : "desk.proposed", { what: t(`desk.decision_${code}`), first, second }))), ...debrief);
    const lack = lackOf(acute);
    put(this.#lack, lack ? t(lack) : t("desk.lack_nothing"));
    this.toggleAttribute("data-complete", !lack);
  }
}

customElements.define("acute-log", AcuteLog);
