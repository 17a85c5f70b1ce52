/** What a professional asks: type 10, for every supervisor, and for nothing else. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { buildBox } from "../../../web/js/asc1/bodies.js";
import { newPair, sealEnvelope } from "../../../web/js/asc1/bytes.js";
import { openInquiry, sealInquiry } from "../../../web/js/asc1/inquiry.js";
import { openEnvelope } from "../../../web/js/asc1/opening.js";
import { HOUR, ROOM, ZEROS, flipped, reasonOf } from "./people.js";

const [LIND, EK, R, ALM] = [await newPair(), await newPair(), await newPair(), await newPair()];
const FIELDS = { v: 1, kind: "workshop", theme: "Källkritik på nätet" };
const sealed = await sealInquiry({ envId: ROOM, expiry: HOUR, to: [LIND.publicRaw, EK.publicRaw], r: R.publicRaw, fields: FIELDS });

test("every supervisor reads it, with the key that an answer goes to, and nobody else", async () => {
  for (const pair of [LIND, EK]) assert.deepEqual(await openInquiry(sealed, [pair], HOUR), { r: R.publicRaw, fields: FIELDS });

  assert.equal(await reasonOf(() => openInquiry(sealed, [ALM], HOUR)), "no stanza");
});

test("no other envelope passes as one, and it passes as no other", async () => {
  const message = await sealEnvelope({ type: 2, envId: ROOM, expiry: HOUR, to: [LIND.publicRaw], body: buildBox(R.publicRaw, "{}") });

  assert.equal(await reasonOf(() => openInquiry(message, [LIND], HOUR)), "type");
  assert.equal(await reasonOf(() => openEnvelope(sealed, { type: 2, pairs: [LIND], nowHour: HOUR })), "type");
  assert.equal(await reasonOf(() => openInquiry(flipped(message, 5, 2 ^ 10), [LIND], HOUR)), "no stanza");
});

test("without a key to answer, and where no object stands, it is refused", async () => {
  const to = [LIND.publicRaw];
  const bare = await sealInquiry({ envId: ROOM, expiry: HOUR, to, r: ZEROS(32), fields: FIELDS });
  const list = await sealInquiry({ envId: ROOM, expiry: HOUR, to, r: R.publicRaw, fields: [1] });

  assert.equal(await reasonOf(() => openInquiry(bare, [LIND], HOUR)), "no key to answer");
  assert.equal(await reasonOf(() => openInquiry(list, [LIND], HOUR)), "json");
});
