/** Each client check of protocol.md 7.2 by itself: a commit that is right but for one thing. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { ZEROS_32, hex, newPair, sha256, systemRandom } from "../../../web/js/asc1/bytes.js";
import { checkCertificate, checkCommit, keySchedule } from "../../../web/js/asc1/trust.js";
import { buildCommit, buildContext } from "../../../web/js/asc1/draft.js";
import { HOUR, ROOM, ZEROS, certify, flipped, makeCentre, onShift, reasonOf, renewed }
  from "./people.js";

const random = systemRandom;
const hashOf = async (staff) => sha256(staff.certificate);

/** What the visitor (slot 0) of a room with Ask (1) and Birk (2) knows in epoch 5. */
async function liveCase() {
  const centre = await makeCentre();
  const [ask, birk] = [await onShift(centre, 1), await onShift(centre, 2)];
  const leaves = { 0: await newPair(), 1: await newPair(), 2: await newPair() };
  const next = await newPair();
  const entries = [{ slot: 0, role: 0, leaf: leaves[0].publicRaw, certHash: random(32) },
    { slot: 1, role: 1, leaf: leaves[1].publicRaw, certHash: await hashOf(ask) },
    { slot: 2, role: 1, leaf: leaves[2].publicRaw, certHash: await hashOf(birk) }];
  const context = { roomId: ROOM, epoch: 5, rosterHash: centre.chain[0].hash,
    prevConfirm: random(32), entries };
  const keys = await keySchedule(random(32), buildContext(context));
  const certificates = new Map();
  for (const { certificate } of [ask, birk]) {
    const use = { kinds: [1], nowHour: HOUR, chain: centre.chain };
    certificates.set(hex(await sha256(certificate)), await checkCertificate(certificate, use));
  }
  const room = { mode: "live", roomId: ROOM, chain: centre.chain, epoch: 5, slot: 0, context, keys,
    certificates, leaves: new Map(entries.map(({ slot, leaf }) => [slot, leaf])),
    seenLeaves: new Set(entries.map(({ leaf }) => hex(leaf))), highestSlot: 2,
    held: new Map([[hex(leaves[0].publicRaw), leaves[0]], [hex(next.publicRaw), next]]),
    announced: new Map(), versions: new Map(), sealedTo: null, ownHash: null };
  const fresh = await newPair();
  const after = { ...context, epoch: 6, prevConfirm: keys.confirmTag,
    entries: entries.map((entry) => entry.slot === 1 ? { ...entry, leaf: fresh.publicRaw } : entry) };
  return { centre, ask, birk, leaves, next, room, after, keys };
}

/** A visitor that waits, and Ask's epoch-1 commit to it. */
async function waitingCase() {
  const made = await liveCase();
  const { room, ask, leaves, centre } = made;
  const certHash = random(32);
  Object.assign(room, { mode: "waiting", epoch: 0, slot: -1, context: null, keys: null,
    certificates: new Map(), leaves: new Map(), highestSlot: 0,
    seenLeaves: new Set([hex(leaves[0].publicRaw)]),
    versions: new Map([[hex(certHash), new Set([hex(ask.shift.publicRaw)])]]) });
  const after = { roomId: ROOM, epoch: 1, rosterHash: centre.chain[0].hash, prevConfirm: ZEROS_32,
    entries: [{ slot: 0, role: 0, leaf: leaves[0].publicRaw, certHash },
      { slot: 1, role: 1, leaf: (await newPair()).publicRaw, certHash: await hashOf(ask) }] };
  return { ...made, after };
}

/** A colleague that asked Ask to be let in, and Ask's commit. */
async function joiningCase() {
  const made = await liveCase();
  const { room, ask, birk, leaves, after } = made;
  Object.assign(room, { mode: "joining", epoch: 0, slot: -1, context: null, keys: null,
    certificates: new Map(), leaves: new Map(), highestSlot: 0,
    held: new Map([[hex(leaves[2].publicRaw), leaves[2]]]),
    seenLeaves: new Set([hex(leaves[2].publicRaw)]), ownHash: await hashOf(birk),
    sealedTo: ask.shift.publicRaw });
  return { ...made, after };
}

