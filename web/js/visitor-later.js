/**
 * What the visitors' page can do beside the talk: the code, coming back, erasing, ending, the shared numbers, and
 * questions about who joins; and whether the public log tells of the roster. Fetched when it is first asked for, or quietly once the talk is open.
 */
import { CodeField } from "./elements/code-field.js";
import { OTHERS, OtherLanguage } from "./elements/other-language.js";
import { LastWords } from "./elements/last-words.js";
import { ReturnCode } from "./elements/return-code.js";
import { SafetyPhrase } from "./elements/safety-phrase.js";
import { TalkAsked } from "./elements/talk-asked.js";
import { TalkClosing } from "./elements/talk-closing.js";
import { TalkSign } from "./elements/talk-sign.js";
import { WishedFor } from "./elements/wished-for.js";
import { screenOf } from "./model/visit.js";
import { Signs } from "./session/signs.js";
import { button, byId, make, on, put, the } from "./ui/dom.js";
import { closeSheets, listenForSheets, openSheet } from "./ui/sheet.js";
import { clock, t } from "./ui/strings.js";
import { watch } from "./session/witness.js";
import * as talks from "./visitor-book.js";
import * as messages from "./visitor-box.js";
/** @import {TalkComposer} from "./elements/talk-composer.js" */
/** @import {Door} from "./visitor-box.js" */
/** @import {VisitorSession} from "./session/visitor.js" */
/** @import {Choice, VisitorView, World} from "./session/views.js" */

/** @typedef {{session: VisitorSession, press: (id: string, act: () => unknown) => void, failed: () => void,
 *   choice: () => Choice, world: World, door: () => Door, composer: TalkComposer}} Page */

/** A dialog of the page, made when what it is for is here. @type {(id: string, title: string, ...inside: HTMLElement[]) => void} */
function sheet(id, title, ...inside) {
  const dialog = make("dialog", { id }, make("h2", { id: `${id}-name` }, t(title)), ...inside);
  dialog.setAttribute("aria-labelledby", `${id}-name`);
  document.body.append(dialog);
}

/** From this relation on, one meets young people at work. */
const AT_WORK = 10;
const said = (/** @type {string} */ key, values = {}) => make("p", {}, t(key, values));
const back = (/** @type {string} */ key, className = "main") => button(t(key), closeSheets, className);
const does = (/** @type {string} */ id, /** @type {string} */ key) => make("button", { type: "button", id, textContent: t(key) });
const row = (/** @type {HTMLElement[]} */ ...buttons) => make("p", { className: "row" }, ...buttons);

function makeSheets() {
  const { codeDays, backupDays = "" } = byId("main").dataset;
  const [code, field] = [new ReturnCode(), new CodeField()];
  Object.assign(code.dataset, { days: codeDays });
  field.id = "erase-code";
  field.setAttribute("label", t("page.erase_code"));
  sheet("safety", "page.safety", said("page.safety_text"), new SafetyPhrase(), back("page.close"));
  sheet("code", "page.code_open", code, back("page.back", ""));
  sheet("end", "page.end", said("page.end_text"), new LastWords(),
    row(Object.assign(back("page.back"), { autofocus: true }), does("end-together", "page.end_together"), does("end-yes", "page.end_yes")));
  sheet("erase", "page.erase", said("page.erase_goes"), said("page.erase_stays", { days: backupDays }), field,
    row(back("page.back"), does("erase-yes", "page.erase_yes")));
}

/**
 * A question before the talk; 0 is "rather not say", and from `atWork` on stands who meets young people there.
 * @type {(name: string, title: string, words: (n: number) => string, last: number, atWork?: number) => HTMLElement}
 */
function choiceOf(name, title, words, last, atWork = last + 1) {
  const options = Array.from({ length: last }, (_, at) => make("option", { value: String(at + 1) }, words(at + 1)));
  const grouped = options.splice(atWork - 1);
  const select = make("select", { id: name, autocomplete: "off" },
    make("option", { value: "0" }, t("page.unsaid")), ...options);
  if (grouped.length) select.append(make("optgroup", { label: t("page.at_work") }, ...grouped));
  return make("label", {}, make("span", {}, title), select);
}

/** @type {(id: string) => CodeField} */
const field = (id) => /** @type {CodeField} */ (byId(id));

/** One may choose a language that these pages are not in, and is told in it what can be done. @param {Page} page */
function drawLanguage({ door }) {
  const { value } = /** @type {HTMLSelectElement} */ (byId("language"));
  the(OtherLanguage).show({ lang: value, mayChat: door().open, mayWrite: Boolean(door().message) });
}

