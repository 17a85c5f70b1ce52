import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { COMMANDS } from "./commands.js";
import { knownAnswers } from "./known-answers.js";

const read = (name) =>
  JSON.parse(readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), "utf8"));
const vectors = () => ({ asc1: read("asc1"), more: read("asc1_more"),
  rfc9180: read("rfc9180_x25519") });

test("every known answer is given", async () => {
  const { failures, count } = await knownAnswers(vectors());

  assert.deepEqual(failures, []);
  assert.ok(count > 70);
});

test("a changed vector is noticed", async () => {
  const changed = vectors();
  changed.asc1.confirm = changed.asc1.member;
  changed.more[0].answer = { ...changed.more[0].answer, ok: "no" };

  const { failures } = await knownAnswers(changed);

  assert.equal(failures.length, 2);
});

test("every command of the peers has a vector", () => {
  const asked = new Set(read("asc1_more").map(({ ask }) => ask.cmd));

  assert.deepEqual([...asked].sort(), Object.keys(COMMANDS).sort());
});
