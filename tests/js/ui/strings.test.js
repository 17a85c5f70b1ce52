/** Words for scripts: places are filled once, and nothing typed by a person is read as a place. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, fill, t } from "../../../web/js/ui/strings.js";

fill({ "talk.writing": "{name} skriver …", "talk.left": "{n} tecken kvar" });

test("places are filled with text and numbers", () => {
  assert.equal(t("talk.writing", { name: "Alm" }), "Alm skriver …");
  assert.equal(t("talk.left", { n: 0 }), "0 tecken kvar");
});

test("a missing word shows its key, a missing value its place", () => {
  assert.equal(t("talk.nothing"), "talk.nothing");
  assert.equal(t("talk.writing"), "{name} skriver …");
});

test("a value is text, whatever it looks like", () => {
  assert.equal(t("talk.writing", { name: "{n}<b>$&" }), "{n}<b>$& skriver …");
});

test("a name written from right to left stays apart from the sentence", () => {
  assert.equal(t("talk.writing", { name: "نور" }), "\u2068نور\u2069 skriver …");
});

test("the clock shows the reader's own hour", () => {
  const minute = new Date(2026, 10, 22, 21, 7).getTime() / 60_000;

  assert.match(clock(minute), /^21[:.]07$/);
});
