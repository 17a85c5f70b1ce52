/** Forms of a page stay the elements that they are, and what is written in one outlives what happens to the others. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Edits, arrange } from "../../../web/js/ui/edits.js";

/** Forms that say which of them have gone, and a page they stand on, which says what was moved. */
function page() {
  const [gone, moved, children] = [[], [], []];
  const edits = new Edits(() => {
    const form = { typed: false, remove: () => gone.push(form) };
    return form;
  });
  const insertBefore = (form, stands) => {
    moved.push(form);
    if (children.includes(form)) children.splice(children.indexOf(form), 1);
    children.splice(stands ? children.indexOf(stands) : children.length, 0, form);
  };
  return { edits, gone, moved, parent: { children, insertBefore } };
}

test("a form is the same one for as long as its name is told", () => {
  const { edits } = page();
  const [first, other] = [edits.of("a"), edits.of("b")];
  edits.only(["a", "b"]);

  assert.equal(edits.of("a"), first);
  assert.notEqual(first, other);
});

test("a form whose name is told no more goes, unless something is written in it", () => {
  const { edits, gone } = page();
  const [first, second] = [edits.of("a"), edits.of("b")];
  second.typed = true;

  edits.only([]);

  assert.deepEqual([gone, edits.typed, edits.of("b") === second, edits.of("a") === first], [[first], true, true, false]);
});

test("nothing is moved that stands in its place", () => {
  const { edits, moved, parent } = page();
  const [a, b, c] = ["a", "b", "c"].map((name) => edits.of(name));
  arrange(parent, [a, c]);
  moved.length = 0;

  arrange(parent, [a, b, c]);

  assert.deepEqual([parent.children, moved], [[a, b, c], [b]]);
});
