/**
 * Frames: one line or sign each, sealed with a key that is used once (protocol.md section 7.3); and
 * what a member says and hears in them: lines not yet done with (7.5 rule 3, section 16 rules 1, 3
 * and 10), what others said once, and the seal on the way out. Over 400 lines on purpose: the form
 * of a line and what becomes of it are read together.
 *
 * A chain only goes forward; a reader keeps at most 32 skipped keys. A frame that does not open
 * changes nothing.
 */
import { NONE, PADDED_SIZES, Reader, aesKey, aesOpen, aesSeal, concat, hex, kdf, objectOf, pad,
  refuseUnless, textOf, u16, u32, u8, unhex, utf8 } from "./bytes.js";

export const FRAME = 0x10;
export const LEAF_UPDATE = 0x11;
export const COMMIT = 0x20;
export const FRAME_KINDS = Object.freeze({ text: 1, control: 2, receipt: 3, leaf: 4, end: 5,
  cover: 6 });

export const NO_SLOT = 0xff;
const HEADER = 28;
const SKIPPED_MOST = 32;
const CHARACTERS_MOST = 4000;
const CONTROL_MOST = 4067;
const RECEIPTS_MOST = 14;
/** @type {Sig["textBody"]} */
export function textBody(text) {
  refuseUnless([...text].length <= CHARACTERS_MOST, "too long");
  return utf8(text);
}

/** @type {Sig["controlBody"]} */
export function controlBody(control) {
  const body = utf8(JSON.stringify(control));
  refuseUnless(body.length <= CONTROL_MOST, "too long");
  return body;
}

/** @type {Sig["receiptBody"]} */
export function receiptBody(msgIds) {
  refuseUnless(msgIds.length <= RECEIPTS_MOST, "too long");
  return concat(u8(msgIds.length), ...msgIds);
}

/** @type {Sig["parseReceipt"]} */
export function parseReceipt(body) {
  const reader = new Reader(body);
  const count = reader.u8();
  refuseUnless(count <= RECEIPTS_MOST, "form");
  const msgIds = Array.from({ length: count }, () => hex(reader.take(16)));
  reader.end();
  return msgIds;
}

/** @type {Sig["parseControl"]} */
export function parseControl(body) {
  refuseUnless(body.length <= CONTROL_MOST, "form");
  const control = objectOf(body);
  const { t } = control;
  refuseUnless(typeof t === "string", "form");
  return { ...control, t };
}

/** @type {Sig["checkBody"]} */
function checkBody(type, { kind, body }) {
  refuseUnless((type === LEAF_UPDATE) === (kind === FRAME_KINDS.leaf), "kind");
  if (kind === FRAME_KINDS.text) textBody(textOf(body));
  else if (kind === FRAME_KINDS.control) parseControl(body);
  else if (kind === FRAME_KINDS.receipt) parseReceipt(body);
  else if (kind === FRAME_KINDS.leaf) refuseUnless(body.length === 32, "form");
  else refuseUnless((kind === 5 || kind === 6) && body.length === 0, "form");
}

/** @type {Sig["buildInner"]} */
const buildInner = (inner) => concat(Uint8Array.of(inner.kind, 0), u32(inner.minutes),
  inner.msgId, u8(inner.lastSlot), u32(inner.lastSeq), u16(inner.body.length), inner.body);

/** @type {Sig["parseInner"]} */
function parseInner(bytes) {
  const reader = new Reader(bytes);
  const [kind, flags] = reader.take(2);
  refuseUnless(flags === 0, "form");
  const [minutes, msgId] = [reader.u32(), reader.take(16)];
  const [lastSlot, lastSeq] = [reader.u8(), reader.u32()];
  const body = reader.take(reader.u16());
  reader.zeros();
  return { kind, minutes, msgId, lastSlot, lastSeq, body };
}

