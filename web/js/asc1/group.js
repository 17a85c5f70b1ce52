/**
 * Who is in a room and with which keys: GroupContext, key schedule, commits, the proof of being
 * the same (protocol.md sections 6, 7.1, 7.2). Formats and arithmetic only; which commit a member
 * believes is decided in checks.js.
 */
import { HPKE_INFOS, NONE, PREFIXES, Reader, ZEROS_32, concat, elevenBits, equalConstantTime,
  hmac, kdf, refuseUnless, sha256, u32, u8, utf8 } from "./bytes.js";
import { hpkeOpen, kid } from "./hpke.js";

export const MAGIC = utf8(PREFIXES.context);
/** @type {Sig["parseContext"]} */
export function parseContext(bytes) {
  const reader = new Reader(bytes);
  refuseUnless(equalConstantTime(reader.take(8), MAGIC), "context");
  const [roomId, epoch] = [reader.take(16), reader.u32()];
  const [rosterHash, prevConfirm, n] = [reader.take(32), reader.take(32), reader.u8()];
  refuseUnless(n >= 2 && n <= 4, "context");
  const entries = Array.from({ length: n }, () => ({ slot: reader.u8(), role: reader.u8(),
    leaf: reader.take(32), certHash: reader.take(32) }));
  reader.end();
  const rising = entries.every(({ slot }, i) => i === 0 || slot > entries[i - 1].slot);
  refuseUnless(rising, "slots");
  return { roomId, epoch, rosterHash, prevConfirm, entries };
}

/** @type {Sig["keySchedule"]} */
export async function keySchedule(seed, contextBytes) {
  const h = await sha256(contextBytes);
  const es = await kdf(seed, "epoch", h, 32);
  const confirmKey = await kdf(es, "confirm", NONE, 32);
  const memberKey = await kdf(es, "member", NONE, 32);
  const exporter = await kdf(es, "export", NONE, 32);
  const resumeKey = await kdf(es, "resume", NONE, 32);
  const confirmTag = await hmac(confirmKey, h);
  /** @type {Map<number, Bytes>} */
  const chains = new Map();
  for (const { slot } of parseContext(contextBytes).entries) {
    chains.set(slot, await kdf(es, "chain", u8(slot), 32));
  }
  es.fill(0);
  confirmKey.fill(0);
  return { h, confirmTag, memberKey, exporter, resumeKey, chains };
}

/** @type {Sig["stanzaInfo"]} */
export const stanzaInfo = (h) => concat(utf8(HPKE_INFOS.commit), h);
/** @type {Sig["parseCommit"]} */
export function parseCommit(bytes) {
  const reader = new Reader(bytes);
  const [version, type, suite, field] = reader.take(4);
  refuseUnless(version === 1 && type === 0x20 && suite === 1, "form");
  const [roomId, epoch] = [reader.take(16), reader.u32()];
  refuseUnless(reader.u32() === 0, "form");
  const contextBytes = reader.take(reader.u16());
  const stanzas = Array.from({ length: reader.u8() }, () => ({ slot: reader.u8(),
    kid: reader.take(8), enc: reader.take(32), sealed: reader.take(48) }));
  const [confirmTag, memberTag] = [reader.take(32), reader.take(32)];
  reader.end();
  refuseUnless((epoch === 1) === (field === 0xff), "form");
  const committer = epoch === 1 ? 1 : field;
  return { committer, roomId, epoch, contextBytes, stanzas, confirmTag, memberTag,
    tagged: bytes.slice(0, -32) };
}

/** @type {Sig["openSeed"]} */
export async function openSeed(commit, { slot, leaf, sender }) {
  const stanza = commit.stanzas.find((candidate) => candidate.slot === slot);
  refuseUnless(stanza && equalConstantTime(stanza.kid, await kid(leaf.publicRaw)), "stanza");
  const info = stanzaInfo(await sha256(commit.contextBytes));
  const seed = await hpkeOpen({ pair: leaf, ...stanza, info, from: sender });
  return { seed, keys: await keySchedule(seed, commit.contextBytes) };
}

/** @type {Sig["checkTags"]} */
export async function checkTags({ epoch, tagged, ...commit }, { confirmTag }, memberKey) {
  refuseUnless(equalConstantTime(confirmTag, commit.confirmTag), "confirm tag");
  if (epoch !== 1 && !memberKey) return;
  const tag = memberKey ? await hmac(memberKey, tagged) : ZEROS_32;
  refuseUnless(equalConstantTime(tag, commit.memberTag), "member tag");
}

/** @type {Sig["resumeProof"]} */
export const resumeProof = (resumeKey, { envId, v, prevRoom, prevEpoch }) =>
  hmac(resumeKey, concat(utf8(PREFIXES.resume), envId, v, prevRoom, u32(prevEpoch)));

/** @type {Sig["safetyPhrase"]} */
export const safetyPhrase = async (h) =>
  elevenBits(await sha256(concat(utf8(PREFIXES.safety), h)), 5);
