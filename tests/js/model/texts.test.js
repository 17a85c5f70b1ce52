/** A manager's texts and help lines as their page shows them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { LONGEST, beginning, byKey, dueOf, faultOf, idOf, isSameLine, noonOf } from "../../../web/js/model/texts.js";

test("a wording keeps its places, no more and no fewer", () => {
  const told = { places: ["{days}"] };

  assert.equal(faultOf(told, "Efter {days} dagar"), "");
  assert.equal(faultOf(told, "Efter en tid"), "texts.places");
  assert.equal(faultOf(told, "{days} av {all}"), "texts.places");
  assert.equal(faultOf({ places: [] }, " "), "texts.empty");
  assert.equal(faultOf({ places: [] }, "a".repeat(LONGEST + 1)), "texts.long");
});

test("languages of a text stand together, in the order they came", () => {
  const texts = [{ key: "a", language: "sv" }, { key: "b", language: "sv" }, { key: "a", language: "en" }];

  assert.deepEqual([...byKey(texts)].map(([key, found]) => [key, found.map(({ language }) => language)]),
    [["a", ["sv", "en"]], ["b", ["sv"]]]);
});

test("a long text begins with whole words", () => {
  assert.equal(beginning("Kort"), "Kort");
  assert.equal(beginning("Ett två tre fyra fem sex sju åtta", 25), "Ett två tre fyra fem sex …");
});

test("a new line gets an id of its own", () => {
  assert.equal(idOf("Åsas hjälplinje", []), "asas-hjalplinje");
  assert.equal(idOf("Bris", ["bris", "bris-2"]), "bris-3");
  assert.equal(idOf("???", []), "line");
});

test("what is to be called is counted, and a day is a day in every zone", () => {
  assert.equal(dueOf([{ due: true }, { due: false }, { due: true }]), 2);
  const date = new Date(noonOf(20_778) * 60_000).toISOString();
  assert.ok(date.startsWith("2026-11-21T12:00"));
});

test("a line is the same whoever called it and when, and another with any word of it changed", () => {
  const line = { id: "nara", version: 1, place: 1, phone: "010-1", url: "", for_young: false, name: { sv: "Nära" }, about: {},
    hours: { sv: "Dygnet runt" }, called: null, due: true };

  assert.ok(isSameLine(line, { ...line, version: 2, called: 20_778, due: false, about: { en: "" } }));
  for (const change of [{ place: 2 }, { phone: "010-2" }, { url: "https://nara.example" }, { for_young: true }, { name: { sv: "Nära", en: "Near" } },
    { about: { sv: "Lyssnar." } }, { hours: {} }]) {
    assert.equal(isSameLine(line, { ...line, ...change }), false);
  }
});
