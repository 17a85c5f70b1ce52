/**
 * The return code: 24 digits on paper that lead back to a mailbox (protocol.md section 8).
 * Its last two digits tell a slip of the pen before anything is sent. It is never stored.
 */
import { NONE, PREFIXES, concat, importX25519, kdf, pbkdf2, refuseUnless, systemRandom, utf8 } from
  "./bytes.js";

export const CODE_ITERATIONS = 600_000;
const NUMBER_DIGITS = 22;
/** @type {Sig["checkDigits"]} */
export const checkDigits = (number) =>
  String(98n - ((100n * BigInt(number)) % 97n)).padStart(2, "0");

/** @type {Sig["makeCode"]} */
export function makeCode(random = systemRandom) {
  let number = "";
  while (number.length < NUMBER_DIGITS) {
    const [byte] = random(1);
    if (byte < 250) number += String(byte % 10);
  }
  return number + checkDigits(number);
}

/** @type {Sig["formatCode"]} */
export const formatCode = (digits) => (digits.match(/.{1,4}/g) ?? []).join(" ");
/** @type {Sig["asciiDigit"]} */
function asciiDigit(digit) {
  const point = /** @type {number} */ (digit.codePointAt(0));
  let start = point;
  while (/\p{Nd}/u.test(String.fromCodePoint(start - 1))) start -= 1;
  return String((point - start) % 10);
}

/** @type {Sig["foldCode"]} */
export const foldCode = (typed) =>
  typed.replace(/[\s\p{Pd}\p{Cf}\u2212]/gu, "").replace(/\p{Nd}/gu, asciiDigit);

/** @type {Sig["isValidCode"]} */
export const isValidCode = (digits) => /^[0-9]{24}$/.test(digits) && BigInt(digits) % 97n === 1n;
/** @type {Sig["fromCodeRoot"]} */
export async function fromCodeRoot(root) {
  const raw = await kdf(root, "rc x25519", NONE, 32);
  const keys = { id: await kdf(root, "rc id", NONE, 16), auth: await kdf(root, "rc auth", NONE, 32),
    r: await importX25519(raw) };
  raw.fill(0);
  return keys;
}

/** @type {Sig["codeRoot"]} */
export const codeRoot = (digits, service, iterations = CODE_ITERATIONS) =>
  pbkdf2(utf8(digits), concat(utf8(PREFIXES.code), utf8(service)), iterations);

/** @type {Sig["deriveCode"]} */
export async function deriveCode(typed, service, iterations = CODE_ITERATIONS) {
  const digits = foldCode(typed);
  refuseUnless(isValidCode(digits), "check digits");
  const root = await codeRoot(digits, service, iterations);
  const keys = await fromCodeRoot(root);
  root.fill(0);
  return { digits, ...keys };
}
