/** The page of an invite: which part is shown, and whether a new secret has been written down. */
import { groupsOf } from "./code.js";
/** @import {EnrolView} from "../session/views.js" */

const GROUPS = 6;

/** @typedef {"checking"|"ready"|"working"|"secret"|"done"|"gone"|"failed"|"old"} Part */

/** Digits count once they were typed back. @type {(view: Pick<EnrolView, "phase" | "digits">, kept: boolean) => Part} */
export const partOf = ({ phase, digits }, kept) => (phase === "done" && digits && !kept ? "secret" : phase);

/** Which two groups are asked for, from one random byte; in order and never the same one twice. @type {(chance: number) => [number, number]} */
export function askedGroups(chance) {
  const first = chance % GROUPS;
  const second = (first + 1 + Math.floor(chance / GROUPS) % (GROUPS - 1)) % GROUPS;
  return first < second ? [first, second] : [second, first];
}

/** @type {(digits: string, asked: readonly [number, number], typed: readonly string[]) => boolean} */
export const isTypedBack = (digits, asked, typed) => asked.every((group, at) => groupsOf(digits)[group] === typed[at]);
