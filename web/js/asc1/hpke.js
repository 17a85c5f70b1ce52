/**
 * Key pairs and HPKE (RFC 9180): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-GCM, single shot,
 * modes base and auth.
 *
 * Private keys are CryptoKeys that need not be extractable; a pair carries its raw public half.
 * A shared secret of zeros is refused everywhere, so small-order points lead nowhere.
 */
import { NONE, PREFIXES, Refused, ZEROS_32, aesOpen, aesSeal, concat, hkdf, hmac, refuseUnless,
  sha256, systemRandom, u16, unhex, utf8 } from "./bytes.js";

/** @type {Aead} */
export const AES_256_GCM = Object.freeze({ id: 2, keyLength: 32 });
const BASE_POINT = /** @type {Bytes} */ (Uint8Array.of(9, ...new Uint8Array(31)));
const PKCS8_X25519 = "302e020100300506032b656e04220420";
/** @type {Sig["importX25519"]} */
export async function importX25519(raw) {
  const form = concat(unhex(PKCS8_X25519), raw);
  const key = await crypto.subtle.importKey("pkcs8", form, "X25519", false, ["deriveBits"]);
  form.fill(0);
  return { privateKey: key, publicRaw: await exchange(key, BASE_POINT) };
}

/** @type {Sig["newPair"]} */
export async function newPair(random = systemRandom) {
  const raw = random(32);
  const pair = await importX25519(raw);
  raw.fill(0);
  return pair;
}

/** @type {Sig["verifies"]} */
export async function verifies(publicRaw, signature, message) {
  try {
    const key = await crypto.subtle.importKey("raw", publicRaw, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", key, signature, message);
  } catch {
    return false;
  }
}

/** @type {Sig["exchange"]} */
export async function exchange(privateKey, publicRaw) {
  let shared = ZEROS_32;
  try {
    const other = await crypto.subtle.importKey("raw", publicRaw, "X25519", false, []);
    const algorithm = { name: "X25519", public: other };
    shared = new Uint8Array(await crypto.subtle.deriveBits(algorithm, privateKey, 256));
  } catch {
    throw new Refused("zero exchange");
  }
  refuseUnless(shared.some((byte) => byte !== 0), "zero exchange");
  return shared;
}

/** @type {Sig["kid"]} */
export const kid = async (publicRaw) =>
  (await sha256(concat(utf8(PREFIXES.kid), publicRaw))).slice(0, 8);

const VERSION = utf8("HPKE-v1");
const KEM = concat(utf8("KEM"), u16(0x20));
/** @type {Sig["labeledIkm"]} */
const labeledIkm = (suite, label, ikm) => concat(VERSION, suite, utf8(label), ikm);
/** @type {Sig["labeledInfo"]} */
const labeledInfo = (suite, label, info, length) =>
  concat(u16(length), VERSION, suite, utf8(label), info);

/** @type {Sig["kemSecret"]} */
const kemSecret = (dh, context) =>
  hkdf(NONE, labeledIkm(KEM, "eae_prk", dh), labeledInfo(KEM, "shared_secret", context, 32), 32);

/** @type {Sig["schedule"]} */
async function schedule(shared, mode, info, aead) {
  const suite = concat(utf8("HPKE"), u16(0x20), u16(1), u16(aead.id));
  const pskHash = await hmac(ZEROS_32, labeledIkm(suite, "psk_id_hash", NONE));
  const infoHash = await hmac(ZEROS_32, labeledIkm(suite, "info_hash", info));
  const context = concat(Uint8Array.of(mode), pskHash, infoHash);
  const secret = labeledIkm(suite, "secret", NONE);
  const { keyLength } = aead;
  const raw = await hkdf(shared, secret, labeledInfo(suite, "key", context, keyLength), keyLength);
  const nonce = await hkdf(shared, secret, labeledInfo(suite, "base_nonce", context, 12), 12);
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  return { key, nonce };
}

/** @type {Sig["hpkeSeal"]} */
export async function hpkeSeal(request) {
  const { to, info, plain, ephemeral, from = null, aad = NONE, aead = AES_256_GCM } = request;
  let dh = await exchange(ephemeral.privateKey, to);
  if (from) dh = concat(dh, await exchange(from.privateKey, to));
  const context = concat(ephemeral.publicRaw, to, from ? from.publicRaw : NONE);
  const { key, nonce } = await schedule(await kemSecret(dh, context), from ? 2 : 0, info, aead);
  return { enc: ephemeral.publicRaw, sealed: await aesSeal(key, nonce, plain, aad) };
}

/** @type {Sig["hpkeOpen"]} */
export async function hpkeOpen(request) {
  const { pair, enc, sealed, info, from = null, aad = NONE, aead = AES_256_GCM } = request;
  let dh = await exchange(pair.privateKey, enc);
  if (from) dh = concat(dh, await exchange(pair.privateKey, from));
  const context = concat(enc, pair.publicRaw, from ?? NONE);
  const { key, nonce } = await schedule(await kemSecret(dh, context), from ? 2 : 0, info, aead);
  return aesOpen(key, nonce, sealed, aad);
}
