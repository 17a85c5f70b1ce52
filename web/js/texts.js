/** A manager's page: help lines with the day somebody called them, and the centre's own words in every language. */
import { LineEdit } from "./elements/line-edit.js";
import { TextEdit } from "./elements/text-edit.js";
import { byKey, dueOf, idOf } from "./model/texts.js";
import { heedMyOut } from "./session/out.js";
import { Texts } from "./session/texts.js";
import { browserWorld } from "./session/world.js";
import { besideDesk } from "./ui/beside.js";
import { byId, put } from "./ui/dom.js";
import { Edits, arrange } from "./ui/edits.js";
import { t } from "./ui/strings.js";
/** @import {LinesTold, TextTold} from "./model/texts.js" */
/** @import {Problem} from "./session/bearer.js" */

besideDesk();
const world = browserWorld();
const api = new Texts(world);
const languages = (byId("texts").dataset.languages ?? "sv").split(" ");
const texts = new Edits(() => new TextEdit());
const lineEdits = new Edits(() => Object.assign(new LineEdit(), { className: "card" }));
/** @type {LinesTold | null} */
let lines = null;

/** @type {(text: string) => void} */
function say(text) {
  put(byId("said"), text);
  byId("said").hidden = !text;
}

/** @type {Record<Problem, () => string>} */
const PROBLEMS = { out: () => "", not: () => t("texts.not"), first: () => t("texts.first"), failed: () => t("texts.failed") };

const isTyped = () => texts.typed || lineEdits.typed;

/** What went wrong is said; without a session nothing is shown but what is being written. @param {Problem} problem */
function wrong(problem) {
  const isLeft = isTyped();
  if ((problem === "out" || problem === "not") && !isLeft) byId("texts").hidden = true;
  byId("out").hidden = problem !== "out" || isLeft;
  say(problem === "out" && isLeft ? t("case.out_unsaved") : PROBLEMS[problem]());
}

async function showLines() {
  const told = await api.lines();
  if (typeof told === "string") return wrong(told);
  lines = told;
  const due = dueOf(told.lines);
  put(byId("due"), due ? t(due === 1 ? "texts.due_one" : "texts.due_many", { n: due }) : t("texts.due_none"));
  byId("due").toggleAttribute("data-calm", due === 0);
  const fresh = { id: "", version: 0, place: told.lines.length + 1, phone: "", url: "", for_young: false, name: {}, about: {}, hours: {},
    called: null, due: true };
  const all = [...told.lines, fresh];
  lineEdits.only(all.map(({ id }) => id));
  for (const line of all) lineEdits.of(line.id).show(line, languages);
  arrange(byId("lines"), all.map(({ id }) => lineEdits.of(id)));
  return undefined;
}

/** @type {(told: TextTold) => boolean} */
const isPublic = ({ key }) => key.startsWith("page.");

async function showTexts() {
  const told = await api.texts();
  if (typeof told === "string") return wrong(told);
  for (const [key, wordings] of byKey(told.texts)) {
    const edit = texts.of(key);
    if (!edit.isConnected) byId(isPublic(wordings[0]) ? "public" : "prompts").append(edit);
    edit.show(wordings);
  }
  byId("texts").hidden = false;
  return undefined;
}

/** @type {(name: string, act: (detail: any, from: HTMLElement) => Promise<unknown>) => void} */
const on = (name, act) => document.addEventListener(name, (event) => {
  say("");
  return act(/** @type {CustomEvent} */ (event).detail, /** @type {HTMLElement} */ (event.target));
});

on("text-save", async (wording) => {
  const answer = await api.edit(wording);
  if (typeof answer === "string") return wrong(answer);
  const edit = texts.of(wording.key);
  edit.kept(wording.language, { version: answer.version, text: wording.text });
  await showTexts();
  return edit.told(wording.language, t("texts.saved"));
});
on("text-history", async ({ key, language }) => {
  const answer = await api.history(key, language);
  return typeof answer === "string" ? wrong(answer) : texts.of(key).remember(language, answer.editions);
});
on("line-called", async ({ id, seen }) => {
  const answer = await api.called(id, seen);
  if (typeof answer === "string") return wrong(answer);
  return showLines();
});
on("line-save", async (line, from) => {
  const name = Object.values(line.name)[0] ?? "";
  const says = /** @type {LineEdit} */ (from);
  if (!name || !line.phone && !line.url) return says.say(t("texts.line_needs"));
  const id = line.id || idOf(name, lines?.lines.map((each) => each.id) ?? []);
  const answer = await api.editLine({ ...line, id });
  if (answer === "failed") return says.say(t("texts.line_wrong"));
  if (typeof answer === "string") return wrong(answer);
  says.kept(answer.version);
  return showLines();
});

addEventListener("beforeunload", (event) => isTyped() && event.preventDefault());
await Promise.all([showTexts(), showLines(), heedMyOut(world, () => wrong("out"))]);
