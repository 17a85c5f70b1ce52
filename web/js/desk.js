/** The adviser's desk: hands what is pressed to the session; `ui/desk-screen.js` draws what the session shows. */
import { DeskTabs } from "./elements/desk-tabs.js";
import { Refused } from "./asc1/bytes.js";
import { holds, nextRoom, ringing, secretHint } from "./model/desk.js";
import { actOf, isTyping } from "./model/desk-keys.js";
import { digitsOf } from "./model/code.js";
import { browserKeys } from "./session/keys.js";
import { staffSession } from "./session/staff.js";
import { browserWorld } from "./session/world.js";
import { Alerts } from "./ui/desk-alerts.js";
import { draw, hasTyped, say, talkOf } from "./ui/desk-screen.js";
import { keep, settings } from "./ui/desk-settings.js";
import { byId, put, the } from "./ui/dom.js";
import { canEncrypt } from "./ui/able.js";
import { closeSheets, listenForSheets, openSheet } from "./ui/sheet.js";
import { Sounds } from "./ui/sounds.js";
import { t } from "./ui/strings.js";
/** @import {Act} from "./model/desk-keys.js" */
/** @import {Sound} from "./ui/sounds.js" */

const session = staffSession(browserWorld(browserKeys()));
const sounds = new Sounds();
const alerts = new Alerts(sounds);
let isHeard = false;
let wasWrapping = false;

/** @type {(id: string) => HTMLInputElement} */
const input = (id) => /** @type {HTMLInputElement} */ (byId(id));
/** @type {(event: Event) => string} */
const roomOf = ({ target }) =>
  /** @type {HTMLElement | null} */ (target instanceof Element ? target.closest("[data-room]") : null)?.dataset.room ?? "";
/** @type {(name: string, act: (detail: any, room: string) => unknown) => void} */
const on = (name, act) => document.addEventListener(name, (event) =>
  tried(() => act(/** @type {CustomEvent} */ (event).detail, roomOf(event))));

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
  alerts.show(view.waiting.length, view.phase === "duty" && ringing(view, Date.now()) !== "");
  if (wasWrapping && view.wrapUpUntil === null) tried(() => session.ready());
  wasWrapping = view.wrapUpUntil !== null;
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

function accept() {
  const place = session.view.phase === "duty" ? ringing(session.view, Date.now()) : "";
  return place ? session.accept(place) : undefined;
}

/** @param {string} room */
async function ready(room) {
  await session.ready();
  if (talkOf(room)) return;
  (talkOf(session.view.current) ?? byId("waiting")).focus();
}

press("accept", accept);
press("pause-over", () => session.ready());
press("end-yes", () => {
  closeSheets();
  return session.end(session.view.current);
});
on("desk-show", (id) => show(id));
on("safety", () => openSheet("safety"));
on("talk-write", (text, room) => session.write(room, text));
on("talk-typing", (_, room) => session.typing(room));
on("talk-held", (ok, room) => session.sendHeld(room, ok));
on("room-resend", (_, room) => session.resendLast(room));
on("room-end", () => openSheet("end"));
on("room-ready", (_, room) => ready(room));
document.addEventListener("click", ({ target }) => {
  const phrase = target instanceof Element ? target.closest("[data-phrase]") : null;
  if (!(phrase instanceof HTMLElement)) return;
  the(DeskTabs).choose("talk");
  talkOf(session.view.current)?.insert(phrase.dataset.phrase ?? "");
});

/** @param {string} id */
function show(id) {
  session.show(id);
  the(DeskTabs).choose("talk");
  talkOf(id)?.arrive();
}

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
  end: () => current() && current()?.state !== "ended" && openSheet("end"),
  ready: () => (current()?.state === "ended" || session.view.wrapUpUntil !== null) && ready(session.view.current),
  mute: () => {
    input("muted").checked = !input("muted").checked;
    change();
  },
  lock: () => session.view.me && lock(),
  help: () => openSheet("keys"),
  leave: () => talkOf(session.view.current)?.arrive(),
};

addEventListener("keydown", (event) => {
  const { target } = event;
  const act = actOf(event, { typing: target instanceof HTMLElement && isTyping(target),
    letters: input("letters").checked, sheet: document.querySelector("dialog[open]") !== null });
  const isDesk = byId("main").dataset.screen === "desk";
  if (!act || !isDesk && act !== "help" && act !== "lock") return;
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
  if (holds(session.view) && hasTyped()) event.preventDefault();
});
listenForSheets();
setInterval(drawAll, 5000);

if (await canEncrypt()) {
  await tried(() => session.revive());
  drawAll();
} else draw({ ...session.view, phase: "old" });
