/**
 * <talk-sign>: what is asked beside the lines: is the visitor still there, does a talk at rest go on? `show(view)`, where
 * `hours` says for how long it may; tells `sign-here` and `sign-on`.
 */
import { button, make, put, tell } from "../ui/dom.js";
import { t } from "../ui/strings.js";
/** @import {VisitorView} from "../session/views.js" */

export class TalkSign extends HTMLElement {
  #said = make("p", { role: "status" });
  #row = make("p", { className: "row" });
  #drawn = "";

  connectedCallback() {
    this.className = "card";
    this.replaceChildren(this.#said, this.#row);
  }

  /** @param {Pick<VisitorView, "phase" | "why" | "sign" | "lines"> & {hours: string}} view */
  show({ phase, why, sign, lines, hours }) {
    const isAsked = phase === "live" && sign?.t === "still" && sign.at === lines.length;
    const now = phase === "paused" && why === "idle" ? "rests" : isAsked ? "still" : "";
    if (now === this.#drawn && this.#row.hasChildNodes()) return;
    this.#drawn = now;
    this.hidden = !now;
    put(this.#said, now && t(`visitor.${now}`, { hours }));
    this.#row.replaceChildren(now === "rests" ? button(t("visitor.rests_on"), () => tell(this, "sign-on"), "main")
      : button(t("visitor.still_here"), () => tell(this, "sign-here")));
  }
}

customElements.define("talk-sign", TalkSign);
