/**
 * Opening envelopes `AEV1` (protocol.md section 6): a reader checks in the paper's order. The
 * commitment stops different bodies for different readers.
 */
import { HPKE_INFOS, NONE, Reader, aesOpen, bodyKey, concat, equalConstantTime, hpkeOpen, kdf,
  kid, refuseUnless, ruleFor, sha256, utf8 } from "./bytes.js";

const STANZA = 88;
/** @type {Sig["parseEnvelope"]} */
export function parseEnvelope(bytes) {
  const reader = new Reader(bytes);
  refuseUnless(equalConstantTime(reader.take(4), utf8("AEV1")), "magic");
  const [suite, type, n, mode] = reader.take(4);
  refuseUnless(suite === 1, "suite");
  refuseUnless(mode <= 1, "flags");
  const { sizes } = ruleFor(type, mode, n);
  const before = 28 + 32 * mode + STANZA * n;
  refuseUnless(sizes.includes(bytes.length - before - 32 - 16), "length");
  const [envId, expiry] = [reader.take(16), reader.u32()];
  const sender = mode ? reader.take(32) : null;
  const stanzas = Array.from({ length: n }, () =>
    ({ kid: reader.take(8), enc: reader.take(32), sealed: reader.take(48) }));
  return { type, envId, expiry, sender, stanzas, upToStanzas: bytes.slice(0, before),
    commitment: reader.take(32), sealed: reader.rest(), aad: bytes.slice(0, before + 32),
    info: concat(utf8(HPKE_INFOS.envelope), bytes.slice(0, 28)) };
}

/** @type {Sig["openStanza"]} */
async function openStanza({ stanzas, info, sender }, pairs) {
  for (const pair of pairs) {
    const own = await kid(pair.publicRaw);
    for (const stanza of stanzas) {
      if (!equalConstantTime(stanza.kid, own)) continue;
      try {
        return await hpkeOpen({ pair, ...stanza, info, from: sender });
      } catch {
        continue;
      }
    }
  }
  refuseUnless(false, "no stanza");
  return NONE;
}

/** @type {Sig["openEnvelope"]} */
export async function openEnvelope(bytes, { type, pairs, nowHour }) {
  const envelope = parseEnvelope(bytes);
  refuseUnless(envelope.type === type, "type");
  refuseUnless((type !== 1 && type !== 7) || nowHour <= envelope.expiry, "expired");
  const cek = await openStanza(envelope, pairs);
  const t = await sha256(envelope.upToStanzas);
  const commitment = await kdf(cek, "env commit", t, 32);
  refuseUnless(equalConstantTime(commitment, envelope.commitment), "commitment");
  const { key, nonce } = await bodyKey(cek, t);
  const plain = new Reader(await aesOpen(key, nonce, envelope.sealed, envelope.aad));
  const body = plain.take(plain.u16());
  plain.zeros();
  const { envId, expiry, sender } = envelope;
  return { type, envId, expiry, sender, body };
}
