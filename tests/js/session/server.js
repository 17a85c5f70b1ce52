/**
 * A server that speaks wire.py over sockets in memory: rooms, places, positions, compare-and-set.
 * It knows as much as the real one, is allowed to be slow, and can be told to misbehave.
 *
 * Over 400 lines on purpose: one server, told where it is asked.
 */
import { createHash, pbkdf2Sync, randomBytes } from "node:crypto";
import { concat, hex, u16, u32, u8, unhex } from "../../../web/js/asc1/bytes.js";
import { parseCertificate, parseCommit, parseContext } from "../../../web/js/asc1/trust.js";
import { parseEnvelope } from "../../../web/js/asc1/opening.js";

const bytes = (n) => new Uint8Array(randomBytes(n));
const hash = (data) => createHash("sha256").update(data).digest("hex");

/** One end of a line; the other end is what the session holds. */
class Line {
  alive = true;
  opened = false;
  waiting = null;
  #out = [];

  constructor(server, path) {
    this.server = server;
    this.path = path;
    this.works = new Set();
    /** Certificates told on this line: each only once. */
    this.told = new Set();
    this.client = { binaryType: "", onopen: null, onmessage: null, onclose: null,
      send: (data) => this.#heard(data), close: () => this.#closed() };
  }

  open() {
    this.opened = true;
    this.client.onopen?.();
  }

  /** What was sent before a close arrives yet; nothing comes back. */
  #closed() {
    Object.assign(this.client, { onopen: null, onmessage: null, onclose: null });
    this.server.todo.push([this, { t: "_cut" }, null]);
  }

  #heard(data) {
    if (!this.alive) return;
    const raw = typeof data === "string" ? data : data.slice();
    const verdict = this.server.tap?.("up", this, raw);
    if (verdict === "cut-before") return this.cut();
    let message = typeof raw === "string" ? JSON.parse(raw) : null;
    let binary = typeof raw === "string" ? null : raw;
    if (message && this.server.hasBinary(message)) {
      this.waiting = message;
      message = null;
    } else if (binary && this.waiting) {
      message = this.waiting;
      this.waiting = null;
    }
    if (message || binary) this.server.todo.push([this, message, binary]);
    if (verdict === "cut-after") this.server.todo.push([this, { t: "_cut" }, null]);
    return undefined;
  }

  send(message, binary) {
    if (!this.alive) return;
    this.#out.push(message);
    const verdict = this.server.tap?.("down", this, message, binary);
    if (verdict === "cut-before") return this.cut();
    const times = verdict === "twice" ? 2 : 1;
    for (let i = 0; i < times; i += 1) {
      this.server.air.push([this, JSON.stringify(message)]);
      if (binary) this.server.air.push([this, binary.slice().buffer]);
    }
    if (verdict === "cut-after") this.server.air.push([this, null]);
    return undefined;
  }

  sent(t) {
    return this.#out.filter((message) => message.t === t);
  }

  cut(code = 1006, quiet = false) {
    if (!this.alive) return;
    this.alive = false;
    this.server.gone(this);
    if (!quiet) this.client.onclose?.({ code });
  }
}

export class Server {
  store = hex(bytes(16));
  rooms = new Map();
  lines = [];
  codes = new Map();
  /** Messages on their way to sessions, and from them. */
  air = [];
  todo = [];
  accounts = new Map();
  tokens = new Map();
  duties = new Map();
  tap = null;
  refuse = null;
  down = false;
  doorOpen = true;
  rosterSeq = 0;
  /** Invitations that nobody has answered, told again at `hi`. */
  calls = [];
  log = [];

  constructor({ clock, files }) {
    this.clock = clock;
    this.files = files;
    this.places = 0;
  }

  /** The audit log as a browser hears of it: a number and a hash a line. */
  audit = [{ n: 0, hash: "00".repeat(32) }];

  async fetch(path) {
    const name = path.split("/").pop();
    const line = path.startsWith("/api/audit/") && this.audit.find(({ n }) => n === Number(name));
    if (line) return Response.json(line);
    const body = this.files.get(name);
    return body === undefined ? new Response(null, { status: 404 }) : new Response(body);
  }

  socket(path) {
    const line = new Line(this, path);
    this.lines.push(line);
    this.air.push([line, this.down ? null : "open"]);
    return line.client;
  }

  hasBinary({ t }) {
    return ["hello", "box", "inquire", "rejoin", "commit", "join"].includes(t);
  }

