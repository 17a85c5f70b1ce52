/**
 * Whom to trust: trust.json, the signed roster and its chain (protocol.md section 5).
 *
 * Roots and t come from trust.json alone; a roster cannot vouch for itself. Earlier rosters are
 * believed only through `prev`. A `Chain` is an array of rosters, newest first.
 */
import { PREFIXES, Refused, concat, elevenBits, hex, objectOf, refuseUnless, sha256, textOf, u32,
  unhex, utf8 } from "./bytes.js";
import { sign, verifies } from "./hpke.js";
/** @import {Bytes} from "./bytes.js" */

/** @typedef {{service: string, roots: Bytes[], t: number, fingerprint: number[]}} Trust */
/** @typedef {{idx: number, roles: number[], dutyName: string, ed25519: string}} RosterMember */
/** @typedef {{hash: Bytes, seq: number, prev: string, issued: number, expires: number,
 *   members: RosterMember[], bg: Bytes[], revoked: number[]}} Roster */
/** @typedef {Roster[]} Chain newest first */

export const ROLES = Object.freeze({ visitor: 0, adviser: 1, supervisor: 2, interpreter: 3,
  counsellor: 4 });

const KEY = /^[0-9a-f]{64}$/;
/**
 * @param {unknown} value
 * @param {number} limit
 * @returns {value is number}
 */
const isCount = (value, limit) =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= limit;
/**
 * @param {unknown} value
 * @returns {value is string}
 */
const isKey = (value) => typeof value === "string" && KEY.test(value);
/** @type {(value: unknown) => unknown[]} */
const list = (value) => {
  refuseUnless(Array.isArray(value), "form");
  return value;
};

/** @type {(bytes: Bytes) => Promise<Trust>} */
export async function readTrust(bytes) {
  const { v, service, roots, t } = objectOf(bytes);
  refuseUnless(v === 1 && typeof service === "string", "trust");
  refuseUnless(Array.isArray(roots) && roots.every(isKey), "trust");
  refuseUnless(isCount(t, roots.length) && t >= 1, "trust");
  refuseUnless(new Set(roots).size === roots.length, "trust");
  return { service, roots: roots.map(unhex), t, fingerprint: elevenBits(await sha256(bytes), 8) };
}

/** Eleven-bit numbers as people read them. @type {(numbers: number[]) => string} */
export const asDecimals = (numbers) => numbers.map((n) => String(n).padStart(4, "0")).join(" ");

/** @type {(bytes: Bytes, seq: number) => Promise<Bytes>} */
const signedPart = async (bytes, seq) =>
  concat(utf8(PREFIXES.roster), u32(seq), await sha256(bytes));

/**
 * A root's signature over a roster's exact bytes, for roster.sig.
 * @type {(bytes: Bytes, root: CryptoKey) => Promise<string>}
 */
export async function signRoster(bytes, root) {
  const { seq } = objectOf(bytes);
  refuseUnless(isCount(seq, 0xffffffff), "form");
  return hex(await sign(root, await signedPart(bytes, seq)));
}

/** @type {(bytes: Bytes, seq: number, signatures: Bytes, trust: Trust) => Promise<number>} */
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

/** @type {(entry: unknown) => RosterMember} */
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

/** @type {(fields: Record<string, unknown>, bytes: Bytes) => Promise<Roster>} */
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

/**
 * The form only: an earlier roster is believed by `prev`.
 * @type {(bytes: Bytes) => Promise<Roster>}
 */
export const parseRoster = (bytes) => rosterFrom(objectOf(bytes), bytes);

/**
 * The newest roster, after every check of section 5 in its order.
 * @param {Bytes} bytes
 * @param {Bytes} signatures roster.sig
 * @param {{trust: Trust, nowHour: number, newestSeq?: number}} at newestSeq: the newest held
 * @returns {Promise<Roster>}
 */
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

/**
 * Walks back by `prev`, at most 64 steps, until `until` (a hash in hex), the first roster, or one
 * that is not kept any more.
 * @param {Roster} newest
 * @param {(seq: number) => Promise<Bytes | null>} fetchRoster
 * @param {{until?: string, steps?: number}} [limits]
 * @returns {Promise<Chain>}
 */
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

/**
 * What a staff member must be shown since the roster accepted last.
 * @param {Roster} old
 * @param {Roster} fresh
 * @returns {{added: number[], removed: number[], rekeyed: number[]}}
 */
export function memberChanges(old, fresh) {
  /** @type {(roster: Roster) => Map<number, string>} */
  const valid = (roster) => new Map(roster.members
    .filter(({ idx }) => !roster.revoked.includes(idx)).map((m) => [m.idx, m.ed25519]));
  const [before, after] = [valid(old), valid(fresh)];
  return {
    added: [...after.keys()].filter((idx) => !before.has(idx)),
    removed: [...before.keys()].filter((idx) => !after.has(idx)),
    rekeyed: [...after.keys()].filter((i) => before.has(i) && before.get(i) !== after.get(i)),
  };
}
