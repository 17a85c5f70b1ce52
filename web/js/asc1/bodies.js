/**
 * What stands inside envelopes: hello, box, join and signed mail (protocol.md section 6).
 *
 * Parsers accept exactly what the builders can make. `openMail` is the only way to read signed
 * mail: it checks the writer's certificate as of `issued` and that the writer sealed it.
 */
import { NONE, Reader, ZEROS_32, concat, equalConstantTime, objectOf, refuseUnless, textOf, u16,
  u32, u8, utf8 } from "./bytes.js";
import { checkMailCertificate } from "./cert.js";
/** @import {Bytes} from "./bytes.js" */
/** @import {Checked} from "./cert.js" */
/** @import {Chain} from "./roster.js" */

/** @typedef {{v: Bytes, r: Bytes | null, rosterHash: Bytes, language: string, door: number,
 *   topic: number, relation: number, ageBand: number, danger: boolean, prevRoom: Bytes,
 *   prevEpoch: number, proof: Bytes, roomSecret: Bytes | null}} Hello */
/** @typedef {{leaf: Bytes, roomId: Bytes, random: Bytes}} JoinBody */
/** @typedef {{kind: number, text: string}} Reply kind 1 text, 2 appointment (JSON) */
/** @typedef {{envId: Bytes, type: number, body: Bytes}} ReWrapped */

export const DOORS = Object.freeze({ relative: 1, professional: 2 });
export const TOPICS = Object.freeze(["", "right_wing", "religiously_profiled", "left_autonomous",
  "violent_online_network", "mixed_unclear", "single_issue_other", "unknown"]);
export const RELATIONS = Object.freeze(["", "mother", "father", "parent_unspecified", "sibling",
  "partner", "grandparent", "other_relative", "friend", "the_person_self", "professional_school",
  "professional_social", "professional_police_prison", "professional_health",
  "professional_ngo_sport_faith", "other", "unknown"]);
export const AGE_BANDS = Object.freeze(["", "under_13", "13_15", "16_17", "18_20", "21_25",
  "over_25", "unknown"]);
/** Kinds of certificate that may write each type of signed mail. */
const WRITERS = new Map([[3, [1, 2, 3]], [4, [1, 2]], [5, [1, 2, 3]], [6, [1, 2, 3]], [9, [4]]]);
const VERSION = u8(1);

/** @type {(reader: Reader) => void} */
const takeVersion = (reader) => refuseUnless(reader.u8() === 1, "version");
/** @type {(reader: Reader) => Bytes | null} */
const takeKey = (reader) => {
  const key = reader.take(32);
  return equalConstantTime(key, ZEROS_32) ? null : key;
};
/** @type {(reader: Reader) => string} */
const takeText = (reader) => {
  const text = textOf(reader.take(reader.u16()));
  reader.end();
  return text;
};
/** @type {(text: string) => Bytes} */
const sized = (text) => {
  const bytes = utf8(text);
  refuseUnless(bytes.length <= 0xffff, "too long");
  return concat(u16(bytes.length), bytes);
};

/** @type {(hello: Hello) => Bytes} */
export function buildHello(hello) {
  const { roomSecret } = hello;
  const facts = [hello.door, hello.topic, hello.relation, hello.ageBand,
    (hello.danger ? 1 : 0) | (roomSecret ? 2 : 0)];
  return concat(VERSION, hello.v, hello.r ?? ZEROS_32, hello.rosterHash, utf8(hello.language),
    Uint8Array.from(facts), hello.prevRoom, u32(hello.prevEpoch), hello.proof,
    u16(roomSecret ? 32 : 0), roomSecret ?? NONE);
}