const edit = (context, slot, changes) => ({ ...context, entries: context.entries.map((entry) =>
  entry.slot === slot ? { ...entry, ...changes } : entry) });

/** The commit, everything right unless said otherwise. */
async function commitOf(made, after, changes = {}) {
  const { room, ask, leaves, keys } = made;
  const sender = room.mode === "live" ? leaves[1] : ask.shift;
  const order = { contextBytes: buildContext(after), committer: 1, seed: random(32),
    senderFor: () => sender, memberKey: room.mode === "waiting" ? null : keys.memberKey, ...changes };
  return (await buildCommit(order)).bytes;
}

async function reason(made, bytes, offered = [made.ask.certificate, made.birk.certificate]) {
  const before = JSON.stringify([made.room.epoch, [...made.room.held.keys()], [...made.room.leaves]]);
  const found = await reasonOf(() => checkCommit(made.room, bytes, { offered, nowHour: HOUR }));
  assert.equal(JSON.stringify([made.room.epoch, [...made.room.held.keys()],
    [...made.room.leaves]]), before);
  return found;
}

test("a right commit is believed by a member, a waiting visitor and a joiner", async () => {
  for (const make of [liveCase, waitingCase, joiningCase]) {
    const made = await make();
    assert.equal(await reason(made, await commitOf(made, made.after)), "");
  }
});

test("1: form, version, type, suite, zeros, room and epoch", async () => {
  const made = await liveCase();
  const bytes = await commitOf(made, made.after);
  for (const at of [0, 1, 2, 24, 27]) {
    assert.equal(await reason(made, flipped(bytes, at)), "1 form", `byte ${at}`);
  }
  assert.equal(await reason(made, bytes.slice(0, -1)), "1 form");
  assert.equal(await reason(made, Uint8Array.of(...bytes, 0)), "1 form");
  assert.equal(await reason(made, flipped(bytes, 4)), "1 room");
  assert.equal(await reason(made, flipped(bytes, 23)), "1 epoch");
  for (const epoch of [5, 7]) {
    assert.equal(await reason(made, await commitOf(made, { ...made.after, epoch })), "1 epoch");
  }
  made.room.mode = "idle";
  assert.equal(await reason(made, bytes), "1 epoch");
});

test("1: a waiting visitor takes epoch 1 only, and it says so in its header", async () => {
  const made = await waitingCase();
  const bytes = await commitOf(made, made.after);
  assert.equal(await reason(made, await commitOf(made, { ...made.after, epoch: 2 })), "1 epoch");
  assert.equal(await reason(made, flipped(bytes, 3, 0xfe)), "1 form");
});

test("2: the context speaks of this room and epoch", async () => {
  const made = await liveCase();
  const bytes = await commitOf(made, made.after);
  assert.equal(await reason(made, flipped(bytes, 30)), "2 context");
  assert.equal(await reason(made, flipped(bytes, 38)), "2 room");
  assert.equal(await reason(made, flipped(bytes, 57)), "2 epoch");
});

test("2: two to four members in rising slots, slot 0 iff the visitor", async () => {
  const made = await liveCase();
  const { after } = made;
  const five = [...after.entries, { ...after.entries[2], slot: 3 }, { ...after.entries[2], slot: 4 }];
  const shapes = [[after.entries.slice(0, 1), "2 context"], [five, "2 context"],
    [[after.entries[0], after.entries[2], after.entries[1]], "2 slots"],
    [[after.entries[0], after.entries[1], after.entries[1]], "2 slots"],
    [edit(after, 1, { role: 0 }).entries, "2 slot 0"],
    [edit(after, 0, { role: 1 }).entries, "2 slot 0"],
    [after.entries.slice(1), "2 slot 0"]];
  const bytes = await commitOf(made, after);
  for (const [entries, wanted] of shapes) {
    const context = buildContext({ ...after, entries });
    const head = bytes.slice(0, 30);
    new DataView(head.buffer).setUint16(28, context.length);
    const rest = bytes.slice(30 + buildContext(after).length);
    assert.equal(await reason(made, Uint8Array.of(...head, ...context, ...rest)), wanted);
  }
});

