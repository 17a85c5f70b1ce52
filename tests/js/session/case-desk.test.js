/** What the desk does for cases: whose code is on screen is told to the cases' page, and what is due is said once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ContactAsked } from "../../../web/js/session/beside-desk.js";
import { CaseDesk } from "../../../web/js/session/case-desk.js";
import { staffSession } from "../../../web/js/session/staff.js";
import { Browser, Centre } from "./harness.js";
import { talking } from "./people.js";

const CONTACT = { mailbox: "ab".repeat(16), r: "cd".repeat(32) };
const soon = () => new Promise((go) => setImmediate(go));

/** A cases' page of the browser, and what it has taken. */
function casesPage(browser) {
  const got = [];
  const random = (n) => crypto.getRandomValues(new Uint8Array(n));
  return { got, asked: new ContactAsked({ channel: () => browser.channel(), random }, (...taken) => got.push(taken)) };
}

test("who asks on the channel is told whose code is on screen, and nobody else anything", async () => {
  const browser = new Browser();
  new CaseDesk({ channel: () => browser.channel() }, () => CONTACT);
  const page = browser.channel();
  const heard = [];
  page.onmessage = ({ data }) => heard.push(data);

  for (const said of ["who", { ask: "ab", id: "c1" }, null, { contact: 1 }]) page.postMessage(said);
  await soon();

  assert.deepEqual(heard, [{ answer: "ab", id: "c1", contact: CONTACT }]);
});

test("a code goes to the case that asked for it, once, and to no other page", async () => {
  const browser = new Browser();
  const [first, second] = [casesPage(browser), casesPage(browser)];
  new CaseDesk({ channel: () => browser.channel() }, () => CONTACT);

  first.asked.ask("c1");
  await soon();
  assert.deepEqual([first.got, second.got], [[["c1", CONTACT]], []]);
  second.asked.ask("c2");
  await soon();

  assert.deepEqual([first.got, second.got], [[["c1", CONTACT]], [["c2", CONTACT]]]);
});

test("an answer nobody asked for, to another case, or a second one is not taken", async () => {
  const browser = new Browser();
  const page = casesPage(browser);
  const desk = browser.channel();
  const asks = [];
  desk.onmessage = ({ data }) => asks.push(data);
  page.asked.ask("c1");
  await soon();
  const [{ ask: answer }] = asks;

  for (const said of [{ contact: CONTACT }, { answer: "", id: "", contact: CONTACT }, { answer: "00", id: "c1", contact: CONTACT },
    { answer, id: "c2", contact: CONTACT }, { answer, id: "c1", contact: null }]) desk.postMessage(said);
  await soon();
  assert.deepEqual(page.got, []);
  for (const id of ["c1", "c1"]) desk.postMessage({ answer, id, contact: CONTACT });
  await soon();
  assert.deepEqual(page.got, [["c1", CONTACT]]);
});

test("a browser without channels has a desk all the same", () => {
  assert.ok(new CaseDesk({ channel: () => null }, () => null));
});

test("the code of the visitor on screen is where a copy can go", async () => {
  const { centre, staff, visitor } = await talking();
  assert.equal(staff.contact, null);

  await visitor.makeCode();
  const { digits, asked } = visitor.view.code;
  const confirming = visitor.confirmCode(asked.map((n) => digits.slice(4 * n, 4 * n + 4)));
  await centre.pass(500);
  assert.equal(await confirming, true);

  assert.match(staff.contact.mailbox, /^[0-9a-f]{32}$/);
  assert.match(staff.contact.r, /^[0-9a-f]{64}$/);
});

test("an adviser's sign-in asks nothing about cases", async () => {
  const centre = await Centre.make();
  const asked = [];
  const world = centre.world();
  const { fetch } = world;
  world.fetch = (path) => {
    asked.push(path);
    return fetch(path);
  };
  const staff = centre.watch(staffSession(world));
  const signing = staff.signInWithDigits("anna", centre.members[0].digits);
  await centre.settle();
  await signing;

  assert.equal(asked.some((path) => path.startsWith("/api/cases")), false);
  assert.equal(staff.view.isCaseDue, false);
});
