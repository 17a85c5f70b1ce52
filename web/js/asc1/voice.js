/**
 * What a member says and hears: lines not yet done with (protocol.md 7.3, 7.5 rule 3, section 16
 * rules 1, 3 and 10), what others said once, and the seal on the way out.
 */
import { NONE, hex, refuseUnless, textOf, unhex } from "./bytes.js";
import { FRAME, FRAME_KINDS, LEAF_UPDATE, parseControl, parseReceipt } from "./frame.js";

export class Outbox {
  /** @type {Item[]} */
  #items;
  /** @type {Map<number, {bytes: Bytes, msgId: string}>} */
  #frames = new Map();

  /** @param {Item[]} [carried] from the room before this one */
  constructor(carried = []) {
    this.#items = carried.map((item) => ({ ...item, body: item.body.slice() }));
  }

  /** @type {OutboxSig["add"]} */
  add(note) {
    const item = { ...note, seq: null, isOk: false, isHeld: false };
    this.#items.push(item);
    return item;
  }

  /** @type {OutboxSig["due"]} */
  due() {
    /** @type {Item[]} */
    const due = [];
    let isBlocked = false;
    for (const item of this.#items) {
      const isLine = item.kind === FRAME_KINDS.text;
      isBlocked ||= isLine && item.isHeld;
      if (item.seq === null && !item.isOk && !(isLine && isBlocked)) due.push(item);
    }
    return due;
  }

  /** Ids of the lines that wait for a yes. @returns {string[]} */
  get held() {
    return this.#items.filter(({ isHeld }) => isHeld).map(({ msgId }) => msgId);
  }

  /** @type {OutboxSig["sealed"]} */
  sealed(seq, bytes, msgId) {
    const item = this.#items.find((candidate) => candidate.msgId === msgId);
    if (item) item.seq = seq;
    this.#frames.set(seq, { bytes, msgId });
  }

  /** @type {OutboxSig["newEpoch"]} */
  newEpoch(audience) {
    this.#frames.clear();
    for (const item of this.#items.filter(({ isOk }) => !isOk)) {
      const isKnown = [...audience].every((name) => item.audience?.has(name) ?? true);
      item.seq = null;
      item.isHeld = item.kind === FRAME_KINDS.text && !isKnown;
      item.audience ??= audience;
    }
  }

  /** @type {OutboxSig["ok"]} */
  ok(seq) {
    const msgId = this.#frames.get(seq)?.msgId;
    this.#frames.delete(seq);
    const item = this.#items.find((candidate) => candidate.msgId === msgId);
    if (!item) return null;
    item.isOk = true;
    if (item.kind === FRAME_KINDS.text) return item.msgId;
    this.#items = this.#items.filter((other) => other !== item);
    return null;
  }

  /** @type {OutboxSig["received"]} */
  received(msgIds) {
    const isNamed = (/** @type {Item} */ { kind, msgId }) =>
      kind === FRAME_KINDS.text && msgIds.includes(msgId);
    const named = this.#items.filter(isNamed).map(({ msgId }) => msgId);
    this.#items = this.#items.filter((item) => !isNamed(item));
    return named;
  }

  /** @type {OutboxSig["release"]} */
  release(msgIds, audience) {
    for (const item of this.#items.filter(({ msgId }) => msgIds.includes(msgId))) {
      item.isHeld = false;
      item.audience = audience;
    }
  }

  /** @type {OutboxSig["discard"]} */
  discard(msgIds) {
    this.#items = this.#items.filter(({ msgId, isHeld }) => !isHeld || !msgIds.includes(msgId));
  }

  /** @type {OutboxSig["takeBack"]} */
  takeBack(msgId) {
    this.#items = this.#items.filter((item) => item.msgId !== msgId || item.seq !== null);
  }

