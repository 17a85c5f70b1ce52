/**
 * One socket that comes back by itself (protocol.md section 7.6).
 *
 * Everything that happens, on the socket or by a person's hand, passes through `turn`, one at a
 * time and in order. While the socket is down, `send` sends nothing and says so.
 */
/** @import {World, Message, Links} from "./views.js" */

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
  /** @type {import("./views.js").Socket | null} */
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

  /** @type {(socket: import("./views.js").Socket | null, code: number) => void} */
  #lost(socket, code) {
    const delay = this.#delay * (0.8 + 0.4 * this.#chance());
    this.#delay = ++this.#tries < SOON ? SHORT : Math.min(LONGEST, 2 * this.#delay);
    this.#again(socket, code === 1012 ? this.#chance() * 1000 : delay, code);
  }

  /** @type {(socket: import("./views.js").Socket | null, delay: number, code?: number) => void} */
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
