import assert from "node:assert/strict";
import { test } from "node:test";
import { inCompany, talking } from "./people.js";

const HELP = { name: "Bris", phone: "116 111", about: "För barn och unga" };
const cards = ({ lines }) => lines.filter(({ kind }) => kind === "help").map(({ text, values, mine }) => [text, values.phone, mine]);

test("a source of help reaches the visitor and the colleagues as a card, and the 112 card is another", async () => {
  const { centre, anna, cy, visitor, room } = await inCompany();
  await cy.acts.join(room);
  await centre.pass(2000);
  await anna.acts.help(room, HELP);
  await centre.pass(1000);
  assert.deepEqual(cards(visitor.view), [["card.help", "116 111", false]]);
  assert.deepEqual(cards(anna.view.rooms[0]), [["card.help", "116 111", true]]);
  assert.deepEqual(cards(cy.view.rooms[0]), [["card.help", "116 111", false]]);
});

test("a child is marked once, on both sides, and stays marked when the visitor has been away", async () => {
  const { centre, staff, visitor } = await talking();
  const room = staff.view.rooms[0].id;
  const told = [];
  centre.server.staff_child = (_, message) => told.push(message.room);
  await staff.acts.child(room);
  await staff.acts.child(room);
  await centre.pass(1000);
  assert.deepEqual([told, visitor.view.child, staff.view.rooms[0].child], [[room], true, true]);
  centre.server.loseStore();
  await centre.pass(20_000);
  if (staff.view.ring) await staff.accept(staff.view.ring.place);
  await centre.pass(5000);
  assert.deepEqual([staff.view.rooms.at(-1).child, visitor.view.child, visitor.view.phase], [true, true, "live"]);
  assert.deepEqual(told, [room]);
});
