/** <escalation-shown>: what an escalation says, in plain words; `show(shown)`. Nothing that was not said has a line. */
import { make } from "../ui/dom.js";
import { t } from "../ui/strings.js";
/** @import {Shown} from "../model/escalation.js" */

/** What a person wrote has its own direction. @type {(name: string, text: string) => HTMLElement[]} */
const written = (name, text) => (text ? [make("dt", {}, name), make("dd", { dir: "auto" }, text)] : []);

/** @type {(name: string, ...texts: string[]) => HTMLElement[]} */
function line(name, ...texts) {
  if (!texts.length) return [];
  const said = texts.length === 1 ? make("dd", {}, texts[0])
    : make("dd", {}, make("ul", {}, ...texts.map((text) => make("li", {}, text))));
  return [make("dt", {}, name), said];
}

/** @type {(n: number, words: (n: number) => string) => string[]} */
const chosen = (n, words) => (n ? [words(n)] : []);

export class EscalationShown extends HTMLElement {
  /** @param {Shown} shown */
  show({ about, urgency, relation, age_band: age, milieu, risk, protective, summary, ask }) {
    this.replaceChildren(make("dl", { className: "said" },
      ...written(t("escalate.summary"), summary), ...written(t("escalate.ask"), ask),
      ...line(t("escalate.urgency"), t(`escalate.urgency_${urgency}`)),
      ...line(t("escalate.about"), ...(about === "pattern" ? [t("escalate.about_pattern")] : [])),
      ...line(t("escalate.relation"), ...chosen(relation, (n) => t(`page.relation_${n}`))),
      ...line(t("escalate.age"), ...chosen(age, (n) => t(`page.age_${n}`))),
      ...line(t("escalate.milieu"), ...chosen(milieu, (n) => t(`page.topic_${n}`))),
      ...line(t("escalate.risk"), ...risk.map((id) => t(`factor.${id}`))),
      ...line(t("escalate.protective"), ...protective.map((id) => t(`factor.${id}`)))));
  }
}

customElements.define("escalation-shown", EscalationShown);
