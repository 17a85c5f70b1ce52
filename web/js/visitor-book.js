/**
 * What the visitors' page does with booked talks: times that can be had, the talks of a code, the door to one at its time, and a time
 * that an adviser offers in the middle of a conversation. The part lies over the page; a place or a room stays as it is.
 */
import { foldCode } from "./asc1/code.js";
import { unhex } from "./asc1/bytes.js";
import { BookingDoor } from "./elements/booking-door.js";
import { FORMS, LOOKING, calendarOf, coverOf, isNear } from "./model/booking.js";
import { Booking } from "./session/booking.js";
import { Failed } from "./session/errand.js";
import { button, byId, make, put } from "./ui/dom.js";
import { t } from "./ui/strings.js";
import { when } from "./ui/when.js";
/** @import {Booked, Slot} from "./model/booking.js" */
/** @import {Mine} from "./session/booking.js" */
/** @import {Code} from "./session/paper.js" */
/** @import {VisitorView} from "./session/views.js" */
/** @import {Page} from "./visitor-later.js" */

/**
 * @typedef {object} BookView
 * @property {"times"|"confirm"|"talks"|"enter"} part
 * @property {readonly Slot[] | null} slots  null until they are told
 * @property {Slot|null} slot             chosen
 * @property {string} moves               the talk that ends when the next one is booked
 * @property {boolean} waits              a wish is to be confirmed, no time
 * @property {VisitorView["code"]} code   on screen, to be written down
 * @property {boolean} hasCode
 * @property {boolean} hasLetters         messages wait under this code, too
 * @property {boolean} isBusy
 * @property {boolean} isOpen             somebody can be met in a chat now
 * @property {boolean} isInTalk           the page has a place or a conversation
 * @property {Booked[] | null} talks      null until they are told
 * @property {Mine["wish"]} wish
 * @property {string} enters
 * @property {number} now                 minute
 * @property {string} said
 */

const NEAR_EVERY = 20_000;
/** @type {BookView} */
const START = { part: "times", slots: null, slot: null, moves: "", waits: false, code: null, hasCode: false, hasLetters: false, isBusy: false,
  isOpen: false, isInTalk: false, talks: null, wish: null, enters: "", now: 0, said: "" };

/** @type {Page} */
let page;
/** @type {Booking | null} */
let booking = null;
/** @type {BookingDoor | null} */
let door = null;
/** @type {Code | null} */
let code = null;
/** Made, on screen and not typed back. @type {Code | null} */
let made = null;
/** Typed elsewhere on the page; kept until they have led to their talks. */
let typed = "";
let isKept = false;
let view = START;
/** The page of this address is for booking. */
let isHome = false;
/** How it stood with what lies under this part. @type {VisitorView["phase"]} */
let behind = "idle";
const main = () => byId("main");
const minute = () => Math.floor(Date.now() / 60_000);
const isShown = () => !byId("book").hidden;

/** @param {Partial<BookView>} [change] */
function show(change = {}) {
  view = Object.freeze({ ...view, ...change, hasCode: code !== null, isOpen: page.door().open && !page.session.isOpen,
    isInTalk: page.session.isOpen, now: minute() });
  door?.show(view);
}

/** What fails is said, and what stood stays. @param {() => unknown} act */
async function tried(act) {
  try {
    await act();
  } catch (error) {
    if (error instanceof Failed && error.why === "stopped") return;
    const why = error instanceof Failed ? error.why : "network";
    if (why === "code" && !view.hasCode) door?.wrongOwn(t("visitor.code_gone"));
    show({ isBusy: false, said: `talks.failed_${why}` });
    if (why === "taken") await again();
  }
}

function makeParts() {
  document.head.append(make("link", { rel: "stylesheet", href: new URL("../css/book.css", import.meta.url).href }));
  const emergency = /** @type {Element} */ (document.querySelector("#front .emergency")).cloneNode(true);
  const part = document.getElementById("book") ?? make("section", { id: "book", hidden: true });
  isHome = part.hasAttribute("data-home");
  byId("stop").before(part);
  const offer = make("div", { id: "time-offer", className: "card", hidden: true });
  offer.setAttribute("role", "status");
  byId("write-now").before(offer);
  part.replaceChildren(emergency);
}

function open() {
  booking ??= new Booking(page.world);
  if (!door) {
    door = new BookingDoor();
    byId("book").prepend(door);
    listen(door);
  }
  main().setAttribute("data-box", "");
  byId("box").hidden = true;
  byId("book").hidden = false;
  const { paper } = page.session;
  code ??= paper?.code ?? null;
  if (paper?.code) isKept = paper.mailbox !== "";
}