test("2: epoch 1 is slots 0 and 1", async () => {
  const made = await waitingCase();
  const { after, birk } = made;
  const ghost = { slot: 2, role: 1, leaf: (await newPair()).publicRaw, certHash: await hashOf(birk) };
  const bytes = await commitOf(made, { ...after, entries: [...after.entries, ghost] });
  assert.equal(await reason(made, bytes), "2 slots");
  const staffRoom = { ...after, entries: [after.entries[1], { ...ghost, slot: 3 }] };
  assert.equal(await reason(made, await commitOf(made, staffRoom)), "2 slots");
});

test("2: a slot is never used again, an idx never twice", async () => {
  const made = await liveCase();
  const { after, ask, centre } = made;
  made.room.highestSlot = 3;
  const cleo = await onShift(centre, 3);
  const entry = { slot: 3, role: 1, leaf: random(32), certHash: await hashOf(cleo) };
  const reused = { ...after, entries: [...after.entries, entry] };
  assert.equal(await reason(made, await commitOf(made, reused, { senderFor: () => ask.shift }),
    [cleo.certificate]), "2 slot reused");
  const twin = await onShift(centre, 1);
  const twice = { ...after, entries: [...after.entries,
    { ...entry, slot: 4, leaf: (await newPair()).publicRaw, certHash: await hashOf(twin) }] };
  assert.equal(await reason(made, await commitOf(made, twice), [twin.certificate]), "2 idx twice");
});

test("2: the roster is the newest or the one before", async () => {
  const made = await liveCase();
  const bytes = await commitOf(made, made.after);
  const once = await renewed(made.centre);
  made.room.chain = once.chain;
  assert.equal(await reason(made, bytes), "");
  made.room.chain = (await renewed(once)).chain;
  assert.equal(await reason(made, bytes), "2 roster");
});

test("3: the previous confirm tag is one's own, zeros at epoch 1", async () => {
  for (const make of [liveCase, waitingCase]) {
    const made = await make();
    const after = { ...made.after, prevConfirm: random(32) };
    assert.equal(await reason(made, await commitOf(made, after)), "3 previous confirm tag");
  }
});

test("4: every certificate is at hand, right, and of the role that stands there", async () => {
  const made = await waitingCase();
  const { after, ask, centre } = made;
  const bytes = await commitOf(made, after);
  assert.equal(await reason(made, bytes, []), "4 certificate");
  const supervisor = edit(after, 1, { role: 2 });
  assert.equal(await reason(made, await commitOf(made, supervisor)), "4 role");
  const wrong = [[{ kind: 2 }, "4 kind"], [{ notAfter: HOUR - 30, notBefore: HOUR - 36 },
    "4 expired"], [{ rosterHash: ZEROS(32) }, "4 roster"], [{ role: 2 }, "4 member"]];
  for (const [changes, wanted] of wrong) {
    const certificate = await certify(centre, 1, ask.shift.publicRaw, changes);
    const context = edit(after, 1, { certHash: await sha256(certificate) });
    assert.equal(await reason(made, await commitOf(made, context), [certificate]), wanted);
  }
});

test("4: an old certificate stays good for who is in the room already", async () => {
  const made = await liveCase();
  const bytes = await commitOf(made, made.after);
  const late = { offered: [], nowHour: HOUR + 100 };
  assert.equal(await reasonOf(() => checkCommit(made.room, bytes, late)), "");
});

test("4: who stays keeps role and certificate", async () => {
  const made = await liveCase();
  const { after, ask, centre } = made;
  const again = await certify(centre, 1, ask.shift.publicRaw, { notAfter: HOUR + 5 });
  const changed = edit(after, 1, { certHash: await sha256(again) });
  assert.equal(await reason(made, await commitOf(made, changed), [again]), "4 certificate changed");
  const own = edit(after, 0, { certHash: random(32) });
  assert.equal(await reason(made, await commitOf(made, own)), "4 certificate changed");
});

