/**
 * The commands of tests/asc1/peer.md on the JavaScript implementation. Everything a command needs
 * is in its line: nothing is remembered. Runs in Node and in a page.
 */
import * as bodies from "../../../web/js/asc1/bodies.js";
import { NONE, Refused, ZEROS_32, aesKey, equalConstantTime, hex, importX25519, kdf, kid,
  sealEnvelope, sha256, solve, unhex } from "../../../web/js/asc1/bytes.js";
import { deriveCode } from "../../../web/js/asc1/code.js";
import * as drafts from "../../../web/js/asc1/draft.js";
import * as envelopes from "../../../web/js/asc1/bytes.js";
import * as joins from "../../../web/js/asc1/join.js";
import { ReceiveChain, SendChain, parseFrame } from "../../../web/js/asc1/frame.js";
import * as group from "../../../web/js/asc1/trust.js";
import { buildCertificate, importEd25519 } from "../../../web/js/asc1/identity.js";
import { checkLog } from "../../../web/js/asc1/log.js";
import { openEnvelope } from "../../../web/js/asc1/opening.js";
import * as roster from "../../../web/js/asc1/roster.js";
import * as signin from "../../../web/js/asc1/signin.js";
import * as trusted from "../../../web/js/asc1/trust.js";
import { checkCertificate, parseCertificate } from "../../../web/js/asc1/trust.js";

const orNull = (text) => (text ? unhex(text) : null);
const zeros = (length) => new Uint8Array(length);
const drawn = (pieces) => {
  const queue = pieces.map(unhex);
  return (length) => queue.shift().slice(0, length);
};

const certificateFields = (ask) => ({ idx: ask.idx, role: ask.role, kind: ask.kind,
  notBefore: ask.not_before, notAfter: ask.not_after, rosterHash: unhex(ask.roster),
  pub: unhex(ask.pub) });
const place = (ask) => ({ idx: ask.idx, what: ask.what, method: ask.method, version: ask.version,
  kid: unhex(ask.kid) });
const innerFields = ({ kind, minutes, msgId, lastSlot, lastSeq, body }) => ({ kind, minutes,
  msg_id: hex(msgId), last_slot: lastSlot, last_seq: lastSeq, body: hex(body) });

