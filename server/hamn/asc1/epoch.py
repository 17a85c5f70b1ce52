"""One epoch of a room as one member holds it: its keys, its chains, who is in it.

When the epoch is over the whole value is let go; Python gives no promise to overwrite what it
frees, so a stolen memory image may still hold it (SECURITY.md says so).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hamn.asc1.certificate import Certificate
from hamn.asc1.checks import Accepted, Person
from hamn.asc1.frame import (
    NOBODY,
    FrameHeader,
    FrameType,
    Inner,
    Kind,
    ReceiveChain,
    SendChain,
    seal_frame,
)
from hamn.asc1.group import GroupContext


@dataclass(frozen=True, slots=True)
class Written:
    """A frame of ours: what it says, its bytes, and who was in the epoch it was written in."""

    epoch: int
    seq: int
    inner: Inner
    people: frozenset[Person]
    frame: bytes = field(repr=False)


class Epoch:
    """The keys and chains of one epoch; the seed and what it was stretched to are not kept."""

    __slots__ = (
        "_last_heard",
        "_receive",
        "_send",
        "certificates",
        "committer",
        "confirm_tag",
        "context",
        "lines",
        "member_key",
        "people",
        "resume_key",
        "slot",
        "started",
        "unreadable",
    )

    def __init__(self, accepted: Accepted, *, now: int) -> None:
        self.context: GroupContext = accepted.context
        self.committer = accepted.committer
        self.slot = accepted.slot
        self.certificates: Mapping[int, Certificate] = accepted.certificates
        self.people: Mapping[int, Person] = accepted.people
        self.confirm_tag = accepted.keys.confirm_tag
        self.member_key = accepted.keys.member_key
        self.resume_key = accepted.keys.resume_key
        self.started = now
        self.lines = 0
        self.unreadable = 0
        self._last_heard = (NOBODY, 0)
        self._send = SendChain(accepted.keys.chain(self.slot))
        others = (slot for slot in accepted.context.slots if slot != self.slot)
        self._receive = {slot: ReceiveChain(accepted.keys.chain(slot)) for slot in others}

    @property
    def number(self) -> int:
        """Which epoch of the room it is."""
        return self.context.epoch

    @property
    def made_it(self) -> bool:
        """Whether this member committed the epoch, and so sends no leaf update."""
        return self.slot == self.committer

    def hears(self, slot: int) -> bool:
        """Whether frames of this slot can be for us."""
        return slot in self._receive

    def missing_before(self, slot: int, seq: int) -> int:
        """How many frames of the slot lie between the last opened and this one."""
        return max(0, seq - self._receive[slot].next_seq)

    def write(self, inner_of: Inner) -> Written:
        """Seal the next frame of our own chain; the last frame heard is put in here."""
        seq, key = self._send.next()
        last_slot, last_seq = self._last_heard
        inner = Inner(
            inner_of.kind, inner_of.minutes, inner_of.msg_id, inner_of.body, last_slot, last_seq
        )
        update = inner.kind is Kind.LEAF_UPDATE
        outer = FrameType.LEAF_UPDATE if update else FrameType.MESSAGE
        header = FrameHeader(outer, self.slot, self.context.room_id, self.number, seq, 0)
        frame = seal_frame(header, inner, key, self.confirm_tag)
        return Written(self.number, seq, inner, frozenset(self.people.values()), frame)

    def read(self, header: FrameHeader, frame: bytes) -> Inner:
        """Open a frame of another slot.

        Raises: Malformed, or Refused with a `FrameRefusal`.
        """
        chain = self._receive[header.slot]
        inner = chain.open(frame, header.seq, self.confirm_tag)
        self._last_heard = (header.slot, header.seq)
        return inner

    def secrets(self) -> tuple[bytes, ...]:
        """Every key alive in this epoch, for the tests that seize them."""
        chains = (key for chain in self._receive.values() for key in chain.keys_alive())
        return (self.member_key, self.resume_key, self._send.key_alive, *chains)
