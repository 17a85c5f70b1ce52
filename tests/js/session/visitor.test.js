import assert from "node:assert/strict";
import { test } from "node:test";
import { visitorSession } from "../../../web/js/session/visitor.js";
import { Adviser } from "./adviser.js";
import { CHOICE, Centre, texts } from "./harness.js";

async function pair(options = {}) {
  const centre = await Centre.make();
  const adviser = await Adviser.onDuty(centre);
  const world = centre.world(options);
  const visitor = centre.watch(visitorSession(world));
  await visitor.open(CHOICE);
  await centre.settle();
  return { centre, adviser, world, visitor };
}

test("a visitor is paired and both are heard", async () => {
  const { centre, adviser, visitor } = await pair();
  assert.deepEqual(visitor.faults, []);
  assert.equal(visitor.view.phase, "live");
  assert.deepEqual(visitor.view.people.map(({ name, me }) => [name, me]), [["", true], ["Anna", false]]);
  await visitor.write("hej");
  await centre.settle();
  await adviser.say("välkommen");
  await centre.pass(1000);
  assert.deepEqual(adviser.lines, ["hej"]);
  assert.deepEqual(texts(visitor.view.lines), ["hej", "välkommen"]);
  assert.equal(visitor.view.lines[0].mark, "received");
});
