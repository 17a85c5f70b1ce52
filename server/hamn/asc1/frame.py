"""Message frames: one line, receipt or cover in a fixed size, each under its own key.

Each sender has a hash chain per epoch: a key is used once and the chain cannot be run backwards.
`parse_frame_header` needs no key and is all the server uses (protocol.md section 7.3).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hamn.asc1.bytes import (
    PADDED_SIZES,
    Form,
    Malformed,
    Reader,
    Refused,
    kdf,
    pad,
    u8,
    u16,
    u32,
    unpad,
)
from hamn.asc1.labels import KdfLabel

VERSION, SUITE = 1, 1
HEADER_SIZE = 28
INNER_FRONT = 29
TAG_SIZE = 16
WIRE_SIZES = tuple(HEADER_SIZE + size + TAG_SIZE for size in PADDED_SIZES)
MOST_SKIPPED = 32
MOST_CHARACTERS = 4_000
MOST_CONTROL_BYTES = 4_067
MOST_RECEIPTS = 14
NOBODY = 0xFF


class FrameType(IntEnum):
    """The outer type: the server must know a leaf update when it sees one."""

    MESSAGE = 0x10
    LEAF_UPDATE = 0x11


class Kind(IntEnum):
    """What a frame says, seen by members only."""

    TEXT = 1
    CONTROL = 2
    RECEIPT = 3
    LEAF_UPDATE = 4
    END = 5
    COVER = 6


class FrameRefusal(StrEnum):
    """Why a frame is not read."""

    CLOSED = "does not open"
    TYPE = "leaf update and frame type disagree"
    USED = "its key was used before"
    GAP = "too many frames are missing"


_HEADER = struct.Struct("!BBBB16sII")
_TYPES = {int(type_): type_ for type_ in FrameType}


@dataclass(frozen=True, slots=True)
class FrameHeader:
    """Everything a frame shows to somebody without keys."""

    type: FrameType
    slot: int
    room: bytes
    epoch: int
    seq: int
    size: int


@dataclass(frozen=True, slots=True)
class Inner:
    """What stands inside a frame."""

    kind: Kind
    minutes: int
    msg_id: bytes
    body: bytes = field(repr=False)
    last_slot: int = NOBODY
    last_seq: int = 0


@dataclass(frozen=True, slots=True)
class MessageKey:
    """The key and nonce of exactly one frame."""

    key: bytes = field(repr=False)
    nonce: bytes = field(repr=False)


def parse_frame_header(frame: bytes) -> FrameHeader:
    """Size and header of a frame, without any key.

    Raises: Malformed.
    """
    if len(frame) not in WIRE_SIZES:
        raise Malformed(Form.LENGTH)
    version, number, suite, slot, room, epoch, seq = _HEADER.unpack_from(frame)
    if version != VERSION or suite != SUITE:
        raise Malformed(Form.MAGIC)
    type_ = _TYPES.get(number)
    if type_ is None:
        raise Malformed(Form.VALUE)
    return FrameHeader(type_, slot, room, epoch, seq, len(frame))


def header_bytes(header: FrameHeader) -> bytes:
    """The 28 bytes on the wire."""
    front = u8(VERSION) + u8(header.type) + u8(SUITE) + u8(header.slot)
    return front + header.room + u32(header.epoch) + u32(header.seq)


def step(chain_key: bytes) -> tuple[MessageKey, bytes]:
    """The key of this frame and the chain key of the next."""
    okm = kdf(chain_key, KdfLabel.MESSAGE, b"", 44)
    return MessageKey(okm[:32], okm[32:]), kdf(chain_key, KdfLabel.CHAIN_KEY, b"", 32)


def seal_frame(header: FrameHeader, inner: Inner, key: MessageKey, confirm_tag: bytes) -> bytes:
    """A frame; the size in the header given is not used."""
    front = header_bytes(header)
    content = pad(encode_inner(inner))
    return front + AESGCM(key.key).encrypt(key.nonce, content, front + confirm_tag)


def open_frame(frame: bytes, key: MessageKey, confirm_tag: bytes) -> Inner:
    """What a frame says.

    Raises: Malformed, or Refused with a `FrameRefusal`.
    """
    header = parse_frame_header(frame)
    front = frame[:HEADER_SIZE]
    try:
        content = AESGCM(key.key).decrypt(key.nonce, frame[HEADER_SIZE:], front + confirm_tag)
    except InvalidTag as error:
        raise Refused(FrameRefusal.CLOSED) from error
    inner = read_inner(content)
    if (inner.kind is Kind.LEAF_UPDATE) != (header.type is FrameType.LEAF_UPDATE):
        raise Refused(FrameRefusal.TYPE)
    return inner


def encode_inner(inner: Inner) -> bytes:
    """The content of a frame before padding; what is too long is refused here."""
    _check_body(inner.kind, inner.body)
    front = u8(inner.kind) + u8(0) + u32(inner.minutes) + inner.msg_id
    return front + u8(inner.last_slot) + u32(inner.last_seq) + u16(len(inner.body)) + inner.body


def read_inner(content: bytes) -> Inner:
    """Read the content of a frame, padding and all."""
    reader = Reader(content)
    kind, flags, minutes, msg_id = (
        reader.number(1),
        reader.number(1),
        reader.number(4),
        reader.take(16),
    )
    last_slot, last_seq, length = reader.number(1), reader.number(4), reader.number(2)
    if kind not in set(Kind) or flags != 0:
        raise Malformed(Form.VALUE)
    body = unpad(content, INNER_FRONT + length)[INNER_FRONT:]
    _check_body(Kind(kind), body)
    return Inner(Kind(kind), minutes, msg_id, body, last_slot, last_seq)


def receipt_body(msg_ids: tuple[bytes, ...]) -> bytes:
    """The body of a receipt."""
    return u8(len(msg_ids)) + b"".join(msg_ids)


def read_receipt(body: bytes) -> tuple[bytes, ...]:
    """The message ids a receipt names."""
    reader = Reader(body)
    msg_ids = tuple(reader.take(16) for _ in range(reader.number(1)))
    reader.end()
    return msg_ids


class SendChain:
    """Our own chain of an epoch: hands out each key once."""

    __slots__ = ("_chain_key", "seq")

    def __init__(self, chain_key: bytes) -> None:
        self._chain_key = chain_key
        self.seq = 0

    def next(self) -> tuple[int, MessageKey]:
        """The number and key of the next frame."""
        seq = self.seq
        key, self._chain_key = step(self._chain_key)
        self.seq += 1
        return seq, key

    @property
    def key_alive(self) -> bytes:
        """The secret held now, for the tests that seize it."""
        return self._chain_key


class ReceiveChain:
    """Another slot's chain of an epoch; keeps at most 32 keys of frames that are missing.

    A frame that does not open changes nothing.
    """

    __slots__ = ("_chain_key", "_skipped", "next_seq")

    def __init__(self, chain_key: bytes) -> None:
        self._chain_key = chain_key
        self._skipped: dict[int, MessageKey] = {}
        self.next_seq = 0

    def open(self, frame: bytes, seq: int, confirm_tag: bytes) -> Inner:
        """Open the frame of this number, whether it is next, early or late.

        Raises: Malformed, or Refused with a `FrameRefusal`.
        """
        if seq < self.next_seq:
            return self._open_late(frame, seq, confirm_tag)
        if seq - self.next_seq + len(self._skipped) > MOST_SKIPPED:
            raise Refused(FrameRefusal.GAP)
        chain_key, skipped = self._chain_key, dict(self._skipped)
        for missing in range(self.next_seq, seq):
            skipped[missing], chain_key = step(chain_key)
        key, chain_key = step(chain_key)
        inner = open_frame(frame, key, confirm_tag)
        self._chain_key, self._skipped, self.next_seq = chain_key, skipped, seq + 1
        return inner

    def _open_late(self, frame: bytes, seq: int, confirm_tag: bytes) -> Inner:
        if seq not in self._skipped:
            raise Refused(FrameRefusal.USED)
        inner = open_frame(frame, self._skipped[seq], confirm_tag)
        del self._skipped[seq]
        return inner

    def keys_alive(self) -> tuple[bytes, ...]:
        """Every secret held now, for the tests that seize them."""
        return (self._chain_key, *(key.key for key in self._skipped.values()))


def _check_body(kind: Kind, body: bytes) -> None:
    if not _fits(kind, body):
        raise Malformed(Form.LENGTH)


def _fits(kind: Kind, body: bytes) -> bool:
    match kind:
        case Kind.TEXT:
            return len(body.decode(errors="replace")) <= MOST_CHARACTERS
        case Kind.CONTROL:
            return len(body) <= MOST_CONTROL_BYTES
        case Kind.RECEIPT:
            return len(body) == 1 + 16 * body[0] and body[0] <= MOST_RECEIPTS if body else False
        case Kind.LEAF_UPDATE:
            return len(body) == 32
        case Kind.END | Kind.COVER:
            return body == b""
