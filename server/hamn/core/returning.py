"""A visitor who comes back: what the place keeps of the one before (protocol.md 7.5 rules 5 and 6).

Whether it is the same visitor has been decided before, by the old room's capability or by the
return code; this module never compares secrets.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hamn.core.conversation import ClosedWhy, Conversation, Phase, Presence
from hamn.core.offers import is_heard
from hamn.core.policy import Policy
from hamn.core.waiting import Lobby, Place
from hamn.core.words import Idx, Moment, RoomId


@dataclass(frozen=True, slots=True)
class Before:
    """What came before a hello. Everything is empty for a first one."""

    continues: RoomId | None = None
    """A live room that commit 1 of the new one closes."""
    replaces: Place | None = None
    """A place in line that the new one takes over."""
    first: Idx | None = None
    """Who is rung first, for a while."""
    named: RoomId | None = None
    """A room that this store does not know."""
    interrupted: bool = False
    was_cut_off: bool = False
    """The room was ended by what happened to its adviser, not by anybody in it."""
    barred: tuple[Idx, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether the door's being closed does not concern this visitor any more."""
        return self.was_cut_off or self.continues is not None or self.replaces is not None


def after(old: Conversation, lobby: Lobby, *, now: Moment, policy: Policy) -> Before:
    """What a hello keeps of the visitor's former room."""
    if old.phase is Phase.WAITING:
        place = lobby.place(old.room)
        return Before(
            continues=old.prev,
            replaces=place,
            first=(place.claimed_by or place.first) if place else old.held_before,
            interrupted=place.interrupted if place else False,
            barred=old.barred,
        )
    if old.phase is Phase.CLOSED:
        return Before(
            interrupted=True,
            was_cut_off=old.why in (ClosedWhy.REVOKED, ClosedWhy.PASSED),
            first=_who_held(old, lobby, now, policy),
            barred=old.barred,
        )
    first = _still_there(old, lobby, now, policy)
    return Before(continues=old.room, first=first, interrupted=True, barred=old.barred)


def lost_with_the_store(room: RoomId, lobby: Lobby) -> Before:
    """The store does not know the room that is named: a member of staff may remember it."""
    first = next((each.idx for each in lobby.remembered if each.room == room), None)
    return Before(first=first, named=room, interrupted=first is not None)


def continued(place: Place, before: Before, *, now: Moment, policy: Policy) -> Place:
    """The place with what it keeps; one that names a lost room is held for whoever remembers it."""
    is_held = before.named is not None and before.first is None
    return replace(
        place,
        since=before.replaces.since if before.replaces else place.since,
        interrupted=before.interrupted or place.interrupted,
        prev=before.continues,
        barred=tuple(dict.fromkeys((*place.barred, *before.barred))),
        first=before.first,
        first_until=Moment(now + policy.first_offer if before.first is not None else 0),
        named=before.named,
        held_until=Moment(now + policy.hold_for_resume if is_held else 0),
    )


def _who_held(old: Conversation, lobby: Lobby, now: Moment, policy: Policy) -> Idx | None:
    shift = None if old.held_before is None else lobby.on_duty(old.held_before)
    is_here = shift is not None and is_heard(shift, now, policy)
    return old.held_before if is_here and old.held_before not in old.barred else None


def _still_there(old: Conversation, lobby: Lobby, now: Moment, policy: Policy) -> Idx | None:
    for member in old.staff:
        shift = None if member.idx is None else lobby.on_duty(member.idx)
        if shift is None or not is_heard(shift, now, policy):
            continue
        # Who lost a room's keys is here all the same; who vanished has not been heard since.
        has_vanished = member.presence is Presence.LOST and now - shift.heard >= policy.lost_after
        if member.idx in old.barred:
            continue
        if member.presence is not Presence.LEAVING and not has_vanished:
            return shift.idx
    return None
