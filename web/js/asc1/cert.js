/**
 * Key certificates (148 bytes): a staff member's X25519 key, signed by its identity key and bound
 * to a roster (protocol.md section 5). Checks run in the paper's order; each has its own reason.
 */
import { PREFIXES, Reader, concat, equalConstantTime, hex, refuseUnless, sha256, u16, u32, u8,
  unhex, utf8 } from "./bytes.js";
import { exchange, importX25519, sign, verifies } from "./hpke.js";
/** @import {Bytes} from "./bytes.js" */
/** @import {Chain, Roster} from "./roster.js" */

/** @typedef {{idx: number, role: number, kind: number, notBefore: number, notAfter: number,
 *   rosterHash: Bytes, pub: Bytes, signature: Bytes, bytes: Bytes, hash: Bytes}} Certificate */
/** @typedef {Certificate & {ed25519: string}} Checked a certificate and the key that vouches */

export const KINDS = Object.freeze({ shift: 1, box: 2, escalation: 3, case: 4 });
const MAX_HOURS = Object.freeze({ 1: 12, 2: 504, 3: 2880, 4: 2880 });
const SIGNED_BYTES = 84;

/**
 * @param {{idx: number, role: number, kind: number, notBefore: number, notAfter: number,
 *   rosterHash: Bytes, pub: Bytes}} fields
 * @param {CryptoKey} identityKey Ed25519
 * @returns {Promise<Bytes>}
 */
export async function buildCertificate(fields, identityKey) {
  const { idx, role, kind, notBefore, notAfter, rosterHash, pub } = fields;
  const head = concat(utf8(PREFIXES.certificate), u16(idx), u8(role), u8(kind));
  const body = concat(head, u32(notBefore), u32(notAfter), rosterHash, pub);
  return concat(body, await sign(identityKey, body));
}

/**
 * The hours of a shift certificate.
 * @type {(nowHour: number) => {notBefore: number, notAfter: number}}
 */
export function shiftHours(nowHour) {
  const notBefore = nowHour - (nowHour % 6);
  return { notBefore, notAfter: notBefore + 12 };
}

/** @type {(bytes: Bytes) => Promise<Certificate>} */
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

/** @type {(certificate: Certificate, kinds: readonly number[]) => void} */
function checkKind({ kind, notBefore, notAfter }, kinds) {
  refuseUnless(kinds.includes(kind), "kind");
  const longest = MAX_HOURS[/** @type {1 | 2 | 3 | 4} */ (kind)];
  refuseUnless(notAfter - notBefore <= longest, "lifetime");
}

/** @type {(certificate: Certificate, roster: Roster) => string | null} */
function vouchingKey({ idx, role }, roster) {
  const member = roster.members.find((candidate) => candidate.idx === idx);
  if (!member || !member.roles.includes(role) || roster.revoked.includes(idx)) return null;
  return member.ed25519;
}

/** @type {(certificate: Certificate, ed25519: string) => Promise<Checked>} */
async function checkKeys(certificate, ed25519) {
  const signed = certificate.bytes.slice(0, SIGNED_BYTES);
  refuseUnless(await verifies(unhex(ed25519), certificate.signature, signed), "signature");
  const trial = await importX25519(new Uint8Array(32).fill(1));
  await exchange(trial.privateKey, certificate.pub);
  return { ...certificate, ed25519 };
}

/**
 * A certificate in use now.
 * @param {Bytes} bytes
 * @param {{kinds: readonly number[], nowHour: number, chain: Chain}} use
 * @returns {Promise<Checked>}
 */
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

/**
 * A certificate that came with stored mail: judged at `issued`, by the roster it names.
 * @param {Bytes} bytes
 * @param {{kinds: readonly number[], issued: number, chain: Chain}} use
 * @returns {Promise<{certificate: Checked, hasLeft: boolean}>}
 */
export async function checkMailCertificate(bytes, { kinds, issued, chain }) {
  const certificate = await parseCertificate(bytes);
  checkKind(certificate, kinds);
  refuseUnless(certificate.notBefore <= issued, "not yet");
  refuseUnless(issued <= certificate.notAfter, "expired");
  const named = chain.find((r) => hex(r.hash) === hex(certificate.rosterHash));
  refuseUnless(named, "roster");
  const ed25519 = vouchingKey(certificate, named);
  refuseUnless(ed25519, "member");
  const [newest] = chain;
  refuseUnless(!newest.revoked.includes(certificate.idx), "revoked");
  const stays = newest.members.some((m) => m.idx === certificate.idx && m.ed25519 === ed25519);
  return { certificate: await checkKeys(certificate, ed25519), hasLeft: !stays };
}
