"""What a supervisor sees of an evening: who is on duty, what rooms are open; never what is said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hamn.core.conversation import Conversation, Phase
from hamn.core.offers import is_heard
from hamn.core.policy import Policy
from hamn.core.waiting import Lobby
from hamn.core.words import Idx, Moment, RoomId


@dataclass(frozen=True, slots=True)
class OnBoard:
    """One member on duty."""

    idx: Idx
    role: int
    since: Moment
    rooms: int
    capacity: int
    wraps_until: Moment | None
    is_heard: bool
    """Whether their page was heard from within a minute."""


@dataclass(frozen=True, slots=True)
class OpenRoom:
    """One conversation: who sits in it, and whether the visitor's line holds."""

    room: RoomId
    staff: tuple[Idx, ...]
    visitor_here: bool


def on_board(lobby: Lobby, *, now: Moment, policy: Policy) -> tuple[OnBoard, ...]:
    """Everybody on duty in the order in which they came; the check member counts nowhere."""
    return tuple(
        OnBoard(
            member.idx,
            member.role,
            member.since,
            len(member.rooms),
            member.capacity,
            member.wrap_up_until,
            is_heard(member, now, policy),
        )
        for member in lobby.duty
        if not member.is_check
    )


def open_rooms(talks: Iterable[Conversation]) -> tuple[OpenRoom, ...]:
    """Conversations with a visitor that have begun and are not over, the oldest id first."""
    live = [talk for talk in talks if talk.phase in (Phase.OPEN, Phase.PAUSED)]
    return tuple(
        OpenRoom(
            talk.room,
            tuple(member.idx for member in talk.staff if member.idx is not None),
            talk.visitor_here,
        )
        for talk in sorted(live, key=lambda talk: talk.room)
        if not talk.is_staff_room
    )
