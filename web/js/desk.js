/**
 * The adviser's desk: hands what is pressed to the session; `ui/desk-screen.js` draws what the session shows.
 * Over 400 lines on purpose: every button and key of the desk, and what it does, in one list.
 */
import { ColleagueList } from "./elements/colleague-list.js";
import { DeskTabs } from "./elements/desk-tabs.js";
import { MailRoom } from "./elements/mail-room.js";
import { Refused } from "./asc1/bytes.js";
import { actsOf, acuteOf, askable, holds, lackOf, nextRoom, ringing, secretHint } from "./model/desk.js";
import { actOf, isTyping } from "./model/desk-keys.js";
import { digitsOf } from "./model/code.js";
import { dueOf } from "./model/texts.js";
import { browserKeys } from "./session/keys.js";
import { staffSession } from "./session/staff.js";
import { Texts } from "./session/texts.js";
import { browserWorld, canEncrypt } from "./session/world.js";
import { Alerts } from "./ui/desk-alerts.js";
import { asks, draw, hasTyped, say, talkOf } from "./ui/desk-screen.js";
import { listen } from "./ui/desk-beside.js";
import { DeskEscalate } from "./ui/desk-escalate.js";
import { DeskRota } from "./ui/desk-rota.js";
import { keep, settings } from "./ui/desk-settings.js";
import { DeskTalks } from "./ui/desk-talks.js";
import { byId, put, the } from "./ui/dom.js";
import { IdleLock } from "./ui/idle-lock.js";
import { closeSheets, listenForSheets, openSheet } from "./ui/sheet.js";
import { Sounds } from "./ui/sounds.js";
import { t } from "./ui/strings.js";
/** @import {RoomAct} from "./model/desk.js" */
/** @import {Act} from "./model/desk-keys.js" */
/** @import {Sound} from "./ui/sounds.js" */

const world = browserWorld(browserKeys());
const session = staffSession(world);
const texts = new Texts(world);
const [rota, booked] = [new DeskRota(world), new DeskTalks(world, session)];
const sounds = new Sounds();
const alerts = new Alerts(sounds);
const idle = new IdleLock(session);
let isHeard = false;
let wasWrapping = false;
let isTold = false;
const MANAGER = 256;

/** @type {(id: string) => HTMLInputElement} */
const input = (id) => /** @type {HTMLInputElement} */ (byId(id));
/** @type {(event: Event) => string} */
const roomOf = ({ target }) =>
  /** @type {HTMLElement | null} */ (target instanceof Element ? target.closest("[data-room]") : null)?.dataset.room ?? "";
/** @type {(name: string, act: (detail: any, room: string) => unknown) => void} */
const on = (name, act) => document.addEventListener(name, (event) =>
  tried(() => act(/** @type {CustomEvent} */ (event).detail, roomOf(event))));

const escalate = new DeskEscalate(session, on);

/** What cannot be done is said: without keys after a reload only signing in anew helps. @param {() => unknown} act */
async function tried(act) {
  try {
    await act();
  } catch (error) {
    say("band", t(error instanceof Refused && error.reason === "locked" ? "desk.sign_in_again" : "desk.failed"));
  }
}

/** @type {(id: string, act: () => unknown) => void} */
const press = (id, act) => byId(id).addEventListener("click", () => tried(act));

function drawAll() {
  const { view } = session;
  draw(view);
  rota.show(view);
  escalate.show(view);
  booked.show();
  drawColleagues();
  const isPaged = view.acute.some(({ paged }) => paged);
  alerts.show(view.waiting.length, view.phase === "duty" && (isPaged || ringing(view, Date.now()) !== ""));
  if (wasWrapping && view.wrapUpUntil === null && !asks()) tried(() => session.ready());
  wasWrapping = view.wrapUpUntil !== null;
  if (view.me?.roles.includes(MANAGER) && !isTold) tried(sayDue);
  isTold = view.me !== null;
}

// Sign-in --------------------------------------------------------------------------------------------

/** @returns {string} */
function login() {
  const name = input("login").value.trim().toLowerCase();
  const isGood = /^[a-z0-9._-]{2,32}$/.test(name);
  say("signin-said", isGood ? "" : t("desk.login_wrong"));
  if (!isGood) input("login").focus();
  return isGood ? name : "";
}

