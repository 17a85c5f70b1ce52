/** Certificates, trust.json and rosters: every check of protocol.md section 5 (T6, N4, N5, N6). */
import assert from "node:assert/strict";
import { test } from "node:test";

import { buildMail, openMail, checkMailCertificate } from "../../../web/js/asc1/bodies.js";
import { hex, newPair, sha256, unhex } from "../../../web/js/asc1/bytes.js";
import { shiftHours } from "../../../web/js/asc1/identity.js";
import { asDecimals, memberChanges } from "../../../web/js/asc1/roster.js";
import { checkCertificate, readRoster, readTrust, walkChain } from "../../../web/js/asc1/trust.js";
import { HOUR, ZEROS, certify, flipped, json, makeCentre, reasonOf, renewed, rosterFields,
  signaturesOf } from "./people.js";

const LOW_ORDER = ["00".repeat(32), `01${"00".repeat(31)}`,
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"];
const pub = (await newPair()).publicRaw;

async function reason(centre, changes, use = {}) {
  const bytes = await certify(centre, 1, changes.pub ?? pub, changes);
  return reasonOf(() => checkCertificate(use.edit?.(bytes) ?? bytes,
    { kinds: [1], nowHour: HOUR, chain: centre.chain, ...use }));
}

test("a right certificate is accepted", async () => {
  assert.equal(await reason(await makeCentre(), {}), "");
});

test("form: length and magic", async () => {
  const centre = await makeCentre();
  for (const edit of [(b) => b.slice(0, -1), (b) => Uint8Array.of(...b, 0), (b) => flipped(b, 7)]) {
    assert.equal(await reason(centre, {}, { edit }), "form");
  }
});

test("the kind fits the use (N4)", async () => {
  const centre = await makeCentre();
  assert.equal(await reason(centre, { kind: 2 }), "kind");
  assert.equal(await reason(centre, {}, { kinds: [2] }), "kind");
});

test("no certificate lives longer than its kind may", async () => {
  const centre = await makeCentre();
  for (const [kind, hours] of [[1, 12], [2, 504], [3, 2880], [4, 2880]]) {
    const from = { kind, notBefore: HOUR };
    const use = { kinds: [kind] };
    assert.equal(await reason(centre, { ...from, notAfter: HOUR + hours }, use), "");
    assert.equal(await reason(centre, { ...from, notAfter: HOUR + hours + 1 }, use), "lifetime");
  }
});

test("a clock may be wrong by 24 hours, not more (N4)", async () => {
  const centre = await makeCentre();
  const wanted = [[24, 36, ""], [25, 37, "not yet"], [-36, -24, ""], [-37, -25, "expired"]];
  for (const [from, to, expected] of wanted) {
    const hours = { notBefore: HOUR + from, notAfter: HOUR + to };
    assert.equal(await reason(centre, hours), expected);
  }
});

test("shift certificates name the newest roster or the one before, others any (N4)", async () => {
  const first = await makeCentre();
  const third = await renewed(await renewed(first));
  const [newest, before, oldest] = third.chain.map(({ hash }) => ({ rosterHash: hash }));
  assert.equal(await reason(third, newest), "");
  assert.equal(await reason(third, before), "");
  assert.equal(await reason(third, oldest), "roster");
  assert.equal(await reason(third, { ...oldest, kind: 2 }, { kinds: [2] }), "");
  assert.equal(await reason(third, { kind: 2, rosterHash: ZEROS(32) }, { kinds: [2] }), "roster");
});

test("idx, role and key stand in the newest roster and are not revoked (N4)", async () => {
  const centre = await makeCentre();
  const [ask, ...others] = centre.members;
  assert.equal(await reason(centre, { role: 2 }), "member");
  assert.equal(await reason(centre, { idx: 9 }), "member");
  assert.equal(await reason(await renewed(centre, { members: others }), {}), "member");
  assert.equal(await reason(await renewed(centre, { revoked: [1] }), {}), "member");
  const rekeyed = [{ ...ask, ed25519: others[0].ed25519 }, ...others];
  assert.equal(await reason(await renewed(centre, { members: rekeyed }), {}), "signature");
});

test("the signature covers every byte", async () => {
  const centre = await makeCentre();
  for (const at of [60, 84, 147]) {
    assert.equal(await reason(centre, {}, { edit: (b) => flipped(b, at) }), "signature");
  }
});

test("small-order keys are refused (N5)", async () => {
  const centre = await makeCentre();
  for (const point of LOW_ORDER) {
    assert.equal(await reason(centre, { pub: unhex(point) }), "zero exchange");
  }
});

test("a shift certificate starts at a multiple of six hours", () => {
  assert.deepEqual(shiftHours(500_003), { notBefore: 499_998, notAfter: 500_010 });
  assert.deepEqual(shiftHours(500_004), { notBefore: 500_004, notAfter: 500_016 });
});

test("stored mail is judged at the hour of its writing, without tolerance", async () => {
  const centre = await makeCentre();
  const bytes = await certify(centre, 1, pub, { notBefore: HOUR, notAfter: HOUR + 12 });
  const at = (issued, kinds = [1]) => reasonOf(() =>
    checkMailCertificate(bytes, { kinds, issued, chain: centre.chain }));
  assert.equal(await at(HOUR - 1), "not yet");
  assert.equal(await at(HOUR), "");
  assert.equal(await at(HOUR + 12), "");
  assert.equal(await at(HOUR + 13), "expired");
  assert.equal(await at(HOUR, [2]), "kind");
});

test("a writer who left is shown as such, a revoked one is refused", async () => {
  const centre = await makeCentre();
  const bytes = await certify(centre, 1, pub);
  const read = (chain) => checkMailCertificate(bytes, { kinds: [1], issued: HOUR, chain });
  assert.equal((await read(centre.chain)).hasLeft, false);
  const gone = await renewed(await renewed(centre, { members: centre.members.slice(1) }),
    { members: centre.members.slice(1) });
  assert.equal((await read(gone.chain)).hasLeft, true);
  const revoked = await renewed(centre, { revoked: [1] });
  assert.equal(await reasonOf(() => read(revoked.chain)), "revoked");
  assert.equal(await reasonOf(() => read([gone.chain[0]])), "roster");
  const foreign = await certify(centre, 1, pub, { role: 2 });
  assert.equal(await reasonOf(() => checkMailCertificate(foreign,
    { kinds: [1], issued: HOUR, chain: centre.chain })), "member");
});

test("signed mail is refused when another sealed it (N15)", async () => {
  const centre = await makeCentre();
  const body = buildMail(await certify(centre, 1, pub), HOUR, Uint8Array.of(1, 1, 0, 0));
  const read = (sender, type = 3) => reasonOf(() => openMail({ type, sender, body }, centre.chain));
  assert.equal(await read(pub), "");
  assert.equal(await read((await newPair()).publicRaw), "sender");
  assert.equal(await read(null), "sender");
  assert.equal(await read(pub, 9), "kind");
});

const rosterReason = (centre, bytes, signatures, at = {}) => reasonOf(() =>
  readRoster(bytes, signatures, { trust: centre.trust, nowHour: HOUR, ...at }));

test("t different roots must have signed (T6)", async () => {
  for (const t of [1, 2, 3]) {
    const centre = await makeCentre({ t, roots: 3 });
    const all = [0, 1, 2].slice(0, t);
    const enough = await signaturesOf(centre, centre.rosterBytes, all);
    assert.equal(await rosterReason(centre, centre.rosterBytes, enough), "");
    const few = await signaturesOf(centre, centre.rosterBytes, all.slice(1));
    assert.equal(await rosterReason(centre, centre.rosterBytes, few), "signatures");
  }
});

test("the same root twice counts once, an unknown root not at all", async () => {
  const centre = await makeCentre({ t: 2, roots: 3 });
  const twice = await signaturesOf(centre, centre.rosterBytes, [1, 1]);
  assert.equal(await rosterReason(centre, centre.rosterBytes, twice), "signatures");
  const [{ sig }] = JSON.parse(new TextDecoder().decode(twice));
  for (const root of [0, 3, -1, "1", null]) {
    const forged = json([{ root: 1, sig }, { root, sig }]);
    assert.equal(await rosterReason(centre, centre.rosterBytes, forged), "signatures");
  }
  assert.equal(await rosterReason(centre, centre.rosterBytes, json({})), "signatures");
});

test("roster bytes cannot change by one bit (P2)", async () => {
  const centre = await makeCentre();
  for (const at of [2, 40, centre.rosterBytes.length - 3]) {
    const changed = flipped(centre.rosterBytes, at);
    assert.notEqual(await rosterReason(centre, changed, centre.signatures), "");
  }
});

test("version, lifetime, expiry, hour of issue and sequence, in this order (N6)", async () => {
  const centre = await makeCentre();
  const cases = [[{ v: 2, expires: 0 }, "version"], [{ issued: HOUR, expires: HOUR + 337 },
    "lifetime"], [{ issued: HOUR - 100, expires: HOUR - 24 }, ""],
  [{ issued: HOUR - 100, expires: HOUR - 25 }, "expired"],
  [{ issued: HOUR + 24, expires: HOUR + 30 }, ""],
  [{ issued: HOUR + 25, expires: HOUR + 30 }, "issued ahead"]];
  for (const [changes, wanted] of cases) {
    const bytes = json(rosterFields({ members: centre.members, ...changes }));
    const signatures = await signaturesOf(centre, bytes);
    assert.equal(await rosterReason(centre, bytes, signatures), wanted);
  }
  const { rosterBytes, signatures } = centre;
  assert.equal(await rosterReason(centre, rosterBytes, signatures, { newestSeq: 1 }), "");
  assert.equal(await rosterReason(centre, rosterBytes, signatures, { newestSeq: 2 }), "rollback");
});

test("an idx stands once in a roster", async () => {
  const centre = await makeCentre();
  const bytes = json(rosterFields({ members: [centre.members[0], centre.members[0]] }));
  assert.equal(await rosterReason(centre, bytes, await signaturesOf(centre, bytes)), "form");
});

test("earlier rosters are believed by prev only", async () => {
  const first = await makeCentre();
  const second = await renewed(first);
  const third = await renewed(second);
  const kept = new Map([[1, first.rosterBytes], [2, second.rosterBytes]]);
  const walk = (limits) => walkChain(third.chain[0], async (seq) => kept.get(seq) ?? null, limits);
  assert.deepEqual((await walk()).map(({ seq }) => seq), [3, 2, 1]);
  assert.deepEqual((await walk({ steps: 1 })).map(({ seq }) => seq), [3, 2]);
  assert.deepEqual((await walk({ until: hex(second.chain[0].hash) })).map(({ seq }) => seq), [3, 2]);
  kept.set(1, json({ ...rosterFields({ members: first.members }), issued: HOUR - 9 }));
  assert.equal(await reasonOf(walk), "chain");
  kept.delete(1);
  assert.deepEqual((await walk()).map(({ seq }) => seq), [3, 2]);
});

test("a chain is walked back 64 steps, not more", async () => {
  let prev = "0".repeat(64);
  const kept = new Map();
  let newest = null;
  for (let seq = 1; seq <= 70; seq += 1) {
    const bytes = json(rosterFields({ seq, prev }));
    kept.set(seq, bytes);
    prev = hex(await sha256(bytes));
    newest = { ...JSON.parse(new TextDecoder().decode(bytes)), hash: unhex(prev) };
  }
  assert.equal((await walkChain(newest, async (seq) => kept.get(seq))).length, 65);
});

test("a chain that skips a number is refused", async () => {
  const bytes = json(rosterFields({ seq: 1 }));
  const newest = { seq: 3, prev: hex(await sha256(bytes)), hash: ZEROS(32) };
  assert.equal(await reasonOf(() => walkChain(newest, async () => bytes)), "chain");
});

test("trust.json names distinct roots and a reachable t", async () => {
  const centre = await makeCentre();
  const { roots, ...rest } = JSON.parse(new TextDecoder().decode(centre.trustBytes));
  const cases = [{ t: 0, roots }, { t: 2, roots }, { t: 1, roots: [] }, { roots, t: "1" },
    { t: 2, roots: [...roots, ...roots] }, { t: 1, roots: ["AA"] }, { t: 1, roots, v: 2 }];
  for (const changes of cases) {
    assert.equal(await reasonOf(() => readTrust(json({ ...rest, ...changes }))), "trust");
  }
});

test("the root fingerprint is eight numbers of four digits", async () => {
  const { trust, trustBytes } = await makeCentre();
  const bits = [...await sha256(trustBytes)].map((b) => b.toString(2).padStart(8, "0")).join("");
  assert.match(asDecimals(trust.fingerprint), /^(\d{4} ){7}\d{4}$/);
  assert.equal(trust.fingerprint[7], parseInt(bits.slice(77, 88), 2));
});

test("member changes name who was added, removed, re-keyed or revoked", async () => {
  const centre = await makeCentre();
  const [ask, birk, cleo, dag] = centre.members;
  const later = await renewed(centre, { revoked: [4], members: [ask,
    { ...birk, ed25519: cleo.ed25519 }, dag, { ...cleo, idx: 5 }] });
  assert.deepEqual(memberChanges(centre.chain[0], later.chain[0]),
    { added: [5], removed: [3, 4], rekeyed: [2] });
});
