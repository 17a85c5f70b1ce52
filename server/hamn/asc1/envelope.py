"""The sealed envelope AEV1: one body for exactly the keys it names (protocol.md section 6).

`parse_header` needs no key and is all the server uses. The commitment makes sure that every
reader of one envelope reads the same body. What the bodies say is in body.py and mail.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hamn.asc1.bytes import (
    LARGE_SIZE,
    PADDED_SIZES,
    Chance,
    Reader,
    Refused,
    kdf,
    kid,
    pad,
    same,
    sha256,
    u8,
    u16,
    u32,
    unpad,
)
from hamn.asc1.hpke import KeyPair, key_pair, open_sealed, seal
from hamn.asc1.labels import HpkeInfo, KdfLabel

MAGIC = b"AEV1"
SUITE = 1
AUTH_FLAG = 1
HEADER_SIZE = 28
STANZA_SIZE = 88
TAG_SIZE = 16
SMALL_ENVELOPE = 4096


class EnvelopeType(IntEnum):
    """What an envelope is; 8 is refused."""

    HELLO = 1
    BOX = 2
    REPLY = 3
    ESCALATION = 4
    APPOINTMENT = 5
    REWRAP = 6
    JOIN = 7
    CASE_RECORD = 9
    INQUIRY = 10


class EnvelopeRefusal(StrEnum):
    """Why an envelope is refused."""

    SUITE = "suite"
    FLAGS = "flags"
    TYPE = "type"
    MODE = "mode"
    COUNT = "number of stanzas"
    SIZE = "size"
    EXPIRED = "expired"
    NOT_FOR_US = "no stanza opens"
    COMMITMENT = "commitment"
    CLOSED = "does not open"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table: mode, most stanzas, longest life."""

    auth: frozenset[bool]
    most: int
    longest_hours: int | None


BASE, AUTH = frozenset({False}), frozenset({True})
RULES = {
    EnvelopeType.HELLO: Rule(BASE | AUTH, 16, 24),
    EnvelopeType.BOX: Rule(BASE, 64, 14 * 24),
    EnvelopeType.REPLY: Rule(AUTH, 1, 14 * 24),
    EnvelopeType.ESCALATION: Rule(AUTH, 1, 30 * 24),
    EnvelopeType.APPOINTMENT: Rule(AUTH, 1, None),
    EnvelopeType.REWRAP: Rule(AUTH, 1, None),
    EnvelopeType.JOIN: Rule(AUTH, 1, 1),
    EnvelopeType.CASE_RECORD: Rule(AUTH, 1, None),
    EnvelopeType.INQUIRY: Rule(BASE, 64, 30 * 24),
}
"""The longest life is for who seals and who stores; None: it depends on what is sealed."""

SHORT_LIVED = frozenset({EnvelopeType.HELLO, EnvelopeType.JOIN})


@dataclass(frozen=True, slots=True)
class Stanza:
    """One reader's copy of the content key."""

    kid: bytes
    enc: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True)
class EnvelopeHeader:
    """Everything an envelope shows to somebody without keys."""

    type: EnvelopeType
    env_id: bytes
    expiry: int
    sender: bytes | None
    stanzas: tuple[Stanza, ...]

    @property
    def kids(self) -> tuple[bytes, ...]:
        """Which keys it is sealed to, in order."""
        return tuple(stanza.kid for stanza in self.stanzas)

    @property
    def stanza_count(self) -> int:
        """How many keys it is sealed to."""
        return len(self.stanzas)


@dataclass(frozen=True, slots=True)
class Sealing:
    """What `seal_envelope` needs beside the body."""

    type: EnvelopeType
    env_id: bytes
    expiry: int
    to: tuple[bytes, ...]
    sender: KeyPair | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """An envelope that opened: its header and its body."""

    header: EnvelopeHeader
    body: bytes = field(repr=False)


def parse_header(envelope: bytes) -> EnvelopeHeader:
    """All checks that need no key and no clock, in the paper's order.

    Raises: Malformed, or Refused with an `EnvelopeRefusal`.
    """
    reader = Reader(envelope)
    reader.expect(MAGIC)
    suite, type_, count, flags = (reader.number(1) for _ in range(4))
    if suite != SUITE:
        raise Refused(EnvelopeRefusal.SUITE)
    if flags & ~AUTH_FLAG:
        raise Refused(EnvelopeRefusal.FLAGS)
    rule = _rule(type_)
    if bool(flags & AUTH_FLAG) not in rule.auth:
        raise Refused(EnvelopeRefusal.MODE)
    if not 1 <= count <= rule.most:
        raise Refused(EnvelopeRefusal.COUNT)
    _check_size(EnvelopeType(type_), len(envelope), _before_commitment(count, flags))
    env_id, expiry = reader.take(16), reader.number(4)
    sender = reader.take(32) if flags & AUTH_FLAG else None
    stanzas = tuple(Stanza(reader.take(8), reader.take(32), reader.take(48)) for _ in range(count))
    return EnvelopeHeader(EnvelopeType(type_), env_id, expiry, sender, stanzas)