/** What lies under this part comes forward. */
function aside() {
  main().removeAttribute("data-box");
  byId("book").hidden = true;
  booking?.leave();
  typed = "";
}

function close() {
  aside();
  if (isHome && !page.session.isOpen) location.assign(byId("book").dataset.home ?? "/");
  else if (main().dataset.screen === "front") /** @type {HTMLElement | null} */ (document.querySelector("#front a[href$='/book']"))?.focus();
  else page.composer.focus();
}

/** Times that can be had. @param {Partial<BookView>} [change] */
export function times(change = {}) {
  open();
  return tried(async () => {
    show({ part: "times", slot: null, waits: false, isBusy: false, said: view.slots ? "" : LOOKING, ...change });
    const slots = await /** @type {Booking} */ (booking).slots();
    show({ slots, said: view.said === LOOKING ? "" : view.said });
  });
}

/** Somebody was first: the times as they are now. */
const again = () => tried(async () => show({ part: "times", slot: null, slots: await /** @type {Booking} */ (booking).slots() }));

/** The talks of a code that was typed elsewhere on the page. @param {{digits: string, letters: boolean}} given */
function mine({ digits, letters }) {
  open();
  typed = digits;
  return tried(() => look({ hasLetters: letters }));
}

/** @param {Partial<BookView>} [change] */
function look(change = {}) {
  show({ part: "talks", talks: null, wish: null, moves: "", said: LOOKING, ...change });
  return own(typed);
}

/** @param {string} digits */
async function own(digits) {
  const found = await /** @type {Booking} */ (booking).code(digits);
  const told = await /** @type {Booking} */ (booking).enter(found);
  [code, isKept, made, typed] = [found, true, null, ""];
  show({ ...told, code: null, said: "", part: view.part === "confirm" ? "confirm" : "talks" });
}

/** The code is known to the server, and this part of the page speaks for it. */
async function enter() {
  const found = await /** @type {Booking} */ (booking).enter(/** @type {Code} */ (code), !isKept);
  isKept = true;
  show(found);
}

/** Beside a conversation the code is kept there; else here. @param {[string, string]} groups */
function confirm(groups) {
  const shown = view.code;
  if (!shown || !made) return;
  const right = shown.asked.map((n) => shown.digits.slice(4 * n, 4 * n + 4));
  if (groups.map(foldCode).join() !== right.join()) return void door?.wrongCode();
  [code, made, isKept] = [made, null, false];
  show({ code: { ...shown, digits: "", confirmed: true }, said: "" });
}

async function makeCode() {
  made = await /** @type {Booking} */ (booking).makeCode();
  const [a, b] = page.world.random(2);
  const asked = /** @type {[number, number]} */ ([a % 6, (a + 1 + (b % 5)) % 6].sort());
  show({ code: { digits: made.digits, confirmed: false, asked }, said: "" });
}

/** A time or a wish is confirmed. */
async function yes() {
  if (!code || !door || !booking) return;
  const { slot, moves, waits } = view;
  const { form, language, interpreter } = door.wanted;
  const speaks = slot ? slot.languages.includes(language) : !interpreter;
  const spoken = { language, interpreter: speaks ? null : language };
  show({ isBusy: true });
  await enter();
  const found = waits ? await booking.wait({ forms: form ? [form] : [...FORMS], ...spoken })
    : slot && await booking.take({ day: slot.day, number: slot.number, ...spoken, moves: moves || null });
  if (!found) return;
  byId("time-offer").hidden = true;
  show({ ...found, part: "talks", slot: null, moves: "", waits: false, code: null, isBusy: false, said: waits ? "talks.wait_done" : moves ? "talks.moved" : "talks.booked" });
}

/** @param {string} id */
const talkOf = (id) => /** @type {Booked} */ (view.talks?.find((talk) => talk.id === id));

/** A time that was held is taken. @param {string} id */
async function accept(id) {
  const { day, number, language, interpreter } = talkOf(id);
  await enter();
  show({ ...await /** @type {Booking} */ (booking).take({ day, number, language, interpreter, moves: null }), said: "talks.booked" });
}

/** At its time: the counsellor of this talk, and nobody else, is asked to come. @param {string} id */
async function knock(id) {
  const { idx, agreed } = talkOf(id);
  if (!agreed || !code) return;
  show({ part: "enter", enters: id, said: "" });
  booking?.leave();
  await page.session.useCode(code.digits, { ...page.choice(), wish: idx, meet: { idx, secret: unhex(agreed.secret) } }, true);
}

