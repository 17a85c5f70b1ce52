/**
 * Frames: one line or sign each, sealed with a key that is used once (protocol.md section 7.3).
 *
 * A chain only goes forward; a reader keeps at most 32 skipped keys. A frame that does not open
 * changes nothing.
 */
import { NONE, PADDED_SIZES, Reader, aesKey, aesOpen, aesSeal, concat, hex, kdf, objectOf, pad,
  refuseUnless, textOf, u16, u32, u8, utf8 } from "./bytes.js";

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
