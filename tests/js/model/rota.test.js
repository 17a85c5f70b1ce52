/** The rota on a wall: the centre's days and minutes, whatever zone the reader is in. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { actsOn, busyIn, dayAfter, daysOf, hoursOf, mondayOf, monthOf, monthsOn, ownOf, spanOf, wallOf, weekNumber, weekdayOf }
  from "../../../web/js/model/rota.js";

/** @type {(text: string) => number} */
const day = (text) => Date.parse(`${text}T00:00Z`) / 86_400_000;
const TODAY = day("2026-11-30");
/** @type {(over?: object) => import("../../../web/js/model/rota.js").Shift} */
const shift = (over = {}) => ({ day: TODAY, number: 1, start: 1020, end: 1320, role: 1, idx: 1, weekly: true, from: 1020, to: 1320, ...over });
const ALM = { idx: 1, name: "Alm", roles: [1] };
const BERG = { idx: 2, name: "Berg", roles: [1] };
const LIND = { idx: 4, name: "Lind", roles: [2] };
/** @type {(over?: object) => import("../../../web/js/model/rota.js").Look} */
const look = (over = {}) => ({ version: 1, zone: "Europe/Stockholm", today: TODAY, now: 600, needs_supervisor: true,
  members: [ALM, BERG, LIND], holidays: [], shifts: [shift()], swaps: [], openings: [], gaps: [], odd_days: {}, ...over });

describe("the calendar", () => {
  test("weeks begin on Monday and have their ISO number", () => {
    assert.deepEqual([weekdayOf(TODAY), mondayOf(TODAY + 6)], [0, TODAY]);
    assert.deepEqual(["2026-11-30", "2026-12-31", "2027-01-01", "2027-01-04"].map((text) => weekNumber(day(text))), [49, 53, 53, 1]);
  });

  test("a month is shown in whole weeks", () => {
    const { first, days, from, to } = monthOf(day("2026-12-24"));

    assert.deepEqual([first, days, from, to], [TODAY, 35, day("2026-12-01"), day("2026-12-31")]);
    assert.equal(monthOf(day("2027-02-10")).days, 28);
  });

  test("another month keeps the day, or its last one", () => {
    assert.equal(monthsOn(day("2027-01-31"), 1), day("2027-02-28"));
    assert.equal(monthsOn(day("2026-12-15"), -1), day("2026-11-15"));
  });

  test("arrows move by days and weeks, and against the text from the right", () => {
    assert.deepEqual(["ArrowRight", "ArrowDown", "Home", "End", "x"].map((key) => dayAfter(key, TODAY + 1, false)),
      [TODAY + 2, TODAY + 8, TODAY, TODAY + 6, null]);
    assert.equal(dayAfter("ArrowRight", TODAY, true), TODAY - 1);
    assert.equal(dayAfter("PageDown", TODAY, false), day("2026-12-30"));
  });
});

describe("times", () => {
  test("are the wall's, and midnight is 24:00", () => {
    assert.equal(spanOf({ start: 1020, end: 1440 }), "17:00–24:00");
    assert.equal(spanOf({ start: 1320, end: 1800 }), "22:00–06:00");
  });

  test("typed times end the day after when they do not end later", () => {
    assert.deepEqual(hoursOf("17:00", "22:00"), { start: 1020, end: 1320 });
    assert.deepEqual(hoursOf("2200", "6.00"), { start: 1320, end: 1800 });
    assert.deepEqual(hoursOf("00:00", "00:00"), { start: 0, end: 1440 });
    assert.deepEqual([hoursOf("24:00", "25:00"), hoursOf("", "22:00"), hoursOf("17:61", "22:00"), hoursOf("x", "y")],
      [null, null, null, null]);
  });
});

describe("what stands on a day", () => {
  test("a day has its shifts, holiday, gaps, and how long it is", () => {
    const seen = look({ gaps: [{ day: TODAY, start: 0, end: 60, role: 1 }], odd_days: { [TODAY]: 25 },
      holidays: [{ day: TODAY + 1, like: null, name: "Helg" }] });
    const [first, second] = daysOf(seen, TODAY, 2, { from: TODAY, to: TODAY });

    assert.deepEqual([first.shifts.length, first.gaps.length, first.hours, first.isToday, first.isOut], [1, 1, 25, true, false]);
    assert.deepEqual([second.shifts.length, second.holiday?.name, second.hours, second.isOut], [0, "Helg", 24, true]);
  });

  test("a night shift stands on both days, and what overlaps stands side by side", () => {
    const seen = look({ shifts: [shift({ start: 1320, end: 1800 }), shift({ number: 2, start: 0, end: 1440, role: 2, idx: 4 }),
      shift({ number: 3, start: 1200, end: 1380, idx: 2 })] });

    assert.deepEqual(wallOf(seen, TODAY).blocks.map(({ shift: { number }, from, to, lane }) => [number, from, to, lane]),
      [[2, 0, 1440, 0], [3, 1200, 1380, 1], [1, 1320, 1440, 2]]);
    assert.deepEqual(wallOf(seen, TODAY + 1).blocks.map(({ from, to, lane }) => [from, to, lane]), [[0, 360, 0]]);
    assert.equal(wallOf(seen, TODAY + 2).lanes, 1);
  });

  test("who is down for something else is busy, across midnight too", () => {
    const seen = look({ shifts: [shift({ start: 1320, end: 1800 })] });

    assert.deepEqual([...busyIn(seen, TODAY + 1, { start: 300, end: 400 })], [1]);
    assert.deepEqual([...busyIn(seen, TODAY + 1, { start: 360, end: 400 })], []);
    assert.deepEqual([...busyIn(seen, TODAY, { start: 1320, end: 1500 }, 1)], []);
  });
});

describe("what a member may do", () => {
  const asked = [{ day: TODAY, number: 1, to: 2, back: null }];

  test("with an own shift, an open one, and one they are asked to take", () => {
    assert.deepEqual(actsOn(look(), shift(), ALM), ["ask", "sick"]);
    assert.deepEqual(actsOn(look({ swaps: asked }), shift(), ALM), ["withdraw", "sick"]);
    assert.deepEqual(actsOn(look({ swaps: asked }), shift(), BERG), ["answer"]);
    assert.deepEqual(actsOn(look(), shift({ idx: null }), BERG), ["take"]);
    assert.deepEqual(actsOn(look(), shift({ idx: null }), LIND), ["change"]);
  });

  test("with what is over nobody does anything", () => {
    assert.deepEqual(actsOn(look({ now: 1320 }), shift(), ALM), []);
    assert.deepEqual(actsOn(look(), shift(), null), []);
  });

  test("own shifts are what is on, what comes, and what a colleague asks", () => {
    const shifts = [0, 1, 2, 3, 4].map((n) => shift({ day: TODAY + n, number: n, from: 500 + 1000 * n, to: 900 + 1000 * n }));
    const seen = look({ shifts: [...shifts, shift({ number: 9, idx: 2 })], swaps: [{ day: TODAY, number: 9, to: 1, back: null }] });
    const { now, next, asked: questions } = ownOf(seen, 1);

    assert.deepEqual([now?.number, next.map(({ number }) => number), questions.map(({ number }) => number)], [0, [1, 2, 3], [9]]);
  });
});
