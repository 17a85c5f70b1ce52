/** The forms of a shift: one batch at its end, sent until it is counted, honest when a page is lost. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { prefilled } from "../../../web/js/model/tally.js";
import { Centre } from "./harness.js";
import { onDuty, talking } from "./people.js";

const form = { ...prefilled(null), outcomes: ["advice"] };

test("forms wait in the page and go out together when the shift ends", async () => {
  const centre = await Centre.make();
  const { staff } = await onDuty(centre);
  staff.tally.add(form);
  staff.tally.add(form);
  await centre.settle();
  assert.equal(staff.view.forms, 2);
  assert.equal(centre.server.tallied.size, 0);
  await staff.goOff();
  await centre.settle();
  assert.deepEqual([...centre.server.tallied.values()], [[form, form]]);
  assert.equal(staff.view.forms, 0);
});

test("locking and signing out count the shift's forms first", async () => {
  for (const leave of ["lock", "signOut"]) {
    const centre = await Centre.make();
    const { staff } = await onDuty(centre);
    staff.tally.add(form);
    await staff[leave]();
    await centre.settle();
    assert.equal(centre.server.tallied.size, 1);
    assert.equal(staff.view.problem, "");
  }
});

test("a batch whose answer is lost is sent again under the same number", async () => {
  const centre = await Centre.make();
  const { staff } = await onDuty(centre);
  centre.server.losesAnswers = true;
  staff.tally.add(form);
  await staff.goOff();
  await centre.settle();
  assert.equal(staff.view.forms, 1);
  centre.server.losesAnswers = false;
  centre.server.cutAll("staff", 1006);
  await centre.pass(5000);
  assert.equal(staff.view.forms, 0);
  assert.equal(centre.server.tallied.size, 1);
});

test("a session that ends with forms in it says that they are gone", async () => {
  const centre = await Centre.make();
  const { staff } = await onDuty(centre);
  staff.tally.add(form);
  centre.server.tokens.clear();
  centre.server.cutAll("staff", 4401);
  await centre.pass(5000);
  assert.equal(staff.view.problem, "desk.tally_lost");
});

test("a room knows when it was asked for, when it began and when it was over", async () => {
  const { centre, staff } = await talking();
  const [{ since, begun, over }] = staff.view.rooms;
  assert.equal(over, null);
  assert.ok(since <= begun);
  await centre.pass(20 * 60_000);
  await staff.end(staff.view.rooms[0].id);
  await centre.pass(5000);
  assert.equal(staff.view.rooms[0].over - begun, 20);
});
