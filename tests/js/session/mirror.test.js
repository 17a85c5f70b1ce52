/** What visitors are shown, seen from a member's browser. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256, utf8 } from "../../../web/js/asc1/bytes.js";
import { differs } from "../../../web/js/session/mirror.js";

const [OURS, NEWER, OTHER] = ["ours", "newer", "other"].map(utf8);
const ADDRESS = "https://stod.example";

/** A member who believes one roster, while visitors are shown others, one a try; what was asked. */
async function seen(shown, { believed = OURS, reloaded = believed, visitors = ADDRESS, log = OURS } = {}) {
  const asked = [];
  const trust = { chain: [{ hash: await sha256(believed) }], load: async () => {
    trust.chain = [{ hash: await sha256(reloaded) }];
  } };
  const world = { visitors, fetch: async (path, init) => {
    if (path === "/.well-known/asc/log") return new Response(OURS);
    asked.push([path, init]);
    if (path.endsWith("log")) return new Response(log);
    const bytes = shown[Math.min(asked.length, shown.length) - 1];
    if (!bytes) throw new TypeError("unreachable");
    return new Response(bytes);
  } };
  return { doubts: await differs(world, trust), asked };
}

test("the same roster and log are no doubt, and are asked for without a token", async () => {
  const { doubts, asked } = await seen([OURS]);
  assert.deepEqual(doubts, []);
  assert.deepEqual(asked, ["roster.json", "log"]
    .map((name) => [`${ADDRESS}/.well-known/asc/${name}`, { credentials: "omit" }]));
});

test("another roster is a doubt, and so is another log", async () => {
  assert.deepEqual((await seen([OTHER])).doubts, ["desk.alarm_mirror"]);
  assert.deepEqual((await seen([OURS], { log: OTHER })).doubts, ["desk.alarm_mirror_log"]);
});

test("a roster that came in between is none", async () => {
  assert.deepEqual((await seen([NEWER], { reloaded: NEWER })).doubts, []);
});

test("where there is no such address, or it cannot be reached, nothing is said", async () => {
  assert.deepEqual((await seen([null])).doubts, []);
  assert.deepEqual((await seen([OTHER], { visitors: "" })).asked, []);
});
