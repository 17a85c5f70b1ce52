import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "../../../web/js/asc1/bytes.js";
import { staffSession } from "../../../web/js/session/staff.js";
import { visitorSession } from "../../../web/js/session/visitor.js";
import { CHOICE, Centre, Keys, Storage, texts } from "./harness.js";
import { onDuty, talking } from "./people.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

async function opened(centre, options) {
  const world = centre.world(options);
  const visitor = centre.watch(visitorSession(world));
  await visitor.open(CHOICE);
  await centre.settle();
  return { visitor, world };
}

test("nobody on duty: closed, and what was typed is handed back", async () => {
  const centre = await Centre.make();
  const { world } = await onDuty(centre);
  const { visitor } = await opened(centre);
  await visitor.write("min rad");
  centre.server.doorOpen = false;
  centre.kill(world);
  centre.server.loseStore();
  await centre.pass(90_000);
  assert.equal(visitor.view.phase, "closed");
  assert.equal(visitor.returned, "min rad");
});

test("a clock that is wrong by more than a day is said so", async () => {
  const centre = await Centre.make();
  await onDuty(centre);
  assert.equal((await opened(centre, { skew: -2 * DAY })).visitor.view.phase, "clock");
  assert.equal((await opened(centre, { skew: 30 * DAY })).visitor.view.phase, "clock");
  for (const skew of [DAY + HOUR, -DAY - HOUR]) {
    assert.equal((await opened(centre, { skew })).visitor.view.phase, "clock");
  }
  assert.equal((await opened(centre)).visitor.view.phase, "waiting");
});

test("a clock by which everybody on duty has yet to begin is said so, too", async () => {
  const centre = await Centre.make();
  const shifts = 6 * HOUR;
  await centre.pass(HOUR);
  await centre.pass(shifts - (centre.time.now % shifts));
  await onDuty(centre);
  await onDuty(centre, "bo");
  assert.equal((await opened(centre, { skew: -DAY - HOUR })).visitor.view.phase, "clock");
});

test("a clock that is wrong by some hours keeps nobody out", async () => {
  const centre = await Centre.make();
  const { staff } = await onDuty(centre);
  for (const skew of [10 * HOUR, -10 * HOUR]) {
    const { visitor } = await opened(centre, { skew });
    await centre.pass(1000);
    assert.equal(visitor.view.phase, "waiting");
    assert.equal(staff.view.waiting.length > 0, true);
    await visitor.end();
  }
});

test("a roster that does not verify stops everything", async () => {
  const centre = await Centre.make();
  await onDuty(centre);
  centre.files.set("roster.sig", utf8("[]"));
  const { visitor } = await opened(centre);
  assert.equal(visitor.view.phase, "untrusted");
  assert.equal(centre.server.of("visitor").length, 0);
});

test("quick exit forgets at once, and the server is told", async () => {
  const { centre, visitor, world } = await talking();
  await visitor.write("hemligt");
  visitor.wipe();
  assert.deepEqual([visitor.view.phase, visitor.view.why, visitor.view.lines], ["ended", "quick", []]);
  assert.equal(world.storage.size, 0);
  await centre.settle();
  assert.equal(centre.server.rooms.size, 0);
  assert.deepEqual(visitor.faults, []);
});

test("who leaves while the page still asks whom to trust goes nowhere", async () => {
  const centre = await Centre.make();
  await onDuty(centre);
  const world = centre.world();
  const visitor = centre.watch(visitorSession(world));
  const opening = visitor.open(CHOICE);
  const coming = visitor.useCode("1234567890123456789012" + "35");
  visitor.wipe();
  await Promise.all([opening, coming]);
  await centre.pass(1000);
  assert.deepEqual([world.storage.size, centre.server.of("visitor").length], [0, 0]);
});

test("the tab keeps room, capability, epoch and resume key, nothing else", async () => {
  const { world, visitor, centre } = await talking();
  await visitor.write("hemligt");
  await centre.pass(500);
  assert.equal(world.storage.size, 1);
  assert.match(world.storage.getItem("hamn"), /^[0-9a-f]{32} [0-9a-f]{64} 1 [0-9a-f]{64}$/);
});

test("a browser that keeps nothing is said so, and the talk goes on", async () => {
  const centre = await Centre.make();
  const storage = new Storage();
  storage.isForbidden = true;
  await onDuty(centre);
  const { visitor } = await opened(centre, { storage });
  assert.equal(visitor.view.phase, "waiting");
  assert.equal(visitor.view.memoryOnly, true);
});

test("a reload while waiting keeps the place", async () => {
  const centre = await Centre.make();
  const { staff } = await onDuty(centre);
  const { world } = await opened(centre);
  const since = staff.view.waiting[0].since;
  await centre.pass(5 * 60_000);
  centre.kill(world);
  const again = centre.watch(visitorSession(centre.world({ storage: world.storage })));
  const revived = again.revive();
  await centre.pass(1000);
  assert.equal(await revived, true);
  assert.equal(again.view.phase, "waiting");
  assert.deepEqual(staff.view.waiting.map((place) => place.since), [since]);
});

