/**
 * <rota-month>: a month as a grid of names, a list of days where there is no room for a grid; `show({look, days, day})`.
 * Arrows, Home, End and Page keys move; tells `rota-move` day when the way leads out, `rota-open` {day} when one is pressed.
 */
import { dayAfter } from "../model/rota.js";
import { make, tell } from "../ui/dom.js";
import { dayName, dayNotes, dayNumber, gapLine, shiftLine, weekdayName } from "../ui/rota-words.js";
import { t } from "../ui/strings.js";
/** @import {Day, Look} from "../model/rota.js" */

export class RotaMonth extends HTMLElement {
  #day = 0;
  #drawn = "";

  connectedCallback() {
    this.addEventListener("keydown", this.#moved);
    this.addEventListener("click", this.#pressed);
  }

  disconnectedCallback() {
    this.removeEventListener("click", this.#pressed);
    this.removeEventListener("keydown", this.#moved);
  }

  /** @param {{look: Look, days: Day[], day: number, name: string}} view */
  show({ look, days, day, name }) {
    const key = JSON.stringify([look.members, days, name]);
    const held = this.contains(document.activeElement);
    if (key !== this.#drawn) this.#draw(look, days, name);
    this.#drawn = key;
    this.#point(day);
    if (held) this.focusOn(day);
  }

  /** @type {(look: Look, days: Day[], name: string) => void} */
  #draw(look, days, name) {
    const weeks = Array.from({ length: days.length / 7 }, (_, at) => days.slice(7 * at, 7 * at + 7));
    const head = make("tr", {}, ...weeks[0].map((each) => make("th", { scope: "col", abbr: weekdayName(each.day, "long") },
      weekdayName(each.day))));
    head.setAttribute("role", "row");
    for (const cell of head.children) cell.setAttribute("role", "columnheader");
    const table = make("table", { ariaLabel: name }, make("thead", {}, head),
      make("tbody", {}, ...weeks.map((week) => this.#week(look, week))));
    table.setAttribute("role", "grid");
    for (const group of table.children) group.setAttribute("role", "rowgroup");
    this.replaceChildren(table);
  }

  /** @param {number} day */
  focusOn(day) {
    this.#point(day);
    this.#button(day)?.focus();
  }

  /** @param {number} day */
  #button(day) {
    return /** @type {HTMLButtonElement | null} */ (this.querySelector(`[data-day="${day}"]`));
  }

  /** One day can be tabbed to; the others by arrows. @param {number} day */
  #point(day) {
    this.#day = this.#button(day) ? day : Number(/** @type {HTMLElement} */ (this.querySelector("[data-day]")).dataset.day);
    for (const each of this.querySelectorAll("button")) each.tabIndex = Number(each.dataset.day) === this.#day ? 0 : -1;
  }

  /** @type {(look: Look, week: Day[]) => HTMLElement} */
  #week(look, week) {
    const row = make("tr", {}, ...week.map((day) => this.#cell(look, day)));
    row.setAttribute("role", "row");
    return row;
  }

  /** @type {(look: Look, day: Day) => HTMLElement} */
  #cell(look, day) {
    const lines = [...dayNotes(day).map((note) => make("span", { className: "note" }, note)),
      ...day.shifts.map((shift) => shiftLine(look, shift)), ...day.gaps.map(gapLine)];
    if (!day.shifts.length) lines.push(make("span", { className: "shut" }, t("rota.shut")));
    const pressed = make("button", { type: "button" }, make("span", { className: "date" }, make("span", { className: "long" }, dayName(day.day)),
      make("span", { className: "short", ariaHidden: "true" }, dayNumber(day.day))), ...lines.flatMap((line) => [" ", line]));
    pressed.dataset.day = String(day.day);
    if (day.isToday) pressed.ariaCurrent = "date";
    const cell = make("td", {}, pressed);
    cell.setAttribute("role", "gridcell");
    cell.toggleAttribute("data-out", day.isOut);
    cell.toggleAttribute("data-gap", day.gaps.length > 0);
    return cell;
  }

  /** @param {KeyboardEvent} press */
  #moved = (press) => {
    if (press.ctrlKey || press.altKey || press.metaKey) return;
    const day = dayAfter(press.key, this.#day, getComputedStyle(this).direction === "rtl");
    if (day === null) return;
    press.preventDefault();
    const isHere = this.#button(day) !== null && !press.key.startsWith("Page");
    this.#day = day; // the next key counts from here, also while another month is on its way
    if (isHere) this.focusOn(day);
    tell(this, "rota-move", { day, isHere });
  };

  /** @param {Event} event */
  #pressed = ({ target }) => {
    const found = target instanceof Element ? /** @type {HTMLElement | null} */ (target.closest("[data-day]")) : null;
    if (!found) return;
    this.#point(Number(found.dataset.day));
    tell(this, "rota-open", { day: this.#day });
  };
}

customElements.define("rota-month", RotaMonth);
