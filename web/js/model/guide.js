/** What the desk says to an adviser about time and pace (domain.md section 3.2): one quiet sentence, never a clock. */
/** @import {Room} from "../session/views.js" */

const REMIND = 45;
const SOFT_END = 75;
const PACE = 4;

/** Minutes since the visitor wrote something that nobody has answered; 0 when nothing waits.
 * @type {(lines: Room["lines"], now: number) => number} */
function unanswered(lines, now) {
  const said = lines.filter(({ kind }) => kind !== "note");
  const from = said.findLastIndex(({ mine, name }) => mine || name !== "") + 1;
  return from < said.length ? Math.max(0, now - said[from].at) : 0;
}

/** The id of the sentence that matters most now, or "".
 * @type {(room: Pick<Room, "state" | "lines" | "begun" | "practice" | "staffOnly">, now: number) => string} */
export function guideOf({ state, lines, begun, practice, staffOnly }, now) {
  if (state !== "live" || practice || staffOnly) return "";
  if (unanswered(lines, now) >= PACE) return "desk.guide_pace";
  const minutes = now - begun;
  if (minutes >= SOFT_END) return "desk.guide_soft_end";
  return minutes >= REMIND ? "desk.guide_remind" : "";
}