test("key store refused: memory only, and the shift works", async () => {
  const centre = await Centre.make();
  const keys = new Keys();
  keys.isRefused = true;
  const { staff } = await onDuty(centre, "anna", { keys });
  assert.equal(staff.view.memoryOnly, true);
  assert.equal(staff.view.phase, "duty");
});

test("wrong digits open nothing", async () => {
  const centre = await Centre.make();
  const staff = centre.watch(staffSession(centre.world()));
  assert.equal(await staff.signInWithDigits("anna", "1".repeat(24)), false);
  assert.equal(staff.view.problem, "desk.wrong");
  centre.server.accounts.get("anna").locked = true;
  const signing = staff.signInWithDigits("anna", centre.members[0].digits);
  await centre.settle();
  assert.equal(await signing, false);
  assert.equal(staff.view.phase, "locked");
});

test("a new member is shown before anything goes on", async () => {
  const centre = await Centre.make();
  const keys = new Keys();
  const { staff, world } = await onDuty(centre, "anna", { keys });
  staff.lock();
  await centre.settle();
  assert.equal(keys.items.size, 0);
  assert.equal(world.storage.size, 0);
  await onDuty(centre, "anna", { keys });
  await centre.employ("dag", [1]);
  await centre.publish();
  const later = centre.watch(staffSession(centre.world({ keys })));
  const signing = later.signInWithDigits("anna", centre.members[0].digits);
  await centre.settle();
  assert.equal(await signing, true);
  assert.equal(later.view.phase, "alarm");
  assert.deepEqual(later.view.changes, { added: ["Dag"], removed: [], rekeyed: [], doubts: [] });
  later.acknowledgeChanges();
  await centre.settle();
  assert.equal(later.view.phase, "off");
});

/** Signed in again on the same computer, after the audit log has become something else. */
async function backAfter(change) {
  const centre = await Centre.make();
  const keys = new Keys();
  centre.server.audit.push({ n: 1, hash: "aa".repeat(32) }, { n: 2, hash: "bb".repeat(32) });
  await onDuty(centre, "anna", { keys });
  change(centre.server.audit);
  const staff = centre.watch(staffSession(centre.world({ keys })));
  const signing = staff.signInWithDigits("anna", centre.members[0].digits);
  await centre.settle();
  assert.equal(await signing, true);
  return staff;
}

test("an audit log that has grown is no alarm", async () => {
  const staff = await backAfter((audit) => audit.push({ n: 3, hash: "cc".repeat(32) }));
  assert.equal(staff.view.phase, "off");
});

for (const [what, change] of [
  ["cut", (audit) => audit.pop()],
  ["cut and grown again", (audit) => audit.splice(2, 1, { n: 2, hash: "dd".repeat(32) }, { n: 3, hash: "ee".repeat(32) })],
  ["emptied from the front too early", (audit) => audit.splice(0, 3, { n: 3, hash: "cc".repeat(32) })],
]) {
  test(`an audit log that was ${what} stops the adviser who saw it whole`, async () => {
    const staff = await backAfter(change);
    assert.equal(staff.view.phase, "alarm");
    assert.deepEqual(staff.view.changes.doubts, ["desk.alarm_audit"]);
  });
}

test("off duty the shift key is gone", async () => {
  const centre = await Centre.make();
  const keys = new Keys();
  const { staff } = await onDuty(centre, "anna", { keys });
  const { pair } = keys.items.get("shift");
  assert.equal(pair.privateKey.extractable, false);
  await staff.goOff();
  await centre.settle();
  assert.equal(keys.items.has("shift"), false);
  assert.equal(centre.server.duties.size, 0);
});

test("the certificate is renewed at each multiple of six hours, for the same key", async () => {
  const centre = await Centre.make();
  const { staff } = await onDuty(centre);
  const before = centre.server.duties.get(1);
  await centre.pass(6 * 3_600_000);
  const after = centre.server.duties.get(1);
  assert.notDeepEqual(after.cert, before.cert);
  assert.equal(after.kid, before.kid);
  assert.ok(staff.view.shift.shiftEnds * 60_000 > centre.time.now);
});

for (const code of ["busy", "full", "stale", "gap"]) {
  test(`a line refused with ${code} arrives once`, async () => {
    const { centre, staff, visitor } = await talking();
    await centre.pass(500);
    let left = 2;
    centre.server.refuse = (side, message, bytes) => {
      if (side !== "visitor" || message || left === 0) return null;
      left -= 1;
      const view = new DataView(bytes.buffer);
      return { of: "frame", code, room: visitor.view.people.length ? staff.view.rooms[0].id : "",
        epoch: view.getUint32(20), seq: view.getUint32(24), wait: 0 };
    };
    await visitor.write("rad");
    await centre.pass(60_000);
    assert.equal(left, 0);
    assert.deepEqual(texts(staff.view.rooms[0].lines), ["rad"]);
    assert.equal(visitor.view.lines[0].mark, "received");
  });
}