async function signIn() {
  const name = login();
  if (!name) return;
  const digits = digitsOf(input("secret").value);
  const hint = secretHint(digits);
  say("signin-said", hint && t(hint, { n: digits.length }));
  if (hint) return input("secret").focus();
  if (await session.signInWithDigits(name, digits)) input("secret").value = "";
  return undefined;
}

byId("signin-form").addEventListener("submit", (event) => {
  event.preventDefault();
  tried(signIn);
});
press("passkey", async () => {
  const name = login();
  if (name) await session.signInWithPasskey(name);
});
byId("secret-seen").addEventListener("change", () => {
  input("secret").type = input("secret-seen").checked ? "text" : "password";
});
press("opening-stop", () => location.reload());
press("stop-again", () => location.reload());
press("alarm-known", () => session.acknowledgeChanges());
press("alarm-leave", () => session.signOut());
press("lock", lock);

function lock() {
  closeSheets();
  input("secret").value = "";
  session.lock();
}

// Duty -----------------------------------------------------------------------------------------------

press("tone", async () => {
  const isReady = await sounds.unlock();
  if (isReady) sounds.play("ring");
  byId("tone-asked").hidden = !isReady;
  put(byId("tone-said"), isReady ? "" : t("desk.tone_none"));
});
press("tone-yes", () => heard(t("desk.tone_good")));
press("tone-skip", () => heard(t("desk.tone_skipped")));
press("tone-no", () => put(byId("tone-said"), t("desk.tone_help")));
press("duty-on", async () => {
  if (!isHeard) {
    put(byId("tone-said"), t("desk.tone_first"));
    return byId("tone").focus();
  }
  const chosen = /** @type {HTMLInputElement} */ (document.querySelector("[name=capacity]:checked"));
  return session.goOn(chosen.value === "2" ? 2 : 1);
});
press("duty-off", () => (holds(session.view) ? openSheet("leave-duty") : session.goOff()));
press("practise", () => session.practise());

/** @param {string} text */
function heard(text) {
  isHeard = true;
  byId("tone-asked").hidden = true;
  put(byId("tone-said"), text);
  byId("duty-on").focus();
}

/** Who looks after the help lines is told at the desk how many are to be called. */
async function sayDue() {
  const told = await texts.lines();
  const due = typeof told === "string" ? 0 : dueOf(told.lines);
  const link = byId("to-texts").querySelector("a");
  if (due && link) put(link, t(due === 1 ? "desk.texts_due_one" : "desk.texts_due_many", { n: due }));
}

/** Which way out was asked about while a conversation is open. @type {() => Promise<void>} */
let leave = () => session.goOff();
for (const button of document.querySelectorAll(".sign-out")) {
  button.addEventListener("click", () => tried(() => {
    leave = () => session.signOut();
    return holds(session.view) ? openSheet("leave-duty") : leave();
  }));
}
byId("duty-off").addEventListener("click", () => leave = () => session.goOff());
press("leave-yes", () => {
  closeSheets();
  return leave();
});

// Conversations --------------------------------------------------------------------------------------

/** What can be seen ringing can be accepted, also in its last moment: it is the server that knows whose turn it is. */
function accept() {
  const { ring } = session.view;
  return ring && !byId("ring").hidden ? session.accept(ring.place) : undefined;
}

/** @param {string} room */
async function ready(room) {
  if (talkOf(room)?.mayLeave() === false) return;
  await session.ready(room);
  if (talkOf(room)) return;
  (talkOf(session.view.current) ?? byId("waiting")).focus();
}

press("accept", accept);
press("pause-over", () => session.ready());
/** In company the way out leaves the others with the visitor; among staff nothing is asked. */
function end() {
  const room = current();
  if (!room || room.state === "ended") return undefined;
  if (room.staffOnly || room.state === "joining") return session.end(room.id);
  if (!room.shared && lackOf(acuteOf(session.view, room.id))) return openSheet("undecided");
  if (!room.shared) return openSheet("end");
  put(byId("go-out-text"), t(room.heir && !room.heir.met ? "desk.go_out_unmet" : "desk.go_out_text",
    { name: room.heir?.name ?? "" }));
  return openSheet("go-out");
}

