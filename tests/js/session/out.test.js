/** A desk that is left takes the pages beside it along: those of its member, in this browser, and no others. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { asked } from "../../../web/js/session/bearer.js";
import { Office } from "../../../web/js/session/office.js";
import { heedMyOut, heedOut, tellOut } from "../../../web/js/session/out.js";
import { Plan } from "../../../web/js/session/plan.js";
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

/** A page beside the desk of member 1, whose every question is answered when the test says so. */
function waiting() {
  const browser = new Browser();
  const asks = [];
  const fetch = (path) => new Promise((answer) => {
    asks.push({ path, answer: (told) => answer(Response.json(told)) });
  });
  const page = { fetch, channel: () => browser.channel(), storage: { getItem: () => "token" } };
  const leave = (idx) => {
    tellOut({ channel: () => browser.channel() }, { idx, byHand: true });
    return new Promise(setImmediate);
  };
  return { page, asks, leave };
}

test("a desk that is left while a page asks whose it is takes the page along", async () => {
  const { page, asks, leave } = waiting();
  let left = 0;
  const heeding = heedMyOut(page, () => left += 1);
  await leave(1);
  asks[0].answer({ idx: 1 });
  await heeding;

  assert.equal(left, 1);
});

test("a page that asked whose it is goes with its own member alone", async () => {
  const { page, asks, leave } = waiting();
  let left = 0;
  const heeding = heedMyOut(page, () => left += 1);
  asks[0].answer({ idx: 1 });
  await heeding;
  await leave(2);
  assert.equal(left, 0);
  await leave(1);
  assert.equal(left, 1);
});

test("an answer that comes after the desk was left is not shown", async () => {
  const { page, asks, leave } = waiting();
  heedOut(page, () => 1, () => {});
  const told = asked(page, "/api/figures");
  const looked = new Plan(page, () => {}).look(1, 7);
  await leave(1);
  for (const each of asks) each.answer({ frozen: [] });

  assert.deepEqual([await told, await looked], ["out", "out"]);
});

test("a staff page that was being read anew when the desk was left stays empty", async () => {
  const { page, asks, leave } = waiting();
  const office = new Office(page);
  heedOut(page, () => 1, () => office.leave());
  const loading = office.load();
  asks[0].answer({ idx: 1, roles: [1] });
  await leave(1);
  await loading;

  assert.deepEqual([office.view.phase, office.view.me], ["out", null]);
});

test("what was asked for before a change does not stand in for what is so since", async () => {
  const { page, asks } = waiting();
  const office = new Office(page);
  const [old, fresh] = [office.load(), office.load()];
  asks[1].answer({ idx: 1, roles: [4] });
  await fresh;
  asks[0].answer({ idx: 1, roles: [1] });
  await old;

  assert.deepEqual(office.view.me.roles, [4]);
});