export const COMMANDS = {
  async public(ask) {
    const { publicRaw } = await importX25519(unhex(ask.private));
    return { public: hex(publicRaw), kid: hex(await kid(publicRaw)) };
  },
  async hello_body(ask) {
    const secret = orNull(ask.room_secret);
    return { body: hex(envelopes.buildHello({ v: unhex(ask.v), r: orNull(ask.r), language: ask.lang,
      rosterHash: unhex(ask.roster), door: ask.door, topic: ask.topic, relation: ask.relation,
      ageBand: ask.age, danger: (ask.flags & 1) === 1, prevRoom: orNull(ask.prev_room) ?? zeros(16),
      prevEpoch: ask.prev_epoch, proof: orNull(ask.proof) ?? ZEROS_32, roomSecret: secret })) };
  },
  async read_hello_body(ask) {
    const hello = bodies.parseHello(unhex(ask.body), orNull(ask.sender));
    const { v, r, rosterHash, prevRoom, proof, roomSecret } = hello;
    return { v: hex(v), r: hex(r ?? NONE), roster: hex(rosterHash), lang: hello.language,
      door: hello.door, topic: hello.topic, relation: hello.relation, age: hello.ageBand,
      flags: (hello.danger ? 1 : 0) | (roomSecret ? 2 : 0), prev_room: hex(prevRoom),
      prev_epoch: hello.prevEpoch, proof: hex(proof), room_secret: hex(roomSecret ?? NONE) };
  },
  async box_body(ask) {
    return { body: hex(bodies.buildBox(orNull(ask.r), ask.text)) };
  },
  async read_box_body(ask) {
    const { r, text } = bodies.parseBox(unhex(ask.body));
    return { r: hex(r ?? NONE), text };
  },
  async join_body(ask) {
    const join = { leaf: unhex(ask.leaf), roomId: unhex(ask.room), random: unhex(ask.random) };
    return { body: hex(joins.buildJoin(join)) };
  },
  async read_join_body(ask) {
    const { leaf, roomId, random } = bodies.parseJoin(unhex(ask.body));
    return { leaf: hex(leaf), room: hex(roomId), random: hex(random) };
  },
  async reply_body(ask) {
    const content = bodies.buildReply({ kind: ask.kind, text: ask.text });
    return { body: hex(bodies.buildMail(unhex(ask.certificate), ask.issued, content)) };
  },
  async read_reply_body(ask) {
    const { certificate, issued, content } = bodies.parseMail(unhex(ask.body));
    const { pub } = await parseCertificate(certificate);
    if (!equalConstantTime(pub, unhex(ask.sender))) throw new Refused("sender");
    return { certificate: hex(certificate), issued, ...bodies.parseReply(content) };
  },
  async rewrap_body(ask) {
    const old = { envId: unhex(ask.env_id), type: ask.old_type, body: unhex(ask.old_body) };
    return { body: hex(bodies.buildMail(unhex(ask.certificate), ask.issued, bodies.buildReWrap(old))) };
  },
  async read_rewrap_body(ask) {
    const { certificate, issued, content } = bodies.parseMail(unhex(ask.body));
    const { pub } = await parseCertificate(certificate);
    if (!equalConstantTime(pub, unhex(ask.sender))) throw new Refused("sender");
    const { envId, type, body } = bodies.parseReWrap(content);
    return { certificate: hex(certificate), issued, env_id: hex(envId), old_type: type, old_body: hex(body) };
  },
  async record_body(ask) {
    const content = bodies.buildRecord(ask.fields);
    return { body: hex(bodies.buildMail(unhex(ask.certificate), ask.issued, content)) };
  },
  async read_record_body(ask) {
    const { certificate, issued, content } = bodies.parseMail(unhex(ask.body));
    const { pub } = await parseCertificate(certificate);
    if (!equalConstantTime(pub, unhex(ask.sender))) throw new Refused("sender");
    return { issued, fields: bodies.parseRecord(content) };
  },
  async seal(ask) {
    const sender = ask.sender ? await importX25519(unhex(ask.sender)) : null;
    const letter = { type: ask.type, envId: unhex(ask.env_id), expiry: ask.expiry,
      to: ask.to.map(unhex), sender, body: unhex(ask.body) };
    return { envelope: hex(await sealEnvelope(letter, drawn([ask.cek, ...ask.ephemerals]))) };
  },
  async open(ask) {
    const pairs = [await importX25519(unhex(ask.private))];
    const reader = { type: ask.type, pairs, nowHour: ask.hour };
    const { envId, expiry, sender, body } = await openEnvelope(unhex(ask.envelope), reader);
    return { env_id: hex(envId), expiry, sender: hex(sender ?? NONE), body: hex(body) };
  },
  async certificate(ask) {
    const { privateKey } = await importEd25519(unhex(ask.seed));
    return { certificate: hex(await buildCertificate(certificateFields(ask), privateKey)) };
  },
  async check_certificate(ask) {
    const chain = await Promise.all(ask.rosters.map((each) => trusted.parseRoster(unhex(each))));
    const use = { kinds: [ask.kind], nowHour: ask.hour, chain };
    const { idx, role, pub } = await checkCertificate(unhex(ask.certificate), use);
    return { idx, role, pub: hex(pub) };
  },
  async check_log(ask) {
    const lines = await checkLog(unhex(ask.log));
    return { lines: lines.map(({ kind, told }) => ({ kind, told })) };
  },
  async check_roster(ask) {
    const trust = await trusted.readTrust(unhex(ask.trust));
    const at = { trust, nowHour: ask.hour, newestSeq: ask.held };
    const { seq, hash } = await trusted.readRoster(unhex(ask.roster), unhex(ask.signatures), at);
    return { seq, hash: hex(hash), fingerprint: roster.asDecimals(trust.fingerprint) };
  },
  async context(ask) {
    const entries = ask.slots.map(({ slot, role, leaf, cert }) =>
      ({ slot, role, leaf: unhex(leaf), certHash: unhex(cert) }));
    const context = drafts.buildContext({ roomId: unhex(ask.room), epoch: ask.epoch, entries,
      rosterHash: unhex(ask.roster), prevConfirm: orNull(ask.prev_confirm) ?? ZEROS_32 });
    return { context: hex(context), hash: hex(await sha256(context)) };
  },
  async keys(ask) {
    const keys = await group.keySchedule(unhex(ask.seed), unhex(ask.context));
    const chains = [...keys.chains].map(([slot, key]) => [String(slot), hex(key)]);
    return { confirm_tag: hex(keys.confirmTag), member_key: hex(keys.memberKey),
      export: hex(keys.exporter), resume_key: hex(keys.resumeKey),
      chains: Object.fromEntries(chains) };
  },
  async commit(ask) {
    const slots = Object.keys(ask.senders).map(Number).sort((a, b) => a - b);
    const senders = new Map();
    for (const slot of slots) senders.set(slot, await importX25519(unhex(ask.senders[slot])));
    const order = { contextBytes: unhex(ask.context), committer: ask.committer,
      seed: unhex(ask.seed), senderFor: (slot) => senders.get(slot),
      memberKey: orNull(ask.member_key) };
    const random = drawn(slots.map((slot) => ask.ephemerals[slot]));
    return { commit: hex((await drafts.buildCommit(order, random)).bytes) };
  },
  async open_commit(ask) {
    const commit = group.parseCommit(unhex(ask.commit));
    const leaf = await importX25519(unhex(ask.leaf));
    const who = { slot: ask.slot, leaf, sender: unhex(ask.sender) };
    const { seed, keys } = await group.openSeed(commit, who);
    await group.checkTags(commit, keys, orNull(ask.member_key));
    return { seed: hex(seed), context: hex(commit.contextBytes),
      confirm_tag: hex(keys.confirmTag) };
  },
  async frame(ask) {
    let key = unhex(ask.chain);
    for (let n = 0; n < ask.seq; n += 1) key = await kdf(key, "ck", NONE, 32);
    const chain = new SendChain(key, { roomId: unhex(ask.room), epoch: ask.epoch, slot: ask.slot,
      confirmTag: unhex(ask.confirm_tag) });
    chain.seq = ask.seq;
    return { frame: hex(await chain.seal(ask.type, { kind: ask.kind, minutes: ask.minutes,
      msgId: unhex(ask.msg_id), lastSlot: ask.last_slot, lastSeq: ask.last_seq,
      body: unhex(ask.body) })) };
  },
  async open_frame(ask) {
    const frame = parseFrame(unhex(ask.frame));
    const chain = new ReceiveChain(unhex(ask.chain), unhex(ask.confirm_tag));
    const { inner } = await chain.open(frame);
    return { slot: frame.slot, seq: frame.seq, ...innerFields(inner) };
  },
  async proof(ask) {
    const hello = { envId: unhex(ask.env_id), v: unhex(ask.v), prevRoom: unhex(ask.prev_room),
      prevEpoch: ask.prev_epoch };
    return { proof: hex(await group.resumeProof(unhex(ask.resume_key), hello)) };
  },
  async safety(ask) {
    return { values: await group.safetyPhrase(unhex(ask.hash)) };
  },
  async code(ask) {
    const { digits, id, auth, r } = await deriveCode(ask.text, ask.service, ask.iterations);
    return { digits, id: hex(id), auth: hex(auth), r: hex(r.publicRaw) };
  },
  async sign_in(ask) {
    const { auth } = await signin.signInKeys(unhex(ask.root), ask.method);
    const challenge = { origin: ask.origin, name: ask.name, method: ask.method,
      nonce: unhex(ask.nonce), issued: ask.issued };
    return { auth_public: hex(auth.publicRaw), kek: hex(await signin.kekBytes(unhex(ask.root),
      ask.method)), signed: hex(await signin.signInMessage(challenge)),
      sig: hex(await signin.signIn(auth, challenge)) };
  },
  async wrap(ask) {
    const key = await aesKey(unhex(ask.key));
    return { wrap: hex(await signin.wrap(key, unhex(ask.secret), place(ask), drawn([ask.nonce]))) };
  },
  async unwrap(ask) {
    const key = await aesKey(unhex(ask.key));
    return { secret: hex(await signin.unwrap(key, unhex(ask.wrap), place(ask))) };
  },
  async solve(ask) {
    return { answer: hex(await solve(unhex(ask.challenge))) };
  },
};

/** One line's answer; refusals are answers, anything else is a bug. */
export async function answer(ask) {
  const command = COMMANDS[ask.cmd];
  if (!command) return { ok: false, error: "unknown command" };
  try {
    return { ok: true, ...await command(ask) };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, error: error.reason };
    throw error;
  }
}