  /** Carries what is under way; false when nothing was. */
  async carry() {
    let moved = false;
    while (this.air.length || this.todo.length) {
      moved = true;
      if (this.todo.length) {
        const [line, message, binary] = this.todo.shift();
        if (line.alive) await this.handle(line, message, binary);
        continue;
      }
      const [line, data] = this.air.shift();
      if (!line.alive) continue;
      if (data === "open" && !line.opened) line.open();
      else if (data === null) line.cut();
      else line.client.onmessage?.({ data });
    }
    return moved;
  }

  of(kind) {
    return this.lines.filter((line) => line.alive && line.path === `/ws/${kind}`);
  }

  cutAll(kind, code) {
    for (const line of this.of(kind)) line.cut(code);
  }

  /** The live store is lost: rooms, places and presence with it. */
  loseStore() {
    for (const line of [...this.of("visitor"), ...this.of("staff")]) line.cut(1006);
    this.store = hex(bytes(16));
    this.rooms.clear();
    this.duties.clear();
  }

  gone(line) {
    this.lines = this.lines.filter((candidate) => candidate !== line);
    for (const room of this.rooms.values()) {
      for (const [slot, member] of room.members) {
        if (member.line !== line) continue;
        member.line = null;
        this.peer(room, slot, "away");
      }
      if (room.line === line) room.line = null;
    }
  }

  peer(room, slot, state) {
    for (const [other, member] of room.members) {
      if (other !== slot) member.line?.send({ t: "peer", room: room.id, slot, state });
    }
  }

  async handle(line, message, binary) {
    if (message?.t === "_cut") return line.cut(1006);
    const side = line.path === "/ws/visitor" ? "visitor" : "staff";
    this.log.push([side, message?.t ?? `0x${binary[1].toString(16)}`]);
    const planned = this.refuse?.(side, message, binary, line);
    if (planned) return line.send({ t: "refuse", room: null, epoch: 0, seq: 0, pos11: 0, wait: 0,
      ...planned });
    if (!message) return this.frame(line, binary);
    const act = this[`${side}_${message.t}`];
    if (!act) throw new Error(`not of the wire: ${side} ${message.t}`);
    return act.call(this, line, message, binary);
  }

  no(line, of, code, more = {}) {
    line.send({ t: "refuse", of, code, room: null, epoch: 0, seq: 0, pos11: 0, wait: 0, ...more });
  }

  // Visitor ----------------------------------------------------------------------------------------

  visitor_want(line, { purpose }) {
    const challenge = concat(bytes(16), u32(1), u16(0), u32(0), u8(purpose));
    line.send({ t: "work", challenge: hex(concat(challenge, this.workHash(challenge), bytes(32))) });
  }

  workKey(head) {
    return new Uint8Array(pbkdf2Sync(u32(0), head, 1, 32, "sha256"));
  }

  workHash(head) {
    return unhex(hash(this.workKey(head)));
  }

  visitor_work(line, { challenge, answer }) {
    const head = unhex(challenge).slice(0, 27);
    if (answer !== hex(this.workKey(head))) return this.no(line, "work", "gone");
    line.works.add(head[26]);
    line.send({ t: "hi", store: this.store, roster_seq: this.rosterSeq });
    if (head[26] !== 3) this.certs(line);
    return undefined;
  }

  certs(line) {
    const all = this.doorOpen ? [...this.duties.values()].map(({ cert }) => hex(cert)) : [];
    line.send({ t: "certs", add: all.filter((cert) => !line.told.has(cert)) });
    all.forEach((cert) => line.told.add(cert));
  }

  visitor_hello(line, { cap_hash, lang, door, danger, prev }, binary) {
    if (!line.works.has(1) && !line.room) return line.cut(4400);
    const { envId, stanzas, expiry } = parseEnvelope(binary);
    const id = hex(envId);
    const lives = (expiry + 1) * 3_600_000 - this.clock();
    if (lives <= 0 || lives > 25 * 3_600_000) return this.no(line, "hello", "gone", { room: id });
    const before = this.rooms.get(id);
    if (before && before.cap !== cap_hash) return line.cut(4400);
    if (!this.duties.size || !this.doorOpen) return this.no(line, "hello", "gone", { room: id });
    const old = prev && this.rooms.get(prev.room);
    const known = old && old.cap === hash(unhex(prev.cap)) ? old : null;
    const room = before ?? { id, members: new Map(), used: new Set(), epoch: 0, log: [], next: 1,
      pos11: 0, since: Math.floor(this.clock() / 60000), joins: [], closed: "", claimed: null };
    if (known && !known.epoch) {
      room.since = known.since;
      this.rooms.delete(known.id);
      this.waitGone(known.id);
    } else if (known) room.prev = known.id;
    room.named = Boolean(prev) && !known;
    Object.assign(room, { cap: cap_hash, line, hello: binary, mailbox: line.mailbox ?? room.mailbox,
      kids: stanzas.map(({ kid }) => hex(kid)), facts: { lang, door, danger } });
    this.rooms.set(id, room);
    line.room = id;
    line.send({ t: "place", n: 1, range: [1, 5] });
    if (!before) this.announce(room);
    return undefined;
  }