def seal_envelope(sealing: Sealing, body: bytes, chance: Chance) -> bytes:
    """Seal a body; chance is drawn for the content key first, then for one ephemeral per reader."""
    rule = RULES[sealing.type]
    if (sealing.sender is not None) not in rule.auth:
        raise Refused(EnvelopeRefusal.MODE)
    if not 1 <= len(sealing.to) <= rule.most:
        raise Refused(EnvelopeRefusal.COUNT)
    cek = chance(32)
    front = _front(sealing)
    head = front + (sealing.sender.public if sealing.sender else b"")
    info = HpkeInfo.ENVELOPE.value + front
    for public in sealing.to:
        enc, sealed = seal(public, info, cek, ephemeral=key_pair(chance(32)), sender=sealing.sender)
        head += kid(public) + enc + sealed
    large = sealing.type is EnvelopeType.CASE_RECORD
    content = pad(u16(len(body)) + body, large=large)
    _check_size(sealing.type, len(head) + 32 + len(content) + TAG_SIZE, len(head))
    return _close(head, cek, content)


def open_envelope(
    envelope: bytes, keys: tuple[KeyPair, ...], *, expected: EnvelopeType, hour: int
) -> Opened:
    """Open with whichever of our keys fits, trying every stanza whose kid matches.

    Raises: Malformed, or Refused with an `EnvelopeRefusal`.
    """
    header = parse_header(envelope)
    if header.type is not expected:
        raise Refused(EnvelopeRefusal.TYPE)
    if header.type in SHORT_LIVED and hour > header.expiry:
        raise Refused(EnvelopeRefusal.EXPIRED)
    cek = _content_key(header, envelope[:HEADER_SIZE], keys)
    flags = AUTH_FLAG if header.sender else 0
    start = _before_commitment(header.stanza_count, flags)
    transcript, commitment = envelope[:start], envelope[start : start + 32]
    t = sha256(transcript)
    if not same(kdf(cek, KdfLabel.ENVELOPE_COMMIT, t, 32), commitment):
        raise Refused(EnvelopeRefusal.COMMITMENT)
    key = kdf(cek, KdfLabel.ENVELOPE_KEY, t, 44)
    try:
        padded = AESGCM(key[:32]).decrypt(key[32:], envelope[start + 32 :], transcript + commitment)
    except InvalidTag as error:
        raise Refused(EnvelopeRefusal.CLOSED) from error
    return Opened(header, _body(padded))


def _body(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:2], "big")
    return unpad(padded, 2 + length)[2:]


def _content_key(header: EnvelopeHeader, front: bytes, keys: tuple[KeyPair, ...]) -> bytes:
    info = HpkeInfo.ENVELOPE.value + front
    for stanza in header.stanzas:
        for key in keys:
            if stanza.kid != kid(key.public):
                continue
            try:
                return open_sealed(key, stanza.enc, stanza.sealed, info, sender=header.sender)
            except Refused:
                continue
    raise Refused(EnvelopeRefusal.NOT_FOR_US)


def _close(head: bytes, cek: bytes, content: bytes) -> bytes:
    t = sha256(head)
    sealed_from = head + kdf(cek, KdfLabel.ENVELOPE_COMMIT, t, 32)
    key = kdf(cek, KdfLabel.ENVELOPE_KEY, t, 44)
    return sealed_from + AESGCM(key[:32]).encrypt(key[32:], content, sealed_from)


def _front(sealing: Sealing) -> bytes:
    flags = AUTH_FLAG if sealing.sender else 0
    first = MAGIC + u8(SUITE) + u8(sealing.type) + u8(len(sealing.to)) + u8(flags)
    return first + sealing.env_id + u32(sealing.expiry)


def _rule(type_: int) -> Rule:
    if type_ not in set(EnvelopeType):
        raise Refused(EnvelopeRefusal.TYPE)
    return RULES[EnvelopeType(type_)]


def _before_commitment(count: int, flags: int) -> int:
    return HEADER_SIZE + (32 if flags & AUTH_FLAG else 0) + STANZA_SIZE * count


def _check_size(type_: EnvelopeType, size: int, before_commitment: int) -> None:
    large = (LARGE_SIZE,) if type_ is EnvelopeType.CASE_RECORD else ()
    padded = size - before_commitment - 32 - TAG_SIZE
    if padded not in (*PADDED_SIZES, *large):
        raise Refused(EnvelopeRefusal.SIZE)
    if type_ in SHORT_LIVED and size > SMALL_ENVELOPE:
        raise Refused(EnvelopeRefusal.SIZE)
