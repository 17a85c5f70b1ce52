/**
 * Whom and what to believe: trust.json, the signed roster and its chain, key certificates
 * (protocol.md section 5); who is in a room and with which keys (7.1); and which commit a member
 * believes: the seven client checks of 7.2 in their order, with section 16 rules 1 and 8.
 *
 * Roots and t come from trust.json alone; a roster cannot vouch for itself. The checks read the
 * room and change nothing. The reason of their refusal starts with the number of the check;
 * "2 roster" asks the caller to fetch the roster once, give the member the new chain and repeat.
 */
import { HPKE_INFOS, NONE, PREFIXES, Reader, Refused, ZEROS_32, concat, elevenBits,
  equalConstantTime, exchange, hex, hmac, hpkeOpen, importX25519, kdf, kid, objectOf, refuseUnless,
  sha256, textOf, u32, u8, unhex, utf8, verifies } from "./bytes.js";

const KEY = /^[0-9a-f]{64}$/;
/** @param {unknown} value @param {number} limit @returns {value is number} */
export const isCount = (value, limit) =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= limit;

/** @param {unknown} value @returns {value is string} */
const isKey = (value) => typeof value === "string" && KEY.test(value);

/** @type {Sig["listOf"]} */
const listOf = (value, is = /** @type {any} */ (() => true)) => {
  refuseUnless(Array.isArray(value) && value.every((item) => is(item)), "form");
  return value;
};

/** @type {Sig["readTrust"]} */
export async function readTrust(bytes) {
  const { v, service, roots, t } = objectOf(bytes);
  refuseUnless(v === 1 && typeof service === "string", "trust");
  refuseUnless(Array.isArray(roots) && roots.every(isKey), "trust");
  refuseUnless(isCount(t, roots.length) && t >= 1, "trust");
  refuseUnless(new Set(roots).size === roots.length, "trust");
  return { service, roots: roots.map(unhex), t, fingerprint: elevenBits(await sha256(bytes), 8) };
}

/** @type {Sig["signedPart"]} */
export const signedPart = async (bytes, seq) =>
  concat(utf8(PREFIXES.roster), u32(seq), await sha256(bytes));

/** @type {Sig["validRoots"]} */
async function validRoots(bytes, seq, signatures, trust) {
  const message = await signedPart(bytes, seq);
  /** @type {Set<number>} */
  const roots = new Set();
  for (const entry of listOf(JSON.parse(textOf(signatures)))) {
    const { root, sig } = /** @type {{root?: unknown, sig?: unknown}} */ (entry ?? {});
    if (!isCount(root, trust.roots.length - 1) || !/^[0-9a-f]{128}$/.test(String(sig))) continue;
    if (await verifies(trust.roots[root], unhex(String(sig)), message)) roots.add(root);
  }
  return roots.size;
}

/** @type {Sig["memberFrom"]} */
function memberFrom(entry) {
  const { idx, roles, duty_name: dutyName, ed25519 } = /** @type {Record<string, unknown>} */ (
    entry ?? {});
  refuseUnless(isCount(idx, 0xffff) && isKey(ed25519) && typeof dutyName === "string", "form");
  return { idx, roles: listOf(roles, (role) => isCount(role, 255)), dutyName, ed25519 };
}

/** @type {Sig["rosterFrom"]} */
async function rosterFrom(fields, bytes) {
  const { v, seq, prev, issued, expires } = fields;
  refuseUnless(v === 1, "version");
  refuseUnless(isCount(seq, 0xffffffff) && seq >= 1 && isKey(prev), "form");
  refuseUnless(isCount(issued, 0xffffffff) && isCount(expires, 0xffffffff), "form");
  refuseUnless(expires - issued <= 336, "lifetime");
  const members = listOf(fields.members).map(memberFrom);
  refuseUnless(new Set(members.map((member) => member.idx)).size === members.length, "form");
  const bg = listOf(fields.bg, isKey).map(unhex);
  const revoked = listOf(fields.revoked, (idx) => isCount(idx, 0xffff));
  return { hash: await sha256(bytes), seq, prev, issued, expires, members, bg, revoked };
}

