/** An escalation is sealed to whom the roster vouches for, whatever a server says, and to nobody else. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Reader, TYPES, hex, kid, newPair } from "../../../web/js/asc1/bytes.js";
import { openMail, parseRecord } from "../../../web/js/asc1/bodies.js";
import { buildCertificate } from "../../../web/js/asc1/identity.js";
import { openEnvelope } from "../../../web/js/asc1/opening.js";
import { Unsent, sendCopies } from "../../../web/js/session/copies.js";
import { Trust } from "../../../web/js/session/world.js";
import { Centre } from "./harness.js";

const RECORD = "ab".repeat(16);

/** A certified key of a member. */
async function keyOf(trust, { idx, identity }, role, kind, hours) {
  const pair = await newPair();
  const cert = await buildCertificate({ idx, role, kind, notBefore: trust.hour, notAfter: trust.hour + hours,
    rosterHash: trust.chain[0].hash, pub: pair.publicRaw }, identity.privateKey);
  return { pair, cert };
}

/** A post office that answers with these statuses, and keeps what was sent. */
async function post(statuses = [200], members = ["cy"]) {
  const centre = await Centre.make();
  const trust = new Trust(centre.world(), 64);
  await trust.load();
  const [anna, , cy] = centre.members;
  const by = await keyOf(trust, anna, 1, 2, 504);
  const of = { cy: await keyOf(trust, cy, 2, 3, 2880), anna: await keyOf(trust, anna, 1, 3, 2880) };
  const sent = [];
  const ask = async (path, parts) => {
    if (!parts) return Response.json({ certs: members.map((name) => hex(of[name].cert)) });
    sent.push(parts);
    return Response.json({ state: "sent" }, { status: statuses[sent.length - 1] });
  };
  return { centre, trust, by, of, sent, office: { trust, random: centre.world().random, by, ask } };
}

/** What a body of parts holds: its JSON, and envelopes. */
function parted(body) {
  const [reader, parts] = [new Reader(body), []];
  for (let left = body.length; left > 0; left -= 4 + parts.at(-1).length) parts.push(reader.take(reader.u32()));
  return [JSON.parse(new TextDecoder().decode(parts[0])), parts.slice(1)];
}

test("a supervisor opens the copy, and knows who wrote it", async () => {
  const { office, sent, of, trust } = await post();
  trust.chain[0].bg.push((await newPair()).publicRaw);

  await sendCopies(office, "/api/escalations", { record: RECORD }, { paper: "sent", record: RECORD });

  const [head, [copy, board]] = parted(sent[0]);
  const opened = await openEnvelope(copy, { type: TYPES.escalation, pairs: [of.cy.pair], nowHour: trust.hour });
  const { writer, content } = await openMail(opened, trust.chain);
  assert.deepEqual([head.record, writer.idx, parseRecord(content).record], [RECORD, 1, RECORD]);
  assert.equal(hex(board.slice(60, 68)), hex(await kid(trust.chain[0].bg[0])));
});

test("a key that is no supervisor's, or that nobody vouches for, gets no copy", async () => {
  for (const members of [["anna"], ["cy", "anna"]]) {
    const { office, sent } = await post([200], members);
    await assert.rejects(sendCopies(office, "/api/escalations", {}, {}));
    assert.deepEqual(sent, []);
  }
  const { office, sent, of } = await post();
  of.cy.cert[60] ^= 1;
  await assert.rejects(sendCopies(office, "/api/escalations", {}, {}));
  assert.deepEqual(sent, []);
});

test("where somebody has come or gone it is sealed once more, and then it is said", async () => {
  const twice = await post([409, 200]);
  assert.deepEqual(await sendCopies(twice.office, "/", {}, {}), { state: "sent" });
  assert.equal(twice.sent.length, 2);

  const never = await post([409, 409]);
  await assert.rejects(sendCopies(never.office, "/", {}, {}), new Unsent("escalate.first"));
  assert.equal(never.sent.length, 2);
});

test("without keys, readers, or a server nothing is sent, and the reason is said", async () => {
  const { office, sent } = await post();
  await assert.rejects(sendCopies({ ...office, by: null }, "/", {}, {}), new Unsent("escalate.locked"));
  const nobody = await post([200], []);
  await assert.rejects(sendCopies(nobody.office, "/", {}, {}), new Unsent("escalate.nobody"));
  const gone = await post([410]);
  await assert.rejects(sendCopies(gone.office, "/", {}, {}), new Unsent("escalate.gone"));
  assert.deepEqual([sent, nobody.sent], [[], []]);
});
