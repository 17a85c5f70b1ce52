"""Lobby and room are never one transaction; here the lobby is made to agree with a room.

The room decides. Doing this twice changes nothing the second time, so it is done after every step
that may have moved a place, and again at deadlines, which mends whatever a crash left half done.
"""

from __future__ import annotations

from hamn.core.conversation import ClosedWhy, Conversation, Phase
from hamn.core.paging import agree_page
from hamn.core.policy import Policy
from hamn.core.presence import holders
from hamn.core.waiting import Lobby, answered, give_back, leave_place, set_here, settle
from hamn.core.words import Moment, RoomId


def agree(
    lobby: Lobby, room: RoomId, talk: Conversation | None, *, now: Moment, policy: Policy
) -> Lobby:
    """The lobby as the room's value says it must be; `talk` is None when the room is gone."""
    lobby = agree_page(lobby, room, talk)
    if talk is None or talk.phase is Phase.CLOSED:
        return _without(lobby, room, talk, now, policy)
    if talk.phase is Phase.WAITING:
        return _waiting(set_here(lobby, room, is_here=talk.visitor_here), talk, now)
    held_by = holders(talk, now=now, policy=policy)
    # Who has waited in vain for a visitor to come back has nothing to wrap up.
    until = Moment(now + policy.wrap_up) if talk.phase is Phase.OPEN else None
    return settle(answered(lobby, room, now), room, held_by, wrap_up_until=until)


def rooms_of(lobby: Lobby) -> frozenset[RoomId]:
    """Every room that the lobby speaks of."""
    held = {room for member in lobby.duty for room in member.rooms}
    paged = {page.room for page in lobby.pages}
    return frozenset(held | paged | {place.room for place in lobby.places})


def _without(
    lobby: Lobby, room: RoomId, talk: Conversation | None, now: Moment, policy: Policy
) -> Lobby:
    if lobby.place(room) is not None:
        return leave_place(lobby, room)
    is_talked = talk is not None and talk.why is not ClosedWhy.MOVED
    until = Moment(now + policy.wrap_up) if is_talked else None
    return settle(lobby, room, frozenset(), wrap_up_until=until)


def _waiting(lobby: Lobby, talk: Conversation, now: Moment) -> Lobby:
    place = lobby.place(talk.room)
    if place is None or place.claimed_by is None or place.claimed_by == talk.claimed_by:
        return lobby
    # Between the lobby's half of a claim and the room's, the claim's lease protects it.
    return give_back(lobby, talk.room) if place.lease_until <= now else lobby
