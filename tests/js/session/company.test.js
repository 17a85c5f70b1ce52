import assert from "node:assert/strict";
import { test } from "node:test";
import { staffSession } from "../../../web/js/session/staff.js";
import { texts } from "./harness.js";
import { inCompany } from "./people.js";

const IDX = { anna: 1, bo: 2, cy: 3 };
const names = (view) => view.people.map(({ name }) => name);
const noFaults = (...sessions) => assert.deepEqual(sessions.map(({ faults }) => faults), sessions.map(() => []));

test("a supervisor goes in without a click, is seen, reads nothing older, and leaves", async () => {
  const { centre, anna, cy, visitor, room } = await inCompany();
  await visitor.write("förut");
  await centre.pass(500);
  await anna.write(room, "jag också");
  await centre.pass(500);
  assert.deepEqual(cy.view.live.map(({ staff }) => staff), [["Anna"]]);
  await cy.acts.join(room);
  assert.equal(cy.view.rooms[0].state, "joining");
  await centre.pass(2000);
  assert.deepEqual(names(visitor.view), ["", "Anna", "Cy"]);
  assert.equal(visitor.view.ask, null);
  assert.equal(cy.view.rooms[0].state, "live");
  await visitor.write("efter");
  await centre.pass(1000);
  assert.deepEqual(texts(cy.view.rooms[0].lines), ["efter"]);
  assert.deepEqual(cy.view.rooms[0].lines.map(({ kind }) => kind), ["text"]);
  await cy.end(room);
  await centre.pass(4000);
  assert.deepEqual(names(visitor.view), ["", "Anna"]);
  assert.equal(cy.view.rooms[0].why, "left");
  assert.equal(anna.view.rooms[0].state, "live");
  noFaults(anna, cy, visitor);
});

test("a call waits for a colleague whose line is down, and rings once", async () => {
  const { centre, anna, bo, room } = await inCompany();
  const rung = [];
  bo.addEventListener("sound", ({ detail }) => rung.push(detail));
  const line = centre.server.of("staff").find(({ idx }) => idx === IDX.bo);
  line.cut(1006);
  await anna.acts.invite(room, IDX.bo, "help");
  await centre.pass(5000);
  assert.deepEqual(bo.view.invites.map(({ why, name }) => [why, name]), [["help", "Anna"]]);
  centre.server.cutAll("staff", 1006);
  await centre.pass(5000);
  assert.deepEqual([bo.view.invites.length, rung], [1, ["call"]]);
  await bo.acts.answer(room, false);
  centre.server.cutAll("staff", 1006);
  await centre.pass(5000);
  assert.deepEqual(bo.view.invites, []);
  await anna.acts.invite(room, IDX.bo, "help");
  await centre.pass(500);
  assert.equal(bo.view.invites.length, 1);
});

test("a warm hand-over: the visitor agrees, all three meet, and the first leaves", async () => {
  const { centre, anna, bo, visitor, room } = await inCompany();
  await anna.acts.invite(room, IDX.bo, "hand_over");
  await centre.pass(500);
  assert.deepEqual(bo.view.invites, [{ room, why: "hand_over", name: "Anna", role: 1 }]);
  await bo.acts.answer(room, true);
  await centre.pass(1000);
  assert.equal(visitor.view.ask, IDX.bo);
  assert.equal(anna.view.rooms[0].asking, "Bo");
  visitor.signs.answer(IDX.bo, true);
  await centre.pass(1000);
  assert.deepEqual(anna.view.rooms[0].heir, { name: "Bo", met: false });
  await bo.write(room, "hej, jag heter Bo");
  await centre.pass(1000);
  assert.deepEqual(anna.view.rooms[0].heir, { name: "Bo", met: true });
  await anna.write(room, "ta hand om dig");
  await centre.settle();
  await anna.end(room);
  await visitor.write("tack");
  await centre.pass(5000);
  assert.deepEqual(names(visitor.view), ["", "Bo"]);
  assert.deepEqual(texts(visitor.view.lines), ["hej, jag heter Bo", "ta hand om dig", "tack"]);
  assert.deepEqual(texts(bo.view.rooms[0].lines), ["hej, jag heter Bo", "ta hand om dig", "tack"]);
  noFaults(anna, bo, visitor);
});

test("a cold hand-over: nothing is typed to who has gone, and no line is lost", async () => {
  const { centre, anna, bo, visitor, room } = await inCompany();
  await anna.acts.invite(room, IDX.bo, "hand_over");
  await centre.pass(500);
  await bo.acts.answer(room, true);
  await centre.pass(1000);
  visitor.signs.answer(IDX.bo, true);
  const seen = [];
  visitor.addEventListener("change", () => {
    const { people, mayWrite } = visitor.view;
    if (people.some(({ presence }) => presence === "leaving")) seen.push(mayWrite);
  });
  await centre.pass(300);
  await anna.end(room);
  await centre.pass(3000);
  assert.deepEqual(new Set(seen), new Set([false]));
  assert.deepEqual(names(visitor.view), ["", "Bo"]);
  await visitor.write("är någon där");
  await centre.pass(1000);
  assert.deepEqual(texts(bo.view.rooms[0].lines), ["är någon där"]);
  noFaults(anna, bo, visitor);
});

