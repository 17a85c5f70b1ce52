/** Can this browser encrypt as Hamn needs? Asked by trying, never by its name. */

export async function canEncrypt() {
  try {
    await crypto.subtle.generateKey("X25519", false, ["deriveBits"]);
    await crypto.subtle.generateKey("Ed25519", false, ["sign"]);
    return true;
  } catch {
    return false;
  }
}
