/**
 * A centre with made-up people for the tests: one root, a roster, staff with shift keys, and a
 * server of a few lines that orders frames and commits of one room. Chance and clock are fixed.
 */
import { buildHello, hex, newPair, sealEnvelope, systemRandom, utf8 } from
  "../../../web/js/asc1/bytes.js";
import { buildCertificate, shiftHours, importEd25519, signRoster } from
  "../../../web/js/asc1/identity.js";
import { Member } from "../../../web/js/asc1/member.js";
import { StaffMember } from "../../../web/js/asc1/staff-member.js";
import { readRoster, readTrust } from "../../../web/js/asc1/trust.js";

export const HOUR = 500_000;
export const now = () => HOUR * 3_600_000;
export const ROOM = Uint8Array.from({ length: 16 }, (_, i) => i);
export const ZEROS = (length) => new Uint8Array(length);
export const json = (value) => utf8(JSON.stringify(value));

/** The refusal's reason, or "" when nothing was refused. */
export async function reasonOf(action) {
  try {
    await action();
    return "";
  } catch (error) {
    if (error.name !== "Refused") throw error;
    return error.reason;
  }
}

export const flipped = (bytes, at, mask = 1) => {
  const copy = bytes.slice();
  copy[at < 0 ? bytes.length + at : at] ^= mask;
  return copy;
};

const PEOPLE = [
  { idx: 1, roles: [1], name: "Ask", seed: 1 },
  { idx: 2, roles: [1, 2], name: "Birk", seed: 2 },
  { idx: 3, roles: [1], name: "Cleo", seed: 3 },
  { idx: 4, roles: [4], name: "Dag", seed: 4 },
];

export function rosterFields(changes = {}) {
  return { v: 1, seq: 1, prev: "0".repeat(64), issued: HOUR - 10, expires: HOUR + 200,
    members: [], bg: [], revoked: [], ...changes };
}

/** Roots, trust and a signed first roster. */
export async function makeCentre({ t = 1, roots = 1, fields = {} } = {}) {
  const rootKeys = [];
  for (let i = 0; i < roots; i += 1) rootKeys.push(await importEd25519(ZEROS(32).fill(100 + i)));
  const trustBytes = json({ v: 1, service: "stod.example", t,
    roots: rootKeys.map((root) => hex(root.publicRaw)) });
  const identities = new Map();
  const members = [];
  for (const { idx, roles, name, seed } of PEOPLE) {
    const identity = await importEd25519(ZEROS(32).fill(seed));
    identities.set(idx, identity);
    members.push({ idx, roles, duty_name: name, ed25519: hex(identity.publicRaw) });
  }
  const centre = { trust: await readTrust(trustBytes), trustBytes, rootKeys, identities, members };
  const rosterBytes = json(rosterFields({ members, ...fields }));
  const signatures = await signaturesOf(centre, rosterBytes);
  const roster = await readRoster(rosterBytes, signatures, { trust: centre.trust, nowHour: HOUR });
  return { ...centre, rosterBytes, signatures, chain: [roster] };
}

export const signaturesOf = async ({ rootKeys }, bytes, which = rootKeys.map((_, i) => i)) =>
  json(await Promise.all(which.map(async (root) =>
    ({ root, sig: await signRoster(bytes, rootKeys[root].privateKey) }))));

/** A later roster put in front of the chain. */
export async function renewed(centre, changes = {}) {
  const [newest] = centre.chain;
  const bytes = json(rosterFields({ members: centre.members, seq: newest.seq + 1,
    prev: hex(newest.hash), ...changes }));
  const signatures = await signaturesOf(centre, bytes);
  const roster = await readRoster(bytes, signatures, { trust: centre.trust, nowHour: HOUR });
  return { ...centre, rosterBytes: bytes, signatures, chain: [roster, ...centre.chain] };
}

export async function certify(centre, idx, pub, changes = {}) {
  const { roles } = centre.members.find((member) => member.idx === idx);
  const fields = { idx, role: roles[0], kind: 1, ...shiftHours(HOUR), pub,
    rosterHash: centre.chain[0].hash, ...changes };
  return buildCertificate(fields, centre.identities.get(idx).privateKey);
}

/** A staff member on shift. */
export async function onShift(centre, idx, changes = {}) {
  const shift = await newPair();
  return { idx, shift, certificate: await certify(centre, idx, shift.publicRaw, changes) };
}

export const helloFacts = (changes) => ({ r: null, language: "sv", door: 1, topic: 1, relation: 1,
  ageBand: 3, danger: false, prevRoom: ZEROS(16), prevEpoch: 0, proof: ZEROS(32),
  roomSecret: null, ...changes });
export const SHOWN = { language: "sv", door: 1, danger: false };