  announce(room, only) {
    const { lang, door, danger } = room.facts;
    const before = room.prev && this.rooms.get(room.prev);
    for (const [idx, { line }] of this.duties) {
      if (only !== undefined && idx !== only) continue;
      line?.send({ t: "wait", add: [{ place: room.id, lang, door, danger, since: room.since }],
        del: [] });
      const held = before && [...before.members.values()].some((m) => m.idx === idx);
      if (!before || held) {
        line?.send({ t: "offer", place: room.id, until: this.clock() + 30_000,
          back: Boolean(held) || room.named });
      }
    }
  }

  waitGone(id) {
    for (const { line } of this.duties.values()) line?.send({ t: "wait", add: [], del: [id] });
  }

  visitor_resume(line, { room: id, cap, pos }) {
    const room = this.rooms.get(id);
    if (!room || room.cap !== hash(unhex(cap)) || room.closed) {
      return this.no(line, "resume", "gone", { room: id });
    }
    line.room = id;
    room.line = line;
    line.send({ t: "hi", store: this.store, roster_seq: this.rosterSeq });
    const seat = room.members.get(0);
    if (!seat) {
      line.send({ t: "place", n: 1, range: [1, 5] });
      return this.certs(line);
    }
    this.seat(room, 0, line, pos);
    return undefined;
  }

  seat(room, slot, line, pos) {
    const member = room.members.get(slot);
    member.line = line;
    member.isLost = false;
    for (const entry of room.log) {
      if (entry.pos > Math.max(pos, member.start) && entry.slot !== slot) this.put(room, line, entry);
    }
    for (const [other, { line: there, isLost }] of room.members) {
      const state = isLost ? "lost" : there ? "here" : "away";
      if (other !== slot) line.send({ t: "peer", room: room.id, slot: other, state });
    }
    this.peer(room, slot, "here");
  }

  put(room, line, { pos, binary, certs }) {
    line.send({ t: "put", room: room.id, pos, certs: certs ?? [] }, binary);
  }

  visitor_ack(line, { room: id, pos }) {
    this.acked(this.rooms.get(id), line, pos);
  }

  acked(room, line, pos) {
    if (!room) return;
    if (pos >= room.next) line.cut(4400);
    for (const member of room.members.values()) {
      if (member.line === line) member.acked = Math.max(member.acked, pos);
    }
    const least = Math.min(...[...room.members].map(([slot, { acked }]) =>
      (room.log.some((e) => e.slot !== slot && e.pos > acked) ? acked : room.next)));
    room.log = room.log.filter(({ pos: at }) => at > least);
  }

  visitor_end(line, { quick }) {
    const room = this.rooms.get(line.room);
    if (room) this.close(room, quick ? "quick" : "end");
  }

  close(room, why) {
    room.closed = why;
    const told = new Set([room.line, ...[...room.members.values()].map(({ line }) => line)]);
    for (const line of told) line?.send({ t: "closed", room: room.id, why });
    this.rooms.delete(room.id);
    if (!room.epoch) this.waitGone(room.id);
  }

  visitor_keep(line, { h_id, h_auth, old }) {
    const before = old && this.codes.get(hash(unhex(old.id)));
    const mailbox = before?.mailbox ?? hex(bytes(16));
    this.codes.set(h_id, { h_auth, mailbox });
    line.mailbox = mailbox;
    const room = this.rooms.get(line.room);
    if (room) room.mailbox = mailbox;
    line.send({ t: "kept", mailbox });
  }

