/**
 * `StaffMember`: a member who reads hellos and joins and makes commits (protocol.md section 7).
 */
import { equalConstantTime, hex, refuseUnless, sha256 } from "./bytes.js";
import { draftCommit, readHello, readJoin } from "./draft.js";
import { FRAME_KINDS, controlBody } from "./frame.js";
import { askFor } from "./join.js";
import { Core, Member } from "./member.js";
import { checkCertificate } from "./trust.js";

/** @type {Sig["staffCore"]} */
async function staffCore({ shift, certificate: bytes, ...place }) {
  const core = new Core(place);
  const use = { kinds: [1], nowHour: core.hour, chain: place.chain };
  const certificate = await checkCertificate(bytes, use);
  refuseUnless(equalConstantTime(certificate.pub, shift.publicRaw), "shift key");
  return { core, staff: { shift, certificate } };
}

export class StaffMember extends Member {
  #core;
  #staff;
  /** @type {Set<string>} */
  #envIds = new Set();

  /** @param {Core} core @param {Staff} staff */
  constructor(core, staff) {
    super(core);
    this.#core = core;
    this.#staff = staff;
  }

  /** @type {StaffMemberSig["begin"]} */
  static async begin(place) {
    const { core, staff } = await staffCore(place);
    return new StaffMember(core, staff);
  }

  /** @type {StaffMemberSig["asking"]} */
  static async asking({ to, sender, ...place }) {
    const { core, staff } = await staffCore({ ...place, shift: sender });
    const envelope = await askFor(core, { to, sender, certificate: place.certificate });
    return { member: new StaffMember(core, staff), envelope };
  }

  /** The other members of staff in the room, as certified. @returns {Checked[]} */
  get colleagues() {
    const { context, certificates, slot: own } = this.#core.seat.room;
    return (context?.entries ?? []).filter(({ slot, role }) => role !== 0 && slot !== own)
      .flatMap(({ certHash }) => certificates.get(hex(certHash)) ?? []);
  }

  /** @override @type {MemberSig["ok"]} */
  ok(answer) {
    if (answer.of !== "commit") return super.ok(answer);
    return this.#core.next(async () => {
      const { pending, seat, voice } = this.#core;
      if (pending?.order.epoch !== answer.epoch) return { events: [], send: [] };
      const before = seat.room.context;
      this.#core.pending = null;
      await seat.enterOwn(pending.entered, answer.pos);
      return { events: this.#core.entered(before), send: await voice.flush() };
    });
  }

  /** The own commit was not taken: take what follows, then make a new one. */
  cas() {
    return this.#core.next(async () => {
      this.#core.pending = null;
    });
  }

  /** @type {StaffMemberSig["readHello"]} */
  readHello(bytes, shown) {
    return this.#core.next(async () => {
      const { seat, inbox, hour } = this.#core;
      const at = { shift: this.#staff.shift, shown, nowHour: hour };
      const read = await readHello(seat.room, bytes, at);
      inbox.returnKeys.hello = read.hello.r ? hex(read.hello.r) : "";
      return read;
    });
  }

  /** @type {StaffMemberSig["readJoin"]} */
  readJoin(bytes, from) {
    return this.#core.next(async () => {
      const { seat, inbox, hour } = this.#core;
      const returnKeys = new Set(Object.values(inbox.returnKeys));
      const at = { shift: this.#staff.shift, from, returnKeys, nowHour: hour };
      const { envId, join } = await readJoin(seat.room, bytes, at);
      refuseUnless(!this.#envIds.has(envId), "seen before");
      this.#envIds.add(envId);
      return join;
    });
  }

  /** @type {StaffMemberSig["announce"]} */
  announce(join, why) {
    return this.#core.next(async () => {
      const { room } = this.#core.seat;
      refuseUnless(room.mode === "live", "mode");
      const own = [...room.announced.values()].map((announced) => announced.slot);
      const slot = join.slot ?? 1 + Math.max(room.highestSlot, ...own);
      const leaf = hex(await sha256(join.leaf));
      const control = { t: "joining", idx: join.idx, slot, role: join.role, leaf, why };
      const { send } = await this.#core.voice.write(FRAME_KINDS.control, controlBody(control));
      return { join: { ...join, slot }, send };
    });
  }

  /** @type {StaffMemberSig["commit"]} */
  commit({ joins = [], left = [] } = {}) {
    return this.#core.next(async () => {
      const { seat: { room, pos11, next }, random } = this.#core;
      refuseUnless(room.mode === "idle" || room.mode === "live", "mode");
      refuseUnless(!this.#core.pending, "commit pending");
      refuseUnless(!next, "leaf update without ok");
      for (const { slot, leaf } of room.mode === "live" ? joins : []) {
        const announced = room.announced.get(`${room.slot}:${slot}`);
        refuseUnless(announced?.leaf === hex(await sha256(leaf)), "not announced");
      }
      const pending = await draftCommit(room, this.#staff, { joins, left, pos11 }, random);
      this.#core.pending = pending;
      return pending.order;
    });
  }

  /** @type {StaffMemberSig["proves"]} */
  proves(hello) {
    return this.#core.seat.proves(hello, this.#core.pending?.entered ?? null);
  }
}
