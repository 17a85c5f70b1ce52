/**
 * The staff page: who is staff and what is decided about them, and the log. One's own ways to sign in and the roster
 * are in `ui/people-own.js` and `ui/people-roster.js`.
 */
import { AuditLog } from "./elements/audit-log.js";
import { StaffList } from "./elements/staff-list.js";
import { holds } from "./session/chain.js";
import { Office, Undone } from "./session/office.js";
import { heedMyOut } from "./session/out.js";
import { browserWorld } from "./session/world.js";
import { Refused } from "./asc1/bytes.js";
import { byId, put, the } from "./ui/dom.js";
import { beginOwn, drawOwn } from "./ui/people-own.js";
import { beginRoster, drawRoster } from "./ui/people-roster.js";
import { closeSheets, listenForSheets, openSheet } from "./ui/sheet.js";
import { t } from "./ui/strings.js";
/** @import {Colleague} from "./session/office.js" */

const PARTS = ["opening", "out", "in", "failed"];
const REFRESH = 20_000;
const world = browserWorld();
const office = new Office(world);
let shown = "opening";
/** Whom the open sheet is about. @type {Colleague | null} */
let about = null;

/** @type {(id: string) => HTMLInputElement} */
const input = (id) => /** @type {HTMLInputElement} */ (byId(id));

/** @param {string} id @param {string} text */
function say(id, text) {
  put(byId(id), text);
  byId(id).hidden = !text;
}

/** What cannot be done is said beside where it was asked. @param {string} id @param {() => unknown} act */
async function tried(id, act) {
  say(id, "");
  try {
    await act();
  } catch (error) {
    if (!(error instanceof Undone || error instanceof Refused)) throw error;
    say(id, t(error instanceof Undone ? error.message : "desk.wrong"));
  }
}

/** @type {(id: string, act: () => unknown, said?: string) => void} */
const press = (id, act, said = "said") => byId(id).addEventListener("click", () => tried(said, act));
/** @type {(name: string, act: (colleague: Colleague) => unknown) => void} */
const on = (name, act) => document.addEventListener(name, (event) =>
  tried("said", () => act(/** @type {CustomEvent} */ (event).detail)));
/** @type {(name: string) => HTMLInputElement[]} */
const ticks = (name) => [...document.querySelectorAll(`input[name="${name}"]`)].map((each) => /** @type {HTMLInputElement} */ (each));
/** @type {(name: string) => number[]} */
const ticked = (name) => ticks(name).filter((each) => each.checked).map((each) => Number(each.value));

const page = { world, office, say, tried, press };

// What is shown --------------------------------------------------------------------------------------

function draw() {
  const { phase, mayLead, me, problem } = office.view;
  for (const part of PARTS) byId(part).hidden = part !== phase;
  put(byId("failed-said"), problem && t(problem));
  byId("lead").hidden = byId("log").hidden = !mayLead;
  if (me) drawOwn(me);
  if (mayLead && me) the(StaffList).show({ colleagues: office.view.colleagues, me });
  drawLog();
  drawRoster(page);
  if (phase !== shown && phase !== "in") closeSheets();
  if (phase !== shown) /** @type {HTMLElement} */ (byId(phase).querySelector("h1")).focus();
  shown = phase;
}

/** @param {number | null} idx */
const nameOf = (idx) => (idx === 0 ? t("staff.nobody")
  : office.view.colleagues.find((each) => each.idx === idx)?.duty_name ?? String(idx));

async function drawLog() {
  const { log } = office.view;
  if (log) the(AuditLog).show({ log, holds: await holds(log), name: nameOf });
}

// What is asked --------------------------------------------------------------------------------------

/** @param {string} link */
function showLink(link) {
  put(byId("link-shown"), link);
  put(byId("link-said"), "");
  openSheet("link");
}

byId("invite-form").addEventListener("submit", (event) => {
  event.preventDefault();
  tried("invite-said", async () => {
    const login = input("new-login").value.trim().toLowerCase();
    const name = input("new-name").value.trim();
    const roles = ticked("new-role");
    if (!/^[a-z0-9._-]{2,32}$/.test(login)) throw new Undone("desk.login_wrong");
    if (!name || !roles.length) throw new Undone("staff.invite_lacks");
    showLink(await office.invite(login, name, roles));
    /** @type {HTMLFormElement} */ (byId("invite-form")).reset();
  });
});

on("staff-revoke", async (colleague) => {
  await office.revoke(colleague.idx);
  say("said", t("staff.revoked", { name: colleague.duty_name }));
});
on("staff-invite", async ({ idx }) => showLink(await office.inviteAgain(idx)));
on("staff-licence", async (colleague) => {
  await office.licence(colleague.idx, !colleague.licensed);
  say("said", t("staff.licence_done", { name: colleague.duty_name }));
});
on("staff-again", (colleague) => {
  about = colleague;
  put(byId("lost-who"), t("staff.again_who", { name: colleague.duty_name }));
  openSheet("lost");
});
on("staff-roles", (colleague) => {
  about = colleague;
  put(byId("roles-who"), colleague.duty_name);
  for (const each of ticks("role")) each.checked = colleague.roles.includes(Number(each.value));
  openSheet("roles");
});
press("lost-go", async () => {
  closeSheets();
  if (about) showLink(await office.enrolAgain(about.idx));
});
press("roles-go", async () => {
  const roles = ticked("role");
  if (!about || !roles.length) return;
  closeSheets();
  await office.giveRoles(about.idx, roles, about.roles);
  say("said", t("staff.roles_given", { name: about.duty_name }));
});
press("link-copy", async () => {
  await navigator.clipboard.writeText(byId("link-shown").textContent ?? "").catch(() => {});
  put(byId("link-said"), t("staff.link_copied"));
});
byId("link").addEventListener("close", () => put(byId("link-shown"), ""));
byId("again").addEventListener("click", () => office.load());

office.addEventListener("change", draw);
beginOwn(page);
beginRoster(page);
listenForSheets();
setInterval(() => document.visibilityState === "visible" && shown === "in" && office.load(), REFRESH);
await Promise.all([office.load(), heedMyOut(world, () => office.leave())]);
