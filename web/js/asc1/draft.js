/**
 * Entering a room: the envelopes that ask for it, and the commit that answers
 * (protocol.md 7.2, 7.5 rules 2, 8, 9, 13). A staff member's side; nothing here changes the room.
 */
import { parseHello, parseJoin } from "./bodies.js";
import { TYPES, ZEROS_32, concat, equalConstantTime, exchange, hex, hmac, hpkeSeal, kid, newPair,
  refuseUnless, sha256, systemRandom, u16, u32, u8 } from "./bytes.js";
import { MAGIC, checkCertificate, keySchedule, parseContext, stanzaInfo } from "./trust.js";
import { openEnvelope } from "./opening.js";

/** @type {Sig["buildContext"]} */
export function buildContext({ roomId, epoch, rosterHash, prevConfirm, entries }) {
  const slots = entries.map((e) => concat(u8(e.slot), u8(e.role), e.leaf, e.certHash));
  return concat(MAGIC, roomId, u32(epoch), rosterHash, prevConfirm, u8(entries.length), ...slots);
}

/** @type {Sig["buildCommit"]} */
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

/** @type {Sig["readHello"]} */
export async function readHello(room, bytes, { shift, shown, nowHour }) {
  const opened = await openEnvelope(bytes, { type: TYPES.hello, pairs: [shift], nowHour });
  refuseUnless(equalConstantTime(opened.envId, room.roomId), "room");
  const hello = { ...parseHello(opened.body, opened.sender), envId: opened.envId };
  const { language, door, danger, rosterHash } = hello;
  refuseUnless(room.chain.some((r) => equalConstantTime(r.hash, rosterHash)), "roster alarm");
  const agrees = language === shown.language && door === shown.door && danger === shown.danger;
  refuseUnless(agrees, "shown otherwise");
  await exchange(shift.privateKey, hello.v);
  const certHash = await sha256(bytes);
  const join = { slot: 0, role: 0, idx: null, leaf: hello.v, certHash, certificate: null };
  return { hello, join };
}

/** @type {Sig["readJoin"]} */
export async function readJoin(room, bytes, { shift, from, returnKeys, nowHour }) {
  const opened = await openEnvelope(bytes, { type: TYPES.join, pairs: [shift], nowHour });
  const sender = /** @type {Bytes} */ (opened.sender);
  const { leaf, roomId } = parseJoin(opened.body);
  refuseUnless(equalConstantTime(roomId, room.roomId), "room");
  await exchange(shift.privateKey, leaf);
  const envId = hex(opened.envId);
  if (!from) {
    refuseUnless(returnKeys.has(hex(sender)) && room.mode === "live", "return key");
    const certHash = await sha256(bytes);
    return { envId, join: { slot: 0, role: 0, idx: null, leaf, certHash, certificate: null } };
  }
  const certificate = await checkCertificate(from, { kinds: [1], nowHour, chain: room.chain });
  refuseUnless(equalConstantTime(certificate.pub, sender), "sender");
  const { idx, role, hash } = certificate;
  const before = room.context?.entries.find(({ certHash }) =>
    room.certificates.get(hex(certHash))?.idx === idx);
  refuseUnless(!before || before.slot !== room.slot, "own idx");
  const slot = before ? before.slot : null;
  return { envId, join: { slot, role, idx, leaf, certHash: hash, certificate } };
}

/** @type {Sig["entriesOf"]} */
function entriesOf(room, { certificate }, joins, leaf, left) {
  const slot = room.context ? room.slot : 1;
  const self = { slot, role: certificate.role, leaf, certHash: certificate.hash };
  const entered = joins.map((join, i) => ({ ...join, slot: join.slot ?? slot + 1 + i }));
  const fresh = new Set([slot, ...left, ...entered.map((join) => join.slot)]);
  const stay = (room.context?.entries ?? []).filter((entry) => !fresh.has(entry.slot))
    .map((entry) => ({ ...entry, leaf: room.leaves.get(entry.slot) ?? entry.leaf }));
  return [self, ...entered, ...stay].sort((a, b) => a.slot - b.slot);
}

/** @type {Sig["certificatesOf"]} */
function certificatesOf(room, certificate, entries, joins) {
  const known = new Map(room.certificates);
  for (const checked of [certificate, ...joins.map((join) => join.certificate)]) {
    if (checked) known.set(hex(checked.hash), checked);
  }
  const named = entries.filter(({ role }) => role !== 0).map(({ certHash }) => hex(certHash));
  return new Map(named.map((name) => [name, /** @type {Checked} */ (known.get(name))]));
}

/** @type {Sig["draftCommit"]} */
export async function draftCommit(room, staff, { joins, left, pos11 }, random) {
  const epoch = room.epoch + 1;
  const leaf = await newPair(random);
  const entries = entriesOf(room, staff, joins, leaf.publicRaw, left);
  refuseUnless(entries.length >= 2 && entries.length <= 4, "room full");
  refuseUnless(!left.includes(room.slot) && !left.includes(0), "leaving");
  const slot = room.context ? room.slot : 1;
  const contextBytes = buildContext({ roomId: room.roomId, epoch, entries,
    rosterHash: room.chain[0].hash, prevConfirm: room.keys?.confirmTag ?? ZEROS_32 });
  const newcomers = new Set(joins.map((join) => join.slot));
  const own = room.leaves.get(slot);
  const newest = own && room.held.get(hex(own));
  /** @type {Sig["senderFor"]} */
  const senderFor = (to) => (newest && !newcomers.has(to) ? newest : staff.shift);
  const seed = concat(random(32));
  const commit = { contextBytes, committer: slot, seed, senderFor,
    memberKey: room.keys?.memberKey ?? null };
  const { bytes, keys } = await buildCommit(commit, random);
  seed.fill(0);
  const certificates = certificatesOf(room, staff.certificate, entries, joins);
  const joined = room.context ? entries.filter((e) => newcomers.has(e.slot)) : entries;
  const order = { bytes, epoch, pos11, joined: joined.map((entry) => entry.slot), left,
    certs: [...certificates.values()].map((checked) => checked.bytes) };
  const context = parseContext(contextBytes);
  return { order, entered: { context, keys, slot, leaf, certificates, committer: slot } };
}
