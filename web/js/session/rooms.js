/**
 * All conversations of one adviser: who waits, who rings, which hello comes from whom, and how
 * rooms heal after a lost socket, a reload or a lost store (protocol.md 7.5 rules 2, 5 and 7).
 */
import { Refused, unhex } from "../asc1/bytes.js";
import { StaffMember } from "../asc1/staff-member.js";
import { Doors } from "./doors.js";
import { Held } from "./held.js";
/** @import {DeskHost} from "./held.js" */
/** @import {Shift} from "./shift.js" */
/** @import {Message, StaffView} from "./views.js" */

/** @typedef {{host: DeskHost, readonly view: StaffView, readonly shift: Shift | null,
 *   show: (change?: Partial<StaffView>) => void, readonly talks: import("./talks.js").Talks}} Desk */

const EXPECTED_FOR = 60_000;
const CLAIM_SAID = ["desk.taken", "desk.gone", "desk.network"];

export class Rooms {
  /** @type {Held[]} */
  all = [];
  /** Off the screen, at rest: their keys know the visitor again. @type {Held[]} */
  #resting = [];
  /** What the server showed of places, also of those no longer in the list.
   * @type {Map<string, StaffView["waiting"][number]>} */
  offered = new Map();
  /** @type {Set<string>} */
  #pairing = new Set();
  doors;
  #desk;
  #store = "";
  /** Was the claim that is under way pressed for? */
  #pressed = false;
  /** A visitor cut off by our own reload is expected until then. */
  #expectsUntil = 0;

  /** @param {Desk} desk */
  constructor(desk) {
    this.#desk = desk;
    this.doors = new Doors(desk, this);
  }

  /** @param {string} id */
  find(id) {
    return this.all.find((held) => held.id === id);
  }

  /** The room cannot be followed any more: a colleague in it lets us in again, or its visitor comes anew. @param {string} id */
  async lose(id) {
    const held = this.find(id);
    if (!held || held.isHealing) return;
    held.isHealing = true;
    this.#desk.host.link.send({ t: "lost", room: id });
    const { colleagues } = held;
    if (colleagues.length) await this.doors.enter(id, colleagues, { why: held.cameFor || "again", before: held });
  }

  /** Nothing stays. */
  forget() {
    for (const held of this.all) held.close("left");
    this.forgetResting(this.all);
    this.all = [];
    this.doors.forget();
    this.offered.clear();
    this.#store = "";
    this.#expectsUntil = 0;
  }

