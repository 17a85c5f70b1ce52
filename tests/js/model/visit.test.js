/** A visit in words: door, place, parts of the page, and the quick way out. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { longWait, openingOf, pace, placeWords, screenOf, shiftThrice, whyEnded } from "../../../web/js/model/visit.js";

/** @type {(day: number, hour: number) => number} */
const local = (day, hour) => new Date(2026, 10, day, hour).getTime();
/** @type {(moment: number) => number} */
const minute = (moment) => moment / 60_000;
/** @type {(next: number | null, reason?: string) => import("../../../web/js/model/visit.js").Status} */
const closed = (next, reason = "hours") => ({ open: false, reason, until: null, next });

describe("the line about the door", () => {
  test("says until when it is open", () => {
    const status = { open: true, reason: "", until: 29_000_000, next: null };

    assert.deepEqual(openingOf(status, 28_999_000 * 60_000), { open: true, key: "visitor.open_until", at: 29_000_000 });
  });

  test("an end that is further off than the night is not told as a time of day", () => {
    const status = { open: true, reason: "", until: 29_000_000, next: null };

    assert.deepEqual(openingOf(status, 28_998_000 * 60_000), { open: true, key: "visitor.open", at: null });
  });

  test("high demand is said, and that there are other ways", () => {
    assert.deepEqual(openingOf(closed(null, "high demand"), 0), { open: false, key: "visitor.busy", at: null });
  });

  test("names no time when the server names none", () => {
    assert.equal(openingOf({ open: true, reason: "", until: null, next: null }, 0).key, "visitor.open");
    assert.equal(openingOf(closed(null), 0).key, "visitor.closed");
  });

  test("an unreachable server is said, and the door can be tried", () => {
    assert.deepEqual(openingOf(null, 0), { open: true, key: "visitor.unknown", at: null });
  });

  test("counts calendar days, not hours", () => {
    const late = local(22, 23);

    assert.equal(openingOf(closed(minute(local(22, 23) + 60_000)), late).key, "visitor.opens_today");
    assert.equal(openingOf(closed(minute(local(23, 1))), late).key, "visitor.opens_tomorrow");
    assert.equal(openingOf(closed(minute(local(24, 1))), late).key, "visitor.opens_day");
    assert.equal(openingOf(closed(minute(local(28, 23))), late).key, "visitor.opens_day");
  });

  test("the same weekday next week is called by its date", () => {
    assert.equal(openingOf(closed(minute(local(29, 17))), local(22, 16)).key, "visitor.opens_date");
  });

  test("a time that has passed is not promised", () => {
    assert.equal(openingOf(closed(minute(local(21, 17))), local(22, 16)).key, "visitor.closed");
  });

  test("someone may come at any moment, so no time is promised when nobody is there", () => {
    const tomorrow = minute(local(23, 17));

    for (const reason of ["no adviser", "no supervisor"]) {
      assert.deepEqual(openingOf(closed(tomorrow, reason), local(22, 18)), { open: false, key: "visitor.nobody", at: null });
    }
  });

  test("past the last entry the next opening is told", () => {
    assert.equal(openingOf(closed(minute(local(23, 17)), "last entry"), local(22, 21)).key, "visitor.opens_tomorrow");
  });
});

describe("the place", () => {
  test("is said with an honest range", () => {
    assert.deepEqual(placeWords({ n: 2, range: [5, 15], since: 0 }),
      [["visitor.place", { n: 2 }], ["visitor.range", { low: 5, high: 15 }]]);
  });

  test("an unknown range is said to be unknown", () => {
    const [[first], [range]] = placeWords({ n: 1, range: null, since: 0 });

    assert.deepEqual([first, range], ["visitor.first", "visitor.range_unknown"]);
  });

  test("a range of one number is not said as a range", () => {
    assert.equal(placeWords({ n: 3, range: [5, 5], since: 0 })[1][0], "visitor.range_one");
  });

  test("is long from the tenth minute", () => {
    assert.equal(longWait(100, 109.99 * 60_000), 0);
    assert.equal(longWait(100, 110 * 60_000), 10);
    assert.equal(longWait(100, 127.5 * 60_000), 27);
  });

  test("is read aloud at most every half minute", () => {
    const may = pace(30_000);

    assert.deepEqual([0, 1, 29_999, 30_000, 59_999, 60_000].map(may), [true, false, false, true, false, true]);
  });
});

describe("the parts of the page", () => {
  test("nobody on duty shows the front, with its other ways", () => {
    assert.equal(screenOf("closed"), "front");
  });

  test("an adviser who is gone for now leaves the conversation on screen", () => {
    assert.equal(screenOf("paused"), "talk");
  });

  test("what must not chat shows neither door nor conversation", () => {
    for (const phase of /** @type {const} */ (["untrusted", "clock", "old", "elsewhere", "failed"])) {
      assert.equal(screenOf(phase), "stop");
    }
  });

  test("an unknown reason is an ordinary end", () => {
    assert.equal(whyEnded("left"), "visitor.ended_left");
    assert.equal(whyEnded("quick"), "visitor.ended_end");
  });
});

describe("Shift three times", () => {
  /** @type {(...keys: [string, number, boolean?][]) => boolean[]} */
  const pressed = (...keys) => {
    const told = shiftThrice();
    return keys.map(([key, timeStamp, repeat = false]) => told({ key, timeStamp, repeat }));
  };

  test("leaves at the third", () => {
    assert.deepEqual(pressed(["Shift", 0], ["Shift", 300], ["Shift", 600]), [false, false, true]);
  });

  test("writing capitals does not leave", () => {
    const typed = pressed(["Shift", 0], ["J", 10], ["Shift", 200], ["A", 210], ["Shift", 400], ["G", 410]);

    assert.ok(!typed.includes(true));
  });

  test("a Shift held down counts once", () => {
    assert.deepEqual(pressed(["Shift", 0], ["Shift", 500, true], ["Shift", 600, true]), [false, false, false]);
  });

  test("three slow ones do not leave, three quick ones after them do", () => {
    assert.deepEqual(pressed(["Shift", 0], ["Shift", 1500], ["Shift", 2500], ["Shift", 2600]), [false, false, false, true]);
  });
});
