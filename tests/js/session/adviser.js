/** The simplest adviser: a `Member` on a bare line, answering every hello; for tests of visitors. */
import { hex, unhex } from "../../../web/js/asc1/bytes.js";
import { buildCertificate, shiftHours } from "../../../web/js/asc1/cert.js";
import { newPair } from "../../../web/js/asc1/hpke.js";
import { Member } from "../../../web/js/asc1/member.js";
import { Trust } from "../../../web/js/session/trust.js";

export class Adviser {
  rooms = new Map();
  heard = [];
  #queue = Promise.resolve();
  #waiting = new Map();
  #announced = null;

  static async onDuty(centre, login = "anna") {
    const adviser = new Adviser();
    const me = centre.members.find((member) => member.login === login);
    Object.assign(adviser, { centre, me, shift: await newPair() });
    adviser.trust = new Trust({ fetch: (path) => centre.server.fetch(path), clock: centre.time.clock });
    await adviser.trust.load();
    const hours = shiftHours(adviser.trust.hour);
    adviser.cert = await buildCertificate({ idx: me.idx, role: me.roles[0], kind: 1, ...hours,
      rosterHash: adviser.trust.chain[0].hash, pub: adviser.shift.publicRaw }, me.identity.privateKey);
    centre.server.tokens.set(login, me.idx);
    await adviser.connect();
    return adviser;
  }

  async connect() {
    this.line = this.centre.server.socket("/ws/staff");
    this.line.onopen = () => {
      this.tell({ t: "auth", token: this.me.login });
      this.tell({ t: "duty", cert: hex(this.cert) });
      for (const [id, member] of this.rooms) {
        this.tell({ t: "resume", room: id, pos: member.state.pos, store: this.centre.server.store });
        member.unacked().forEach((frame) => this.line.send(frame));
      }
    };
    this.line.onmessage = ({ data }) => {
      if (typeof data === "string") this.text = JSON.parse(data);
      const [message, bytes] = [this.text, typeof data === "string" ? null : new Uint8Array(data)];
      if (["put", "join"].includes(message.t) && !bytes) return;
      this.#queue = this.#queue.then(() => this.#message(message, bytes));
    };
    await this.centre.settle();
  }

  tell(message, bytes) {
    this.line.send(JSON.stringify(message));
    if (bytes) this.line.send(bytes);
  }

  get #place() {
    return { chain: this.trust.chain, now: this.centre.time.clock, shift: this.shift,
      certificate: this.cert };
  }

  async #message(message, bytes) {
    const { t, room, place } = message;
    const member = this.rooms.get(room);
    if (t === "wait") message.add.forEach((shown) => this.#waiting.set(shown.place, shown));
    else if (t === "offer" && this.answers !== false) this.tell({ t: "claim", place });
    else if (t === "put" && message.pos === 0) await this.#pair(room, bytes);
    else if (t === "put" && member) await this.#put(member, room, message, bytes);
    else if (t === "ok") await this.#did(member, await member.ok(message));
    else if (t === "join") await this.#join(member, room, bytes, message.from);
  }

  async #pair(room, bytes) {
    const member = await Member.staff({ ...this.#place, roomId: unhex(room), carry: this.carry });
    const { lang: language, door, danger } = this.#waiting.get(room);
    const { hello, join } = await member.readHello(bytes, { language, door, danger });
    this.hello = hello;
    this.isProven = false;
    for (const old of this.rooms.values()) {
      if (!await old.proves(hello)) continue;
      this.isProven = true;
      const proven = await Member.staff({ ...this.#place, roomId: unhex(room), carry: old.carry() });
      const again = await proven.readHello(bytes, { language, door, danger });
      this.rooms.set(room, proven);
      return this.#commit(room, proven, { joins: [again.join] });
    }
    this.rooms.set(room, member);
    return this.#commit(room, member, { joins: [join] });
  }

  async #commit(room, member, change) {
    const { bytes, epoch, pos11, joined, left, certs } = await member.commit(change);
    this.tell({ t: "commit", room, epoch, pos11, joined, left, certs: certs.map(hex) }, bytes);
  }

  async #put(member, room, { pos, certs }, bytes) {
    await this.#did(member, await member.take(bytes, pos, certs.map(unhex)));
    const receipts = await member.receipts();
    receipts.forEach((frame) => this.line.send(frame));
    this.tell({ t: "ack", room, pos: member.state.pos });
  }

  async #did(member, { events, send }) {
    this.heard.push(...events);
    send.forEach((frame) => this.line.send(frame));
    if (this.#announced && events.some(({ type }) => type === "leaf")) void member;
  }

  async #join(member, room, bytes, from) {
    const join = await member.readJoin(bytes, from && unhex(from));
    const announced = await member.announce(join, "code");
    announced.send.forEach((frame) => this.line.send(frame));
    await this.#commit(room, member, { joins: [announced.join] });
  }

  async say(text) {
    const [room, member] = [...this.rooms].at(-1);
    void room;
    const { send } = await member.say(text);
    send.forEach((frame) => this.line.send(frame));
    await this.centre.settle();
  }

  async commit(change = {}) {
    const [room, member] = [...this.rooms].at(-1);
    await this.#commit(room, member, change);
    await this.centre.settle();
  }

  get lines() {
    return this.heard.filter(({ type }) => type === "line").map(({ text }) => text);
  }
}