/** A file for the visitor's own calendar, made here. @param {string} id */
function file(id) {
  const uid = [...page.world.random(8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const text = calendarOf(talkOf(id), t("talks.file_title"), uid, minute());
  const href = URL.createObjectURL(new Blob([text], { type: "text/calendar" }));
  make("a", { href, download: `${t("talks.file_name")}.ics` }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
  show({ said: "talks.file_done" });
}

/** @param {BookingDoor} from */
function listen(from) {
  /** @type {(name: string, act: (detail: any) => unknown) => void} */
  const on = (name, act) => from.addEventListener(name, (event) => tried(() => act(/** @type {CustomEvent} */ (event).detail)));
  /** What needs the server is answered at once, also where the line is slow. @type {(name: string, act: (detail: any) => unknown) => void} */
  const ask = (name, act) => on(name, (detail) => {
    show({ said: LOOKING });
    return act(detail);
  });
  const change = async (/** @type {() => Promise<Mine>} */ act, said = "") => show({ ...await act(), said });
  on("book-pick", (slot) => show({ part: "confirm", slot, waits: false, said: "" }));
  on("book-wait", () => show({ part: "confirm", slot: null, waits: true, said: "" }));
  on("book-code", makeCode);
  on("book-confirm", confirm);
  ask("book-own", own);
  ask("book-yes", yes);
  ask("book-accept", accept);
  ask("book-mine", async () => {
    await enter();
    show({ part: "talks", moves: "", said: "" });
  });
  on("book-more", () => times());
  on("book-again", () => (view.part === "talks" ? look() : times()));
  on("book-move", (id) => times({ moves: id }));
  ask("book-cancel", async (id) => {
    await enter();
    await change(() => /** @type {Booking} */ (booking).letGo(id), "talks.cancelled");
  });
  ask("book-no-wait", async () => {
    await enter();
    await change(() => /** @type {Booking} */ (booking).wait({ forms: [], language: "sv", interpreter: null }));
  });
  on("book-enter", knock);
  on("book-back", async () => {
    show({ part: "talks", enters: "", said: "" });
    await page.session.end();
    await back("");
  });
  on("book-file", file);
  on("book-chat", () => {
    const digits = code?.digits ?? "";
    close();
    page.session.useCode(digits, page.choice(), true).catch(page.failed);
  });
  on("book-letters", () => {
    const digits = code?.digits ?? "";
    close();
    page.session.dispatchEvent(new CustomEvent("letters", { detail: digits }));
  });
  on("book-leave", close);
}

/** From the door back to one's talks. @param {string} said */
async function back(said) {
  show({ part: "talks", enters: "", said });
  await tried(enter);
}

/** @param {VisitorView} told */
export function draw({ phase }) {
  const was = behind;
  behind = phase;
  if (!isShown()) return;
  const cover = coverOf({ part: view.part, isHeld: view.isBusy || Boolean(view.code?.digits) }, was, phase);
  if (cover === "aside") aside();
  else if (cover === "in") close();
  else if (cover === "back") back("talks.not_in");
}

/** A time that staff offer in the conversation. @param {{day: number, number: number, start: number, length: number, form: import("./model/booking.js").Form, languages: string[]}} slot */
function offered(slot) {
  const part = byId("time-offer");
  const take = () => {
    open();
    return tried(async () => {
      show({ ...START, part: "confirm", slot });
      if (code) await enter();
    });
  };
  put(part, "");
  part.append(make("p", {}, t("talks.offered", { when: when(slot.start), form: t(`talks.form_${slot.form}`) })),
    make("p", { className: "row" }, button(t("talks.offered_yes"), take, "main"), button(t("talks.offered_no"), () => void (part.hidden = true))));
  part.hidden = false;
}

export function wipe() {
  booking?.leave();
  door?.remove();
  booking = door = code = made = null;
  typed = "";
  view = START;
}

/** @param {Page} given */
export function begin(given) {
  page = given;
  makeParts();
  document.addEventListener("book-times", () => times());
  page.session.addEventListener("talks", (event) => mine(/** @type {CustomEvent} */ (event).detail));
  page.session.addEventListener("time", (event) => offered(/** @type {CustomEvent} */ (event).detail));
  behind = page.session.view.phase;
  if (isHome && main().dataset.screen === "front") times();
  setInterval(() => {
    if (isShown() && view.part === "talks" && code && !document.hidden && isNear(view.talks ?? [], minute())) {
      tried(async () => show(await /** @type {Booking} */ (booking).again()));
    } else if (isShown() && view.part === "talks") show();
  }, NEAR_EVERY);
}
