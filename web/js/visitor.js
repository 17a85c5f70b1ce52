/**
 * The visitors' page: hands what the visitor asks to the session, and puts the session's view on screen: which part of
 * the page, whose lines, and the one sentence that matters most now. What else the page can do is in
 * `visitor-later.js`.
 */
import "./elements/opening-line.js";
import { QuickExit } from "./elements/quick-exit.js";
import { TalkComposer } from "./elements/talk-composer.js";
import { TalkLog } from "./elements/talk-log.js";
import { WaitingPlace } from "./elements/waiting-place.js";
import { WhoIsHere } from "./elements/who-is-here.js";
import { unsent } from "./model/lines.js";
import { pace, screenOf, whyEnded } from "./model/visit.js";
import { visitorSession } from "./session/visitor.js";
import { browserWorld, canEncrypt } from "./session/world.js";
import { byId, on, put, the } from "./ui/dom.js";
import { later, t } from "./ui/strings.js";
/** @import {Line, VisitorView} from "./session/views.js" */

const world = browserWorld();
const session = visitorSession(world, later);
const root = document.documentElement;
const main = byId("main");
const exit = the(QuickExit);
const composer = the(TalkComposer);
const chat = /** @type {HTMLButtonElement} */ (byId("chat"));
const letter = byId("message");
const ways = /** @type {HTMLDetailsElement} */ (byId("ways"));
const mayType = pace(3000);
let asksBeforeLeaving = true;
/** The door as it was told last; `message`: by which minute a message is answered. */
let door = /** @type {import("./visitor-box.js").Door} */ ({ open: false });

/** @type {(id: string) => number} */
const chosen = (id) => Number(/** @type {HTMLSelectElement | null} */ (byId(id))?.value ?? 0);
/** @type {(id: string) => boolean} */
const ticked = (id) => /** @type {HTMLInputElement} */ (byId(id)).checked;
/** A failure of the network or the server is said; a view that says more comes by itself. @type {(id: string, act: () => unknown) => void} */
const press = (id, act) => byId(id).addEventListener("click", async () => {
  try {
    await act();
  } catch {
    failed(session.view);
  }
});

/** Leaves the page in a way the visitor has just asked for. */
function restart() {
  asksBeforeLeaving = false;
  location.reload();
}

/** @returns {import("./session/views.js").Choice} */
const choice = () => ({ lang: /** @type {HTMLSelectElement} */ (byId("language")).value, door: chosen("door") || 1,
  danger: ticked("danger"), interrupted: ticked("interrupted"), topic: chosen("topic"),
  relation: chosen("relation"), age: chosen("age") });

/** What comes later, once it is here. @type {typeof import("./visitor-later.js") | null} */
let more = null;

async function fetchMore() {
  await later();
  const fetched = await import("./visitor-later.js");
  if (more || exit.gone) return;
  more = fetched;
  more.begin({ session, press, choice, world, door: () => door, failed: () => failed(session.view), composer });
}

/** What is pressed before its script is here waits for it. @type {(event: Event) => Promise<void>} */
async function wait({ target }) {
  const button = target instanceof Element ? target.closest("[data-sheet], #comeback-go, .secure, #message") : null;
  if (more || !(button instanceof HTMLElement)) return;
  try {
    await fetchMore();
    button.click();
  } catch {
    failed(session.view);
  }
}

/** @type {(within: string, selector: string) => HTMLElement} */
const inside = (within, selector) => /** @type {HTMLElement} */ (byId(within).querySelector(selector));

document.addEventListener("waited-long", () => {
  ways.open = true;
  fetchMore().catch(() => {});
});

/** @param {VisitorView} view */
function draw(view) {
  const screen = screenOf(view.phase);
  const isNew = main.dataset.screen !== screen || byId("after").hasAttribute("data-erased") !== isErased(view);
  main.dataset.screen = screen;
  byId("front").hidden = screen !== "front";
  byId("talk").hidden = screen === "front" || screen === "stop";
  byId("after").hidden = screen !== "after";
  byId("after").toggleAttribute("data-erased", isErased(view));
  byId("stop").hidden = screen !== "stop";
  if (screen === "stop") drawStop(view);
  if (screen === "after") drawAfter(view);
  drawTalk(view);
  say("band", screen === "talk" || screen === "waiting" ? bandOf(view) : "");
  byId("band").toggleAttribute("data-calm", view.connected && view.phase !== "paused" && !view.problem);
  say("front-said", frontSays(view));
  if (isNew && screen !== "front") main.append(ways);
  if (isNew) arrive(screen);
}

/** @param {VisitorView} view */
function drawTalk(view) {
  const isWaiting = view.phase === "working" || view.phase === "waiting";
  const isOver = view.phase === "ended" || view.phase === "erased";
  byId("write-now").hidden = !isWaiting || view.lines.length > 0;
  the(WaitingPlace).hidden = !isWaiting;
  if (isWaiting) the(WaitingPlace).show(view);
  the(WhoIsHere).hidden = isWaiting || isOver;
  the(WhoIsHere).show(view);
  the(TalkLog).show(isWaiting ? { ...view, lines: view.lines.map(asDraft) } : view);
  the(TalkComposer).show({ mayWrite: view.mayWrite, closed: isOver });
}

