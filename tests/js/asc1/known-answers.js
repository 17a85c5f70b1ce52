/**
 * Known answers (protocol.md section 15, T1 and T2): takes the parsed vector files and returns a
 * list of what did not match. Runs unchanged in Node and in a page.
 */
import { parseHello, parseMail } from "../../../web/js/asc1/bodies.js";
import { ZEROS_32, concat, hex, hmac, hpkeOpen, hpkeSeal, importX25519, sealEnvelope, sha256, u8,
  unhex, utf8 } from "../../../web/js/asc1/bytes.js";
import { codeRoot, fromCodeRoot } from "../../../web/js/asc1/code.js";
import { buildCommit, buildContext } from "../../../web/js/asc1/draft.js";
import { ReceiveChain, SendChain, parseFrame } from "../../../web/js/asc1/frame.js";
import { keySchedule, safetyPhrase } from "../../../web/js/asc1/trust.js";
import { openEnvelope } from "../../../web/js/asc1/opening.js";
import { answer } from "./commands.js";

const filled = (byte, length = 32) => new Uint8Array(length).fill(byte);
const drawn = (...bytes) => {
  const queue = [...bytes];
  return (length) => filled(queue.shift(), length);
};
const ROOM = Uint8Array.from({ length: 16 }, (_, i) => i);
const EXPIRY = 0x5d000;
const AES_128_GCM = { id: 1, keyLength: 16 };

/** RFC 9180 A.1.1 and A.1.3; the suite's AES-128 is a parameter. */
async function rfc9180(vectors, expect) {
  const wanted = vectors.filter(({ mode, aead_id: aead }) => ["0", "2"].includes(mode) && aead === "1");
  expect("rfc9180 count", wanted.length, 2);
  for (const vector of wanted) {
    const [first] = vector.enc_list;
    const ephemeral = await importX25519(unhex(vector.skEm));
    const reader = await importX25519(unhex(vector.skRm));
    const from = vector.mode === "2" ? await importX25519(unhex(vector.skSm)) : null;
    const shared = { info: unhex(vector.info), aad: unhex(first.aad), aead: AES_128_GCM };
    const { enc, sealed } = await hpkeSeal({ ...shared, to: reader.publicRaw, ephemeral, from,
      plain: unhex(first.pt) });
    expect(`rfc9180 mode ${vector.mode} enc`, hex(enc), vector.enc);
    expect(`rfc9180 mode ${vector.mode} ct`, hex(sealed), first.ct);
    const plain = await hpkeOpen({ ...shared, pair: reader, enc, sealed,
      from: from && from.publicRaw });
    expect(`rfc9180 mode ${vector.mode} pt`, hex(plain), first.pt);
  }
}

async function envelopes(vectors, expect, { V, A, B }) {
  const helloBody = concat(u8(1), V.publicRaw, utf8("hej"));
  const hello = await sealEnvelope({ type: 1, envId: ROOM, expiry: EXPIRY, body: helloBody,
    to: [A.publicRaw, B.publicRaw] }, drawn(9, 10, 11));
  expect("hello", hex(hello), vectors.hello);
  const reply = await sealEnvelope({ type: 3, envId: ROOM, expiry: EXPIRY, to: [V.publicRaw],
    sender: A, body: utf8("svar") }, drawn(8, 12));
  expect("reply", hex(reply), vectors.reply);
  for (const pair of [A, B]) {
    const opened = await openEnvelope(hello, { type: 1, pairs: [pair], nowHour: EXPIRY });
    expect("hello opened", hex(opened.body), hex(helloBody));
  }
  const opened = await openEnvelope(reply, { type: 3, pairs: [V], nowHour: EXPIRY });
  expect("reply opened", hex(opened.body), hex(utf8("svar")));
  for (const [name, parse] of [["hello", () => parseHello(helloBody, null)],
    ["reply", () => parseMail(opened.body)]]) {
    let refusal = "";
    try {
      parse();
    } catch (error) {
      refusal = error.name;
    }
    expect(`${name}'s older body is refused`, refusal, "Refused");
  }
  return hello;
}

