"""Who waits, who is on duty, and whose turn it is: one small value, the lobby (protocol.md 7.5, domain.md 3.3)."""

from __future__ import annotations

from dataclasses import dataclass

from hamn.core.words import Idx, Kid, Moment, RoomId


@dataclass(frozen=True, slots=True)
class Place:
    """One visitor's place. What the visitor ticked is here while they wait, and nowhere after."""

    room: RoomId
    since: Moment
    """The original moment: a place that is given back stands where it stood."""
    language: str
    door: int
    danger: bool
    interrupted: bool
    """Comes back after a lost connection, and goes first within its class."""
    wish: Idx | None
    only: Idx | None
    """Offered to this member alone and to nobody's list (`hamn check`)."""
    first: Idx | None
    first_until: Moment
    kids: tuple[Kid, ...]
    """Whose shift keys the present hello can be opened with."""
    here: bool
    offered_to: Idx | None
    offered_until: Moment
    passed: tuple[Idx, ...]
    """Who was rung and did not answer, in this round."""
    claimed_by: Idx | None
    lease_until: Moment


@dataclass(frozen=True, slots=True)
class OnDuty:
    """One member on a shift."""

    idx: Idx
    role: int
    kid: Kid
    cert: bytes
    since: Moment
    heard: Moment
    capacity: int
    rooms: tuple[RoomId, ...]
    """Conversations that count against the capacity, claimed ones included."""
    wrap_up_until: Moment | None
    is_check: bool


@dataclass(frozen=True, slots=True)
class Lobby:
    """Places in the order they were taken, members on duty, and what recent waits were like."""

    places: tuple[Place, ...] = ()
    duty: tuple[OnDuty, ...] = ()
    waits: tuple[int, ...] = ()
    """Minutes that the last twenty answered visitors had waited."""
