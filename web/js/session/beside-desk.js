/**
 * What the desk and the pages beside it say to each other, by channels that no other origin hears: whose code is on
 * screen, to the one case that asked.
 */
import { hex } from "../asc1/bytes.js";
/** @import {Contact} from "../model/case.js" */
/** @import {World} from "./views.js" */

export const CASE = "hamn-case";

/** What the cases' page asks: only the answer to its own question is taken, once, and for the case it was asked for. */
export class ContactAsked {
  #world;
  #channel;
  #asked = { n: "", id: "" };

  /** @param {Pick<World, "channel" | "random">} world @param {(id: string, contact: NonNullable<Contact>) => void} got */
  constructor(world, got) {
    this.#world = world;
    this.#channel = world.channel(CASE);
    if (!this.#channel) return;
    this.#channel.onmessage = ({ data }) => {
      const { n, id } = this.#asked;
      if (!n || data?.answer !== n || data.id !== id || !data.contact) return;
      this.#asked = { n: "", id: "" };
      got(id, data.contact);
    };
  }

  /** @param {string} id of the case */
  ask(id) {
    this.#asked = { n: hex(this.#world.random(16)), id };
    this.#channel?.postMessage({ ask: this.#asked.n, id });
  }
}