/** @type {(body: Bytes, sender: Bytes | null) => Hello} */
export function parseHello(body, sender) {
  const reader = new Reader(body);
  takeVersion(reader);
  const [v, r, rosterHash] = [reader.take(32), takeKey(reader), reader.take(32)];
  const language = textOf(reader.take(2));
  const [door, topic, relation, ageBand] = reader.take(4);
  const flags = reader.u8();
  const [prevRoom, prevEpoch, proof] = [reader.take(16), reader.u32(), reader.take(32)];
  const length = reader.u16();
  refuseUnless(/^[a-z]{2}$/.test(language), "language");
  refuseUnless((door === 1 || door === 2) && flags < 4, "facts");
  refuseUnless(topic < TOPICS.length && relation < RELATIONS.length, "facts");
  refuseUnless(ageBand < AGE_BANDS.length, "facts");
  refuseUnless(length === (flags & 2 ? 32 : 0), "room secret");
  refuseUnless(!sender || (r && equalConstantTime(r, sender)), "sender");
  const roomSecret = length ? reader.take(32) : null;
  reader.end();
  return { v, r, rosterHash, language, door, topic, relation, ageBand, danger: (flags & 1) === 1,
    prevRoom, prevEpoch, proof, roomSecret };
}

/** @type {(r: Bytes | null, text: string) => Bytes} */
export const buildBox = (r, text) => concat(VERSION, r ?? ZEROS_32, sized(text));

/** @type {(body: Bytes) => {r: Bytes | null, text: string}} */
export function parseBox(body) {
  const reader = new Reader(body);
  takeVersion(reader);
  return { r: takeKey(reader), text: takeText(reader) };
}

/** @type {(join: JoinBody) => Bytes} */
export const buildJoin = ({ leaf, roomId, random }) => concat(VERSION, leaf, roomId, random);

/** @type {(body: Bytes) => JoinBody} */
export function parseJoin(body) {
  const reader = new Reader(body);
  takeVersion(reader);
  const join = { leaf: reader.take(32), roomId: reader.take(16), random: reader.take(16) };
  reader.end();
  return join;
}

/** @type {(certificate: Bytes, issued: number, content: Bytes) => Bytes} */
export const buildMail = (certificate, issued, content) =>
  concat(certificate, u32(issued), content);
/** @type {(reply: Reply) => Bytes} */
export const buildReply = ({ kind, text }) => concat(VERSION, u8(kind), sized(text));
/** Escalation, appointment, case record. @type {(fields: object) => Bytes} */
export const buildRecord = (fields) => concat(VERSION, sized(JSON.stringify(fields)));
/** @type {(old: ReWrapped) => Bytes} */
export const buildReWrap = ({ envId, type, body }) => concat(VERSION, envId, u8(type), body);

/** @type {(body: Bytes) => {certificate: Bytes, issued: number, content: Bytes}} */
export function parseMail(body) {
  const reader = new Reader(body);
  return { certificate: reader.take(148), issued: reader.u32(), content: reader.rest() };
}

/** @type {(content: Bytes) => Reply} */
export function parseReply(content) {
  const reader = new Reader(content);
  takeVersion(reader);
  const kind = reader.u8();
  refuseUnless(kind === 1 || kind === 2, "reply");
  return { kind, text: takeText(reader) };
}

/** @type {(content: Bytes) => Record<string, unknown>} */
export function parseRecord(content) {
  const reader = new Reader(content);
  takeVersion(reader);
  return objectOf(utf8(takeText(reader)));
}

/** Vouches for the re-wrapper only. @type {(content: Bytes) => ReWrapped} */
export function parseReWrap(content) {
  const reader = new Reader(content);
  takeVersion(reader);
  return { envId: reader.take(16), type: reader.u8(), body: reader.rest() };
}

/**
 * Reads the writer of signed mail (types 3, 4, 5, 6, 9); `content` is for the parsers above.
 * @param {{type: number, sender: Bytes | null, body: Bytes}} opened
 * @param {Chain} chain
 * @returns {Promise<{writer: Checked, hasLeft: boolean, issued: number, content: Bytes}>}
 */
export async function openMail({ type, sender, body }, chain) {
  const { certificate: bytes, issued, content } = parseMail(body);
  const kinds = WRITERS.get(type) ?? [];
  const { certificate, hasLeft } = await checkMailCertificate(bytes, { kinds, issued, chain });
  refuseUnless(sender && equalConstantTime(certificate.pub, sender), "sender");
  return { writer: certificate, hasLeft, issued, content };
}
