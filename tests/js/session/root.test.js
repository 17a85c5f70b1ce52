/** A root in a supervisor's browser: read from its file, what a draft changes, and renewal at sign-in. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { aesKey, hex, kid, sha256, unhex, utf8, verifies } from "../../../web/js/asc1/bytes.js";
import { importEd25519 } from "../../../web/js/asc1/identity.js";
import { METHODS, WRAPS, signInKeys, wrap } from "../../../web/js/asc1/signin.js";
import { parseRoster } from "../../../web/js/asc1/trust.js";
import { changesOf, renew, seedOf } from "../../../web/js/session/root.js";

const SEED = new Uint8Array(32).fill(7);
const PEM = `-----BEGIN PRIVATE KEY-----\n${Buffer.concat([
  Buffer.from("302e020100300506032b657004220420", "hex"), SEED]).toString("base64")}\n-----END PRIVATE KEY-----\n`;
const ANNA = { idx: 1, roles: [1], duty_name: "Al", ed25519: "aa".repeat(32) };

const roster = (change) => utf8(JSON.stringify({ v: 1, seq: 1, prev: "00".repeat(32), issued: 100, expires: 400,
  bg: [], revoked: [], members: [ANNA], ...change }));

test("a root's file holds its seed, and another file is said to hold none", () => {
  assert.deepEqual(seedOf(PEM), SEED);
  for (const bad of ["", "hej", PEM.replace("MC4", "MC5"), `${PEM}AAAA`]) assert.throws(() => seedOf(bad), /root_form/);
});

test("every way a roster can differ is a line to read", async () => {
  const old = await parseRoster(roster({ members: [ANNA, { ...ANNA, idx: 2, duty_name: "Bo" }, { ...ANNA, idx: 3, duty_name: "Cy" }] }));
  const fresh = await parseRoster(roster({ members: [{ ...ANNA, roles: [2, 1] }, { ...ANNA, idx: 2, duty_name: "Bo", ed25519: "bb".repeat(32) },
    { ...ANNA, idx: 4, duty_name: "Di" }] }));
  assert.deepEqual(changesOf(old, fresh).map(({ kind, name }) => `${kind} ${name}`),
    ["added Di", "removed Cy", "rekeyed Bo", "roles Al"]);
  const renamed = await parseRoster(roster({ members: [{ ...ANNA, duty_name: "Eo" }] }));
  assert.deepEqual(changesOf(await parseRoster(roster({})), renamed).map(({ kind }) => kind), ["renamed"]);
  const board = await parseRoster(roster({ bg: ["ab".repeat(32)] }));
  assert.deepEqual([changesOf(renamed, board)[0], changesOf(board, renamed)[0]].map(({ kind, name }) => `${kind} ${name}`),
    ["board abababababababab", "no_board abababababababab"]);
  assert.deepEqual(changesOf(old, old), []);
});

/** A supervisor with a root, and a roster with so many hours left; what was posted. */
async function atSignIn({ left, draft = {}, method = METHODS.passkey, holds = true, known = true }) {
  const bytes = roster({ expires: 1000 + left, issued: 900 });
  const chain = [await parseRoster(bytes)];
  const root = await importEd25519(SEED.slice());
  const { kek } = await signInKeys(new Uint8Array(randomBytes(32)), method);
  const ak = new Uint8Array(randomBytes(32));
  const at = (what, by, named) => ({ idx: 1, what, method: by, version: 1, kid: named });
  const sent = async (key, secret, place) => ({ ...place, kid: hex(place.kid),
    data: hex(await wrap(key, secret, place, (n) => new Uint8Array(randomBytes(n)))) });
  const wraps = [await sent(kek, ak.slice(), at(WRAPS.ak, method, new Uint8Array(8)))];
  if (holds) wraps.push(await sent(await aesKey(ak.slice()), SEED.slice(), at(WRAPS.root, 0, await kid(root.publicRaw))));
  const next = roster({ seq: 2, prev: hex(chain[0].hash), issued: 1000, expires: 1300, ...draft });
  const posted = [];
  const world = { fetch: async (path, { body }) => {
    posted.push([path, JSON.parse(body)]);
    return Response.json(path.endsWith("draft") ? { roster: new TextDecoder().decode(next), signed: [] } : { missing: 0 });
  } };
  const trust = { chain, hour: 1000, roots: { roots: known ? [root.publicRaw] : [new Uint8Array(32)] }, load: async () => {} };
  const done = await renew(world, trust, "token", { secrets: { method, kek }, idx: 1, wraps });
  return { done, posted, next, root };
}

test("a roster with six days left is signed at sign-in, and the signature is the root's", async () => {
  const { done, posted, next, root } = await atSignIn({ left: 6 * 24 });
  assert.equal(done, true);
  const [, [path, { hash, root: place, sig }]] = posted;
  assert.deepEqual([path, hash, place], ["/api/roster/sign", hex(await sha256(next)), 0]);
  const message = Buffer.concat([Buffer.from("ASC1-RO\x01\0\0\0\x02"), await sha256(next)]);
  assert.equal(await verifies(root.publicRaw, unhex(sig), new Uint8Array(message)), true);
});

for (const [why, given] of [
  ["has more than a week left", { left: 8 * 24 }],
  ["would let somebody in", { left: 24, draft: { members: [ANNA, { ...ANNA, idx: 2 }] } }],
  ["would give somebody another key", { left: 24, draft: { members: [{ ...ANNA, ed25519: "cc".repeat(32) }] } }],
  ["would give the board a key", { left: 24, draft: { bg: ["dd".repeat(32)] } }],
  ["is not this root's to sign", { left: 24, known: false }],
  ["does not follow the one that stands", { left: 24, draft: { prev: "11".repeat(32) } }],
  ["was reached with digits", { left: 24, method: METHODS.digits }],
  ["is not this member's to sign", { left: 24, holds: false }],
]) {
  test(`a roster that ${why} is not signed by itself`, async () => {
    const { done, posted } = await atSignIn(given);
    assert.equal(done, false);
    assert.deepEqual(posted.filter(([path]) => path.endsWith("sign")), []);
  });
}