  /** @type {OutboxSig["unacked"]} */
  unacked() {
    return [...this.#frames].sort(([a], [b]) => a - b).map(([, { bytes }]) => bytes);
  }

  /** @type {OutboxSig["from"]} */
  from(seq, end) {
    /** @type {Bytes[]} */
    const frames = [];
    for (let n = seq; n < end; n += 1) {
      const frame = this.#frames.get(n);
      if (!frame) return null;
      frames.push(frame.bytes);
    }
    return frames;
  }

  /** @type {OutboxSig["carry"]} */
  carry() {
    return this.#items.filter(({ kind }) => kind === FRAME_KINDS.text)
      .map((item) => ({ ...item, body: item.body.slice(), seq: null, isOk: false, isHeld: false }));
  }

  wipe() {
    for (const { body } of this.#items) body.fill(0);
    this.#items = [];
    this.#frames.clear();
  }
}

const RECEIPTS_AT_ONCE = 14;
/** @type {Sig["noteAnnouncement"]} */
export function noteAnnouncement(room, slot, { t, idx, slot: entering, role, leaf }) {
  if (t !== "joining" || slot === 0 || typeof entering !== "number") return;
  if (typeof role !== "number" || typeof leaf !== "string") return;
  if (idx !== null && typeof idx !== "number") return;
  room.announced.set(`${slot}:${entering}`, { slot: entering, idx, role, leaf });
}

export class Inbox {
  /** Of the hello, and the last one the visitor named: who may return with the code. */
  returnKeys = { hello: "", code: "" };
  /** (sender, msg_id) for the room's life and across a proven re-handshake. */
  seen;
  #room;
  #outbox;
  /** @type {Bytes[]} */
  #owed = [];
  #inARow = 0;

  /** @param {Room} room @param {Outbox} outbox @param {Iterable<string>} seen */
  constructor(room, outbox, seen) {
    this.#room = room;
    this.#outbox = outbox;
    this.seen = new Set(seen);
  }

  /** @type {InboxSig["unreadable"]} */
  unreadable(slot, reason) {
    if (reason === "repeat") return [];
    this.#inARow += 1;
    return [{ type: "unreadable", slot, inARow: this.#inARow }];
  }

  /** @type {InboxSig["hear"]} */
  hear({ frame: { slot }, inner, idx, missing }) {
    this.#inARow = 0;
    /** @type {Happening[]} */
    const events = missing ? [{ type: "missing", slot, count: missing }] : [];
    const { kind, msgId, minutes, body } = inner;
    if (kind === FRAME_KINDS.leaf) return [...events, { type: "leaf", slot }];
    if (kind === FRAME_KINDS.cover) return events;
    const name = `${idx ?? "visitor"}:${hex(msgId)}`;
    if (kind === FRAME_KINDS.text) this.#owed.push(msgId);
    if (this.seen.has(name)) return events;
    this.seen.add(name);
    if (kind === FRAME_KINDS.text) {
      const text = textOf(body);
      return [...events, { type: "line", slot, idx, msgId: hex(msgId), minutes, text }];
    }
    if (kind === FRAME_KINDS.control) return [...events, this.#control(slot, parseControl(body))];
    if (kind === FRAME_KINDS.end) return [...events, { type: "ended", slot }];
    return [...events, ...this.#receipt(idx, parseReceipt(body))];
  }

  /** @type {InboxSig["#control"]} */
  #control(slot, control) {
    noteAnnouncement(this.#room, slot, control);
    const { t, r } = control;
    if (t === "code" && slot === 0 && typeof r === "string") this.returnKeys.code = r;
    return { type: "control", slot, control };
  }

  /** @type {InboxSig["#receipt"]} */
  #receipt(idx, msgIds) {
    const { context, slot } = this.#room;
    if (slot !== 0 && context?.entries[0].slot === 0 && idx !== null) return [];
    const received = this.#outbox.received(msgIds);
    return received.length ? [{ type: "received", msgIds: received }] : [];
  }

  /** @type {InboxSig["takeOwed"]} */
  takeOwed() {
    return this.#owed.splice(0, RECEIPTS_AT_ONCE);
  }
}

const MINUTE = 60_000;
export class Voice {
  #seat;
  #outbox;
  #random;
  #now;

  /** @param {Seat} seat @param {Outbox} outbox @param {{random: Random, now: Clock}} sources */
  constructor(seat, outbox, { random, now }) {
    this.#seat = seat;
    this.#outbox = outbox;
    this.#random = random;
    this.#now = now;
  }

  get #minutes() {
    return Math.floor(this.#now() / MINUTE);
  }

  /** @type {VoiceSig["#emit"]} */
  async #emit(type, { msgId, kind, body, minutes = this.#minutes }) {
    const note = { kind, minutes, msgId: unhex(msgId), body };
    const { seq, bytes } = await this.#seat.seal(type, note);
    this.#outbox.sealed(seq, bytes, msgId);
    return bytes;
  }

  /** @type {VoiceSig["flush"]} */
  async flush() {
    const { room } = this.#seat;
    /** @type {Bytes[]} */
    const send = [];
    for (const item of room.mode === "live" ? this.#outbox.due() : []) {
      const { kind, body } = item;
      send.push(await this.#emit(FRAME, item));
      if (kind === FRAME_KINDS.control) noteAnnouncement(room, room.slot, parseControl(body));
    }
    return send;
  }

  /** @type {VoiceSig["write"]} */
  async write(kind, body) {
    const { room, audience } = this.#seat;
    refuseUnless(room.mode !== "wiped", "wiped");
    const msgId = hex(this.#random(16));
    const heardBy = room.context ? audience : null;
    this.#outbox.add({ msgId, kind, body, minutes: this.#minutes, audience: heardBy });
    try {
      return { msgId, send: await this.flush() };
    } catch (error) {
      this.#outbox.takeBack(msgId);
      throw error;
    }
  }

  /** @type {VoiceSig["updateLeaf"]} */
  updateLeaf(leaf) {
    const note = { msgId: hex(this.#random(16)), kind: FRAME_KINDS.leaf, body: leaf };
    return this.#emit(LEAF_UPDATE, note);
  }

  /** @type {VoiceSig["cover"]} */
  async cover() {
    if (this.#seat.room.mode !== "live") return [];
    const note = { msgId: hex(this.#random(16)), kind: FRAME_KINDS.cover, body: NONE };
    return [await this.#emit(FRAME, note)];
  }
}
