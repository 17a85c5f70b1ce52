import assert from "node:assert/strict";
import { test } from "node:test";
import { Booking } from "../../../web/js/session/booking.js";
import { Centre } from "./harness.js";

/** A centre that keeps talks of one code: told when asked, and let go. */
async function booked() {
  const centre = await Centre.make();
  const { server } = centre;
  server.talks = [{ id: "1", idx: 1, state: "booked", reply: "" }];
  server.visitor_talks = (line) => line.send({ t: "talks", n: 0, all: server.talks, wish: null });
  server.visitor_unbook = (line, { id }) => {
    server.talks = server.talks.filter((talk) => talk.id !== id);
    server.visitor_talks(line);
  };
  const booking = new Booking(centre.world());
  const code = await booking.makeCode();
  const entered = booking.enter(code, true);
  await centre.pass(500);
  return { centre, booking, code, first: await entered };
}

test("what was pressed is done, though the page looks by itself just then", async () => {
  const { centre, booking, code, first } = await booked();
  assert.deepEqual(first.talks.map(({ id }) => id), ["1"]);
  const pressed = booking.enter(code).then(() => booking.letGo("1"));
  await new Promise((go) => setImmediate(go));
  const both = Promise.allSettled([pressed, booking.again()]);
  await centre.pass(500);
  const [done, looked] = await both;
  assert.equal(looked.reason?.why, "stopped");
  assert.deepEqual(done.value?.talks, []);
  assert.deepEqual(centre.server.talks, []);
});

test("a look by itself tells what stands there now", async () => {
  const { centre, booking } = await booked();
  centre.server.talks = [];
  const looked = booking.again();
  await centre.pass(500);
  assert.deepEqual((await looked).talks, []);
});

test("a line that says nothing at all is a dead line", async () => {
  const centre = await Centre.make();
  const silent = { ...centre.world(), fetch: () => new Promise(() => {}) };
  const asked = Promise.allSettled([new Booking(silent).slots(), new Booking(silent).enter({})]);
  await centre.pass(45_000);
  assert.deepEqual((await asked).map(({ reason }) => reason?.why), ["network", "network"]);
});

test("what was said to have failed is not done later, when the line is back", async () => {
  const { centre, booking } = await booked();
  let times = 0;
  centre.server.visitor_unbook = () => void (times += 1);
  const pressed = Promise.allSettled([booking.letGo("1")]);
  await centre.pass(45_000);
  assert.equal((await pressed)[0].reason?.why, "network");
  const before = times;
  centre.server.cutAll("visitor", 1006);
  await centre.pass(60_000);
  assert.deepEqual([before > 0, times], [true, before]);
});
