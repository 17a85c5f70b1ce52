/** Values at the edge of what the primitives take (T7): see tests/asc1/test_edge_values.py. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Refused, aesKey, aesOpen, exchange, hex, hkdf, importX25519, unhex, verifies } from
  "../../../web/js/asc1/bytes.js";

const edges = JSON.parse(readFileSync(new URL("../../vectors/edges.json", import.meta.url), "utf8"));

/** What is opened or agreed, as hex; "refused" when it is not. */
async function outcome(act) {
  try {
    return hex(await act());
  } catch (error) {
    if (error instanceof Refused) return "refused";
    throw error;
  }
}

for (const { about, private: own, public: other, shared } of edges.x25519) {
  test(`X25519: ${about}`, async () => {
    const { privateKey } = await importX25519(unhex(own));
    assert.equal(await outcome(() => exchange(privateKey, unhex(other))), shared || "refused");
  });
}

for (const { about, public: key, sig, message, ok } of edges.ed25519) {
  test(`Ed25519: ${about}`, async () => {
    assert.equal(await verifies(unhex(key), unhex(sig), unhex(message)), ok);
  });
}

for (const { about, key, nonce, sealed, aad, plain } of edges.aes_gcm) {
  test(`AES-GCM: ${about}`, async () => {
    const open = async () => aesOpen(await aesKey(unhex(key)), unhex(nonce), unhex(sealed), unhex(aad));
    assert.equal(await outcome(open), plain ?? "refused");
  });
}

for (const { about, salt, ikm, info, length, okm } of edges.hkdf) {
  test(`HKDF: ${about}`, async () => {
    const derived = hkdf(unhex(salt), unhex(ikm), unhex(info), length);
    if (okm === null) await assert.rejects(derived);
    else assert.equal(hex(await derived), okm);
  });
}