/** @type {Sig["parseRoster"]} */
export const parseRoster = (bytes) => rosterFrom(objectOf(bytes), bytes);
/** @type {Sig["readRoster"]} */
export async function readRoster(bytes, signatures, { trust, nowHour, newestSeq = 0 }) {
  const fields = objectOf(bytes);
  refuseUnless(isCount(fields.seq, 0xffffffff), "form");
  let valid = 0;
  try {
    valid = await validRoots(bytes, fields.seq, signatures, trust);
  } catch {
    throw new Refused("signatures");
  }
  refuseUnless(valid >= trust.t, "signatures");
  const roster = await rosterFrom(fields, bytes);
  refuseUnless(nowHour <= roster.expires + 24, "expired");
  refuseUnless(roster.issued <= nowHour + 24, "issued ahead");
  refuseUnless(roster.seq >= newestSeq, "rollback");
  return roster;
}

/** @type {Sig["walkChain"]} */
export async function walkChain(newest, fetchRoster, { until, steps = 64 } = {}) {
  const chain = [newest];
  let last = newest;
  while (last.seq > 1 && chain.length <= steps && hex(last.hash) !== until) {
    const bytes = await fetchRoster(last.seq - 1);
    if (!bytes) break;
    refuseUnless(hex(await sha256(bytes)) === last.prev, "chain");
    const earlier = await parseRoster(bytes);
    refuseUnless(earlier.seq === last.seq - 1, "chain");
    chain.push(earlier);
    last = earlier;
  }
  return chain;
}

export const KINDS = Object.freeze({ shift: 1, box: 2, escalation: 3, case: 4 });
const MAX_HOURS = Object.freeze({ 1: 12, 2: 504, 3: 2880, 4: 2880 });
const SIGNED_BYTES = 84;
/** @type {Sig["parseCertificate"]} */
export async function parseCertificate(bytes) {
  const reader = new Reader(bytes);
  const magic = reader.take(8);
  refuseUnless(equalConstantTime(magic, utf8(PREFIXES.certificate)), "form");
  const [idx, role, kind] = [reader.u16(), reader.u8(), reader.u8()];
  const [notBefore, notAfter] = [reader.u32(), reader.u32()];
  const [rosterHash, pub, signature] = [reader.take(32), reader.take(32), reader.take(64)];
  reader.end();
  const hash = await sha256(bytes);
  return { idx, role, kind, notBefore, notAfter, rosterHash, pub, signature, bytes, hash };
}

/** @type {Sig["checkKind"]} */
export function checkKind({ kind, notBefore, notAfter }, kinds) {
  refuseUnless(kinds.includes(kind), "kind");
  const longest = MAX_HOURS[/** @type {1 | 2 | 3 | 4} */ (kind)];
  refuseUnless(notAfter - notBefore <= longest, "lifetime");
}

/** @type {Sig["vouchingKey"]} */
export function vouchingKey({ idx, role }, roster) {
  const member = roster.members.find((candidate) => candidate.idx === idx);
  if (!member || !member.roles.includes(role) || roster.revoked.includes(idx)) return null;
  return member.ed25519;
}

/** @type {Sig["checkKeys"]} */
export async function checkKeys(certificate, ed25519) {
  const signed = certificate.bytes.slice(0, SIGNED_BYTES);
  refuseUnless(await verifies(unhex(ed25519), certificate.signature, signed), "signature");
  const trial = await importX25519(new Uint8Array(32).fill(1));
  await exchange(trial.privateKey, certificate.pub);
  return { ...certificate, ed25519 };
}

/** @type {Sig["checkCertificate"]} */
export async function checkCertificate(bytes, { kinds, nowHour, chain }) {
  const certificate = await parseCertificate(bytes);
  checkKind(certificate, kinds);
  refuseUnless(certificate.notBefore <= nowHour + 24, "not yet");
  refuseUnless(nowHour <= certificate.notAfter + 24, "expired");
  const named = certificate.kind === KINDS.shift ? chain.slice(0, 2) : chain;
  refuseUnless(named.some((r) => equalConstantTime(r.hash, certificate.rosterHash)), "roster");
  const ed25519 = vouchingKey(certificate, chain[0]);
  refuseUnless(ed25519, "member");
  return checkKeys(certificate, ed25519);
}

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

