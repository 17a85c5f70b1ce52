/** Cases in the browser: a key made and renewed in time, records for every member, colleagues, and who is taken off. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { hex, kid, unhex } from "../../../web/js/asc1/bytes.js";
import { parseEnvelope } from "../../../web/js/asc1/opening.js";
import { parseCertificate } from "../../../web/js/asc1/trust.js";
import { blankSheet } from "../../../web/js/model/case.js";
import { Cases, newestOf } from "../../../web/js/session/cases.js";
import { Centre, Storage } from "./harness.js";

const DAY = 86_400_000;
const HOUR = 3_600_000;

/** The part of the server that keeps cases, as far as it can know anything. */
class Drawer {
  keys = [];
  wraps = new Map();
  cases = [];
  copies = [];

  constructor(centre) {
    this.centre = centre;
  }

  get hour() {
    return Math.floor(this.centre.time.now / HOUR);
  }

  /** The case as it is told, with what a member cannot open. */
  told(each) {
    const live = this.keys.filter(({ kind, notAfter }) => kind === 4 && this.hour <= notAfter).map(({ name }) => name);
    const lacking = each.records.flatMap(({ n }) => each.members.filter((idx) => !live.includes(each.letters.get(`${n} ${idx}`)?.to))
      .map((idx) => ({ n, idx })));
    const { id, version, members, closed, records } = each;
    return { id, version, members: [...members], closed, until: "2027-11-29", records: [...records], lacking };
  }

  async put(each, n, sealed) {
    const { stanzas } = parseEnvelope(sealed);
    const to = hex(stanzas[0].kid);
    const { idx } = this.keys.find(({ name }) => name === to);
    each.letters.set(`${n} ${idx}`, { to, sealed });
  }

  /** What a member's browser is answered. */
  fetch(member) {
    return async (path, { method = "GET", body, headers = {} } = {}) => {
      const [, , what, id, more] = path.split("/");
      if (!path.startsWith("/api/")) return this.centre.server.fetch(path);
      const each = this.cases.find((one) => one.id === id && one.members.includes(member.idx));
      const own = this.centre.server.accounts.get(member.login).wraps;
      if (what === "me") return Response.json({ idx: member.idx, login: member.login, roles: member.roles, service: "hamn.example",
        wraps: [...own, ...this.kept(member)] });
      if (what === "plan-copy") return Response.json(this.copies.push([headers["asc1-mailbox"], new Uint8Array(body)]));
      if (what === "keys" && method === "GET") {
        return Response.json(this.keys.filter(({ idx, notAfter }) => idx === member.idx && this.hour <= notAfter).map(({ cert }) => ({ cert })));
      }
      if (what === "keys") return this.register(member, JSON.parse(body));
      if (id === "form") return Response.json({ form: "default-1", rows: [] });
      if (id === "keys") return Response.json({ keys: this.keys.filter(({ kind, notAfter }) => kind === 4 && this.hour <= notAfter) });
      if (!id && method === "GET") return Response.json({ cases: this.cases.filter(({ members }) => members.includes(member.idx)).map((one) => this.told(one)) });
      if (!id) return Response.json(this.told(this.begin(member)));
      if (!each) return new Response(null, { status: 410 });
      if (more === "members") return this.members(each, method, path, body);
      if (more === "records") return this.keep(each, member, new Uint8Array(body));
      if (method === "PUT") await this.put(each, Number(more), new Uint8Array(body));
      return method === "PUT" ? Response.json(this.told(each)) : new Response(each.letters.get(`${more} ${member.idx}`)?.sealed ?? null,
        { status: each.letters.has(`${more} ${member.idx}`) ? 200 : 410 });
    };
  }

  /** A wrapped key ends with its certificate. */
  kept({ idx }) {
    const live = this.keys.filter(({ notAfter }) => this.hour <= notAfter).map(({ name }) => name);
    return (this.wraps.get(idx) ?? []).filter((wrap) => live.includes(wrap.kid));
  }

  async register({ idx }, { cert, wrap }) {
    const { kind, notBefore, notAfter, pub } = await parseCertificate(unhex(cert));
    this.keys.push({ idx, kind, cert, notBefore, notAfter, name: hex(await kid(pub)) });
    this.wraps.set(idx, [...this.wraps.get(idx) ?? [], wrap]);
    return Response.json({});
  }

  begin({ idx }) {
    const made = { id: `${this.cases.length}`.padStart(32, "c"), version: 1, members: [idx], closed: null, records: [], letters: new Map() };
    this.cases.push(made);
    return made;
  }

  members(each, method, path, body) {
    const idx = method === "POST" ? JSON.parse(body).idx : Number(path.split("/").pop());
    each.members = method === "POST" ? [...each.members, idx] : each.members.filter((one) => one !== idx);
    for (const place of each.letters.keys()) if (!each.members.includes(Number(place.split(" ")[1]))) each.letters.delete(place);
    each.version += 1;
    return Response.json(this.told(each));
  }

  async keep(each, { idx }, body) {
    const view = new DataView(body.buffer);
    const parts = [];
    for (let at = 0; at < body.length; at += 4 + view.getUint32(at)) parts.push(body.slice(at + 4, at + 4 + view.getUint32(at)));
    const { holds, seen, replaces } = JSON.parse(new TextDecoder().decode(parts[0]));
    if (seen !== each.version) return new Response(null, { status: 409 });
    each.version += 1;
    each.records = [...each.records.filter(({ n }) => n !== replaces), { n: each.version, holds, day: "2026-11-29", by: idx }];
    for (const sealed of parts.slice(1)) await this.put(each, each.version, sealed);
    return Response.json(this.told(each));
  }
}

