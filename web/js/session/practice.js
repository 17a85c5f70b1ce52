/**
 * A conversation with oneself, in this page alone: two `Member`s, real encryption, no socket.
 * The other side gives back every line, so that marks, marks of writing and the end can be seen.
 */
import { ZEROS_32, buildHello, hex, newPair, sealEnvelope, unhex } from "../asc1/bytes.js";
import { Member } from "../asc1/member.js";
import { StaffMember } from "../asc1/staff-member.js";
import { Held } from "./held.js";
/** @import {DeskHost} from "./held.js" */
/** @import {Message} from "./views.js" */

const THINKS = 1500;

/** Numbers what both sides send and carries it across. */
class Loop {
  up = true;
  #pos = 0;
  #host;
  #visitor;
  /** @type {Held | null} */
  held = null;

  /** @param {DeskHost} host @param {Member} visitor */
  constructor(host, visitor) {
    this.#host = host;
    this.#visitor = visitor;
  }

  /** @type {<T>(act: () => T | Promise<T>) => Promise<T>} */
  turn(act) {
    return this.#host.link.turn(act);
  }

  /** @type {(message: Message | null, bytes?: Bytes) => boolean} */
  send(message, bytes) {
    if (bytes) this.turn(() => this.#across(message, bytes));
    return true;
  }

  /** @type {(message: Message | null, bytes: Bytes) => Promise<void>} */
  async #across(message, bytes) {
    const held = this.held;
    if (!held || held.why) return;
    this.#pos += 1;
    const [pos, room] = [this.#pos, held.id];
    if (message) await held.ok({ t: "ok", of: "commit", room, epoch: message.epoch, seq: 0, pos });
    else await held.ok({ t: "ok", of: "frame", room, ...numbersOf(bytes), pos });
    if (message?.epoch === 1) await held.talk.online();
    await this.#answer(await this.#visitor.take(bytes, pos, message?.certs.map(unhex)));
  }

  /** @type {(outcome: Outcome) => Promise<void>} */
  async #answer({ events, send }) {
    await this.#back([...send, ...await this.#visitor.receipts()]);
    for (const event of events.filter(({ type }) => type === "line")) {
      await this.#back(await this.#visitor.control({ t: "writing" }));
      this.#host.world.timers.set(() => this.turn(async () => {
        if (event.type !== "line" || this.held?.why) return;
        await this.#back((await this.#visitor.say(event.text)).send);
      }), THINKS);
    }
  }

  /** @param {Bytes[]} frames */
  async #back(frames) {
    for (const frame of frames) {
      this.#pos += 1;
      const { pos } = { pos: this.#pos };
      await this.#visitor.ok({ of: "frame", ...numbersOf(frame), pos });
      await this.held?.talk.put({ t: "put", pos }, frame, []);
    }
  }
}

/** @type {(frame: Bytes) => {epoch: number, seq: number}} */
function numbersOf(frame) {
  const view = new DataView(frame.buffer, frame.byteOffset);
  return { epoch: view.getUint32(20), seq: view.getUint32(24) };
}

/** @type {(host: DeskHost & {pair: Pair, cert: Bytes}) => Promise<Held>} */
export async function practice({ pair, cert, ...host }) {
  const { random, clock: now, language } = host.world;
  const [roomId, leaf, { chain, hour }] = [random(16), await newPair(random), host.trust];
  const shown = { language, door: 1, danger: false };
  const body = buildHello({ v: leaf.publicRaw, r: null, rosterHash: chain[0].hash, ...shown, topic: 0,
    relation: 0, ageBand: 0, prevRoom: new Uint8Array(16), prevEpoch: 0, proof: ZEROS_32,
    roomSecret: null });
  const envelope = await sealEnvelope({ type: 1, envId: roomId, expiry: hour + 24,
    to: [pair.publicRaw], body }, random);
  const visitor = Member.visitor({ roomId, leaf, chain, random, now });
  await visitor.addVersion(envelope, [pair.publicRaw]);
  const member = await StaffMember.begin({ roomId, chain, random, now, shift: pair, certificate: cert });
  const { hello, join } = await member.readHello(envelope, shown);
  const loop = new Loop(host, visitor);
  const link = /** @type {import("./world.js").Link} */ (/** @type {unknown} */ (loop));
  const held = new Held({ ...host, link }, member, hex(roomId), { hello, identity: "new" });
  held.isPractice = true;
  loop.held = held;
  await held.begin([join]);
  return held;
}