  /** With the shift goes what its keys could know again. */
  forgetResting(also = /** @type {Held[]} */ ([])) {
    for (const { talk } of [...this.#resting.splice(0), ...also]) talk.member.wipe();
  }

  /** What is over leaves the screen. @param {(held: Held) => boolean} isOver */
  putAway(isOver) {
    for (const held of this.all.filter((each) => isOver(each) && each.why === "idle")) {
      held.talk.lines = [];
      this.#resting.push(held);
    }
    this.all = this.all.filter((held) => !isOver(held));
  }

  /** @param {string} place */
  claim(place) {
    this.#pressed = this.#desk.host.link.send({ t: "claim", place });
    this.#say(this.#pressed ? "" : "desk.network");
  }

  /** A claim was refused: told to who pressed for it, and not where this desk asked by itself for whom it expected. @param {string} code */
  missed(code) {
    if (this.#pressed) this.#say(code === "busy" ? "desk.taken" : "desk.gone");
    this.#pressed = false;
    this.#desk.show({ ring: null });
  }

  /** What became of a claim stands until the next one; other troubles are not this one's to take away. @param {string} problem */
  #say(problem) {
    if (problem || CLAIM_SAID.includes(this.#desk.view.problem)) this.#desk.show({ problem });
  }

  /** A claim was granted; one that was asked for twice is granted twice. @type {(id: string, bytes: Bytes) => Promise<void>} */
  async pair(id, bytes) {
    if (this.#pairing.has(id)) return;
    this.#pairing.add(id);
    await this.#pair(id, bytes).finally(() => this.#pairing.delete(id));
  }

  /** Open the hello, look whom it comes from, commit. @type {(id: string, bytes: Bytes) => Promise<void>} */
  async #pair(id, bytes) {
    const shift = this.#desk.shift;
    const shown = this.#desk.view.waiting.find(({ place }) => place === id) ?? this.offered.get(id);
    if (!shift || !shown || this.find(id)) return;
    const { trust, world: { random, clock: now } } = this.#desk.host;
    const place = { roomId: unhex(id), chain: trust.chain, random, now, shift: shift.pair,
      certificate: shift.cert };
    try {
      let member = await StaffMember.begin(place);
      const { hello } = await trust.retried(() => member.readHello(bytes, shown));
      const booked = hello.roomSecret && this.#desk.talks.matching(hello.roomSecret);
      if (hello.roomSecret && !booked) throw new Refused("room secret");
      const proven = await this.#provenBy(hello);
      if (proven) {
        member = await StaffMember.begin({ ...place, carry: proven.talk.member.carry() });
      }
      const { join } = await member.readHello(bytes, shown);
      const isBack = hello.prevRoom.some((byte) => byte !== 0);
      const held = new Held(this.#desk.host, member, id, { hello, before: proven, since: shown.since,
        identity: proven ? "proven" : booked ? "booked" : isBack ? "unproven" : bytes[7] & 1 ? "code" : "new" });
      if (proven) held.talk.note("note.reconnected");
      else if (isBack) held.talk.note("note.unproven");
      const lost = proven ?? (isBack ? this.all.find(({ expects }) => expects) : undefined);
      lost?.close("moved", lost === proven);
      this.all = [...this.all.filter((other) => other !== lost), held];
      if (booked) this.#desk.talks.stand(booked.id, "done").catch(() => {});
      this.#expectsUntil = 0;
      await held.begin([join]);
      this.#pressed = false;
      this.#say("");
      this.#desk.show({ current: id, ring: null });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#desk.show({ problem: error.reason === "roster alarm" ? "desk.roster_alarm" : error.reason === "room secret" ? "desk.bad_talk" : "desk.bad_hello" });
    }
  }

  /** @param {Hello & {envId: Bytes}} hello */
  async #provenBy(hello) {
    for (const held of [...this.all, ...this.#resting]) {
      if (held.why && held.why !== "idle" || !await held.proves(hello)) continue;
      this.#resting = this.#resting.filter((other) => other !== held);
      return held;
    }
    return null;
  }

  /** After the socket came back: same rooms, or rooms of a store that is gone. @type {(store: string, held: {room: string, certs: string[]}[]) => Promise<void>} */
  async heal(store, held) {
    const [before, open] = [this.#store || store, this.all.filter(({ why }) => !why)];
    this.#store = store;
    for (const room of open.filter(({ isPractice }) => !isPractice)) {
      const { pos, mode } = room.talk.member.state;
      const isIn = mode === "joining" && held.some(({ room: id }) => id === room.id);
      if (mode === "live" || isIn) this.#desk.host.link.send({ t: "resume", room: room.id, pos, store: before });
      if (store !== before) room.isHealing = true;
      else {
        room.sendPending();
        if (mode === "live") await room.talk.online();
        room.beside.sayQuiet();
      }
    }
    this.doors.online();
    for (const { room: id, certs } of held.filter(({ room }) => !this.find(room))) {
      this.#expectsUntil = this.#desk.host.world.clock() + EXPECTED_FOR;
      this.#desk.host.link.send({ t: "lost", room: id });
      await this.doors.again(id, certs);
    }
  }

  /** @param {Message} message */
  wait({ add, del }) {
    const fresh = add.map((/** @type {Message} */ { place, lang, door, danger, since }) =>
      ({ place, language: lang, door, danger, since }));
    for (const shown of fresh) this.offered.set(shown.place, shown);
    const gone = new Set([...del, ...fresh.map((/** @type {{place: string}} */ f) => f.place)]);
    this.#desk.show({ waiting: [...this.#desk.view.waiting.filter(({ place }) => !gone.has(place)), ...fresh] });
  }

  /** Names for the numbers on the supervisor's board. @type {(message: Message) => NonNullable<StaffView["board"]>} */
  board({ duty, rooms }) {
    const name = (/** @type {number} */ idx) => this.#desk.host.trust.name(idx);
    return { duty: duty.map((/** @type {Message} */ member) => ({ ...member, name: name(member.idx) })),
      rooms: rooms.map((/** @type {Message} */ room) => ({ id: room.id, here: room.here, names: room.staff.map(name) })) };
  }

  /** @param {Message} message */
  offer({ place, until, back }) {
    this.#desk.show({ ring: place && { place, until } });
    if (!place) return undefined;
    // Who was cut off may be given up by their tab before this desk has noticed anything.
    const isExpected = this.#desk.host.world.clock() < this.#expectsUntil ||
      this.all.some(({ why, isPractice }) => !why && !isPractice);
    if (back && isExpected) return this.#desk.host.link.send({ t: "claim", place });
    return this.#desk.host.sound("ring");
  }

  /** @type {(held: Held, message: Message) => Promise<void>} */
  async ok(held, message) {
    await held.ok(message);
    if (message.of !== "commit" || message.epoch !== 1) return;
    this.#desk.host.link.send({ t: "resume", room: held.id, pos: held.talk.member.state.pos,
      store: this.#store });
    await held.talk.online();
  }

  /** @type {(held: Held, why: string) => void} */
  closed(held, why) {
    if (held.isHealing && why !== "end" && why !== "quick") return;
    held.close(why, why === "idle");
    if (why !== "moved") this.#desk.host.sound("left");
  }
}
