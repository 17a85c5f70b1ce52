/**
 * Envelope type 10: what a professional asks of supervisors (protocol.md section 10), in base mode, since nobody is known. Its rule
 * stands here, apart from the others, since only the page for it and the inbox load it.
 */
import { PADDED_SIZES, RULES, Refused, objectOf, sealEnvelope, utf8 } from "./bytes.js";
import { buildBox, parseBox } from "./bodies.js";
import { openEnvelope } from "./opening.js";

const TYPE = 10;
RULES.set(TYPE, { modes: [0], most: 64, sizes: PADDED_SIZES });

/** @type {Sig["sealInquiry"]} */
export const sealInquiry = ({ envId, expiry, to, r, fields }, random) =>
  sealEnvelope({ type: TYPE, envId, expiry, to, body: buildBox(r, JSON.stringify(fields)) }, random);

/** What is asked, and the key that an answer goes to. @type {Sig["openInquiry"]} */
export async function openInquiry(sealed, pairs, nowHour) {
  const { r, text } = parseBox((await openEnvelope(sealed, { type: TYPE, pairs, nowHour })).body);
  if (!r) throw new Refused("no key to answer");
  return { r, fields: objectOf(utf8(text)) };
}