async function room(vectors, expect, { V, A }, hello) {
  const contextBytes = buildContext({ roomId: ROOM, epoch: 1, prevConfirm: ZEROS_32,
    rosterHash: await sha256(utf8("roster")), entries: [
      { slot: 0, role: 0, leaf: V.publicRaw, certHash: await sha256(hello) },
      { slot: 1, role: 1, leaf: A.publicRaw, certHash: await sha256(utf8("certA")) }] });
  expect("GC", hex(contextBytes), vectors.GC);
  const order = { contextBytes, committer: 1, seed: filled(7), senderFor: () => A, memberKey: null };
  const { bytes, keys } = await buildCommit(order, drawn(13));
  expect("h_gc", hex(keys.h), vectors.h_gc);
  expect("confirm", hex(keys.confirmTag), vectors.confirm);
  expect("member", hex(keys.memberKey), vectors.member);
  expect("export", hex(keys.exporter), vectors.export);
  expect("chain0", hex(keys.chains.get(0)), vectors.chain0);
  expect("chain1", hex(keys.chains.get(1)), vectors.chain1);
  const stanzaAt = 30 + contextBytes.length + 2;
  expect("stanza", hex(bytes.slice(stanzaAt, stanzaAt + 88)), vectors.stanza);
  expect("safety", String(await safetyPhrase(keys.h)), String(vectors.safety));
  return { keys, contextBytes };
}

async function frames(vectors, expect, { keys, contextBytes }) {
  const place = { roomId: ROOM, epoch: 1, slot: 0, confirmTag: keys.confirmTag };
  const chain = new SendChain(keys.chains.get(0), place);
  const line = { kind: 1, minutes: 29000000 };
  const texts = ["Jag är orolig för min son", "x".repeat(300)];
  const frame0 = await chain.seal(0x10, { ...line, msgId: filled(0, 16), lastSlot: 0xff,
    lastSeq: 0, body: utf8(texts[0]) });
  const frame1 = await chain.seal(0x10, { ...line, msgId: filled(1, 16), lastSlot: 1, lastSeq: 0,
    body: utf8(texts[1]) });
  expect("frame0", hex(frame0), vectors.frame0);
  expect("frame1_sha", hex(await sha256(frame1)), vectors.frame1_sha);
  const fresh = await keySchedule(filled(7), contextBytes);
  const reader = new ReceiveChain(fresh.chains.get(0), keys.confirmTag);
  for (const [i, frame] of [frame0, frame1].entries()) {
    const { inner } = await reader.open(parseFrame(frame));
    expect(`frame${i} opened`, hex(inner.body), hex(utf8(texts[i])));
  }
}

async function returnCode(vectors, expect) {
  const root = await codeRoot("ek-sol-bat-hus-mjolk-vinter-cykel-lampa", "https://stod.example");
  expect("rc root", hex(root), vectors.rc.root);
  const { id, auth, r } = await fromCodeRoot(root);
  expect("rc id", hex(id), vectors.rc.id);
  expect("rc auth", hex(auth), vectors.rc.auth);
  expect("rc x", hex(r.publicRaw), hex((await importX25519(unhex(vectors.rc.x))).publicRaw));
}

/** RFC 4231, case 2: the key is shorter than a block. */
async function macs(expect) {
  expect("hmac", hex(await hmac(utf8("Jefe"), utf8("what do ya want for nothing?"))),
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

/**
 * @param {{asc1: object, more: {about: string, ask: object, answer: object}[], rfc9180: object[]}}
 *   vectors the parsed files of tests/vectors
 * @returns {Promise<{failures: string[], count: number}>}
 */
export async function knownAnswers(vectors) {
  const failures = [];
  let count = 0;
  const expect = (name, found, wanted) => {
    count += 1;
    if (found !== wanted) failures.push(`${name}: ${found}`);
  };
  const [V, A, B] = [await importX25519(filled(1)), await importX25519(filled(2)),
    await importX25519(filled(3))];
  await macs(expect);
  await rfc9180(vectors.rfc9180, expect);
  const hello = await envelopes(vectors.asc1, expect, { V, A, B });
  await frames(vectors.asc1, expect, await room(vectors.asc1, expect, { V, A }, hello));
  await returnCode(vectors.asc1, expect);
  for (const { about, ask, answer: wanted } of vectors.more) {
    const found = await answer(ask);
    for (const [key, value] of Object.entries(wanted)) {
      expect(`${about}: ${key}`, JSON.stringify(found[key]), JSON.stringify(value));
    }
  }
  return { failures, count };
}
