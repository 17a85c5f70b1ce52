/** <audit-log>: what staff did, newest first, and whether the chain holds; `show({log, holds, name})`. */
import { detailOf } from "../model/deeds.js";
import { make } from "../ui/dom.js";
import { clock, t } from "../ui/strings.js";
/** @import {Log} from "../session/office.js" */

const SHOWN = 50;

export class AuditLog extends HTMLElement {
  #drawn = "";

  /** @param {{log: Log, holds: boolean, name: (idx: number | null) => string}} view */
  show({ log, holds, name }) {
    const key = `${log.head.n} ${log.head.hash} ${holds}`;
    if (key === this.#drawn) return;
    this.#drawn = key;
    const said = make("p", { className: holds ? "hint" : "band", role: holds ? "note" : "alert" },
      holds ? t("staff.log_holds", { n: log.head.n }) : t("staff.log_broken"));
    const head = make("p", { className: "hint head" }, `${t("staff.log_head")} `,
      make("code", { dir: "ltr" }, `${log.head.n}:${log.head.hash}`));
    const lines = [...log.lines].reverse().slice(0, SHOWN).map(({ at, what, by, about, detail }) => make("li", {},
      make("span", { className: "meta" }, clock(at, { dateStyle: "short", timeStyle: "short" })), " ",
      t("staff.log_line", { by: name(by), what: t(`staff.did_${what.replaceAll(/[^a-z]+/g, "_")}`),
        about: about === null ? "" : name(about), detail: detailOf(detail, t) })));
    this.replaceChildren(said, make("ol", { className: "deeds", reversed: true, tabIndex: 0 }, ...lines), head);
  }
}

customElements.define("audit-log", AuditLog);
