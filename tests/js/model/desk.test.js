/** The desk shows what the session knows, and nothing of a conversation that is over. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { actsOf, askable, endOf, holds, inOrder, lackOf, isUnsigned, mayResend, minutesSince, nextRoom, ringing, screenOf, secretHint, titled }
  from "../../../web/js/model/desk.js";

const line = (over) => ({ id: "a", kind: "text", mine: true, name: "", text: "", values: {}, at: 0, mark: "received", ...over });
const back = line({ kind: "note", mine: false, text: "note.reconnected", mark: "none" });
const room = (over) => ({ state: "live", mayWrite: true, identity: "proven", lines: [line(), back], practice: false, ...over });

test("each phase has its part of the page", () => {
  const of = (phase, rooms = []) => screenOf({ phase, rooms });

  assert.deepEqual(["locked", "opening", "alarm", "off", "duty", "old", "clock", "untrusted"].map((phase) => of(phase)),
    ["signin", "opening", "alarm", "off", "desk", "stop", "stop", "stop"]);
  assert.equal(of("off", [room()]), "desk");
  assert.equal(of("locked", [room()]), "signin");
});

test("danger comes first, then who has waited longest", () => {
  const waiting = [{ place: "b", danger: false, since: 20 }, { place: "a", danger: false, since: 10 },
    { place: "c", danger: true, since: 30 }];

  assert.deepEqual(inOrder(waiting).map(({ place }) => place), ["c", "a", "b"]);
  assert.equal(waiting[0].place, "b");
});

test("a ring that has run out can no longer be accepted", () => {
  const view = { ring: { place: "p", until: 5000 } };

  assert.equal(ringing(view, 4999), "p");
  assert.equal(ringing(view, 5000), "");
  assert.equal(ringing({ ring: null }, 0), "");
});

test("minutes are whole and never negative", () => {
  assert.equal(minutesSince(10, 12.9 * 60_000), 2);
  assert.equal(minutesSince(10, 9 * 60_000), 0);
});

test("the last lines are offered again after a proven return with nothing written since", () => {
  assert.equal(mayResend(room()), true);
  assert.equal(mayResend(room({ lines: [line(), back, line()] })), false);
  assert.equal(mayResend(room({ lines: [line({ mark: "sent" }), back] })), false);
  assert.equal(mayResend(room({ lines: [line({ mine: false }), back] })), false);
});

test("to who came back with a code they can be sent once a line has come, which may ask for it", () => {
  const returned = line({ kind: "note", mine: false, text: "note.returned_code", mark: "none" });
  const asks = line({ mine: false, mark: "none" });

  assert.equal(mayResend(room({ identity: "code", lines: [line(), returned] })), false);
  assert.equal(mayResend(room({ identity: "code", lines: [line(), returned, asks] })), true);
  assert.equal(mayResend(room({ identity: "code", lines: [line({ mark: "sent" }), returned, asks] })), true);
  assert.equal(mayResend(room({ identity: "code", lines: [line(), returned, asks, line()] })), false);
});

test("to anyone else not proven the same nothing is offered again", () => {
  for (const identity of ["new", "code", "unproven"]) assert.equal(mayResend(room({ identity })), false);
  assert.equal(mayResend(room({ state: "ended" })), false);
  assert.equal(mayResend(room({ mayWrite: false })), false);
});

test("the title holds a count and no more", () => {
  assert.equal(titled(0, 0), "Hamn");
  assert.equal(titled(2, 1), "(3) Hamn");
});

test("a secret is checked by its count and its check digits", () => {
  assert.equal(secretHint("1234"), "desk.secret_count");
  assert.equal(secretHint("1".repeat(24)), "desk.secret_check");
});

test("the next conversation comes round again", () => {
  const rooms = [{ id: "a" }, { id: "b" }];

  assert.equal(nextRoom(rooms, "a"), "b");
  assert.equal(nextRoom(rooms, "b"), "a");
  assert.equal(nextRoom([], ""), "");
});

test("who is in no signed roster has no duty name", () => {
  assert.equal(isUnsigned({ me: { idx: 4, name: "", login: "ek", roles: [] } }), true);
  assert.equal(isUnsigned({ me: { idx: 4, name: "Ek", login: "ek", roles: [1] } }), false);
  assert.equal(isUnsigned({ me: null }), false);
});

test("only an open conversation with a visitor holds somebody back", () => {
  assert.equal(holds({ rooms: [room()] }), true);
  assert.equal(holds({ rooms: [room({ state: "ended" }), room({ practice: true })] }), false);
});

test("what can be done depends on whose room it is", () => {
  const of = (over, isAcute) => actsOf({ state: "live", staffOnly: false, practice: false, ...over }, isAcute);

  assert.deepEqual(of({}), ["acute", "help", "handOver", "call", "time", "where", "child", "conflict", "abuse"]);
  assert.equal(of({}, true).includes("acute"), false);
  for (const over of [{ staffOnly: true }, { practice: true }, { state: "ended" }, { state: "joining" }]) assert.deepEqual(of(over), []);
  assert.deepEqual(actsOf(null), []);
  assert.deepEqual(actsOf({ state: "live", staffOnly: false, practice: false }, false, [3]), ["where"]);
});

test("an interpreter is asked to help and never to take over", () => {
  const people = [{ idx: 1, name: "Alm", role: 1 }, { idx: 2, name: "Sol", role: 3 }];

  assert.equal(askable(people, "help").length, 2);
  assert.deepEqual(askable(people, "handOver").map(({ idx }) => idx), [1]);
});

test("a log lacks an answer, then two names, then a word on the debrief", () => {
  const acute = { answered: "", log: [], debrief: "", complete: false };

  assert.equal(lackOf(undefined), "");
  assert.equal(lackOf(acute), "desk.lack_answer");
  assert.equal(lackOf({ ...acute, answered: "Lind", log: [{ code: "police", first: "Alm", second: "", mine: true }] }), "desk.lack_decision");
  assert.equal(lackOf({ ...acute, answered: "Lind", log: [{ code: "police", first: "Alm", second: "Lind", mine: true }] }), "desk.lack_debrief");
  assert.equal(lackOf({ ...acute, answered: "Lind", complete: true }), "");
});

test("the end of a shift says nothing until half an hour before, then asks only in the middle of a talk", () => {
  const minute = 60_000;
  const at = (rooms, now, ending = { ends: 1000, stays: null }) => endOf({ ending, rooms }, now * minute)?.key ?? "";
  const talk = { state: "live", practice: false, staffOnly: false };

  assert.deepEqual([at([talk], 969), at([talk], 970), at([], 970), at([talk], 1001)],
    ["", "desk.shift_talks", "desk.shift_ends", "desk.shift_talks"]);
  assert.equal(at([{ ...talk, staffOnly: true }], 990), "desk.shift_ends");
  assert.equal(at([talk], 1001, { ends: 1000, stays: 1030 }), "desk.shift_stays");
  assert.equal(at([talk], 1001, { ends: null, stays: null }), "");
});
