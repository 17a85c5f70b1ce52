"""A conversation: waiting -> claimed -> open -> paused -> closed, its members and its epochs (protocol.md 7.5)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from hamn.core.relay import Relay
from hamn.core.words import Epoch, Hash, Idx, Kid, Mailbox, Moment, Pos, RoomId, Slot


class Phase(Enum):
    """Where a conversation stands. Offered and claimed are told by the lobby and `claimed_by`."""

    WAITING = "waiting"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class Presence(Enum):
    """What others are told of a member (`peer` of protocol.md section 7.6)."""

    HERE = "here"
    AWAY = "away"
    LOST = "lost"
    LEAVING = "leaving"


class ClosedWhy(Enum):
    """Why a conversation ended, as told to its members."""

    END = "end"
    EXPIRED = "expired"
    MOVED = "moved"
    REVOKED = "revoked"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Member:
    """A seat that is taken. `idx` is None for the visitor; `cert` is the staff certificate of 148 bytes."""

    slot: Slot
    idx: Idx | None
    kid: Kid | None
    cert: bytes
    presence: Presence
    since: Moment
    """Since when the presence holds."""


@dataclass(frozen=True, slots=True)
class PendingJoin:
    """A type-7 envelope waiting for a commit; the bytes lie in the room's letter named `letter`."""

    letter: str
    idx: Idx | None
    to: Kid
    cert: bytes
    cap_hash: Hash | None
    """A rejoining visitor's new capability, in force when the commit is taken."""
    until: Moment


@dataclass(frozen=True, slots=True)
class Conversation:
    """One room as the server knows it: who may do what next, and nothing that was said."""

    room: RoomId
    phase: Phase
    since: Moment
    cap_hash: Hash | None
    """None in a staff room."""
    mailbox: Mailbox | None
    prev: RoomId | None
    hello_kids: tuple[Kid, ...]
    held_before: Idx | None
    """Who held the conversation this one continues (7.5 rule 5)."""
    claimed_by: Idx | None
    claimed_kid: Kid | None
    lease_until: Moment | None
    visitor_here: bool
    """Whether the visitor's socket is open, waiting or in the room."""
    members: tuple[Member, ...]
    used_slots: frozenset[Slot]
    epoch: Epoch
    relay: Relay
    commit_digest: Hash | None
    commit_pos: Pos
    joins: tuple[PendingJoin, ...]
    invited: tuple[Idx, ...]
    """Staff rooms: who may join; the first is the inviter, who makes epoch 1."""
    why: ClosedWhy | None
    deadline: Moment
    """The next moment at which something must happen by itself."""