  visitor_code(line, { id, auth }) {
    const row = this.codes.get(hash(unhex(id)));
    if (!line.works.has(3) || !row || row.h_auth !== hash(unhex(auth))) {
      return this.no(line, "code", "gone");
    }
    line.mailbox = row.mailbox;
    const room = [...this.rooms.values()].find((r) => r.mailbox === row.mailbox && r.epoch);
    const certs = room ? [...room.members.values()].filter((m) => m.cert).map((m) => hex(m.cert)) : [];
    line.send({ t: "mail", mailbox: row.mailbox, n: 0, talks: 0,
      room: room ? { id: room.id, epoch: room.epoch, certs } : null });
    return undefined;
  }

  visitor_drop(line, { id }) {
    this.codes.delete(hash(unhex(id)));
    line.send({ t: "done", receipt: null });
  }

  visitor_erase(line, { id, auth }) {
    const key = hash(unhex(id));
    const row = this.codes.get(key);
    if (!line.works.has(3) || !row || row.h_auth !== hash(unhex(auth))) return this.no(line, "erase", "gone");
    this.codes.delete(key);
    const rooms = [...this.rooms.values()].filter((room) => room.mailbox === row.mailbox);
    rooms.forEach((room) => this.close(room, "erased"));
    line.send({ t: "done", receipt: { codes: 1, letters: 0, rooms: rooms.length, talks: 0,
      at: Math.floor(this.clock() / 60000), backups_days: 7 } });
    return undefined;
  }

  visitor_rejoin(line, { room: id, cap_hash }, binary) {
    const room = this.rooms.get(id);
    const { stanzas } = parseEnvelope(binary);
    const holder = room && [...room.members.values()].find((m) => m.kid === hex(stanzas[0].kid));
    if (!holder) return this.no(line, "rejoin", "gone", { room: id });
    room.joins.push({ slot: 0, cap: cap_hash, line });
    holder.line?.send({ t: "join", room: id, to: holder.idx, from: null }, binary);
    return undefined;
  }

  // Staff ------------------------------------------------------------------------------------------

  staff_auth(line, { name, method, sig, token }) {
    if (token) {
      const idx = this.tokens.get(token);
      if (idx === undefined) return line.cut(4401);
      return this.welcome(line, idx);
    }
    if (!sig) {
      line.name = name;
      return line.send({ t: "nonce", nonce: hex(bytes(32)) });
    }
    const account = this.accounts.get(line.name);
    if (!account || !account.methods.includes(method) || account.locked) {
      return this.no(line, "auth", "gone");
    }
    const fresh = hex(bytes(32));
    this.tokens.set(fresh, account.idx);
    return this.welcome(line, account.idx, fresh, account.wraps);
  }

  welcome(line, idx, token, wraps) {
    line.idx = idx;
    const duty = this.duties.get(idx);
    if (duty) duty.line = line;
    const rooms = [...this.rooms.values()].flatMap((room) => [...room.members]
      .filter(([, member]) => member.idx === idx)
      .map(([slot]) => ({ room: room.id, slot, epoch: room.epoch, certs: this.certsOf(room)
        .filter((cert) => idxOf(unhex(cert)) !== idx) })));
    const account = [...this.accounts.values()].find((a) => a.idx === idx);
    line.send({ t: "hi", store: this.store, roster_seq: this.rosterSeq, idx, duty: !!duty,
      wraps: wraps ?? account.wraps, rooms, roles: [], audit: this.audit.at(-1), ...(token ? { token } : {}) });
    for (const { to, told } of this.calls) if (to === idx) line.send({ ...told, again: true });
  }

  async staff_duty(line, { cert }) {
    if (cert === null) {
      this.duties.delete(line.idx);
      return;
    }
    const parsed = await parseCertificate(unhex(cert));
    const kid = hash(concat(new TextEncoder().encode("ASC1 kid"), parsed.pub)).slice(0, 16);
    const before = this.duties.get(line.idx);
    this.duties.set(line.idx, { cert: unhex(cert), kid, line });
    line.send({ t: "standing", open: true, on_duty: [...this.duties.keys()], waiting: 0 });
    const live = [...this.rooms.values()].filter(({ epoch }) => epoch > 0);
    const add = live.map((room) => ({ id: room.id, epoch: room.epoch, certs: this.certsOf(room) }));
    if (parsed.role === 2) line.send({ t: "rooms", add, del: [] });
    for (const visitor of before ? [] : this.of("visitor")) {
      if (visitor.works.has(1)) visitor.send({ t: "certs", add: [cert] });
    }
    for (const room of this.rooms.values()) {
      if (!room.epoch && room.kids.includes(kid)) this.announce(room, line.idx);
    }
  }

