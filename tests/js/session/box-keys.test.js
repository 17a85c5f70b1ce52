/** Box keys at sign-in: made once, opened again, renewed in time, certified anew under a new roster. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { aesKey, hex, unhex } from "../../../web/js/asc1/bytes.js";
import { importEd25519 } from "../../../web/js/asc1/identity.js";
import { parseCertificate } from "../../../web/js/asc1/trust.js";
import { BoxKeys } from "../../../web/js/session/box-keys.js";

const random = (n) => new Uint8Array(randomBytes(n));
const trust = { hour: 500_000, chain: [{ hash: new Uint8Array(32).fill(1) }] };

/** A member's account as the server keeps it, over several sign-ins. */
async function account(roles = [1]) {
  const ak = await aesKey(random(32));
  const { privateKey: ik } = await importEd25519(random(32));
  const kept = { certs: [], wraps: [], asked: 0 };
  const register = async ({ cert, wrap }) => {
    kept.asked += 1;
    kept.certs.push(cert);
    kept.wraps = [...kept.wraps.filter(({ kid }) => kid !== wrap.kid), wrap];
  };
  const signIn = async (at = trust) => {
    const keys = new BoxKeys(at, random);
    await keys.unlock({ idx: 7, roles, ak, ik, wraps: kept.wraps, known: kept.certs, register });
    return keys;
  };
  return { kept, signIn };
}

test("a key is made once and is the same at the next sign-in", async () => {
  const { kept, signIn } = await account();

  const [first, second] = [await signIn(), await signIn()];

  assert.equal(kept.asked, 1);
  assert.equal(hex(first.own.pair.publicRaw), hex(second.own.pair.publicRaw));
  const cert = await parseCertificate(unhex(kept.certs[0]));
  assert.deepEqual([cert.idx, cert.role, cert.kind, cert.notBefore, cert.notAfter], [7, 1, 2, 500_000, 500_504]);
});

test("after half its week there is a new one, and the old one still opens", async () => {
  const { kept, signIn } = await account();
  const old = (await signIn()).own.pair.publicRaw;

  const within = await signIn({ ...trust, hour: 500_084 });
  const later = await signIn({ ...trust, hour: 500_085 });

  assert.equal(hex(within.own.pair.publicRaw), hex(old));
  assert.notEqual(hex(later.own.pair.publicRaw), hex(old));
  assert.equal(later.pairs.length, 2);
  assert.equal(kept.wraps.length, 2);
});

test("a new roster brings a new certificate for the same key", async () => {
  const { kept, signIn } = await account();
  await signIn();
  const renewed = { hour: 500_010, chain: [{ hash: new Uint8Array(32).fill(2) }, ...trust.chain] };

  const keys = await signIn(renewed);
  await signIn(renewed);

  assert.equal(kept.asked, 2);
  const [first, second] = await Promise.all(kept.certs.map((text) => parseCertificate(unhex(text))));
  assert.equal(hex(first.pub), hex(second.pub));
  assert.deepEqual([second.notBefore, second.notAfter], [first.notBefore, first.notAfter]);
  assert.equal(hex(keys.own.cert), kept.certs[1]);
});

test("a supervisor has an escalation key too, an interpreter none at all", async () => {
  const [lind, tolk] = [await account([2]), await account([3])];

  const [keys, none] = [await lind.signIn(), await tolk.signIn()];

  const kinds = await Promise.all(lind.kept.certs.map(async (text) => (await parseCertificate(unhex(text))).kind));
  assert.deepEqual(kinds, [2, 3]);
  assert.equal(keys.pairs.length, 2);
  assert.deepEqual([none.own, none.pairs, tolk.kept.asked], [null, [], 0]);
});

test("what is forgotten opens nothing", async () => {
  const { signIn } = await account();
  const keys = await signIn();

  keys.forget();

  assert.deepEqual([keys.own, keys.pairs], [null, []]);
});
