/**
 * Bytes and the primitives everything else is made of (protocol.md section 4): hashes, AES-GCM, key
 * pairs, HPKE (RFC 9180: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-GCM, single shot, modes base
 * and auth), envelopes `AEV1` sealed, and in them the hello (section 6). It knows no clock.
 *
 * Every label and prefix of the protocol stands here and nowhere else; `kdf` refuses others.
 * Reading never goes past the end; whatever does not fit is `Refused` and changes nothing.
 * Private keys are CryptoKeys that need not be extractable; a pair carries its raw public half.
 * A shared secret of zeros is refused everywhere, so small-order points lead nowhere.
 */

/** What the peer sent, or what the caller asked for, is not allowed. Nothing has changed. */
export class Refused extends Error {
  /** @param {string} reason a fixed word or two, never content */
  constructor(reason) {
    super(reason);
    this.name = "Refused";
    this.reason = reason;
  }
}

/**
 * @param {unknown} claim
 * @param {string} reason
 * @returns {asserts claim}
 */
export function refuseUnless(claim, reason) {
  if (!claim) throw new Refused(reason);
}

export const KDF_LABELS = Object.freeze(/** @type {const} */ ([
  "epoch", "confirm", "member", "export", "resume", "chain", "msg", "ck", "env key", "env commit",
  "rc id", "rc auth", "rc x25519", "kek prf", "kek rec", "staff auth", "shred row",
]));

export const HPKE_INFOS = Object.freeze({ envelope: "ASC1 env\0", commit: "ASC1 commit\0" });
export const PREFIXES = Object.freeze({
  kid: "ASC1 kid", safety: "ASC1 safety", code: "ASC1 return\0", recovery: "ASC1 recovery\0",
  wrap: "ASC1 wrap\0", context: "ASC1-GC\x01", certificate: "ASC1-SC\x01", roster: "ASC1-RO\x01",
  release: "ASC1-RM\x01", deployment: "ASC1-DM\x01", resume: "ASC1-RS\x01", signIn: "ASC1-AU\x01",
});

export const PRF_INPUT = "ASC1 kek v1";
export const NONE = /** @type {Bytes} */ (new Uint8Array(0));
export const ZEROS_32 = /** @type {Bytes} */ (new Uint8Array(32));
/** @type {Random} */
export const systemRandom = (length) => crypto.getRandomValues(new Uint8Array(length));
/** @type {Sig["u8"]} */
export const u8 = (value) => Uint8Array.of(value);
/** @type {Sig["u16"]} */
export const u16 = (value) => Uint8Array.of(value >>> 8, value);
/** @type {Sig["u32"]} */
export const u32 = (value) => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
/** @type {Sig["utf8"]} */
export const utf8 = (text) => new TextEncoder().encode(text);
/** @type {Sig["hex"]} */
export const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
/** @type {Sig["unhex"]} */
export function unhex(text) {
  refuseUnless(/^([0-9a-f]{2})*$/.test(text), "hex");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** @type {Sig["textOf"]} */
export function textOf(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refused("utf-8");
  }
}

/** @type {Sig["objectOf"]} */
export function objectOf(bytes) {
  const text = textOf(bytes);
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refused("json");
  }
  refuseUnless(value !== null && typeof value === "object" && !Array.isArray(value), "json");
  return value;
}

/** @type {Sig["concat"]} */
export function concat(...parts) {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** @type {Sig["equalConstantTime"]} */
export function equalConstantTime(a, b) {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i += 1) difference |= a[i] ^ b[i];
  return difference === 0;
}

/** @type {Sig["sha256"]} */
export const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
/** @type {Sig["hmac"]} */
export async function hmac(key, message) {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", key, algorithm, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, message));
}

/** @type {Sig["hkdf"]} */
export async function hkdf(salt, ikm, info, length) {
  const key = await crypto.subtle.importKey("raw", ikm, "HKDF", false, ["deriveBits"]);
  const algorithm = { name: "HKDF", hash: "SHA-256", salt, info };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, 8 * length));
}

/** @type {Sig["kdf"]} */
export async function kdf(ikm, label, context, length) {
  if (!KDF_LABELS.includes(label)) throw new TypeError("label not in the registry");
  return hkdf(NONE, ikm, concat(utf8(`ASC1 ${label}\0`), context), length);
}

/** @type {Sig["pbkdf2"]} */
export async function pbkdf2(secret, salt, iterations) {
  const key = await crypto.subtle.importKey("raw", secret, "PBKDF2", false, ["deriveBits"]);
  const algorithm = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, 256));
}

/** @type {Sig["aesKey"]} */
export const aesKey = (raw) =>
  crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);

/** @type {Sig["aesSeal"]} */
export async function aesSeal(key, iv, plain, aad) {
  const algorithm = { name: "AES-GCM", iv, additionalData: aad };
  return new Uint8Array(await crypto.subtle.encrypt(algorithm, key, plain));
}

/** @type {Sig["aesOpen"]} */
export async function aesOpen(key, iv, sealed, aad) {
  try {
    const algorithm = { name: "AES-GCM", iv, additionalData: aad };
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, sealed));
  } catch {
    throw new Refused("seal");
  }
}

export const PADDED_SIZES = Object.freeze([256, 1024, 4096, 16384]);
/** @type {Sig["pad"]} */
export function pad(bytes, sizes = PADDED_SIZES) {
  const size = sizes.find((candidate) => bytes.length <= candidate);
  refuseUnless(size, "too long");
  const padded = new Uint8Array(size);
  padded.set(bytes);
  return padded;
}

