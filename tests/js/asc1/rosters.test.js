/** The form of a roster (protocol.md section 5): every field of another kind is refused. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { utf8 } from "../../../web/js/asc1/bytes.js";
import { parseRoster, readRoster } from "../../../web/js/asc1/trust.js";

const MEMBER = { idx: 1, roles: [1], duty_name: "alm", ed25519: "a".repeat(64) };
const ROSTER = { v: 1, seq: 1, prev: "0".repeat(64), issued: 100, expires: 200, members: [MEMBER],
  bg: ["b".repeat(64)], revoked: [2] };
const bytesOf = (change) => utf8(JSON.stringify({ ...ROSTER, ...change }));
const member = (change) => ({ members: [{ ...MEMBER, ...change }] });
const isForm = { reason: "form" };

test("the roster all others differ from is read", async () => {
  const { seq, revoked } = await parseRoster(bytesOf({}));
  assert.deepEqual([seq, revoked], [1, [2]]);
});

for (const change of [{ members: {} }, { members: "x" }, { bg: {} }, { revoked: {} },
  member({ idx: -1 }), member({ idx: 65536 }), member({ idx: 1.5 }), member({ ed25519: "a" }),
  member({ ed25519: "A".repeat(64) }), member({ duty_name: 7 }), member({ roles: 1 }),
  member({ roles: [256] }), member({ roles: ["1"] }), { members: [MEMBER, MEMBER] },
  { members: [null] }, { seq: 0 }, { seq: 2 ** 32 }, { seq: "1" }, { prev: "0" }, { prev: null },
  { issued: -1 }, { issued: "100" }, { expires: 2 ** 32 }, { expires: null }, { bg: ["b"] },
  { bg: [7] }, { revoked: [65536] }, { revoked: ["2"] }]) {
  test(`a roster is refused with ${JSON.stringify(change)}`, async () => {
    await assert.rejects(parseRoster(bytesOf(change)), isForm);
  });
}

test("a seq that is no number is refused before a signature is looked at", async () => {
  const trust = { service: "x", roots: [], t: 1, fingerprint: [] };
  const at = { trust, nowHour: 150 };
  await assert.rejects(readRoster(bytesOf({ seq: "1" }), utf8("[]"), at), isForm);
  await assert.rejects(readRoster(bytesOf({}), utf8("[]"), at), { reason: "signatures" });
});
