/** Labels, return code, sign-in, wraps and proof of work (protocol.md 3.1, 4, 8, 12). */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import * as bytes from "../../../web/js/asc1/bytes.js";
import * as code from "../../../web/js/asc1/code.js";
import { importX25519, newPair, solve, verifies } from "../../../web/js/asc1/bytes.js";
import * as signin from "../../../web/js/asc1/signin.js";
import { ZEROS, flipped, reasonOf } from "./people.js";

const { concat, hex, sha256, systemRandom, u16, u32, utf8 } = bytes;
const DIGITS = "123456789012345678901235";

test("the labels are those of the registry and none begins another", () => {
  const kdf = ["epoch", "confirm", "member", "export", "resume", "chain", "msg", "ck", "env key",
    "env commit", "rc id", "rc auth", "rc x25519", "kek prf", "kek rec", "staff auth", "shred row"];
  const prefixes = ["ASC1 kid", "ASC1 safety", "ASC1 return\0", "ASC1 recovery\0", "ASC1 wrap\0",
    "ASC1-GC\x01", "ASC1-SC\x01", "ASC1-RO\x01", "ASC1-RM\x01", "ASC1-DM\x01", "ASC1-RS\x01",
    "ASC1-AU\x01"];
  assert.deepEqual([...bytes.KDF_LABELS], kdf);
  assert.deepEqual(Object.values(bytes.PREFIXES), prefixes);
  assert.deepEqual(Object.values(bytes.HPKE_INFOS), ["ASC1 env\0", "ASC1 commit\0"]);
  const all = [...kdf.map((label) => `ASC1 ${label}\0`), ...prefixes, "ASC1 env\0",
    "ASC1 commit\0", bytes.PRF_INPUT];
  for (const one of all) assert.ok(!all.some((other) => other !== one && other.startsWith(one)), one);
  assert.equal(new Set(all).size, all.length);
});

