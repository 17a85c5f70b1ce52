"""Who waits and who is on duty: the lobby, and places taken, renewed, given back and answered.

A place keeps the moment at which it was taken, whatever happens to it, so that one that comes back
stands where it stood. Whose turn it is, and who is rung, is in offers.py; shifts are in duty.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hamn.core.policy import Policy
from hamn.core.words import Idx, Kid, Moment, Refusal, RefusalCode, Role, RoomId

SAMPLES = 20
"""So many recent waits are remembered."""
FEWEST_SAMPLES = 5
"""Below so many no range is told: it would be invented."""
ROUNDING = 5
"""A range is told in steps of so many minutes."""


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
    """Waits for this member, until the visitor would rather have anyone."""
    only: Idx | None
    """Offered to this member alone and to nobody else's list: `hamn check`, a booked talk."""
    first: Idx | None
    first_until: Moment
    prev: RoomId | None
    """The live room this one continues: it costs its adviser no further capacity."""
    named: RoomId | None
    """A room that the visitor named and the store does not know (section 16 rule 9)."""
    held_until: Moment
    """Offered to nobody before this moment."""
    kids: tuple[Kid, ...]
    """Whose shift keys the present hello can be opened with."""
    here: bool
    offered_to: Idx | None
    offered_until: Moment
    passed: tuple[Idx, ...]
    """Who was rung and did not answer, in this round."""
    barred: tuple[Idx, ...]
    """Who is never rung for it and cannot take it: a conflict of interest."""
    claimed_by: Idx | None
    lease_until: Moment

    def is_for(self, idx: Idx) -> bool:
        """Whether the visitor may be given to this member; danger waits for nobody."""
        is_wished = self.wish in (None, idx) or self.danger
        return is_wished and idx not in self.barred


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
    ends: Moment | None = None
    """When the planned shift ends: nobody new rings for a while before."""
    stays: Moment | None = None
    """Until when a member has chosen to stay on; it brings no new visitors."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """After the store was lost, a member says it held this room (section 16 rule 9)."""

    room: RoomId
    idx: Idx
    until: Moment


@dataclass(frozen=True, slots=True)
class Page:
    """An acute room, and which supervisor is paged for it (paging.py)."""

    room: RoomId
    people: tuple[Idx, ...]
    """Whom it concerns."""
    is_answered: bool
    to: Idx | None
    until: Moment
    passed: tuple[Idx, ...]
    """Who was paged and did not answer, in this round."""


@dataclass(frozen=True, slots=True)
class Notice:
    """To supervisors: what a member of staff has told of a conversation, without its content."""

    id: bytes
    by: Idx
    at: Moment
    kind: str = "abuse"
    """`abuse`: ended as such; `child`: its visitor is one."""


@dataclass(frozen=True, slots=True)
class Lobby:
    """Places in the order they were taken, members on duty, and what recent waits were like."""

    places: tuple[Place, ...] = ()
    duty: tuple[OnDuty, ...] = ()
    waits: tuple[int, ...] = ()
    """Minutes that the last twenty answered visitors had waited."""
    remembered: tuple[Remembered, ...] = ()
    pages: tuple[Page, ...] = ()
    notices: tuple[Notice, ...] = ()

    def place(self, room: RoomId) -> Place | None:
        """The place of a room."""
        return next((place for place in self.places if place.room == room), None)

    def on_duty(self, idx: Idx) -> OnDuty | None:
        """A member's shift."""
        return next((member for member in self.duty if member.idx == idx), None)


def new_place(room: RoomId, now: Moment, *, language: str, door: int, danger: bool) -> Place:
    """A place as a first-time visitor takes it."""
    nothing = Moment(0.0)
    return Place(
        room=room,
        since=now,
        language=language,
        door=door,
        danger=danger,
        interrupted=False,
        wish=None,
        only=None,
        first=None,
        first_until=nothing,
        prev=None,
        named=None,
        held_until=nothing,
        kids=(),
        here=True,
        offered_to=None,
        offered_until=nothing,
        passed=(),
        barred=(),
        claimed_by=None,
        lease_until=nothing,
    )


def queue_maximum(lobby: Lobby, policy: Policy) -> int:
    """How many may wait with so many advisers on duty (domain.md section 3.3)."""
    advisers = [m for m in lobby.duty if not m.is_check and m.role == Role.ADVISER]
    return max(policy.waiting_at_least, policy.waiting_per_adviser * len(advisers))


def is_full(lobby: Lobby, policy: Policy) -> bool:
    """Whether as many wait as there may: high demand."""
    counted = sum(1 for other in lobby.places if other.only is None)
    return counted >= queue_maximum(lobby, policy)


def take_place(lobby: Lobby, place: Place, *, policy: Policy, is_known: bool = False) -> Lobby:
    """Stand in line, or renew the place that this room has already.

    A renewed place keeps everything but the keys and the wish. Who is known to have been
    interrupted is never turned away; who only says so goes first, but not past the maximum.

    Raises: Refusal(FULL) when too many wait.
    """
    standing = lobby.place(place.room)
    if standing is not None:
        return with_place(lobby, replace(standing, kids=place.kids, wish=place.wish))
    is_exempt = is_known or place.only is not None
    if not is_exempt and is_full(lobby, policy):
        raise Refusal(RefusalCode.FULL)
    return replace(lobby, places=(*lobby.places, place))


def leave_place(lobby: Lobby, room: RoomId) -> Lobby:
    """The place is given up; whoever had claimed it is free again, without a wrap-up."""
    places = tuple(place for place in lobby.places if place.room != room)
    return replace(lobby, places=places, duty=_without(lobby.duty, room))


