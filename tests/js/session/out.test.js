/** A desk that is left takes the pages beside it along: those of its member, in this browser, and no others. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { heedOut } from "../../../web/js/session/out.js";
import { Browser, Centre } from "./harness.js";
import { onDuty } from "./people.js";

/** An adviser on duty, and what a page of this member hears of the desk beside it. */
async function beside(idx) {
  const centre = await Centre.make();
  const browser = new Browser();
  const heard = [];
  heedOut({ channel: () => browser.channel() }, () => idx, ({ byHand }) => heard.push(byHand));
  return { centre, heard, ...await onDuty(centre, "anna", { browser }) };
}

test("a desk that is locked or signed out says so to the pages beside it", async () => {
  for (const leave of ["lock", "signOut"]) {
    const { centre, staff, heard } = await beside(1);
    await staff[leave]();
    await centre.settle();
    assert.deepEqual(heard, [true]);
  }
});

test("a session that the server ends is told as not ended by hand", async () => {
  const { centre, heard } = await beside(1);
  centre.server.cutAll("staff", 4401);
  await centre.settle();
  assert.deepEqual(heard, [false]);
});

test("the pages of another member in the same browser go on", async () => {
  const { centre, staff, heard } = await beside(2);
  staff.lock();
  await centre.settle();
  assert.deepEqual(heard, []);
});

test("a desk where nobody is signed in says nothing", async () => {
  const { centre, staff, heard } = await beside(1);
  staff.lock();
  staff.lock();
  await centre.settle();
  assert.deepEqual(heard, [true]);
});