  staff_claim(line, { place }) {
    const room = this.rooms.get(place);
    if (!room) return this.no(line, "claim", "gone", { room: place });
    const { kid } = this.duties.get(line.idx);
    if (room.epoch || (room.claimed !== null && room.claimed !== line.idx) ||
        !room.kids.includes(kid)) {
      return this.no(line, "claim", "busy", { room: place });
    }
    room.claimed = line.idx;
    line.send({ t: "put", room: place, pos: 0, certs: [] }, room.hello);
    this.waitGone(place);
    return undefined;
  }

  staff_commit(line, { room: id, epoch, pos11, joined, left, certs }, binary) {
    const room = this.rooms.get(id);
    if (!room) return this.no(line, "commit", "gone", { room: id });
    const commit = parseCommit(binary);
    const same = hash(binary) === room.digest;
    const ok = (pos) => line.send({ t: "ok", of: "commit", room: id, epoch: room.epoch,
      slot: commit.committer, seq: 0, pos });
    if (same) return ok(room.commitPos);
    if (epoch !== room.epoch + 1 || pos11 !== room.pos11) {
      return this.no(line, "commit", "cas", { room: id, epoch: room.epoch, pos11: room.pos11 });
    }
    if (epoch === 1 && room.claimed !== line.idx) {
      return this.no(line, "commit", "gone", { room: id });
    }
    const { entries } = parseContext(commit.contextBytes);
    const pos = room.next;
    room.next += 1;
    room.log.push({ pos, slot: commit.committer, binary, certs });
    const byHash = new Map(certs.map((cert) => [hash(unhex(cert)), unhex(cert)]));
    const fresh = epoch === 1 ? entries.map(({ slot }) => slot) : joined;
    const removed = [...room.members].filter(([slot]) => left.includes(slot));
    for (const [slot, member] of removed) {
      room.members.delete(slot);
      member.line?.send({ t: "closed", room: id, why: "left" });
    }
    for (const { slot, certHash } of entries) {
      const cert = byHash.get(hex(certHash));
      const old = room.members.get(slot);
      if (!fresh.includes(slot)) {
        Object.assign(old, { seq: 0, frames: new Map(), leaf: slot !== commit.committer });
        continue;
      }
      const join = room.joins.find((j) => j.slot === slot || (cert && j.idx === idxOf(cert)));
      room.joins = room.joins.filter((j) => j !== join);
      const own = slot === 0 ? join?.line ?? room.line : this.duties.get(idxOf(cert))?.line ?? null;
      if (slot === 0 && join) {
        if (old?.line && old.line !== join.line) {
          old.line.send({ t: "closed", room: id, why: "moved" });
        }
        room.cap = join.cap;
        join.line.room = id;
        room.line = join.line;
      }
      room.members.set(slot, { line: own, idx: cert ? idxOf(cert) : null, cert: cert ?? null,
        kid: cert ? kidOf(cert) : "", start: pos - 1, acked: pos - 1, seq: 0, frames: new Map(),
        leaf: slot !== commit.committer });
    }
    Object.assign(room, { epoch, pos11: 0, digest: hash(binary), commitPos: pos });
    for (const [slot, member] of room.members) {
      if (slot !== commit.committer && member.line) this.put(room, member.line, room.log.at(-1));
    }
    ok(pos);
    this.tellRooms({ add: [{ id, epoch, certs: this.certsOf(room) }], del: [] });
    const old = epoch === 1 && room.prev && this.rooms.get(room.prev);
    if (old) this.close(old, "moved");
    return undefined;
  }

  staff_join(line, { room: id, to }, binary) {
    const room = this.rooms.get(id);
    const holder = room && (room.isReserved && !room.epoch && room.claimed === to ? this.duties.get(to)
      : [...room.members.values()].find((m) => m.idx === to));
    if (!holder) return this.no(line, "join", "gone", { room: id });
    room.joins.push({ idx: line.idx, line });
    for (const member of room.members.values()) if (member.idx === line.idx) member.line = null;
    holder.line?.send({ t: "join", room: id, to, from: hex(this.duties.get(line.idx).cert) }, binary);
    return undefined;
  }

