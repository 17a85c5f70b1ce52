/** Envelopes and bodies: every check of protocol.md section 6 (N3, N5, N7, N8, P2, P3, P7). */
import assert from "node:assert/strict";
import { test } from "node:test";

import * as bodies from "../../../web/js/asc1/bodies.js";
import { HPKE_INFOS, aesKey, aesSeal, concat, kdf, pad, sha256, systemRandom, u16, u32, utf8 }
  from "../../../web/js/asc1/bytes.js";
import * as envelopes from "../../../web/js/asc1/bytes.js";
import * as joins from "../../../web/js/asc1/join.js";
import { hpkeSeal, kid, newPair, sealEnvelope } from "../../../web/js/asc1/bytes.js";
import { openEnvelope, parseEnvelope } from "../../../web/js/asc1/opening.js";
import { HOUR, ROOM, ZEROS, flipped, helloFacts, reasonOf } from "./people.js";

const [A, B, S] = [await newPair(), await newPair(), await newPair()];
const body = utf8("en rad");
const letterOf = (changes) => ({ type: 2, envId: ROOM, expiry: HOUR, to: [A.publicRaw, B.publicRaw],
  body, ...changes });
const opening = (bytes, changes) => openEnvelope(bytes,
  { type: bytes[5], pairs: [A], nowHour: HOUR, ...changes });

test("exactly the readers named can open (P7)", async () => {
  const bytes = await sealEnvelope(letterOf({}));
  for (const pair of [A, B]) {
    assert.deepEqual((await opening(bytes, { pairs: [pair] })).body, body);
  }
  assert.equal(await reasonOf(() => opening(bytes, { pairs: [S] })), "no stanza");
});

test("every byte is covered (P2)", async () => {
  const bytes = await sealEnvelope(letterOf({ type: 3, sender: S, to: [A.publicRaw] }));
  const reasons = new Set();
  for (let at = 0; at < bytes.length; at += 1) {
    const found = await reasonOf(() => opening(flipped(bytes, at, 1 << (at % 8)), { type: 3 }));
    assert.notEqual(found, "", `byte ${at}`);
    reasons.add(found);
  }
  for (const wanted of ["magic", "suite", "flags", "type", "no stanza", "commitment", "seal"]) {
    assert.ok(reasons.has(wanted), wanted);
  }
});

test("type, mode and number of stanzas stand in the table", async () => {
  const many = (n) => Array.from({ length: n }, () => A.publicRaw);
  const most = [[1, 16], [2, 64], [3, 1], [4, 1], [5, 1], [6, 1], [7, 1], [9, 1]];
  for (const [type, n] of most) {
    const sender = type <= 2 ? null : S;
    const bytes = await sealEnvelope(letterOf({ type, sender, to: many(n) }));
    assert.equal(parseEnvelope(bytes).stanzas.length, n);
    for (const wrong of [{ to: many(n + 1), sender }, { to: [], sender },
      ...(type === 1 ? [] : [{ to: many(1), sender: sender ? null : S }])]) {
      assert.equal(await reasonOf(() => sealEnvelope(letterOf({ type, ...wrong }))), "type");
    }
    const crowded = bytes.slice();
    crowded[6] = n + 1;
    assert.equal(await reasonOf(() => parseEnvelope(crowded)), "type");
  }
  const bytes = await sealEnvelope(letterOf({ type: 3, sender: S, to: many(1) }));
  for (const [at, value] of [[5, 0], [5, 8], [5, 10], [6, 0], [5, 2]]) {
    const changed = bytes.slice();
    changed[at] = value;
    assert.equal(await reasonOf(() => parseEnvelope(changed)), "type");
  }
});

test("the reader says which type it expects", async () => {
  const bytes = await sealEnvelope(letterOf({ type: 3, sender: S, to: [A.publicRaw] }));
  assert.equal(await reasonOf(() => opening(bytes, { type: 5 })), "type");
});

test("lengths are exact and sizes come from the set (P3)", async () => {
  for (const [length, size] of [[254, 256], [255, 1024], [1022, 1024], [1023, 4096],
    [4095, 16384], [16382, 16384]]) {
    const bytes = await sealEnvelope(letterOf({ body: ZEROS(length) }));
    assert.equal(bytes.length, 28 + 2 * 88 + 32 + size + 16);
    assert.deepEqual((await opening(bytes)).body.length, length);
  }
  assert.equal(await reasonOf(() => sealEnvelope(letterOf({ body: ZEROS(16383) }))), "too long");
  const bytes = await sealEnvelope(letterOf({}));
  assert.equal(await reasonOf(() => opening(bytes.slice(0, -1))), "length");
  assert.equal(await reasonOf(() => opening(concat(bytes, ZEROS(1)))), "length");
});

