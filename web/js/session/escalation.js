/**
 * An escalation from the desk: shown to the visitor piece by piece, sent once they have said yes; one about a pattern is
 * sent at once. What was written is in this page's memory until then, and sealed to supervisors after.
 */
import { hex } from "../asc1/bytes.js";
import { piecesOf } from "../model/escalation.js";
import { Unsent, saidOf, sendCopies } from "./copies.js";
/** @import {Contact, Shown} from "../model/escalation.js" */
/** @import {DeskHost} from "./held.js" */
/** @import {Rooms} from "./rooms.js" */
/** @import {Writer} from "./copies.js" */
/** @import {Escalations, EscalationView, Message, StaffView} from "./views.js" */

/** @typedef {{show: (change: Partial<StaffView>) => void, readonly token: string, readonly writer: Writer | null}} Desk */

const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
const DAY = 24;
/** @type {EscalationView} */
export const NO_ESCALATION = { state: "none", room: "", said: "" };
/** @type {Escalations} */
export const NO_ESCALATIONS = { waiting: 0, late: 0, named: 0, notes: 0, inquiries: 0, inquiriesLate: 0 };

export class Escalation {
  #host;
  #desk;
  #rooms;
  /** What the visitor has been shown and not yet answered. @type {{id: string, room: string, shown: Shown} | null} */
  #asked = null;
  #state = NO_ESCALATION;

  /** @param {DeskHost} host @param {Desk} desk @param {Rooms} rooms */
  constructor(host, desk, rooms) {
    this.#host = host;
    this.#desk = desk;
    this.#rooms = rooms;
  }

  /** @param {EscalationView} state */
  #show(state) {
    this.#state = Object.freeze(state);
    this.#desk.show({ escalation: this.#state });
  }

  forget() {
    this.#asked = null;
    this.#state = NO_ESCALATION;
  }

  /** How escalations stand, in numbers. @param {Message} message */
  told({ waiting, late, named, notes, inquiries, inquiries_late: inquiriesLate }) {
    this.#desk.show({ escalations: { waiting, late, named, notes, inquiries, inquiriesLate } });
  }

  /** The visitor sees what would be sent. @type {(room: string, shown: Shown) => Promise<void>} */
  ask(room, shown) {
    return this.#host.link.turn(async () => {
      const talk = this.#rooms.find(room)?.talk;
      if (!talk?.isLive) return this.#show({ state: "failed", room, said: "escalate.no_room" });
      const id = hex(this.#host.world.random(16));
      this.#asked = { id, room, shown };
      const pieces = piecesOf(shown);
      for (const [i, part] of pieces.entries()) await talk.control({ t: "escalation", id, i, n: pieces.length, part });
      return this.#show({ state: "asking", room, said: "escalate.asking" });
    });
  }

  /** It is no longer asked. @returns {Promise<void>} */
  withdraw() {
    return this.#host.link.turn(async () => {
      const asked = this.#asked;
      this.#asked = null;
      if (asked) await this.#rooms.find(asked.room)?.talk.control({ t: "escalation", id: asked.id, i: 0, n: 0, part: "" });
      this.#show(NO_ESCALATION);
    });
  }

  /** The room of the question has ended, or is another by now. */
  over() {
    const asked = this.#asked;
    this.#asked = null;
    if (asked) this.#show({ state: "failed", room: asked.room, said: "escalate.desk_over" });
  }

  /** The visitor's answer; only the one that was asked counts. @type {(room: string, control: Record<string, unknown>) => void} */
  heard(room, { id, ok, contact }) {
    const asked = this.#asked;
    if (!asked || asked.id !== id || asked.room !== room) return;
    this.#asked = null;
    if (ok === true) this.send(asked.shown, contactOf(contact), room);
    else this.#show({ state: "refused", room, said: "escalate.refused" });
  }

  /** @type {(shown: Shown, contact?: Contact, room?: string) => Promise<void>} */
  async send(shown, contact, room = "") {
    const { world, trust } = this.#host;
    this.#show({ state: "sending", room, said: "escalate.sending" });
    const record = hex(world.random(16));
    const letters = Array.from(world.random(10), (byte) => BASE32[byte % BASE32.length]).join("");
    const fields = { paper: "sent", record, case: letters, day: Math.floor(trust.hour / DAY), ...shown, ...(contact ? { contact } : {}) };
    const post = { trust, random: world.random, by: this.#desk.writer, ask: this.#ask };
    try {
      await sendCopies(post, "/api/escalations", { record }, fields);
      this.#show({ state: "sent", room, said: "escalate.sent" });
    } catch (error) {
      this.#show({ state: "failed", room, said: saidOf(error) });
    }
  }

  /** @type {(path: string, parts?: Bytes) => Promise<Response>} */
  #ask = async (path, parts) => {
    const headers = { authorization: `Bearer ${this.#desk.token}`, "content-type": "application/octet-stream" };
    const init = parts ? { method: "POST", headers, body: /** @type {Uint8Array<ArrayBuffer>} */ (parts) } : { headers };
    const answer = await this.#host.world.fetch(path, init).catch(() => null);
    if (!answer) throw new Unsent("desk.network");
    return answer;
  };
}

/** @type {(value: unknown) => Contact | undefined} */
function contactOf(value) {
  const { mailbox, r } = /** @type {Record<string, unknown>} */ (value ?? {});
  const isGood = typeof mailbox === "string" && /^[0-9a-f]{32}$/.test(mailbox) && typeof r === "string" && /^[0-9a-f]{64}$/.test(r);
  return isGood ? { mailbox, r } : undefined;
}
