/**
 * A new member's first visit: an invite becomes keys (protocol.md section 3.1).
 *
 * The token stands after `#` and travels in a header only. IK and AK are made here; the server
 * gets public halves and wraps. Digits are shown once and kept by nobody but their owner.
 */
import { aesKey, hex, kid, sha256, unhex, utf8 } from "../asc1/bytes.js";
import { makeCode } from "../asc1/code.js";
import { importEd25519, sign } from "../asc1/identity.js";
import { METHODS, WRAPS, rootFromDigits, signInKeys, signInMessage, wrap } from "../asc1/signin.js";
import { newPasskey } from "./unlock.js";
/** @import {EnrolView, World} from "./views.js" */

/** @typedef {{idx: number, login: string, duty_name: string, roles: number[], service: string, nonce: string}} Begun */

/** @type {EnrolView} */
const START = { phase: "checking", me: null, digits: "", problem: "" };
const ZEROS = new Uint8Array(8);

/** @type {(world: World, hash: string) => Enrolment} */
export const enrolment = (world, hash) => new Enrolment(world, hash);

export class Enrolment extends EventTarget {
  /** @type {EnrolView} */
  view = START;
  #world;
  #token;

  /** @param {World} world @param {string} hash of the page's address, with its `#` */
  constructor(world, hash) {
    super();
    this.#world = world;
    this.#token = hash.replace(/^#/, "");
  }

  /** @param {Partial<EnrolView>} change */
  #show(change) {
    this.view = Object.freeze({ ...this.view, ...change });
    this.dispatchEvent(new Event("change"));
  }

  /** Null when the invite is spent, unknown or over. @type {(path: string, body: object) => Promise<any>} */
  async #post(path, body) {
    const answer = await this.#world.fetch(path, { method: "POST", body: JSON.stringify(body),
      headers: { "content-type": "application/json", authorization: `Bearer ${this.#token}` } });
    return answer.ok ? answer.json() : null;
  }

  /** @returns {Promise<Begun | null>} */
  async #invite() {
    return /^[0-9a-f]{64}$/.test(this.#token) ? this.#post("/api/enrol/begin", {}) : null;
  }

  /** Whom the invite is for. */
  async begin() {
    try {
      const found = await this.#invite();
      if (!found) return this.#show({ phase: "gone" });
      const { idx, login, duty_name: name, roles } = found;
      return this.#show({ phase: "ready", me: { idx, name, login, roles } });
    } catch {
      return this.#show({ phase: "failed", problem: "desk.network" });
    }
  }

  /** With 24 digits, shown once in `view.digits`. @returns {Promise<boolean>} */
  withDigits() {
    return this.#enrol(METHODS.digits, async ({ login, service }) => {
      const digits = makeCode(this.#world.random);
      const account = { service, name: login, iterations: this.#world.iterations.digits };
      return { digits, root: await rootFromDigits(digits, account) };
    });
  }

  /** With a passkey that has the PRF extension. @returns {Promise<boolean>} */
  withPasskey() {
    return this.#enrol(METHODS.passkey, async ({ login, service }) => {
      const root = await newPasskey(this.#world, login, service).catch(() => null);
      return root && { digits: "", root };
    });
  }

  /** @type {(method: Method, make: (begun: Begun) => Promise<{digits: string, root: Bytes} | null>) => Promise<boolean>} */
  async #enrol(method, make) {
    if (this.view.phase !== "ready") return false;
    this.#show({ phase: "working", problem: "" });
    try {
      const begun = await this.#invite();
      const secret = begun && await make(begun);
      if (!begun || !secret) {
        this.#show(begun ? { phase: "ready", problem: "desk.no_passkey" } : { phase: "gone" });
        return false;
      }
      const done = await this.#post("/api/enrol", await this.#keys(begun, method, secret.root));
      this.#show(done ? { phase: "done", digits: secret.digits } : { phase: "gone" });
      return !!done;
    } catch {
      this.#show({ phase: "ready", problem: "desk.network" });
      return false;
    }
  }

  /** Everything that POST /api/enrol takes. @type {(begun: Begun, method: Method, root: Bytes) => Promise<object>} */
  async #keys({ idx, login, nonce }, method, root) {
    const { random, clock, origin } = this.#world;
    const { auth, kek } = await signInKeys(root, method);
    root.fill(0);
    const [ak, ik] = [random(32), random(32)];
    const identity = await importEd25519(ik);
    const account = await aesKey(ak);
    const wraps = [await this.#wrapped(kek, ak, { idx, what: WRAPS.ak, method, kid: ZEROS }),
      await this.#wrapped(account, ik,
        { idx, what: WRAPS.ik, method: 0, kid: await kid(identity.publicRaw) })];
    ak.fill(0);
    ik.fill(0);
    const issued = Math.floor(clock() / 60_000);
    const message = await signInMessage({ origin, name: login, method, nonce: unhex(nonce), issued });
    return { method, public_key: hex(auth.publicRaw), credential: "",
      ed25519: hex(identity.publicRaw), wraps, nonce, origin_hash: hex(await sha256(utf8(origin))),
      issued, auth_sig: hex(await sign(auth.privateKey, message)),
      ik_sig: hex(await sign(identity.privateKey, message)) };
  }

  /** @type {(key: CryptoKey, secret: Bytes, place: {idx: number, what: number, method: number, kid: Bytes}) => Promise<object>} */
  async #wrapped(key, secret, place) {
    const { what, method, kid: named } = place;
    const data = await wrap(key, secret, { ...place, version: 1 }, this.#world.random);
    return { what, method, version: 1, kid: hex(named), data: hex(data) };
  }
}
