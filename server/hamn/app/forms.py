"""What the server reads of sealed bytes: clear headers, turned into values of the rules.

The only place where the use cases meet `asc1`. Bytes that break the form raise `Malformed`, whose
text holds none of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from hamn.asc1 import certificate, envelope, frame, group
from hamn.asc1.bytes import Refused, kid
from hamn.core.commits import CommitForm, Seat, ShiftCert
from hamn.core.relay import FrameHead
from hamn.core.words import Epoch, Hash, Idx, Kid, Malformed, Moment, RoomId, Seq, Slot

HOUR = 3600


@dataclass(frozen=True, slots=True)
class SealedLetter:
    """The clear part of an envelope."""

    env_id: bytes
    kids: tuple[Kid, ...]
    sender: Kid | None
    """The kid of the sender's key, in auth mode."""
    expires: Moment
    digest: Hash


class SealedFrame(NamedTuple):
    """The clear part of a frame."""

    room: RoomId
    head: FrameHead
    digest: Hash


@contextmanager
def reading() -> Iterator[None]:
    """Turn what the parsers raise into the server's own `Malformed`."""
    try:
        yield
    except Refused as refused:
        raise Malformed("not of the form it claims") from refused


def digest(content: bytes) -> Hash:
    """H(x)."""
    return Hash(hashlib.sha256(content).digest())


def read_letter(sealed: bytes, type_: envelope.EnvelopeType) -> SealedLetter:
    """An envelope of the type that is due. Raises: Malformed."""
    with reading():
        header = envelope.parse_header(sealed)
    if header.type is not type_:
        raise Malformed("an envelope of another type")
    return SealedLetter(
        env_id=header.env_id,
        kids=tuple(Kid(each) for each in header.kids),
        sender=None if header.sender is None else Kid(kid(header.sender)),
        expires=Moment(float((header.expiry + 1) * HOUR)),
        digest=digest(sealed),
    )


def read_frame(sealed: bytes) -> SealedFrame:
    """Size and header of a frame. Raises: Malformed."""
    try:
        header = frame.parse_frame_header(sealed)
    except Refused as refused:
        raise Malformed("not of the form it claims") from refused
    is_leaf = header.type is frame.FrameType.LEAF_UPDATE
    head = FrameHead(Epoch(header.epoch), Slot(header.slot), Seq(header.seq), is_leaf, header.size)
    return SealedFrame(RoomId(header.room), head, digest(sealed))


def read_commit(sealed: bytes) -> CommitForm:
    """Form and member list of a commit. Raises: Malformed."""
    with reading():
        header = group.parse_commit(sealed)
    return CommitForm(
        room=RoomId(header.room_id),
        epoch=Epoch(header.epoch),
        committer=Slot(header.committer),
        seats=tuple(
            Seat(Slot(entry.slot), int(entry.role), Hash(entry.cert_hash))
            for entry in header.context.entries
        ),
        stanza_slots=tuple(Slot(slot) for slot in header.stanza_slots),
        digest=digest(sealed),
        size=len(sealed),
    )


def read_certificate(raw: bytes) -> ShiftCert:
    """What a certificate says; whether to believe it is asked elsewhere. Raises: Malformed."""
    with reading():
        parsed = certificate.parse(raw)
    return ShiftCert(
        Idx(parsed.idx), int(parsed.role), Kid(kid(parsed.pub)), raw, Hash(parsed.hash)
    )
