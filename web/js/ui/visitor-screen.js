/** Puts a visitor's view on screen: which part of the page, whose lines, and the one sentence that matters most now. */
import { ReturnCode } from "../elements/return-code.js";
import { SafetyPhrase } from "../elements/safety-phrase.js";
import { TalkAsked } from "../elements/talk-asked.js";
import { TalkComposer } from "../elements/talk-composer.js";
import { TalkLog } from "../elements/talk-log.js";
import { WaitingPlace } from "../elements/waiting-place.js";
import { WhoIsHere } from "../elements/who-is-here.js";
import { screenOf, whyEnded } from "../model/visit.js";
import { byId, put, the } from "./dom.js";
import { closeSheets } from "./sheet.js";
import { clock, t } from "./strings.js";
/** @import {Line, VisitorView} from "../session/views.js" */

const main = byId("main");
const ways = /** @type {HTMLDetailsElement} */ (byId("ways"));
/** @type {(within: string, selector: string) => HTMLElement} */
const inside = (within, selector) => /** @type {HTMLElement} */ (byId(within).querySelector(selector));

document.addEventListener("waited-long", () => ways.open = true);

/** @param {VisitorView} view */
export function draw(view) {
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
  the(TalkAsked).show(view);
  the(TalkComposer).show({ mayWrite: view.mayWrite, closed: isOver });
  the(ReturnCode).show(view.code);
  the(SafetyPhrase).show(view);
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
  if (view.phase === "working") return "";
  if (!view.connected) return t("talk.offline");
  if (view.phase === "paused") return t("visitor.paused");
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
  const { receipt, why } = view;
  put(inside("after", "h1"), t(isErased(view) ? "visitor.erased" : "visitor.ended"));
  put(inside("after", ".lead"), receipt ? receiptOf(receipt) : isErased(view) ? "" : t(whyEnded(why)));
}

/** @type {(receipt: NonNullable<VisitorView["receipt"]>) => string} */
function receiptOf({ codes, letters, rooms, at, backups_days: days }) {
  const text = t("visitor.receipt", { time: clock(at), codes, letters, rooms });
  return days ? `${text} ${t("visitor.receipt_backups", { days })}` : text;
}

/** Focus goes to the new part's heading, unless the visitor stands somewhere that is still there. @param {string} screen */
function arrive(screen) {
  const at = document.activeElement;
  if (screen === "after" || screen === "stop") closeSheets();
  if (at instanceof HTMLElement && at !== document.body && at.checkVisibility()) return;
  const heading = { front: "#chat", waiting: "waiting-place h1", talk: "textarea", after: "#after h1", stop: "#stop h1" }[screen];
  /** @type {HTMLElement | null} */ (main.querySelector(heading ?? "h1"))?.focus();
  scrollTo(0, 0);
}

/** Something did not work and the session says nothing better. @param {VisitorView} view */
export function failed(view) {
  const text = t("visitor.failed_text");
  say(screenOf(view.phase) === "front" ? "front-said" : "band", text);
}