test("64 KiB is for case records only; hellos and joins stay below 4 KiB", async () => {
  const record = { type: 9, sender: S, to: [A.publicRaw], body: ZEROS(60000) };
  const bytes = await sealEnvelope(letterOf(record));
  assert.equal((await opening(bytes)).body.length, 60000);
  assert.equal(await reasonOf(() => sealEnvelope(letterOf({ ...record, type: 4 }))), "too long");
  const relabelled = bytes.slice();
  relabelled[5] = 4;
  assert.equal(await reasonOf(() => parseEnvelope(relabelled)), "length");
  for (const [type, sender] of [[1, null], [7, S]]) {
    const long = letterOf({ type, sender, to: [A.publicRaw], body: ZEROS(1023) });
    assert.equal(await reasonOf(() => sealEnvelope(long)), "too long");
    const mail = await sealEnvelope({ ...long, type: sender ? 3 : 2 });
    mail[5] = type;
    assert.equal(await reasonOf(() => parseEnvelope(mail)), "length");
  }
});

test("hellos and joins have an end, other expiry is the server's", async () => {
  for (const [type, wanted] of [[1, "expired"], [2, ""], [3, ""], [7, "expired"]]) {
    const sender = type > 2 ? S : null;
    const bytes = await sealEnvelope(letterOf({ type, sender, to: [A.publicRaw] }));
    assert.equal(await reasonOf(() => opening(bytes)), "");
    assert.equal(await reasonOf(() => opening(bytes, { nowHour: HOUR + 1 })), wanted);
  }
});

test("a stanza of another envelope does not open (N7)", async () => {
  const one = await sealEnvelope(letterOf({}));
  const other = await sealEnvelope(letterOf({ envId: ZEROS(16) }));
  const same = await sealEnvelope(letterOf({}));
  const swap = (from) => concat(one.slice(0, 28), from.slice(28, 116), one.slice(116));
  assert.equal(await reasonOf(() => opening(swap(other))), "no stanza");
  assert.equal(await reasonOf(() => opening(swap(same))), "commitment");
});

/** Seals one stanza per CEK; the body is under the first, the rest is the sealer's to choose. */
async function forged({ ceks = [systemRandom(32)], readers = [A, B], commitTo, plain, kids }) {
  const head = concat(utf8("AEV1"), Uint8Array.of(1, 2, readers.length, 0), ROOM, u32(HOUR));
  const parts = [head];
  for (const [i, { publicRaw }] of readers.entries()) {
    const { enc, sealed } = await hpkeSeal({ to: publicRaw, ephemeral: await newPair(),
      info: concat(utf8(HPKE_INFOS.envelope), head), plain: ceks[i] ?? ceks[0] });
    parts.push(await kid(kids?.[i] ?? publicRaw), enc, sealed);
  }
  const t = await sha256(concat(...parts));
  const aad = concat(...parts, await kdf(commitTo ?? ceks[0], "env commit", t, 32));
  const kn = await kdf(ceks[0], "env key", t, 44);
  return concat(aad, await aesSeal(await aesKey(kn.slice(0, 32)), kn.slice(32), plain
    ?? pad(concat(u16(body.length), body)), aad));
}

test("two readers cannot be given two bodies (N8)", async () => {
  const [one, two] = [systemRandom(32), systemRandom(32)];
  const bytes = await forged({ ceks: [one, two] });
  assert.equal(await reasonOf(() => opening(bytes)), "");
  assert.equal(await reasonOf(() => opening(bytes, { pairs: [B] })), "commitment");
  const uncommitted = await forged({ ceks: [one], commitTo: two });
  assert.equal(await reasonOf(() => opening(uncommitted)), "commitment");
});

test("every stanza whose kid matches is tried", async () => {
  const bytes = await forged({ readers: [S, A], kids: [A.publicRaw, A.publicRaw] });
  assert.equal(await reasonOf(() => opening(bytes)), "");
});

test("length and padding inside are exact", async () => {
  const padded = pad(concat(u16(body.length), body));
  assert.equal(await reasonOf(async () => opening(await forged({ plain: flipped(padded, -1) }))),
    "padding");
  const long = concat(u16(255), padded.slice(2));
  assert.equal(await reasonOf(async () => opening(await forged({ plain: long }))), "form");
});

