import assert from "node:assert/strict";
import { test } from "node:test";
import { Signs } from "../../../web/js/session/signs.js";
import { texts } from "./harness.js";
import { talking } from "./people.js";

const closing = ({ staff, visitor }) => [visitor.view.sign, staff.view.rooms[0].closing];

async function proposed(by) {
  const all = await talking();
  const room = all.staff.view.rooms[0].id;
  all.visitor.signs ??= new Signs(all.visitor);
  await all.staff.write(room, "hej");
  await all.centre.pass(500);
  if (by === "staff") await all.staff.acts.propose(room, true);
  else await all.visitor.signs.propose(true);
  await all.centre.pass(500);
  return { ...all, room };
}

test("either side proposes to end, and both know who has; a line still goes either way", async () => {
  const ours = await proposed("staff");
  assert.deepEqual(closing(ours), [{ t: "closing", mine: false, theirs: true, name: "Anna" },
    { mine: true, theirs: false, name: "" }]);
  await ours.visitor.signs.propose(true);
  await ours.centre.pass(500);
  assert.deepEqual(closing(ours)[1], { mine: true, theirs: true, name: "" });
  await ours.visitor.write("tack");
  await ours.staff.write(ours.room, "hör av dig");
  await ours.centre.pass(500);
  assert.deepEqual(texts(ours.visitor.view.lines), ["hej", "tack", "hör av dig"]);
  const { staff } = await proposed("visitor");
  assert.deepEqual(staff.view.rooms[0].closing, { mine: false, theirs: true, name: "" });
});

test("either side goes on instead, and nothing has ended", async () => {
  for (const back of [({ staff, room }) => staff.acts.propose(room, false), ({ visitor }) => visitor.signs.propose(false)]) {
    const all = await proposed("staff");
    await back(all);
    await all.centre.pass(500);
    assert.deepEqual(closing(all), [null, null]);
    assert.equal(all.visitor.view.phase, "live");
  }
});

test("the last line arrives before the end, and the visitor's own end asks nobody", async () => {
  const all = await proposed("staff");
  await all.visitor.write("det här tar jag med mig");
  await all.visitor.end();
  await all.centre.pass(4000);
  assert.deepEqual([all.visitor.view.phase, all.staff.view.rooms[0].why], ["ended", "end"]);
  assert.deepEqual(texts(all.staff.view.rooms[0].lines), ["hej", "det här tar jag med mig"]);
  assert.equal(all.staff.view.rooms[0].closing, null);
  const alone = await talking();
  await alone.visitor.end();
  assert.equal(alone.visitor.view.phase, "ended");
});
