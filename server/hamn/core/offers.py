"""Whose turn it is: who is rung for which place, and what the lobby does by itself.

Danger goes first, then who was interrupted, then who came first (domain.md section 3.3). One ring
at a time for an adviser; a ring that nobody answers goes to the next, and when everyone has been
rung the round begins again. A place that nobody can take now holds up no other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hamn.core.paging import is_concerned, page_moments, page_next
from hamn.core.permission import Act, may
from hamn.core.policy import Policy
from hamn.core.waiting import Lobby, OnDuty, Place, load, may_meet, with_place
from hamn.core.words import Idx, Moment, Role, RoomId


def order(place: Place) -> tuple[bool, bool, Moment]:
    """Smaller is earlier."""
    return not place.danger, not place.interrupted, place.since


def number_of(lobby: Lobby, room: RoomId) -> int | None:
    """The place's number in the line, from 1."""
    line = [p for p in sorted(lobby.places, key=order) if p.only is None or p.room == room]
    return next((n for n, place in enumerate(line, 1) if place.room == room), None)


def offer(lobby: Lobby, *, now: Moment, policy: Policy) -> Lobby:
    """End rings and pages that are over, and ring whoever is next, for each place in its turn."""
    heard = frozenset(member.idx for member in lobby.duty if is_heard(member, now, policy))
    lobby = page_next(lobby, heard, now=now, policy=policy)
    lobby = _after_missed_rings(lobby, now, policy)
    for place in sorted(lobby.places, key=order):
        if _is_open(place, now):
            lobby = _ring(lobby, place, now, policy)
    return lobby


def tidy(lobby: Lobby, *, now: Moment, policy: Policy) -> Lobby:
    """What is over by itself: wrap-ups, shifts nobody hears from, and what was remembered."""
    silent = Moment(now - policy.silent_shift)
    duty = tuple(_rested(member, now) for member in lobby.duty if member.heard > silent)
    remembered = tuple(each for each in lobby.remembered if each.until > now)
    notices = tuple(each for each in lobby.notices if each.at + policy.notice_kept > now)
    lobby = replace(lobby, notices=notices)
    return offer(replace(lobby, duty=duty, remembered=remembered), now=now, policy=policy)


def next_deadline(lobby: Lobby, *, now: Moment, policy: Policy) -> Moment | None:
    """When `tidy` will next have something to do."""
    moments = (moment for moment in _moments(lobby, policy) if moment > now)
    return min(moments, default=None)


def is_heard(member: OnDuty, now: Moment, policy: Policy) -> bool:
    """On duty means heard from lately, however the clock was set since (product.md section 2)."""
    return abs(now - member.heard) <= policy.heard_within


def _is_open(place: Place, now: Moment) -> bool:
    is_taken = place.claimed_by is not None or place.offered_to is not None
    return place.here and not is_taken and now >= place.held_until


def _after_missed_rings(lobby: Lobby, now: Moment, policy: Policy) -> Lobby:
    for place in lobby.places:
        if place.offered_to is None:
            continue
        member = lobby.on_duty(place.offered_to)
        is_there = member is not None and is_heard(member, now, policy)
        if place.offered_until <= now or not is_there:
            passed = (*place.passed, place.offered_to)
            lobby = with_place(lobby, replace(place, offered_to=None, passed=passed))
    return lobby


def _ring(lobby: Lobby, place: Place, now: Moment, policy: Policy) -> Lobby:
    able = [m for m in lobby.duty if _is_able(lobby, m, place, now=now, policy=policy)]
    if not able:
        return lobby
    fresh = [member for member in able if member.idx not in place.passed]
    chosen = min(fresh or able, key=lambda member: _preference(place, member))
    rung = replace(
        place,
        offered_to=chosen.idx,
        offered_until=Moment(now + policy.ring),
        passed=place.passed if fresh else (),
    )
    return with_place(lobby, rung)


def _preference(place: Place, member: OnDuty) -> tuple[bool, bool, int, Moment, Idx]:
    is_wished = member.idx in (place.wish, place.first)
    is_adviser = member.role != Role.SUPERVISOR
    return not is_wished, not is_adviser, len(member.rooms), member.since, member.idx


def _is_able(lobby: Lobby, member: OnDuty, place: Place, *, now: Moment, policy: Policy) -> bool:
    if member.kid not in place.kids or not may(member.role, Act.CLAIM):
        return False
    if not place.is_for(member.idx):
        return False
    if member.is_check or place.only is not None:
        return place.only == member.idx
    if not may_meet(place, member):
        return False
    if place.first not in (None, member.idx) and now < place.first_until:
        return False
    if not is_heard(member, now, policy) or load(lobby, member, place) >= member.capacity:
        return False
    is_ending = member.ends is not None and now >= member.ends - policy.last_entry
    is_resting = member.wrap_up_until is not None and member.wrap_up_until > now
    returns = place.prev is not None and place.prev in member.rooms
    if is_concerned(lobby, member.idx):
        return False
    is_rung = any(other.offered_to == member.idx for other in lobby.places)
    return not is_rung and (returns or not (is_resting or is_ending))


def _rested(member: OnDuty, now: Moment) -> OnDuty:
    is_over = member.wrap_up_until is not None and member.wrap_up_until <= now
    return replace(member, wrap_up_until=None) if is_over else member


def _moments(lobby: Lobby, policy: Policy) -> Iterator[Moment]:
    for place in lobby.places:
        yield place.first_until
        yield place.held_until
        if place.claimed_by is not None:
            yield place.lease_until
        if place.offered_to is not None:
            yield place.offered_until
    for member in lobby.duty:
        yield Moment(member.heard + policy.heard_within + 1)
        yield Moment(member.heard + policy.silent_shift)
        if member.wrap_up_until is not None:
            yield member.wrap_up_until
    yield from (each.until for each in lobby.remembered)
    yield from page_moments(lobby)
