/**
 * What a session stands on. The browser: everything that tests replace stands there. What a tab keeps, and that it is
 * the only one (protocol.md 7.5 rules 6 and 17): in sessionStorage stand room, capability, and from epoch 1 epoch and
 * resume key; nothing else. One socket that comes back by itself (7.6): everything that happens, on the socket or by a
 * person's hand, passes through `turn`, one at a time and in order; while the socket is down, `send` sends nothing and
 * says so. Whom this page trusts: trust.json, the newest roster and its chain (section 5): the newest seq seen is never
 * given up; an unknown roster is looked up once, then refused.
 */
import { Refused, hex, systemRandom, unhex } from "../asc1/bytes.js";
import { KINDS, checkCertificate, readRoster, readTrust, walkChain } from "../asc1/trust.js";
/** @import {KeyStore, Links, Message, Page, Socket, World} from "./views.js" */

/** @returns {Page} */
function thisPage() {
  const page = Object.assign(new EventTarget(), { visible: !document.hidden, covers: true });
  const awake = () => page.dispatchEvent(new Event("awake"));
  document.addEventListener("visibilitychange", () => {
    page.visible = !document.hidden;
    if (page.visible) awake();
  });
  addEventListener("online", awake);
  return page;
}

/** Where `sessionStorage` is forbidden even reading it throws. */
function tabStorage() {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}

/** @type {KeyStore} */
const noKeys = { get: async () => undefined, put: () => Promise.reject(new Error("no key store")),
  delete: async () => {}, clear: async () => {} };

/** @type {(keys?: KeyStore) => World} */
export const browserWorld = (keys = noKeys) => ({
  socket: (path) => {
    const url = new URL(path, location.origin);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    return /** @type {any} */ (new WebSocket(url));
  },
  fetch: (path, init) => fetch(path, { credentials: "omit", ...init }),
  clock: () => Date.now(),
  timers: { set: (act, ms) => setTimeout(act, ms),
    clear: (timer) => clearTimeout(/** @type {number | undefined} */ (timer)) },
  random: systemRandom,
  storage: tabStorage(),
  channel: (name) => ("BroadcastChannel" in globalThis
    ? /** @type {any} */ (new BroadcastChannel(name)) : null),
  keys,
  credentials: navigator.credentials ?? null,
  origin: location.origin,
  visitors: document.getElementById("main")?.dataset.visitors ?? "",
  language: document.documentElement.lang.slice(0, 2),
  page: thisPage(),
  iterations: {},
});

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

const NAME = "hamn";
const FORM = /^[0-9a-f]{32} [0-9a-f]{64} [0-9]{1,10} ([0-9a-f]{64})?$/;

export class Tab {
  #storage;
  #channel;
  #holds = false;
  /** Another tab holds a talk. */
  isTaken = false;
  /** The browser keeps nothing for us. */
  isRefused = false;

  /** @param {World} world @param {() => unknown} moved the other tab has a code: this one closes */
  constructor(world, moved) {
    this.#storage = world.storage;
    this.#channel = world.channel(NAME);
    if (!this.#channel) return;
    this.#channel.onmessage = ({ data }) => {
      if (data === "who" && this.#holds) this.#say("mine");
      else if (data === "mine") this.isTaken = true;
      else if (data === "free") this.isTaken = false;
      else if (data === "take" && this.#holds) {
        this.#holds = false;
        this.isTaken = true;
        moved();
      }
    };
    this.#say("who");
  }

  /** @param {string} word */
  #say(word) {
    this.#channel?.postMessage(word);
  }

  /** From now on the talk is here. @param {boolean} [byCode] the newest wins */
  take(byCode = false) {
    this.#holds = true;
    this.isTaken = false;
    this.#say(byCode ? "take" : "mine");
  }

  /** @type {() => {room: string, cap: string, epoch: number, key: Bytes | null} | null} */
  read() {
    try {
      const kept = this.#storage?.getItem(NAME);
      if (!kept || !FORM.test(kept)) return null;
      const [room, cap, epoch, key] = kept.split(" ");
      return { room, cap, epoch: Number(epoch), key: key ? unhex(key) : null };
    } catch {
      return null;
    }
  }

