/** The cases' page: opened apart from the desk, with keys of its own; hands what is pressed to the session (`ui/case-file.js` draws a case). */
import { CaseList } from "./elements/case-list.js";
import { CasePlan } from "./elements/case-plan.js";
import { CaseSheet, wordsOf } from "./elements/case-sheet.js";
import { copyOf, endLacks, nextDay, partShown, trimmed } from "./model/case.js";
import { digitsOf } from "./model/code.js";
import { ContactAsked } from "./session/beside-desk.js";
import { Cases, Undone } from "./session/cases.js";
import { heedOut } from "./session/out.js";
import { browserWorld } from "./session/world.js";
import { besideDesk } from "./ui/beside.js";
import { CaseFile, readCase, sayLacks, sayPlanLacks, today } from "./ui/case-file.js";
import { byId, on, put, the } from "./ui/dom.js";
import { t } from "./ui/strings.js";
import { Refused } from "./asc1/bytes.js";
/** @import {Plan, Sheet} from "./model/case.js" */
/** @import {Case} from "./session/cases.js" */

const IDLE = 30 * 60_000;
/** What is written is kept so often without being asked. */
const EVERY = 60_000;
const world = browserWorld();
const cases = new Cases(world);
const file = new CaseFile();
let shown = "opening";
/** Nothing may be read until somebody shows that they are the member. */
let isCovered = false;
let touched = Date.now();

/** @type {(id: string, text: string, isCalm?: boolean) => void} */
function say(id, text, isCalm = false) {
  put(byId(id), text);
  byId(id).hidden = !text;
  byId(id).toggleAttribute("data-calm", isCalm);
}

/** The case on screen. @returns {Case | undefined} */
const open = () => cases.view.cases.find(({ id }) => id === file.id);

/** What cannot be done is said. @type {(act: () => unknown, id?: string) => Promise<void>} */
async function tried(act, id = "said") {
  say(id, "");
  try {
    await act();
  } catch (error) {
    if (!(error instanceof Undone || error instanceof Refused)) throw error;
    if (cases.view.phase === "out" && id === "said") return draw();
    say(id, t(error instanceof Undone ? error.message : "case.wrong"));
    byId(id).scrollIntoView({ block: "center" });
  }
  return undefined;
}

/** @type {(id: string, act: () => unknown) => void} */
const press = (id, act) => byId(id).addEventListener("click", () => tried(act));

function draw() {
  const { phase } = cases.view;
  const isUnsaved = file.unsaved.isAny;
  if (phase !== "in" && !isUnsaved) file.clear();
  if (phase !== "in" || isCovered) file.cover();
  const each = phase === "in" && !isCovered ? open() : undefined;
  const part = partShown({ phase, isCovered, isUnsaved, hasCase: each !== undefined });
  for (const id of ["out", "denied", "locked", "list", "file"]) byId(id).hidden = id !== part;
  byId("lock").hidden = part !== "file" && part !== "list";
  if (part === "file" && phase === "out") say("said", t("case.out_unsaved"));
  if (part === "list") the(CaseList).show({ today: today(), cases: cases.view.cases.map((one) => {
    const { sheets, plans } = readCase(one);
    return { id: one.id, isClosed: one.closed !== null, next: nextDay(sheets[0]?.fields ?? null, plans[0]?.fields ?? null) };
  }) });
  if (each) file.draw(each, cases.view);
  if (part !== shown && part !== "file") /** @type {HTMLElement | null} */ (byId(part)?.querySelector("#digits, h2"))?.focus();
  shown = part;
}

// Opening and locking --------------------------------------------------------------------------------

const digits = () => /** @type {HTMLInputElement} */ (byId("digits"));

/** What was not saved is shown to who has written it, also when the session has ended. @param {string} typed */
async function uncover(typed) {
  try {
    if (cases.view.phase !== "out") return await cases.unlock(typed);
  } catch (error) {
    if (String(cases.view.phase) !== "out") throw error;
  }
  if (!await cases.isMe(typed)) throw new Undone("case.wrong");
  return undefined;
}

/** @param {string} typed */
async function unlock(typed) {
  say("said", t("case.unlocking"), true);
  try {
    await uncover(typed);
    isCovered = false;
    say("said", "");
    draw();
  } catch (error) {
    say("said", "");
    throw error instanceof Undone || error instanceof Refused ? error : new Undone("case.wrong");
  } finally {
    digits().value = "";
  }
}

byId("unlock").addEventListener("submit", (event) => {
  event.preventDefault();
  tried(() => unlock(digitsOf(digits().value)), "unlock-said");
});
byId("passkey").addEventListener("click", () => tried(() => unlock(""), "unlock-said"));

/** What was written goes along; where it cannot be kept, it stays. */
async function keepAll() {
  await file.unsaved.settled();
  if (cases.view.phase !== "in") return;
  if (file.unsaved.has("sheet")) await keepSheet(false);
  if (file.unsaved.has("plan")) await keepPlan();
}

/** What only its writer can save or send is not left behind. Raises: Undone. */
async function nothingUnkept() {
  await keepAll();
  if (file.unsaved.isAny) throw new Undone("case.unkept");
}

