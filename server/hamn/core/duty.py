"""Shifts, presence, and whether the door is open (product.md section 2).

On duty means: has said so with a valid key, and was heard from within a minute. The member that
`hamn check` signs in as is on duty for itself alone and opens no door.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from hamn.core.hours import (
    AlwaysOpen as AlwaysOpen,
)
from hamn.core.hours import (
    Opening as Opening,
)
from hamn.core.hours import (
    OpeningHours as OpeningHours,
)
from hamn.core.hours import (
    next_start,
    span_at,
)
from hamn.core.offers import is_heard
from hamn.core.policy import Policy
from hamn.core.waiting import Lobby, OnDuty, Remembered, with_member, with_place
from hamn.core.words import Idx, Moment, Role, RoomId

ALWAYS = AlwaysOpen()
MOST_REMEMBERED = 64
"""More rooms than this are not remembered after a lost store."""


class DoorReason(Enum):
    """Why the door is as it is; pages have a sentence for each."""

    OPEN = "open"
    HOURS = "hours"
    LAST_ENTRY = "last entry"
    NO_ADVISER = "no adviser"
    NO_SUPERVISOR = "no supervisor"


@dataclass(frozen=True, slots=True)
class PublicStatus:
    """The line of honest status: what anybody may know."""

    is_open: bool
    reason: DoorReason
    until: Moment | None
    """Open: when the last new conversation may begin, if hours are set."""
    opens: Moment | None
    """Closed: when the hours say it opens next."""


def door(lobby: Lobby, opening: Opening, *, now: Moment, policy: Policy) -> PublicStatus:
    """Whether a new conversation may begin now."""
    until: Moment | None = None
    opens: Moment | None = None
    reason = DoorReason.OPEN
    if isinstance(opening, OpeningHours):
        span = span_at(opening, now)
        opens = next_start(opening, now)
        until = None if span is None else Moment(span.end - policy.last_entry)
        if until is None:
            reason = DoorReason.HOURS
        elif now >= until:
            reason = DoorReason.LAST_ENTRY
    if reason is DoorReason.OPEN:
        reason = _staffed(lobby, now, policy)
    if reason is DoorReason.OPEN:
        return PublicStatus(True, reason, until, None)
    return PublicStatus(False, reason, None, opens)


def answering(lobby: Lobby, *, now: Moment, policy: Policy) -> tuple[OnDuty, ...]:
    """Members on duty that visitors can be sealed to."""
    return tuple(m for m in lobby.duty if not m.is_check and is_heard(m, now, policy))


def go_on(lobby: Lobby, member: OnDuty) -> Lobby:
    """Begin a shift, or carry it on with another key or certificate."""
    standing = lobby.on_duty(member.idx)
    if standing is None:
        return replace(lobby, duty=(*lobby.duty, member))
    carried = replace(
        member,
        since=standing.since,
        rooms=tuple(dict.fromkeys((*standing.rooms, *member.rooms))),
        wrap_up_until=standing.wrap_up_until,
    )
    return with_member(lobby, carried)


def go_off(lobby: Lobby, idx: Idx) -> Lobby:
    """End a shift. A ring goes on to the next; a claim runs out by its lease."""
    lobby = replace(lobby, duty=tuple(member for member in lobby.duty if member.idx != idx))
    for place in lobby.places:
        if place.offered_to == idx:
            lobby = with_place(lobby, replace(place, offered_to=None))
    return lobby


def heard(lobby: Lobby, idx: Idx, now: Moment) -> Lobby:
    """A sign of life from a member on duty; the clock may have been set back."""
    member = lobby.on_duty(idx)
    return lobby if member is None else with_member(lobby, replace(member, heard=now))


def ready(lobby: Lobby, idx: Idx) -> Lobby:
    """End a wrap-up early."""
    member = lobby.on_duty(idx)
    return lobby if member is None else with_member(lobby, replace(member, wrap_up_until=None))


def remember(lobby: Lobby, idx: Idx, room: RoomId, *, now: Moment, policy: Policy) -> Lobby:
    """A member names a room that this store has lost: its visitor is offered to them first."""
    until = Moment(now + policy.first_offer)
    for place in lobby.places:
        if place.named == room and place.claimed_by is None:
            first = replace(
                place, first=idx, first_until=until, held_until=Moment(0.0), offered_to=None
            )
            lobby = with_place(lobby, first)
    kept = [each for each in lobby.remembered if each.room != room]
    remembered = (*kept, Remembered(room, idx, until))[-MOST_REMEMBERED:]
    return replace(lobby, remembered=tuple(remembered))


def _staffed(lobby: Lobby, now: Moment, policy: Policy) -> DoorReason:
    roles = {member.role for member in answering(lobby, now=now, policy=policy)}
    if Role.ADVISER not in roles:
        return DoorReason.NO_ADVISER
    if policy.needs_supervisor and Role.SUPERVISOR not in roles:
        return DoorReason.NO_SUPERVISOR
    return DoorReason.OPEN