/** A waiting visitor and its hello. */
export async function waitingVisitor(centre, readers, options = {}) {
  const { roomId = ROOM, facts = {}, sender = null, random = systemRandom, carry } = options;
  const leaf = await newPair();
  const body = buildHello(helloFacts({ v: leaf.publicRaw, rosterHash: centre.chain[0].hash,
    ...facts, ...(facts.prove ? { proof: await facts.prove(leaf.publicRaw) } : {}) }));
  const keys = readers.map(({ shift }) => shift.publicRaw);
  const hello = await sealEnvelope({ type: 1, envId: roomId, expiry: HOUR + 1, to: keys, body,
    sender });
  const member = Member.visitor({ roomId, chain: centre.chain, leaf, random, now, carry });
  await member.addVersion(hello, keys);
  return { member, hello, leaf };
}

export const staffMember = (centre, { shift, certificate }, options = {}) => StaffMember.begin({
  roomId: ROOM, chain: centre.chain, shift, certificate, now, ...options });

/** A room's server: orders, hands on, and forgets nothing. */
export class Room {
  pos = 0;
  pos11 = 0;
  epoch = 0;
  next = new Map();
  log = [];
  present = new Map();
  since = new Map();

  /** Who joins gets nothing older than the commit that lets it in, which is next. */
  enter(slot, member) {
    this.present.set(slot, member);
    this.since.set(slot, this.pos);
  }

  /** A frame of `slot`: taken, repeated, or refused as stale or gap. */
  async send(slot, bytes) {
    const view = new DataView(bytes.buffer);
    const [epoch, seq] = [view.getUint32(20), view.getUint32(24)];
    if (epoch !== this.epoch) return "stale";
    const due = this.next.get(slot) ?? 0;
    if (seq !== due) return seq < due ? "ok" : "gap";
    this.next.set(slot, seq + 1);
    this.pos += 1;
    if (bytes[1] === 0x11) this.pos11 = this.pos;
    const put = { pos: this.pos, from: slot, bytes, certs: [] };
    this.log.push(put);
    await this.present.get(slot)?.ok({ of: "frame", epoch, seq, pos: this.pos });
    return put;
  }

  /** A commit: taken iff it is the next and has seen every leaf update. */
  async commit(slot, order) {
    if (order.epoch !== this.epoch + 1 || order.pos11 !== this.pos11) return "cas";
    this.epoch = order.epoch;
    this.next.clear();
    this.pos += 1;
    this.pos11 = 0;
    const put = { pos: this.pos, from: slot, bytes: order.bytes, certs: order.certs };
    this.log.push(put);
    return put;
  }

  async sendAll(slot, frames) {
    for (const bytes of frames) await this.send(slot, bytes);
  }

  /** Gives `slot` everything after its position; sends what it answers; returns the events. */
  async deliver(slot) {
    const member = this.present.get(slot);
    const since = Math.max(this.since.get(slot) ?? 0, member.state.pos);
    const events = [];
    for (const put of this.log.filter(({ pos, from }) => pos > since && from !== slot)) {
      const outcome = await member.take(put.bytes, put.pos, put.certs);
      events.push(...outcome.events);
      await this.sendAll(slot, outcome.send);
    }
    return events;
  }

  /** Carries a commit through: taken, answered, handed to everybody, leaf updates out. */
  async carry(slot, order) {
    const put = await this.commit(slot, order);
    if (put === "cas") return put;
    const author = this.present.get(slot);
    const { send } = await author.ok({ of: "commit", epoch: order.epoch, seq: 0, pos: put.pos });
    await this.sendAll(slot, send);
    for (const gone of order.left) this.present.delete(gone);
    await this.settle();
    return put;
  }

  async settle() {
    const events = new Map();
    for (let round = 0; round < 3; round += 1) {
      for (const slot of this.present.keys()) {
        events.set(slot, [...(events.get(slot) ?? []), ...await this.deliver(slot)]);
      }
    }
    return events;
  }
}

/** A visitor and an adviser in epoch 1 of one room. */
export async function pairedRoom(options = {}) {
  const centre = options.centre ?? await makeCentre();
  const ask = options.ask ?? await onShift(centre, 1);
  const room = new Room();
  const { member: visitor, hello, leaf } = await waitingVisitor(centre, [ask], options);
  const place = { roomId: options.roomId ?? ROOM, carry: options.staffCarry };
  const adviser = await staffMember(centre, ask, place);
  const { join } = await adviser.readHello(hello, SHOWN);
  room.present.set(0, visitor).set(1, adviser);
  await room.carry(1, await adviser.commit({ joins: [join] }));
  return { centre, ask, room, visitor, adviser, hello, leaf };
}

/** Lets `staff` into the room by a join that slot `by` commits. */
export async function letIn({ centre, room }, staff, by, committer) {
  const host = room.present.get(by);
  const { member, envelope } = await StaffMember.asking({ roomId: ROOM, chain: centre.chain, now,
    to: committer.shift.publicRaw, sender: staff.shift, certificate: staff.certificate });
  const { join, send } = await host.announce(await host.readJoin(envelope, staff.certificate), "");
  await room.sendAll(by, send);
  await room.settle();
  room.enter(join.slot, member);
  await room.carry(by, await host.commit({ joins: [join] }));
  return { member, slot: join.slot };
}
