/** Puts an adviser's view on screen: which part of the page, and in it each conversation in its own element. */
import { DeskTabs } from "../elements/desk-tabs.js";
import { RoomFacts } from "../elements/room-facts.js";
import { RoomList } from "../elements/room-list.js";
import { RoomTalk } from "../elements/room-talk.js";
import { SafetyPhrase } from "../elements/safety-phrase.js";
import { WaitingList } from "../elements/waiting-list.js";
import { isUnsigned, ringing, screenOf } from "../model/desk.js";
import { languageName } from "./desk-words.js";
import { byId, make, put, the } from "./dom.js";
import { closeSheets } from "./sheet.js";
import { clock, t } from "./strings.js";
/** @import {StaffView} from "../session/views.js" */
/** @import {Screen} from "../model/desk.js" */

const main = byId("main");
/** @type {Screen[]} */
const SCREENS = ["signin", "opening", "alarm", "stop", "off", "desk"];
/** @type {Map<string, RoomTalk>} */
const talks = new Map();

/** @type {(id: string) => RoomTalk | undefined} */
export const talkOf = (id) => talks.get(id);

/** Does anything typed wait to be sent? */
export const hasTyped = () => [...talks.values()].some(({ typed }) => typed.trim() !== "");

/** @param {StaffView} view */
export function draw(view) {
  const screen = screenOf(view);
  const isNew = main.dataset.screen !== screen;
  main.dataset.screen = screen;
  for (const name of SCREENS) byId(name).hidden = name !== screen;
  byId("lock").hidden = view.me === null;
  say("signin-said", screen === "signin" && view.problem ? t(view.problem) : "");
  say("band", screen === "off" || screen === "desk" ? bandOf(view) : "");
  drawRooms(view);
  if (screen === "desk") drawDesk(view);
  if (screen === "off") drawOff(view);
  if (screen === "alarm") drawAlarm(view);
  if (screen === "stop") drawStop(view);
  if (isNew) arrive(screen);
}

/** @type {(id: string, text: string) => void} */
export function say(id, text) {
  put(byId(id), text);
  byId(id).hidden = !text;
}

/** @type {(view: StaffView) => string} */
function bandOf(view) {
  if (!view.connected) return t("desk.offline");
  if (view.problem) return t(view.problem);
  return view.memoryOnly ? t("desk.memory") : "";
}

/** @param {StaffView} view */
function drawStop({ phase }) {
  const [name, text] = /** @type {Record<string, [string, string]>} */ ({
    old: [t("desk.old"), t("desk.old_text")],
    clock: [t("desk.clock"), t("desk.clock_text")],
    untrusted: [t("desk.untrusted"), t("desk.untrusted_text")],
  })[phase];
  put(/** @type {HTMLElement} */ (byId("stop").querySelector("h1")), name);
  put(/** @type {HTMLElement} */ (byId("stop").querySelector(".lead")), text);
}

/** @param {StaffView} view */
function drawAlarm({ changes }) {
  const { added = [], removed = [], rekeyed = [] } = changes ?? {};
  const items = [...added.map((name) => t("desk.alarm_added", { name })),
    ...removed.map((name) => t("desk.alarm_removed", { name })),
    ...rekeyed.map((name) => t("desk.alarm_rekeyed", { name }))];
  byId("alarm-list").replaceChildren(...items.map((text) => make("li", {}, text)));
}

/** @param {StaffView} view */
function drawOff(view) {
  const isOut = isUnsigned(view);
  put(byId("off-name"), isOut ? t("desk.unsigned") : t("desk.hello", { name: view.me?.name ?? "" }));
  put(byId("off-said"), t(isOut ? "desk.unsigned_text" : "desk.off_text"));
  put(byId("off-standing"), standingOf(view));
  byId("before-duty").hidden = byId("before-practice").hidden = isOut;
}

/** @type {(view: StaffView) => string} */
function standingOf({ standing }) {
  if (!standing) return "";
  return t(standing.open ? "desk.standing_open" : "desk.standing_shut",
    { n: standing.on_duty.length, waiting: standing.waiting });
}

/** @param {StaffView} view */
function drawDesk(view) {
  const now = Date.now();
  const ring = view.phase === "duty" ? ringing(view, now) : "";
  the(WaitingList).show({ waiting: view.waiting, ring, now });
  the(RoomList).show(view);
  the(RoomFacts).show(view.rooms.find(({ id }) => id === view.current) ?? null);
  drawRing(view, ring);
  const isOn = view.phase === "duty";
  byId("shift").dataset.lit = String(isOn);
  put(byId("shift"), isOn && view.shift
    ? t("desk.on_till", { name: view.me?.name ?? "", time: clock(view.shift.shiftEnds) }) : t("desk.off_short"));
  put(byId("standing"), isOn ? standingOf(view) : "");
  byId("duty-off").hidden = !isOn;
  byId("pause").hidden = view.wrapUpUntil === null || view.rooms.some(({ state }) => state === "ended");
  put(byId("pause-until"), view.wrapUpUntil === null ? "" : t("desk.over_until", { time: clock(view.wrapUpUntil) }));
  put(/** @type {HTMLElement} */ (byId("tab-waiting").querySelector(".count")),
    view.waiting.length ? `(${view.waiting.length})` : "");
}

/** @type {(view: StaffView, place: string) => void} */
function drawRing({ waiting }, place) {
  const who = waiting.find((each) => each.place === place);
  byId("ring").hidden = place === "";
  const said = who ? [who.danger ? t("desk.danger") : "", languageName(who.language),
    t("desk.since", { time: clock(who.since) })] : [];
  byId("ring").toggleAttribute("data-danger", who?.danger ?? false);
  put(byId("ring-who"), said.filter(Boolean).join(" · "));
}

/** @param {StaffView} view */
function drawRooms({ rooms, current, wrapUpUntil }) {
  for (const [id, talk] of talks) {
    if (rooms.some((room) => room.id === id)) continue;
    talk.remove();
    talks.delete(id);
  }
  const isFresh = rooms.some(({ id }) => !talks.has(id));
  for (const room of rooms) {
    const talk = talks.get(room.id) ?? new RoomTalk();
    if (!talks.has(room.id)) byId("talk").append(talk);
    talks.set(room.id, talk);
    talk.hidden = room.id !== current;
    talk.show({ room, until: wrapUpUntil });
    if (room.id === current) the(SafetyPhrase).show(room);
  }
  byId("no-room").hidden = rooms.length > 0;
  if (isFresh) meet(current);
}

/** A conversation has begun: it comes on screen, and the cursor into it, unless something is being written elsewhere. @param {string} id */
function meet(id) {
  the(DeskTabs).choose("talk");
  byId("desk").hidden = false;
  const at = document.activeElement;
  if (at instanceof HTMLTextAreaElement && at.value) return;
  talks.get(id)?.write();
}

/** @param {Screen} screen */
function arrive(screen) {
  closeSheets();
  if (screen === "desk" && main.contains(document.activeElement) && document.activeElement instanceof HTMLTextAreaElement) return;
  const heading = byId(screen).querySelector("h1[tabindex]");
  if (screen === "signin") byId("login").focus();
  else if (screen === "desk") byId("waiting").focus();
  else if (heading instanceof HTMLElement) heading.focus();
  scrollTo(0, 0);
}
