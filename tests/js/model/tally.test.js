/** The form as the desk fills it in before an adviser looks at it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isCounted, lengthBand, prefilled, waitBand } from "../../../web/js/model/tally.js";

const ROOM = { door: 1, relation: 1, topic: 1, age: 2, language: "sv", identity: "new", since: 100, begun: 104, over: 156 };

test("what the visitor ticked and the clock stand in the form; the rest is not known", () => {
  assert.deepEqual(prefilled(ROOM), { channel: "chat", relation: "mother", milieu: "right_wing", phase: "unknown",
    age: "13_15", gender: null, outcomes: [], wait: "2_5", length: "30_60", language: "sv", visit: "first" });
});

test("who came through the door for professionals has had a consultation", () => {
  assert.deepEqual(prefilled({ ...ROOM, door: 2 }).outcomes, ["consultation"]);
});

test("what was not said is unknown, and a language of no list is another", () => {
  const form = prefilled({ ...ROOM, relation: 0, topic: 0, age: 0, language: "fi", identity: "code" });

  assert.deepEqual([form.relation, form.milieu, form.age, form.language, form.visit],
    ["unknown", "unknown", "unknown", "other", "return"]);
});

test("without a room nothing is known", () => {
  assert.equal(prefilled(null).relation, "unknown");
});

test("a band ends where the next begins", () => {
  assert.deepEqual([0, 1, 2, 4, 5, 10, 19, 20, 600].map(waitBand),
    ["under_2", "under_2", "2_5", "2_5", "5_10", "10_20", "10_20", "over_20", "over_20"]);
  assert.deepEqual([0, 14, 15, 30, 59, 60].map(lengthBand),
    ["under_15", "under_15", "15_30", "30_60", "30_60", "over_60"]);
});

test("a conversation is counted once, by who was there for the visitor at its end", () => {
  const room = { practice: false, staffOnly: false, why: "end", cameFor: "" };
  const none = [{ practice: true }, { staffOnly: true }, { why: "moved" }, { why: "refused" }, { why: "left" },
    { cameFor: "help" }, { cameFor: "supervisor" }];

  assert.ok([room, { ...room, cameFor: "hand_over" }, { ...room, why: "quick" }].every(isCounted));
  assert.ok(!none.some((over) => isCounted({ ...room, ...over })));
});