/** Covered at once, whatever becomes of the saving; what cannot be kept stays under the cover. */
async function lock() {
  isCovered = true;
  draw();
  try {
    await keepAll();
  } finally {
    if (isCovered && cases.view.phase === "in") cases.lock("locked");
  }
}

press("lock", lock);
/** Who leaves the desk leaves this page, too. */
heedOut(world, () => cases.view.idx, () => tried(async () => {
  await lock();
  if (isCovered) await cases.load();
}));

// A case ---------------------------------------------------------------------------------------------

/** @param {string} id */
function show(id) {
  file.id = id;
  draw();
  const each = open();
  if (each) file.open(each, cases.view);
}

press("new", async () => show(await cases.begin()));
press("back", async () => {
  await nothingUnkept();
  file.clear();
  draw();
});
on("case-open", show);

/** @type {(done: boolean) => Promise<void>} */
async function keepSheet(done) {
  const sheet = the(CaseSheet).sheet;
  if (!sheet) return;
  const words = (/** @type {string} */ id) => {
    const row = cases.view.form.find((each) => each.id === id);
    return row ? wordsOf(row) : sheet.words[id] ?? id;
  };
  const kept = /** @type {Sheet} */ ({ ...trimmed(sheet, words), done, contact: file.contact });
  await file.kept("sheet", () => cases.keep(file.id, "sheet", kept, file.sheetNumber));
  if (done) draw();
  say("said", t(done ? "case.finished" : "case.saved"), true);
}

/** What a sheet or a case lacks before it may end. */
function lacks() {
  const each = open();
  if (!each) return [];
  const { plans, why } = readCase(each);
  return endLacks(plans[0]?.fields ?? null, why, cases.view.form);
}

press("sheet-new", () => file.beginSheet(readCase(/** @type {Case} */ (open())), cases.view));
press("sheet-save", () => keepSheet(false));
press("sheet-finish", async () => {
  const missing = lacks();
  sayLacks("sheet-lacks", missing);
  if (!missing.length) await keepSheet(true);
});

press("plan-new", () => file.beginPlan(readCase(/** @type {Case} */ (open())), cases.view));
press("plan-save", () => keepPlan());

async function keepPlan() {
  const plan = the(CasePlan).plan;
  if (!plan) return;
  const kept = /** @type {Plan} */ ({ ...plan, day: today(), contact: file.contact });
  await file.kept("plan", () => cases.keep(file.id, "plan", kept, file.planNumber));
  sayPlanLacks(kept, cases.view.form);
  sayLacks("sheet-lacks", []);
  say("said", t("case.saved"), true);
}

press("reason-save", async () => {
  const field = /** @type {HTMLTextAreaElement} */ (byId("why"));
  const { why } = file;
  if (!why) return field.focus();
  await file.unsaved.saved("why", () => cases.keep(file.id, "reason", { why, day: today(), contact: file.contact }));
  if (file.why === why) field.value = "";
  sayLacks("sheet-lacks", []);
  say("said", t("case.saved"), true);
});

// The visitor's copy ---------------------------------------------------------------------------------

const asked = new ContactAsked(world, (id, contact) => {
  if (file.id !== id || file.contact) return;
  file.goesTo(contact);
  say("said", "");
});

press("contact", () => {
  asked.ask(file.id);
  say("said", t("case.contact_missing"));
});
press("copy-send", async () => {
  const plan = the(CasePlan).plan;
  const { contact, words } = file;
  if (!plan || !contact) return;
  if (file.unsaved.has("plan")) await keepPlan();
  try {
    await file.unsaved.saved("words", () => cases.give(contact, copyOf({ ...plan, day: today() }, words)));
  } catch (error) {
    file.unsaved.changed("words", file.words !== "");
    throw error instanceof Undone && error.message === "case.gone" ? new Undone("case.copy_gone") : error;
  }
  say("said", t("case.copy_sent"), true);
});

// Who is in it, and its end --------------------------------------------------------------------------

on("member-add", (idx) => tried(() => cases.admit(file.id, idx)));
on("member-off", (idx) => tried(() => cases.leave(file.id, idx)));
press("close", async () => {
  await nothingUnkept();
  const missing = lacks();
  sayLacks("close-lacks", missing);
  if (missing.length) return;
  await cases.close(file.id);
  say("said", t("case.closed"), true);
});
press("reopen", () => cases.reopen(file.id));

for (const name of ["pointerdown", "keydown"]) addEventListener(name, () => touched = Date.now(), { passive: true });
setInterval(() => {
  if (byId("lock").hidden) return undefined;
  if (Date.now() - touched > IDLE) return tried(lock);
  const isDue = cases.view.phase === "in" && (file.unsaved.has("sheet") || file.unsaved.has("plan"));
  return isDue ? tried(keepAll) : undefined;
}, EVERY);
addEventListener("beforeunload", (event) => file.unsaved.isAny && event.preventDefault());
besideDesk();
cases.addEventListener("change", draw);
await tried(() => cases.load());
draw();
