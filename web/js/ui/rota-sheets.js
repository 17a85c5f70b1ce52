/**
 * The rota's dialogs: a day with what can be done to each shift, one shift's hours and member, a swap, a holiday.
 * Each fills itself from what was last read, and hands what is asked to `act`.
 */
import { ableOf, actsOn, busyIn, daysOf, hoursOf, isOver, nameOf, shiftAt, swapOf, timeOf } from "../model/rota.js";
import { button, byId, make, put } from "./dom.js";
import { dayName, dayNotes, gapLine, hours, shiftLine, whoHas } from "./rota-words.js";
import { openSheet } from "./sheet.js";
import { t } from "./strings.js";
/** @import {Look, Member, Shift} from "../model/rota.js" */

/** @typedef {(path: "plan" | "own", act: Record<string, unknown>, at: {day: number, number?: number}) => unknown} Act */
/** @typedef {{look: Look, me: Member, isPlanner: boolean}} Seen */

/** @type {(id: string) => HTMLInputElement} */
const field = (id) => /** @type {HTMLInputElement} */ (byId(id));
/** @type {(id: string) => HTMLSelectElement} */
const list = (id) => /** @type {HTMLSelectElement} */ (byId(id));
/** @type {(name: string) => HTMLInputElement} */
const chosen = (name) => /** @type {HTMLInputElement} */ (document.querySelector(`[name=${name}]:checked`));
/** @type {(value: string | number, text: string) => HTMLOptionElement} */
const option = (value, text) => make("option", { value: String(value) }, text);

export class RotaSheets {
  #act;
  /** @type {() => Seen} */
  #seen;
  #day = 0;
  /** The one that is changed; null: a new one. @type {Shift | null} */
  #shift = null;

