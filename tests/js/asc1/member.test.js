/** `Member` in rooms with others (protocol.md 7.2, 7.3, 7.5, section 16). Over 400 lines on purpose: one participant, all it does. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { hex, newPair, sealEnvelope, sha256, systemRandom, utf8 } from
  "../../../web/js/asc1/bytes.js";
import { buildJoin, joiner } from "../../../web/js/asc1/join.js";
import { parseFrame } from "../../../web/js/asc1/frame.js";
import { resumeProof } from "../../../web/js/asc1/trust.js";
import { Epoch, Member, Seat } from "../../../web/js/asc1/member.js";
import { StaffMember } from "../../../web/js/asc1/staff-member.js";
import { HOUR, ROOM, Room, SHOWN, ZEROS, flipped, letIn, makeCentre, now, onShift, pairedRoom,
  reasonOf, renewed, staffMember, waitingVisitor } from "./people.js";

const textsOf = (events) => (events ?? []).filter(({ type }) => type === "line")
  .map(({ text }) => text);
const typesOf = (events) => (events ?? []).map(({ type }) => type);

async function say(room, slot, text) {
  const { msgId, send } = await room.present.get(slot).say(text);
  await room.sendAll(slot, send);
  return msgId;
}

test("a visitor and an adviser meet, compare and talk both ways", async () => {
  const { room, visitor, adviser } = await pairedRoom();
  await say(room, 0, "hej");
  await say(room, 1, "välkommen");
  const heard = await room.settle();
  assert.deepEqual(textsOf(heard.get(1)), ["hej"]);
  assert.deepEqual(textsOf(heard.get(0)), ["välkommen"]);
  assert.deepEqual(visitor.state.safety, adviser.state.safety);
  assert.deepEqual(visitor.state.resume, adviser.state.resume);
  assert.deepEqual([...adviser.state.heard], [0]);
  assert.deepEqual(visitor.state.members.map(({ dutyName }) => dutyName), ["", "Ask"]);
});

test("what was written while waiting is the first line of epoch 1", async () => {
  const centre = await makeCentre();
  const ask = await onShift(centre, 1);
  const room = new Room();
  const { member: visitor, hello } = await waitingVisitor(centre, [ask]);
  assert.deepEqual((await visitor.say("jag väntar")).send, []);
  const adviser = await staffMember(centre, ask);
  const { join } = await adviser.readHello(hello, SHOWN);
  room.present.set(0, visitor).set(1, adviser);
  const put = await room.commit(1, await adviser.commit({ joins: [join] }));
  await adviser.ok({ of: "commit", epoch: 1, seq: 0, pos: put.pos });
  const heard = await room.settle();
  assert.deepEqual(typesOf(heard.get(1)), ["leaf", "line"]);
  assert.deepEqual(visitor.state.held, []);
});

test("a line that cannot be sealed is its writer's again, and goes out once when written anew", async (t) => {
  const { room, visitor } = await pairedRoom();
  const broken = t.mock.method(crypto.subtle, "encrypt", () => Promise.reject(new Error("broken")));
  await assert.rejects(visitor.say("hej"), /broken/);
  broken.mock.restore();
  await say(room, 0, "hej");
  await say(room, 0, "igen");
  assert.deepEqual(textsOf((await room.settle()).get(1)), ["hej", "igen"]);
});

test("a put at or below the own position is dropped (P1)", async () => {
  const { room, adviser } = await pairedRoom();
  await say(room, 0, "en gång");
  await room.settle();
  for (const put of room.log) {
    assert.deepEqual(await adviser.take(put.bytes, put.pos, put.certs), { events: [], send: [] });
  }
  const last = room.log.at(-1);
  assert.deepEqual((await adviser.take(last.bytes, last.pos + 5)).events, []);
});

test("a refused commit changes nothing; with a new roster the right one is taken", async () => {
  const centre = await makeCentre();
  const later = await renewed(centre);
  const ask = await onShift(centre, 1);
  const { member: visitor, hello } = await waitingVisitor(centre, [ask]);
  const adviser = await staffMember(later, ask);
  const { join } = await adviser.readHello(hello, SHOWN);
  const order = await adviser.commit({ joins: [join] });
  const before = visitor.state;
  assert.equal(await reasonOf(() => visitor.take(flipped(order.bytes, -1), 1, order.certs)),
    "2 roster");
  assert.deepEqual(visitor.state, before);
  visitor.useChain(later.chain);
  assert.equal(await reasonOf(() => visitor.take(flipped(order.bytes, -1), 1, order.certs)),
    "7 member tag");
  assert.deepEqual(visitor.state, before);
  assert.equal((await visitor.take(order.bytes, 1, order.certs)).events[0].type, "epoch");
});

test("the first valid commit for a hello wins, a second is refused", async () => {
  const centre = await makeCentre();
  const [ask, birk] = [await onShift(centre, 1), await onShift(centre, 2)];
  const { member: visitor, hello } = await waitingVisitor(centre, [ask, birk]);
  const orders = [];
  for (const staff of [ask, birk]) {
    const member = await staffMember(centre, staff);
    const { join } = await member.readHello(hello, SHOWN);
    orders.push(await member.commit({ joins: [join] }));
  }
  await visitor.take(orders[0].bytes, 1, orders[0].certs);
  assert.equal(await reasonOf(() => visitor.take(orders[1].bytes, 2, orders[1].certs)), "1 epoch");
  assert.equal(await reasonOf(() => visitor.take(orders[0].bytes, 2, orders[0].certs)), "1 epoch");
});

test("a leaf opens one seed: it goes when its update is acknowledged", async () => {
  const centre = await makeCentre();
  const ask = await onShift(centre, 1);
  const { hello, leaf } = await waitingVisitor(centre, [ask]);
  const seat = new Seat(ROOM, centre.chain, systemRandom, "visitor");
  seat.hold(leaf);
  Object.assign(seat.room, { mode: "waiting",
    versions: new Map([[hex(await sha256(hello)), new Set([hex(ask.shift.publicRaw)])]]) });
  const adviser = await staffMember(centre, ask);
  const { join } = await adviser.readHello(hello, SHOWN);
  const order = await adviser.commit({ joins: [join] });
  await seat.believe(order.bytes, 1, { offered: order.certs, nowHour: HOUR });
  assert.equal(seat.room.held.size, 2);
  const next = seat.next.publicRaw;
  seat.frameOk(1, 0, 2);
  assert.deepEqual([...seat.room.held.keys()], [hex(next)]);
  assert.equal(seat.pos11, 2);
});

test("who has a leaf update without ok does not commit", async () => {
  const group = await pairedRoom();
  const birk = await onShift(group.centre, 2);
  const { member } = await letIn(group, birk, 1, group.ask);
  const update = group.room.log.findLast(({ from, bytes }) => from === 2 && bytes[1] === 0x11);
  assert.ok(update);
  const order = await group.adviser.commit();
  const fresh = await member.take(order.bytes, group.room.pos + 1, order.certs);
  assert.equal(fresh.send[0][1], 0x11);
  assert.equal(await reasonOf(() => member.commit()), "leaf update without ok");
  await member.ok({ of: "frame", epoch: 3, seq: 0, pos: group.room.pos + 2 });
  assert.equal(await reasonOf(() => member.commit()), "");
});

test("a pending commit is kept byte for byte until ok or cas", async () => {
  const { room, adviser } = await pairedRoom();
  const order = await adviser.commit();
  assert.deepEqual(adviser.state.pending, order);
  assert.equal(await reasonOf(() => adviser.commit()), "commit pending");
  assert.equal(adviser.state.epoch, 1);
  await adviser.cas();
  const again = await adviser.commit();
  assert.notDeepEqual(again.bytes, order.bytes);
  await adviser.ok({ of: "commit", epoch: 9, seq: 0, pos: room.pos + 1 });
  assert.equal(adviser.state.epoch, 1);
  await room.carry(1, again);
  assert.equal(adviser.state.epoch, 2);
  assert.equal(adviser.state.pending, null);
});

test("another commit of the epoch replaces the pending one", async () => {
  const group = await pairedRoom();
  const { room, adviser } = group;
  const { member } = await letIn(group, await onShift(group.centre, 2), 1, group.ask);
  await room.carry(2, (await adviser.commit(), await member.commit()));
  assert.equal(adviser.state.pending, null);
  assert.equal(adviser.state.epoch, 3);
});

test("what was sent before an own commit is read when it comes after its ok", async () => {
  const { room, visitor, adviser } = await pairedRoom();
  await say(room, 0, "just före");
  const order = await adviser.commit();
  const put = await room.commit(1, order);
  await adviser.ok({ of: "commit", epoch: 2, seq: 0, pos: put.pos });
  const late = room.log.at(-2);
  assert.deepEqual(textsOf((await adviser.take(late.bytes, late.pos)).events), ["just före"]);
  assert.equal(adviser.state.pos, put.pos);
  const replay = await adviser.take(late.bytes, put.pos + 9);
  assert.equal(replay.events[0].type, "unreadable");
  await room.deliver(0);
  assert.equal(visitor.state.epoch, 2);
});

test("a line without ok is sealed again after a commit, and shown once", async () => {
  const { room, visitor, adviser } = await pairedRoom();
  const { send: [first] } = await visitor.say("ett");
  await visitor.say("två");
  const seen = await adviser.take(first, room.pos + 1);
  assert.deepEqual(textsOf(seen.events), ["ett"]);
  room.pos += 1;
  await room.carry(1, await adviser.commit());
  const lines = room.log.filter(({ from, bytes }) => from === 0 && bytes[1] === 0x10);
  assert.equal(lines.length, 2);
  assert.equal((await adviser.receipts())[0].length, 300);
  assert.deepEqual(adviser.state.heard, new Set([0]));
});

test("lines wait for a yes when somebody new listens; newer ones wait behind them", async () => {
  const group = await pairedRoom();
  const { room, visitor } = group;
  const { msgId } = await visitor.say("bara till dig");
  const { member } = await letIn(group, await onShift(group.centre, 2), 1, group.ask);
  assert.deepEqual(visitor.state.held, [msgId]);
  assert.deepEqual((await visitor.say("senare")).send, []);
  const send = await visitor.release([msgId]);
  await room.sendAll(0, send);
  assert.deepEqual(textsOf((await room.settle()).get(2)), ["bara till dig", "senare"]);
  assert.equal(member.state.epoch, 2);
});

test("a line taken back is not sent, and frees the next", async () => {
  const group = await pairedRoom();
  const { room, visitor } = group;
  const { msgId } = await visitor.say("ångrad");
  await letIn(group, await onShift(group.centre, 2), 1, group.ask);
  await visitor.say("nästa");
  await room.sendAll(0, await visitor.discard([msgId]));
  assert.deepEqual(textsOf((await room.settle()).get(2)), ["nästa"]);
});

test("receipts: a staff line is received by the visitor, not by a colleague", async () => {
  const group = await pairedRoom();
  const { room, visitor, adviser } = group;
  const { member } = await letIn(group, await onShift(group.centre, 2), 1, group.ask);
  const msgId = await say(room, 1, "hej båda");
  await room.settle();
  await room.sendAll(2, await member.receipts());
  assert.ok(!typesOf((await room.settle()).get(1)).includes("received"));
  await room.sendAll(0, await visitor.receipts());
  const received = (await room.settle()).get(1).find(({ type }) => type === "received");
  assert.deepEqual(received.msgIds, [msgId]);
  assert.deepEqual(await adviser.receipts(), []);
});

test("receipts name at most 14 lines", async () => {
  const { room, visitor, adviser } = await pairedRoom();
  for (let n = 0; n < 15; n += 1) await say(room, 0, String(n));
  await room.settle();
  for (const count of [14, 1]) {
    await room.sendAll(1, await adviser.receipts());
    assert.equal((await room.settle()).get(0)[0].msgIds.length, count);
  }
  assert.deepEqual(visitor.carry().lines, []);
});

test("unacknowledged frames are the same bytes; a gap is answered from where it is", async () => {
  const { visitor, room } = await pairedRoom();
  const sent = [(await visitor.say("a")).send[0], (await visitor.say("b")).send[0]];
  assert.deepEqual(visitor.unacked(), sent);
  assert.deepEqual(visitor.from(1), sent);
  assert.deepEqual(visitor.from(2), [sent[1]]);
  assert.equal(visitor.from(0), null);
  const { events } = await visitor.ok({ of: "frame", epoch: 1, seq: 1, pos: room.pos + 1 });
  assert.deepEqual(typesOf(events), ["sent"]);
  assert.deepEqual(visitor.unacked(), [sent[1]]);
  assert.equal(visitor.from(1), null);
});

test("calls that overlap use different keys", async () => {
  const { visitor, room } = await pairedRoom();
  const said = await Promise.all(["a", "b", "c"].map((text) => visitor.say(text)));
  await room.sendAll(0, said.flatMap(({ send }) => send));
  assert.deepEqual(textsOf((await room.settle()).get(1)), ["a", "b", "c"]);
});

test("covers and ends arrive; a cover is not shown", async () => {
  const { visitor, room } = await pairedRoom();
  const [cover] = await visitor.cover();
  assert.equal(cover.length, 300);
  await room.sendAll(0, [cover, ...await visitor.end()]);
  assert.deepEqual(typesOf((await room.settle()).get(1)), ["ended"]);
});

test("unreadable frames are counted in a row, passed, and forgiven by one that opens", async () => {
  const { visitor, room, adviser } = await pairedRoom();
  const { send: [good] } = await visitor.say("hel");
  const counts = [];
  for (let n = 1; n <= 3; n += 1) {
    const { events: [event] } = await adviser.take(flipped(good, -1), room.pos + n);
    counts.push(event.inARow);
  }
  assert.deepEqual(counts, [1, 2, 3]);
  assert.equal(adviser.state.pos, room.pos + 3);
  assert.deepEqual(textsOf((await adviser.take(good, room.pos + 4)).events), ["hel"]);
  const [event] = (await adviser.take(ZEROS(300), room.pos + 5)).events;
  assert.equal(event.inARow, 1);
});

test("a frame is of this room; seq 0 is a leaf update iff a stanza was received (N3)", async () => {
  const keys = { confirmTag: ZEROS(32), memberKey: ZEROS(32), exporter: ZEROS(32) };
  const chains = () => new Map([0, 1, 2].map((slot) => [slot, new Uint8Array(32).fill(slot)]));
  const context = { roomId: ROOM, epoch: 3, entries: [] };
  const epochOf = (slot) => new Epoch({ context, slot, committer: 1, certificates: new Map(),
    keys: { ...keys, chains: chains() } });
  const line = { kind: 6, minutes: 0, msgId: ZEROS(16), body: ZEROS(0) };
  const leaf = { ...line, kind: 4, body: ZEROS(32) };
  const judge = async (from, seals, edit = (bytes) => bytes) => {
    const [sender, reader] = [epochOf(from), epochOf(0)];
    let bytes = ZEROS(0);
    for (const [type, note] of seals) bytes = await sender.seal(type, note);
    return reasonOf(() => reader.open(parseFrame(edit(bytes))));
  };
  assert.equal(await judge(2, [[0x11, leaf]]), "");
  assert.equal(await judge(2, [[0x11, leaf], [0x10, line]]), "");
  assert.equal(await judge(1, [[0x10, line]]), "");
  assert.equal(await judge(2, [[0x10, line]]), "leaf update");
  assert.equal(await judge(2, [[0x11, leaf], [0x11, leaf]]), "leaf update");
  assert.equal(await judge(1, [[0x11, leaf]]), "leaf update");
  assert.equal(await judge(1, [[0x10, line]], (bytes) => flipped(bytes, 4)), "room");
  assert.equal(await judge(1, [[0x10, line]], (bytes) => flipped(bytes, 3, 2)), "room");
});

test("a missing message is told", async () => {
  const { visitor, room, adviser } = await pairedRoom();
  await visitor.say("borta");
  const { send: [second] } = await visitor.say("kvar");
  const { events } = await adviser.take(second, room.pos + 2);
  assert.deepEqual(typesOf(events), ["missing", "line"]);
});

test("a hello shown otherwise, of another room or roster, is refused", async () => {
  const centre = await makeCentre();
  const ask = await onShift(centre, 1);
  const adviser = await staffMember(centre, ask);
  const { hello } = await waitingVisitor(centre, [ask]);
  for (const changes of [{ language: "en" }, { door: 2 }, { danger: true }]) {
    const shown = { ...SHOWN, ...changes };
    assert.equal(await reasonOf(() => adviser.readHello(hello, shown)), "shown otherwise");
  }
  const elsewhere = await waitingVisitor(centre, [ask], { roomId: ZEROS(16) });
  assert.equal(await reasonOf(() => adviser.readHello(elsewhere.hello, SHOWN)), "room");
  const alarm = await waitingVisitor(centre, [ask], { facts: { rosterHash: ZEROS(32) } });
  assert.equal(await reasonOf(() => adviser.readHello(alarm.hello, SHOWN)), "roster alarm");
  const weak = await waitingVisitor(centre, [ask], { facts: { v: ZEROS(32) } });
  assert.equal(await reasonOf(() => adviser.readHello(weak.hello, SHOWN)), "zero exchange");
});

test("a join is one's own, fresh, for this room, and not heard before", async () => {
  const { centre, ask, adviser } = await pairedRoom();
  const birk = await onShift(centre, 2);
  const cleo = await onShift(centre, 3);
  const asking = { roomId: ROOM, chain: centre.chain, now, to: ask.shift.publicRaw,
    sender: birk.shift, certificate: birk.certificate };
  const { envelope } = await StaffMember.asking(asking);
  assert.equal(await reasonOf(() => adviser.readJoin(envelope, cleo.certificate)), "sender");
  assert.equal(await reasonOf(() => adviser.readJoin(envelope, null)), "return key");
  assert.equal(await reasonOf(() => adviser.readJoin(envelope, birk.certificate)), "");
  assert.equal(await reasonOf(() => adviser.readJoin(envelope, birk.certificate)), "seen before");
  const wrongRoom = await StaffMember.asking({ ...asking, roomId: ZEROS(16) });
  assert.equal(await reasonOf(() => adviser.readJoin(wrongRoom.envelope, birk.certificate)), "room");
  const weak = await sealEnvelope({ type: 7, envId: systemRandom(16), expiry: HOUR + 1,
    to: [ask.shift.publicRaw], sender: birk.shift,
    body: buildJoin({ leaf: ZEROS(32), roomId: ROOM, random: ZEROS(16) }) });
  assert.equal(await reasonOf(() => adviser.readJoin(weak, birk.certificate)), "zero exchange");
  const self = await onShift(centre, 1);
  const twin = await StaffMember.asking({ ...asking, sender: self.shift, certificate: self.certificate });
  assert.equal(await reasonOf(() => adviser.readJoin(twin.envelope, self.certificate)), "own idx");
});

test("nobody is committed unannounced, the committer and the visitor stay", async () => {
  const { centre, ask, adviser } = await pairedRoom();
  const birk = await onShift(centre, 2);
  const { envelope } = await StaffMember.asking({ roomId: ROOM, chain: centre.chain, now,
    to: ask.shift.publicRaw, sender: birk.shift, certificate: birk.certificate });
  const join = { ...await adviser.readJoin(envelope, birk.certificate), slot: 2 };
  assert.equal(await reasonOf(() => adviser.commit({ joins: [join] })), "not announced");
  assert.equal(await reasonOf(() => adviser.commit({ left: [1] })), "leaving");
  assert.equal(await reasonOf(() => adviser.commit({ left: [0] })), "room full");
  assert.equal(adviser.state.pending, null);
});

test("a hand-over: the new adviser commits without the old one, who reads no more", async () => {
  const group = await pairedRoom();
  const { room, adviser } = group;
  const { member } = await letIn(group, await onShift(group.centre, 2), 1, group.ask);
  const order = await member.commit({ left: [1] });
  await room.carry(2, order);
  assert.notEqual(await reasonOf(() => adviser.take(order.bytes, room.pos, order.certs)), "");
  await say(room, 2, "nu är vi två");
  assert.deepEqual(textsOf((await room.settle()).get(0)), ["nu är vi två"]);
  const [event] = (await adviser.take(room.log.at(-1).bytes, room.pos + 1)).events;
  assert.equal(event.type, "unreadable");
});

test("a colleague who reloads comes back to the same slot", async () => {
  const group = await pairedRoom();
  const birk = await onShift(group.centre, 2);
  await letIn(group, birk, 1, group.ask);
  const { member, slot } = await letIn(group, birk, 1, group.ask);
  assert.equal(slot, 2);
  await say(group.room, 0, "hej igen");
  assert.deepEqual(textsOf((await group.room.settle()).get(2)), ["hej igen"]);
  assert.equal(member.state.safety, null);
});

test("a staff room has no slot 0 and starts with those invited", async () => {
  const centre = await makeCentre();
  const [ask, birk] = [await onShift(centre, 1), await onShift(centre, 2)];
  const room = new Room();
  const caller = await staffMember(centre, ask);
  const { member, envelope } = await StaffMember.asking({ roomId: ROOM, chain: centre.chain, now,
    to: ask.shift.publicRaw, sender: birk.shift, certificate: birk.certificate });
  room.present.set(1, caller).set(2, member);
  const join = await caller.readJoin(envelope, birk.certificate);
  await room.carry(1, await caller.commit({ joins: [join] }));
  assert.deepEqual(member.state.members.map(({ slot }) => slot), [1, 2]);
  await say(room, 1, "kollega");
  assert.deepEqual(textsOf((await room.settle()).get(2)), ["kollega"]);
  await room.sendAll(2, await member.receipts());
  assert.deepEqual(typesOf((await room.settle()).get(1)), ["received"]);
});

/** The visitor comes back after the store was lost, with a proof made from `key`. */
async function comeBack(old, key) {
  const { roomId, epoch } = old.visitor.state.resume;
  const newRoom = systemRandom(16);
  const prove = (v) => resumeProof(key,
    { envId: newRoom, v, prevRoom: roomId, prevEpoch: epoch });
  const back = await waitingVisitor(old.centre, [old.ask], { roomId: newRoom,
    carry: old.visitor.carry(), facts: { prevRoom: roomId, prevEpoch: epoch, prove } });
  const reader = await staffMember(old.centre, old.ask, { roomId: newRoom });
  return { ...back, newRoom, hello: back.hello, read: await reader.readHello(back.hello, SHOWN) };
}

