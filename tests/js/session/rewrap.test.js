/** Messages sealed again for colleagues: read with the name of who vouches, and shared only with whom one knows. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { Refused, concat, hex, newPair, sealEnvelope } from "../../../web/js/asc1/bytes.js";
import { buildBox, buildMail, buildReWrap } from "../../../web/js/asc1/bodies.js";
import { buildCertificate } from "../../../web/js/asc1/identity.js";
import { Trust } from "../../../web/js/session/world.js";
import { readMessage, readerOf, sealAgain } from "../../../web/js/session/rewrap.js";
import { Centre } from "./harness.js";

const random = (n) => new Uint8Array(randomBytes(n));
const ID = new Uint8Array(16).fill(5);

/** A centre's trust, and for each of its staff a box key with its certificate. */
async function people() {
  const centre = await Centre.make();
  const trust = new Trust(centre.world(), 64);
  await trust.load();
  const keys = [];
  for (const { idx, roles, identity } of centre.members) {
    const pair = await newPair();
    const cert = await buildCertificate({ idx, role: roles[0], kind: 2, notBefore: trust.hour, notAfter: trust.hour + 504,
      rosterHash: trust.chain[0].hash, pub: pair.publicRaw }, identity.privateKey);
    keys.push({ pair, cert });
  }
  const [anna, bo] = keys;
  const message = await sealEnvelope({ type: 2, envId: ID, expiry: trust.hour + 300, to: [anna.pair.publicRaw], sender: null,
    body: buildBox(null, "hej") }, random);
  const reader = ({ pair }) => ({ pairs: [pair], trust, random });
  return { centre, trust, anna, bo, message, reader };
}

test("a copy says the same, is vouched for by its writer, and ends with the original", async () => {
  const { anna, bo, message, reader } = await people();
  const copy = await sealAgain(message, bo.pair.publicRaw, anna, reader(anna));
  assert.deepEqual(await readMessage(message, hex(ID), reader(anna)), { r: null, text: "hej", voucher: null });
  assert.deepEqual(await readMessage(copy, hex(ID), reader(bo)), { r: null, text: "hej", voucher: 1 });
  assert.deepEqual(copy.slice(24, 28), message.slice(24, 28));
});

test("a copy that is given out for another message, or holds none, is refused", async () => {
  const { trust, anna, bo, message, reader } = await people();
  const sealed = (content) => sealEnvelope({ type: 6, envId: random(16), expiry: trust.hour + 9, to: [bo.pair.publicRaw],
    sender: anna.pair, body: buildMail(anna.cert, trust.hour, content) }, random);
  const copy = await sealAgain(message, bo.pair.publicRaw, anna, reader(anna));
  const reply = await sealed(buildReWrap({ envId: ID, type: 3, body: buildBox(null, "hej") }));
  const foreign = await sealEnvelope({ type: 6, envId: random(16), expiry: trust.hour + 9, to: [bo.pair.publicRaw], sender: bo.pair,
    body: buildMail(anna.cert, trust.hour, buildReWrap({ envId: ID, type: 2, body: buildBox(null, "hej") })) }, random);
  for (const [what, id] of [[copy, "00".repeat(16)], [reply, hex(ID)], [foreign, hex(ID)], [message, hex(ID)]]) {
    await assert.rejects(readMessage(what, id, reader(bo)), Refused);
  }
});

test("nothing is sealed to a key that the roster does not vouch for", async () => {
  const { centre, trust, bo } = await people();
  assert.equal((await readerOf(hex(bo.cert), trust)).idx, 2);
  const forged = concat(bo.cert.slice(0, 52), random(32), bo.cert.slice(84));
  for (const cert of [hex(forged), "00"]) assert.equal(await readerOf(cert, trust), null);
  centre.revoked.push(2);
  await centre.publish();
  await trust.load();
  assert.equal(await readerOf(hex(bo.cert), trust), null);
});
