import assert from "node:assert/strict";
import { test } from "node:test";
import { checkCode } from "../../../web/js/session/paper.js";
import { Signs } from "../../../web/js/session/signs.js";
import { visitorSession } from "../../../web/js/session/visitor.js";
import { Browser, CHOICE, Centre, texts } from "./harness.js";
import { onDuty, talking } from "./people.js";

/** A code made, typed back and kept. */
async function kept(centre, visitor) {
  await visitor.makeCode();
  const { digits, asked } = visitor.view.code;
  const groups = asked.map((n) => digits.slice(4 * n, 4 * n + 4));
  const confirming = visitor.confirmCode(groups);
  await centre.pass(500);
  assert.equal(await confirming, true);
  return digits;
}

test("a code is shown until two groups are typed back, wrongly or rightly", async () => {
  const { centre, visitor } = await talking();
  await visitor.makeCode();
  assert.equal(visitor.view.code.digits.length, 24);
  assert.notEqual(visitor.view.code.asked[0], visitor.view.code.asked[1]);
  assert.equal(await visitor.confirmCode(["0000", "00"]), false);
  assert.equal(centre.server.codes.size, 0);
  await kept(centre, visitor);
  assert.deepEqual([visitor.view.code.digits, visitor.view.code.confirmed], ["", true]);
  assert.equal(centre.server.codes.size, 1);
});

test("the code is announced in the room and acknowledged", async () => {
  const { centre, staff, visitor } = await talking();
  assert.equal(staff.view.rooms[0].hasCode, false);
  await kept(centre, visitor);
  assert.equal(staff.view.rooms[0].hasCode, true);
});

test("another device comes back into the living room with the code", async () => {
  const { centre, staff, visitor, world } = await talking();
  const digits = await kept(centre, visitor);
  await visitor.write("ett");
  await centre.pass(500);
  const other = centre.watch(visitorSession(centre.world()));
  const using = other.useCode(digits);
  await centre.pass(3000);
  assert.equal(await using, true);
  assert.equal(other.view.phase, "live");
  assert.equal(visitor.view.phase, "ended");
  assert.equal(visitor.view.why, "moved");
  assert.equal(world.storage.size, 0);
  const [room] = staff.view.rooms;
  assert.equal(room.identity, "code");
  await other.write("här igen");
  await centre.pass(500);
  assert.deepEqual(texts(staff.view.rooms[0].lines), ["ett", "här igen"]);
  assert.deepEqual([staff.faults, visitor.faults, other.faults], [[], [], []]);
});

test("a code nobody knows, and one that is mistyped", async () => {
  const centre = await Centre.make();
  const visitor = centre.watch(visitorSession(centre.world()));
  assert.equal(checkCode("123"), "length");
  assert.equal(checkCode("1".repeat(24)), "check");
  assert.equal(await visitor.useCode("1".repeat(24)), false);
  assert.equal(centre.server.log.length, 0);
  const using = visitor.useCode("123456789012345678901235".slice(0, 22) + "35");
  await centre.pass(500);
  assert.equal(await using, false);
  assert.equal(visitor.view.phase, "idle");
  assert.equal(visitor.view.problem, "visitor.code_gone");
});

test("a code under which supervisors were asked leads nobody into the line, and says where to read", async () => {
  const { centre, visitor } = await talking();
  const digits = await kept(centre, visitor);
  const mail = centre.server.visitor_code.bind(centre.server);
  centre.server.visitor_code = (line, message) => mail({ ...line, works: line.works, send: (told) => line.send({ ...told, room: null, inquiries: 1 }) }, message);
  const other = centre.watch(visitorSession(centre.world()));
  const using = other.useCode(digits);
  await centre.pass(500);

  assert.equal(await using, true);
  assert.deepEqual([other.view.phase, other.view.problem], ["idle", "visitor.code_asked"]);
});

test("with no room left the code leads to a returning hello", async () => {
  const { centre, staff, visitor } = await talking();
  const digits = await kept(centre, visitor);
  const ending = visitor.end();
  await centre.pass(4000);
  await ending;
  assert.equal(visitor.view.phase, "ended");
  await staff.ready();
  const later = centre.watch(visitorSession(centre.world()));
  const using = later.useCode(digits, CHOICE);
  await centre.pass(1000);
  assert.equal(await using, true);
  assert.equal(later.view.phase, "waiting");
  await staff.accept(staff.view.ring.place);
  await centre.pass(1000);
  assert.equal(later.view.phase, "live");
  assert.equal(staff.view.rooms.at(-1).identity, "code");
});

