/** Puts an adviser's view on screen: which part of the page, and in it each conversation in its own element. */
import { AcuteList } from "../elements/acute-list.js";
import { CallList } from "../elements/call-list.js";
import { DeskTabs } from "../elements/desk-tabs.js";
import { DutyBoard } from "../elements/duty-board.js";
import { LiveList } from "../elements/live-list.js";
import { MailRoom } from "../elements/mail-room.js";
import { NoticeList } from "../elements/notice-list.js";
import { RoomActs } from "../elements/room-acts.js";
import { RoomFacts } from "../elements/room-facts.js";
import { RoomList } from "../elements/room-list.js";
import { RoomTalk } from "../elements/room-talk.js";
import { SideBoard } from "../elements/side-board.js";
import { SafetyPhrase } from "../elements/safety-phrase.js";
import { TallyForm } from "../elements/tally-form.js";
import { WaitingList } from "../elements/waiting-list.js";
import { acuteOf, endOf, isUnsigned, ringing, screenOf } from "../model/desk.js";
import { doorWords, languageName } from "./desk-words.js";
import { byId, make, put, the } from "./dom.js";
import { closeSheets } from "./sheet.js";
import { clock, t } from "./strings.js";
/** @import {StaffView} from "../session/views.js" */
/** @import {Screen} from "../model/desk.js" */

const main = byId("main");
const [SUPERVISOR, COUNSELLOR, MANAGER] = [2, 4, 256];
/** @type {Screen[]} */
const SCREENS = ["signin", "opening", "alarm", "stop", "off", "desk"];
/** @type {Map<string, RoomTalk>} */
const talks = new Map();

/** @type {(id: string) => RoomTalk | undefined} */
export const talkOf = (id) => talks.get(id);

/** Does anything typed wait to be sent? */
export const hasTyped = () => [the(MailRoom), ...talks.values()].some(({ typed }) => typed.trim() !== "");

/** Does a form of a conversation that is over wait for an answer? */
export const asks = () => [...talks.values()].some((talk) => talk.asks);

/** @param {StaffView} view */
export function draw(view) {
  const screen = screenOf(view);
  const isNew = main.dataset.screen !== screen;
  main.dataset.screen = screen;
  for (const name of SCREENS) byId(name).hidden = name !== screen;
  byId("lock").hidden = view.me === null;
  say("signin-said", screen === "signin" && view.problem ? t(view.problem) : "");
  say("band", screen === "off" || screen === "desk" ? bandOf(view) : "");
  drawMail(view, screen);
  drawRooms(view);
  drawCases(view);
  if (screen === "desk") drawDesk(view);
  if (screen === "off") drawOff(view);
  if (screen === "alarm") drawAlarm(view);
  if (screen === "stop") drawStop(view);
  if (isNew) arrive(screen);
}

/** On duty or off: a message waits for whoever is signed in. @type {(view: StaffView, screen: Screen) => void} */
function drawMail({ mail }, screen) {
  const isThere = mail.isReader && (mail.waiting > 0 || mail.open !== null || mail.said !== "");
  byId("mail").hidden = !isThere || (screen !== "off" && screen !== "desk");
  put(byId("mail-name"), t(mail.waiting ? "desk.mail_n" : "desk.mail", { n: mail.waiting }));
  say("mail-late", mail.late ? t("desk.mail_late", { n: mail.late }) : "");
  the(MailRoom).show({ mail, now: Date.now() });
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
  const { added = [], removed = [], rekeyed = [], doubts = [] } = changes ?? {};
  const items = [...added.map((name) => t("desk.alarm_added", { name })),
    ...removed.map((name) => t("desk.alarm_removed", { name })),
    ...rekeyed.map((name) => t("desk.alarm_rekeyed", { name })), ...doubts.map((doubt) => t(doubt))];
  byId("alarm-list").replaceChildren(...items.map((text) => make("li", {}, text)));
}

