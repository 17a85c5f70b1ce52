/** What is typed for a return code, and the hint beside the field before any network use. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { digitsOf, groupsOf, hintFor } from "../../../web/js/model/code.js";

const CODE = "123456789012345678901235";

test("digits of any script, with any gaps, are the same digits", () => {
  assert.equal(digitsOf("1234 5678-9012 3456 7890\u00a01235"), CODE);
  assert.equal(digitsOf("١٢٣٤ ٥٦٧٨ ٩٠١٢ ٣٤٥٦ ٧٨٩٠ ١٢٣٥"), CODE);
  assert.equal(digitsOf("kod: 12"), "12");
});

test("six groups of four stand on paper", () => {
  assert.deepEqual(groupsOf(CODE), ["1234", "5678", "9012", "3456", "7890", "1235"]);
});

test("a right code has no hint", () => {
  assert.equal(hintFor(CODE), "");
});

test("too few and too many digits are counted", () => {
  assert.equal(hintFor(""), "visitor.code_count");
  assert.equal(hintFor(CODE.slice(1)), "visitor.code_count");
  assert.equal(hintFor(`${CODE}0`), "visitor.code_count");
});

test("every single wrong digit and every swap of two neighbours is noticed", () => {
  for (let at = 0; at < CODE.length; at += 1) {
    for (const digit of "0123456789".replace(CODE[at], "")) {
      assert.equal(hintFor(CODE.slice(0, at) + digit + CODE.slice(at + 1)), "visitor.code_check");
    }
    const [a, b] = CODE.slice(at, at + 2);
    if (b && a !== b) assert.equal(hintFor(CODE.slice(0, at) + b + a + CODE.slice(at + 2)), "visitor.code_check");
  }
});
