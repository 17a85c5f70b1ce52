/**
 * <desk-tabs>: the desk's columns, one at a time where they do not fit side by side.
 * `[role=tab][aria-controls]` inside name the panels. Side by side the panels are plain regions and the tabs are gone.
 * What fits is counted in letters, so that larger text is given the room it needs; the parent says it as `data-wide`.
 */

const WIDE_IN_REM = 58;

export class DeskTabs extends HTMLElement {
  #sized = new ResizeObserver(() => this.#draw());
  #chosen = "";

  connectedCallback() {
    this.#chosen ||= this.#tabs[0]?.getAttribute("aria-controls") ?? "";
    this.#sized.observe(document.documentElement);
    this.#sized.observe(/** @type {HTMLElement} */ (document.querySelector(".top")));
    this.addEventListener("click", this.#pressed);
    this.addEventListener("keydown", this.#moved);
    this.#draw();
  }

  disconnectedCallback() {
    this.removeEventListener("keydown", this.#moved);
    this.removeEventListener("click", this.#pressed);
    this.#sized.disconnect();
  }

  get #tabs() {
    return /** @type {HTMLElement[]} */ ([...this.querySelectorAll("[role=tab]")]);
  }

  /** Brings a panel on screen, and to it the focus if asked. @type {(panel: string, focus?: boolean) => void} */
  choose(panel, focus = false) {
    this.#chosen = panel;
    this.#draw();
    if (focus) document.getElementById(panel)?.focus();
  }

  get #isWide() {
    const root = document.documentElement;
    return root.clientWidth >= WIDE_IN_REM * parseFloat(getComputedStyle(root).fontSize);
  }

  #draw() {
    const isWide = this.#isWide;
    this.hidden = isWide;
    this.parentElement?.toggleAttribute("data-wide", isWide);
    for (const tab of this.#tabs) {
      const name = tab.getAttribute("aria-controls") ?? "";
      const [panel, isChosen] = [document.getElementById(name), name === this.#chosen];
      tab.ariaSelected = String(isChosen);
      tab.tabIndex = isChosen ? 0 : -1;
      if (!panel) continue;
      panel.hidden = !isWide && !isChosen;
      panel.setAttribute("role", isWide ? "region" : "tabpanel");
    }
  }

  /** @param {Event} event */
  #pressed = ({ target }) => {
    const tab = target instanceof Element ? target.closest("[role=tab]") : null;
    if (tab) this.choose(tab.getAttribute("aria-controls") ?? "");
  };

  /** @param {KeyboardEvent} press */
  #moved = (press) => {
    const tabs = this.#tabs;
    const at = tabs.findIndex((tab) => tab.tabIndex === 0);
    const step = getComputedStyle(this).direction === "rtl" ? -1 : 1;
    const to = { ArrowRight: at + step, ArrowLeft: at - step, Home: 0, End: tabs.length - 1 }[press.key];
    if (to === undefined) return;
    press.preventDefault();
    const tab = tabs[(to + tabs.length) % tabs.length];
    this.choose(tab.getAttribute("aria-controls") ?? "");
    tab.focus();
  };
}

customElements.define("desk-tabs", DeskTabs);
