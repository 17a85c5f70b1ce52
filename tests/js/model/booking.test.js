/** Booked talks as values: which times fit, how it stands with one, what the calendar is told. */
import assert from "node:assert/strict";
import test from "node:test";
import { byDay, calendarOf, coverOf, fitting, isElsewhere, isNear, isTold, shown, stageOf } from "../../../web/js/model/booking.js";

const START = 29_700_000;
const AGREED = { place: "", word: "", secret: "ab" };
const talk = (change = {}) => ({ id: "1", day: 1, number: 1, start: START, opens: START - 10, length: 45, form: "chat", language: "sv",
  interpreter: null, idx: 5, name: "Ek", state: "booked", until: null, agreed: AGREED, ...change });
const slot = (change = {}) => ({ day: 1, number: 1, start: START, length: 45, form: "chat", languages: ["sv"], ...change });

test("early, in time, late and missed each have a stage of their own", () => {
  const at = (minutes, change) => stageOf(talk(change), START + minutes);
  assert.deepEqual([-11, -10, 0, 44, 45].map((minutes) => at(minutes)), ["early", "open", "open", "open", "over"]);
  assert.equal(at(0, { agreed: null }), "alone");
  assert.equal(at(0, { state: "done" }), "open");
  assert.equal(at(45, { state: "done" }), "done");
  assert.equal(at(0, { state: "missed" }), "over");
});

test("a talk by phone has no door, and what was let go is not shown", () => {
  assert.equal(stageOf(talk({ form: "phone" }), START), "ahead");
  assert.equal(stageOf(talk({ state: "held" }), START), "held");
  assert.equal(stageOf(talk({ state: "called off" }), START), "off");
  const all = [talk({ id: "gone", state: "cancelled" }), talk({ id: "moved", state: "moved" }), talk({ id: "late", start: START + 90 }),
    talk({ id: "over", start: START - 90 }), talk({ id: "next" })];
  assert.deepEqual(shown(all, START).map(({ id }) => id), ["next", "late", "over"]);
});

test("the page looks by itself while a door is about to open or nobody is behind it", () => {
  assert.equal(isNear([talk()], START - 60), true);
  assert.equal(isNear([talk()], START - 600), false);
  assert.equal(isNear([talk({ agreed: null })], START), true);
  assert.equal(isNear([talk()], START), false);
});

test("a time fits by its form and language, or through an interpreter", () => {
  const slots = [slot(), slot({ form: "phone" }), slot({ languages: ["en", "so"] })];
  const found = (wanted) => fitting(slots, { form: "", language: "sv", interpreter: false, ...wanted }).length;
  assert.equal(found({}), 2);
  assert.equal(found({ form: "phone" }), 1);
  assert.equal(found({ language: "so" }), 1);
  assert.equal(found({ language: "ti", interpreter: true }), 3);
  assert.deepEqual(byDay(slots, () => "today").map(({ slots: { length } }) => length), [3]);
});

test("who is in another zone is told the centre's hour, and nobody else", () => {
  const here = new Date(START * 60_000);
  const wall = here.getHours() * 60 + here.getMinutes();
  assert.equal(isElsewhere({ start: START, wall }), false);
  assert.equal(isElsewhere({ start: START, wall: (wall + 60) % 1440 }), true);
  assert.equal(isElsewhere({ start: START }), false);
});

test("a calendar file says when, and a neutral title, and nothing else", () => {
  const text = calendarOf({ start: START, length: 45 }, "Påminnelse", "ab", START - 60);
  assert.match(text, /\r\nDTSTART:20260621T000000Z\r\nDTEND:20260621T004500Z\r\nSUMMARY:Påminnelse\r\n/);
  assert.equal(/hamn|ek|chat/i.test(text.replace("BEGIN:VCALENDAR", "")), false);
});

test("nothing is said of times or talks before they are told", () => {
  const nothing = { slots: null, talks: null };
  const told = { slots: [], talks: [] };
  assert.deepEqual(["times", "talks", "confirm", "enter"].map((part) => isTold({ part, ...nothing })), [false, false, true, true]);
  assert.deepEqual([isTold({ ...nothing, part: "times", slots: [] }), isTold({ ...told, part: "talks", slots: null })], [true, true]);
});

const over = (change = {}) => ({ part: "times", isHeld: false, ...change });
const STOPS = ["old", "elsewhere", "untrusted", "clock"];

test("a talk that the page came back to comes forward, and one that goes on stays behind", () => {
  assert.equal(coverOf(over(), "idle", "working"), "aside");
  assert.deepEqual(["working", "waiting", "live", "paused"].map((phase) => coverOf(over(), "live", phase)), Array(4).fill("stays"));
  assert.equal(coverOf(over({ part: "talks" }), "working", "idle"), "stays");
});

test("why there can be no talk is not hidden, except from a hand that writes a code down", () => {
  for (const phase of [...STOPS, "failed"]) {
    assert.equal(coverOf(over(), "live", phase), "aside", phase);
    assert.equal(coverOf(over({ isHeld: true }), "live", phase), "stays", phase);
  }
  for (const phase of STOPS) assert.equal(coverOf(over({ part: "enter" }), "waiting", phase), "aside", phase);
});

test("who knocks waits, comes in, or is back with their talks", () => {
  const knocks = (phase) => coverOf(over({ part: "enter" }), "waiting", phase);
  assert.equal(coverOf(over({ part: "enter" }), "idle", "working"), "stays");
  assert.deepEqual(["working", "waiting", "paused"].map(knocks), ["stays", "stays", "stays"]);
  assert.equal(knocks("live"), "in");
  assert.deepEqual(["idle", "closed", "failed", "ended", "erased"].map(knocks), Array(5).fill("back"));
});
