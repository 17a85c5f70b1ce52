/** What reaches an adviser who looks elsewhere: the title's count, a notification without content, the ring again. */
import { titled } from "../model/desk.js";
import { t } from "./strings.js";
/** @import {Sounds} from "./sounds.js" */

const RING_EVERY = 4000;

export class Alerts {
  #sounds;
  /** @type {Notification | null} */
  #notice = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ringing;
  #unread = 0;

  /** @param {Sounds} sounds */
  constructor(sounds) {
    this.#sounds = sounds;
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) return;
      this.#unread = 0;
      this.#close();
    });
  }

  /** "unsupported" where there are none. @returns {NotificationPermission | "unsupported"} */
  get allowed() {
    return "Notification" in globalThis ? Notification.permission : "unsupported";
  }

  ask() {
    return Notification.requestPermission();
  }

  /** @param {string} name */
  heard(name) {
    if (name !== "ring") this.#sounds.play(/** @type {import("./sounds.js").Sound} */ (name));
    if (name === "line" && document.hidden) this.#unread += 1;
  }

  /** @type {(waiting: number, rings: boolean) => void} */
  show(waiting, rings) {
    document.title = titled(waiting, this.#unread);
    if (rings && this.#ringing === undefined) this.#ring();
    if (rings || this.#ringing === undefined) return;
    clearInterval(this.#ringing);
    this.#ringing = undefined;
    this.#close();
  }

  #ring() {
    this.#sounds.play("ring");
    this.#ringing = setInterval(() => this.#sounds.play("ring"), RING_EVERY);
    if (this.allowed !== "granted" || !document.hidden) return;
    this.#notice = new Notification("Hamn", { body: t("desk.notice"), tag: "hamn", silent: true });
    this.#notice.onclick = () => window.focus();
  }

  #close() {
    this.#notice?.close();
    this.#notice = null;
  }
}