/** @type {(check: number, claim: unknown, reason: string) => asserts claim} */
const refuse = (check, claim, reason) => refuseUnless(claim, `${check} ${reason}`);
/** @type {Sig["within"]} */
async function within(check, action) {
  try {
    return await action();
  } catch (error) {
    throw error instanceof Refused ? new Refused(`${check} ${error.reason}`) : error;
  }
}

/** @type {Sig["checkHeader"]} */
async function checkHeader(room, bytes) {
  const commit = await within(1, () => parseCommit(bytes));
  refuse(1, equalConstantTime(commit.roomId, room.roomId), "room");
  const isDue = room.mode === "joining" || (room.mode === "waiting" && commit.epoch === 1) ||
    (room.mode === "live" && commit.epoch === room.epoch + 1);
  refuse(1, isDue && commit.epoch >= 1, "epoch");
  return commit;
}

/** @type {Sig["checkContext"]} */
async function checkContext(room, commit) {
  const context = await within(2, () => parseContext(commit.contextBytes));
  const { entries } = context;
  refuse(2, equalConstantTime(context.roomId, commit.roomId), "room");
  refuse(2, context.epoch === commit.epoch, "epoch");
  refuse(2, entries.every(({ slot, role }) => (slot === 0) === (role === 0)), "slot 0");
  if (commit.epoch === 1) {
    const first = entries[0].slot;
    refuse(2, first === 1 || (first === 0 && entries.length === 2), "slots");
    refuse(2, entries.every(({ slot }, i) => slot === first + i), "slots");
  }
  if (room.context) {
    const before = room.context.entries;
    const fresh = entries.filter(({ slot }) => !before.some((entry) => entry.slot === slot));
    refuse(2, fresh.every(({ slot }) => slot > room.highestSlot), "slot reused");
    refuse(2, (entries[0].slot === 0) === (before[0].slot === 0), "slot 0");
  }
  const isKnown = room.chain.slice(0, 2).some((r) => equalConstantTime(r.hash, context.rosterHash));
  refuse(2, isKnown, "roster");
  return context;
}

/** @type {Sig["certificatesAtHand"]} */
async function certificatesAtHand(room, { entries }, offered) {
  /** @type {Map<string, Certificate>} */
  const atHand = new Map(room.certificates);
  for (const bytes of offered) {
    const hash = hex(await sha256(bytes));
    if (!atHand.has(hash)) atHand.set(hash, await within(4, () => parseCertificate(bytes)));
  }
  const named = entries.flatMap(({ certHash }) => atHand.get(hex(certHash)) ?? []);
  refuse(2, new Set(named.map(({ idx }) => idx)).size === named.length, "idx twice");
  return atHand;
}

/** @type {Sig["checkStaff"]} */
async function checkStaff(room, { slot, role, certHash }, atHand, nowHour) {
  const found = atHand.get(hex(certHash));
  refuse(4, found, "certificate");
  const before = room.context?.entries.find((entry) => entry.slot === slot);
  const known = room.certificates.get(hex(certHash));
  const stays = known && before && equalConstantTime(before.certHash, certHash);
  const { chain } = room;
  const checked = stays ? known
    : await within(4, () => checkCertificate(found.bytes, { kinds: [1], nowHour, chain }));
  refuse(4, checked.role === role, "role");
  const old = before && room.certificates.get(hex(before.certHash));
  refuse(4, !old || (old.idx === checked.idx && old.ed25519 === checked.ed25519), "other person");
  return checked;
}

/** @type {Sig["isAnnounced"]} */
async function isAnnounced(room, committer, { slot, role, leaf }, idx) {
  const announced = room.announced.get(`${committer}:${slot}`);
  return announced !== undefined && announced.role === role && announced.idx === idx &&
    announced.leaf === hex(await sha256(leaf));
}

