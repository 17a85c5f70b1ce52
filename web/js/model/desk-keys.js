/**
 * Which act a key asks for. Single letters count only while nothing is being typed, and can be switched off
 * (WCAG 2.1.4); F2 accepts at any time, Escape leaves the place to write.
 */

/** @typedef {"accept"|"write"|"waiting"|"talk"|"side"|"next"|"end"|"ready"|"mute"|"lock"|"help"|"leave"
 *   |"bringIn"|"handOver"|"call"|"goIn"|"live"|"acute"|"page"|"where"|"conflict"|"abuse"|"seen"|"stay"|"escalate"|"child"|"time"} Act */

/** @type {Readonly<Record<string, Act>>} */
const LETTERS = { a: "accept", s: "write", 1: "waiting", 2: "talk", 3: "side", n: "next", e: "end", r: "ready",
  m: "mute", L: "lock", "?": "help", i: "bringIn", h: "handOver", c: "call", g: "goIn", 4: "live", d: "acute",
  p: "page", w: "where", j: "conflict", x: "abuse", o: "seen", t: "stay", k: "escalate", b: "child", f: "time" };

/** Controls that take letters for themselves. */
const TAKES_LETTERS = ["TEXTAREA", "SELECT"];
const TAKES_NONE = ["button", "checkbox", "radio", "range"];

/** @type {(at: {tagName: string, type?: string}) => boolean} */
export const isTyping = ({ tagName, type = "" }) =>
  TAKES_LETTERS.includes(tagName) || tagName === "INPUT" && !TAKES_NONE.includes(type);

/**
 * @param {{key: string, ctrlKey: boolean, altKey: boolean, metaKey: boolean, isComposing: boolean, repeat: boolean}} press
 * @param {{typing: boolean, letters: boolean, sheet: boolean}} now  sheet = a dialog is open
 * @returns {Act | ""}
 */
export function actOf({ key, ctrlKey, altKey, metaKey, isComposing, repeat }, { typing, letters, sheet }) {
  if (ctrlKey || altKey || metaKey || isComposing || repeat || sheet) return "";
  if (key === "F2") return "accept";
  if (typing) return key === "Escape" ? "leave" : "";
  return letters && Object.hasOwn(LETTERS, key) ? LETTERS[key] : "";
}