test("a proven visitor is known, a forged proof is not (N12)", async () => {
  const old = await pairedRoom();
  const { key } = old.visitor.state.resume;
  const right = await comeBack(old, key);
  assert.equal(await old.adviser.proves(right.read.hello), true);
  const forged = await comeBack(old, systemRandom(32));
  assert.equal(await old.adviser.proves(forged.read.hello), false);
  const moved = { ...right.read.hello, envId: ZEROS(16) };
  assert.equal(await old.adviser.proves(moved), false);
  assert.equal(await old.adviser.proves({ ...right.read.hello, prevRoom: ZEROS(16) }), false);
  assert.equal(await old.adviser.proves({ ...right.read.hello, prevEpoch: 7 }), false);
});

test("after a proven return unreceived lines come again, once, in order", async () => {
  const old = await pairedRoom();
  await say(old.room, 0, "framme");
  await old.room.settle();
  await old.visitor.say("på väg");
  await old.adviser.say("svar på väg");
  const back = await comeBack(old, old.visitor.state.resume.key);
  const room = new Room();
  const adviser = await staffMember(old.centre, old.ask,
    { roomId: back.newRoom, carry: old.adviser.carry() });
  const { join } = await adviser.readHello(back.hello, SHOWN);
  room.present.set(0, back.member).set(1, adviser);
  const put = await room.commit(1, await adviser.commit({ joins: [join] }));
  const { send } = await adviser.ok({ of: "commit", epoch: 1, seq: 0, pos: put.pos });
  await room.sendAll(1, send);
  const heard = await room.settle();
  assert.deepEqual(textsOf(heard.get(0)), ["svar på väg"]);
  assert.deepEqual(textsOf(heard.get(1)), ["på väg"]);
  assert.equal((await adviser.receipts()).length, 1);
});

