/** Lines of talk as a screen shows them. */
/** @import {Line} from "../session/views.js" */

const MOST = 4000;
const NEAR = 300;

/** What the counter says, or null while there is room. Letters are code points. @type {(text: string) => {key: string, n: number} | null} */
export function counterOf(text) {
  const left = MOST - [...text].length;
  if (left > NEAR) return null;
  return left < 0 ? { key: "talk.over", n: -left } : { key: "talk.left", n: left };
}

/**
 * What turns one list of ids into another and leaves alone what stays: a log is read aloud once, a selection survives.
 * @type {(before: readonly string[], after: readonly string[]) => {gone: string[], add: {id: string, at: number}[]}}
 */
export function difference(before, after) {
  const kept = new Set();
  let from = 0;
  for (const id of before) {
    const at = after.indexOf(id, from);
    if (at < 0) continue;
    kept.add(id);
    from = at + 1;
  }
  return {
    gone: before.filter((id) => !kept.has(id)),
    add: after.map((id, at) => ({ id, at })).filter(({ id }) => !kept.has(id)),
  };
}

/** How many lines of others came after those seen. @type {(lines: readonly Line[], seen: ReadonlySet<string>) => number} */
export const unseen = (lines, seen) => lines.filter(({ id, mine }) => !mine && !seen.has(id)).length;

/** Does something of one's own still wait to leave this page? @type {(lines: readonly Line[], typed: string) => boolean} */
export const unsent = (lines, typed) =>
  typed.trim() !== "" || lines.some(({ mine, mark }) => mine && ["draft", "sending", "held"].includes(mark));
