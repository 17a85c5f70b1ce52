/**
 * Who is in a room and with which keys: GroupContext, key schedule, commits, the proof of being
 * the same (protocol.md sections 6, 7.1, 7.2). Formats and arithmetic only; which commit a member
 * believes is decided in checks.js.
 */
import { HPKE_INFOS, PREFIXES, Reader, ZEROS_32, concat, elevenBits, equalConstantTime, hmac, kdf,
  refuseUnless, sha256, systemRandom, u16, u32, u8, utf8, NONE } from "./bytes.js";
import { hpkeOpen, hpkeSeal, kid, newPair } from "./hpke.js";
/** @import {Bytes, Random} from "./bytes.js" */
/** @import {Pair} from "./hpke.js" */

/** @typedef {{slot: number, role: number, leaf: Bytes, certHash: Bytes}} Entry */
/** @typedef {{roomId: Bytes, epoch: number, rosterHash: Bytes, prevConfirm: Bytes,
 *   entries: Entry[]}} Context the GroupContext; entries by rising slot */
/** @typedef {{h: Bytes, confirmTag: Bytes, memberKey: Bytes, exporter: Bytes, resumeKey: Bytes,
 *   chains: Map<number, Bytes>}} Keys chains: the first chain key of every slot */
/** @typedef {{committer: number, roomId: Bytes, epoch: number, contextBytes: Bytes,
 *   stanzas: {slot: number, kid: Bytes, enc: Bytes, sealed: Bytes}[], confirmTag: Bytes,
 *   memberTag: Bytes, tagged: Bytes}} Commit committer: the slot in GC (1 at epoch 1) */

const MAGIC = utf8(PREFIXES.context);

/** @type {(context: Context) => Bytes} */
export function buildContext({ roomId, epoch, rosterHash, prevConfirm, entries }) {
  const slots = entries.map((e) => concat(u8(e.slot), u8(e.role), e.leaf, e.certHash));
  return concat(MAGIC, roomId, u32(epoch), rosterHash, prevConfirm, u8(entries.length), ...slots);
}

/** @type {(bytes: Bytes) => Context} */
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

/** @type {(seed: Bytes, contextBytes: Bytes) => Promise<Keys>} */
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

/** @type {(h: Bytes) => Bytes} */
const stanzaInfo = (h) => concat(utf8(HPKE_INFOS.commit), h);

/**
 * @param {{contextBytes: Bytes, committer: number, seed: Bytes,
 *   senderFor: (slot: number) => Pair, memberKey: Bytes | null}} order memberKey: null at epoch 1
 * @param {Random} [random]
 * @returns {Promise<{bytes: Bytes, keys: Keys}>}
 */
export async function buildCommit(order, random = systemRandom) {
  const { contextBytes, committer, seed, senderFor, memberKey } = order;
  const { roomId, epoch, entries } = parseContext(contextBytes);
  const keys = await keySchedule(seed, contextBytes);
  const others = entries.filter(({ slot }) => slot !== committer);
  const head = Uint8Array.of(1, 0x20, 1, epoch === 1 ? 0xff : committer);
  const parts = [head, roomId, u32(epoch), u32(0), u16(contextBytes.length), contextBytes,
    u8(others.length)];
  for (const { slot, leaf } of others) {
    const { enc, sealed } = await hpkeSeal({ to: leaf, info: stanzaInfo(keys.h), plain: seed,
      ephemeral: await newPair(random), from: senderFor(slot) });
    parts.push(u8(slot), await kid(leaf), enc, sealed);
  }
  const tagged = concat(...parts, keys.confirmTag);
  const tag = memberKey ? await hmac(memberKey, tagged) : ZEROS_32;
  return { bytes: concat(tagged, tag), keys };
}

/** Lengths and fixed fields; believes nothing. @type {(bytes: Bytes) => Commit} */
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

/**
 * The keys of a commit, by the stanza of one slot; nothing is believed before `checkTags`.
 * @param {Commit} commit
 * @param {{slot: number, leaf: Pair, sender: Bytes}} member
 * @returns {Promise<{seed: Bytes, keys: Keys}>}
 */
export async function openStanza(commit, { slot, leaf, sender }) {
  const stanza = commit.stanzas.find((candidate) => candidate.slot === slot);
  refuseUnless(stanza && equalConstantTime(stanza.kid, await kid(leaf.publicRaw)), "stanza");
  const info = stanzaInfo(await sha256(commit.contextBytes));
  const seed = await hpkeOpen({ pair: leaf, ...stanza, info, from: sender });
  return { seed, keys: await keySchedule(seed, commit.contextBytes) };
}

/**
 * `memberKey` is of the epoch before, null for who was not a member.
 * @type {(commit: Commit, keys: Keys, memberKey: Bytes | null) => Promise<void>}
 */
export async function checkTags({ epoch, tagged, ...commit }, { confirmTag }, memberKey) {
  refuseUnless(equalConstantTime(confirmTag, commit.confirmTag), "confirm tag");
  if (epoch !== 1 && !memberKey) return;
  const tag = memberKey ? await hmac(memberKey, tagged) : ZEROS_32;
  refuseUnless(equalConstantTime(tag, commit.memberTag), "member tag");
}

/**
 * Shows the holder of an old room's resume key that this hello is from the same visitor.
 * @type {(resumeKey: Bytes, hello: {envId: Bytes, v: Bytes, prevRoom: Bytes, prevEpoch: number})
 *   => Promise<Bytes>}
 */
export const resumeProof = (resumeKey, { envId, v, prevRoom, prevEpoch }) =>
  hmac(resumeKey, concat(utf8(PREFIXES.resume), envId, v, prevRoom, u32(prevEpoch)));

/** Five numbers to compare by telephone. @type {(h: Bytes) => Promise<number[]>} */
export const safetyPhrase = async (h) =>
  elevenBits(await sha256(concat(utf8(PREFIXES.safety), h)), 5);
