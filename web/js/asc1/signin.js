/**
 * Staff sign-in: from a passkey's PRF output or 24 generated digits to keys (protocol.md 3.1).
 * Unwrapped private keys become CryptoKeys that no script can read. Nothing is stored here.
 */
import { NONE, PREFIXES, PRF_INPUT, aesKey, aesOpen, aesSeal, concat, importX25519, kdf, pbkdf2,
  refuseUnless, sha256, systemRandom, u16, u32, u8, utf8 } from "./bytes.js";
import { foldCode, isValidCode } from "./code.js";
import { importEd25519, sign } from "./identity.js";

export const METHODS = Object.freeze(/** @type {const} */ ({ passkey: 1, digits: 2 }));
export const WRAPS = Object.freeze({ ak: 1, ik: 2, bk: 3, ek: 4, ck: 5, root: 6 });
export const SIGN_IN_ITERATIONS = 1_000_000;
/** What a passkey's PRF extension is asked. */
export const prfInput = () => utf8(PRF_INPUT);
/** @type {Sig["nameBytes"]} */
function nameBytes(name) {
  refuseUnless(/^[a-z0-9._-]{2,32}$/.test(name), "name");
  return utf8(name);
}

/** @type {Sig["rootFromDigits"]} */
export async function rootFromDigits(typed, account) {
  const { service, name, iterations = SIGN_IN_ITERATIONS } = account;
  const digits = foldCode(typed);
  refuseUnless(isValidCode(digits), "check digits");
  const salt = concat(utf8(PREFIXES.recovery), utf8(service), u8(0), nameBytes(name));
  return pbkdf2(utf8(digits), salt, iterations);
}

/** @type {Sig["kekBytes"]} */
export const kekBytes = (root, method) =>
  kdf(root, method === METHODS.passkey ? "kek prf" : "kek rec", NONE, 32);

/** @type {Sig["signInKeys"]} */
export async function signInKeys(root, method) {
  const seed = await kdf(root, "staff auth", u8(method), 32);
  const raw = await kekBytes(root, method);
  const keys = { auth: await importEd25519(seed), kek: await aesKey(raw) };
  seed.fill(0);
  raw.fill(0);
  return keys;
}

/** @type {Sig["signInMessage"]} */
export async function signInMessage({ origin, name, method, nonce, issued }) {
  refuseUnless(nonce.length === 32, "nonce");
  return concat(utf8(PREFIXES.signIn), await sha256(utf8(origin)), await sha256(nameBytes(name)),
    u8(method), nonce, u32(issued));
}

/** @type {Sig["signIn"]} */
export const signIn = async (auth, challenge) =>
  sign(auth.privateKey, await signInMessage(challenge));

/** @type {Sig["wrapAad"]} */
const wrapAad = ({ idx, what, method, version, kid }) =>
  concat(utf8(PREFIXES.wrap), u16(idx), u8(what), u8(method), u32(version), kid);

/** @type {Sig["wrap"]} */
export async function wrap(key, secret, place, random = systemRandom) {
  refuseUnless(secret.length === 32, "secret");
  const nonce = random(12);
  return concat(nonce, await aesSeal(key, nonce, secret, wrapAad(place)));
}

/** @type {Sig["unwrap"]} */
export async function unwrap(key, wrapped, place) {
  refuseUnless(wrapped.length === 60, "form");
  return aesOpen(key, wrapped.slice(0, 12), wrapped.slice(12), wrapAad(place));
}

/** @type {Sig["once"]} */
async function once(raw, use) {
  const key = await use(raw);
  raw.fill(0);
  return key;
}

/** @type {Sig["unwrapAk"]} */
export const unwrapAk = async (kek, wrapped, place) =>
  once(await unwrap(kek, wrapped, place), aesKey);

/** @type {Sig["unwrapAkBytes"]} */
export const unwrapAkBytes = (kek, wrapped, place) => unwrap(kek, wrapped, place);

/** @type {Sig["unwrapIdentity"]} */
export const unwrapIdentity = async (ak, wrapped, place) =>
  once(await unwrap(ak, wrapped, place), importEd25519);

/** @type {Sig["unwrapPair"]} */
export const unwrapPair = async (ak, wrapped, place) =>
  once(await unwrap(ak, wrapped, place), importX25519);

/** @type {Sig["newShiftKey"]} */
export async function newShiftKey() {
  const made = /** @type {CryptoKeyPair} */ (
    await crypto.subtle.generateKey("X25519", false, ["deriveBits"]));
  const publicRaw = new Uint8Array(await crypto.subtle.exportKey("raw", made.publicKey));
  return { privateKey: made.privateKey, publicRaw };
}
