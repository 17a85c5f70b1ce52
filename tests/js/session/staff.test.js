import assert from "node:assert/strict";
import { test } from "node:test";
import { staffSession } from "../../../web/js/session/staff.js";
import { visitorSession } from "../../../web/js/session/visitor.js";
import { CHOICE, Centre, texts } from "./harness.js";
import { onDuty, talking } from "./people.js";

test("an adviser signs in, is rung, accepts, and they talk", async () => {
  const { centre, staff, visitor } = await talking();
  assert.deepEqual([staff.faults, visitor.faults], [[], []]);
  assert.equal(visitor.view.phase, "live");
  const [room] = staff.view.rooms;
  assert.equal(room.state, "live");
  assert.equal(room.identity, "new");
  await visitor.write("hej");
  await centre.pass(500);
  await staff.write(room.id, "välkommen");
  await centre.pass(500);
  assert.deepEqual(texts(staff.view.rooms[0].lines), ["hej", "välkommen"]);
  assert.deepEqual(texts(visitor.view.lines), ["hej", "välkommen"]);
  assert.deepEqual(staff.view.rooms[0].lines.map(({ mark }) => mark), ["none", "received"]);
  assert.equal(staff.view.rooms[0].connected, true);
  assert.deepEqual(staff.view.rooms[0].safety, visitor.view.safety);
});

test("the visitor's tab is reloaded: proven, and what it lacks comes again", async () => {
  const { centre, staff, visitor, world } = await talking();
  await visitor.write("ett");
  await centre.pass(500);
  centre.kill(world);
  await staff.write(staff.view.rooms[0].id, "hörs du");
  await centre.pass(500);
  const again = centre.watch(visitorSession(centre.world({ storage: world.storage })));
  const revived = again.revive();
  await centre.pass(3000);
  assert.equal(await revived, true);
  assert.deepEqual([staff.faults, again.faults], [[], []]);
  assert.equal(again.view.phase, "live");
  assert.equal(again.view.restored, true);
  assert.equal(staff.view.rooms.length, 1);
  assert.equal(staff.view.rooms[0].identity, "proven");
  assert.deepEqual(texts(again.view.lines), ["hörs du"]);
  assert.deepEqual(texts(staff.view.rooms[0].lines), ["ett", "hörs du"]);
});

test("the adviser's page is reloaded: the visitor comes back, and unreceived lines again", async () => {
  const { centre, desk, visitor } = await talking();
  await visitor.write("ett");
  await centre.pass(500);
  centre.kill(desk);
  await visitor.write("två");
  await centre.pass(500);
  const again = centre.watch(staffSession(centre.world({ storage: desk.storage, keys: desk.keys })));
  const revived = again.revive();
  await centre.pass(10_000);
  assert.equal(await revived, true);
  assert.deepEqual([again.faults, visitor.faults], [[], []]);
  assert.equal(again.view.phase, "duty");
  assert.equal(visitor.view.phase, "live");
  assert.deepEqual(texts(again.view.rooms[0].lines), ["två"]);
  assert.equal(again.view.rooms[0].identity, "unproven");
});

test("a visitor who was told that the adviser is lost comes back to a desk that never noticed", async () => {
  const { centre, staff, visitor } = await talking();
  await visitor.write("ett");
  await centre.pass(500);
  const [room] = centre.server.rooms.values();
  room.members.get(0).line.send({ t: "peer", room: room.id, slot: 1, state: "lost" });
  await visitor.write("två");
  await centre.pass(5000);
  assert.deepEqual([staff.faults, visitor.faults], [[], []]);
  assert.equal(visitor.view.phase, "live");
  assert.deepEqual(staff.view.rooms.map(({ identity, state }) => [identity, state]), [["proven", "live"]]);
  assert.deepEqual(texts(staff.view.rooms[0].lines), ["ett", "två"]);
});

test("a receipt that a cut has swallowed is made up for when the line is back", async () => {
  const { centre, staff, visitor, world, desk } = await talking();
  world.page.covers = desk.page.covers = false;
  await visitor.write("ett");
  await centre.pass(20);
  assert.deepEqual(texts(staff.view.rooms[0].lines), ["ett"]);
  centre.server.cutAll("staff", 1006);
  await centre.pass(5000);
  assert.deepEqual(visitor.view.lines.map(({ mark }) => mark), ["received"]);
});

