/** The rota's page: a month or a week of it, and what is pressed there; `ui/rota-sheets.js` has the dialogs. */
import { RotaMonth } from "./elements/rota-month.js";
import { RotaWeek } from "./elements/rota-week.js";
import { SUPERVISOR, WEEK, daysOf, mondayOf, monthOf, monthsOn } from "./model/rota.js";
import { heedOut } from "./session/out.js";
import { Plan } from "./session/plan.js";
import { browserWorld } from "./session/world.js";
import { byId, put, the } from "./ui/dom.js";
import { RotaSheets } from "./ui/rota-sheets.js";
import { monthName, weekName } from "./ui/rota-words.js";
import { closeSheets, listenForSheets } from "./ui/sheet.js";
import { t } from "./ui/strings.js";
/** @import {Look, Member} from "./model/rota.js" */

const MS = 86_400_000;
const world = browserWorld();
const plan = new Plan(world, () => isIdle() && load());
/** @type {Look | null} */
let look = null;
/** @type {Member | null} */
let me = null;
let view = "month";
/** The day that is pointed at; the server says which is today. */
let day = Number(location.hash.slice(1)) || Math.floor(Date.now() / MS);

const isIdle = () => !document.querySelector("dialog[open]");
const isPlanner = () => me?.roles.includes(SUPERVISOR) ?? false;
const sheets = new RotaSheets(() => ({ look: /** @type {Look} */ (look), me: /** @type {Member} */ (me), isPlanner: isPlanner() }), act);

/** @type {(text: string) => void} */
function say(text) {
  put(byId("said"), text);
  byId("said").hidden = !text;
}

/** Which days are on screen. @returns {{first: number, days: number, from: number, to: number}} */
function shown() {
  if (view === "month") return monthOf(day);
  const first = mondayOf(day);
  return { first, days: WEEK, from: first, to: first + WEEK - 1 };
}

/** What was asked for last. @type {Promise<boolean>} */
let newest = Promise.resolve(false);
let asks = 0;

/** What is on screen, as it is now. @returns {Promise<boolean>} */
const load = () => newest = read(++asks);

/** One day more before, for a night that began there. An answer that comes late is not drawn over a newer one. @type {(ask: number) => Promise<boolean>} */
async function read(ask) {
  const { first, days } = shown();
  const found = await plan.look(first - 1, days + 1);
  if (found === "out") return out();
  if (ask !== asks) return newest;
  if (shown().first !== first) return load();
  if (!found) {
    say(t("rota.failed"));
    return false;
  }
  look = found;
  draw();
  return true;
}

/** Where no day is asked for, the centre's: around midnight it may be of another month than the one by this clock. */
async function begin() {
  if (!await load() || !look || day === look.today) return look !== null;
  day = look.today;
  return load();
}

function out() {
  look = me = null;
  closeSheets();
  byId("rota").hidden = true;
  byId("out").hidden = false;
  say("");
  /** @type {HTMLElement} */ (byId("out").querySelector("h2")).focus();
  return false;
}

function draw() {
  if (!look) return;
  const { first, days, from, to } = shown();
  const name = view === "month" ? monthName(day) : weekName(day);
  const seen = daysOf(look, first, days, { from, to });
  byId("rota").hidden = false;
  byId("out").hidden = true;
  put(byId("shown"), name);
  put(byId("zone"), t("rota.zone", { zone: look.zone.replaceAll("_", " ") }));
  for (const each of document.querySelectorAll(".planner")) /** @type {HTMLElement} */ (each).hidden = !isPlanner();
  for (const each of ["month", "week"]) byId(each).ariaPressed = String(each === view);
  the(RotaMonth).hidden = view !== "month";
  the(RotaWeek).hidden = view !== "week";
  if (view === "month") the(RotaMonth).show({ look, days: seen, day, name });
  else the(RotaWeek).show({ look, days: seen, name });
}

/** @type {(to: number, number?: number) => Promise<void>} */
async function go(to, number) {
  day = to;
  if (await load()) point(number);
}

/** @param {number} [number] */
function point(number) {
  if (view === "month") the(RotaMonth).focusOn(day);
  else the(RotaWeek).focusOn(day, number);
}

/** @type {import("./ui/rota-sheets.js").Act} */
async function act(path, asked, at) {
  const outcome = await plan.change(path, asked);
  if (outcome === "out") return out();
  closeSheets();
  day = at.day;
  const isRead = await load();
  if (isRead) say(t({ done: "rota.saved", conflict: "rota.conflict", gone: "rota.gone", failed: "rota.failed" }[outcome]));
  point(at.number);
  return isRead;
}

/** @type {(name: string, then: (detail: any) => unknown) => void} */
const on = (name, then) => document.addEventListener(name, (event) => then(/** @type {CustomEvent} */ (event).detail));
/** @type {(id: string, then: () => unknown) => void} */
const press = (id, then) => byId(id).addEventListener("click", then);
/** @param {number} ahead */
const turn = (ahead) => {
  day = view === "month" ? monthsOn(day, ahead) : day + WEEK * ahead;
  return load();
};
/** @param {string} chosen */
const choose = (chosen) => {
  view = chosen;
  return load();
};

on("rota-move", ({ day: to, isHere }) => {
  if (isHere) day = to;
  else go(to);
});
on("rota-open", ({ day: at, number }) => {
  if (!look) return;
  day = at;
  say("");
  if (number) sheets.openShift(at, number);
  else sheets.openDay(at);
});
on("rota-new", ({ day: at, start }) => isPlanner() && look && at >= look.today && sheets.newShift(at, start));
press("back", () => turn(-1));
press("on", () => turn(1));
press("today", () => look && go(look.today));
press("month", () => choose("month"));
press("week", () => choose("week"));
press("new", () => look && sheets.newShift(Math.max(day, look.today)));
document.addEventListener("visibilitychange", () => !document.hidden && me && isIdle() && load());
listenForSheets();

heedOut(world, () => me?.idx, out);
const found = await plan.me();
if (found === "out") out();
else if (!found) say(t("rota.failed"));
else {
  me = found;
  const isAsked = location.hash !== "";
  if (await (isAsked ? load() : begin())) {
    the(RotaMonth).querySelector("[tabindex='0']")?.scrollIntoView({ block: "nearest" });
    if (isAsked) sheets.openDay(day);
  }
}