/** @type {Sig["parseFrame"]} */
export function parseFrame(bytes) {
  refuseUnless(PADDED_SIZES.includes(bytes.length - HEADER - 16), "length");
  const reader = new Reader(bytes);
  const [version, type, suite, slot] = reader.take(4);
  refuseUnless(version === 1 && suite === 1, "form");
  refuseUnless(type === FRAME || type === LEAF_UPDATE, "form");
  return { type, slot, roomId: reader.take(16), epoch: reader.u32(), seq: reader.u32(),
    aad: bytes.slice(0, HEADER), sealed: reader.rest() };
}

/** @type {Sig["messageKey"]} */
const messageKey = (chainKey) => kdf(chainKey, "msg", NONE, 44);
/** @type {Sig["nextKey"]} */
const nextKey = (chainKey) => kdf(chainKey, "ck", NONE, 32);
/** The frames one slot sends in one epoch. */
export class SendChain {
  #key;
  #where;
  seq = 0;

  /**
   * @param {Bytes} key
   * @param {{roomId: Bytes, epoch: number, slot: number, confirmTag: Bytes}} where
   */
  constructor(key, where) {
    this.#key = key;
    this.#where = where;
  }

  /** @type {SendChainSig["seal"]} */
  async seal(type, inner) {
    const { roomId, epoch, slot, confirmTag } = this.#where;
    const padded = pad(buildInner(inner));
    const header = concat(Uint8Array.of(1, type, 1, slot), roomId, u32(epoch), u32(this.seq));
    const [mk, following] = [await messageKey(this.#key), await nextKey(this.#key)];
    const key = await aesKey(mk.slice(0, 32));
    const sealed = await aesSeal(key, mk.slice(32), padded, concat(header, confirmTag));
    this.wipe();
    mk.fill(0);
    this.#key = following;
    this.seq += 1;
    return concat(header, sealed);
  }

  wipe() {
    this.#key.fill(0);
  }
}

/** The frames one slot is heard with in one epoch. */
export class ReceiveChain {
  #key;
  #confirmTag;
  #next = 0;
  /** @type {Map<number, Bytes>} */
  #skipped = new Map();

  /** @param {Bytes} key @param {Bytes} confirmTag */
  constructor(key, confirmTag) {
    this.#key = key;
    this.#confirmTag = confirmTag;
  }

  /** @type {ReceiveChainSig["open"]} */
  async open(frame) {
    const old = this.#skipped.get(frame.seq);
    const gap = frame.seq - this.#next;
    refuseUnless(old || gap >= 0, "repeat");
    refuseUnless(old || gap + this.#skipped.size <= SKIPPED_MOST, "gap");
    let key = this.#key;
    /** @type {[number, Bytes][]} */
    const leapt = [];
    for (let seq = this.#next; !old && seq < frame.seq; seq += 1) {
      leapt.push([seq, await messageKey(key)]);
      key = await nextKey(key);
    }
    const mk = old ?? await messageKey(key);
    const aes = await aesKey(mk.slice(0, 32));
    const aad = concat(frame.aad, this.#confirmTag);
    const inner = parseInner(await aesOpen(aes, mk.slice(32), frame.sealed, aad));
    checkBody(frame.type, inner);
    if (old) this.#skipped.delete(frame.seq);
    else await this.#advance(key, frame.seq + 1, leapt);
    mk.fill(0);
    return { inner, missing: leapt.length };
  }

  /** @type {ReceiveChainSig["#advance"]} */
  async #advance(key, next, leapt) {
    const following = await nextKey(key);
    for (const [seq, mk] of leapt) this.#skipped.set(seq, mk);
    this.#key.fill(0);
    key.fill(0);
    this.#key = following;
    this.#next = next;
  }

  wipe() {
    this.#key.fill(0);
    for (const mk of this.#skipped.values()) mk.fill(0);
    this.#skipped.clear();
  }
}

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
    return this.#owed.splice(0, RECEIPTS_MOST);
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
