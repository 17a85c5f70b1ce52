import assert from "node:assert/strict";
import { test } from "node:test";
import { staffSession } from "../../../web/js/session/staff.js";
import { visitorSession } from "../../../web/js/session/visitor.js";
import { seeded } from "./clock.js";
import { CHOICE, Centre, texts } from "./harness.js";

const RUNS = Number(process.env.RUNS ?? 120);

/** A whole conversation while lines break, frames are refused and stores are lost, as `seed` says. */
export async function conversation(seed) {
  const chance = seeded(seed);
  const centre = await Centre.make([["anna", [1]]]);
  const { server } = centre;
  const staff = centre.watch(staffSession(centre.world({ seed: seed + 1 })));
  const signing = staff.signInWithDigits("anna", centre.members[0].digits);
  await centre.settle();
  await signing;
  await staff.goOn(1);
  await centre.settle();
  staff.addEventListener("change", () => {
    if (staff.view.ring && !staff.claimed?.has(staff.view.ring.place)) {
      (staff.claimed ??= new Set()).add(staff.view.ring.place);
      staff.accept(staff.view.ring.place);
    }
  });
  const visitor = centre.watch(visitorSession(centre.world({ seed: seed + 2 })));
  const opening = visitor.open(CHOICE);
  await centre.pass(2000);
  await opening;
  assert.equal(visitor.view.phase, "live", `seed ${seed}: paired`);
  server.tap = () => {
    const roll = chance();
    return roll < 0.03 ? "cut-before" : roll < 0.06 ? "cut-after" : undefined;
  };
  server.refuse = (side, message, binary) => {
    if (message || chance() > 0.05) return null;
    const view = new DataView(binary.buffer, binary.byteOffset);
    const room = Buffer.from(binary.slice(4, 20)).toString("hex");
    return { of: "frame", code: chance() < 0.5 ? "busy" : "full", room, epoch: view.getUint32(20),
      seq: view.getUint32(24), wait: 1 };
  };
  const said = { visitor: [], staff: [] };
  for (let i = 0; i < 12; i += 1) {
    const roll = chance();
    if (roll < 0.45) {
      said.visitor.push(`v${i}`);
      await visitor.write(`v${i}`);
    } else if (roll < 0.9 && staff.view.rooms.at(-1)?.mayWrite) {
      said.staff.push(`s${i}`);
      await staff.write(staff.view.rooms.at(-1).id, `s${i}`);
    } else if (roll < 0.93) server.loseStore();
    else if (roll < 0.97) await centre.pass(21 * 60_000);
    await centre.pass(chance() * 3000);
  }
  server.tap = server.refuse = null;
  await centre.pass(120_000);
  return { centre, staff, visitor, said };
}

const from = (lines, mine) => texts(lines.filter((line) => line.mine === mine));

test(`${RUNS} conversations under cuts: nothing lost, nothing twice, order kept`, async () => {
  for (let seed = 1; seed <= RUNS; seed += 1) {
    const { staff, visitor, said } = await conversation(1000 * seed);
    const told = `seed ${1000 * seed}`;
    assert.deepEqual([staff.faults, visitor.faults], [[], []], told);
    assert.equal(visitor.view.phase, "live", told);
    const room = staff.view.rooms.at(-1);
    assert.deepEqual(from(room.lines, false), said.visitor, told);
    assert.deepEqual(from(visitor.view.lines, false), said.staff, told);
    assert.equal(visitor.returned + staff.returned, "", told);
    assert.ok(visitor.view.lines.every(({ mine, mark }) => !mine || mark === "received"), told);
  }
});
