/**
 * Sealing envelopes `AEV1`: one body sealed once, its key sealed to each reader, and what a visitor
 * puts in them, hello and join (protocol.md section 6).
 */
import { HPKE_INFOS, NONE, PADDED_SIZES, ZEROS_32, aesKey, aesSeal, concat, kdf, pad,
  refuseUnless, sha256, systemRandom, u16, u32, u8, utf8 } from "./bytes.js";
import { hpkeSeal, kid, newPair } from "./hpke.js";

export const TYPES = Object.freeze({ hello: 1, box: 2, reply: 3, escalation: 4, appointment: 5,
  reWrap: 6, join: 7, caseRecord: 9 });

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

/** @type {Sig["buildJoin"]} */
export const buildJoin = ({ leaf, roomId, random }) => concat(VERSION, leaf, roomId, random);
/** @type {Sig["sealJoin"]} */
export function sealJoin({ roomId, to, sender, leaf, nowHour }, random) {
  const [envId, body] = [random(16), buildJoin({ leaf, roomId, random: random(16) })];
  const letter = { type: TYPES.join, envId, expiry: nowHour + 1, to: [to], sender, body };
  return sealEnvelope(letter, random);
}
