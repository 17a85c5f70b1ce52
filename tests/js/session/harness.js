/** Worlds for sessions, a small centre with its roster, and time that a test moves. */
import { randomBytes } from "node:crypto";
import { NONE, aesKey, hex, kid, sha256, utf8 } from "../../../web/js/asc1/bytes.js";
import { makeCode } from "../../../web/js/asc1/code.js";
import { importEd25519, signRoster } from "../../../web/js/asc1/identity.js";
import { WRAPS, METHODS, rootFromDigits, signInKeys, wrap } from "../../../web/js/asc1/signin.js";
// Sessions import these when they first need them, and nothing tells how long that takes: they are here already.
import "../../../web/js/session/paper.js";
import "../../../web/js/session/signs.js";
import { VirtualTime, seeded } from "./clock.js";
import { Server } from "./server.js";

const HOUR = 3_600_000;
export const ITERATIONS = { code: 2, digits: 2 };
const SERVICE = "hamn.example";

/** Cryptography under way: while there is any, nothing is settled. */
let busy = 0;
for (const name of ["deriveBits", "importKey", "exportKey", "encrypt", "decrypt", "sign", "verify",
  "digest", "generateKey"]) {
  const plain = SubtleCrypto.prototype[name];
  SubtleCrypto.prototype[name] = async function counted(...given) {
    busy += 1;
    try {
      return await plain.apply(this, given);
    } finally {
      busy -= 1;
    }
  };
}

/** Tabs of one browser share channels; each has its own storage. */
export class Browser {
  #ends = [];

  channel() {
    const end = { onmessage: null, postMessage: (data) => {
      for (const other of this.#ends) {
        if (other !== end) queueMicrotask(() => other.onmessage?.({ data }));
      }
    }, close: () => {} };
    this.#ends.push(end);
    return end;
  }
}

/** sessionStorage of one tab. */
export class Storage {
  #items = new Map();
  isForbidden = false;

  #allowed() {
    if (this.isForbidden) throw new Error("forbidden");
  }

  getItem(name) {
    this.#allowed();
    return this.#items.get(name) ?? null;
  }

  setItem(name, value) {
    this.#allowed();
    this.#items.set(name, value);
  }

  removeItem(name) {
    this.#allowed();
    this.#items.delete(name);
  }

  get size() {
    return this.#items.size;
  }
}

/** IndexedDB of one browser profile. */
export class Keys {
  items = new Map();
  isRefused = false;

  async get(name) {
    return this.items.get(name);
  }

  async put(name, value) {
    if (this.isRefused) throw new Error("refused");
    this.items.set(name, value);
  }

  async delete(name) {
    this.items.delete(name);
  }

  async clear() {
    this.items.clear();
  }
}

const hashOf = async (bytes) => hex(await sha256(bytes));

export class Centre {
  time = new VirtualTime();
  files = new Map();
  members = [];
  revoked = [];
  seq = 0;
  prev = "00".repeat(32);

  static async make(staff = [["anna", [1]], ["bo", [1]], ["cy", [2]]]) {
    const centre = new Centre();
    centre.server = new Server({ clock: centre.time.clock, files: centre.files });
    centre.root = await importEd25519(new Uint8Array(randomBytes(32)));
    const trust = { v: 1, service: SERVICE, roots: [hex(centre.root.publicRaw)], t: 1 };
    centre.files.set("trust.json", utf8(JSON.stringify(trust)));
    for (const [login, roles] of staff) await centre.employ(login, roles);
    await centre.publish();
    return centre;
  }

  /** A member with digits, wraps and a line in the next roster. */
  async employ(login, roles) {
    const idx = this.members.length + 1;
    const digits = makeCode();
    const root = await rootFromDigits(digits, { service: SERVICE, name: login,
      iterations: ITERATIONS.digits });
    const { kek } = await signInKeys(root, METHODS.digits);
    const [ak, ik] = [new Uint8Array(randomBytes(32)), new Uint8Array(randomBytes(32))];
    const identity = await importEd25519(ik.slice());
    const ikKid = await kid(identity.publicRaw);
    const zeros = new Uint8Array(8);
    const wraps = [
      { what: WRAPS.ak, method: METHODS.digits, version: 1, kid: hex(zeros), data: hex(await wrap(kek,
        ak, { idx, what: WRAPS.ak, method: METHODS.digits, version: 1, kid: zeros })) },
      { what: WRAPS.ik, method: 0, version: 1, kid: hex(ikKid), data: hex(await wrap(await aesKey(ak),
        ik, { idx, what: WRAPS.ik, method: 0, version: 1, kid: ikKid })) },
    ];
    this.server.accounts.set(login, { idx, wraps, methods: [METHODS.digits] });
    this.members.push({ idx, login, digits, identity, roles,
      duty_name: login[0].toUpperCase() + login.slice(1), ed25519: hex(identity.publicRaw) });
    return this.members.at(-1);
  }