test("nothing is sealed to a small-order key (N5)", async () => {
  const weak = Uint8Array.of(1, ...ZEROS(31));
  assert.equal(await reasonOf(() => sealEnvelope(letterOf({ to: [weak] }))), "zero exchange");
  const bytes = await sealEnvelope(letterOf({}));
  const weakEnc = concat(bytes.slice(0, 36), weak, bytes.slice(68));
  assert.equal(await reasonOf(() => opening(weakEnc)), "no stanza");
});

const hello = (changes) => envelopes.buildHello(helloFacts({ v: A.publicRaw, rosterHash: ZEROS(32),
  ...changes }));
const helloReason = (bytes, sender = null) => reasonOf(() => bodies.parseHello(bytes, sender));

test("a hello is exactly 158 bytes, or 190 with a room secret", async () => {
  assert.equal(hello({}).length, 158);
  assert.equal(hello({ roomSecret: systemRandom(32) }).length, 190);
  assert.equal(await helloReason(hello({})), "");
  assert.equal(await helloReason(hello({}).slice(0, -1)), "form");
  assert.equal(await helloReason(concat(hello({}), ZEROS(1))), "form");
  assert.equal(await helloReason(flipped(hello({}), 0)), "version");
});

test("a hello's facts stand in their lists", async () => {
  const set = (at, value) => {
    const bytes = hello({});
    bytes[at] = value;
    return bytes;
  };
  for (const [at, value] of [[99, 0], [99, 3], [100, 8], [101, 17], [102, 8], [103, 4]]) {
    assert.equal(await helloReason(set(at, value)), "facts", `${at}=${value}`);
  }
  for (const [at, value] of [[100, 7], [101, 16], [102, 7], [100, 0], [101, 0], [102, 0]]) {
    assert.equal(await helloReason(set(at, value)), "");
  }
  assert.equal(await helloReason(set(97, 0x41)), "language");
  assert.equal(await helloReason(set(103, 2)), "room secret");
  assert.equal(await helloReason(concat(hello({}).slice(0, 156), u16(32), ZEROS(32))),
    "room secret");
});

test("a returning hello is sealed by the R it names", async () => {
  const named = hello({ r: S.publicRaw });
  assert.equal(await helloReason(named, S.publicRaw), "");
  assert.equal(await helloReason(named, A.publicRaw), "sender");
  assert.equal(await helloReason(hello({}), S.publicRaw), "sender");
  assert.equal(await helloReason(named), "");
});

test("other bodies are read exactly as they were built", async () => {
  assert.deepEqual(bodies.parseBox(bodies.buildBox(null, "hej")), { r: null, text: "hej" });
  assert.equal(bodies.parseReply(bodies.buildReply({ kind: 2, text: "{}" })).kind, 2);
  assert.deepEqual(bodies.parseRecord(bodies.buildRecord({ record: "00" })), { record: "00" });
  const old = { envId: ROOM, type: 2, body };
  assert.deepEqual(bodies.parseReWrap(bodies.buildReWrap(old)), old);
  const join = { leaf: A.publicRaw, roomId: ROOM, random: ZEROS(16) };
  assert.deepEqual(bodies.parseJoin(joins.buildJoin(join)), join);
});

test("other bodies with something more, less or else are refused", async () => {
  const { parseBox, parseJoin, parseReply, parseRecord } = bodies;
  const box = bodies.buildBox(null, "hej");
  const join = joins.buildJoin({ leaf: A.publicRaw, roomId: ROOM, random: ZEROS(16) });
  const reply = bodies.buildReply({ kind: 1, text: "hej" });
  for (const [parse, bytes] of [[parseBox, box], [parseJoin, join], [parseReply, reply]]) {
    assert.equal(await reasonOf(() => parse(bytes.slice(0, -1))), "form");
    assert.equal(await reasonOf(() => parse(concat(bytes, ZEROS(1)))), "form");
    assert.equal(await reasonOf(() => parse(flipped(bytes, 0))), "version");
  }
  assert.equal(await reasonOf(() => parseReply(bodies.buildReply({ kind: 5, text: "" }))), "reply");
  assert.equal(await reasonOf(() => parseBox(flipped(box, -1, 0x80))), "utf-8");
  for (const text of ["[]", "null", "{"]) {
    const bytes = concat(Uint8Array.of(1, 0, text.length), utf8(text));
    assert.equal(await reasonOf(() => parseRecord(bytes)), "json");
  }
});
