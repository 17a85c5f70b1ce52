/** Words of the desk that come from values: a language's name, what a visitor ticked, why a conversation ended. */
import { t } from "./strings.js";
/** @import {Room} from "../session/views.js" */

/** @type {(code: string) => string} */
export function languageName(code) {
  try {
    return new Intl.DisplayNames(document.documentElement.lang, { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** The words of the visitor's own page, which stand hidden in this one. @type {(list: "relation" | "topic" | "age", n: number) => string} */
export const ticked = (list, n) =>
  document.querySelector(`#${list}-words > :nth-child(${Math.max(0, n)})`)?.textContent ?? t("desk.unsaid");

/** @type {Record<Room["identity"], () => string>} */
const IDENTITIES = { new: () => t("desk.identity_new"), proven: () => t("desk.identity_proven"),
  code: () => t("desk.identity_code"), unproven: () => t("desk.identity_unproven"), booked: () => t("desk.identity_booked") };
/** @type {(room: Room) => string} */
export function identityWords({ identity, practice, staffOnly, cameFor }) {
  if (practice) return t("desk.practice_mark");
  if (staffOnly) return t("desk.staff_only");
  return cameFor ? t("desk.came_in") : IDENTITIES[identity]();
}

/** @type {Record<string, () => string>} */
const ENDS = { end: () => t("desk.ended_end"), quick: () => t("desk.ended_quick"), expired: () => t("desk.ended_expired"),
  moved: () => t("desk.ended_moved"), revoked: () => t("desk.ended_revoked"), erased: () => t("desk.ended_erased"),
  left: () => t("desk.ended_left"), refused: () => t("desk.ended_refused"),
  passed: () => t("desk.ended_passed"), limits: () => t("desk.ended_limits"), idle: () => t("desk.ended_idle") };
/** @type {(room: Room) => string} */
export function endedWords({ why, practice, staffOnly }) {
  if (practice) return t("desk.over_practice_text");
  return staffOnly && why !== "refused" ? t("desk.ended_aside") : (ENDS[why] ?? ENDS.end)();
}
/** @type {(room: Room) => string} */
export function overWords({ why, practice }) {
  if (practice) return t("desk.over_practice");
  return t(why === "refused" ? "desk.over_refused" : why === "left" ? "desk.over_left" : why === "idle" ? "desk.over_idle" : "desk.over");
}

/** What the way out is called: in company the others stay. @type {(room: Room) => string} */
export const endWords = ({ shared, staffOnly, state }) =>
  t(shared || staffOnly || state === "joining" ? "desk.go_out" : "desk.end");

/** @type {Record<string, () => string>} */
const DOORS = { open: () => t("desk.door_open"), hours: () => t("desk.door_hours"), "last entry": () => t("desk.door_last"),
  "no adviser": () => t("desk.door_no_adviser"), "no supervisor": () => t("desk.door_no_supervisor"),
  "high demand": () => t("desk.door_busy") };
/** The door and why it is so. @type {(reason: string) => string} */
export const doorWords = (reason) => (DOORS[reason] ?? DOORS.hours)();

/** The one sentence about a conversation that matters most now, or "". @type {(room: Room) => string} */
export function roomBand({ state, connected, practice, staffOnly, asking, refused, heir, cameFor, shared, language }) {
  if (state === "pairing") return t(staffOnly ? "desk.calling" : "desk.pairing");
  if (state === "joining") return t(staffOnly ? "desk.joining_aside" : "desk.joining");
  if (state === "away") return t("desk.visitor_away");
  if (asking) return t("desk.asking", { name: asking });
  if (heir) return t(heir.met ? "desk.heir_met" : "desk.heir", { name: heir.name });
  if (refused) return t("desk.refused", { name: refused });
  if (cameFor === "hand_over" && shared) return t("desk.taking_over");
  if (state === "live" && !connected && !practice) return t("desk.not_heard");
  return isOurs(language) ? "" : t("desk.other_language", { language: languageName(language) });
}

/** Is it a language of these pages? Where none was said, it is. @param {string} code */
function isOurs(code) {
  const others = [...document.querySelectorAll("#languages [hreflang]")].map((link) => link.getAttribute("hreflang"));
  return !code || [document.documentElement.lang, ...others].includes(code);
}
