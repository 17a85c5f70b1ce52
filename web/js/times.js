/** The page where times for talks are published: a list by day, a form for a new or a moved time, and the calendar's address. */
import { dayNumber, minuteOf, timeText } from "./model/times.js";
import { asked } from "./session/bearer.js";
import { heedOut } from "./session/out.js";
import { browserWorld } from "./session/world.js";
import { button, byId, make, put } from "./ui/dom.js";
import { dayName } from "./ui/rota-words.js";
import { closeSheets, listenForSheets, openSheet } from "./ui/sheet.js";
import { t } from "./ui/strings.js";
/** @import {Slot, Told} from "./model/times.js" */
/** @import {Problem} from "./session/bearer.js" */

const [SUPERVISOR, COUNSELLOR] = [2, 4];
const DAYS = 7;
const HALF_HOURS = 48;
const world = browserWorld();
/** @type {Told | null} */
let told = null;
/** @type {{idx: number, roles: number[]} | null} */
let me = null;
let days = DAYS;
/** The time whose sheet is open; null when a new one is made. @type {Slot | null} */
let about = null;

/** @type {(id: string) => HTMLInputElement} */
const input = (id) => /** @type {HTMLInputElement} */ (byId(id));
/** @type {(id: string, text: string) => void} */
function say(id, text) {
  put(byId(id), text);
  byId(id).hidden = !text;
}

/** Said beside what was pressed, and what stood there stays. @type {Record<Problem, string>} */
const UNDONE = { out: "texts.out", not: "times.not", first: "texts.first", failed: "times.failed" };
/** @type {(id: string, problem: string, first?: string) => void} */
const undone = (id, problem, first = UNDONE.first) => say(id, t(problem === "first" ? first : UNDONE[/** @type {Problem} */ (problem)]));

/** @param {string} problem */
function wrong(problem) {
  if (problem === "out" || problem === "not") byId("times").hidden = true;
  if (problem === "out") closeSheets();
  byId("out").hidden = problem !== "out";
  say("said", problem === "out" ? "" : t(problem === "not" ? "times.not" : "times.failed"));
}

/** @returns {Promise<void>} */
async function load() {
  const today = told?.today ?? Math.floor(Date.now() / 86_400_000);
  const found = await asked(world, `/api/times/${today}/${days}`);
  if (typeof found === "string") return wrong(found);
  told = /** @type {Told} */ (found);
  // The centre's day may have begun before the one of this clock.
  return told.today === today ? draw(told) : load();
}

/** @param {Told} told */
function draw({ slots, members, zone }) {
  byId("times").hidden = false;
  put(byId("zone"), t("rota.zone", { zone: zone.replaceAll("_", " ") }));
  const name = (/** @type {number} */ idx) => members.find((each) => each.idx === idx)?.name ?? "";
  const found = [...new Set(slots.map(({ day }) => day))];
  byId("days").replaceChildren(...(found.length ? found.map((day) => make("section", {}, make("h2", {}, dayName(day)),
    make("ul", { className: "shifts" }, ...slots.filter((slot) => slot.day === day).map((slot) => make("li", {},
      button(lineOf(slot, name(slot.idx)), () => open(slot))))))) : [make("p", { className: "hint" }, t("times.none"))]));
  byId("more").hidden = days >= 56;
}

/** @type {(slot: Slot, name: string) => string} */
const lineOf = ({ start, length, form, languages, state, weekly }, name) => [timeText(start, length), name, t(`times.form_${form}`), languages.join(", "),
  ...(weekly ? [t("times.every")] : []), t(`times.is_${state ?? "free"}`)].join(" · ");

/** @param {Slot} slot */
function open(slot) {
  const mayChange = me?.roles.includes(SUPERVISOR) || slot.idx === me?.idx;
  if (!mayChange || !told) return;
  about = slot;
  put(byId("one-name"), `${dayName(slot.day)} ${timeText(slot.start, slot.length)}`);
  put(byId("one-text"), t(slot.state ? "times.taken_text" : "times.free_text"));
  byId("one-end").hidden = !slot.weekly;
  say("one-said", "");
  openSheet("one");
}

