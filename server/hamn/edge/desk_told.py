"""What a staff socket has told of the lobby: who waits, who is rung, wrap-up, standing, live rooms.

Only a member on duty is told who waits. Rooms of others are told to supervisors alone, as ids and
certificates (protocol.md 7.5 rule 12).
"""

from __future__ import annotations

from hamn.app import duty, relay
from hamn.app.ports import Staff, World
from hamn.core.conversation import Phase
from hamn.core.waiting import Lobby, OnDuty, Place
from hamn.core.words import Role
from hamn.edge import wire
from hamn.edge.line import Line


class DeskTold:
    """The last of everything told; `tell` sends what differs."""

    def __init__(self) -> None:
        self._waiting: dict[str, wire.WaitingPlace] = {}
        self._offer: wire.Offer | None = None
        self._wrap: wire.Wrap | None = None
        self._standing: wire.Standing | None = None
        self._rooms: dict[str, wire.RoomFound] = {}

    async def tell(self, line: Line, world: World, staff: Staff) -> None:
        """Bring the peer up to date with the lobby."""
        lobby = await duty.lobby(world)
        me = next((entry for entry in lobby.duty if entry.idx == staff.idx), None)
        await self._tell_waiting(line, lobby, me)
        await self._tell_offer(line, lobby, me)
        await self._tell_wrap(line, me)
        await self._tell_standing(line, world, lobby, staff)
        if me is not None and me.role == Role.SUPERVISOR:
            await self._tell_rooms(line, world, lobby)

    async def _tell_waiting(self, line: Line, lobby: Lobby, me: OnDuty | None) -> None:
        listed = (
            {} if me is None else {p.room.hex(): _told(p) for p in lobby.places if _may_see(p, me)}
        )
        gone = [place for place in self._waiting if place not in listed]
        news = [told for place, told in listed.items() if self._waiting.get(place) != told]
        self._waiting = listed
        if news or gone:
            await line.tell(wire.Wait(news, gone))

    async def _tell_offer(self, line: Line, lobby: Lobby, me: OnDuty | None) -> None:
        rung = next((p for p in lobby.places if me and p.offered_to == me.idx), None)
        if rung is None:
            offer = None if self._offer is None else wire.Offer(None, 0, back=False)
        else:
            offer = wire.Offer(
                rung.room.hex(), int(rung.offered_until * 1000), back=rung.first == rung.offered_to
            )
        if offer is not None and offer != self._offer:
            await line.tell(offer)
        self._offer = None if rung is None else offer

    async def _tell_wrap(self, line: Line, me: OnDuty | None) -> None:
        until = me.wrap_up_until if me else None
        wrap = wire.Wrap(None if until is None else int(until // 60))
        if wrap != (self._wrap or wire.Wrap(None)):
            await line.tell(wrap)
        self._wrap = wrap

    async def _tell_standing(self, line: Line, world: World, lobby: Lobby, staff: Staff) -> None:
        status = await duty.status(world)
        standing = wire.Standing(
            open=status.is_open,
            on_duty=[
                entry.idx for entry in lobby.duty if not entry.is_check or entry.idx == staff.idx
            ],
            waiting=sum(1 for place in lobby.places if place.only is None),
        )
        if standing != self._standing:
            self._standing = standing
            await line.tell(standing)

    async def _tell_rooms(self, line: Line, world: World, lobby: Lobby) -> None:
        listed: dict[str, wire.RoomFound] = {}
        for room in {room for entry in lobby.duty for room in entry.rooms if not entry.is_check}:
            talk = await relay.look(world, room)
            if talk is not None and talk.phase is Phase.OPEN:
                certs = [member.cert.hex() for member in talk.members if member.cert]
                listed[room.hex()] = wire.RoomFound(room.hex(), talk.epoch, certs)
        gone = [room for room in self._rooms if room not in listed]
        news = [found for room, found in listed.items() if self._rooms.get(room) != found]
        self._rooms = listed
        if news or gone:
            await line.tell(wire.Rooms(news, gone))


def _may_see(place: Place, me: OnDuty) -> bool:
    if place.claimed_by is not None or not place.here:
        return False
    return place.only == me.idx if me.is_check else place.only is None


def _told(place: Place) -> wire.WaitingPlace:
    return wire.WaitingPlace(
        place.room.hex(), place.language, place.door, place.danger, int(place.since // 60)
    )