  staff_invite(line, { room: id, to, why }) {
    if (!this.rooms.has(id)) {
      this.rooms.set(id, { id, members: new Map(), used: new Set(), epoch: 0, log: [], next: 1, pos11: 0,
        joins: [], closed: "", claimed: line.idx, kids: [], line: null, isReserved: true });
    }
    const from = hex(this.duties.get(line.idx).cert);
    this.calls.push({ to, told: { t: "invite", room: id, why, from } });
    this.duties.get(to)?.line?.send({ t: "invite", room: id, why, from });
  }

  certsOf(room) {
    return [...room.members.values()].flatMap(({ cert }) => (cert ? [hex(cert)] : []));
  }

  /** Live rooms, to supervisors on duty. */
  tellRooms(change) {
    for (const { cert, line } of this.duties.values()) if (cert[10] === 2) line?.send({ t: "rooms", ...change });
  }

  staff_resume(line, { room: id, pos, store }) {
    const room = this.rooms.get(id);
    const seat = room && [...room.members].find(([, m]) => m.idx === line.idx);
    if (!seat || store !== this.store) return this.no(line, "resume", "gone", { room: id });
    this.seat(room, seat[0], line, pos);
    return undefined;
  }

  staff_lost(line, { room: id }) {
    const room = this.rooms.get(id);
    const seat = room && [...room.members].find(([, m]) => m.idx === line.idx);
    if (!seat) return;
    seat[1].isLost = true;
    this.peer(room, seat[0], "lost");
  }

  staff_leave(line, { room: id }) {
    const room = this.rooms.get(id);
    const seat = room && [...room.members].find(([, m]) => m.idx === line.idx);
    if (!seat) {
      if (room) room.joins = room.joins.filter(({ idx }) => idx !== line.idx);
      return;
    }
    if ([...room.members.values()].filter((m) => m.idx !== null).length <= (room.isReserved ? 2 : 1)) this.close(room, "end");
    else this.peer(room, seat[0], "leaving");
  }

  staff_ack(line, { room: id, pos }) {
    this.acked(this.rooms.get(id), line, pos);
  }

  staff_ready() {}

  /** @type {Map<string, object[]>} batch -> forms; a test may have the answers lost */
  tallied = new Map();
  losesAnswers = false;

  staff_tally(line, { batch, forms }) {
    this.tallied.set(batch, forms);
    if (!this.losesAnswers) line.send({ t: "tallied", batch });
  }

  staff_conflict() {}

  /** What was said of rooms in which nobody writes; a test lets one rest. @type {[string, boolean][]} */
  quiet = [];

  staff_quiet(line, { room, quiet }) {
    this.quiet.push([room, quiet]);
  }

  staff_out(line) {
    for (const [token, idx] of this.tokens) if (idx === line.idx) this.tokens.delete(token);
  }

  // Frames -----------------------------------------------------------------------------------------

  frame(line, binary) {
    const id = hex(binary.slice(4, 20));
    const view = new DataView(binary.buffer, binary.byteOffset);
    const [type, slot, epoch, seq] = [binary[1], binary[3], view.getUint32(20), view.getUint32(24)];
    const room = this.rooms.get(id);
    const member = room?.members.get(slot);
    const about = { room: id, epoch, seq };
    if (!member || member.line !== line) return this.no(line, "frame", "gone", about);
    if (epoch !== room.epoch) return this.no(line, "frame", "stale", about);
    const ok = (pos) => line.send({ t: "ok", of: "frame", room: id, epoch, slot, seq, pos });
    if (seq < member.seq) {
      const before = member.frames.get(seq);
      return before.digest === hash(binary) ? ok(before.pos) : line.cut(4400);
    }
    if (seq > member.seq) return this.no(line, "frame", "gap", { ...about, seq: member.seq });
    if ((type === 0x11) !== (seq === 0 && member.leaf)) return line.cut(4400);
    const pos = room.next;
    room.next += 1;
    member.seq += 1;
    member.frames.set(seq, { pos, digest: hash(binary) });
    if (type === 0x11) room.pos11 = pos;
    room.log.push({ pos, slot, binary });
    ok(pos);
    for (const [other, { line: there }] of room.members) {
      if (other !== slot && there) this.put(room, there, room.log.at(-1));
    }
    return undefined;
  }
}

const idxOf = (cert) => cert[8] * 256 + cert[9];
const kidOf = (cert) =>
  hash(concat(new TextEncoder().encode("ASC1 kid"), cert.slice(52, 84))).slice(0, 16);
