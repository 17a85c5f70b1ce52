"""What a member learns from a put, as values; the screen and the socket decide what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hamn.asc1.certificate import Certificate
from hamn.asc1.checks import Person
from hamn.asc1.epoch import Written
from hamn.asc1.group import GroupContext

VISITOR = "visitor"
Sender = str | int
"""Who wrote a line: "visitor", or the idx of a staff member."""


@dataclass(frozen=True, slots=True)
class Members:
    """A commit was believed: who is here now must be shown before anything new is."""

    context: GroupContext
    people: Mapping[int, Person]
    certificates: Mapping[int, Certificate]
    joined: frozenset[int]
    left: frozenset[int]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, for the first time."""

    slot: int
    sender: Sender
    msg_id: bytes
    minutes: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Control:
    """A control message from the closed list."""

    slot: int
    name: str
    fields: Mapping[str, object] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Received:
    """The other side has these lines of ours."""

    slot: int
    msg_ids: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """So many frames of a slot have not come, and this one has."""

    slot: int
    count: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A frame that could not be read; it is acknowledged all the same."""

    slot: int
    in_a_row: int


@dataclass(frozen=True, slots=True)
class OutOfSync:
    """This client can no longer follow: rejoin or re-handshake."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A member ended the conversation."""

    slot: int


Event = Members | Line | Control | Received | Missing | Unreadable | OutOfSync | Ended


@dataclass(frozen=True, slots=True)
class Step:
    """What to show, what to send, and the lines to ask about ("Send to everyone here?")."""

    events: tuple[Event, ...] = ()
    send: tuple[Written, ...] = ()
    held: tuple[Written, ...] = ()
