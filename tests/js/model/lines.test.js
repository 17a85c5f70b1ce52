/** Lines of talk: the counter, what changes on screen, what is new, what is not yet sent. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { counterOf, difference, unseen, unsent } from "../../../web/js/model/lines.js";

/** @type {(id: string, part?: Partial<import("../../../web/js/session/views.js").Line>) => import("../../../web/js/session/views.js").Line} */
const line = (id, part = {}) =>
  ({ id, kind: "text", mine: false, name: "Alm", text: "hej", values: {}, at: 0, mark: "none", ...part });

/** @type {(before: string[], after: string[]) => string[]} */
function applied(before, after) {
  const { gone, add } = difference(before, after);
  const list = before.filter((id) => !gone.includes(id));
  for (const { id, at } of add) list.splice(at, 0, id);
  return list;
}

describe("the counter", () => {
  test("is silent while there is room", () => {
    assert.equal(counterOf("x".repeat(3699)), null);
  });

  test("speaks near the end and past it", () => {
    assert.deepEqual(counterOf("x".repeat(3700)), { key: "talk.left", n: 300 });
    assert.deepEqual(counterOf("x".repeat(4000)), { key: "talk.left", n: 0 });
    assert.deepEqual(counterOf("x".repeat(4001)), { key: "talk.over", n: 1 });
  });

  test("counts a sign outside the basic plane once", () => {
    assert.deepEqual(counterOf("🙂".repeat(4000)), { key: "talk.left", n: 0 });
  });
});

describe("what changes on screen", () => {
  test("a new line touches no other", () => {
    assert.deepEqual(difference(["a", "b"], ["a", "b", "c"]), { gone: [], add: [{ id: "c", at: 2 }] });
  });

  test("a line that moves is taken out and put in again", () => {
    assert.deepEqual(difference(["a", "b"], ["b", "a"]), { gone: ["b"], add: [{ id: "b", at: 0 }] });
  });

  test("applied, it always gives the new list", () => {
    const lists = [[], ["a"], ["a", "b", "c"], ["c", "a", "b"], ["b", "d"], ["d", "c", "b", "a"], ["x", "a", "y", "b"]];

    for (const before of lists) for (const after of lists) assert.deepEqual(applied(before, after), after);
  });
});

describe("new lines", () => {
  test("count those of others that have not been on screen", () => {
    const lines = [line("a"), line("b", { mine: true }), line("c"), line("d", { kind: "note", name: "" })];

    assert.equal(unseen(lines, new Set(["a"])), 2);
  });
});

describe("leaving asks first", () => {
  test("when something is typed", () => {
    assert.equal(unsent([], "  \n"), false);
    assert.equal(unsent([], "Jag"), true);
  });

  test("when an own line has not left this page", () => {
    for (const mark of /** @type {const} */ (["draft", "sending", "held"])) {
      assert.equal(unsent([line("a", { mine: true, mark })], ""), true);
    }
  });

  test("not for lines that are on their way, nor for those of others", () => {
    assert.equal(unsent([line("a", { mine: true, mark: "sent" }), line("b", { mine: true, mark: "received" }), line("c")], ""), false);
  });
});
