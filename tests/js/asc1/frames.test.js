/** Frames and chains (protocol.md 7.3): order, gaps, sizes, kinds (P1, P2, P3, P6). */
import assert from "node:assert/strict";
import { test } from "node:test";

import { concat, hex, kdf, NONE, systemRandom, u8, utf8 } from "../../../web/js/asc1/bytes.js";
import * as frame from "../../../web/js/asc1/frame.js";
import { ROOM, ZEROS, flipped, reasonOf } from "./people.js";

const KEY = () => new Uint8Array(32).fill(5);
const TAG = new Uint8Array(32).fill(6);
const where = { roomId: ROOM, epoch: 1, slot: 0, confirmTag: TAG };
const sender = () => new frame.SendChain(KEY(), where);
const reader = (tag = TAG) => new frame.ReceiveChain(KEY(), tag);
const inner = (changes) => ({ kind: 1, minutes: 1, msgId: systemRandom(16), lastSlot: 0xff,
  lastSeq: 0, body: utf8("rad"), ...changes });
const open = (chain, bytes) => chain.open(frame.parseFrame(bytes));
const line = (chain, changes) => chain.seal(0x10, inner(changes));
const seal = async (changes, type = 0x10) => sender().seal(type, inner(changes));

async function lines(count) {
  const chain = sender();
  const sealed = [];
  for (let n = 0; n < count; n += 1) sealed.push(await line(chain, { body: utf8(String(n)) }));
  return sealed;
}

test("each frame opens once, in any order within 32 (P1)", async () => {
  const sealed = await lines(6);
  const chain = reader();
  for (const n of [2, 0, 5, 1, 4, 3]) {
    assert.deepEqual((await open(chain, sealed[n])).inner.body, utf8(String(n)));
  }
  for (const bytes of sealed) assert.equal(await reasonOf(() => open(chain, bytes)), "repeat");
});

test("a leap says how many are missing", async () => {
  const sealed = await lines(4);
  const chain = reader();
  assert.equal((await open(chain, sealed[0])).missing, 0);
  assert.equal((await open(chain, sealed[3])).missing, 2);
  assert.equal((await open(chain, sealed[1])).missing, 0);
});

test("32 skipped keys are kept, not 33, however the gaps come", async () => {
  const sealed = await lines(36);
  assert.equal(await reasonOf(() => open(reader(), sealed[33])), "gap");
  const chain = reader();
  assert.equal((await open(chain, sealed[32])).missing, 32);
  assert.equal(await reasonOf(() => open(chain, sealed[34])), "gap");
  await open(chain, sealed[0]);
  assert.equal((await open(chain, sealed[34])).missing, 1);
});

test("a changed bit is refused and spoils nothing (P2)", async () => {
  const [first, second] = await lines(2);
  const chain = reader();
  for (let at = 0; at < first.length; at += 1) {
    const changed = flipped(first, at, 1 << (at % 8));
    assert.notEqual(await reasonOf(() => open(chain, changed)), "", `byte ${at}`);
  }
  assert.equal((await open(chain, first)).missing, 0);
  assert.equal((await open(chain, second)).missing, 0);
});

test("a frame belongs to one confirm tag", async () => {
  const [first] = await lines(1);
  assert.equal(await reasonOf(() => open(reader(ZEROS(32)), first)), "seal");
});

test("wire sizes are 300, 1068, 4140 and 16428 (P3)", async () => {
  for (const [length, size] of [[0, 300], [227, 300], [228, 1068], [995, 1068], [996, 4140],
    [4067, 4140], [4068, 16428], [16355, 16428]]) {
    assert.equal((await seal({ body: ZEROS(length) })).length, size);
  }
  assert.equal(await reasonOf(() => seal({ body: ZEROS(16356) })), "too long");
  const [bytes] = await lines(1);
  assert.equal(await reasonOf(() => frame.parseFrame(bytes.slice(0, -1))), "length");
  assert.equal(await reasonOf(() => frame.parseFrame(concat(bytes, ZEROS(1)))), "length");
});

test("a frame's version, type and suite are known", async () => {
  const [bytes] = await lines(1);
  for (const at of [0, 2]) assert.equal(await reasonOf(() => open(reader(), flipped(bytes, at))), "form");
  assert.equal(await reasonOf(() => open(reader(), flipped(bytes, 1, 2))), "form");
});

test("a leaf update stands in 0x11 and nothing else does", async () => {
  const leaf = { kind: 4, body: systemRandom(32) };
  assert.equal(await reasonOf(async () => open(reader(), await seal(leaf, 0x11))), "");
  assert.equal(await reasonOf(async () => open(reader(), await seal(leaf))), "kind");
  assert.equal(await reasonOf(async () => open(reader(), await seal({}, 0x11))), "kind");
});

test("each kind has its body", async () => {
  const control = (length) => utf8(JSON.stringify({ t: "x".repeat(length - 8) }));
  const cases = [[1, utf8("å".repeat(4000)), ""], [1, utf8("å".repeat(4001)), "too long"],
    [1, Uint8Array.of(0xff), "utf-8"], [2, control(4067), ""], [2, control(4068), "form"],
    [2, utf8("{}"), "form"], [2, utf8("[]"), "json"], [3, concat(u8(14), ZEROS(224)), ""],
    [3, concat(u8(15), ZEROS(240)), "form"], [3, concat(u8(1), ZEROS(17)), "form"],
    [3, concat(u8(2), ZEROS(16)), "form"], [5, NONE, ""], [6, NONE, ""], [5, u8(0), "form"],
    [6, u8(0), "form"], [0, NONE, "form"], [7, NONE, "form"]];
  for (const [kind, body, wanted] of cases) {
    const found = await reasonOf(async () => open(reader(), await seal({ kind, body })));
    assert.equal(found, wanted, `kind ${kind}, ${body.length} bytes`);
  }
  const short = { kind: 4, body: ZEROS(31) };
  assert.equal(await reasonOf(async () => open(reader(), await seal(short, 0x11))), "form");
});

test("a writer is told what is too long", async () => {
  assert.equal(await reasonOf(() => frame.textBody("😀".repeat(4000))), "");
  assert.equal(await reasonOf(() => frame.textBody("x".repeat(4001))), "too long");
  assert.equal(await reasonOf(() => frame.controlBody({ t: "x".repeat(4060) })), "too long");
  assert.equal(await reasonOf(() => frame.receiptBody(Array(15).fill(ZEROS(16)))), "too long");
});

test("no message key comes twice (P6)", async () => {
  let key = KEY();
  const seen = new Set();
  for (let n = 0; n < 50; n += 1) {
    seen.add(hex(await kdf(key, "msg", NONE, 44)));
    key = await kdf(key, "ck", NONE, 32);
  }
  assert.equal(seen.size, 50);
  const [first, second] = [await lines(2), await lines(2)];
  assert.notEqual(hex(first[0].slice(28)), hex(first[1].slice(28)));
  assert.notEqual(hex(first[0]), hex(second[0]));
});
