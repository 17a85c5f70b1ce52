import assert from "node:assert/strict";
import { test } from "node:test";
import { visitorSession } from "../../../web/js/session/visitor.js";
import { CHOICE, Centre, texts } from "./harness.js";
import { onDuty } from "./people.js";

test("who refuses a room made with an exchanged key rings at once with the adviser who is in it alone", async () => {
  const centre = await Centre.make([["anna", [1]]]);
  const { staff } = await onDuty(centre);
  const visitor = centre.watch(visitorSession(centre.world()));
  await visitor.open(CHOICE);
  await visitor.write("hej");
  await centre.settle();
  const first = staff.view.ring.place;
  let isMeddled = false;
  centre.server.tap = (way, line, message, binary) => {
    if (way === "down" && line.path === "/ws/visitor" && message.t === "put" && !isMeddled) {
      isMeddled = true;
      binary[60] ^= 1;
    }
  };
  await staff.accept(first);
  await centre.pass(1000);

  assert.ok(isMeddled);
  assert.equal(centre.server.rooms.has(first), false);
  assert.equal(visitor.view.phase, "live");
  assert.deepEqual(staff.view.rooms.map(({ why, lines }) => [why, texts(lines)]), [["moved", []], ["", ["hej"]]]);
});
