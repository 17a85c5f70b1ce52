/**
 * Bytes and the few primitives everything else is made of (protocol.md section 4).
 *
 * Every label and prefix of the protocol stands here and nowhere else; `kdf` refuses others.
 * Reading never goes past the end; whatever does not fit is `Refused` and changes nothing.
 * It knows no key agreement (hpke.js), no formats and no clock.
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
