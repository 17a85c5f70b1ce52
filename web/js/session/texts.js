/** Texts and help lines over HTTP, with the session of this tab. */
import { asked } from "./bearer.js";
/** @import {HelpLine, LinesTold, TextTold} from "../model/texts.js" */
/** @import {Problem} from "./bearer.js" */
/** @import {World} from "./views.js" */

export class Texts {
  #world;

  /** @param {Pick<World, "fetch" | "storage">} world */
  constructor(world) {
    this.#world = world;
  }

  /** @returns {Promise<{texts: TextTold[]} | Problem>} */
  texts() {
    return this.#ask("/api/texts");
  }

  /** @type {(key: string, language: string) => Promise<{editions: import("../model/texts.js").Edition[]} | Problem>} */
  history(key, language) {
    return this.#ask(`/api/texts/${key}/${language}`);
  }

  /** @type {(wording: {key: string, language: string, seen: number, text: string}) => Promise<{version: number} | Problem>} */
  edit(wording) {
    return this.#ask("/api/texts", wording);
  }

  /** @returns {Promise<LinesTold | Problem>} */
  lines() {
    return this.#ask("/api/lines");
  }

  /** @type {(line: HelpLine & {seen: number, removed: boolean}) => Promise<{version: number} | Problem>} */
  editLine(line) {
    return this.#ask("/api/lines", line);
  }

  /** @type {(id: string, seen: number) => Promise<{version: number} | Problem>} */
  called(id, seen) {
    return this.#ask("/api/lines/called", { id, seen });
  }

  /** @type {(path: string, body?: object) => Promise<any>} */
  #ask(path, body) {
    return asked(this.#world, path, body);
  }
}
