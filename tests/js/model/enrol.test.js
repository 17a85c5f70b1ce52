/** A new secret counts only once it has been typed back. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { askedGroups, isTypedBack, partOf } from "../../../web/js/model/enrol.js";

const DIGITS = "111122223333444455556666";

test("digits are shown until they were typed back; a passkey has none to show", () => {
  assert.equal(partOf({ phase: "done", digits: DIGITS }, false), "secret");
  assert.equal(partOf({ phase: "done", digits: DIGITS }, true), "done");
  assert.equal(partOf({ phase: "done", digits: "" }, false), "done");
  assert.equal(partOf({ phase: "gone", digits: "" }, false), "gone");
});

test("any chance asks for two different groups, in order", () => {
  for (let chance = 0; chance < 256; chance += 1) {
    const [first, second] = askedGroups(chance);
    assert.ok(first >= 0 && first < second && second < 6, String(chance));
  }
});

test("both groups must be right", () => {
  assert.equal(isTypedBack(DIGITS, [1, 4], ["2222", "5555"]), true);
  assert.equal(isTypedBack(DIGITS, [1, 4], ["2222", "5556"]), false);
  assert.equal(isTypedBack(DIGITS, [1, 4], ["5555", "2222"]), false);
  assert.equal(isTypedBack(DIGITS, [1, 4], ["", ""]), false);
});
