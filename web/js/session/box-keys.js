/**
 * Keys that sealed messages are sealed to (protocol.md sections 3 and 8): opened at sign-in, made and renewed by
 * whoever answers messages, certified anew under a new roster. The server keeps them wrapped; no script can read them.
 */
import { hex, importX25519, kid, unhex } from "../asc1/bytes.js";
import { buildCertificate } from "../asc1/identity.js";
import { WRAPS, unwrapPair, wrap } from "../asc1/signin.js";
import { KINDS, parseCertificate } from "../asc1/trust.js";
/** @import {Trust} from "./world.js" */
/** @import {WrapSent} from "./unlock.js" */

/** @typedef {{cert: string, wrap: WrapSent}} Registered */
/**
 * @typedef {object} Owner
 * @property {number} idx
 * @property {readonly number[]} roles
 * @property {CryptoKey} ak
 * @property {CryptoKey} ik
 * @property {WrapSent[]} wraps
 * @property {string[]} known                                certificates the server keeps already
 * @property {(key: Registered) => Promise<unknown>} register
 */
/** @typedef {{kind: number, what: number, hours: number, fresh: number, may: (roles: readonly number[]) => number}} Sort */

/** A box key is one's own for writing and reading; an escalation key stands in where no box key is left. @type {Sort[]} */
const SORTS = [
  { kind: KINDS.box, what: WRAPS.bk, hours: 504, fresh: 84, may: (roles) => [1, 2, 4].find((role) => roles.includes(role)) ?? 0 },
  { kind: KINDS.escalation, what: WRAPS.ek, hours: 2880, fresh: 2160, may: (roles) => (roles.includes(2) ? 2 : 0) },
];

export class BoxKeys {
  /** Everything that opens messages, newest first. @type {Pair[]} */
  pairs = [];
  /** What is written with outside a shift. @type {{pair: Pair, cert: Bytes} | null} */
  own = null;
  #trust;
  #random;
  #sorts;

  /** @param {Trust} trust @param {Random} random @param {readonly Sort[]} [sorts] */
  constructor(trust, random, sorts = SORTS) {
    this.#trust = trust;
    this.#random = random;
    this.#sorts = sorts;
  }

  forget() {
    this.pairs = [];
    this.own = null;
  }

  /** Opens what is there, and makes or certifies what is missing. @param {Owner} owner */
  async unlock(owner) {
    this.forget();
    for (const sort of this.#sorts) {
      const opened = await this.#opened(owner, sort);
      const role = sort.may(owner.roles);
      const made = role ? await this.#current(owner, sort, role, opened) : null;
      if (made && !this.own) this.own = { pair: made.pair, cert: made.cert };
      if (made && !opened.has(made.name)) this.pairs.push(made.pair);
      this.pairs.push(...opened.values());
    }
  }

  /** By the name of the key. @type {(owner: Owner, sort: Sort) => Promise<Map<string, Pair>>} */
  async #opened({ idx, ak, wraps }, { what }) {
    const opened = new Map();
    for (const each of wraps.filter((w) => w.what === what)) {
      const place = { idx, what, method: each.method, version: each.version, kid: unhex(each.kid) };
      opened.set(each.kid, await unwrapPair(ak, unhex(each.data), place));
    }
    return opened;
  }

  /** @type {(owner: Owner, sort: Sort, role: number, opened: Map<string, Pair>) => Promise<{name: string, pair: Pair, cert: Bytes}>} */
  async #current(owner, sort, role, opened) {
    const certs = await Promise.all(owner.known.map((text) => parseCertificate(unhex(text))));
    const named = await Promise.all(certs.filter(({ kind }) => kind === sort.kind)
      .map(async (cert) => ({ ...cert, name: hex(await kid(cert.pub)) })));
    const own = named.filter(({ name }) => opened.has(name)).sort((a, b) => b.notBefore - a.notBefore);
    const [newest] = own;
    const { hour, chain } = this.#trust;
    if (!newest || hour - newest.notBefore > sort.fresh) return this.#made(owner, sort, role);
    const pair = /** @type {Pair} */ (opened.get(newest.name));
    const { name } = newest;
    const standing = own.find((each) => each.name === name && hex(each.rosterHash) === hex(chain[0].hash));
    if (standing) return { name, pair, cert: standing.bytes };
    const cert = await this.#certify(owner, sort, role, pair, newest.notBefore);
    const kept = /** @type {WrapSent} */ (owner.wraps.find((w) => w.what === sort.what && w.kid === name));
    await owner.register({ cert: hex(cert), wrap: kept });
    return { name, pair, cert };
  }

  /** @type {(owner: Owner, sort: Sort, role: number) => Promise<{name: string, pair: Pair, cert: Bytes}>} */
  async #made(owner, sort, role) {
    const raw = this.#random(32);
    const secret = raw.slice();
    const pair = await importX25519(raw);
    const own = await kid(pair.publicRaw);
    const place = { idx: owner.idx, what: sort.what, method: 0, version: 1, kid: own };
    const data = hex(await wrap(owner.ak, secret, place, this.#random));
    raw.fill(0);
    secret.fill(0);
    const cert = await this.#certify(owner, sort, role, pair, this.#trust.hour);
    const name = hex(own);
    await owner.register({ cert: hex(cert), wrap: { what: sort.what, method: 0, version: 1, kid: name, data } });
    return { name, pair, cert };
  }

  /** @type {(owner: Owner, sort: Sort, role: number, pair: Pair, notBefore: number) => Promise<Bytes>} */
  #certify({ idx, ik }, { kind, hours }, role, { publicRaw }, notBefore) {
    return buildCertificate({ idx, role, kind, notBefore, notAfter: notBefore + hours,
      rosterHash: this.#trust.chain[0].hash, pub: publicRaw }, ik);
  }
}
