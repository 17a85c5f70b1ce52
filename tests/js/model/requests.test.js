import assert from "node:assert/strict";
import { test } from "node:test";
import { mayDo, stateOf } from "../../../web/js/model/requests.js";

const asked = { number: 1, day: 20_000, asker: "police", basis: "search", wanted: "content", reference: "", given: null, first: null, names: [] };
const named = { ...asked, given: "report", first: 7, names: ["Lind"] };
const decided = { ...named, names: ["Lind", "Berg"] };

test("a request is open, named by one or decided by two", () => {
  assert.deepEqual([asked, named, decided].map(stateOf), ["open", "named", "decided"]);
});

test("the manager names, somebody else agrees, and nobody changes what stands", () => {
  assert.deepEqual(mayDo(asked, 7, true), { name: true, agree: false });
  assert.deepEqual(mayDo(named, 7, true), { name: true, agree: false });
  assert.deepEqual(mayDo(named, 8, false), { name: false, agree: true });
  assert.deepEqual(mayDo(decided, 8, true), { name: false, agree: false });
});
