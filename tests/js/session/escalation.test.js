/** An escalation from the desk is sent, or said not to be: it is never left in between. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Escalation } from "../../../web/js/session/escalation.js";
import { Trust } from "../../../web/js/session/world.js";
import { Centre } from "./harness.js";

const SHOWN = { about: "pattern", urgency: 1, relation: 0, age_band: 0, milieu: 0, risk: [], protective: [], summary: "Tre samtal.", ask: "" };

/** What a desk shows of an escalation, when whom to trust cannot be asked the way `dies` tells. */
async function shownWhen(dies) {
  const centre = await Centre.make();
  const world = { ...centre.world(), fetch: async () => Response.json({ certs: ["00"] }) };
  const trust = Object.assign(new Trust(world), { retried: dies });
  const shown = [];
  const desk = { show: ({ escalation }) => shown.push([escalation.state, escalation.said]), token: "", writer: {} };
  await new Escalation({ world, trust }, desk, {}).send(SHOWN);
  return shown;
}

test("a line that dies while readers are checked is said, and it can be sent again", async () => {
  for (const error of [new TypeError("fetch failed"), new Error("unreachable")]) {
    const shown = await shownWhen(() => Promise.reject(error));
    assert.deepEqual(shown, [["sending", "escalate.sending"], ["failed", "desk.network"]]);
  }
});
