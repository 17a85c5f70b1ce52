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
  code: () => t("desk.identity_code"), unproven: () => t("desk.identity_unproven") };
/** @type {(room: Room) => string} */
export const identityWords = ({ identity, practice }) => (practice ? t("desk.practice_mark") : IDENTITIES[identity]());

/** @type {Record<string, () => string>} */
const ENDS = { end: () => t("desk.ended_end"), quick: () => t("desk.ended_quick"), expired: () => t("desk.ended_expired"),
  moved: () => t("desk.ended_moved"), revoked: () => t("desk.ended_revoked"), erased: () => t("desk.ended_erased"),
  left: () => t("desk.ended_left") };
/** @type {(why: string) => string} */
export const endedWords = (why) => (ENDS[why] ?? ENDS.end)();

/** The one sentence about a conversation that matters most now, or "". @type {(room: Room) => string} */
export function roomBand({ state, connected, practice }) {
  if (state === "pairing") return t("desk.pairing");
  if (state === "away") return t("desk.visitor_away");
  return state === "live" && !connected && !practice ? t("desk.not_heard") : "";
}