/** @param {Page} page */
function offerLanguages(page) {
  const names = new Intl.DisplayNames(["sv"], { type: "language" });
  byId("language").append(...OTHERS.map((code) =>
    make("option", { value: code, lang: code }, new Intl.DisplayNames([code], { type: "language" }).of(code) ?? names.of(code) ?? code)));
  byId("choices").append(new OtherLanguage());
  byId("language").addEventListener("change", () => drawLanguage(page));
  on("language-chat", () => byId("chat").click());
  on("language-write", () => byId("message").click());
}

/** @type {VisitorSession | null} */
let visit = null;
/** @type {Page | null} */
let current = null;
/** Whom the visitor would like to meet again, with their code; told once more on the front page when nobody is there.
 * @type {import("./session/views.js").Wish | null} */
let wished = null;
/** @type {number | undefined} */
let wish;

/** The duty name that was typed, if it is one; the place to type it says when it is not. @param {VisitorSession} session */
async function wishOf(session) {
  const name = /** @type {HTMLInputElement} */ (byId("wish")).value.trim().toLowerCase();
  if (!name || !await session.believe()) return undefined;
  const member = session.trust.chain[0].members.find(({ dutyName }) => dutyName.toLowerCase() === name);
  put(byId("wish-said"), member ? "" : t("visitor.wish_nobody"));
  return member ? member.idx : null;
}

/** @param {Page} page */
async function comeBack({ session, choice }) {
  const code = field("comeback-code");
  const digits = code.take();
  if (!digits) return;
  const found = await wishOf(session);
  if (found === null) return byId("wish").focus();
  wish = found;
  wished = null;
  if (await session.useCode(digits, { ...choice(), wish })) code.clear();
  else {
    code.say(t("visitor.code_gone"));
    code.focus();
  }
}

/** @param {Page} page */
async function erase({ session }) {
  const code = field("erase-code");
  if (code.empty && !session.isOpen) return code.say(t("visitor.erase_needs"));
  const digits = code.empty ? "" : code.take();
  if (!digits && !code.empty) return undefined;
  if (!await session.eraseAll(digits).catch(() => false)) return code.say(t("visitor.erase_failed"));
  code.clear();
  return closeSheets();
}

/** @type {(receipt: NonNullable<VisitorView["receipt"]>) => string} */
function receiptOf({ rooms, at, codes = 0, letters = 0, plans = 0, talks = 0, inquiries = 0, backups_days: days = 0,
  escalation_days: passed = 0, case_days: counselled = 0 }) {
  const asked = inquiries ? ` ${t("visitor.receipt_inquiries", { n: inquiries })}` : "";
  const text = t("visitor.receipt", { time: clock(at), codes, letters, plans, rooms, talks }) + asked;
  return days ? `${text} ${t("visitor.receipt_backups", { days })} ${t("visitor.receipt_remains", { passed, counselled })}` : text;
}

/** The code of the conversation; that of a sealed message is elsewhere. */
const codeSheet = () => /** @type {ReturnCode} */ (byId("code").querySelector("return-code"));

/** Of a talk at rest the server hears only once it goes on, or by a code. @param {VisitorView} view */
function drawSign(view) {
  const { sign } = view;
  the(TalkClosing).show({ closing: view.phase === "live" && sign?.t === "closing" ? sign : null });
  byId("end-together").hidden = view.phase !== "live" || sign?.t === "closing";
  the(LastWords).hidden = view.phase !== "live";
  the(TalkSign).show({ ...view, hours: byId("main").dataset.pauseHours ?? "" });
  const rests = view.phase === "paused" && view.why === "idle";
  for (const tool of document.querySelectorAll(".tools [data-sheet]:not(#end-open)")) {
    if (tool instanceof HTMLElement) tool.hidden = rests && !(view.code?.confirmed && tool.dataset.sheet === "erase");
  }
}

/** @type {(view: VisitorView, session: VisitorSession) => void} */
function drawWish({ phase }, { paper, signs }) {
  const waits = phase === "working" || phase === "waiting";
  wished = waits || phase === "live" ? paper?.wish ?? null : wished;
  const isFront = screenOf(phase) === "front";
  const shown = waits || phase === "closed" ? wished : null;
  const card = the(WishedFor);
  if (isFront) byId("front-said").after(card);
  else byId("write-now").before(card);
  card.show({ wish: shown, isHere: shown !== null && (signs?.isOnDuty(shown.idx) ?? false), waits });
}

