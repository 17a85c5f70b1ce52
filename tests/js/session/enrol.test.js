import assert from "node:assert/strict";
import { test } from "node:test";
import { hex, unhex, verifies } from "../../../web/js/asc1/bytes.js";
import { signInMessage } from "../../../web/js/asc1/signin.js";
import { enrolment } from "../../../web/js/session/enrol.js";
import { accountKeys, fromDigits } from "../../../web/js/session/unlock.js";
import { Centre } from "./harness.js";

const TOKEN = "ab".repeat(32);
const BEGUN = { idx: 7, login: "eva", duty_name: "Eva", roles: [1], service: "hamn.example",
  nonce: "cd".repeat(32) };

/** A world whose server knows one invite, and what it was told. */
async function invited() {
  const centre = await Centre.make();
  const told = [];
  const world = { ...centre.world(), fetch: async (path, { headers, body }) => {
    if (headers.authorization !== `Bearer ${TOKEN}`) return new Response(null, { status: 410 });
    told.push([path, JSON.parse(body)]);
    return Response.json(BEGUN);
  } };
  return { world, told };
}

test("an invite becomes keys that open with the digits shown once", async () => {
  const { world, told } = await invited();
  const page = enrolment(world, `#${TOKEN}`);
  await page.begin();
  assert.deepEqual(page.view.me, { idx: 7, name: "Eva", login: "eva", roles: [1] });
  assert.equal(await page.withDigits(), true);
  const { phase, digits } = page.view;
  assert.equal(phase, "done");
  const [path, given] = told.at(-1);
  assert.equal(path, "/api/enrol");
  assert.ok(!JSON.stringify(told).includes(digits) && !JSON.stringify(told).includes(TOKEN));
  const message = await signInMessage({ origin: world.origin, name: "eva", method: 2,
    nonce: unhex(BEGUN.nonce), issued: given.issued });
  assert.ok(await verifies(unhex(given.public_key), unhex(given.auth_sig), message));
  assert.ok(await verifies(unhex(given.ed25519), unhex(given.ik_sig), message));
  const secrets = await fromDigits(world, BEGUN.service, "eva", digits);
  assert.equal(hex(secrets.auth.publicRaw), given.public_key);
  const { ik: opened } = await accountKeys(secrets, 7, given.wraps);
  assert.equal(hex(opened.publicRaw), given.ed25519);
});

test("an invite that is spent, unknown or no invite at all", async () => {
  const { world, told } = await invited();
  for (const hash of ["", "#abc", `#${"00".repeat(32)}`]) {
    const page = enrolment(world, hash);
    await page.begin();
    assert.equal(page.view.phase, "gone");
    assert.equal(await page.withDigits(), false);
  }
  assert.deepEqual(told, []);
});

test("a passkey whose PRF output opens the same keys", async () => {
  const { world, told } = await invited();
  const first = new Uint8Array(32).fill(5).buffer;
  const credential = { getClientExtensionResults: () => ({ prf: { results: { first } } }) };
  const asked = [];
  world.credentials = { create: async (options) => (asked.push(options), credential) };
  const page = enrolment(world, `#${TOKEN}`);
  await page.begin();
  assert.equal(await page.withPasskey(), true);
  assert.equal(page.view.digits, "");
  assert.equal(told.at(-1)[1].method, 1);
  assert.equal(asked[0].publicKey.authenticatorSelection.userVerification, "required");
});

test("a passkey without PRF enrols nobody", async () => {
  const { world, told } = await invited();
  const credential = { getClientExtensionResults: () => ({}) };
  world.credentials = { create: async () => credential, get: async () => credential };
  const page = enrolment(world, `#${TOKEN}`);
  await page.begin();
  assert.equal(await page.withPasskey(), false);
  assert.deepEqual([page.view.phase, page.view.problem], ["ready", "desk.no_passkey"]);
  assert.ok(told.every(([path]) => path === "/api/enrol/begin"));
});
