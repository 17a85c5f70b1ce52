/** What a professional asks and is answered: closed forms, and nothing else. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { MOST, REASONS, inquiryOf, isBorneOut, lackOf, linesOf, outcomeOf } from "../../../web/js/model/inquiry.js";

const BOTH = { v: 1, day: 20786, asker: "school", office: "" };
const REFERRAL = { ...BOTH, kind: "referral", age_band: 0, asks: "leave", consent: "wants", text: "Någon vill bort." };
const WORKSHOP = { ...BOTH, kind: "workshop", form: "lecture", audience: "parents", size: "hall", when: "", language: "", theme: "Källkritik" };
const RECORD = "ab".repeat(16);
const OUTCOME = { v: 1, record: RECORD, state: "accepted", reason: "agreed", text: "Ring oss." };

test("both forms are taken as they are", () => {
  for (const form of [REFERRAL, WORKSHOP]) assert.deepEqual(inquiryOf(form), form);
});

test("a form with more, less or else is none", () => {
  for (const form of [REFERRAL, WORKSHOP]) {
    assert.equal(inquiryOf({ ...form, name: "x" }), null);
    for (const name of Object.keys(form)) {
      const { [name]: _, ...less } = form;
      assert.equal(inquiryOf(less), null, name);
      assert.equal(inquiryOf({ ...form, [name]: {} }), null, name);
      assert.equal(inquiryOf({ ...form, [name]: "x".repeat(2000) }), null, name);
    }
  }
  for (const form of [null, 1, "referral", [], { kind: "toString" }, { ...REFERRAL, kind: "workshop" }]) assert.equal(inquiryOf(form), null);
});

test("what is needed and missing is named, the rest may be left", () => {
  assert.equal(lackOf(REFERRAL) + lackOf(WORKSHOP), "");
  for (const name of ["asker", "asks", "consent", "text"]) assert.equal(lackOf({ ...REFERRAL, [name]: "" }), name);
  for (const name of ["asker", "form", "audience", "size", "theme"]) assert.equal(lackOf({ ...WORKSHOP, [name]: "" }), name);
  assert.equal(lackOf({ ...REFERRAL, text: "x".repeat(MOST.text + 1) }), "text");
});

test("a reader is shown who asks first, how to reach them last, and nothing that was left", () => {
  assert.deepEqual(linesOf({ ...WORKSHOP, office: "Växeln" }).map(([name]) => name), ["asker", "form", "audience", "size", "theme", "office"]);
});

test("an outcome is of this inquiry, with a reason that its state may have", () => {
  assert.deepEqual(outcomeOf(JSON.stringify(OUTCOME), RECORD), OUTCOME);
  for (const change of [{ record: "cd".repeat(16) }, { state: "read" }, { reason: "no_room" }, { v: 2 }, { more: 1 }]) {
    assert.equal(outcomeOf(JSON.stringify({ ...OUTCOME, ...change }), RECORD), null);
  }
  for (const text of ["", "null", "{"]) assert.equal(outcomeOf(text, RECORD), null);
});

test("a decision on the service's word alone is not borne out", () => {
  assert.ok(isBorneOut("received", null, null) && isBorneOut("read", null, null) && isBorneOut("closed", "unreadable", null));
  assert.ok(isBorneOut("accepted", "agreed", OUTCOME));
  for (const [state, reason] of [["declined", "no_room"], ["accepted", "partly"]]) {
    assert.ok(!isBorneOut(state, reason, null) && !isBorneOut(state, reason, OUTCOME));
  }
  assert.ok(Object.values(REASONS).every((codes) => codes.length > 1));
});