test("carried lines outlive the wiping of the room they came from", async () => {
  const old = await pairedRoom();
  await old.visitor.say("kvar");
  const carry = old.visitor.carry();
  old.visitor.wipe();
  const { visitor } = await pairedRoom({ centre: old.centre, ask: old.ask,
    roomId: systemRandom(16), carry });
  assert.deepEqual(visitor.carry().lines[0].body, utf8("kvar"));
});

test("to another adviser the visitor's old lines go only after a yes", async () => {
  const old = await pairedRoom();
  const { msgId } = await old.visitor.say("till Ask");
  const birk = await onShift(old.centre, 2);
  const { visitor } = await pairedRoom({ centre: old.centre, ask: birk, roomId: systemRandom(16),
    carry: old.visitor.carry() });
  assert.deepEqual(visitor.state.held, [msgId]);
});

test("with the code a visitor rejoins, unproven: lines wait for a yes", async () => {
  const [centre, r] = [await makeCentre(), await newPair()];
  const { room, ask, adviser } = await pairedRoom({ centre, facts: { r: r.publicRaw } });
  const { msgId } = await adviser.say("till dig");
  const place = { roomId: ROOM, chain: centre.chain, now, to: ask.shift.publicRaw };
  const stranger = await joiner({ ...place, sender: await newPair() });
  assert.equal(await reasonOf(() => adviser.readJoin(stranger.envelope, null)), "return key");
  const { member, envelope } = await joiner({ ...place, sender: r });
  const { join } = await adviser.announce(await adviser.readJoin(envelope, null), "code");
  room.enter(0, member);
  const order = await adviser.commit({ joins: [join] });
  await room.carry(1, order);
  assert.equal(member.state.mode, "live");
  assert.deepEqual(adviser.state.held, [msgId]);
  assert.deepEqual(order.joined, [0]);
});

