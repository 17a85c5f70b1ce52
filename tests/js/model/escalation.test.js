/** What an escalation says is taken only if it is of its form, and travels whole or not at all. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pieces, lackOf, paperOf, piecesOf, shownOf } from "../../../web/js/model/escalation.js";
import { PROTECTIVE, RISK } from "../../../web/js/model/factors.js";

const RECORD = "ab".repeat(16);
const ID = "01".repeat(16);
const SHOWN = { about: "visitor", urgency: 3, relation: 1, age_band: 3, milieu: 4, risk: ["r01_withdrawal"],
  protective: ["p01_trusted_adult"], summary: "Hon packar", ask: "Ett samtal" };
const CONTACT = { mailbox: "cd".repeat(16), r: "ef".repeat(32) };
const SENT = { ...SHOWN, paper: "sent", record: RECORD, case: "abcdefghij", day: 20_000, contact: CONTACT };
const DECIDED = { paper: "decision", record: RECORD, day: 20_000, decision: "report_of_concern", reason: "child", note: "",
  report: { day: "2026-11-29", municipality: "Malmö" } };
const sent = (text, pieces = new Pieces(), id = ID) => {
  const parts = piecesOf({ ...SHOWN, summary: text });
  return parts.map((part, i) => pieces.take({ id, i, n: parts.length, part })).at(-1);
};

test("twelve factors of each kind, each once", () => {
  assert.equal(new Set([...RISK, ...PROTECTIVE]).size, 24);
});

test("what is of its form is read", () => {
  for (const good of [SENT, { ...SENT, contact: undefined }, DECIDED, { paper: "answer", record: RECORD, text: "Ja" },
    { ...DECIDED, no_report: "adult", report: undefined }]) {
    assert.equal(paperOf(JSON.parse(JSON.stringify(good)), RECORD)?.paper, good.paper);
  }
});

test("what belongs to another record, says more or less, or says it otherwise, is not read", () => {
  const bad = [null, 7, "x", [], {}, { ...SENT, record: "00".repeat(16) }, { ...SENT, more: 1 }, { ...SENT, paper: "note" },
    { ...SENT, urgency: 4 }, { ...SENT, urgency: "3" }, { ...SENT, relation: -1 }, { ...SENT, milieu: 8 }, { ...SENT, risk: ["p01_trusted_adult"] },
    { ...SENT, risk: ["r01_withdrawal", "r01_withdrawal"] }, { ...SENT, summary: "" }, { ...SENT, summary: "x".repeat(2001) },
    { ...SENT, ask: "x".repeat(501) }, { ...SENT, case: "ABCDEFGHIJ" }, { ...SENT, contact: { ...CONTACT, name: "Kim" } },
    { ...SENT, contact: { ...CONTACT, r: "ef" } }, { ...DECIDED, decision: "arrest" }, { ...DECIDED, reason: "because" },
    { ...DECIDED, report: { day: "i går", municipality: "Malmö" } }, { ...DECIDED, text: "the report itself" },
    { paper: "answer", record: RECORD, text: 7 }];
  for (const value of bad) assert.equal(paperOf(value, RECORD), null, JSON.stringify(value));
});

test("a visitor is shown the whole, however long and in whichever script", () => {
  for (const text of ["kort", "x".repeat(2000), "أ".repeat(2000), '"\\\n'.repeat(666)]) {
    assert.equal(sent(text)?.summary, text);
    for (const part of piecesOf({ ...SHOWN, summary: text })) assert.ok(new TextEncoder().encode(JSON.stringify({ part })).length < 3900);
  }
});

test("a piece that is missing, twice, or another's shows nothing", () => {
  const parts = piecesOf({ ...SHOWN, summary: "x".repeat(1500) });
  const take = (pieces, i, id = ID) => pieces.take({ id, i, n: parts.length, part: parts[i] });

  assert.equal(parts.length, 2);
  assert.equal(take(new Pieces(), 1), null);
  const twice = new Pieces();
  take(twice, 0);
  take(twice, 0);
  assert.equal(take(twice, 1)?.urgency, 3);
  const mixed = new Pieces();
  take(mixed, 0);
  assert.equal(take(mixed, 1, "02".repeat(16)), null);
});

test("what is no escalation is shown to nobody", () => {
  for (const text of ["", "{", "null", "7", "[]", JSON.stringify({ ...SHOWN, about: "police" }), JSON.stringify({ ...SHOWN, contact: CONTACT })]) {
    assert.equal(shownOf(text), null);
  }
  for (const piece of [{}, { id: ID, i: 8, n: 9, part: "" }, { id: "x", i: 0, n: 1, part: "{}" }, { id: ID, i: 0, n: 1, part: "x".repeat(1001) }]) {
    assert.equal(new Pieces().take(piece), null);
  }
});

test("nothing is shown without a summary", () => {
  assert.equal(lackOf({ summary: " ", ask: "" }), "escalate.lack_summary");
  assert.equal(lackOf({ summary: "x", ask: "x".repeat(501) }), "escalate.lack_room");
  assert.equal(lackOf({ summary: "x", ask: "" }), "");
});