test("who would rather have anyone is heard, also before the place is told", async () => {
  const { centre, staff, visitor } = await talking();
  const digits = await kept(centre, visitor);
  const ending = visitor.end();
  await centre.pass(4000);
  await ending;
  await staff.ready();
  const later = centre.watch(visitorSession(centre.world()));
  const [signs, wishes, hello] = [new Signs(later), [], centre.server.visitor_hello.bind(centre.server)];
  centre.server.visitor_hello = (line, message, binary) => {
    if (wishes.push(message.wish) === 1) signs.anyone();
    return hello(line, message, binary);
  };
  const using = later.useCode(digits, { ...CHOICE, wish: 3 });
  await centre.pass(1000);
  await using;
  assert.deepEqual(wishes, [3, null]);
  assert.equal(later.view.phase, "waiting");
});

test("everything is erased, with a receipt", async () => {
  const { centre, staff, visitor, world } = await talking();
  const digits = await kept(centre, visitor);
  const other = centre.watch(visitorSession(centre.world()));
  const erasing = other.eraseAll(digits);
  await centre.pass(1000);
  assert.equal(await erasing, true);
  assert.deepEqual(other.view.receipt, { codes: 1, letters: 0, rooms: 1, talks: 0, backups_days: 7,
    at: other.view.receipt.at });
  assert.equal(visitor.view.phase, "erased");
  assert.deepEqual(visitor.view.lines, []);
  assert.equal(world.storage.size, 0);
  assert.equal(staff.view.rooms[0].why, "erased");
});

test("erased from within the talk, the receipt is shown there", async () => {
  const { centre, visitor } = await talking();
  await kept(centre, visitor);
  const erasing = visitor.eraseAll("");
  await centre.pass(1000);
  assert.equal(await erasing, true);
  assert.equal(visitor.view.phase, "erased");
  assert.equal(visitor.view.receipt.rooms, 1);
});

for (const moment of ["resume", "want"]) {
  test(`what is asked under the code at the moment of a ${moment} waits for its turn`, async () => {
    const { centre, staff, visitor } = await talking();
    await kept(centre, visitor);
    if (moment === "want") centre.server.loseStore();
    else centre.server.cutAll("visitor", 1006);
    /** @type {Promise<boolean> | null} */
    let erasing = null;
    const handle = centre.server.handle.bind(centre.server);
    centre.server.handle = async (line, message, binary) => {
      if (message?.t === moment && !erasing) {
        erasing = visitor.eraseAll("");
        for (let n = 0; n < 9; n += 1) await new Promise((go) => setImmediate(go));
      }
      return handle(line, message, binary);
    };
    await centre.pass(20_000);
    assert.equal(await erasing, true);
    assert.equal(visitor.view.phase, "erased");
    assert.deepEqual([visitor.faults, staff.faults], [[], []]);
  });
}

test("after a question under the code that came to nothing the talk goes on", async () => {
  const { centre, staff, visitor } = await talking();
  await kept(centre, visitor);
  centre.server.cutAll("visitor", 1006);
  centre.server.refuse = (side, message) => (message?.t === "erase" ? { of: "erase", code: "busy" } : undefined);
  const erasing = visitor.eraseAll("");
  await centre.pass(20_000);
  assert.equal(await erasing, false);
  await visitor.write("jag är kvar");
  await centre.pass(1000);
  assert.deepEqual(texts(staff.view.rooms[0].lines), ["jag är kvar"]);
});

test("an open talk without a code is erased alone", async () => {
  const { centre, visitor } = await talking();
  const erasing = visitor.eraseAll("");
  await centre.pass(500);
  assert.equal(await erasing, true);
  assert.equal(visitor.view.phase, "erased");
  assert.equal(centre.server.rooms.size, 0);
});

test("a second tab is refused, with the code the newest wins", async () => {
  const centre = await Centre.make();
  await onDuty(centre);
  const browser = new Browser();
  const first = centre.watch(visitorSession(centre.world({ browser })));
  await first.open(CHOICE);
  await centre.settle();
  assert.equal(first.view.phase, "waiting");
  const digits = await kept(centre, first);
  const second = centre.watch(visitorSession(centre.world({ browser })));
  await centre.settle();
  await second.open(CHOICE);
  assert.equal(second.view.phase, "elsewhere");
  const using = second.useCode(digits, CHOICE);
  await centre.pass(1000);
  await using;
  assert.equal(first.view.phase, "elsewhere");
});