test("the visitor says no, or nothing: nobody comes in, and both colleagues are told", async () => {
  for (const answer of [false, null]) {
    const { centre, anna, bo, visitor, room } = await inCompany();
    await anna.acts.invite(room, IDX.bo, "hand_over");
    await centre.pass(500);
    await bo.acts.answer(room, true);
    await centre.pass(1000);
    if (answer !== null) visitor.signs.answer(IDX.bo, answer);
    await centre.pass(95_000);
    assert.deepEqual(names(visitor.view), ["", "Anna"]);
    assert.deepEqual([visitor.view.joining, visitor.view.ask], [null, null]);
    assert.equal(anna.view.rooms[0].refused, "Bo");
    assert.equal(bo.view.rooms[0].why, "refused");
    noFaults(anna, bo, visitor);
  }
});

test("a supervisor whom the visitor did not want to take over still comes in, and takes nothing over", async () => {
  const { centre, anna, cy, visitor, room } = await inCompany();
  await anna.acts.invite(room, IDX.cy, "hand_over");
  await centre.pass(500);
  await cy.acts.answer(room, true);
  await centre.pass(1000);
  assert.equal(visitor.view.ask, IDX.cy);
  visitor.signs.answer(IDX.cy, false);
  await centre.pass(2000);
  assert.deepEqual(names(visitor.view), ["", "Anna", "Cy"]);
  assert.equal(anna.view.rooms[0].heir, null);
});

test("a talk among staff stands beside the visitor's, and nothing goes from one to the other", async () => {
  const { centre, anna, cy, visitor, room } = await inCompany();
  await visitor.write("ett hjärta");
  await centre.pass(500);
  await anna.acts.call(IDX.cy);
  await centre.pass(500);
  const aside = anna.view.rooms[1].id;
  assert.deepEqual(cy.view.invites.map(({ why }) => why), ["talk"]);
  await cy.acts.answer(aside, true);
  await centre.pass(1000);
  await anna.write(aside, "vad gör jag");
  await centre.pass(500);
  await cy.write(aside, "fråga om i dag");
  await centre.pass(1000);
  const both = [anna, cy].map(({ view }) => view.rooms.find(({ id }) => id === aside));
  assert.deepEqual(both.map(({ staffOnly, state }) => [staffOnly, state]), [[true, "live"], [true, "live"]]);
  assert.deepEqual(both.map(({ lines }) => texts(lines)), Array(2).fill(["vad gör jag", "fråga om i dag"]));
  assert.deepEqual(texts(visitor.view.lines), ["ett hjärta"]);
  assert.deepEqual(texts(anna.view.rooms[0].lines), ["ett hjärta"]);
  await cy.end(aside);
  await centre.pass(4000);
  await anna.ready(aside);
  assert.deepEqual(anna.view.rooms.map(({ id }) => id), [room]);
  noFaults(anna, cy, visitor);
});

test("a page that is reloaded in company comes in again through the colleague", async () => {
  const { centre, anna, desk, cy, visitor, room } = await inCompany();
  await cy.acts.join(room);
  await centre.pass(2000);
  centre.kill(desk);
  await visitor.write("är du kvar");
  await centre.pass(500);
  const again = centre.watch(staffSession(centre.world({ storage: desk.storage, keys: desk.keys })));
  const revived = again.revive();
  await centre.pass(5000);
  assert.equal(await revived, true);
  assert.deepEqual(again.view.rooms.map(({ id, state }) => [id, state]), [[room, "live"]]);
  await visitor.write("bra");
  await centre.settle();
  await again.write(room, "jag är tillbaka");
  await centre.pass(1000);
  assert.deepEqual(texts(again.view.rooms[0].lines), ["bra", "jag är tillbaka"]);
  assert.deepEqual(texts(cy.view.rooms[0].lines), ["är du kvar", "bra", "jag är tillbaka"]);
  assert.deepEqual(texts(visitor.view.lines), ["är du kvar", "bra", "jag är tillbaka"]);
  noFaults(again, cy, visitor);
});

test("whose adviser steps back goes on with another, is told once why, and no line is lost", async () => {
  const { centre, anna, bo, visitor, room } = await inCompany();
  await anna.write(room, "hej");
  await centre.pass(500);
  await anna.acts.conflict(room, "knows_visitor");
  centre.server.close(centre.server.rooms.get(room), "passed");
  await visitor.write("är någon där");
  await centre.pass(1000);
  assert.equal(anna.view.rooms[0].why, "passed");
  assert.equal(visitor.view.why, "passed");
  const [waiting] = bo.view.waiting;
  await bo.accept(waiting.place);
  await centre.pass(1000);
  assert.deepEqual([visitor.view.phase, visitor.view.why], ["live", ""]);
  assert.equal(visitor.view.lines.filter(({ text }) => text === "note.passed").length, 1);
  if (visitor.view.held.length) visitor.sendHeld(true);
  await centre.pass(1000);
  assert.deepEqual(texts(bo.view.rooms[0].lines), ["är någon där"]);
  noFaults(anna, bo, visitor);
});

test("who is left when a colleague's browser has crashed ends the conversation, for the visitor too", async () => {
  const { centre, anna, desk, cy, visitor, room } = await inCompany();
  await cy.acts.join(room);
  await centre.pass(2000);
  centre.kill(desk);
  centre.server.staff_lost({ idx: IDX.anna }, { room });
  await centre.pass(1000);
  assert.equal(anna.view.rooms.length, 1);
  assert.equal(cy.view.rooms[0].shared, false);
  await cy.end(room);
  await centre.pass(4000);
  assert.equal(cy.view.rooms[0].why, "end");
});
