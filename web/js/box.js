/** The part of the visitors' page that takes a sealed message and shows replies; loaded when a visitor asks for it. */
import { foldCode } from "./asc1/code.js";
import { MessageDoor } from "./elements/message-door.js";
import { Box } from "./session/box.js";
import { Failed } from "./session/errand.js";
/** @import {Code} from "./session/paper.js" */
/** @import {VisitorView, World} from "./session/views.js" */

/**
 * @typedef {object} DoorView
 * @property {"write"|"sent"|"letters"} part
 * @property {number|null} by              the minute by which a message is answered
 * @property {VisitorView["code"]} code
 * @property {boolean} hasCode             the code is known to the visitor: an answer can get there
 * @property {boolean} isBusy
 * @property {boolean} asksWithout         the next press sends it without a code
 * @property {boolean} isOpen              somebody can be met in a chat now
 * @property {boolean} isLive              an adviser has come into the conversation meanwhile
 * @property {import("./session/box.js").ReplyView[]} replies
 * @property {string} said
 */
/** @typedef {{leave: () => void, chat: (digits: string) => void}} DoorHost */

/** @type {DoorView} */
const START = { part: "write", by: null, code: null, hasCode: false, isBusy: false, asksWithout: false, isOpen: false, isLive: false,
  replies: [], said: "" };

export class BoxPart {
  #box;
  #world;
  #door = new MessageDoor();
  /** @type {Code | null} */
  #code = null;
  /** @type {Code | null} */
  #made = null;
  view = START;

  /** @param {World} world @param {HTMLElement} place @param {DoorHost} host */
  constructor(world, place, host) {
    this.#world = world;
    this.#box = new Box(world);
    place.replaceChildren(this.#door);
    /** @type {(name: string, act: (detail: any) => unknown) => void} */
    const on = (name, act) => this.#door.addEventListener(name, (event) => this.#tried(() => act(/** @type {CustomEvent} */ (event).detail)));
    on("door-send", ({ text }) => this.#send(text));
    on("door-code", () => this.#makeCode());
    on("door-confirm", (groups) => this.#confirm(groups));
    on("door-erase", (id) => this.#erase(id));
    on("door-again", () => this.#show({ part: "write", said: "" }));
    on("door-chat", () => host.chat(this.#code?.digits ?? ""));
    on("door-leave", () => host.leave());
  }

  get typed() {
    return this.view.part === "write" ? this.#door.typed : "";
  }

  /** @param {Partial<DoorView>} change */
  #show(change) {
    this.view = Object.freeze({ ...this.view, ...change });
    this.#door.show(this.view);
  }

  /** @param {() => unknown} act */
  async #tried(act) {
    try {
      await act();
    } catch (error) {
      if (error instanceof Failed && error.why === "stopped") return;
      this.#show({ isBusy: false, said: `box.failed_${error instanceof Failed ? error.why : "network"}` });
    }
  }

  /** A message is to be written; `text` is what stands already. @type {(given: {text: string, by: number | null, said: string, code: Code | null}) => void} */
  write({ text, by, said, code }) {
    if (this.view.part === "sent") this.#show(START);
    this.#code ??= code;
    this.#door.bring(text);
    const known = this.#code ? { digits: "", confirmed: true, asked: /** @type {[number, number]} */ ([0, 1]) } : this.view.code;
    this.#show({ part: "write", by, said, code: known, hasCode: this.#code !== null });
  }

  /** What waits under a code that was typed. @type {(digits: string, isOpen: boolean) => Promise<void>} */
  async letters(digits, isOpen) {
    await this.#tried(async () => {
      this.#code = await this.#box.code(digits);
      await this.#look({ isOpen });
    });
  }

  /** @param {Partial<DoorView>} change */
  async #look(change) {
    if (!this.#code) return;
    const { replies, by } = await this.#box.letters(this.#code);
    this.#show({ ...change, part: "letters", replies, by, hasCode: true, code: { digits: "", confirmed: true, asked: [0, 1] }, said: "" });
  }

  /** @param {boolean} isLive */
  live(isLive) {
    if (isLive !== this.view.isLive) this.#show({ isLive });
  }

  async #makeCode() {
    this.#made = await this.#box.makeCode();
    const [a, b] = this.#world.random(2);
    const asked = /** @type {[number, number]} */ ([a % 6, (a + 1 + (b % 5)) % 6].sort());
    this.#show({ code: { digits: this.#made.digits, confirmed: false, asked }, asksWithout: false, said: "" });
  }

  /** @param {[string, string]} groups */
  #confirm(groups) {
    const { code } = this.view;
    if (!code || !this.#made) return;
    const right = code.asked.map((n) => code.digits.slice(4 * n, 4 * n + 4));
    if (groups.map(foldCode).join() !== right.join()) return void this.#door.wrongCode();
    this.#code = this.#made;
    this.#show({ code: { ...code, digits: "", confirmed: true }, hasCode: true, asksWithout: false, said: "" });
  }

  /** @param {string} text */
  async #send(text) {
    if (!this.#code && !this.view.asksWithout) return this.#show({ asksWithout: true, said: "box.without" });
    this.#show({ isBusy: true, said: "" });
    const by = await this.#box.leave(text, this.#code);
    this.#door.clear();
    return this.#show({ part: "sent", isBusy: false, asksWithout: false, by, hasCode: this.#code !== null });
  }

  /** @param {string} id */
  async #erase(id) {
    if (!this.#code) return;
    await this.#box.erase(this.#code, id);
    await this.#look({});
  }

  wipe() {
    this.#box.wipe();
    this.#code = this.#made = null;
    this.view = START;
    this.#door.remove();
  }
}