test("4: a slot does not change hands even when announced (N1)", async () => {
  const made = await liveCase();
  const { after, centre, room } = made;
  const cleo = await onShift(centre, 3);
  const leaf = (await newPair()).publicRaw;
  room.announced.set("1:2", { slot: 2, idx: 3, role: 1, leaf: hex(await sha256(leaf)) });
  const swapped = edit(after, 2, { leaf, certHash: await hashOf(cleo) });
  const bytes = await commitOf(made, swapped);
  assert.equal(await reason(made, bytes, [cleo.certificate]), "4 other person");
});

test("5: the committer is listed, is staff, is not oneself (N13)", async () => {
  const made = await liveCase();
  const { after } = made;
  const without = { ...after, entries: after.entries.filter(({ slot }) => slot !== 1) };
  assert.equal(await reason(made, await commitOf(made, without)), "5 committer");
  assert.equal(await reason(made, await commitOf(made, after, { committer: 0 })), "5 not announced");
  made.room.leaves.set(1, after.entries[1].leaf);
  assert.equal(await reason(made, await commitOf(made, after, { committer: 0 })), "5 committer");
});

test("5: the committer's leaf was never seen before", async () => {
  const made = await liveCase();
  const { room, after, leaves } = made;
  const bytes = await commitOf(made, edit(after, 1, { leaf: leaves[1].publicRaw }));
  assert.equal(await reason(made, bytes), "5 leaf seen before");
  room.seenLeaves.add(hex(after.entries[1].leaf));
  assert.equal(await reason(made, await commitOf(made, after)), "5 leaf seen before");
});

test("5: two members do not share the committer's leaf", async () => {
  const made = await waitingCase();
  const { after, room } = made;
  room.seenLeaves.clear();
  const bytes = await commitOf(made, edit(after, 1, { leaf: after.entries[0].leaf }));
  assert.equal(await reason(made, bytes), "5 leaf seen before");
});

test("5: another slot's leaf is the newest known (N2)", async () => {
  const made = await liveCase();
  const swapped = edit(made.after, 2, { leaf: (await newPair()).publicRaw });
  assert.equal(await reason(made, await commitOf(made, swapped)), "5 not announced");
  made.room.leaves.set(2, swapped.entries[2].leaf);
  assert.equal(await reason(made, await commitOf(made, made.after)), "5 not announced");
});

test("5: a ghost member is not let in unannounced (N1)", async () => {
  const made = await liveCase();
  const { after, centre, room } = made;
  const cleo = await onShift(centre, 3);
  const leaf = (await newPair()).publicRaw;
  const entry = { slot: 3, role: 1, leaf, certHash: await hashOf(cleo) };
  const bytes = await commitOf(made, { ...after, entries: [...after.entries, entry] });
  const right = { slot: 3, idx: 3, role: 1, leaf: hex(await sha256(leaf)) };
  assert.equal(await reason(made, bytes, [cleo.certificate]), "5 not announced");
  for (const changes of [{ idx: 2 }, { idx: null }, { role: 2 }, { leaf: hex(random(32)) }]) {
    room.announced.set("1:3", { ...right, ...changes });
    assert.equal(await reason(made, bytes, [cleo.certificate]), "5 not announced");
  }
  room.announced.clear();
  room.announced.set("2:3", right);
  assert.equal(await reason(made, bytes, [cleo.certificate]), "5 not announced");
  room.announced.set("1:3", right);
  assert.equal(await reason(made, bytes, [cleo.certificate]), "");
});

test("5: an announced return changes leaf and certificate of the same person", async () => {
  const made = await liveCase();
  const { after, centre, room } = made;
  const again = await onShift(centre, 2);
  const leaf = (await newPair()).publicRaw;
  room.announced.set("1:2", { slot: 2, idx: 2, role: 1, leaf: hex(await sha256(leaf)) });
  const back = edit(after, 2, { leaf, certHash: await hashOf(again) });
  assert.equal(await reason(made, await commitOf(made, back), [again.certificate]), "");
});

