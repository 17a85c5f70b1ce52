/** Sealed messages in words, and what of a talk nobody has answered. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { hoursSince, others, wordsOf } from "../../../web/js/model/mail.js";
import { unanswered } from "../../../web/js/model/unanswered.js";
import { aloneOf } from "../../../web/js/model/visit.js";
import { fill } from "../../../web/js/ui/strings.js";
import { when } from "../../../web/js/ui/when.js";

const NOW = 500_000 * 3_600_000 + 1;
/** @type {(text: string, part?: Partial<import("../../../web/js/session/views.js").Line>) => import("../../../web/js/session/views.js").Line} */
const line = (text, part = {}) =>
  ({ id: text, kind: "text", mine: true, name: "", text, values: {}, at: 0, mark: "none", ...part });

test("a message says how long it has waited and whether an answer gets there", () => {
  const letter = { id: "a", hour: 499_995, by: 0, hasCode: true, taker: "" };

  assert.deepEqual(wordsOf(letter, NOW).map(({ key, hours }) => [key, hours]), [["desk.mail_age", 5], ["desk.mail_code", 0]]);
  assert.deepEqual(wordsOf({ ...letter, hour: 500_000, hasCode: false }, NOW).map(({ key }) => key),
    ["desk.mail_new", "desk.mail_no_code"]);
  assert.equal(hoursSince(500_002, NOW), 0);
});

test("messages that only colleagues can open are counted", () => {
  const view = { isReader: true, isUnlocked: true, waiting: 3, late: 0, by: null, open: null, said: "",
    letters: [{ id: "a", hour: 0, by: 0, hasCode: true, taker: "" }] };

  assert.equal(others(view), 2);
  assert.equal(others({ ...view, waiting: 0 }), 0);
});

test("unanswered is what came after the last line of staff, and what still stands there", () => {
  const talk = [line("ett"), line("hej", { mine: false }), line("två"), line("note.left", { kind: "note", mine: false }), line("tre")];

  assert.equal(unanswered(talk, " fyra "), "två\n\ntre\n\nfyra");
  assert.equal(unanswered([line("ett"), line("hej", { mine: false })], ""), "");
  assert.equal(unanswered([], ""), "");
});

test("who waits is told when nobody may be there, and not for other reasons", () => {
  assert.deepEqual(["no adviser", "hours", "open", "last entry", "high demand", "no supervisor"].map(aloneOf),
    ["visitor.alone", "visitor.after_hours", "", "", "", ""]);
});

test("a time to come is said with its day", () => {
  fill({ "talk.when_today": "today", "talk.when_tomorrow": "tomorrow", "talk.when_day": "{day}", "talk.when_date": "{date}" });
  const now = new Date(2026, 2, 4, 22, 10).getTime();
  const minute = (/** @type {number} */ days) => new Date(2026, 2, 4 + days, 22, 10).getTime() / 60_000;

  assert.equal(when(minute(0), now), "today");
  assert.equal(when(minute(1), now), "tomorrow");
  assert.notEqual(when(minute(2), now), when(minute(3), now));
  assert.match(when(minute(9), now), /13/);
});