test("a code named in the room is accepted for a return, the last one only", async () => {
  const { centre, room, ask, adviser, visitor } = await pairedRoom();
  const [first, second] = [await newPair(), await newPair()];
  for (const { publicRaw } of [first, second]) {
    await room.sendAll(0, await visitor.control({ t: "code", r: hex(publicRaw), mailbox: "" }));
  }
  await room.settle();
  for (const [sender, wanted] of [[first, "return key"], [second, ""]]) {
    const { envelope } = await joiner({ roomId: ROOM, chain: centre.chain, now,
      to: ask.shift.publicRaw, sender });
    assert.equal(await reasonOf(() => adviser.readJoin(envelope, null)), wanted);
  }
});

test("two epochs of resume keys are kept, not three", async () => {
  const { room, adviser, visitor } = await pairedRoom();
  const { key } = visitor.state.resume;
  const v = systemRandom(32);
  const hello = { envId: ZEROS(16), v, prevRoom: ROOM, prevEpoch: 1 };
  hello.proof = await resumeProof(key, hello);
  await room.carry(1, await adviser.commit());
  assert.equal(await adviser.proves(hello), true);
  await room.carry(1, await adviser.commit());
  assert.equal(await adviser.proves(hello), false);
});

test("after wiping nothing is left to say, hear or prove", async () => {
  const { visitor, room } = await pairedRoom();
  visitor.wipe();
  const { mode, members, resume, safety } = visitor.state;
  assert.deepEqual([mode, members, resume, safety], ["wiped", [], null, null]);
  assert.equal(await reasonOf(() => visitor.say("x")), "wiped");
  assert.equal(await reasonOf(() => visitor.take(utf8("x"), room.pos + 1)), "wiped");
});