test("the store is lost: both come back and nothing is lost or doubled", async () => {
  const { centre, staff, visitor } = await talking();
  await visitor.write("ett");
  await centre.pass(500);
  centre.server.loseStore();
  await visitor.write("två");
  await staff.write(staff.view.rooms[0].id, "tre");
  await centre.pass(10_000);
  assert.deepEqual([staff.faults, visitor.faults], [[], []]);
  assert.equal(visitor.view.phase, "live");
  assert.equal(staff.view.rooms.length, 1);
  assert.equal(staff.view.rooms[0].identity, "proven");
  assert.deepEqual(texts(staff.view.rooms[0].lines), ["ett", "tre", "två"]);
  assert.deepEqual(texts(visitor.view.lines), ["ett", "två", "tre"]);
});

test("keys are renewed every 20 minutes and after 50 lines", async () => {
  const { centre, staff, visitor } = await talking();
  const [before] = centre.server.rooms.values();
  assert.equal(before.epoch, 1);
  await centre.pass(21 * 60_000);
  assert.equal(before.epoch, 2);
  for (let i = 0; i < 51; i += 1) {
    await visitor.write(`rad ${i}`);
    await centre.pass(250);
  }
  await centre.pass(2000);
  assert.equal(before.epoch, 3);
  assert.equal(texts(staff.view.rooms[0].lines).length, 51);
  assert.deepEqual([staff.faults, visitor.faults], [[], []]);
});

test("a practice conversation needs no socket", async () => {
  const centre = await Centre.make();
  const { staff } = await onDuty(centre);
  const before = centre.server.log.length;
  await staff.practise();
  await centre.settle();
  const [room] = staff.view.rooms;
  assert.equal(room.practice, true);
  assert.equal(room.state, "live");
  await staff.write(room.id, "prov");
  await centre.pass(3000);
  assert.deepEqual(texts(staff.view.rooms[0].lines), ["prov", "prov"]);
  assert.equal(staff.view.rooms[0].lines[0].mark, "received");
  assert.equal(centre.server.log.length, before);
  await staff.end(room.id);
  await centre.pass(4000);
  assert.equal(staff.view.rooms[0].state, "ended");
  assert.deepEqual(staff.faults, []);
});

test("how many messages wait is on every desk that is told of them", async () => {
  const centre = await Centre.make();
  const { staff } = await onDuty(centre);
  assert.equal(staff.view.mail.isReader, false);

  for (const line of centre.server.of("staff")) line.send({ t: "letters", waiting: 2, late: 1, by: 29_700_000 });
  await centre.pass(500);

  const { isReader, waiting, late, by } = staff.view.mail;
  assert.deepEqual({ isReader, waiting, late, by }, { isReader: true, waiting: 2, late: 1, by: 29_700_000 });
});

test("who pressed for a visitor that is gone is told so until the next claim; a claim of the desk's own says nothing", async () => {
  const { centre, staff } = await talking();
  const offered = (place, back) => {
    for (const line of centre.server.of("staff")) line.send({ t: "offer", place, until: 0, back });
  };
  offered("aa".repeat(16), true);
  await centre.settle();
  assert.deepEqual([staff.view.ring, staff.view.problem], [null, ""]);

  offered("bb".repeat(16), false);
  await centre.settle();
  await staff.accept(staff.view.ring.place);
  await centre.settle();
  assert.deepEqual([staff.view.ring, staff.view.problem], [null, "desk.gone"]);

  const world = centre.world();
  const visitor = centre.watch(visitorSession(world));
  await staff.end(staff.view.rooms[0].id);
  await centre.settle();
  await staff.ready();
  await visitor.open(CHOICE);
  await centre.settle();
  await staff.accept(staff.view.ring.place);
  await centre.settle();
  assert.equal(visitor.view.phase, "live");
  assert.equal(staff.view.problem, "");
});
