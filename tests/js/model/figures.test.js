import assert from "node:assert/strict";
import { test } from "node:test";
import { barsOf, monthsUpTo, numberOf, sharesOf, windowOf } from "../../../web/js/model/figures.js";

/** @type {(id: string, cells: string[]) => import("../../../web/js/model/figures.js").Table} */
const table = (id, cells) => ({ id, rows: cells.map((_, at) => (at === cells.length - 1 ? "all" : `row${at}`)), columns: ["all"],
  cells: cells.map((cell) => [cell]) });

test("a hidden number is none", () => {
  assert.deepEqual(["12", "~145", "<5", "..", "0"].map(numberOf), [12, 145, null, null, 0]);
});

test("bars are parts of the longest, and neither the sum nor a hidden number has one", () => {
  assert.deepEqual(barsOf(table("wait", ["10", "<5", "40", "~55"])), [0.25, null, 1, null]);
});

test("shares come from what is shown, of a base of at least twenty, where a row is a part of all", () => {
  assert.deepEqual(sharesOf(table("wait", ["10", "<5", "~40"])), ["25 %", "", ""]);
  assert.deepEqual(sharesOf(table("wait", ["10", "<5", "19"])), ["", "", ""]);
  assert.deepEqual(sharesOf(table("outcome", ["10", "40"])), ["", ""]);
});

test("windows and months have names", () => {
  assert.deepEqual(windowOf("2026-q3"), { key: "figures.quarter", n: "3", year: "2026" });
  assert.deepEqual(windowOf("2026-h1"), { key: "figures.half", n: "1", year: "2026" });
  assert.deepEqual(windowOf("2026"), { key: "figures.year", n: "", year: "2026" });
  assert.deepEqual(monthsUpTo("2026-02", 3), ["2026-02", "2026-01", "2025-12"]);
});
