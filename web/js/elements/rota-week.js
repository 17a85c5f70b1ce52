/**
 * <rota-week>: a week as seven walls of 24 hours, or as a list where there is no room; `show({look, days, name})`.
 * Each shift is a button; arrows move within the day and between days. Tells `rota-open` {day, number?} when a day or a
 * shift is pressed, `rota-new` {day, start} when an empty hour is, `rota-move` when the way leads out.
 */
import { wallOf } from "../model/rota.js";
import { make, tell } from "../ui/dom.js";
import { dayName, dayNotes, dayShort, gapLine, hours, whoHas } from "../ui/rota-words.js";
import { t } from "../ui/strings.js";
/** @import {Block, Day, Look} from "../model/rota.js" */

const STEP = 60;
const MINUTES = 1440;

export class RotaWeek extends HTMLElement {
  #drawn = "";

  connectedCallback() {
    this.addEventListener("keydown", this.#moved);
    this.addEventListener("click", this.#pressed);
  }

  disconnectedCallback() {
    this.removeEventListener("click", this.#pressed);
    this.removeEventListener("keydown", this.#moved);
  }

  /** @param {{look: Look, days: Day[], name: string}} view */
  show({ look, days, name }) {
    const seen = JSON.stringify([look.members, look.shifts, days, name]);
    if (seen === this.#drawn) return;
    this.#drawn = seen;
    const key = this.contains(document.activeElement)
      ? /** @type {HTMLElement} */ (document.activeElement).dataset.key ?? "" : "";
    this.setAttribute("role", "group");
    this.ariaLabel = name;
    this.replaceChildren(this.#scale(), ...days.map((day) => this.#column(look, day)));
    if (key) this.#find(key)?.focus();
  }

  /** @type {(day: number, number?: number) => void} */
  focusOn(day, number) {
    (this.#find(`${day}.${number ?? ""}`) ?? this.#find(`${day}.`))?.focus();
  }

  /** @param {string} key */
  #find(key) {
    return /** @type {HTMLElement | null} */ (this.querySelector(`[data-key="${key}"]`));
  }

  #scale() {
    const marks = [0, 6, 12, 18, 24].map((hour) => {
      const mark = make("span", {}, `${String(hour).padStart(2, "0")}:00`);
      mark.style.setProperty("--start", String(hour * 60));
      return mark;
    });
    return make("div", { className: "scale", ariaHidden: "true", dir: "ltr" }, ...marks);
  }

  /** @type {(look: Look, day: Day) => HTMLElement} */
  #column(look, day) {
    const title = make("button", { type: "button", className: "title", ariaLabel: dayName(day.day) }, dayShort(day.day));
    title.dataset.key = `${day.day}.`;
    if (day.isToday) title.ariaCurrent = "date";
    const { blocks, lanes } = wallOf(look, day.day);
    const wall = make("ul", { className: "wall" }, ...blocks.map((block) => this.#block(look, day, block)),
      ...day.gaps.map((gap) => placed(make("li", { className: "missing" }, gapLine(gap)), gap.start, gap.end)));
    wall.dataset.day = String(day.day);
    wall.style.setProperty("--lanes", String(lanes));
    const notes = dayNotes(day).map((note) => make("p", { className: "note" }, note));
    const empty = blocks.length ? [] : [make("p", { className: "shut" }, t("rota.shut"))];
    const column = make("section", {}, make("h3", {}, title), ...notes, ...empty, wall);
    column.toggleAttribute("data-gap", day.gaps.length > 0);
    return column;
  }

  /** @type {(look: Look, day: Day, block: Block) => HTMLElement} */
  #block(look, day, { shift, from, to, lane }) {
    const pressed = make("button", { type: "button" }, make("b", {}, whoHas(look, shift)), " ", hours(shift));
    pressed.dataset.key = `${shift.day}.${shift.number}`;
    pressed.dataset.role = String(shift.role);
    pressed.toggleAttribute("data-open", shift.idx === null);
    const isLater = shift.day !== day.day;
    if (isLater) {
      pressed.append(make("span", { className: "unseen" }, ` ${t("rota.since_before")}`));
      pressed.dataset.key += ".later";
    }
    const item = placed(make("li", { className: isLater ? "later" : "" }, pressed), from, to);
    item.style.setProperty("--lane", String(lane));
    return item;
  }

  /** @param {KeyboardEvent} press */
  #moved = (press) => {
    const { key, target } = press;
    const at = target instanceof HTMLElement ? target.closest("section") : null;
    if (!at || !["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"].includes(key) || press.altKey || press.ctrlKey || press.metaKey) return;
    press.preventDefault();
    if (key === "ArrowUp" || key === "ArrowDown") {
      const all = [...at.querySelectorAll("button")];
      const next = all[all.indexOf(/** @type {HTMLButtonElement} */ (target)) + (key === "ArrowUp" ? -1 : 1)];
      next?.focus();
      return;
    }
    const sections = [...this.querySelectorAll("section")];
    const ahead = (key === "ArrowRight") === (getComputedStyle(this).direction !== "rtl") ? 1 : -1;
    const next = sections[sections.indexOf(at) + ahead];
    const day = Number(/** @type {HTMLElement} */ (at.querySelector(".wall")).dataset.day) + ahead;
    if (next) next.querySelector("button")?.focus();
    else tell(this, "rota-move", { day, isHere: false });
  };

  /** @param {MouseEvent} event */
  #pressed = ({ target, clientY }) => {
    if (!(target instanceof Element)) return;
    const found = /** @type {HTMLElement | null} */ (target.closest("[data-key]"));
    const wall = /** @type {HTMLElement | null} */ (target.closest(".wall"));
    if (found) {
      const [day, number] = (found.dataset.key ?? "").split(".").map(Number);
      tell(this, "rota-open", { day, number });
    } else if (wall && target === wall) {
      const { top, height } = wall.getBoundingClientRect();
      const start = Math.floor((clientY - top) / height * MINUTES / STEP) * STEP;
      tell(this, "rota-new", { day: Number(wall.dataset.day), start });
    }
  };
}

/** @type {(item: HTMLElement, from: number, to: number) => HTMLElement} */
function placed(item, from, to) {
  item.style.setProperty("--start", String(from));
  item.style.setProperty("--end", String(to));
  return item;
}

customElements.define("rota-week", RotaWeek);
