/**
 * Sealed messages for colleagues whose keys open none of them (protocol.md sections 6 and 10): sealed once more, in a
 * browser that opens the original. What a copy says is vouched for by whoever made it, and by nobody else.
 */
import { Refused, TYPES, hex, refuseUnless, sealEnvelope, unhex } from "../asc1/bytes.js";
import { buildMail, buildReWrap, openMail, parseBox, parseReWrap } from "../asc1/bodies.js";
import { openEnvelope } from "../asc1/opening.js";
import { KINDS, checkCertificate } from "../asc1/trust.js";
/** @import {Trust} from "./world.js" */

/** @typedef {{pair: Pair, cert: Bytes}} Writer */
/** @typedef {{pairs: Pair[], trust: Trust}} Reader */

/** A message as it came, or as a colleague has sealed it again; voucher: whose word it is. @type {(sealed: Bytes, id: string, reader: Reader) => Promise<{r: Bytes | null, text: string, voucher: number | null}>} */
export async function readMessage(sealed, id, { pairs, trust }) {
  const isCopy = sealed[5] === TYPES.reWrap;
  const type = isCopy ? TYPES.reWrap : TYPES.box;
  const envelope = await openEnvelope(sealed, { type, pairs, nowHour: trust.hour });
  if (!isCopy) {
    refuseUnless(hex(envelope.envId) === id, "another message");
    return { ...parseBox(envelope.body), voucher: null };
  }
  const { writer, content } = await trust.retried(() => openMail(envelope, trust.chain));
  const old = parseReWrap(content);
  refuseUnless(hex(old.envId) === id && old.type === TYPES.box, "another message");
  return { ...parseBox(old.body), voucher: writer.idx };
}

/** Whose key a certificate is, by the roster that is believed; null: nobody's. @type {(cert: string, trust: Trust) => Promise<Checked | null>} */
export async function readerOf(cert, trust) {
  try {
    return await trust.retried(() => checkCertificate(unhex(cert),
      { kinds: [KINDS.box, KINDS.escalation], nowHour: trust.hour, chain: trust.chain }));
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

/** The same message for one more key, ending when it ends. @type {(original: Bytes, to: Bytes, by: Writer, reader: Reader & {random: Random}) => Promise<Bytes>} */
export async function sealAgain(original, to, by, { pairs, trust, random }) {
  const { envId, expiry, body } = await openEnvelope(original, { type: TYPES.box, pairs, nowHour: trust.hour });
  parseBox(body);
  const content = buildReWrap({ envId, type: TYPES.box, body });
  return sealEnvelope({ type: TYPES.reWrap, envId: random(16), expiry, to: [to], sender: by.pair,
    body: buildMail(by.cert, trust.hour, content) }, random);
}