/** @type {Sig["elevenBits"]} */
export function elevenBits(hash, n) {
  const bits = Array.from(hash, (b) => b.toString(2).padStart(8, "0")).join("");
  return Array.from({ length: n }, (_, i) => parseInt(bits.slice(11 * i, 11 * i + 11), 2));
}

/** Reads a form from its start to its end. */
export class Reader {
  #bytes;
  #at = 0;

  /** @param {Bytes} bytes */
  constructor(bytes) {
    this.#bytes = bytes;
  }

  /** @type {ReaderSig["take"]} */
  take(length) {
    refuseUnless(this.#at + length <= this.#bytes.length, "form");
    this.#at += length;
    return this.#bytes.slice(this.#at - length, this.#at);
  }

  u8() {
    return this.take(1)[0];
  }

  u16() {
    const [high, low] = this.take(2);
    return high * 256 + low;
  }

  u32() {
    return this.u16() * 65536 + this.u16();
  }

  rest() {
    return this.take(this.#bytes.length - this.#at);
  }

  /** Nothing may follow. */
  end() {
    refuseUnless(this.#at === this.#bytes.length, "form");
  }

  /** Only padding may follow. */
  zeros() {
    refuseUnless(this.rest().every((byte) => byte === 0), "padding");
  }
}

/**
 * Proof of work: finds the K whose hash the server asks for (section 12). `deriveBits` runs off the
 * main thread, so the page stays alive without a Worker.
 * @type {Sig["solve"]}
 */
export async function solve(challenge, { isGivenUp = () => false } = {}) {
  const reader = new Reader(challenge);
  const salt = reader.take(27);
  const wanted = reader.take(32);
  reader.take(32);
  reader.end();
  const terms = new Reader(salt.slice(16));
  const [cost, most] = [terms.u32(), terms.u16()];
  for (let c = 0; c <= most && !isGivenUp(); c += 1) {
    const k = await pbkdf2(u32(c), salt, cost);
    if (equalConstantTime(await sha256(k), wanted)) return k;
  }
  throw new Refused("work");
}

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

const HPKE_VERSION = utf8("HPKE-v1");
const KEM = concat(utf8("KEM"), u16(0x20));
/** @type {Sig["labeledIkm"]} */
const labeledIkm = (suite, label, ikm) => concat(HPKE_VERSION, suite, utf8(label), ikm);
/** @type {Sig["labeledInfo"]} */
const labeledInfo = (suite, label, info, length) =>
  concat(u16(length), HPKE_VERSION, suite, utf8(label), info);

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

export const TYPES = Object.freeze({ hello: 1, box: 2, reply: 3, escalation: 4, appointment: 5,
  reWrap: 6, join: 7, caseRecord: 9 });

/** Keeps hellos and joins within 4 KiB, whatever their stanzas. */
const SMALL = Object.freeze([256, 1024]);
/** @type {Map<number, Rule>} */
export const RULES = new Map([
  [1, { modes: [0, 1], most: 16, sizes: SMALL }],
  [2, { modes: [0], most: 64, sizes: PADDED_SIZES }],
  [3, { modes: [1], most: 1, sizes: PADDED_SIZES }],
  [4, { modes: [1], most: 1, sizes: PADDED_SIZES }],
  [5, { modes: [1], most: 1, sizes: PADDED_SIZES }],
  [6, { modes: [1], most: 1, sizes: PADDED_SIZES }],
  [7, { modes: [1], most: 1, sizes: SMALL }],
  [9, { modes: [1], most: 1, sizes: Object.freeze([...PADDED_SIZES, 65536]) }],
]);

/** @type {Sig["ruleFor"]} */
export function ruleFor(type, mode, n) {
  const rule = RULES.get(type);
  refuseUnless(rule && rule.modes.includes(mode) && n >= 1 && n <= rule.most, "type");
  return rule;
}

/** @type {Sig["bodyKey"]} */
export async function bodyKey(cek, t) {
  const kn = await kdf(cek, "env key", t, 44);
  return { key: await aesKey(kn.slice(0, 32)), nonce: kn.slice(32) };
}

/** @type {Sig["sealEnvelope"]} */
export async function sealEnvelope(letter, random = systemRandom) {
  const { type, envId, expiry, to, sender = null, body } = letter;
  const { sizes } = ruleFor(type, sender ? 1 : 0, to.length);
  const padded = pad(concat(u16(body.length), body), sizes);
  const head = concat(utf8("AEV1"), Uint8Array.of(1, type, to.length, sender ? 1 : 0), envId,
    u32(expiry));
  const info = concat(utf8(HPKE_INFOS.envelope), head);
  const cek = random(32);
  const parts = [head, sender ? sender.publicRaw : NONE];
  for (const reader of to) {
    const ephemeral = await newPair(random);
    const stanza = await hpkeSeal({ to: reader, info, plain: cek, ephemeral, from: sender });
    parts.push(await kid(reader), stanza.enc, stanza.sealed);
  }
  const t = await sha256(concat(...parts));
  const aad = concat(...parts, await kdf(cek, "env commit", t, 32));
  const { key, nonce } = await bodyKey(cek, t);
  cek.fill(0);
  return concat(aad, await aesSeal(key, nonce, padded, aad));
}

export const VERSION = u8(1);
/** @type {Sig["buildHello"]} */
export function buildHello(hello) {
  const { roomSecret } = hello;
  const facts = [hello.door, hello.topic, hello.relation, hello.ageBand,
    (hello.danger ? 1 : 0) | (roomSecret ? 2 : 0)];
  return concat(VERSION, hello.v, hello.r ?? ZEROS_32, hello.rosterHash, utf8(hello.language),
    Uint8Array.from(facts), hello.prevRoom, u32(hello.prevEpoch), hello.proof,
    u16(roomSecret ? 32 : 0), roomSecret ?? NONE);
}
