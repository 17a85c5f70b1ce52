/** A referral or a request: sealed to every supervisor whom the roster vouches for, and its answer believed from them alone. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { TYPES, hex, newPair, sealEnvelope, sha256 } from "../../../web/js/asc1/bytes.js";
import { buildMail, buildReply } from "../../../web/js/asc1/bodies.js";
import { buildCertificate } from "../../../web/js/asc1/identity.js";
import { openInquiry } from "../../../web/js/asc1/inquiry.js";
import { Asking } from "../../../web/js/session/inquiry.js";
import { Trust } from "../../../web/js/session/world.js";
import { Centre } from "./harness.js";

const FIELDS = { v: 1, kind: "workshop", day: 0, asker: "school", office: "", form: "lecture", audience: "staff", size: "few", when: "",
  language: "", theme: "Källkritik" };

/** A certified key of a member. */
async function keyOf(trust, { idx, identity }, role, kind, hours) {
  const pair = await newPair();
  const cert = await buildCertificate({ idx, role, kind, notBefore: trust.hour, notAfter: trust.hour + hours,
    rosterHash: trust.chain[0].hash, pub: pair.publicRaw }, identity.privateKey);
  return { pair, cert };
}

/** A centre that keeps what is asked, told to seal for these members. */
async function open(members = ["cy"]) {
  const centre = await Centre.make();
  const trust = new Trust(centre.world(), 64);
  await trust.load();
  const [anna, , cy] = centre.members;
  const of = { cy: await keyOf(trust, cy, 2, 3, 2880), anna: await keyOf(trust, anna, 1, 3, 2880) };
  const { server } = centre;
  server.certs = (line) => line.send({ t: "certs", add: members.map((name) => hex(of[name].cert)) });
  server.asked = [];
  server.visitor_inquire = (line, _, binary) => {
    server.asked.push(binary);
    line.send({ t: "ok", of: "inquire", room: "" });
  };
  const asking = new Asking(centre.world());
  const done = async (work) => {
    const settled = Promise.allSettled([work]);
    await centre.pass(1000);
    return (await settled)[0];
  };
  return { centre, server, trust, of, anna, cy, asking, done, code: await asking.makeCode() };
}

test("a supervisor opens what is asked, and the answer goes to the code", async () => {
  const { asking, code, of, server, trust, done } = await open();

  assert.equal((await done(asking.send(FIELDS, code))).value, true);

  const { r, fields } = await openInquiry(server.asked[0], [of.cy.pair], trust.hour);
  assert.deepEqual(fields, { ...FIELDS, day: Math.floor(trust.hour / 24) });
  assert.equal(hex(r), hex(code.r.publicRaw));
  assert.ok(server.codes.has(hex(await sha256(code.id))));
});

test("to a key that is no supervisor's, or to nobody, nothing is sent", async () => {
  for (const [members, why] of [[["anna"], "untrusted"], [["cy", "anna"], "untrusted"], [[], "nobody"]]) {
    const { asking, code, server, done } = await open(members);

    assert.equal((await done(asking.send(FIELDS, code))).reason?.why, why);
    assert.deepEqual(server.asked, []);
  }
});

test("when who reads it has changed meanwhile, the next try is sealed anew", async () => {
  const { asking, code, server, done } = await open();
  const keep = server.visitor_inquire;
  server.visitor_inquire = (line, _, binary) => {
    server.asked.push(binary);
    server.no(line, "inquire", "cas");
  };
  assert.equal((await done(asking.send(FIELDS, code))).reason?.why, "busy");
  server.visitor_inquire = keep;

  assert.equal((await done(asking.send(FIELDS, code))).value, true);
  assert.notDeepEqual(server.asked[0], server.asked[1]);
});

/** What the asker is shown of one that stands so, and was answered so by somebody. */
async function stands(line, says, by = "cy", role = 2) {
  const { asking, code, server, trust, done, ...staff } = await open();
  await done(asking.send(FIELDS, code));
  const writer = await keyOf(trust, staff[by], role, 2, 504);
  const id = "ab".repeat(16);
  const told = { id, hour: 1, state: "accepted", reason: "agreed", until: 9, answered: true, ...line };
  const text = JSON.stringify({ v: 1, record: id, state: "accepted", reason: "agreed", text: "Ring oss.", ...says });
  const body = buildMail(writer.cert, trust.hour, buildReply({ kind: 4, text }));
  const answer = await sealEnvelope({ type: TYPES.reply, envId: new Uint8Array(16), expiry: trust.hour + 9, to: [code.r.publicRaw],
    sender: writer.pair, body });
  server.visitor_inquiries = (visitor) => {
    visitor.send({ t: "inquiries", all: [told], n: 1 });
    visitor.send({ t: "put", room: id, pos: 0 }, answer);
  };
  const { value } = await done(asking.standing(code));
  return value?.[0];
}

test("an answer is read with the code, and who wrote it is known", async () => {
  const shown = await stands({}, {});

  assert.deepEqual([shown.isProven, shown.outcome.text, shown.name], [true, "Ring oss.", "Cy"]);
});

test("what the service says and the answer does not is shown as unclear", async () => {
  for (const [line, says] of [[{ state: "declined", reason: "no_room" }, {}], [{}, { reason: "partly" }], [{}, { record: "cd".repeat(16) }]]) {
    assert.equal((await stands(line, says)).isProven, false);
  }
});

test("an answer of somebody who is no supervisor counts for nothing", async () => {
  const shown = await stands({}, {}, "anna", 1);

  assert.deepEqual([shown.isProven, shown.outcome], [false, null]);
});

test("with its code everything is taken back", async () => {
  const { asking, code, server, done } = await open();
  await done(asking.send(FIELDS, code));

  assert.equal((await done(asking.erase(code))).value?.codes, 1);
  assert.equal(server.codes.size, 0);
  assert.equal((await done(asking.standing(code))).reason?.why, "code");
});
