/** Referrals and requests at the inbox: read with unlocked keys alone, and answered to whoever asked. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Reader, hex, newPair } from "../../../web/js/asc1/bytes.js";
import { sealInquiry } from "../../../web/js/asc1/inquiry.js";
import { openEnvelope } from "../../../web/js/asc1/opening.js";
import { Unsent } from "../../../web/js/session/copies.js";
import { Inquiries } from "../../../web/js/session/inquiries.js";

const RECORD = "ab".repeat(16);
const HOUR = 498_000;
const FIELDS = { v: 1, kind: "referral", day: 1, asker: "police", office: "", age_band: 3, asks: "advice", consent: "knows", text: "Kanarie" };
const YES = { state: "accepted", reason: "agreed", text: "Ring oss." };

/** The inbox of somebody who holds `reads`, and a service that keeps one inquiry. */
async function desk({ fields = FIELDS, reads } = {}) {
  const [ek, r, own] = [await newPair(), await newPair(), await newPair()];
  const data = hex(await sealInquiry({ envId: new Uint8Array(16), expiry: HOUR, to: [ek.publicRaw], r: r.publicRaw, fields }));
  const posted = [];
  const line = { record: RECORD, state: "read", reason: null };
  const told = async (path, init) => {
    if (init) posted.push(init.body);
    return init ? { ...line, state: posted.length > 1 ? "closed" : "accepted" } : path.endsWith(RECORD) ? { ...line, data } : [line];
  };
  const here = { trust: { hour: HOUR }, random: (n) => new Uint8Array(n), told, isUnlocked: true, pairs: [reads ?? ek],
    own: { pair: own, cert: new Uint8Array(148) } };
  return { here, r, posted, inquiries: new Inquiries(here) };
}

test("what is asked is read, and the answer opens with the asker's key", async () => {
  const { inquiries, posted, r } = await desk();
  await inquiries.read(RECORD);
  assert.deepEqual(inquiries.open?.inquiry, FIELDS);

  await inquiries.decide(YES);

  const reader = new Reader(posted[0]);
  assert.deepEqual(JSON.parse(new TextDecoder().decode(reader.take(reader.u32()))), { state: "accepted", reason: "agreed" });
  const { body } = await openEnvelope(reader.take(reader.u32()), { type: 3, pairs: [r], nowHour: HOUR });
  assert.deepEqual(JSON.parse(new TextDecoder().decode(body.slice(156))), { v: 1, record: RECORD, ...YES });
});

test("what is closed is no longer on screen", async () => {
  const { inquiries } = await desk();
  await inquiries.read(RECORD);
  await inquiries.decide(YES);

  await inquiries.decide({ state: "closed", reason: "done", text: "" });

  assert.equal(inquiries.open, null);
});

test("what keys do not open can be closed and nothing else, and what is of no form is shown as such", async () => {
  const foreign = await desk({ reads: await newPair() });
  await foreign.inquiries.read(RECORD);
  assert.deepEqual([foreign.inquiries.open?.inquiry, foreign.inquiries.open?.r], [null, null]);
  await assert.rejects(foreign.inquiries.decide(YES), new Unsent("inquiry.no_key"));
  await foreign.inquiries.decide({ state: "closed", reason: "unreadable", text: "" });
  assert.equal(foreign.posted.length, 1);

  const odd = await desk({ fields: { ...FIELDS, more: 1 } });
  await odd.inquiries.read(RECORD);
  assert.ok(odd.inquiries.open?.r && !odd.inquiries.open.inquiry);
});

test("a page that was locked meanwhile shows nothing", async () => {
  const { inquiries, here } = await desk();
  const reading = inquiries.read(RECORD);
  here.isUnlocked = false;
  await reading;

  assert.equal(inquiries.open, null);
});
