/** What a member of staff does beside writing: asks colleagues in, goes in, answers; each in turn with everything else. */
import { goesAgain } from "../model/desk.js";
import { asked } from "./bearer.js";
import { dutyRole } from "./shift.js";
/** @import {Desk, Rooms} from "./rooms.js" */
/** @import {AcuteRoom, Message} from "./views.js" */

export class Acts {
  #desk;
  #rooms;

  /** @param {Desk} desk @param {Rooms} rooms */
  constructor(desk, rooms) {
    this.#desk = desk;
    this.#rooms = rooms;
  }

  /** @template T @param {() => T | Promise<T>} act @returns {Promise<T>} */
  #turn(act) {
    return this.#desk.host.link.turn(act);
  }

  /** Asks a colleague into a conversation: to be of help, or to take over. @type {(room: string, idx: number, why: "help" | "hand_over") => Promise<void>} */
  invite(room, idx, why) {
    return this.#turn(() => this.#rooms.find(room)?.invite(idx, why));
  }

  /** A talk among staff, in a room of its own. @type {(idx: number) => Promise<void>} */
  call(idx) {
    return this.#turn(() => this.#rooms.doors.call(idx));
  }

  /** The answer to a colleague who asks. @type {(room: string, ok: boolean) => Promise<void>} */
  answer(room, ok) {
    return this.#turn(() => (ok ? this.#rooms.doors.follow(room) : this.#rooms.doors.decline(room)));
  }

  /** A supervisor goes into a live room. @type {(room: string) => Promise<void>} */
  join(room) {
    return this.#turn(() => this.#rooms.doors.join(room));
  }

  /** One key: the visitor gets the 112 card, and supervisors are paged until one answers. @type {(room: string) => Promise<void>} */
  sound(room) {
    return this.#turn(() => void this.#desk.host.link.send({ t: "acute", room }));
  }

  /** A supervisor answers the page and goes in, seen by all. @type {(room: string) => Promise<void>} */
  page(room) {
    return this.#turn(async () => {
      this.#desk.host.link.send({ t: "answer", room });
      await this.#rooms.doors.join(room);
    });
  }

  /** Names what is decided. @type {(room: string, code: string) => Promise<void>} */
  decide(room, code) {
    return this.#turn(() => void this.#desk.host.link.send({ t: "decide", room, code }));
  }

  /** What becomes of the debrief. @type {(room: string, code: string) => Promise<void>} */
  debrief(room, code) {
    return this.#turn(() => void this.#desk.host.link.send({ t: "debrief", room, code }));
  }

  /** A tie to the visitor or the one it is about: the room goes to another, and nothing of it stays here. @type {(room: string, tie: string) => Promise<void>} */
  conflict(room, tie) {
    return this.#turn(() => {
      this.#desk.host.link.send({ t: "conflict", room, tie });
      this.#rooms.find(room)?.close("passed");
    });
  }

  /** Ends it politely; a supervisor is told. @type {(room: string) => Promise<void>} */
  abuse(room) {
    return this.#turn(() => void this.#desk.host.link.send({ t: "abuse", room }));
  }

  /** Proposes to end together, or to go on. @type {(room: string, on: boolean) => Promise<void>} */
  propose(room, on) {
    return this.#turn(() => this.#rooms.find(room)?.beside.propose(on));
  }

  /** The visitor gets a source of help as a card. @type {(room: string, help: {name: string, phone: string, about: string}) => Promise<void>} */
  help(room, help) {
    return this.#turn(() => this.#rooms.find(room)?.beside.help(help));
  }

  /** The visitor is a child: their texts turn simple, and supervisors are told. @type {(room: string) => Promise<void>} */
  child(room) {
    return this.#turn(() => this.#rooms.find(room)?.beside.child());
  }

  /** A time for a booked talk: held for the visitor's code, if there is one, and shown to them. @type {(room: string, time: import("../ui/free-times.js").Time) => Promise<string>} */
  async offerTime(room, { day, number, from, length, form, languages }) {
    const held = this.#rooms.find(room);
    if (!held) return "failed";
    const language = languages.includes(held.view.language) ? held.view.language : languages[0];
    const kept = { mailbox: held.contact?.mailbox, day, number, language, interpreter: null };
    const told = held.contact?.mailbox ? await asked(this.#desk.host.world, "/api/times/offer", kept) : {};
    if (typeof told === "string") return told;
    await this.#turn(() => held.talk.control({ t: "time", day, number, start: from, length, form, languages }));
    await this.#turn(() => {
      held.talk.note("note.time_offered");
      this.#desk.show();
    });
    return "done";
  }

  /** Half an hour longer, for who is here already. @returns {Promise<void>} */
  stay() {
    return this.#turn(() => void this.#desk.host.link.send({ t: "stay" }));
  }

  /** A supervisor has seen a notice. @type {(id: string) => Promise<void>} */
  seen(id) {
    return this.#turn(() => void this.#desk.host.link.send({ t: "seen", id }));
  }

  /** @param {Message} message */
  notices({ all }) {
    const { host: { trust, sound }, view, show } = this.#desk;
    if (all.length > view.notices.length) sound("call");
    show({ notices: all.map((/** @type {Message} */ { id, by, at, kind }) => ({ id, by: trust.name(by), at, kind })) });
  }

  /** Acute rooms: one's own, and to a supervisor all. @param {Message} message */
  async acute({ rooms }) {
    const { host: { trust, sound }, view, show } = this.#desk;
    const me = view.me?.idx ?? -1;
    const name = (/** @type {number | null} */ idx) => (idx === null ? "" : trust.name(idx));
    /** @type {AcuteRoom[]} */
    const acute = rooms.map((/** @type {Message} */ each) => ({ room: each.room, by: name(each.by),
      since: each.since, pages: name(each.to), paged: each.to === me, answered: name(each.answered),
      log: each.log.map((/** @type {Message} */ { code, first, second }) => ({ code, first: name(first),
        second: name(second), mine: first === me || second === me })),
      debrief: each.debrief ?? "", complete: each.complete, over: each.over,
      mine: [each.by, each.answered].includes(me) || this.#rooms.find(each.room) !== undefined }));
    if (acute.some(({ paged, room }) => paged && !view.acute.some((old) => old.paged && old.room === room))) sound("page");
    show({ acute });
    for (const held of this.#rooms.all) {
      const found = rooms.find((/** @type {Message} */ { room }) => room === held.id);
      held.owes = found ? !found.complete : false;
      if (found?.by === me) await held.beside.alarm();
    }
  }

  /** Own last lines once more, for a page that has lost them. @type {(room: string) => Promise<void>} */
  resendLast(room) {
    return this.#turn(async () => {
      const held = this.#rooms.find(room);
      const last = held?.talk.lines.filter((line) =>
        line.mine && line.kind === "text" && goesAgain(held.view.identity, line)).slice(-3) ?? [];
      for (const { text } of held?.view.mayWrite ? last : []) await held?.talk.write(text);
    });
  }

  /** The door, and who else is on duty. @param {Message} message */
  standing({ open, reason, on_duty: onDuty, waiting }) {
    const { host: { trust: { chain: [roster] } }, view, show } = this.#desk;
    const colleagues = roster.members.filter(({ idx }) => onDuty.includes(idx) && idx !== view.me?.idx)
      .map(({ idx, dutyName, roles }) => ({ idx, name: dutyName, role: dutyRole(roles) }));
    show({ standing: { open, reason, on_duty: onDuty, waiting }, colleagues });
  }
}