/** What was asked about in a sheet is done. @type {(id: string, act: (room: string) => unknown) => void} */
const sure = (id, act) => press(id, () => {
  closeSheets();
  return act(session.view.current);
});
for (const id of ["go-out-yes", "end-yes"]) sure(id, (room) => session.end(room));
listen(session, on, sure);
sure("abuse-yes", (room) => session.acts.abuse(room));
for (const tie of ["knows_visitor", "knows_person", "other_tie"]) sure(`tie-${tie}`, (room) => session.acts.conflict(room, tie));
on("desk-show", (id) => show(id));
on("safety", () => openSheet("safety"));
on("talk-write", (text, room) => session.write(room, text));
on("talk-typing", (_, room) => session.typing(room));
on("talk-held", (ok, room) => session.sendHeld(room, ok));
on("room-resend", (_, room) => session.acts.resendLast(room));
on("room-end", end);
on("room-ready", (_, room) => ready(room));
on("tally-kept", (form) => session.tally.add(form));
// Colleagues -----------------------------------------------------------------------------------------

/** What the colleague who is chosen next is asked for. @type {"help" | "handOver" | "call"} */
let asked = "help";
/** @type {Record<"help" | "handOver" | "call", () => [string, string]>} */
const ASKS = { help: () => [t("desk.act_help"), t("desk.help_text")],
  handOver: () => [t("desk.act_hand_over"), t("desk.hand_over_text")], call: () => [t("desk.act_call"), t("desk.call_text")] };

/** @param {RoomAct} act */
function doAct(act) {
  const room = current() ?? null;
  const { me } = session.view;
  if (!actsOf(room, acuteOf(session.view, room?.id) !== undefined, me?.roles).includes(act)) return undefined;
  if (act === "acute") return session.acts.sound(room?.id ?? "");
  if (act === "child") session.acts.child(room?.id ?? "");
  if (act === "conflict") byId("conflict-alone").hidden = session.view.colleagues.some(({ role }) => role !== 3);
  if (act === "time") return room && booked.offer(room);
  return act === "where" || act === "child" || act === "conflict" || act === "abuse" ? openSheet(act) : ask(act);
}

/** Who comes on duty while the list is open stands in it, too. */
function drawColleagues() {
  the(ColleagueList).show({ people: askable(session.view.colleagues, asked) });
}

/** @param {"help" | "handOver" | "call"} act */
function ask(act) {
  asked = act;
  const [name, text] = ASKS[act]();
  put(byId("colleagues-name"), name);
  put(byId("colleagues-text"), text);
  drawColleagues();
  openSheet("colleagues");
}

on("room-act", doAct);
on("notice-seen", (id) => session.acts.seen(id));
press("stay", () => session.acts.stay());
on("page-answer", (room) => session.acts.page(room));
on("acute-decide", ({ room, code }) => session.acts.decide(room, code));
on("acute-debrief", ({ room, code }) => session.acts.debrief(room, code));
on("colleague", (idx) => {
  closeSheets();
  const room = session.view.current;
  if (asked === "call") return session.acts.call(idx);
  return session.acts.invite(room, idx, asked === "help" ? "help" : "hand_over");
});
on("call-answer", ({ room, ok }) => session.acts.answer(room, ok));
on("live-join", (room) => session.acts.join(room));
/** @param {string} id */
function show(id) {
  session.show(id);
  the(DeskTabs).choose("talk");
  talkOf(id)?.arrive();
}

// Sealed messages ------------------------------------------------------------------------------------

on("mail-take", (id) => session.mail.take(id));
on("mail-back", () => session.mail.giveBack());
on("mail-close", () => session.mail.close());
on("mail-reply", async (text) => {
  if (await session.mail.reply(text)) the(MailRoom).sent();
});

// Keys -----------------------------------------------------------------------------------------------

