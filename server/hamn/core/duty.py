"""Shifts, presence, and whether the door is open (product.md section 2).

On duty means: has said so with a valid key, and was heard from within a minute. The member that
`hamn check` signs in as is on duty for itself alone and opens no door.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from hamn.core.hours import AlwaysOpen as AlwaysOpen
from hamn.core.hours import Opening as Opening
from hamn.core.hours import OpeningHours as OpeningHours
from hamn.core.hours import has_no_end, next_start, span_at
from hamn.core.offers import is_heard
from hamn.core.paging import is_concerned
from hamn.core.policy import Policy
from hamn.core.waiting import Lobby, OnDuty, Remembered, is_full, with_member, with_place
from hamn.core.words import Idx, Moment, Refusal, RefusalCode, Role, RoomId

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
    HIGH_DEMAND = "high demand"


@dataclass(frozen=True, slots=True)
class PublicStatus:
    """The line of honest status: what anybody may know."""

    is_open: bool
    reason: DoorReason
    until: Moment | None
    """Open: when the last new conversation may begin, if that is known."""
    opens: Moment | None
    """Closed: when the next opening begins, if one is known."""


def door(lobby: Lobby, opening: Opening, *, now: Moment, policy: Policy) -> PublicStatus:
    """Whether a new conversation may begin now: rota or hours, then who is there, then the queue.

    Who is on duty counts, on a shift of their own or not; but nobody opens the door by being there
    at a time that the rota keeps shut, so that what was told beforehand is what happens.
    """
    until: Moment | None = None
    opens: Moment | None = None
    reason = DoorReason.OPEN
    if not isinstance(opening, AlwaysOpen):
        span = span_at(opening, now)
        opens = next_start(opening, now, policy.last_entry)
        if span is None:
            reason = DoorReason.HOURS
        elif not has_no_end(opening, span):
            until = Moment(span.end - policy.last_entry)
            reason = DoorReason.OPEN if now < until else DoorReason.LAST_ENTRY
    if reason is DoorReason.OPEN:
        reason = _staffed(lobby, now, policy)
    if reason is DoorReason.OPEN:
        return PublicStatus(True, reason, until, None)
    return PublicStatus(False, reason, None, opens)


def refusal(status: PublicStatus) -> RefusalCode | None:
    """What somebody new who wants in is answered, so that text and behaviour cannot differ."""
    if status.is_open:
        return None
    return RefusalCode.FULL if status.reason is DoorReason.HIGH_DEMAND else RefusalCode.GONE


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
        stays=standing.stays,
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


def stay(lobby: Lobby, idx: Idx, *, now: Moment, policy: Policy) -> Lobby:
    """A member stays on past the planned end of the shift, for who is here already."""
    member = lobby.on_duty(idx)
    if member is None or member.ends is None:
        return lobby
    stays = Moment(max(member.ends, member.stays or now, now) + policy.stay)
    return with_member(lobby, replace(member, stays=stays))


def ready(lobby: Lobby, idx: Idx) -> Lobby:
    """End a wrap-up early. Raises: Refusal(UNDECIDED) while an acute room's log is owed."""
    if is_concerned(lobby, idx):
        raise Refusal(RefusalCode.UNDECIDED)
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
    return DoorReason.HIGH_DEMAND if is_full(lobby, policy) else DoorReason.OPEN
