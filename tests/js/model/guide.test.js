/** Time and pace, said to the adviser alone: the visitor's silence is never hurried. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { guideOf } from "../../../web/js/model/guide.js";

const line = (at, over) => ({ id: String(at), kind: "text", mine: false, name: "", text: "", values: {}, at, mark: "none", ...over });
const room = (over) => ({ state: "live", lines: [], begun: 100, practice: false, staffOnly: false, ...over });

test("the talk's length is said at 45 minutes and at 75", () => {
  assert.deepEqual([100, 144, 145, 174, 175].map((now) => guideOf(room(), now)),
    ["", "", "desk.guide_remind", "desk.guide_remind", "desk.guide_soft_end"]);
});

test("a visitor's line that waits four minutes is said first", () => {
  const waits = room({ lines: [line(100, { mine: true }), line(150), line(153)] });

  assert.equal(guideOf(waits, 153), "desk.guide_remind");
  assert.equal(guideOf(waits, 154), "desk.guide_pace");
});

test("an answer of one's own or of a colleague ends it, and a note does not", () => {
  const answered = (over) => room({ lines: [line(100), line(101, over)] });

  assert.equal(guideOf(answered({ mine: true }), 110), "");
  assert.equal(guideOf(answered({ name: "Lind" }), 110), "");
  assert.equal(guideOf(answered({ kind: "note" }), 110), "desk.guide_pace");
});

test("nothing is said of a practice, among staff, or when the visitor is away", () => {
  const long = [{ practice: true }, { staffOnly: true }, { state: "away" }, { state: "ended" }];

  assert.ok(long.every((over) => guideOf(room({ lines: [line(100)], ...over }), 200) === ""));
});
