/** Two people who can talk: an adviser on duty, a visitor who has come in. */
import assert from "node:assert/strict";
import { staffSession } from "../../../web/js/session/staff.js";
import { visitorSession } from "../../../web/js/session/visitor.js";
import { CHOICE, Centre } from "./harness.js";

export async function onDuty(centre, login = "anna", options = {}) {
  const world = centre.world(options);
  const staff = centre.watch(staffSession(world));
  const { digits } = centre.members.find((member) => member.login === login);
  const signing = staff.signInWithDigits(login, digits);
  await centre.settle();
  assert.equal(await signing, true);
  await staff.goOn(1);
  await centre.settle();
  return { staff, world };
}

/** Two colleagues on duty, and the first of them talks with a visitor. */
export async function inCompany() {
  const one = await talking();
  const { staff: bo } = await onDuty(one.centre, "bo");
  const { staff: cy } = await onDuty(one.centre, "cy");
  return { ...one, anna: one.staff, bo, cy, room: one.staff.view.rooms[0].id };
}

export async function talking() {
  const centre = await Centre.make();
  const { staff, world: desk } = await onDuty(centre);
  const world = centre.world();
  const visitor = centre.watch(visitorSession(world));
  await visitor.open(CHOICE);
  await centre.settle();
  await staff.accept(staff.view.ring.place);
  await centre.settle();
  return { centre, staff, desk, visitor, world };
}
