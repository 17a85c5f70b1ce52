/** What of a talk nobody has answered. */
/** @import {Line} from "../session/views.js" */

/**
 * What the visitor wrote and nobody has answered: lines after the last one of staff, and what still stands in the composer.
 * @type {(lines: readonly Line[], typed: string) => string}
 */
export function unanswered(lines, typed) {
  const last = lines.findLastIndex(({ mine, kind }) => !mine && kind === "text");
  const own = lines.slice(last + 1).filter(({ mine, kind }) => mine && kind === "text").map(({ text }) => text);
  return [...own, typed.trim()].filter(Boolean).join("\n\n");
}
