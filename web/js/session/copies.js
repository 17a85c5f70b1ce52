/**
 * What is written into an escalation: one envelope for every supervisor's escalation key and every `bg` key of the roster
 * (protocol.md section 10). Whose keys these are is checked here, against the roster, and never taken from the server.
 */
import { Refused, TYPES, concat, hex, kid, sealEnvelope, u32, unhex, utf8 } from "../asc1/bytes.js";
import { buildMail, buildRecord } from "../asc1/bodies.js";
import { KINDS, checkCertificate } from "../asc1/trust.js";
/** @import {Trust} from "./world.js" */

/** @typedef {{pair: Pair, cert: Bytes}} Writer   the shift key, else the box key */
/**
 * @typedef {object} Post
 * @property {Trust} trust
 * @property {Random} random
 * @property {Writer | null} by
 * @property {(path: string, parts?: Bytes) => Promise<Response>} ask   GET, or POST of parts
 */

const LIVES = 30 * 24;
const TRIES = 2;
const SUPERVISOR = 2;

/** Nothing was sent; the reason is a sentence's name. */
export class Unsent extends Error {}

/** What is said of whatever went wrong: nobody is left without a sentence. @type {(error: unknown) => string} */
export const saidOf = (error) => (error instanceof Unsent ? error.message
  : error instanceof Refused ? "escalate.untrusted" : "desk.failed");

/**
 * A dead line, also one that dies in the middle of an answer, or a server that is down. Raises: Unsent, Refused.
 * @template T
 * @param {() => Promise<T>} asking
 * @returns {Promise<T>}
 */
export async function reached(asking) {
  try {
    return await asking();
  } catch (error) {
    throw error instanceof Unsent || error instanceof Refused ? error : new Unsent("desk.network");
  }
}

/** A body of parts: JSON first, then envelopes. @type {(head: object, ...letters: Bytes[]) => Bytes} */
export const partsOf = (head, ...letters) => concat(...[utf8(JSON.stringify(head)), ...letters].flatMap((part) => [u32(part.length), part]));

/** The supervisors' keys that the roster vouches for. @type {(trust: Trust, certs: string[]) => Promise<Bytes[]>} */
async function believed(trust, certs) {
  const found = [];
  for (const text of certs) {
    const checked = await trust.retried(() => checkCertificate(unhex(text), { kinds: [KINDS.escalation], nowHour: trust.hour,
      chain: trust.chain }));
    if (checked.role !== SUPERVISOR) throw new Refused("role");
    found.push(checked.pub);
  }
  return found;
}

/** @type {(post: Post, by: Writer, fields: object, to: Bytes) => Promise<Bytes>} */
function copy({ trust, random }, { pair, cert }, fields, to) {
  const body = buildMail(cert, trust.hour, buildRecord(fields));
  return sealEnvelope({ type: TYPES.escalation, envId: random(16), expiry: trust.hour + LIVES, to: [to], sender: pair, body }, random);
}

/**
 * Seals and sends; where somebody has come or gone in between, once more. The server's answer, when it took it.
 * Raises: Unsent. `beside` is a further envelope, the last part.
 * @type {(post: Post, path: string, head: object, fields: object, beside?: Bytes | null) => Promise<any>}
 */
export async function sendCopies(post, path, head, fields, beside = null) {
  const { by, trust } = post;
  if (!by) throw new Unsent("escalate.locked");
  for (let tries = 0; tries < TRIES; tries += 1) {
    const readers = await post.ask("/api/escalations/readers");
    if (!readers.ok) throw new Unsent(unsentBy(readers.status));
    if (tries) await reached(() => trust.load());
    const to = await reached(async () => believed(trust, (await readers.json()).certs));
    if (!to.length) throw new Unsent("escalate.nobody");
    const names = new Set();
    const keys = [];
    for (const key of [...to, ...trust.chain[0].bg]) {
      const name = hex(await kid(key));
      if (!names.has(name)) keys.push(key);
      names.add(name);
    }
    const letters = await Promise.all(keys.map((key) => copy(post, by, fields, key)));
    const answer = await post.ask(path, partsOf(head, ...letters, ...(beside ? [beside] : [])));
    if (answer.ok) return reached(() => answer.json());
    if (answer.status !== 409 || tries + 1 === TRIES) throw new Unsent(unsentBy(answer.status));
  }
  throw new Unsent("escalate.failed");
}

/** @type {(status: number) => string} */
export const unsentBy = (status) => (status === 409 ? "escalate.first" : status === 410 ? "escalate.gone"
  : status === 401 ? "escalate.locked" : status === 0 ? "desk.network" : "escalate.failed");