  /** The next roster, signed. */
  async publish() {
    this.seq += 1;
    this.server.rosterSeq = this.seq;
    const hour = Math.floor(this.time.now / HOUR);
    const roster = utf8(JSON.stringify({ v: 1, seq: this.seq, prev: this.prev, issued: hour,
      expires: hour + 300, bg: [], revoked: this.revoked, members: this.members
        .map(({ idx, roles, duty_name, ed25519 }) => ({ idx, roles, duty_name, ed25519 })) }));
    this.prev = await hashOf(roster);
    const sig = await signRoster(roster, this.root.privateKey);
    this.files.set("roster.json", roster);
    this.files.set(`roster-${this.seq}.json`, roster);
    this.files.set("roster.sig", utf8(JSON.stringify([{ root: 0, sig }])));
    await this.log("roster", this.prev);
  }

  /** One more line of the public log. */
  async log(kind, sha256) {
    const lines = new TextDecoder().decode(this.files.get("log") ?? NONE).split("\n").slice(0, -1);
    const prev = lines.length ? await hashOf(utf8(lines.at(-1))) : "00".repeat(32);
    lines.push(JSON.stringify({ n: lines.length, kind, sha256, prev }));
    this.files.set("log", utf8(lines.map((line) => `${line}\n`).join("")));
  }

  world({ browser = new Browser(), storage = new Storage(), keys = new Keys(), skew = 0,
    seed } = {}) {
    const chance = seed === undefined ? null : seeded(seed);
    const page = Object.assign(new EventTarget(), { visible: true, covers: false });
    const { set, clear } = this.time.timers;
    const world = { isDead: false, page, storage, keys, credentials: null, language: "sv",
      origin: "https://staff.hamn.example", iterations: ITERATIONS,
      socket: (path) => {
        world.line = this.server.socket(path, world);
        return world.line;
      },
      fetch: (path) => this.server.fetch(path),
      clock: () => this.time.now + skew,
      timers: { set: (act, ms) => set(() => world.isDead || act(), ms), clear },
      random: (n) => (chance && n < 8 ? Uint8Array.from({ length: n }, () => chance() * 256)
        : new Uint8Array(randomBytes(n))),
      channel: () => {
        world.end = browser.channel();
        return world.end;
      } };
    return world;
  }

  /** A browser tab dies: no goodbye, nothing more is heard of it. */
  kill(world) {
    world.isDead = true;
    if (world.end) world.end.onmessage = null;
    const line = this.server.lines.find(({ client }) => client === world.line);
    line?.cut(1006, true);
  }

  /** What was handed back, and every fault, can be asked for afterwards. */
  watch(session) {
    session.returned = "";
    session.faults = [];
    session.addEventListener("returned", ({ detail }) => { session.returned += detail; });
    session.addEventListener("fault", ({ detail }) => session.faults.push(detail));
    return session;
  }

  /** Until nothing moves by itself any more. */
  async settle() {
    for (let quiet = 0; quiet < 3;) {
      const moved = await this.server.carry();
      await new Promise((go) => setImmediate(go));
      quiet = moved || busy ? 0 : quiet + 1;
    }
  }

  /** Time passes, and everything due in it happens. */
  async pass(ms) {
    const until = this.time.now + ms;
    await this.settle();
    while (this.time.step(until)) await this.settle();
    await this.settle();
  }
}

export const CHOICE = Object.freeze({ lang: "sv", door: 1, danger: false, topic: 1, relation: 1,
  age: 3 });
export const texts = (lines) => lines.filter(({ kind }) => kind === "text").map(({ text }) => text);
