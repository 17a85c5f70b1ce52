import assert from "node:assert/strict";
import { test } from "node:test";
import { texts } from "./harness.js";
import { talking } from "./people.js";

const MINUTE = 60_000;
const said = ({ centre }) => centre.server.quiet.map(([, quiet]) => quiet);
const rest = ({ centre }, room) => centre.server.close(centre.server.rooms.get(room), "idle");

async function quiet() {
  const all = await talking();
  const room = all.staff.view.rooms[0].id;
  await all.centre.pass(5 * MINUTE + 1000);
  return { ...all, room };
}

test("after five minutes without a line the visitor is asked, and the server is told once", async () => {
  const all = await talking();
  all.world.page.covers = all.desk.page.covers = true;
  await all.centre.pass(5 * MINUTE - 2000);
  assert.deepEqual([said(all), all.visitor.view.sign], [[], null]);
  await all.centre.pass(4000);
  assert.deepEqual([said(all), all.visitor.view.sign?.t], [[true], "still"]);
  assert.deepEqual(all.staff.view.rooms[0].lines.map(({ text }) => text), ["note.still_asked"]);
  await all.centre.pass(9 * MINUTE);
  assert.deepEqual(said(all), [true]);
});

test("a line, a sign of writing, or the visitor's word that they are there begins the time anew", async () => {
  for (const act of [({ visitor }) => visitor.write("ja"), ({ visitor }) => visitor.typing(),
    ({ visitor }) => visitor.signs.here(), ({ staff, room }) => staff.write(room, "ingen brådska")]) {
    const all = await quiet();
    await act(all);
    await all.centre.pass(1000);
    assert.deepEqual(said(all), [true, false]);
    await all.centre.pass(4 * MINUTE);
    assert.deepEqual(said(all), [true, false]);
    await all.centre.pass(MINUTE);
    assert.deepEqual(said(all), [true, false, true]);
  }
});

test("nobody is asked whose line is gone, nor in an acute room, and a desk that was gone says it again", async () => {
  const away = await talking();
  away.centre.server.down = true;
  away.centre.server.cutAll("visitor", 1006);
  await away.centre.pass(6 * MINUTE);
  assert.deepEqual(said(away), []);
  const acute = await talking();
  const room = acute.staff.view.rooms[0].id;
  await acute.staff.acts.acute({ rooms: [{ room, by: 1, since: 0, to: null, until: 0, answered: null,
    log: [], debrief: null, complete: false, over: false }] });
  await acute.centre.pass(11 * MINUTE);
  assert.deepEqual(said(acute), []);
  const back = await quiet();
  back.centre.server.cutAll("staff", 1006);
  await back.centre.pass(10_000);
  assert.deepEqual(said(back), [true, true]);
});

test("a talk at rest asks nobody until its visitor goes on; then it is proven, and no line is lost", async () => {
  const all = await quiet();
  const { centre, staff, visitor, room } = all;
  rest(all, room);
  await centre.settle();
  assert.deepEqual([visitor.view.phase, visitor.view.why, visitor.view.connected], ["paused", "idle", false]);
  assert.equal(staff.view.rooms[0].why, "idle");
  await staff.ready(room);
  assert.deepEqual(staff.view.rooms, []);
  await centre.pass(30 * MINUTE);
  assert.equal(centre.server.of("visitor").length, 0);

  await visitor.write("nu är jag tillbaka");
  await visitor.signs.goOn();
  await centre.settle();
  await staff.accept(staff.view.ring.place);
  await centre.pass(1000);
  assert.equal(visitor.view.phase, "live");
  assert.equal(staff.view.rooms[0].identity, "proven");
  assert.deepEqual(texts(staff.view.rooms[0].lines), ["nu är jag tillbaka"]);
  assert.deepEqual([visitor.faults, staff.faults], [[], []]);
});

test("after the shift nothing is left that would know the visitor again", async () => {
  const all = await quiet();
  rest(all, all.room);
  await all.centre.settle();
  await all.staff.ready(all.room);
  await all.staff.goOff();
  await all.staff.goOn(1);
  await all.visitor.signs.goOn();
  await all.centre.settle();
  await all.staff.accept(all.staff.view.ring.place);
  await all.centre.pass(1000);
  assert.equal(all.staff.view.rooms[0].identity, "unproven");
});
