/**
 * What this tab keeps, and that it is the only one (protocol.md 7.5 rules 6 and 17).
 * In sessionStorage stand room, capability, and from epoch 1 epoch and resume key; nothing else.
 */
import { hex, unhex } from "../asc1/bytes.js";
/** @import {World} from "./views.js" */

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