const current = () => session.view.rooms.find(({ id }) => id === session.view.current);
/** @type {Record<Act, () => unknown>} */
const ACTS = {
  accept,
  write: () => {
    the(DeskTabs).choose("talk");
    talkOf(session.view.current)?.write();
  },
  waiting: () => the(DeskTabs).choose("waiting", true),
  talk: () => the(DeskTabs).choose("talk", true),
  side: () => the(DeskTabs).choose("side", true),
  next: () => session.view.rooms.length && show(nextRoom(session.view.rooms, session.view.current)),
  end,
  ready: () => (current()?.state === "ended" || session.view.wrapUpUntil !== null) && ready(session.view.current),
  mute: () => {
    input("muted").checked = !input("muted").checked;
    change();
  },
  lock: () => session.view.me && lock(),
  help: () => openSheet("keys"),
  bringIn: () => doAct("help"),
  handOver: () => doAct("handOver"),
  call: () => doAct("call"),
  acute: () => doAct("acute"),
  where: () => doAct("where"),
  child: () => doAct("child"),
  conflict: () => doAct("conflict"),
  abuse: () => doAct("abuse"),
  escalate: () => escalate.open(),
  time: () => doAct("time"),
  stay: () => !byId("stay").hidden && session.acts.stay(),
  seen: () => session.view.notices.length && session.acts.seen(session.view.notices[0].id),
  page: () => {
    const open = session.view.acute.find(({ answered, mine }) => !answered && !mine);
    return open && session.view.me?.roles.includes(2) ? session.acts.page(open.room) : undefined;
  },
  goIn: () => session.view.invites.length && session.acts.answer(session.view.invites[0].room, true),
  live: () => {
    if (byId("live").hidden) return;
    the(DeskTabs).choose("waiting");
    byId("live").focus();
  },
  leave: () => talkOf(session.view.current)?.arrive(),
};

addEventListener("keydown", (event) => {
  const { target } = event;
  const act = actOf(event, { typing: target instanceof HTMLElement && isTyping(target),
    letters: input("letters").checked, sheet: document.querySelector("dialog[open]") !== null });
  const isDesk = byId("main").dataset.screen === "desk";
  if (!act || idle.isCovered || !isDesk && act !== "help" && act !== "lock") return;
  event.preventDefault();
  tried(ACTS[act]);
});

// Settings -------------------------------------------------------------------------------------------

function change() {
  const chosen = { volume: Number(input("volume").value), muted: input("muted").checked, letters: input("letters").checked };
  Object.assign(sounds, { volume: chosen.volume, muted: chosen.muted });
  keep(chosen);
}

function sayNotices() {
  const { allowed } = alerts;
  byId("notices").hidden = allowed !== "default";
  put(byId("notices-said"), allowed === "granted" ? t("desk.notices_on") : allowed === "denied" ? t("desk.notices_denied")
    : allowed === "unsupported" ? t("desk.notices_none") : "");
}

const chosen = await settings();
input("volume").value = String(chosen.volume);
input("muted").checked = chosen.muted;
input("letters").checked = chosen.letters;
change();
sayNotices();
for (const id of ["volume", "muted", "letters"]) byId(id).addEventListener("change", change);
press("notices", async () => {
  await alerts.ask();
  sayNotices();
});
for (const button of document.querySelectorAll("[data-sound]")) {
  button.addEventListener("click", async () => {
    await sounds.unlock();
    sounds.play(/** @type {Sound} */ (/** @type {HTMLElement} */ (button).dataset.sound));
  });
}
/** After a reload the first press anywhere gives the sound back. */
for (const name of ["pointerdown", "keydown"]) addEventListener(name, () => sounds.unlock(), { once: true });

session.addEventListener("change", drawAll);
session.addEventListener("sound", (event) => alerts.heard(/** @type {CustomEvent} */ (event).detail));
session.addEventListener("returned", (event) =>
  talkOf(session.view.current)?.bring(/** @type {CustomEvent} */ (event).detail));
session.addEventListener("fault", () => say("band", t("desk.failed")));
addEventListener("beforeunload", (event) => {
  const isLost = session.view.forms > 0 && !session.view.connected;
  if (isLost || hasTyped() || escalate.typed) event.preventDefault();
});
addEventListener("pagehide", () => session.tally.send());
listenForSheets();
setInterval(drawAll, 5000);
setInterval(() => idle.look(), 5000);

if (await canEncrypt()) {
  await tried(() => session.revive());
  drawAll();
} else draw({ ...session.view, phase: "old" });
