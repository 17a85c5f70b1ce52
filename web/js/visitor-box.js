/** What the visitors' page does with the sealed message box: when it is offered, what goes along, and the way back. */
import { BoxPart } from "./box.js";
import { unanswered } from "./model/unanswered.js";
import { aloneOf, longWait } from "./model/visit.js";
import { byId, make, put } from "./ui/dom.js";
import { t } from "./ui/strings.js";
import { when } from "./ui/when.js";
import { times } from "./visitor-book.js";
/** @import {Page} from "./visitor-later.js" */

/** @typedef {{open: boolean, reason?: string, message?: number | null}} Door  as the front page was told; message: by which minute it is answered */

const PAUSED_EVERY = 20_000;
const main = () => byId("main");
/** @type {BoxPart | null} */
let box = null;
/** @type {Page} */
let page;
/** As this part was told while the front page's line was out of sight. @type {Door | null} */
let told = null;

const door = () => told ?? page.door();
const isShown = () => main().hasAttribute("data-box");

/** Does anything typed wait to be sent? */
export const hasTyped = () => isShown() && (box?.typed.trim() ?? "") !== "";

function makeParts() {
  document.head.append(make("link", { rel: "stylesheet", href: new URL("../css/box.css", import.meta.url).href }));
  const emergency = /** @type {Element} */ (document.querySelector("#front .emergency")).cloneNode(true);
  byId("stop").before(make("section", { id: "box", hidden: true }, make("div", { id: "box-door" }), emergency));
  byId("message").after(make("p", { id: "message-by", className: "hint" }));
  const alone = make("p", { id: "alone", className: "band", hidden: true, role: "status" });
  const leave = make("button", { type: "button", id: "wait-message", textContent: t("page.message_wait") });
  const book = make("button", { type: "button", id: "wait-book", textContent: t("page.book_wait") });
  byId("write-now").before(alone, make("p", { id: "or-message", className: "row", hidden: true }, leave, book));
  document.addEventListener("waited-long", drawWaiting);
}

export function wipe() {
  box?.wipe();
  box = null;
}

function close() {
  main().removeAttribute("data-box");
  byId("box").hidden = true;
  const { screen } = main().dataset;
  if (screen === "front" && !door().open) byId("front-said").after(byId("ways"));
  (screen === "front" ? byId("message") : screen === "waiting" ? byId("wait-message") : page.composer).focus();
}

function open() {
  const { session, world, choice, failed } = page;
  box ??= new BoxPart(world, byId("box-door"), { leave: close, chat: (digits) => {
    close();
    session.useCode(digits, choice(), true).catch(failed);
  } });
  main().setAttribute("data-box", "");
  byId("box").hidden = false;
  main().append(byId("ways"));
  return box;
}

/** What was typed and nobody answered goes along; nothing is sent before the visitor sends it. @param {string} said */
function write(said) {
  const { session, composer } = page;
  const text = session.isOpen || said ? unanswered(session.view.lines, composer.typed) : "";
  open().write({ said, text, by: door().message ?? null, code: session.paper?.code ?? null });
}

/** Nobody is left to come: what was typed may still reach someone. */
function offer() {
  const { session, composer } = page;
  const { phase, lines } = session.view;
  if (phase === "closed" && !isShown() && door().message && unanswered(lines, composer.typed)) write("box.offered");
}

export function draw() {
  drawWaiting();
  box?.live(page.session.view.phase === "live");
  offer();
}

/** Who waits is told when nobody may be there any more. A talk can be booked at any time; a message is taken only while somebody could open it. */
function drawWaiting() {
  const { phase, place } = page.session.view;
  const { open: isOpen, reason = "", message } = door();
  const mayWait = ["waiting", "paused"].includes(phase);
  const alone = mayWait && !isOpen && message ? aloneOf(reason) : "";
  put(byId("alone"), alone && t(alone));
  byId("alone").hidden = !alone;
  byId("wait-message").hidden = !message;
  byId("or-message").hidden = !alone && !(mayWait && place && longWait(place.since, Date.now()));
}

/** While a talk has nobody the front page's line is out of sight, and asks nothing. */
async function askWhilePaused() {
  if (page.session.view.phase !== "paused" || document.hidden) return;
  const answer = await page.world.fetch("/api/status").catch(() => null);
  told = (answer?.ok && await answer.json().catch(() => null)) || told;
  draw();
}

/** The door has changed. */
export function opening() {
  told = null;
  const { message } = door();
  put(byId("message-by"), message ? t("visitor.message_by", { when: when(message) }) : "");
  drawWaiting();
}

/** @param {Page} given */
export function begin(given) {
  page = given;
  makeParts();
  page.press("message", () => write(""));
  page.press("wait-message", () => write(""));
  page.press("wait-book", () => times());
  page.session.addEventListener("letters", (event) =>
    open().letters(/** @type {CustomEvent} */ (event).detail, door().open));
  opening();
  setInterval(askWhilePaused, PAUSED_EVERY);
}
