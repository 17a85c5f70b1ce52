/**
 * Entering a room: the envelopes that ask for it, and the commit that answers
 * (protocol.md 7.2, 7.5 rules 2, 8, 9, 13). A staff member's side; nothing here changes the room.
 */
import { ZEROS_32, concat, equalConstantTime, hex, refuseUnless, sha256 } from "./bytes.js";
import { buildJoin, parseHello, parseJoin } from "./bodies.js";
import { checkCertificate } from "./cert.js";
import { TYPES, openEnvelope, sealEnvelope } from "./envelope.js";
import { buildCommit, buildContext, parseContext } from "./group.js";
import { exchange, newPair } from "./hpke.js";
/** @import {Bytes, Random} from "./bytes.js" */
/** @import {Hello} from "./bodies.js" */
/** @import {Checked} from "./cert.js" */
/** @import {Believed, Room} from "./checks.js" */
/** @import {Entry} from "./group.js" */
/** @import {Pair} from "./hpke.js" */

/** @typedef {{slot: number | null, role: number, idx: number | null, leaf: Bytes,
 *   certHash: Bytes, certificate: Checked | null}} Join slot null: not chosen yet */
/** @typedef {{shift: Pair, certificate: Checked}} Staff who commits */
/** @typedef {{language: string, door: number, danger: boolean}} Shown what the server said */
/** @typedef {Omit<Believed, "commit"> & {committer: number}} Entered */
/** @typedef {{bytes: Bytes, epoch: number, pos11: number, joined: number[], left: number[],
 *   certs: Bytes[]}} CommitOrder the socket message `commit` and its binary */

/**
 * A type 7 for the staff member who is to commit.
 * @param {{roomId: Bytes, to: Bytes, sender: Pair, leaf: Bytes, nowHour: number}} ask
 * @param {Random} random
 */
export function sealJoin({ roomId, to, sender, leaf, nowHour }, random) {
  const [envId, body] = [random(16), buildJoin({ leaf, roomId, random: random(16) })];
  const letter = { type: TYPES.join, envId, expiry: nowHour + 1, to: [to], sender, body };
  return sealEnvelope(letter, random);
}

/**
 * @param {Room} room
 * @param {Bytes} bytes
 * @param {{shift: Pair, shown: Shown, nowHour: number}} at
 * @returns {Promise<{hello: Hello & {envId: Bytes}, join: Join}>}
 */
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

/**
 * @param {Room} room
 * @param {Bytes} bytes
 * @param {{shift: Pair, from: Bytes | null, returnKeys: Set<string>, nowHour: number}} at from:
 *   the sender's certificate, null for a visitor with the code
 * @returns {Promise<{envId: string, join: Join}>}
 */
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

/** @type {(room: Room, staff: Staff, joins: Join[], leaf: Bytes, left: number[]) => Entry[]} */
function entriesOf(room, { certificate }, joins, leaf, left) {
  const slot = room.context ? room.slot : 1;
  const self = { slot, role: certificate.role, leaf, certHash: certificate.hash };
  const entered = joins.map((join, i) => ({ ...join, slot: join.slot ?? slot + 1 + i }));
  const fresh = new Set([slot, ...left, ...entered.map((join) => join.slot)]);
  const stay = (room.context?.entries ?? []).filter((entry) => !fresh.has(entry.slot))
    .map((entry) => ({ ...entry, leaf: room.leaves.get(entry.slot) ?? entry.leaf }));
  return [self, ...entered, ...stay].sort((a, b) => a.slot - b.slot);
}

/**
 * @type {(room: Room, certificate: Checked, entries: Entry[], joins: Join[]) =>
 *   Map<string, Checked>}
 */
function certificatesOf(room, certificate, entries, joins) {
  const known = new Map(room.certificates);
  for (const checked of [certificate, ...joins.map((join) => join.certificate)]) {
    if (checked) known.set(hex(checked.hash), checked);
  }
  const named = entries.filter(({ role }) => role !== 0).map(({ certHash }) => hex(certHash));
  return new Map(named.map((name) => [name, /** @type {Checked} */ (known.get(name))]));
}

/**
 * A commit with a new seed and a new leaf. It takes effect when the server has taken it.
 * @param {Room} room
 * @param {Staff} staff
 * @param {{joins: Join[], left: number[], pos11: number}} change
 * @param {Random} random
 * @returns {Promise<{order: CommitOrder, entered: Entered}>}
 */
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
  /** @type {(to: number) => Pair} */
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
