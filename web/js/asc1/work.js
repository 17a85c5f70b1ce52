/**
 * Proof of work: finds the K whose hash the server asks for (protocol.md section 12).
 * `deriveBits` runs off the main thread, so the page stays alive without a Worker.
 */
import { Reader, Refused, equalConstantTime, pbkdf2, sha256, u32 } from "./bytes.js";

/** @type {Sig["solve"]} */
export async function solve(challenge, { isGivenUp = () => false } = {}) {
  const reader = new Reader(challenge);
  const salt = reader.take(27);
  const wanted = reader.take(32);
  reader.take(32);
  reader.end();
  const terms = new Reader(salt.slice(16));
  const [cost, most] = [terms.u32(), terms.u16()];
  for (let c = 0; c <= most && !isGivenUp(); c += 1) {
    const k = await pbkdf2(u32(c), salt, cost);
    if (equalConstantTime(await sha256(k), wanted)) return k;
  }
  throw new Refused("work");
}
