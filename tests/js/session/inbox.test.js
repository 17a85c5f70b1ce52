/** The page of escalations: whatever goes wrong is said, and who leaves leaves nothing open. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Unsent } from "../../../web/js/session/copies.js";
import { Inbox } from "../../../web/js/session/inbox.js";
import { Browser, Centre, Storage } from "./harness.js";

const RECORD = "ab".repeat(16);

/** The page of a supervisor, and a server that answers `path` otherwise where `answers` says so. */
async function page(answers = {}) {
  const centre = await Centre.make();
  const cy = centre.members[2];
  const [storage, browser] = [new Storage(), new Browser()];
  storage.setItem("hamn-desk", "token");
  const line = { record: RECORD, by: 1, hour: 1, state: "read", due: 9, late: false, named: null };
  const me = { idx: cy.idx, login: "cy", roles: [2], service: "hamn.example", wraps: centre.server.accounts.get("cy").wraps };
  const told = { "/api/me": me, "/api/keys": [], "/api/escalations": { duty: "advised", escalations: [line] }, "/api/escalations/own": [],
    [`/api/escalations/${RECORD}`]: { ...line, papers: [], writer: null }, [`/api/escalations/${RECORD}/back`]: { state: "read" } };
  const fetch = async (path) => {
    const answer = answers[path.split("/").pop()];
    if (answer) return answer();
    return told[path] ? Response.json(told[path]) : centre.server.fetch(path);
  };
  const inbox = new Inbox({ ...centre.world({ storage, browser }), fetch });
  return { centre, inbox, cy, me, answers, browser };
}

test("where whom to trust cannot be asked, the page says so and can try again", async () => {
  for (const dies of [() => Promise.reject(new TypeError("fetch failed")), () => new Response(null, { status: 503 })]) {
    const { inbox, answers } = await page({ "roster.json": dies });
    await inbox.load();
    assert.deepEqual([inbox.view.phase, inbox.view.problem], ["failed", "desk.network"]);
    delete answers["roster.json"];
    await inbox.load();
    assert.equal(inbox.view.phase, "in");
  }
});

test("an answer that is cut in the middle is said", async () => {
  const { inbox } = await page({ me: () => new Response("{\"idx\":") });
  await inbox.load();
  assert.deepEqual([inbox.view.phase, inbox.view.problem], ["failed", "desk.network"]);
});

test("digits of a member who has a passkey only are wrong digits", async () => {
  const { inbox, me, cy } = await page();
  me.wraps = me.wraps.filter(({ what }) => what !== 1);
  await inbox.load();
  await assert.rejects(inbox.unlock(cy.digits), new Unsent("desk.wrong"));
  assert.equal(inbox.view.isUnlocked, false);
});

test("what was done is told once, and not again when the page looks anew", async () => {
  const { inbox, cy } = await page();
  await inbox.load();
  await inbox.unlock(cy.digits);
  const said = [];
  inbox.addEventListener("said", ({ detail }) => said.push(detail));

  await inbox.takeBack(RECORD);
  await inbox.load();

  assert.deepEqual([said, inbox.view.problem], [["inbox.now_read"], ""]);
});

/** Unlocked, with an escalation open. */
async function unlocked(answers) {
  const made = await page(answers);
  await made.inbox.load();
  await made.inbox.unlock(made.cy.digits);
  await made.inbox.read(RECORD);
  assert.deepEqual([made.inbox.view.isUnlocked, made.inbox.view.folder?.line.record], [true, RECORD]);
  return made;
}

test("where something else was decided meanwhile, the second name is for what was read until it is read anew", async () => {
  const { inbox, answers } = await unlocked({});
  const of = (sealed) => ({ record: RECORD, by: 1, hour: 1, due: 9, late: false, state: "named",
    named: { decision: "police", reason: "life", grave: true, no_report: null, sealed, first: 1, second: null } });
  const list = (sealed) => () => Response.json({ duty: "advised", escalations: [of(sealed)] });
  const folder = (sealed) => () => Response.json({ ...of(sealed), papers: [], writer: null });
  const shows = () => inbox.view.folder?.line.named?.sealed;
  [answers.escalations, answers[RECORD]] = [list("one"), folder("one")];
  await inbox.load();
  assert.equal(shows(), "one");

  [answers.escalations, answers[RECORD]] = [list("two"), () => Promise.reject(new TypeError("fetch failed"))];
  await inbox.load();
  assert.equal(shows(), "one");
  answers[RECORD] = folder("two");
  await inbox.load();
  assert.equal(shows(), "two");
});

test("an answer that comes late is not told over a newer one", async () => {
  const { inbox, answers } = await page({});
  const list = (state) => Response.json({ duty: "advised", escalations: [{ record: RECORD, by: 1, hour: 1, state, due: 9, late: false, named: null }] });
  await inbox.load();
  let release;
  answers.escalations = () => new Promise((done) => release = () => done(list("received")));
  const late = inbox.load();
  await new Promise(setImmediate);
  answers.escalations = () => list("read");
  await inbox.load();
  release();
  await late;

  assert.equal(inbox.view.listed[0].state, "read");
});

/** What a view still tells of anything that was read. */
const open = ({ isUnlocked, folder, own }) => [isUnlocked, folder, own.flatMap(({ questions }) => questions)];

test("a page that is locked has nothing open, and tells how escalations stand", async () => {
  const { inbox } = await unlocked();
  inbox.lock();
  assert.deepEqual(open(inbox.view), [false, null, []]);
  await assert.rejects(inbox.answer(RECORD, "Ja."), new Unsent("escalate.locked"));
  await inbox.load();
  assert.deepEqual([inbox.view.phase, inbox.view.listed.length, ...open(inbox.view)], ["in", 1, false, null, []]);
});

test("a session that has ended leaves nothing open", async () => {
  const { inbox, answers } = await unlocked({});
  answers.escalations = () => new Response(null, { status: 401 });
  await inbox.load();
  assert.deepEqual([inbox.view.phase, inbox.view.me, ...open(inbox.view)], ["out", null, false, null, []]);
});

test("what was asked for before the page was locked or left opens nothing after", async () => {
  for (const [end, phase] of [["lock", "in"], ["leave", "out"]]) {
    const { inbox, cy } = await unlocked();
    const asked = [inbox.read(RECORD), inbox.load(), ...end === "leave" ? [inbox.unlock(cy.digits)] : []];
    inbox[end]();
    const views = [];
    inbox.addEventListener("change", () => views.push(inbox.view));
    await Promise.all(asked);
    assert.equal(inbox.view.phase, phase);
    for (const view of [inbox.view, ...views]) assert.deepEqual(open(view), [false, null, []]);
  }
});

test("what was done is not denied when it cannot be read anew", async () => {
  const { inbox, answers } = await unlocked({});
  answers[RECORD] = () => Promise.reject(new TypeError("fetch failed"));
  await inbox.takeBack(RECORD);
  assert.deepEqual([inbox.view.phase, inbox.view.folder], ["in", null]);
});