def set_here(lobby: Lobby, room: RoomId, *, is_here: bool) -> Lobby:
    """The waiting visitor's socket has come or gone; a ring for nobody is ended."""
    place = lobby.place(room)
    if place is None or place.here == is_here:
        return lobby
    return with_place(lobby, replace(place, here=is_here, offered_to=None, passed=()))


def claim(lobby: Lobby, idx: Idx, kid: Kid, room: RoomId, *, now: Moment, policy: Policy) -> Lobby:
    """Give the place to one member, if it is free and the member has room for it.

    Raises: Refusal(GONE) without such a place or shift; Refusal(BUSY) when it cannot be had now.
    """
    place, member = lobby.place(room), lobby.on_duty(idx)
    if place is None or member is None or member.kid != kid:
        raise Refusal(RefusalCode.GONE)
    if place.claimed_by == idx:
        return lobby
    if not _may_claim(place, member, now) or load(lobby, member, place) >= member.capacity:
        raise Refusal(RefusalCode.BUSY, wait=1)
    lease = Moment(now + policy.lease)
    claimed = replace(place, claimed_by=idx, lease_until=lease, offered_to=None)
    holding = replace(member, rooms=(*member.rooms, room), wrap_up_until=None)
    return with_member(with_place(lobby, claimed), holding)


def give_back(lobby: Lobby, room: RoomId) -> Lobby:
    """A claim is over: the place stands where it stood, and the member counts as rung."""
    place = lobby.place(room)
    if place is None or place.claimed_by is None:
        return lobby
    passed = (*place.passed, place.claimed_by)
    back = replace(place, claimed_by=None, lease_until=Moment(0.0), passed=passed)
    return with_place(replace(lobby, duty=_without(lobby.duty, room)), back)


def answered(lobby: Lobby, room: RoomId, now: Moment) -> Lobby:
    """The place has become a conversation; how long it took is remembered, and for whom is not."""
    place = lobby.place(room)
    if place is None:
        return lobby
    places = tuple(other for other in lobby.places if other.room != room)
    if place.only is not None or place.interrupted:
        return replace(lobby, places=places)
    waited = max(0, int((now - place.since) // 60))
    return replace(lobby, places=places, waits=(*lobby.waits, waited)[-SAMPLES:])


def settle(
    lobby: Lobby, room: RoomId, holders: frozenset[Idx], *, wrap_up_until: Moment | None
) -> Lobby:
    """Make the members' loads agree with the room: exactly the holders hold it.

    Who no longer holds it wraps up until the moment given, if one is.
    """
    duty = tuple(_settled(member, room, holders, wrap_up_until) for member in lobby.duty)
    return replace(lobby, duty=duty)


def load(lobby: Lobby, member: OnDuty, place: Place) -> int:
    """How many conversations a member holds, not counting those that places they take continue."""
    taken = [other.prev for other in lobby.places if other.claimed_by == member.idx]
    return len(set(member.rooms) - {place.prev} - set(taken))


def honest_range(lobby: Lobby) -> tuple[int, int] | None:
    """From and to in minutes, as the middle of recent waits went; None with too few of them."""
    if len(lobby.waits) < FEWEST_SAMPLES:
        return None
    waits = sorted(lobby.waits)
    low, high = waits[len(waits) // 4], waits[-(-len(waits) * 9 // 10) - 1]
    start = low // ROUNDING * ROUNDING
    return start, max(start + ROUNDING, -(-high // ROUNDING) * ROUNDING)


def with_place(lobby: Lobby, changed: Place) -> Lobby:
    """The same lobby with this place in the old one's stead."""
    places = tuple(changed if place.room == changed.room else place for place in lobby.places)
    return replace(lobby, places=places)


def with_member(lobby: Lobby, changed: OnDuty) -> Lobby:
    """The same lobby with this shift in the old one's stead."""
    duty = tuple(changed if member.idx == changed.idx else member for member in lobby.duty)
    return replace(lobby, duty=duty)


def may_meet(place: Place, member: OnDuty) -> bool:
    """A counsellor is on duty for booked talks: another visitor is none of theirs, but one whom
    they had in a room and who comes back."""
    return member.role != Role.COUNSELLOR or place.first == member.idx


def _may_claim(place: Place, member: OnDuty, now: Moment) -> bool:
    if place.claimed_by is not None or not place.here or member.kid not in place.kids:
        return False
    if not place.is_for(member.idx):
        return False
    if member.is_check or place.only is not None:
        return place.only == member.idx
    if not may_meet(place, member):
        return False
    is_kept_for_another = place.first not in (None, member.idx) and now < place.first_until
    return not is_kept_for_another and now >= place.held_until


def _without(duty: tuple[OnDuty, ...], room: RoomId) -> tuple[OnDuty, ...]:
    return tuple(
        replace(m, rooms=tuple(held for held in m.rooms if held != room)) if room in m.rooms else m
        for m in duty
    )


def _settled(
    member: OnDuty, room: RoomId, holders: frozenset[Idx], wrap_up_until: Moment | None
) -> OnDuty:
    holds, should = room in member.rooms, member.idx in holders
    if holds == should:
        return member
    if should:
        return replace(member, rooms=(*member.rooms, room), wrap_up_until=None)
    rooms = tuple(held for held in member.rooms if held != room)
    return replace(member, rooms=rooms, wrap_up_until=wrap_up_until or member.wrap_up_until)
