/** <talk-asked>: who is on the way in, may they, and lines held for "send to everyone here?". `show({joining, ask, held})`; tells `talk-answer` {idx, ok}, `talk-held` ok. */
import { button, make, tell } from "../ui/dom.js";
import { t } from "../ui/strings.js";
/** @import {VisitorView} from "../session/views.js" */

export class TalkAsked extends HTMLElement {
  #drawn = "";
  #question = make("p", { role: "status" });

  connectedCallback() {
    this.replaceChildren(this.#question);
  }

  /** @param {Pick<VisitorView, "joining" | "held"> & {ask?: number | null}} view */
  show({ joining, ask = null, held }) {
    const key = JSON.stringify([joining, ask, held.map(({ id }) => id)]);
    if (key === this.#drawn) return;
    this.#drawn = key;
    this.hidden = !joining && !held.length;
    this.#question.textContent = "";
    this.replaceChildren(this.#question);
    if (joining) this.#askAbout(joining, ask);
    else if (held.length) this.#askForLines(held);
  }

  /** @type {(joining: NonNullable<VisitorView["joining"]>, ask: number | null) => void} */
  #askAbout({ idx, name, role, over }, ask) {
    const isAsked = ask === idx;
    this.#question.textContent = t(!isAsked ? "talk.joining" : over ? "talk.ask_over" : "talk.ask", { name, role: t(`talk.role_${role}`) });
    const answer = (/** @type {boolean} */ ok) => tell(this, "talk-answer", { idx, ok });
    if (isAsked) this.#choice("talk.ask", answer);
  }

  /** @param {VisitorView["held"]} held */
  #askForLines(held) {
    this.#question.textContent = t("talk.held");
    this.append(make("ul", {}, ...held.map(({ text }) => make("li", { dir: "auto" }, text))));
    this.#choice("talk.held", (ok) => tell(this, "talk-held", ok));
  }

  /** @type {(key: string, answer: (ok: boolean) => void) => void} */
  #choice(key, answer) {
    this.append(make("p", { className: "row" },
      button(t(`${key}_yes`), () => answer(true), "main"), button(t(`${key}_no`), () => answer(false))));
  }
}

customElements.define("talk-asked", TalkAsked);
