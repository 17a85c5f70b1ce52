/** The sheet and the plan as values: what they lack, two dates in words, what the visitor is given; never a number. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { blankPlan, blankSheet, blankStep, caseName, copyOf, dayOf, endLacks, isAcute, isDue, nextDay, partShown, planLacks, protects, shownRows, sideBySide,
  trimmed, UNKNOWN } from "../../../web/js/model/case.js";
import { readCopy } from "../../../web/js/model/plan-copy.js";

const row = (id, part) => ({ id, part, texts: { sv: `ord om ${id}` } });
const FORM = [row("r01_withdrawal", "risk"), row("t01_trauma", "returnee"), row("c01_coping", "own"), row("p01_trusted_adult", "protective"),
  row("d01_intent", "flag")];
const STEP = { ...blankStep(), goal: "Middag", measure: "På torsdagar", who: "mentor", factors: ["p01_trusted_adult"] };
const plan = (...rows) => ({ ...blankPlan("2026-11-29"), rows });
const sheet = (fields) => ({ ...blankSheet("2026-11-29", "default-1"), ...fields });

test("the relative's own situation is asked first, a return only if wished", () => {
  assert.deepEqual(shownRows(FORM, false).map(({ part }) => part), ["own", "flag", "risk", "protective"]);
  assert.deepEqual(shownRows(FORM, true).map(({ id }) => id).at(-1), "t01_trauma");
});

test("what nobody knows is left out, and what was asked is kept in its words", () => {
  const whole = sheet({ rows: { r01_withdrawal: UNKNOWN, p01_trusted_adult: { ...UNKNOWN, note: "Farmor" } }, flags: { d01_intent: "unknown" } });

  const kept = trimmed(whole, (id) => `ord om ${id}`);

  assert.deepEqual([Object.keys(kept.rows), kept.flags], [["p01_trusted_adult"], {}]);
  assert.deepEqual(kept.words, { p01_trusted_adult: "ord om p01_trusted_adult" });
});

test("a new sheet begins unknown, and keeps who takes part and the code", () => {
  const before = sheet({ who: "modern", returnee: true, done: true, summary: "Då", contact: { mailbox: "m", r: "r" },
    rows: { r01_withdrawal: { ...UNKNOWN, state: "clear" } } });

  const { rows, who, returnee, done, summary, contact } = blankSheet("2026-12-20", "default-1", before);

  assert.deepEqual([rows, who, returnee, done, summary, contact.r], [{}, "modern", true, false, "", "r"]);
});

test("one yes among what is immediate goes before everything", () => {
  assert.equal(isAcute(sheet({ flags: { d01_intent: "no", d03_weapons: "unknown" } })), false);
  assert.equal(isAcute(sheet({ flags: { d01_intent: "no", d03_weapons: "yes" } })), true);
});

test("a sheet is finished with a whole plan or a written reason, and with nothing less", () => {
  assert.deepEqual(endLacks(null, "  ", FORM), ["case.lacks_plan"]);
  assert.deepEqual(endLacks(null, "Hon ville inte ha någon.", FORM), []);
  assert.deepEqual(endLacks(plan(), "", FORM), ["case.lacks_rows"]);
  assert.deepEqual(endLacks(plan(STEP), "", FORM), []);
});

test("a plan strengthens something that protects, by a row of the sheet or in own words", () => {
  const lessens = { ...STEP, direction: "lessen", factors: ["r01_withdrawal"] };
  assert.deepEqual(planLacks(plan(lessens), FORM), ["case.lacks_protective"]);
  assert.deepEqual(planLacks(plan({ ...STEP, factors: ["r01_withdrawal"] }), FORM), ["case.lacks_protective"]);
  assert.deepEqual(planLacks(plan(lessens, STEP), FORM), []);
  assert.equal(protects({ ...STEP, factors: [], own: "körsången" }, FORM), true);
});

test("each step has a goal, a measure, somebody who does it, and what it is about", () => {
  for (const name of ["goal", "measure", "who"]) assert.deepEqual(planLacks(plan({ ...STEP, [name]: " " }), FORM), ["case.lacks_step"]);
  assert.deepEqual(planLacks(plan(STEP, { ...STEP, factors: [] }), FORM), ["case.lacks_factor"]);
  assert.deepEqual(planLacks({ ...plan(STEP), status: "closed" }, FORM), ["case.lacks_why"]);
});

test("two dates stand side by side in the order of the form, in words alone", () => {
  const one = sheet({ rows: { p01_trusted_adult: { ...UNKNOWN, state: "some" } }, words: { p01_trusted_adult: "Förr" } });
  const other = sheet({ rows: { c01_coping: { ...UNKNOWN, state: "clear" }, x_gone: UNKNOWN }, flags: { d01_intent: "no" },
    words: { c01_coping: "Orkar", d01_intent: "Avsikt", x_gone: "Borttagen" } });

  const rows = sideBySide(one, other, FORM);

  assert.deepEqual(rows.map(({ words }) => words), ["Orkar", "Avsikt", "Förr", "Borttagen"]);
  assert.deepEqual([rows[1].one, rows[1].other, rows[2].other], ["unknown", "no", UNKNOWN]);
  const numbers = JSON.stringify(rows).match(/:\s*-?\d/g);
  assert.equal(numbers, null);
});

test("the visitor is given the steps that stand and nothing of the sheet", () => {
  const agreed = { ...plan(STEP, { ...STEP, goal: "Släppt", status: "dropped" }), aim: "Tillbaka", together: "hemligt", why: "hemligt" };

  const copy = copyOf(agreed, "Hälsningar");

  assert.deepEqual(copy.rows.map(({ goal }) => goal), ["Middag"]);
  assert.equal(JSON.stringify(copy).includes("hemligt"), false);
  assert.equal(JSON.stringify(copy).includes("p01_"), false);
  assert.deepEqual(readCopy(JSON.stringify(copy)), copy);
});

test("a copy of another form is nothing, and what is no text in it is empty", () => {
  for (const wrong of ["", "[]", "{", "null", '{"rows":1}']) assert.equal(readCopy(wrong), null);
  assert.deepEqual(readCopy('{"aim":7,"rows":[null,{"goal":["x"]}]}'), { v: 1, day: "", aim: "", next: "", words: "",
    rows: [1, 2].map(() => ({ goal: "", direction: "", measure: "", who: "", due: "", follow_up: "" })) });
});

test("the earliest day of sheet, plan and open steps brings a case back", () => {
  const of = (next, ...steps) => ({ ...plan(...steps), next });
  const later = { ...STEP, follow_up: "2026-12-05" };
  assert.equal(nextDay(null, null), "");
  assert.equal(nextDay(sheet({ next: "2026-12-24" }), of("2026-12-10", later)), "2026-12-05");
  assert.equal(nextDay(sheet({}), of("", { ...later, status: "done" })), "");
  assert.equal(nextDay(sheet({ next: "2026-12-24" }), { ...of("2026-12-10"), status: "closed" }), "");
  assert.deepEqual([isDue("", "2026-12-05"), isDue("2026-12-06", "2026-12-05"), isDue("2026-12-05", "2026-12-05")], [false, false, true]);
  assert.match(dayOf(new Date()), /^\d{4}-\d\d-\d\d$/);
});

test("a case is called by letters that name nobody", () => {
  assert.match(caseName("00ff10a7b3".padEnd(32, "0")), /^[b-z]{5}$/);
  assert.equal(caseName("00".repeat(16)), "bbbbb");
});

test("what is not saved stays where it was written when the session ends, and nothing else does", () => {
  const page = (phase, isUnsaved) => partShown({ phase, isUnsaved, isCovered: false, hasCase: phase === "in" });

  assert.deepEqual(["in", "out", "denied", "opening"].map((phase) => page(phase, true)), ["file", "file", "denied", "opening"]);
  assert.deepEqual(["in", "out", "locked"].map((phase) => page(phase, false)), ["file", "out", "locked"]);
  assert.equal(partShown({ phase: "in", isUnsaved: false, isCovered: false, hasCase: false }), "list");
});

test("a covered page shows nothing that was read or written, whatever came of the saving", () => {
  for (const phase of ["in", "out", "locked"]) for (const isUnsaved of [true, false]) for (const hasCase of [true, false]) {
    assert.ok(["locked", "out"].includes(partShown({ phase, isUnsaved, isCovered: true, hasCase })));
  }
  assert.equal(partShown({ phase: "out", isUnsaved: true, isCovered: true, hasCase: false }), "locked");
});
