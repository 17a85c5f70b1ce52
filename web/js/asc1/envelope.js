/**
 * Envelopes `AEV1`: one body sealed once, its key sealed to each reader (protocol.md section 6).
 *
 * The commitment stops different bodies for different readers. A reader checks in the paper's
 * order. Bodies are in bodies.js. The server's storage expiry is not judged here, except for
 * hellos and joins.
 */
import { HPKE_INFOS, NONE, PADDED_SIZES, Reader, aesKey, aesOpen, aesSeal, concat,
  equalConstantTime, kdf, pad, refuseUnless, sha256, systemRandom, u16, u32, utf8 }
  from "./bytes.js";
import { hpkeOpen, hpkeSeal, kid, newPair } from "./hpke.js";
/** @import {Bytes, Random} from "./bytes.js" */
/** @import {Pair} from "./hpke.js" */

export const TYPES = Object.freeze({ hello: 1, box: 2, reply: 3, escalation: 4, appointment: 5,
  reWrap: 6, join: 7, caseRecord: 9 });
/** @typedef {{modes: readonly number[], most: number, sizes: readonly number[]}} Rule */
/** @typedef {{type: number, envId: Bytes, expiry: number, sender: Bytes | null,
 *   stanzas: {kid: Bytes, enc: Bytes, sealed: Bytes}[], upToStanzas: Bytes, commitment: Bytes,
 *   sealed: Bytes, info: Bytes, aad: Bytes}} Envelope */
/** @typedef {{type: number, envId: Bytes, expiry: number, sender: Bytes | null,
 *   body: Bytes}} Opened */

/** Keeps hellos and joins within 4 KiB, whatever their stanzas. */
const SMALL = Object.freeze([256, 1024]);
/** @type {Map<number, Rule>} */
const RULES = new Map([
  [1, { modes: [0, 1], most: 16, sizes: SMALL }],
  [2, { modes: [0], most: 64, sizes: PADDED_SIZES }],
  [3, { modes: [1], most: 1, sizes: PADDED_SIZES }],
  [4, { modes: [1], most: 1, sizes: PADDED_SIZES }],
  [5, { modes: [1], most: 1, sizes: PADDED_SIZES }],
  [6, { modes: [1], most: 1, sizes: PADDED_SIZES }],
  [7, { modes: [1], most: 1, sizes: SMALL }],
  [9, { modes: [1], most: 1, sizes: Object.freeze([...PADDED_SIZES, 65536]) }],
]);
const STANZA = 88;

/** @type {(type: number, mode: number, n: number) => Rule} */
function ruleFor(type, mode, n) {
  const rule = RULES.get(type);
  refuseUnless(rule && rule.modes.includes(mode) && n >= 1 && n <= rule.most, "type");
  return rule;
}

/** @type {(cek: Bytes, t: Bytes) => Promise<{key: CryptoKey, nonce: Bytes}>} */
async function bodyKey(cek, t) {
  const kn = await kdf(cek, "env key", t, 44);
  return { key: await aesKey(kn.slice(0, 32)), nonce: kn.slice(32) };
}

/**
 * Seals `body` to every key of `to`, in order. Chance is drawn for the CEK, then per stanza.
 * @param {{type: number, envId: Bytes, expiry: number, to: Bytes[], sender?: Pair | null,
 *   body: Bytes}} letter expiry in hours
 * @param {Random} [random]
 * @returns {Promise<Bytes>}
 */
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

/** Form, table and length; opens nothing. @type {(bytes: Bytes) => Envelope} */
export function parseEnvelope(bytes) {
  const reader = new Reader(bytes);
  refuseUnless(equalConstantTime(reader.take(4), utf8("AEV1")), "magic");
  const [suite, type, n, mode] = reader.take(4);
  refuseUnless(suite === 1, "suite");
  refuseUnless(mode <= 1, "flags");
  const { sizes } = ruleFor(type, mode, n);
  const before = 28 + 32 * mode + STANZA * n;
  refuseUnless(sizes.includes(bytes.length - before - 32 - 16), "length");
  const [envId, expiry] = [reader.take(16), reader.u32()];
  const sender = mode ? reader.take(32) : null;
  const stanzas = Array.from({ length: n }, () =>
    ({ kid: reader.take(8), enc: reader.take(32), sealed: reader.take(48) }));
  return { type, envId, expiry, sender, stanzas, upToStanzas: bytes.slice(0, before),
    commitment: reader.take(32), sealed: reader.rest(), aad: bytes.slice(0, before + 32),
    info: concat(utf8(HPKE_INFOS.envelope), bytes.slice(0, 28)) };
}

/**
 * Tries every stanza whose kid matches.
 * @type {(envelope: Envelope, pairs: Pair[]) => Promise<Bytes>}
 */
async function openStanza({ stanzas, info, sender }, pairs) {
  for (const pair of pairs) {
    const own = await kid(pair.publicRaw);
    for (const stanza of stanzas) {
      if (!equalConstantTime(stanza.kid, own)) continue;
      try {
        return await hpkeOpen({ pair, ...stanza, info, from: sender });
      } catch {
        continue;
      }
    }
  }
  refuseUnless(false, "no stanza");
  return NONE;
}

/**
 * @param {Bytes} bytes
 * @param {{type: number, pairs: Pair[], nowHour: number}} reader the type it expects, its keys
 * @returns {Promise<Opened>}
 */
export async function openEnvelope(bytes, { type, pairs, nowHour }) {
  const envelope = parseEnvelope(bytes);
  refuseUnless(envelope.type === type, "type");
  refuseUnless((type !== 1 && type !== 7) || nowHour <= envelope.expiry, "expired");
  const cek = await openStanza(envelope, pairs);
  const t = await sha256(envelope.upToStanzas);
  const commitment = await kdf(cek, "env commit", t, 32);
  refuseUnless(equalConstantTime(commitment, envelope.commitment), "commitment");
  const { key, nonce } = await bodyKey(cek, t);
  const plain = new Reader(await aesOpen(key, nonce, envelope.sealed, envelope.aad));
  const body = plain.take(plain.u16());
  plain.zeros();
  const { envId, expiry, sender } = envelope;
  return { type, envId, expiry, sender, body };
}