/** @type {(slot: Slot | null) => void} */
function edit(slot) {
  if (!told || !me) return;
  about = slot;
  put(byId("time-name"), t(slot ? "times.move" : "times.new"));
  const isPlanner = me.roles.includes(SUPERVISOR);
  const members = told.members.filter(({ idx }) => isPlanner || idx === me?.idx);
  byId("whose").hidden = !isPlanner;
  byId("who").replaceChildren(...members.map(({ idx, name }) => make("option", { value: String(idx) }, name)));
  const today = told.today;
  input("day").min = dateText(today);
  input("day").value = dateText(slot?.day ?? today + 1);
  input("at").value = String(slot?.start ?? 18 * 60);
  if (slot) {
    Object.assign(input("who"), { value: String(slot.idx) });
    Object.assign(input("length"), { value: String(slot.length) });
    Object.assign(input("form"), { value: slot.form });
    for (const box of boxes()) box.checked = slot.languages.includes(box.value);
    input("others").value = slot.languages.filter((code) => !boxes().some(({ value }) => value === code)).join(" ");
  }
  input("weekly").checked = slot?.weekly ?? false;
  say("time-said", "");
  openSheet("time");
}

/** @returns {HTMLInputElement[]} */
const boxes = () => [...document.querySelectorAll("[name=language]")].map((box) => /** @type {HTMLInputElement} */ (box));
/** @type {(day: number) => string} */
const dateText = (day) => new Date(day * 86_400_000).toISOString().slice(0, 10);

async function save() {
  const languages = [...boxes().filter(({ checked }) => checked).map(({ value }) => value),
    ...input("others").value.toLowerCase().split(/[^a-z]+/).filter((code) => code.length === 2)];
  if (!languages.length || !input("day").value) return say("time-said", t("times.lacks"));
  const asks = { idx: Number(input("who").value), day: dayNumber(input("day").value), start: Number(input("at").value),
    length: Number(input("length").value), form: input("form").value, languages: [...new Set(languages)], weekly: input("weekly").checked };
  const act = about ? { act: "move", from_day: about.day, number: about.number, ...asks } : { act: "publish", ...asks };
  const outcome = await asked(world, "/api/times", act);
  if (typeof outcome === "string") return undone("time-said", outcome, "times.meets");
  return done();
}

async function done() {
  closeSheets();
  await load();
  say("said", t("rota.saved"));
}

/** @param {"withdraw" | "end"} act */
async function take(act) {
  if (!about) return;
  const outcome = await asked(world, "/api/times", { act, day: about.day, number: about.number });
  if (typeof outcome === "string") undone("one-said", outcome);
  else await done();
}

async function showFeed() {
  if (!me?.roles.includes(COUNSELLOR)) return;
  const found = await asked(world, "/api/feed");
  if (typeof found === "string") return;
  byId("feed").hidden = false;
  byId("feed-end").hidden = !found.is_on;
}

/** @type {(id: string, then: () => unknown) => void} */
const press = (id, then) => byId(id).addEventListener("click", then);
press("new", () => edit(null));
press("more", () => {
  days += DAYS;
  return load();
});
press("one-move", () => {
  const slot = about;
  closeSheets();
  edit(slot);
});
press("one-off", () => take("withdraw"));
press("one-end", () => take("end"));
press("feed-new", async () => {
  const found = await asked(world, "/api/feed", {});
  if (typeof found === "string") return undone("feed-said", found);
  say("feed-said", "");
  put(/** @type {Element} */ (byId("feed-address").querySelector("code")), location.origin + found.path);
  byId("feed-address").hidden = byId("feed-end").hidden = false;
  return undefined;
});
press("feed-end", async () => {
  const ended = await asked(world, "/api/feed", undefined, "DELETE");
  if (typeof ended === "string") return undone("feed-said", ended);
  say("feed-said", "");
  byId("feed-address").hidden = byId("feed-end").hidden = true;
  return undefined;
});
byId("time-form").addEventListener("submit", (event) => {
  event.preventDefault();
  save();
});
byId("at").replaceChildren(...Array.from({ length: HALF_HOURS }, (_, at) => make("option", { value: String(at * 30) }, minuteOf(at * 30))));
listenForSheets();

heedOut(world, () => me?.idx, () => wrong("out"));
const found = await asked(world, "/api/me");
if (typeof found === "string") wrong(found);
else {
  me = found;
  if (me?.roles.some((role) => role === SUPERVISOR || role === COUNSELLOR)) {
    await load();
    await showFeed();
  } else wrong("not");
}
