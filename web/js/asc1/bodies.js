/**
 * What stands inside envelopes: hello, box, join and signed mail (protocol.md section 6).
 *
 * Parsers accept exactly what the builders can make. `openMail` is the only way to read signed
 * mail: it checks the writer's certificate as of `issued` and that the writer sealed it.
 */
import { Reader, VERSION, ZEROS_32, concat, equalConstantTime, hex, objectOf, refuseUnless,
  textOf, u16, u32, u8, utf8 } from "./bytes.js";
import { checkKeys, checkKind, parseCertificate, vouchingKey } from "./trust.js";

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
/** @type {Sig["takeVersion"]} */
const takeVersion = (reader) => refuseUnless(reader.u8() === 1, "version");
/** @type {Sig["takeKey"]} */
const takeKey = (reader) => {
  const key = reader.take(32);
  return equalConstantTime(key, ZEROS_32) ? null : key;
};

/** @type {Sig["takeText"]} */
const takeText = (reader) => {
  const text = textOf(reader.take(reader.u16()));
  reader.end();
  return text;
};

/** @type {Sig["sized"]} */
const sized = (text) => {
  const bytes = utf8(text);
  refuseUnless(bytes.length <= 0xffff, "too long");
  return concat(u16(bytes.length), bytes);
};

/** @type {Sig["parseHello"]} */
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

/** @type {Sig["buildBox"]} */
export const buildBox = (r, text) => concat(VERSION, r ?? ZEROS_32, sized(text));
/** @type {Sig["parseBox"]} */
export function parseBox(body) {
  const reader = new Reader(body);
  takeVersion(reader);
  return { r: takeKey(reader), text: takeText(reader) };
}

/** @type {Sig["parseJoin"]} */
export function parseJoin(body) {
  const reader = new Reader(body);
  takeVersion(reader);
  const join = { leaf: reader.take(32), roomId: reader.take(16), random: reader.take(16) };
  reader.end();
  return join;
}

/** @type {Sig["buildMail"]} */
export const buildMail = (certificate, issued, content) =>
  concat(certificate, u32(issued), content);

/** @type {Sig["buildReply"]} */
export const buildReply = ({ kind, text }) => concat(VERSION, u8(kind), sized(text));
/** @type {Sig["buildRecord"]} */
export const buildRecord = (fields) => concat(VERSION, sized(JSON.stringify(fields)));
/** @type {Sig["buildReWrap"]} */
export const buildReWrap = ({ envId, type, body }) => concat(VERSION, envId, u8(type), body);
/** @type {Sig["parseMail"]} */
export function parseMail(body) {
  const reader = new Reader(body);
  return { certificate: reader.take(148), issued: reader.u32(), content: reader.rest() };
}

/** @type {Sig["parseReply"]} */
export function parseReply(content) {
  const reader = new Reader(content);
  takeVersion(reader);
  const kind = reader.u8();
  refuseUnless(kind >= 1 && kind <= 4, "reply");
  return { kind, text: takeText(reader) };
}

/** @type {Sig["parseRecord"]} */
export function parseRecord(content) {
  const reader = new Reader(content);
  takeVersion(reader);
  return objectOf(utf8(takeText(reader)));
}

/** @type {Sig["parseReWrap"]} */
export function parseReWrap(content) {
  const reader = new Reader(content);
  takeVersion(reader);
  return { envId: reader.take(16), type: reader.u8(), body: reader.rest() };
}

/** @type {Sig["openMail"]} */
export async function openMail({ type, sender, body }, chain) {
  const { certificate: bytes, issued, content } = parseMail(body);
  const kinds = WRITERS.get(type) ?? [];
  const { certificate, hasLeft } = await checkMailCertificate(bytes, { kinds, issued, chain });
  refuseUnless(sender && equalConstantTime(certificate.pub, sender), "sender");
  return { writer: certificate, hasLeft, issued, content };
}

/** @type {Sig["checkMailCertificate"]} */
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
