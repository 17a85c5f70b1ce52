/**
 * Whom to trust: trust.json, the signed roster and its chain, key certificates (protocol.md section 5).
 * Roots and t come from trust.json alone; a roster cannot vouch for itself.
 */
import { PREFIXES, Reader, Refused, concat, elevenBits, equalConstantTime, hex, objectOf,
  refuseUnless, sha256, textOf, u32, unhex, utf8 } from "./bytes.js";
import { exchange, importX25519, verifies } from "./hpke.js";

export const ROLES = Object.freeze({ visitor: 0, adviser: 1, supervisor: 2, interpreter: 3,
  counsellor: 4 });

const KEY = /^[0-9a-f]{64}$/;
/**
 * @param {unknown} value
 * @param {number} limit
 * @returns {value is number}
 */
export const isCount = (value, limit) =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= limit;

/**
 * @param {unknown} value
 * @returns {value is string}
 */
const isKey = (value) => typeof value === "string" && KEY.test(value);

/** @type {Sig["list"]} */
const list = (value) => {
  refuseUnless(Array.isArray(value), "form");
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
  for (const entry of list(JSON.parse(textOf(signatures)))) {
    const { root, sig } = /** @type {{root?: unknown, sig?: unknown}} */ (entry ?? {});
    if (!isCount(root, trust.roots.length - 1) || typeof sig !== "string") continue;
    if (!/^[0-9a-f]{128}$/.test(sig)) continue;
    if (await verifies(trust.roots[root], unhex(sig), message)) roots.add(root);
  }
  return roots.size;
}

/** @type {Sig["memberFrom"]} */
function memberFrom(entry) {
  const { idx, roles, duty_name: dutyName, ed25519 } = /** @type {Record<string, unknown>} */ (
    entry ?? {});
  refuseUnless(isCount(idx, 0xffff) && isKey(ed25519) && typeof dutyName === "string", "form");
  const known = list(roles).map((role) => {
    refuseUnless(isCount(role, 255), "form");
    return role;
  });
  return { idx, roles: known, dutyName, ed25519 };
}

/** @type {Sig["rosterFrom"]} */
async function rosterFrom(fields, bytes) {
  const { v, seq, prev, issued, expires } = fields;
  refuseUnless(v === 1, "version");
  refuseUnless(isCount(seq, 0xffffffff) && seq >= 1 && isKey(prev), "form");
  refuseUnless(isCount(issued, 0xffffffff) && isCount(expires, 0xffffffff), "form");
  refuseUnless(expires - issued <= 336, "lifetime");
  const members = list(fields.members).map(memberFrom);
  refuseUnless(new Set(members.map((member) => member.idx)).size === members.length, "form");
  const bg = list(fields.bg).map((key) => {
    refuseUnless(isKey(key), "form");
    return unhex(key);
  });
  const revoked = list(fields.revoked).map((idx) => {
    refuseUnless(isCount(idx, 0xffff), "form");
    return idx;
  });
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
