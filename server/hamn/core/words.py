"""The glossary as types: ids, roles, units and sealed bytes (domain.md section 5).

An id is a `NewType`, so that a slot can't be given where a sequence number is due. Bytes that open
something, or that someone wrote, live in `Sealed`, whose repr shows the length and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import NewType

RoomId = NewType("RoomId", bytes)
"""16 bytes: the env_id of the hello, and so the place in the queue and the room."""
Mailbox = NewType("Mailbox", bytes)
"""16 random bytes that stand for a return code's mailbox."""
CaseId = NewType("CaseId", bytes)
"""16 random bytes that stand for a counselling case."""
Hash = NewType("Hash", bytes)
"""32 bytes of SHA-256 over a capability, a token or a frame."""
Kid = NewType("Kid", bytes)
"""8 bytes naming an X25519 public key (protocol.md section 4)."""
Idx = NewType("Idx", int)
"""A staff member's number in the roster; never reused."""
Slot = NewType("Slot", int)
"""A seat in a room: 0 is the visitor, staff count up from 1 and are never reused."""
Epoch = NewType("Epoch", int)
Seq = NewType("Seq", int)
"""The number of a frame within its epoch and slot, from 0."""
Pos = NewType("Pos", int)
"""The place of a frame or commit in its room's one sequence, from 1; 0 means before everything."""
Moment = NewType("Moment", float)
"""Seconds since the Unix epoch, by the injected clock."""
Seconds = NewType("Seconds", float)

VISITOR_SLOT = Slot(0)


class Role(IntEnum):
    """Roles as they stand in certificates and rosters (protocol.md section 5), and the manager's,
    whom no room ever sees: a number that fits into no certificate, and stands in no roster."""

    VISITOR = 0
    ADVISER = 1
    SUPERVISOR = 2
    INTERPRETER = 3
    COUNSELLOR = 4
    MANAGER = 256


IN_ROSTER = frozenset(Role) - {Role.VISITOR, Role.MANAGER}
"""Roles that a roster may give to a member of staff."""


class RefusalCode(Enum):
    """Why the server changed nothing (protocol.md section 7.6); stable words on the wire."""

    STALE = "stale"
    CAS = "cas"
    GAP = "gap"
    FULL = "full"
    GONE = "gone"
    BUSY = "busy"
    UNDECIDED = "undecided"


@dataclass(slots=True, unsafe_hash=True)
class Refusal(Exception):
    """What the peer asked for is not allowed now; nothing has changed. Not frozen, since Python
    itself writes tracebacks into exceptions.

    `seq` is the next expected one (with GAP), `pos11` the room's (with CAS), `epoch` the room's
    (with STALE and CAS), `wait` how many seconds to wait before the next try.
    """

    code: RefusalCode
    epoch: int = 0
    seq: int = 0
    pos11: int = 0
    wait: int = 0


class Malformed(ValueError):
    """The peer broke the form: the socket is closed with 4400. The text never holds content."""


@dataclass(frozen=True, slots=True, repr=False)
class Sealed:
    """Bytes that must never reach a log or an error text."""

    data: bytes

    def __repr__(self) -> str:
        return f"Sealed({len(self.data)} bytes)"
