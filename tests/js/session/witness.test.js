/** The public log: whoever is given a roster that it does not tell of believes nothing any more. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { textOf, utf8 } from "../../../web/js/asc1/bytes.js";
import { checkLog } from "../../../web/js/asc1/log.js";
import { staffSession } from "../../../web/js/session/staff.js";
import { watch } from "../../../web/js/session/witness.js";
import { Centre, Keys } from "./harness.js";
import { onDuty, talking } from "./people.js";

/** Anna signs in on a computer that knows the service. */
async function signedIn(centre, keys) {
  const staff = centre.watch(staffSession(centre.world({ keys })));
  const signing = staff.signInWithDigits("anna", centre.members[0].digits);
  await centre.settle();
  assert.equal(await signing, true);
  return staff;
}

/** The log with a line changed, left out, or forgotten. */
const FALSE = {
  changed: (lines) => [lines[0].replace("roster", "deploy"), ...lines.slice(1)],
  "missing a line": (lines) => lines.slice(1),
  "without its end": (lines) => lines.slice(0, -1),
  empty: () => [],
};

test("every line is chained to the one before", async () => {
  const centre = await Centre.make();
  await centre.log("release", "ab".repeat(32));
  const whole = textOf(centre.files.get("log"));
  assert.deepEqual((await checkLog(utf8(whole))).map(({ kind }) => kind), ["roster", "release"]);
  for (const wrong of [whole.replace("roster", "deploy"), whole.split("\n").slice(1).join("\n"),
    whole.slice(0, -1), whole.replace("release", "party"), "{}\n", "x\n"]) {
    await assert.rejects(checkLog(utf8(wrong)), { name: "Refused" });
  }
});

for (const [what, change] of Object.entries(FALSE)) {
  test(`a member who is given a log that is ${what} is stopped`, async () => {
    const centre = await Centre.make();
    await centre.publish();
    const lines = textOf(centre.files.get("log")).split("\n").slice(0, -1);
    centre.files.set("log", utf8(change(lines).map((line) => `${line}\n`).join("")));
    const staff = await signedIn(centre, new Keys());
    assert.equal(staff.view.phase, "alarm");
    assert.deepEqual(staff.view.changes.doubts, ["desk.alarm_log"]);
  });
}

test("a log that was begun anew is found by who saw the old one", async () => {
  const centre = await Centre.make();
  const keys = new Keys();
  await signedIn(centre, keys);
  centre.files.delete("log");
  await centre.log("deploy", "ab".repeat(32));
  await centre.log("roster", centre.prev);
  assert.deepEqual((await signedIn(centre, keys)).view.changes.doubts, ["desk.alarm_log"]);
  assert.equal((await signedIn(centre, new Keys())).view.phase, "off");
});

test("a roster that comes in the middle of a shift and stands in no log stops the desk", async () => {
  const centre = await Centre.make();
  const { staff } = await onDuty(centre);
  const before = centre.files.get("log");
  await centre.publish();
  const after = centre.files.get("log");
  for (const [log, phase] of [[after, "duty"], [before, "alarm"]]) {
    await centre.publish();
    if (phase === "alarm") centre.files.set("log", log);
    centre.server.cutAll("staff", 1006);
    await centre.pass(5000);
    assert.equal(staff.view.phase, phase);
  }
  staff.acknowledgeChanges();
  await centre.settle();
  assert.equal(staff.view.phase, "duty");
});

test("a visitor goes on talking where the log tells of the roster, also when it cannot be had", async () => {
  const { centre, visitor, world } = await talking();
  const { fetch } = world;
  world.fetch = () => Promise.reject(new TypeError("unreachable"));
  watch(visitor);
  await centre.pass(1000);
  world.fetch = fetch;
  await visitor.write("hej");
  await centre.pass(1000);
  assert.deepEqual([visitor.view.phase, visitor.faults], ["live", []]);
});

test("a visitor whose roster stands in no log is told, and the talk is over", async () => {
  const { centre, staff, visitor, world } = await talking();
  centre.files.set("log", utf8(""));
  watch(visitor);
  await centre.pass(1000);
  assert.equal(visitor.view.phase, "untrusted");
  assert.deepEqual([world.storage.size, staff.view.rooms[0].state], [0, "ended"]);
});