/** @type {Sig["checkContinuity"]} */
async function checkContinuity(room, { committer }, { entries }, idxOf) {
  const before = new Map((room.context?.entries ?? []).map((entry) => [entry.slot, entry]));
  for (const entry of entries) {
    const { slot } = entry;
    const old = before.get(slot);
    const newest = room.leaves.get(slot);
    const sameCert = old && equalConstantTime(old.certHash, entry.certHash);
    refuse(4, !old || old.role === entry.role, "role");
    if (slot === committer || slot === room.slot) {
      refuse(4, sameCert, "certificate changed");
    } else if (!sameCert || !newest || !equalConstantTime(newest, entry.leaf)) {
      const idx = idxOf.get(slot) ?? null;
      refuse(5, await isAnnounced(room, committer, entry, idx), "not announced");
    }
  }
}

/** @type {Sig["checkEntrance"]} */
function checkEntrance(room, own, committerKey) {
  if (room.mode === "waiting") {
    const readers = room.versions.get(hex(own.certHash));
    refuse(5, own.slot === 0 && readers, "not my hello");
    refuse(5, readers.has(hex(committerKey)), "committer not a reader");
  } else if (room.mode === "joining") {
    const { ownHash, sealedTo } = room;
    refuse(5, ownHash && equalConstantTime(own.certHash, ownHash), "not my certificate");
    refuse(5, sealedTo && equalConstantTime(committerKey, sealedTo), "committer not asked");
  }
}

/** @type {Sig["checkLeaves"]} */
function checkLeaves(room, { committer }, { entries }) {
  const author = entries.find(({ slot }) => slot === committer);
  refuse(5, author && author.role !== 0 && committer !== room.slot, "committer");
  refuse(5, !room.seenLeaves.has(hex(author.leaf)), "leaf seen before");
  const twins = entries.filter(({ leaf }) => equalConstantTime(leaf, author.leaf));
  refuse(5, twins.length === 1, "leaf seen before");
  const own = room.context ? entries.find(({ slot }) => slot === room.slot)
    : entries.find(({ leaf }) => room.held.has(hex(leaf)));
  const leaf = own && room.held.get(hex(own.leaf));
  refuse(5, own && leaf, "own leaf");
  return { own, leaf };
}

/** @type {Sig["checkCommit"]} */
export async function checkCommit(room, bytes, { offered, nowHour }) {
  const commit = await checkHeader(room, bytes);
  const context = await checkContext(room, commit);
  const atHand = await certificatesAtHand(room, context, offered);
  const mustBe = commit.epoch === 1 ? ZEROS_32 : room.keys?.confirmTag;
  refuse(3, !mustBe || equalConstantTime(context.prevConfirm, mustBe), "previous confirm tag");
  /** @type {Map<string, Checked>} */
  const certificates = new Map();
  /** @type {Map<number, Checked>} */
  const staff = new Map();
  for (const entry of context.entries.filter(({ role }) => role !== 0)) {
    const checked = await checkStaff(room, entry, atHand, nowHour);
    certificates.set(hex(entry.certHash), checked);
    staff.set(entry.slot, checked);
  }
  const idxOf = new Map([...staff].map(([slot, { idx }]) => [slot, idx]));
  if (room.context) await checkContinuity(room, commit, context, idxOf);
  const { own, leaf } = checkLeaves(room, commit, context);
  const certified = /** @type {Checked} */ (staff.get(commit.committer)).pub;
  checkEntrance(room, own, certified);
  const others = context.entries.map(({ slot }) => slot).filter((s) => s !== commit.committer);
  refuse(6, commit.stanzas.map(({ slot }) => slot).join() === others.join(), "stanza slots");
  const sender = room.mode === "live" ? room.leaves.get(commit.committer) : certified;
  refuse(6, sender, "sender key");
  const who = { slot: own.slot, leaf, sender };
  const { seed, keys } = await within(6, () => openSeed(commit, who));
  seed.fill(0);
  await within(7, () => checkTags(commit, keys, room.keys?.memberKey ?? null));
  return { commit, context, keys, slot: own.slot, leaf, certificates };
}