test("4: a return does not change the role, even when announced", async () => {
  const made = await liveCase();
  const { after, centre, room } = made;
  const again = await onShift(centre, 2, { role: 2 });
  const leaf = (await newPair()).publicRaw;
  room.announced.set("1:2", { slot: 2, idx: 2, role: 2, leaf: hex(await sha256(leaf)) });
  const back = edit(after, 2, { leaf, role: 2, certHash: await hashOf(again) });
  assert.equal(await reason(made, await commitOf(made, back), [again.certificate]), "4 role");
});

test("5: one's own leaf is one whose private half is held", async () => {
  const made = await liveCase();
  const { after, next } = made;
  const updated = edit(after, 0, { leaf: next.publicRaw });
  assert.equal(await reason(made, await commitOf(made, updated)), "");
  const foreign = edit(after, 0, { leaf: (await newPair()).publicRaw });
  assert.equal(await reason(made, await commitOf(made, foreign)), "5 own leaf");
});

test("5: a waiting visitor finds its hello and a reader of it (N3, N14)", async () => {
  const made = await waitingCase();
  const { after, birk } = made;
  const other = edit(after, 0, { certHash: random(32) });
  assert.equal(await reason(made, await commitOf(made, other)), "5 not my hello");
  const stranger = edit(after, 1, { certHash: await hashOf(birk) });
  const bytes = await commitOf(made, stranger, { senderFor: () => birk.shift });
  assert.equal(await reason(made, bytes), "5 committer not a reader");
});

test("5: a joiner finds whom it asked, and its own certificate (N14)", async () => {
  const made = await joiningCase();
  const bytes = await commitOf(made, made.after);
  made.room.sealedTo = made.birk.shift.publicRaw;
  assert.equal(await reason(made, bytes), "5 committer not asked");
  made.room.ownHash = random(32);
  assert.equal(await reason(made, bytes), "5 not my certificate");
});

test("6: stanzas for all others, the own one opens with the named sender key", async () => {
  const made = await liveCase();
  const { after, ask, leaves } = made;
  const bytes = await commitOf(made, after);
  const stanza = 30 + buildContext(after).length + 1;
  assert.equal(await reason(made, flipped(bytes, stanza, 2)), "6 stanza slots");
  assert.equal(await reason(made, flipped(bytes, stanza + 1)), "6 stanza");
  assert.equal(await reason(made, flipped(bytes, stanza + 60)), "6 seal");
  for (const sender of [ask.shift, leaves[2]]) {
    const forged = await commitOf(made, after, { senderFor: () => sender });
    assert.equal(await reason(made, forged), "6 seal");
  }
});

test("6: a newcomer opens with the certified key only (N14)", async () => {
  for (const make of [waitingCase, joiningCase]) {
    const made = await make();
    const forged = await commitOf(made, made.after, { senderFor: () => made.leaves[1] });
    assert.equal(await reason(made, forged), "6 seal");
  }
});

test("7: confirm tag, then the member tag of the epoch before", async () => {
  const made = await liveCase();
  const bytes = await commitOf(made, made.after);
  assert.equal(await reason(made, flipped(bytes, -33)), "7 confirm tag");
  assert.equal(await reason(made, flipped(bytes, -1)), "7 member tag");
  const outsider = await commitOf(made, made.after, { memberKey: random(32) });
  assert.equal(await reason(made, outsider), "7 member tag");
  const waiting = await waitingCase();
  const tagged = await commitOf(waiting, waiting.after, { memberKey: random(32) });
  assert.equal(await reason(waiting, tagged), "7 member tag");
});

test("a joiner cannot judge the past, so both its tags of the past are skipped", async () => {
  const made = await joiningCase();
  const after = { ...made.after, prevConfirm: random(32) };
  assert.equal(await reason(made, await commitOf(made, after, { memberKey: random(32) })), "");
});

test("P2: no single bit of a commit can change", async () => {
  const made = await liveCase();
  const bytes = await commitOf(made, made.after);
  for (let at = 0; at < bytes.length; at += 7) {
    const mask = 1 << (at % 8);
    assert.notEqual(await reason(made, flipped(bytes, at, mask)), "", `byte ${at}`);
  }
});
