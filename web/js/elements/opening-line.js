/** <opening-line role="status">: the honest line about the door. Asks at load, every minute, and when looked at; also while a visitor waits. Tells `opening` with the status. */
import { openingOf } from "../model/visit.js";
import { put, tell } from "../ui/dom.js";
import { clock, t } from "../ui/strings.js";

export class OpeningLine extends HTMLElement {
  #timer = 0;

  connectedCallback() {
    this.ask();
    this.#timer = setInterval(this.ask, 60_000);
    document.addEventListener("visibilitychange", this.ask);
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this.ask);
    clearInterval(this.#timer);
  }

  ask = async () => {
    const screen = this.closest("main")?.dataset.screen ?? "";
    if (document.hidden || !["front", "waiting"].includes(screen)) return;
    const answer = await fetch("/api/status", { credentials: "omit" }).catch(() => null);
    const status = answer?.ok ? await answer.json().catch(() => null) : null;
    const { open, key, at } = openingOf(status, Date.now());
    put(this, t(key, at ? { time: clock(at), day: clock(at, { weekday: "long" }),
      date: clock(at, { day: "numeric", month: "long" }) } : {}));
    this.dataset.lamp = status ? (open ? "lit" : "out") : "unknown";
    tell(this, "opening", { ...status, open });
  };
}

customElements.define("opening-line", OpeningLine);
