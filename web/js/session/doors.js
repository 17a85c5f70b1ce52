/**
 * Doors to rooms of others: who asks us in, which rooms are live, and the way in by type 7
 * (protocol.md 7.5 rules 7, 8, 12 and 13). Whoever goes in asks one member after the other.
 */
import { Refused, hex, unhex } from "../asc1/bytes.js";
import { StaffMember } from "../asc1/staff-member.js";
import { Held } from "./held.js";
/** @import {Rooms, Desk} from "./rooms.js" */
/** @import {Invite, LiveRoom, Message} from "./views.js" */

const ASK_NEXT = 20_000;
/** The visitor is asked for a minute; then it is time to give up. */
const GIVE_UP = 90_000;

/** @typedef {{held: Held, to: number, envelope: Bytes, rest: Checked[], until: number}} Asking */

export class Doors {
  #desk;
  #rooms;
  /** @type {Map<string, Checked[]>} room -> certificates of its staff */
  #live = new Map();
  /** @type {Map<string, Checked>} room -> certificate of who asks us in */
  #inviters = new Map();
  /** Rooms that were declined here: a line that comes back asks again. @type {Set<string>} */
  #declined = new Set();
  /** @type {Map<string, Asking>} */
  #asking = new Map();

  /** @param {Desk} desk @param {Rooms} rooms */
  constructor(desk, rooms) {
    this.#desk = desk;
    this.#rooms = rooms;
  }

  forget() {
    this.#live.clear();
    this.#inviters.clear();
    this.#declined.clear();
    this.#asking.clear();
  }

  /** Live rooms, to a supervisor: ids and staff, no more. @param {Message} message */
  async live({ add, del }) {
    for (const room of del) this.#live.delete(room);
    for (const { id, certs } of add) this.#live.set(id, await this.#checked(certs));
    const { trust } = this.#desk.host;
    /** @type {LiveRoom[]} */
    const live = [...this.#live].map(([id, staff]) => ({ id, staff: staff.map(({ idx }) => trust.name(idx)) }));
    this.#desk.show({ live });
  }

  /** @type {(certs: string[]) => Promise<Checked[]>} */
  async #checked(certs) {
    const good = [];
    for (const cert of certs) {
      try {
        good.push(await this.#desk.host.trust.shift(cert));
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
      }
    }
    return good;
  }

  /** A colleague asks us in. @param {Message} message */
  async invited({ room, why, from, again = false }) {
    const [inviter] = await this.#checked([from]);
    const isOld = again && (this.#declined.has(room) || this.#desk.view.invites.some((each) => each.room === room));
    if (!inviter || isOld || this.#rooms.find(room)) return;
    this.#declined.delete(room);
    this.#inviters.set(room, inviter);
    const { trust } = this.#desk.host;
    this.#drop(room, [{ room, why, name: trust.name(inviter.idx), role: inviter.role }]);
    this.#desk.host.sound("call");
  }

  /** @type {(room: string, instead?: Invite[]) => void} */
  #drop(room, instead = []) {
    this.#desk.show({ invites: [...this.#desk.view.invites.filter((each) => each.room !== room), ...instead] });
  }

  /** Not now. @param {string} room */
  decline(room) {
    this.#declined.add(room);
    this.#inviters.delete(room);
    this.#drop(room);
  }

  /** Yes, to who asked us in. @param {string} room */
  async follow(room) {
    const inviter = this.#inviters.get(room);
    const why = this.#desk.view.invites.find((each) => each.room === room)?.why ?? "help";
    this.decline(room);
    if (inviter) await this.enter(room, [inviter], { why });
  }

  /** A supervisor goes in, announced. @param {string} room */
  join(room) {
    return this.enter(room, this.#live.get(room) ?? [], { why: "supervisor" });
  }

  /** After a reload: the colleagues still hold the epoch. @type {(room: string, certs: string[]) => Promise<void>} */
  async again(room, certs) {
    await this.enter(room, await this.#checked(certs), { why: "again" });
  }

  /** @type {(room: string, staff: Checked[], facts: {why: string, before?: Held | null}) => Promise<void>} */
  async enter(room, staff, facts) {
    const { shift, host: { trust, world } } = this.#desk;
    const own = this.#desk.view.me?.idx;
    const [first, ...rest] = staff.filter(({ idx }) => idx !== own);
    const standing = this.#rooms.find(room);
    if (!shift || !first || (standing && !standing.why && standing !== facts.before)) return;
    const { member, envelope } = await StaffMember.asking({ to: first.pub, sender: shift.pair,
      certificate: shift.cert, roomId: unhex(room), chain: trust.chain, random: world.random,
      now: world.clock, carry: facts.before?.talk.member.carry() });
    const held = new Held(this.#desk.host, member, room, facts);
    facts.before?.close("moved");
    this.#rooms.all = [...this.#rooms.all.filter(({ id }) => id !== room), held];
    const until = this.#asking.get(room)?.until ?? world.clock() + GIVE_UP;
    const asking = { held, to: first.idx, envelope, rest: [...rest, first], until };
    this.#asking.set(room, asking);
    this.#send(asking);
    this.#desk.show({ current: room });
    this.#wait(asking, facts);
  }

  /** @type {(asking: Asking, facts: {why: string}) => void} */
  #wait(asking, facts) {
    const { link, world: { timers, clock } } = this.#desk.host;
    const ms = Math.min(ASK_NEXT, Math.max(0, asking.until - clock()));
    timers.set(() => link.turn(() => this.#late(asking, facts)), ms);
  }

  /** @param {Asking} asking */
  #send({ held, to, envelope }) {
    this.#desk.host.link.send({ t: "join", room: held.id, to }, envelope);
  }

  /** Nobody has let us in yet: the next one is asked, or it is given up. @type {(asking: Asking, facts: {why: string}) => Promise<void>} */
  async #late(asking, { why }) {
    const { held, rest, until } = asking;
    if (this.#asking.get(held.id) !== asking) return;
    if (held.why || held.talk.isLive) return void this.#asking.delete(held.id);
    const { host } = this.#desk;
    if (host.world.clock() >= until) {
      this.#asking.delete(held.id);
      return held.end();
    }
    if (rest.length > 1) {
      held.close("moved");
      return this.enter(held.id, rest, { why });
    }
    return this.#wait(asking, { why });
  }

  /** The way in is shut. @param {string} room */
  async refused(room) {
    const asking = this.#asking.get(room);
    if (!asking || asking.held.talk.isLive) return;
    this.#asking.delete(room);
    asking.held.close("refused");
  }

  /** The socket is back: those who are asked are asked again, byte for byte. */
  online() {
    for (const asking of this.#asking.values()) {
      if (!asking.held.why && !asking.held.talk.isLive) this.#send(asking);
    }
  }

  /** A room of our own, for a colleague to come into. @param {number} to */
  async call(to) {
    const { shift, host } = this.#desk;
    if (!shift) return;
    const { trust, world: { random, clock: now } } = host;
    const roomId = random(16);
    const member = await StaffMember.begin({ roomId, chain: trust.chain, random, now,
      shift: shift.pair, certificate: shift.cert });
    const held = new Held(host, member, hex(roomId), { why: "talk" });
    this.#rooms.all = [...this.#rooms.all, held];
    held.invite(to, "talk");
    this.#desk.show({ current: held.id });
  }
}
