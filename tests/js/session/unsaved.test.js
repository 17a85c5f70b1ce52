/** What is written and not kept: it counts until the answer is there, and stays where the answer is no. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Unsaved } from "../../../web/js/session/unsaved.js";

/** Something changed, on its way to be kept, and how that ends. */
function beingSaved() {
  const unsaved = new Unsaved();
  const { promise, resolve, reject } = Promise.withResolvers();
  unsaved.changed("sheet");
  return { unsaved, saving: unsaved.saved("sheet", () => promise), resolve, reject };
}

test("what is being saved is not kept before the answer is there", async () => {
  const { unsaved, saving, resolve } = beingSaved();

  assert.deepEqual([unsaved.has("sheet"), unsaved.holds("sheet"), unsaved.isAny], [false, true, true]);
  resolve();
  await saving;

  assert.deepEqual([unsaved.holds("sheet"), unsaved.isAny], [false, false]);
});

test("what could not be saved is as unsaved as before", async () => {
  const { unsaved, saving, reject } = beingSaved();

  reject(new Error("out"));
  await assert.rejects(saving, { message: "out" });

  assert.equal(unsaved.has("sheet"), true);
});

test("what is written while it is saved is to be saved again", async () => {
  const { unsaved, saving, resolve } = beingSaved();

  unsaved.changed("sheet");
  resolve();
  await saving;

  assert.equal(unsaved.has("sheet"), true);
});

test("one is saved after the other, also after one that failed", async () => {
  const { unsaved, saving, reject } = beingSaved();
  const done = [];
  const next = unsaved.saved("plan", async () => done.push("plan"));

  assert.deepEqual(done, []);
  reject(new Error("out"));
  await Promise.allSettled([saving, next, unsaved.settled()]);

  assert.deepEqual([done, unsaved.has("sheet"), unsaved.holds("plan")], [["plan"], true, false]);
});

test("what was put away while it was saved does not come back", async () => {
  const { unsaved, saving, reject } = beingSaved();

  unsaved.clear();
  reject(new Error("out"));
  await assert.rejects(saving);

  assert.equal(unsaved.isAny, false);
});

test("a field that is emptied again holds nothing unsaved", () => {
  const unsaved = new Unsaved();
  for (const isSo of [true, false]) unsaved.changed("why", isSo);
  assert.equal(unsaved.isAny, false);
});