/** Words turn simple, and children's lines stand beside the talk. @param {VisitorView} view */
function drawChild({ child = false, phase }) {
  const card = byId("child") ?? makeChild();
  card.hidden = !child || screenOf(phase) !== "talk";
  if (!child) return;
  document.documentElement.toggleAttribute("data-young", true);
  /** @type {HTMLInputElement} */ (byId("young")).checked = true;
}

/** The same list as on the front page, folded so that the lines of the talk stay in sight. */
function makeChild() {
  const lines = /** @type {Element} */ (document.querySelector("#front .young .lines-of-help")).cloneNode(true);
  const card = make("details", { id: "child" }, make("summary", {}, t("page.child_lines")), said("page.child_text"), lines);
  the(TalkAsked).before(card);
  return card;
}

/** @param {VisitorView} view */
export function draw(view) {
  if (["after", "stop"].includes(screenOf(view.phase))) closeSheets();
  the(TalkAsked).show(view);
  drawSign(view);
  drawChild(view);
  if (visit) drawWish(view, visit);
  codeSheet().show(view.code);
  the(SafetyPhrase).show(view);
  if (view.receipt) put(/** @type {Element} */ (document.querySelector("#after .lead")), receiptOf(view.receipt));
  messages.draw();
  talks.draw(view);
}

export const { hasTyped } = messages;

export function wipe() {
  messages.wipe();
  talks.wipe();
}

/** The door has changed. */
export function opening() {
  messages.opening();
  if (current) drawLanguage(current);
}

/** What an adviser would send to the supervisors is shown first. @type {Promise<typeof import("./visitor-escalation.js")> | null} */
let escalation = null;

/** @type {(session: VisitorSession, control: Record<string, unknown>) => Promise<void>} */
async function hear(session, control) {
  escalation ??= import("./visitor-escalation.js").then((made) => {
    made.begin(session);
    return made;
  });
  (await escalation).hear(session, control);
}

/** @param {Page} page */
export function begin(page) {
  const { session, press, failed } = page;
  const signs = session.signs ??= new Signs(session);
  makeSheets();
  the(TalkAsked).after(new TalkSign(), new TalkClosing());
  byId("front-said").after(new WishedFor());
  byId("comeback-code").after(make("p", {}, make("label", {}, make("span", {}, t("page.wish")),
    make("input", { id: "wish", maxLength: 40, autocomplete: "off", dir: "auto" }))), make("p", { id: "wish-said", className: "hint" }));
  offerLanguages(page);
  /** @type {Element} */ (document.querySelector("#after .lead")).after(make("h2", {}, t("page.after_now")),
    make("ul", {}, ...[1, 2, 3].map((n) => make("li", {}, t(`page.after_${n}`)))));
  byId("choices").append(
    choiceOf("relation", t("page.relation"), (n) => t(`page.relation_${n}`), 15, AT_WORK),
    choiceOf("topic", t("page.topic"), (n) => t(`page.topic_${n}`), 7),
    choiceOf("age", t("page.age"), (n) => t(`page.age_${n}`), 7));
  const duty = make("p", { className: "hint", id: "duty", role: "status", hidden: true });
  byId("relation").after(duty);
  byId("relation").addEventListener("change", () => {
    duty.hidden = Number(/** @type {HTMLSelectElement} */ (byId("relation")).value) < AT_WORK;
    put(duty, duty.hidden ? "" : t("page.duty_own"));
  });
  press("comeback-go", () => comeBack(page));
  press("erase-yes", () => erase(page));
  press("end-yes", async () => {
    closeSheets();
    const text = the(LastWords).take();
    if (text && session.view.mayWrite) await session.write(text);
    await session.end();
  });
  on("safety", () => openSheet("safety"));
  on("talk-answer", ({ idx, ok }) => signs.answer(idx, ok));
  press("end-together", () => {
    closeSheets();
    return signs.propose(true);
  });
  on("closing-on", () => signs.propose(false));
  on("take-anyone", () => signs.anyone());
  on("sign-here", () => signs.here());
  on("sign-on", () => signs.goOn());
  on("talk-write", () => signs.goOn());
  on("talk-held", (ok) => {
    session.sendHeld(ok);
    page.composer.focus();
  });
  on("code-make", () => session.makeCode().catch(failed));
  on("code-confirm", async (groups) => await session.confirmCode(groups) || codeSheet().wrong());
  session.addEventListener("escalation", (event) => hear(session, /** @type {CustomEvent} */ (event).detail));
  listenForSheets();
  [visit, current] = [session, page];
  messages.begin({ ...page, choice: () => ({ ...page.choice(), wish }) });
  watch(session);
  talks.begin(page);
  draw(session.view);
}