/** Nobody is there to send to yet. @type {(line: Line) => Line} */
const asDraft = (line) => (line.mark === "sending" ? { ...line, mark: "draft" } : line);

/** @type {(id: string, text: string) => void} */
function say(id, text) {
  put(byId(id), text);
  byId(id).hidden = !text;
}

/** What is said beside a code's own field is not said twice. @type {(view: VisitorView) => string} */
function frontSays({ phase, problem }) {
  if (problem === "visitor.code_gone" || problem === "visitor.erase_failed") return "";
  return problem ? t(problem) : phase === "closed" ? t("visitor.nobody") : "";
}

/** @type {(view: VisitorView) => string} */
function bandOf(view) {
  if (view.phase === "working" || view.why === "idle") return "";
  if (!view.connected) return t("talk.offline");
  if (view.phase === "paused") return t({ passed: "note.passed", back: "visitor.back" }[view.why] ?? "visitor.paused");
  if (view.problem) return t(view.problem);
  const isQuiet = !view.lines.some(({ kind }) => kind === "text");
  if (view.restored && isQuiet) return t("visitor.restored");
  if (view.reconnected && isQuiet) return t("visitor.reconnected");
  return view.memoryOnly ? t("visitor.memory") : "";
}

/** @param {VisitorView} view */
function drawStop({ phase, problem }) {
  put(inside("stop", "h1"), t(`visitor.${phase}`));
  put(inside("stop", ".lead"), t(problem || `visitor.${phase}_text`));
  put(inside("stop", "button"), t("visitor.again"));
  inside("stop", "button").onclick = () => location.reload();
  ways.open = phase !== "elsewhere";
}

/** @param {VisitorView} view */
const isErased = ({ phase }) => phase === "erased";

/** @param {VisitorView} view */
function drawAfter(view) {
  put(inside("after", "h1"), t(isErased(view) ? "visitor.erased" : "visitor.ended"));
  if (!isErased(view)) put(inside("after", ".lead"), t(whyEnded(view.why)));
}

/** Focus goes to the new part's heading, unless the visitor stands somewhere that is still there. @param {string} screen */
function arrive(screen) {
  const at = document.activeElement;
  if (at instanceof HTMLElement && at !== document.body && at.checkVisibility()) return;
  const heading = { front: "#chat", waiting: "waiting-place h1", talk: "textarea", after: "#after h1", stop: "#stop h1" }[screen];
  /** @type {HTMLElement | null} */ (main.querySelector(heading ?? "h1"))?.focus();
  scrollTo(0, 0);
}

/** Something did not work and the session says nothing better. @param {VisitorView} view */
function failed(view) {
  const text = t("visitor.failed_text");
  say(screenOf(view.phase) === "front" ? "front-said" : "band", text);
}

exit.forget = () => {
  asksBeforeLeaving = false;
  session.wipe();
  more?.wipe();
};
session.addEventListener("change", () => {
  const { view } = session;
  if (exit.gone) return;
  more?.draw(view);
  draw(view);
  if (!more && ["live", "closed", "ended"].includes(view.phase)) fetchMore().catch(() => view.joining || view.held.length ? failed(view) : null);
});

session.addEventListener("returned", (event) => composer.bring(/** @type {CustomEvent} */ (event).detail));

press("chat", () => session.open(choice()));
press("restart", restart);
press("leave-queue", async () => {
  await session.end();
  restart();
});
addEventListener("click", wait, true);
for (const id of ["choices", "comeback"]) {
  byId(id).addEventListener("toggle", () => fetchMore().catch(() => {}), { once: true });
}
byId("danger").addEventListener("change", () => byId("danger-first").hidden = !ticked("danger"));
byId("young").addEventListener("change", () => root.toggleAttribute("data-young", ticked("young")));
on("opening", (told) => {
  const { open, message } = door = told;
  chat.disabled = chat.hidden = !open;
  if (open || main.dataset.screen !== "front") main.append(ways);
  else byId("front-said").after(ways);
  if (!open) ways.open = true;
  letter.hidden = !message;
  letter.classList.toggle("main", !open);
  if (!open) fetchMore().catch(() => {});
  more?.opening();
});
on("talk-write", (text) => session.write(text).catch(() => composer.bring(text)));
on("talk-typing", () => mayType(Date.now()) && session.typing());

addEventListener("beforeunload", (event) => {
  const isUnsent = session.isOpen && unsent(session.view.lines, composer.typed);
  if (asksBeforeLeaving && (isUnsent || more?.hasTyped())) event.preventDefault();
});
addEventListener("pagehide", ({ persisted }) => root.toggleAttribute("data-gone", persisted || exit.gone));
addEventListener("pageshow", ({ persisted }) => {
  if (persisted && !exit.gone) location.reload();
});
visualViewport?.addEventListener("resize", () => root.style.setProperty("--seen", `${visualViewport?.height}px`));

root.dataset.ready = "";
if (await canEncrypt()) await session.revive();
else draw({ ...session.view, phase: "old" });
