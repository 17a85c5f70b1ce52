/** What seems to name somebody is warned about; ordinary sentences are left alone. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { seemsToName, struck } from "../../../web/js/model/names.js";

test("a personal number is seen in each of its forms", () => {
  for (const text of ["född 20110203-1234", "110203-1234", "pnr 201102031234", "110203+1234"]) {
    assert.equal(seemsToName(text), "desk.names_personal", text);
  }
});

test("a phone number is seen, and a year, a time or an age is not", () => {
  for (const text of ["ring 070-123 45 67", "+46 70 123 45 67", "040/12 34 56 7"]) assert.equal(seemsToName(text), "desk.names_phone", text);
  for (const text of ["sedan 2025", "klockan 21.30", "han är 15 år", "112", "3 av 4 kvällar"]) assert.equal(seemsToName(text), "", text);
});

test("a name inside a sentence is seen", () => {
  for (const text of ["Hans kompis Kalle", "vi pratade med Åsa i går", "Eva Berg", "han, Omar, kom hem"]) {
    assert.equal(seemsToName(text), "desk.names_name", text);
  }
});

test("sentences and lines may begin with a capital", () => {
  for (const text of ["Han kommer hem sent. Hon sover dåligt.", "Mat och sömn\nLugn kväll", "", "Vad ger gruppen? Plats."]) {
    assert.equal(seemsToName(text), "", text);
  }
});

test("what seems to name somebody is struck, wherever it stands, and nothing else", () => {
  const text = "I skolan pratar Kalle Berg med Åsa. Född 110203-1234, ring 070-123 45 67. Han är 15 år.";
  assert.equal(struck(text, "[…]"), "I skolan pratar […] med […]. Född […], ring […]. Han är 15 år.");
  assert.equal(seemsToName(struck(text, "[…]")), "");
});