  /** @type {(room: string, cap: Bytes, resume: {epoch: number, key: Bytes} | null) => void} */
  write(room, cap, resume) {
    try {
      if (!this.#storage) throw new Error("no storage");
      const { epoch = 0, key = null } = resume ?? {};
      this.#storage.setItem(NAME, `${room} ${hex(cap)} ${epoch} ${key ? hex(key) : ""}`);
      this.isRefused = false;
    } catch {
      this.isRefused = true;
    }
  }

  clear() {
    try {
      this.#storage?.removeItem(NAME);
    } catch {
      this.isRefused = true;
    }
    if (this.#holds) this.#say("free");
    this.#holds = false;
  }
}

const [SHORT, LONGEST] = [2000, 30_000];
/** So many tries in a row are SHORT apart: a server that starts again is found within ten seconds. */
const SOON = 20;
const PATIENCE = 15_000;
const SILENT = ["ack", "ready", "leave", "duty", "invite", "lost", "out", "end"];

export class Link {
  up = false;
  #world;
  #path;
  #on;
  /** @type {Socket | null} */
  #socket = null;
  #delay = 1000;
  #tries = 0;
  /** @type {unknown} */
  #retry = null;
  /** @type {unknown} */
  #deadline = null;
  /** @type {Promise<unknown>} */
  #tail = Promise.resolve();
  #stopped = true;

  /** @param {World} world @param {string} path @param {Links} on */
  constructor(world, path, on) {
    this.#world = world;
    this.#path = path;
    this.#on = on;
    world.page.addEventListener("awake", () => this.#retry && this.#connect());
  }

  /**
   * One after another; an error is told and stops nothing that comes later.
   * @template T
   * @param {() => T | Promise<T>} act
   * @returns {Promise<T>}
   */
  turn(act) {
    const done = this.#tail.then(act);
    this.#tail = done.catch(() => {});
    return done;
  }

  open() {
    if (!this.#stopped) return;
    this.#stopped = false;
    [this.#delay, this.#tries] = [1000, 0];
    this.#connect();
  }

  /** For good, until `open`. */
  close() {
    this.#stopped = true;
    this.up = false;
    const { clear } = this.#world.timers;
    clear(this.#retry);
    clear(this.#deadline);
    this.#retry = this.#deadline = null;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  /** False when nothing was sent. @type {(message: Message | null, bytes?: Bytes) => boolean} */
  send(message, bytes) {
    const socket = this.#socket;
    if (!this.up || !socket) return false;
    if (message) socket.send(JSON.stringify(message));
    if (bytes) socket.send(bytes);
    if (!message || !SILENT.includes(String(message.t))) this.#expect();
    return true;
  }

  /** Something was asked; silence means that the line is dead. */
  #expect() {
    this.#deadline ??= this.#world.timers.set(() => this.#lost(this.#socket, 0), PATIENCE);
  }

  #heard() {
    this.#world.timers.clear(this.#deadline);
    this.#deadline = null;
  }

  #connect() {
    this.#world.timers.clear(this.#retry);
    this.#retry = null;
    this.#heard();
    const socket = this.#world.socket(this.#path);
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    /** @type {Message | null} */
    let waiting = null;
    const told = (/** @type {() => unknown} */ act) =>
      this.turn(() => (this.#socket === socket ? act() : undefined)).catch(this.#on.failed);
    socket.onopen = () => told(() => {
      this.up = true;
      return this.#on.open();
    });
    socket.onmessage = ({ data }) => {
      if (this.#socket !== socket) return;
      this.#heard();
      [this.#delay, this.#tries] = [1000, 0];
      if (typeof data !== "string") {
        const [message, bytes] = [waiting, new Uint8Array(data)];
        waiting = null;
        if (message) told(() => this.#on.message(message, bytes));
        return;
      }
      /** @type {Message} */
      const message = JSON.parse(data);
      if (message.t === "drain") this.#again(socket, this.#chance() * 1000);
      else if (message.t === "put" || message.t === "join") waiting = message;
      else told(() => this.#on.message(message, null));
    };
    socket.onclose = ({ code }) => this.#lost(socket, code);
    this.#expect();
  }

  /** @type {(socket: Socket | null, code: number) => void} */
  #lost(socket, code) {
    const delay = this.#delay * (0.8 + 0.4 * this.#chance());
    this.#delay = ++this.#tries < SOON ? SHORT : Math.min(LONGEST, 2 * this.#delay);
    this.#again(socket, code === 1012 ? this.#chance() * 1000 : delay, code);
  }

  /** @type {(socket: Socket | null, delay: number, code?: number) => void} */
  #again(socket, delay, code = 1012) {
    if (!socket || this.#socket !== socket) return;
    this.#socket = null;
    this.up = false;
    this.#heard();
    this.#retry = this.#world.timers.set(() => this.#connect(), delay);
    this.turn(() => this.#on.down(code)).catch(this.#on.failed);
    socket.close();
  }

  #chance() {
    return this.#world.random(1)[0] / 256;
  }
}

const FOLDER = "/.well-known/asc/";
const CLOCK = ["expired", "issued ahead", "not yet"];

/** Is the date of this device the likely reason? @type {(error: unknown) => boolean} */
export const isClock = (error) => error instanceof Refused && CLOCK.includes(error.reason);

export class Trust {
  #world;
  #steps;
  /** @type {Roots | null} */
  roots = null;
  /** Newest first; the array stays the same one, so that others may hold it. @type {Chain} */
  chain = [];
  newestSeq = 0;

  /** @param {World} world @param {number} [steps] how far back the chain is walked */
  constructor(world, steps = 1) {
    this.#world = world;
    this.#steps = steps;
  }

  get hour() {
    return Math.floor(this.#world.clock() / 3_600_000);
  }

  get service() {
    return this.roots?.service ?? "";
  }

  /** @type {(name: string) => Promise<Bytes | null>} */
  async #file(name) {
    const answer = await this.#world.fetch(FOLDER + name);
    return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
  }

  /** @type {(name: string) => Promise<Bytes>} */
  async #needed(name) {
    const bytes = await this.#file(name);
    if (!bytes) throw new Error("unreachable");
    return bytes;
  }

  /** Fetches and checks everything anew; on failure what was held stays. */
  async load() {
    this.roots ??= await readTrust(await this.#needed("trust.json"));
    const [bytes, signatures] = [await this.#needed("roster.json"),
      await this.#needed("roster.sig")];
    const newest = await readRoster(bytes, signatures,
      { trust: this.roots, nowHour: this.hour, newestSeq: this.newestSeq });
    const chain = await walkChain(newest, (seq) => this.#file(`roster-${seq}.json`),
      { steps: this.#steps });
    this.newestSeq = newest.seq;
    this.chain.splice(0, Infinity, ...chain);
  }

  /**
   * Runs a check; if it met an unknown roster, fetches once and runs it again.
   * @template T
   * @param {() => Promise<T>} check
   * @param {() => unknown} [renewed] told that the chain is newer now
   * @returns {Promise<T>}
   */
  async retried(check, renewed) {
    try {
      return await check();
    } catch (error) {
      if (!(error instanceof Refused && error.reason.endsWith("roster"))) throw error;
      await this.load();
      await renewed?.();
      return check();
    }
  }

  /** A shift certificate in use now. @type {(certificate: string | Bytes) => Promise<Checked>} */
  shift(certificate) {
    const bytes = typeof certificate === "string" ? unhex(certificate) : certificate;
    return this.retried(() => checkCertificate(bytes,
      { kinds: [KINDS.shift], nowHour: this.hour, chain: this.chain }));
  }

  /** @type {(idx: number) => string} */
  name(idx) {
    for (const { members } of this.chain) {
      const found = members.find((member) => member.idx === idx);
      if (found) return found.dutyName;
    }
    return "";
  }
}
