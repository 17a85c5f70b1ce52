/** Ed25519 keys and what is signed with them: the staff's side (protocol.md sections 3, 5). */
import { PREFIXES, concat, hex, objectOf, refuseUnless, u16, u32, u8, unhex, utf8 } from
  "./bytes.js";
import { isCount, signedPart } from "./trust.js";

const PKCS8_ED25519 = "302e020100300506032b657004220420";
/** @type {Sig["importEd25519"]} */
export async function importEd25519(raw) {
  const form = concat(unhex(PKCS8_ED25519), raw);
  const readable = await crypto.subtle.importKey("pkcs8", form, "Ed25519", true, ["sign"]);
  const { x } = await crypto.subtle.exportKey("jwk", readable);
  const plain = atob(/** @type {string} */ (x).replaceAll("-", "+").replaceAll("_", "/"));
  const privateKey = await crypto.subtle.importKey("pkcs8", form, "Ed25519", false, ["sign"]);
  form.fill(0);
  return { privateKey, publicRaw: Uint8Array.from(plain, (c) => c.charCodeAt(0)) };
}

/** @type {Sig["sign"]} */
export const sign = async (privateKey, message) =>
  new Uint8Array(await crypto.subtle.sign("Ed25519", privateKey, message));

/** @type {Sig["buildCertificate"]} */
export async function buildCertificate(fields, identityKey) {
  const { idx, role, kind, notBefore, notAfter, rosterHash, pub } = fields;
  const head = concat(utf8(PREFIXES.certificate), u16(idx), u8(role), u8(kind));
  const body = concat(head, u32(notBefore), u32(notAfter), rosterHash, pub);
  return concat(body, await sign(identityKey, body));
}

/** @type {Sig["shiftHours"]} */
export function shiftHours(nowHour) {
  const notBefore = nowHour - (nowHour % 6);
  return { notBefore, notAfter: notBefore + 12 };
}

/** @type {Sig["signRoster"]} */
export async function signRoster(bytes, root) {
  const { seq } = objectOf(bytes);
  refuseUnless(isCount(seq, 0xffffffff), "form");
  return hex(await sign(root, await signedPart(bytes, seq)));
}
