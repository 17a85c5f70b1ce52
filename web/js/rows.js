/** The page of the sheet's rows: what waits for another person, and every row with a form to propose another. */
import { RowEdit, RowWaiting } from "./elements/row-edit.js";
import { PARTS } from "./model/case.js";
import { Office, Undone } from "./session/office.js";
import { heedMyOut } from "./session/out.js";
import { browserWorld } from "./session/world.js";
import { besideDesk } from "./ui/beside.js";
import { byId, make, on, put } from "./ui/dom.js";
import { Edits, arrange } from "./ui/edits.js";
import { t } from "./ui/strings.js";
/** @import {RowTold} from "./elements/row-edit.js" */

const MANAGER = 256;
const world = browserWorld();
const office = new Office(world);
const languages = (byId("main").dataset.languages ?? "sv").split(" ");

const edits = new Edits(() => new RowEdit());
/** A new row's form, by itself and named "". */
const fresh = make("section", { className: "card" });
const sections = PARTS.map((part) => ({ part, element: make("section", { className: "card" }, make("h3", {}, t(`case.part_${part}`))) }));

/** @type {(text: string) => void} */
function say(text) {
  put(byId("said"), text);
  byId("said").hidden = !text;
}

/** @param {() => Promise<unknown>} act */
async function tried(act) {
  say("");
  try {
    await act();
  } catch (error) {
    if (!(error instanceof Undone)) throw error;
    const isOut = office.view.phase === "out";
    byId("out").hidden = true;
    if (isOut) out();
    else say(t(error.message === "staff.denied" ? "rows.not" : error.message));
  }
}

/** Without a session nothing is shown but what is being written. */
function out() {
  byId("out").hidden = edits.typed;
  byId("rows").hidden = !edits.typed;
  say(edits.typed ? t("case.out_unsaved") : "");
}

async function load() {
  const { roles } = await office.ask("/api/me");
  /** @type {{rows: RowTold[], blocked: string[]}} */
  const { rows, blocked } = await office.ask("/api/rows");
  const parts = { languages, blocked, mayEdit: roles.includes(MANAGER) };
  const waiting = rows.filter((row) => row.waiting);
  byId("waiting-none").hidden = waiting.length > 0;
  byId("waiting-list").replaceChildren(...waiting.map((row) => {
    const element = new RowWaiting();
    element.className = "card";
    element.show(row);
    return element;
  }));
  const standing = rows.filter(({ stands }) => stands);
  edits.only(["", ...standing.map(({ id }) => id)]);
  for (const row of standing) edits.of(row.id).show(row, parts);
  edits.of("").show(null, parts);
  arrange(fresh, [edits.of("")]);
  for (const { part, element } of sections) {
    arrange(element, [element.children[0], ...standing.filter((row) => row.part === part).map(({ id }) => edits.of(id))]);
  }
  arrange(byId("standing-list"), [...(parts.mayEdit ? [fresh] : []), ...sections.map(({ element }) => element)]);
  byId("rows").hidden = false;
}

/** An id made from the first words. @type {(text: string) => string} */
const idOf = (text) => `x_${text.toLowerCase().normalize("NFD").replace(/[^a-z0-9]+/g, "_").slice(0, 30)}`.replace(/_+$/, "");

/** Whatever comes of it, everything is told anew. @type {(path: string, row: object, then?: () => void) => Promise<void>} */
async function did(path, row, then) {
  try {
    await office.ask(path, row);
    then?.();
  } finally {
    await load();
  }
}

on("row-propose", (row) => tried(async () => {
  const given = { ...row, id: row.id || idOf(Object.values(row.texts)[0]) };
  await did("/api/rows", given, () => edits.of(row.id).kept());
  say(t("rows.proposed"));
}));
on("row-agree", (row) => tried(async () => {
  await did("/api/rows/agree", row);
  say(t("rows.agreed"));
}));
on("row-back", (row) => tried(() => did("/api/rows/back", row)));

addEventListener("beforeunload", (event) => edits.typed && event.preventDefault());
besideDesk();
await Promise.all([tried(load), heedMyOut(world, out)]);