test("no module but bytes.js spells a prefix, and kdf takes no other label", async () => {
  const folder = new URL("../../../web/js/asc1/", import.meta.url);
  for (const name of readdirSync(folder).filter((each) => each !== "bytes.js")) {
    assert.doesNotMatch(readFileSync(new URL(name, folder), "utf8"), /["'`]ASC1[ -]/, name);
  }
  await assert.rejects(bytes.kdf(ZEROS(32), "other", ZEROS(0), 32), TypeError);
});

test("check digits catch every single wrong digit and every swap of neighbours", () => {
  assert.equal(code.checkDigits("1234567890123456789012"), "35");
  assert.equal(code.checkDigits("0".repeat(22)), "98");
  assert.ok(code.isValidCode(DIGITS));
  for (let at = 0; at < 24; at += 1) {
    for (const digit of "0123456789") {
      const changed = DIGITS.slice(0, at) + digit + DIGITS.slice(at + 1);
      assert.equal(code.isValidCode(changed), changed === DIGITS);
    }
    const swapped = DIGITS.slice(0, at) + (DIGITS[at + 1] ?? "") + DIGITS[at] + DIGITS.slice(at + 2);
    assert.equal(code.isValidCode(swapped), swapped === DIGITS);
  }
});

test("a code is 24 ASCII digits, no fewer, no more", () => {
  for (const wrong of ["", DIGITS.slice(1), `0${DIGITS}`, `${DIGITS}0`, `${DIGITS.slice(0, 23)}x`]) {
    assert.equal(code.isValidCode(wrong), false);
  }
});

test("digits of other scripts, spaces and hyphens are folded", () => {
  const arabic = [...DIGITS].map((d) => String.fromCodePoint(0x660 + Number(d))).join("");
  const persian = [...DIGITS].map((d) => String.fromCodePoint(0x6f0 + Number(d))).join(" ");
  const bengali = [...DIGITS].map((d) => String.fromCodePoint(0x9e6 + Number(d))).join("-");
  const double = [...DIGITS].map((d) => String.fromCodePoint(0x1d7d8 + Number(d))).join("\u2011");
  const wide = [...DIGITS].map((d) => String.fromCodePoint(0xff10 + Number(d))).join("\u3000");
  for (const typed of [arabic, persian, bengali, double, wide, code.formatCode(DIGITS),
    `\u200f${DIGITS}\n`, DIGITS.replace(/..../g, "$&\u2013")]) {
    assert.equal(code.foldCode(typed), DIGITS);
  }
  assert.equal(code.foldCode("12o4"), "12o4");
});

test("a code is shown in six groups of four", () => {
  assert.equal(code.formatCode(DIGITS), "1234 5678 9012 3456 7890 1235");
});

test("digits are drawn evenly: bytes from 250 on are drawn again", () => {
  const drawn = [250, 255, 10, ...Array(21).fill(249)];
  const made = code.makeCode(() => Uint8Array.of(drawn.shift()));
  assert.equal(made.slice(0, 22), `0${"9".repeat(21)}`);
  assert.ok(code.isValidCode(made));
  assert.ok(code.isValidCode(code.makeCode()));
});

test("a wrong code is refused before any derivation; leading zeros count", async () => {
  assert.equal(await reasonOf(() => code.deriveCode("1234", "s", 1)), "check digits");
  const zeros = `${"0".repeat(22)}98`;
  const [a, b] = [await code.deriveCode(zeros, "s", 1), await code.deriveCode(DIGITS, "s", 1)];
  assert.equal(a.digits, zeros);
  assert.notEqual(hex(a.id), hex(b.id));
  assert.equal(code.CODE_ITERATIONS, 600_000);
});

test("the code's key cannot be read by a script", async () => {
  const { r } = await code.deriveCode(DIGITS, "s", 1);
  assert.equal(r.privateKey.extractable, false);
});

const account = { service: "stod.example", name: "ask", iterations: 1 };

test("digits, service and name lead to a root; names are plain", async () => {
  const root = await signin.rootFromDigits(DIGITS, account);
  assert.equal(hex(await signin.rootFromDigits(code.formatCode(DIGITS), account)), hex(root));
  const salt = utf8("ASC1 recovery\0stod.example\0ask");
  assert.equal(hex(root), hex(await bytes.pbkdf2(utf8(DIGITS), salt, 1)));
  for (const name of ["a", "Ask", "a b", "å1", "x".repeat(33)]) {
    assert.equal(await reasonOf(() => signin.rootFromDigits(DIGITS, { ...account, name })), "name");
  }
  assert.equal(await reasonOf(() => signin.rootFromDigits("1", account)), "check digits");
  assert.equal(signin.SIGN_IN_ITERATIONS, 1_000_000);
});

test("each method has its own keys and signs for one place, person and moment", async () => {
  const root = systemRandom(32);
  const [prf, digits] = [await signin.signInKeys(root, 1), await signin.signInKeys(root, 2)];
  assert.notEqual(hex(prf.auth.publicRaw), hex(digits.auth.publicRaw));
  assert.equal(prf.kek.extractable || prf.auth.privateKey.extractable, false);
  const challenge = { origin: "https://personal.stod.example", name: "ask", method: 1,
    nonce: systemRandom(32), issued: 30_000_000 };
  const signature = await signin.signIn(prf.auth, challenge);
  const right = async (changes) => verifies(prf.auth.publicRaw, signature,
    await signin.signInMessage({ ...challenge, ...changes }));
  assert.equal(await right({}), true);
  for (const changes of [{ origin: "https://x" }, { name: "birk" }, { method: 2 },
    { nonce: ZEROS(32) }, { issued: 1 }]) assert.equal(await right(changes), false);
  const short = { ...challenge, nonce: ZEROS(31) };
  assert.equal(await reasonOf(() => signin.signInMessage(short)), "nonce");
});

test("a wrap opens in its own place only, to keys no script can read", async () => {
  const key = await bytes.aesKey(systemRandom(32));
  const place = { idx: 1, what: 3, method: 0, version: 1, kid: ZEROS(8) };
  const secret = systemRandom(32);
  const wrapped = await signin.wrap(key, secret, place);
  assert.deepEqual(await signin.unwrap(key, wrapped, place), secret);
  for (const changes of [{ idx: 2 }, { what: 4 }, { method: 1 }, { version: 2 },
    { kid: systemRandom(8) }]) {
    assert.equal(await reasonOf(() => signin.unwrap(key, wrapped, { ...place, ...changes })), "seal");
  }
  assert.equal(await reasonOf(() => signin.unwrap(key, wrapped.slice(1), place)), "form");
  assert.equal(await reasonOf(() => signin.unwrap(key, flipped(wrapped, 20), place)), "seal");
  const pair = await signin.unwrapPair(key, wrapped, place);
  assert.deepEqual(pair.publicRaw, (await importX25519(secret)).publicRaw);
  const identity = await signin.unwrapIdentity(key, wrapped, place);
  const ak = await signin.unwrapAk(key, wrapped, place);
  for (const made of [pair.privateKey, identity.privateKey, ak]) {
    assert.equal(made.extractable, false);
  }
  assert.equal(await reasonOf(() => signin.wrap(key, ZEROS(31), place)), "secret");
});

test("a shift key is born unreadable and agrees with others", async () => {
  const [shift, other] = [await signin.newShiftKey(), await newPair()];
  assert.equal(shift.privateKey.extractable, false);
  assert.equal(shift.publicRaw.length, 32);
  assert.notEqual(hex(shift.publicRaw), hex(other.publicRaw));
});

test("work is found between 0 and N, else said to be impossible", async () => {
  const terms = concat(systemRandom(16), u32(3), u16(5), u32(1), Uint8Array.of(1));
  const challengeFor = async (c) => {
    const k = await bytes.pbkdf2(u32(c), terms, 3);
    return { k, challenge: concat(terms, await sha256(k), ZEROS(32)) };
  };
  for (const c of [0, 5]) {
    const { k, challenge } = await challengeFor(c);
    assert.deepEqual(await solve(challenge), k);
  }
  const { challenge } = await challengeFor(6);
  assert.equal(await reasonOf(() => solve(challenge)), "work");
  const easy = await challengeFor(0);
  assert.equal(await reasonOf(() => solve(easy.challenge, { isGivenUp: () => true })), "work");
  assert.equal(await reasonOf(() => solve(easy.challenge.slice(1))), "form");
});