/** @param {StaffView} view */
function drawOff(view) {
  const isOut = isUnsigned(view);
  const isManager = isOut && view.me?.roles.every((role) => role === 256);
  const name = (isManager ? view.me?.login : view.me?.name) ?? "";
  put(byId("off-name"), isOut && !isManager ? t("desk.unsigned") : t("desk.hello", { name }));
  put(byId("off-said"), t(isManager ? "desk.no_duty" : isOut ? "desk.unsigned_text" : "desk.off_text"));
  put(byId("off-standing"), standingOf(view));
  byId("to-texts").hidden = byId("to-figures").hidden = !view.me?.roles.includes(MANAGER);
  byId("to-office").hidden = !isManager;
  byId("off-rota").hidden = byId("off-staff").hidden = isManager ?? false;
  byId("to-rows").hidden = !view.me?.roles.some((role) => role === SUPERVISOR || role === MANAGER);
  say("off-forms", view.forms ? t("desk.tally_waits", { n: view.forms }) : "");
  byId("before-duty").hidden = byId("before-practice").hidden = isOut;
}

/** The way to the cases stands beside the other ways out. @param {StaffView} view */
function drawCases({ me, isCaseDue }) {
  const isCounsellor = me?.roles.includes(COUNSELLOR) ?? false;
  for (const link of document.querySelectorAll(".to-cases")) /** @type {HTMLElement} */ (link).hidden = !isCounsellor;
  say("case-due", isCounsellor && isCaseDue ? t("case.due_now") : "");
}

/** @type {(view: StaffView) => string} */
function standingOf({ standing }) {
  if (!standing) return "";
  return t("desk.standing", { door: doorWords(standing.reason), n: standing.on_duty.length, waiting: standing.waiting });
}

/** @param {StaffView} view */
function drawDesk(view) {
  const now = Date.now();
  const ring = view.phase === "duty" ? ringing(view, now) : "";
  the(WaitingList).show({ waiting: view.waiting, ring, now });
  the(RoomList).show(view);
  const room = view.rooms.find(({ id }) => id === view.current) ?? null;
  the(RoomFacts).show(room);
  the(RoomActs).show(room, acuteOf(view, room?.id) !== undefined, view.me?.roles ?? []);
  the(SideBoard).show(room);
  the(AcuteList).show(view);
  the(NoticeList).show(view);
  the(CallList).show(view);
  the(LiveList).show(view);
  byId("live").hidden = !view.me?.roles.includes(2) || view.phase !== "duty";
  drawRing(view, ring);
  const isOn = view.phase === "duty";
  byId("board").hidden = !isOn || view.board === null;
  byId("desk").toggleAttribute("data-board", isOn && view.board !== null);
  the(DutyBoard).show({ ...view, now });
  byId("shift").dataset.lit = String(isOn);
  put(byId("shift"), isOn && view.shift
    ? t("desk.on_till", { name: view.me?.name ?? "", time: clock(view.shift.shiftEnds) }) : t("desk.off_short"));
  put(byId("standing"), isOn ? standingOf(view) : "");
  say("forms", view.forms ? t(view.forms === 1 ? "desk.tally_one" : "desk.tally_many", { n: view.forms }) : "");
  const end = isOn ? endOf(view, now) : null;
  byId("shift-end").hidden = end === null;
  put(byId("shift-end-said"), end ? t(end.key, { time: clock(end.at) }) : "");
  byId("stay").hidden = end?.key !== "desk.shift_talks";
  byId("duty-off").hidden = !isOn;
  const hadPause = !byId("pause").hidden;
  byId("pause").hidden = view.wrapUpUntil === null || view.rooms.some(({ state }) => state === "ended");
  if (!hadPause && !byId("pause").hidden) /** @type {TallyForm} */ (byId("pause-form")).renew();
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
function drawRooms({ rooms, current, wrapUpUntil, acute }) {
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
    talk.show({ room, until: wrapUpUntil, acute: acuteOf({ acute }, room.id) });
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
