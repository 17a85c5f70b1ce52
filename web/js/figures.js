/** A manager's page: published tables with their charts and file, what may be published, and the activity log. */
import { FrozenTable } from "./elements/frozen-table.js";
import { middleOf, monthsUpTo, windowOf } from "./model/figures.js";
import { asked } from "./session/bearer.js";
import { heedMyOut } from "./session/out.js";
import { browserWorld } from "./session/world.js";
import { besideDesk } from "./ui/beside.js";
import { languageName } from "./ui/desk-words.js";
import { button, byId, make, put } from "./ui/dom.js";
import { closeSheets, listenForSheets, openSheet } from "./ui/sheet.js";
import { clock, t } from "./ui/strings.js";
/** @import {Published, Shelf} from "./model/figures.js" */
/** @import {Problem} from "./session/bearer.js" */

const MONTHS_BACK = 36;
besideDesk();
const world = browserWorld();
/** @type {Shelf | null} */
let shelf = null;
let chosen = "";

/** @type {(text: string) => void} */
function say(text) {
  put(byId("said"), text);
  byId("said").hidden = !text;
}

/** @type {Record<Problem, () => string>} */
const PROBLEMS = { out: () => "", not: () => t("figures.not"), first: () => t("texts.first"), failed: () => t("texts.failed") };

/** @param {Problem} problem */
function wrong(problem) {
  if (problem === "out" || problem === "not") byId("figures").hidden = true;
  if (problem === "out") closeSheets();
  byId("out").hidden = problem !== "out";
  say(PROBLEMS[problem]());
}

/** @param {string} name */
function windowWords(name) {
  const { key, n, year } = windowOf(name);
  return t(key, { n, year });
}

const month = (/** @type {string} */ name) => clock(middleOf(name), { month: "long", year: "numeric" });
const words = new Map([...document.querySelectorAll("#codes [data-code]")].map((each) =>
  [/** @type {HTMLElement} */ (each).dataset.code ?? "", each.textContent ?? ""]));

/** A code in words; a month and a language say themselves. @type {(dimension: string, code: string) => string} */
function word(dimension, code) {
  if (/^\d{4}-\d\d$/.test(code)) return clock(middleOf(code), { month: "short" });
  return words.get(`${dimension}=${code}`) ?? words.get(code) ?? (dimension === "language" ? languageName(code) : code);
}

async function load() {
  const told = await asked(world, "/api/figures");
  if (typeof told === "string") return wrong(/** @type {Problem} */ (told));
  shelf = told;
  byId("figures").hidden = false;
  return draw(told);
}

/** @param {Shelf} told */
function draw({ open, frozen, done, month: now }) {
  byId("frozen").replaceChildren(...frozen.map(({ name, at }) => make("li", {},
    button(windowWords(name), () => show(name)), " ", make("small", {}, t("figures.frozen_at", { date: clock(at, { dateStyle: "long" }) })))));
  byId("none").hidden = frozen.length > 0;
  fill("window", open.map((name) => [name, windowWords(name)]));
  byId("publish").hidden = open.length === 0;
  byId("nothing").hidden = open.length > 0;
  fill("month", monthsUpTo(now, MONTHS_BACK).map((each) => [each, month(each)]));
  byId("done").replaceChildren(...done.map((each) => make("li", {}, t("figures.done_line", { month: month(each.month),
    kind: word("activity", each.kind), times: each.times, people: each.people }), " ",
    button(t("figures.take_back"), () => act("/api/activity/drop", { number: each.number }, t("figures.taken_back"))))));
}

/** Choices, without losing the one that stands. @type {(id: string, choices: string[][]) => void} */
function fill(id, choices) {
  const select = /** @type {HTMLSelectElement} */ (byId(id));
  const before = select.value;
  select.replaceChildren(...choices.map(([value, textContent]) => make("option", { value, textContent })));
  if (choices.some(([value]) => value === before)) select.value = before;
}

/** @param {string} name */
async function show(name) {
  const told = await asked(world, `/api/figures/${name}`);
  return typeof told === "string" ? wrong(/** @type {Problem} */ (told)) : drawTables(told);
}

/** @param {Published} published */
function drawTables({ name, tables, csv }) {
  put(byId("shown-name"), windowWords(name));
  byId("tables").replaceChildren(...tables.map((table) => {
    const made = new FrozenTable();
    made.show(table, word);
    return made;
  }));
  const file = /** @type {HTMLAnchorElement} */ (byId("file"));
  URL.revokeObjectURL(file.href);
  file.href = URL.createObjectURL(new Blob([csv], { type: "text/csv" }));
  file.download = `hamn-${name}.csv`;
  byId("shown").hidden = false;
  byId("shown-name").focus();
}

/** @type {(path: string, body: object, done: string) => Promise<unknown>} */
async function act(path, body, done) {
  const told = await asked(world, path, body);
  if (typeof told === "string") return wrong(/** @type {Problem} */ (told));
  await load();
  say(done);
  return told;
}

byId("publish").addEventListener("submit", (event) => {
  event.preventDefault();
  chosen = /** @type {HTMLSelectElement} */ (byId("window")).value;
  put(byId("sure-name"), windowWords(chosen));
  openSheet("sure");
});
byId("sure-go").addEventListener("click", async () => {
  closeSheets();
  const told = await act("/api/figures", { name: chosen, seen: shelf?.frozen.length ?? 0 }, t("figures.published"));
  if (told) drawTables(/** @type {Published} */ (told));
});
byId("activity").addEventListener("submit", (event) => {
  event.preventDefault();
  const given = Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (byId("activity"))));
  const [times, people] = [Number(given.times), Number(given.people || 0)];
  if (!Number.isInteger(times) || !Number.isInteger(people) || times < 1 || people < 0 || times > 10_000 || people > 10_000) {
    return say(t("figures.numbers"));
  }
  return act("/api/activity", { month: given.month, kind: given.kind, times, people }, t("figures.added"));
});
listenForSheets();
await Promise.all([load(), heedMyOut(world, () => wrong("out"))]);