/** Two counsellors and an adviser, each with a browser of their own. */
async function centre() {
  const made = await Centre.make([["ek", [4]], ["al", [4]], ["anna", [1]]]);
  const drawer = new Drawer(made);
  const signedIn = async (login) => {
    const member = made.members.find((each) => each.login === login);
    const storage = new Storage();
    storage.setItem("hamn-desk", "ab".repeat(32));
    const cases = new Cases({ ...made.world({ storage }), storage, fetch: drawer.fetch(member) });
    await cases.load();
    if (cases.view.phase === "locked") await cases.unlock(member.digits);
    return cases;
  };
  return { made, drawer, signedIn };
}

const sheet = (summary) => ({ ...blankSheet("2026-11-29", "default-1"), summary });
const summaries = (cases) => cases.view.cases.flatMap(({ records }) => records.map(({ fields, isReadable }) => (isReadable ? fields.summary : null)));

test("a sheet is read by its counsellor again, and by nobody else", async () => {
  const { drawer, signedIn } = await centre();
  const ek = await signedIn("ek");
  await ek.keep(await ek.begin(), "sheet", sheet("Kanarie"));

  assert.deepEqual(summaries(await signedIn("ek")), ["Kanarie"]);
  assert.deepEqual((await signedIn("al")).view.cases, []);
  assert.equal((await signedIn("anna")).view.phase, "denied");
  const kept = [...drawer.cases[0].letters.values()].map(({ sealed }) => Buffer.from(sealed).toString("latin1")).join("");
  assert.equal(kept.includes("Kanarie"), false);
});

test("a colleague reads what was there from the moment somebody has sealed it again, and who is taken off nothing more", async () => {
  const { drawer, signedIn } = await centre();
  const [ek, al] = [await signedIn("ek"), await signedIn("al")];
  const id = await ek.begin();
  await ek.keep(id, "sheet", sheet("ett"));
  await ek.refresh();

  await ek.admit(id, 2);
  await ek.refresh();
  await al.refresh();
  assert.deepEqual(summaries(al), ["ett"]);
  assert.equal(al.view.cases[0].records[0].sealer, "");
  await al.keep(id, "plan", sheet("två"));
  await ek.refresh();
  assert.deepEqual(summaries(ek), ["ett", "två"]);
  assert.equal(newestOf(ek.view.cases[0], "plan").by, 2);

  await ek.leave(id, 2);
  await ek.keep(id, "sheet", sheet("tre"), 2);
  await al.refresh();
  assert.deepEqual(al.view.cases, []);
  assert.deepEqual(summaries(ek), ["två", "tre"]);
  assert.equal([...drawer.cases[0].letters.keys()].some((place) => place.endsWith(" 2")), false);
});

test("with under thirty days left there is a new key, and what the old one opens is sealed to it in time", async () => {
  const { made, drawer, signedIn } = await centre();
  const first = await signedIn("ek");
  await first.keep(await first.begin(), "sheet", sheet("ett"));
  const keys = () => drawer.keys.filter(({ kind, idx }) => kind === 4 && idx === 1).map(({ name }) => name);

  made.time.now += 90 * DAY;
  await made.publish();
  await signedIn("ek");
  assert.equal(new Set(keys()).size, 1);
  made.time.now += 2 * HOUR;
  const renewed = await signedIn("ek");
  assert.equal(new Set(keys()).size, 2);
  assert.deepEqual(summaries(renewed), ["ett"]);
  made.time.now += 31 * DAY;
  await made.publish();
  assert.deepEqual(drawer.told(drawer.cases[0]).lacking, []);
  const after = await signedIn("ek");

  assert.deepEqual(summaries(after), ["ett"]);
});

test("somebody was first: nothing is kept, and what was written is still the writer's", async () => {
  const { drawer, signedIn } = await centre();
  const ek = await signedIn("ek");
  const id = await ek.begin();
  drawer.cases[0].version += 1;

  await assert.rejects(ek.keep(id, "sheet", sheet("ett")), { message: "case.first" });

  assert.deepEqual(drawer.cases[0].records, []);
});

test("what is locked opens nothing, and wrong digits open nothing", async () => {
  const { signedIn } = await centre();
  const ek = await signedIn("ek");
  await ek.begin();

  ek.lock("locked");
  assert.deepEqual([ek.view.phase, ek.view.cases], ["locked", []]);
  await assert.rejects(ek.unlock("1".repeat(24)));
  assert.equal(ek.view.phase, "locked");
});

test("whoever wrote here is known by their digits when the session has ended, too", async () => {
  const { made, signedIn } = await centre();
  const { digits } = made.members.find(({ login }) => login === "ek");
  const ek = await signedIn("ek");

  ek.lock("out");

  assert.deepEqual([await ek.isMe(digits), await ek.isMe("1".repeat(24)), await ek.isMe("")], [true, false, false]);
});

test("the copy of a plan is sealed to the code's key and left under its mailbox", async () => {
  const { drawer, signedIn } = await centre();
  const ek = await signedIn("ek");
  const r = "09".padEnd(64, "0");

  await ek.give({ mailbox: "ab".repeat(16), r }, { v: 1, day: "2026-11-29", aim: "Kanarie", next: "", words: "", rows: [] });

  const [[mailbox, sealed]] = drawer.copies;
  const { type, stanzas } = parseEnvelope(sealed);
  assert.deepEqual([mailbox, type, hex(stanzas[0].kid)], ["ab".repeat(16), 3, hex(await kid(unhex(r)))]);
});
