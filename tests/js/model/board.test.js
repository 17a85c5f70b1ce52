/** The supervisor's board in words. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { acuteStanding, longestWait, roomsOf, standingOf } from "../../../web/js/model/board.js";

const member = (over) => ({ idx: 1, name: "Alm", role: 1, since: 0, rooms: 0, capacity: 1, wraps: false, heard: true, ...over });

test("silence is said before anything else", () => {
  assert.deepEqual([member(), member({ rooms: 1 }), member({ wraps: true }), member({ rooms: 1, heard: false })].map(standingOf),
    ["free", "talks", "wraps", "silent"]);
});

test("the longest wait is that of whoever came first", () => {
  const waiting = [{ place: "a", since: 10 }, { place: "b", since: 4 }];

  assert.equal(longestWait(waiting, 15 * 60_000), 11);
  assert.equal(longestWait([], 15 * 60_000), null);
});

test("a way in is shown where there is one", () => {
  const board = { duty: [], rooms: ["a", "b", "c"].map((id) => ({ id, names: ["Alm", "Berg"], here: id !== "c" })) };
  const shown = roomsOf([{ id: "a", staff: [] }, { id: "b", staff: [] }], board, ["a"]);

  assert.deepEqual(shown.map(({ way, here }) => [way, here]), [["in", true], ["open", true], ["none", false]]);
  assert.equal(shown[0].names, "Alm, Berg");
  assert.deepEqual(roomsOf([], null, []), []);
});

test("an acute room says who is paged, who answered, or that its visitor has gone", () => {
  const of = (change) => acuteStanding({ over: false, answered: "", pages: "", ...change });
  assert.deepEqual([{}, { pages: "Lind" }, { answered: "Ek", pages: "Lind" }, { over: true, answered: "Ek" }].map((room) => of(room).is),
    ["calls", "pages", "answered", "over"]);
  assert.equal(of({ pages: "Lind" }).name, "Lind");
});