  /** @param {() => Seen} seen @param {Act} act */
  constructor(seen, act) {
    this.#seen = seen;
    this.#act = act;
    byId("shift-form").addEventListener("submit", (event) => this.#given(event, () => this.#saveShift()));
    byId("swap-form").addEventListener("submit", (event) => this.#given(event, () => this.#askSwap()));
    byId("holiday-form").addEventListener("submit", (event) => this.#given(event, () => this.#saveHoliday()));
    byId("shift-off").addEventListener("click", () => this.#takeOut());
    byId("sick-go").addEventListener("click", () => this.#own("sick"));
    byId("day-new").addEventListener("click", () => this.newShift(this.#day));
    byId("day-holiday").addEventListener("click", () => this.#holiday());
    byId("day-ordinary").addEventListener("click", () => this.#plan({ act: "no holiday", day: this.#day }));
    for (const name of ["begins", "ends"]) byId(name).addEventListener("input", () => this.#fillWho());
    for (const each of document.querySelectorAll("[name=role]")) each.addEventListener("change", () => this.#fillWho());
    byId("swap-to").addEventListener("change", () => this.#fillBack());
  }

  /** What is on a day. @param {number} day */
  openDay(day) {
    this.#day = day;
    const { look, isPlanner } = this.#seen();
    const [seen] = daysOf(look, day, 1);
    put(byId("day-name"), dayName(day));
    put(byId("day-notes"), [...dayNotes(seen), seen.shifts.length ? "" : t("rota.shut_day")].filter(Boolean).join(" "));
    byId("day-shifts").replaceChildren(...seen.shifts.map((shift) => this.#item(shift)),
      ...seen.gaps.map((gap) => make("li", {}, gapLine(gap))));
    /** @type {HTMLElement} */ (byId("day").querySelector(".planner")).hidden = !isPlanner || day < look.today;
    byId("day-ordinary").hidden = !isPlanner || seen.holiday === null;
    openSheet("day");
    [...byId("day").querySelectorAll("button")].find((each) => each.checkVisibility())?.focus();
  }

  /** @param {Shift} shift */
  #item(shift) {
    const { look, me } = this.#seen();
    const swap = swapOf(look, shift);
    const item = make("li", {}, shiftLine(look, shift));
    if (swap) item.append(make("span", { className: "note" }, this.#swapWords(shift, swap)));
    const acts = actsOn(look, shift, me);
    const name = () => make("span", { className: "unseen" }, `: ${whoHas(look, shift)}`);
    /** @type {Record<string, [string, () => unknown][]>} */
    const hands = {
      change: [[t("rota.change"), () => this.changeShift(shift)]],
      take: [[t("rota.take"), () => this.#own("take", {}, shift)]],
      answer: [[t("rota.yes"), () => this.#own("answer", { yes: true }, shift)],
        [t("rota.no"), () => this.#own("answer", { yes: false }, shift)]],
      ask: [[t("rota.ask"), () => this.#swap(shift)]],
      withdraw: [[t("rota.withdraw"), () => this.#own("withdraw", {}, shift)]],
      sick: [[t("rota.sick"), () => this.#sick(shift)]],
    };
    const row = make("span", { className: "row" });
    for (const [text, hand] of acts.flatMap((act) => hands[act])) {
      const pressed = button(text, hand);
      pressed.append(name());
      row.append(pressed);
    }
    if (row.childElementCount) item.append(row);
    return item;
  }

  /** @type {(shift: Shift, swap: import("../model/rota.js").Swap) => string} */
  #swapWords(shift, { to, back }) {
    const { look } = this.#seen();
    const names = { from: nameOf(look, shift.idx), to: nameOf(look, to) };
    return back ? t("rota.asked_back", { ...names, day: dayName(back[0]) }) : t("rota.asked", names);
  }

  // A shift ---------------------------------------------------------------------------------------

  /** @type {(day: number, start?: number) => void} */
  newShift(day, start = 17 * 60) {
    this.#shift = null;
    this.#openShift(day, { start, end: Math.min(1440, start + 4 * 60), role: 1, idx: null });
  }

  /** @param {Shift} shift */
  changeShift(shift) {
    if (isOver(shift, this.#seen().look)) return this.openDay(shift.day);
    this.#shift = shift;
    return this.#openShift(shift.day, shift);
  }

  /** @type {(day: number, hours: {start: number, end: number, role: number, idx: number | null}) => void} */
  #openShift(day, { start, end, role, idx }) {
    this.#day = day;
    const isNew = this.#shift === null;
    put(byId("shift-name"), t(isNew ? "rota.new" : "rota.change_name"));
    put(byId("shift-day"), dayName(day));
    field("begins").value = timeOf(start);
    field("ends").value = timeOf(end > 1440 ? end - 1440 : end);
    /** @type {HTMLInputElement} */ (document.querySelector(`[name=role][value="${role}"]`)).checked = true;
    /** @type {HTMLInputElement} */ (document.querySelector("[name=reach][value=once]")).checked = true;
    byId("reach").hidden = !isNew && !this.#shift?.weekly;
    byId("shift-off").hidden = isNew;
    byId("shift-said").hidden = true;
    list("who").replaceChildren(option(idx ?? "", ""));
    this.#fillWho();
    openSheet("shift");
    field("begins").focus();
  }

  /** Who may, and who is down for something else in these hours. */
  #fillWho() {
    const { look } = this.#seen();
    const [before, given] = [list("who").value, hoursOf(field("begins").value, field("ends").value)];
    const busy = given ? busyIn(look, this.#day, given, this.#shift?.number) : new Set();
    list("who").replaceChildren(option("", t("rota.open")), ...ableOf(look, Number(chosen("role").value)).map(({ idx, name }) =>
      option(idx, busy.has(idx) ? t("rota.busy", { name }) : name)));
    list("who").value = before;
    if (list("who").selectedIndex < 0) list("who").value = "";
  }

  #saveShift() {
    const given = hoursOf(field("begins").value, field("ends").value);
    put(byId("shift-said"), given ? "" : t("rota.hours_wrong"));
    byId("shift-said").hidden = given !== null;
    if (!given) return field("begins").focus();
    const isWeekly = chosen("reach").value === "weekly" && !byId("reach").hidden;
    const act = `${this.#shift ? "change" : "add"}${isWeekly ? " weekly" : ""}`;
    const who = list("who").value;
    return this.#plan({ act, day: this.#day, ...given, role: Number(chosen("role").value), idx: who ? Number(who) : null,
      ...(this.#shift ? { number: this.#shift.number } : {}) }, this.#shift?.number);
  }

  #takeOut() {
    const isWeekly = chosen("reach").value === "weekly" && this.#shift?.weekly;
    return this.#plan({ act: isWeekly ? "end weekly" : "cancel", day: this.#day, number: this.#shift?.number });
  }

  // A swap, a sick call, a holiday ------------------------------------------------------------------

  /** @param {Shift} shift */
  #swap(shift) {
    this.#shift = shift;
    const { look, me } = this.#seen();
    byId("swap-shift").replaceChildren(`${dayName(shift.day)}, `, hours(shift));
    list("swap-to").replaceChildren(...ableOf(look, shift.role).filter(({ idx }) => idx !== me.idx)
      .map(({ idx, name }) => option(idx, name)));
    this.#fillBack();
    openSheet("swap");
    list("swap-to").focus();
  }

  #fillBack() {
    const { look, me } = this.#seen();
    const theirs = look.shifts.filter((each) => each.idx === Number(list("swap-to").value) && !isOver(each, look) && me.roles.includes(each.role));
    list("swap-back").replaceChildren(option("", t("rota.ask_nothing")), ...theirs.map((each) =>
      option(`${each.day}.${each.number}`, `${dayName(each.day)} ${hours(each).textContent}`)));
  }

  #askSwap() {
    const back = list("swap-back").value.split(".").map(Number);
    return this.#own("ask", { to: Number(list("swap-to").value), back: back.length === 2 ? back : null });
  }

  /** @param {Shift} shift */
  #sick(shift) {
    this.#shift = shift;
    byId("sick-shift").replaceChildren(`${dayName(shift.day)}, `, hours(shift));
    openSheet("sick");
    byId("sick").querySelector("button")?.focus();
  }

  #holiday() {
    put(byId("holiday-day"), dayName(this.#day));
    const [{ holiday }] = daysOf(this.#seen().look, this.#day, 1);
    field("holiday-called").value = holiday?.name ?? "";
    list("holiday-like").value = String(holiday?.like ?? "");
    openSheet("holiday");
    field("holiday-called").focus();
  }

  #saveHoliday() {
    const like = list("holiday-like").value;
    return this.#plan({ act: "holiday", day: this.#day, like: like ? Number(like) : null, name: field("holiday-called").value.trim() });
  }

  /** @type {(event: Event, then: () => unknown) => void} */
  #given(event, then) {
    event.preventDefault();
    then();
  }

  /** @type {(act: Record<string, unknown>, number?: number) => unknown} */
  #plan(act, number) {
    return this.#act("plan", { seen: this.#seen().look.version, ...act }, { day: this.#day, number });
  }

  /** @type {(act: string, more?: Record<string, unknown>, shift?: Shift | null) => unknown} */
  #own(act, more = {}, shift = this.#shift) {
    return shift && this.#act("own", { act, day: shift.day, number: shift.number, ...more }, shift);
  }

  /** The one that is asked about, as it is now. @type {(day: number, number: number) => void} */
  openShift(day, number) {
    const { look, isPlanner } = this.#seen();
    const shift = shiftAt(look, day, number);
    if (shift && isPlanner) this.changeShift(shift);
    else this.openDay(day);
  }
}
