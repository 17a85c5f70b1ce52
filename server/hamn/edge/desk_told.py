"""What a staff socket has told of the lobby: who waits, who is rung, wrap-up, standing, live rooms.

Only a member on duty is told who waits. Rooms of others are told to supervisors alone, as ids and
certificates (protocol.md 7.5 rule 12).
"""

from __future__ import annotations

from hamn.app import duty, relay
from hamn.app.ports import Staff, World
from hamn.core.conversation import Conversation, Phase
from hamn.core.owed import Acute
from hamn.core.permission import Act, any_may, may
from hamn.core.waiting import Lobby, OnDuty, Page, Place, may_meet
from hamn.core.words import Role
from hamn.edge import wire
from hamn.edge.board_told import BoardTold
from hamn.edge.line import Line
from hamn.edge.told import live_room


class DeskTold:
    """The last of everything told; `tell` sends what differs."""

    def __init__(self) -> None:
        self._waiting: dict[str, wire.WaitingPlace] = {}
        self._offer: wire.Offer | None = None
        self._wrap: wire.Wrap | None = None
        self._standing: wire.Standing | None = None
        self._shift: wire.ShiftTold | None = None
        self._notices: wire.Notices | None = None
        self._acute: wire.AcuteTold | None = None
        self._rooms: dict[str, wire.RoomFound] = {}
        self._board = BoardTold()
        self._rota: wire.RotaChanged | None = None
        self._book: wire.BookChanged | None = None

    async def tell(self, line: Line, world: World, staff: Staff) -> None:
        """Bring the peer up to date with the lobby."""
        lobby = await duty.lobby(world)
        me = next((entry for entry in lobby.duty if entry.idx == staff.idx), None)
        await self._tell_waiting(line, lobby, me)
        await self._tell_offer(line, lobby, me)
        await self._tell_wrap(line, me)
        await self._tell_shift(line, me)
        await self._tell_standing(line, world, lobby, staff)
        await self._tell_rota(line, world)
        if any_may(staff.roles, Act.PUBLISH_TIMES):
            await self._tell_book(line, world)
        is_supervisor = me is not None and me.role == Role.SUPERVISOR
        # Before a page, which is answered by going in; off duty none is live to anybody.
        await self._tell_rooms(line, world, lobby.duty if is_supervisor else ())
        await self._tell_acute(line, world, lobby, staff, me)
        if is_supervisor:
            await self._tell_notices(line, lobby)
            await self._board.tell(line, world, lobby)

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
                rung.room.hex(), int(rung.offered_until * 1000), back=_comes_back(rung)
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

    async def _tell_shift(self, line: Line, me: OnDuty | None) -> None:
        ends, stays = (me.ends, me.stays) if me else (None, None)
        minutes = [None if at is None else int(at // 60) for at in (ends, stays)]
        shift = wire.ShiftTold(*minutes)
        if shift != (self._shift or wire.ShiftTold(None, None)):
            await line.tell(shift)
        self._shift = shift

    async def _tell_standing(self, line: Line, world: World, lobby: Lobby, staff: Staff) -> None:
        status = await duty.status(world)
        standing = wire.Standing(
            open=status.is_open,
            reason=status.reason.value,
            on_duty=[
                entry.idx for entry in lobby.duty if not entry.is_check or entry.idx == staff.idx
            ],
            waiting=sum(1 for place in lobby.places if place.only is None),
        )
        if standing != self._standing:
            self._standing = standing
            await line.tell(standing)

    async def _tell_rota(self, line: Line, world: World) -> None:
        version, _ = await world.store.rota_mark()
        changed = wire.RotaChanged(version)
        if changed != self._rota:
            self._rota = changed
            await line.tell(changed)

    async def _tell_book(self, line: Line, world: World) -> None:
        changed = wire.BookChanged(await world.store.book_mark())
        if changed != self._book:
            self._book = changed
            await line.tell(changed)

    async def _tell_acute(
        self, line: Line, world: World, lobby: Lobby, staff: Staff, me: OnDuty | None
    ) -> None:
        sees_all = me is not None and may(me.role, Act.ANSWER_PAGE)
        told = []
        for page in lobby.pages:
            talk = await relay.look(world, page.room)
            if (sees_all or staff.idx in page.people) and talk is not None:
                told += [_acute(page, talk, talk.acute)] if talk.acute is not None else []
        acute = wire.AcuteTold(told)
        if acute != (self._acute or wire.AcuteTold([])):
            await line.tell(acute)
        self._acute = acute

    async def _tell_notices(self, line: Line, lobby: Lobby) -> None:
        told = [wire.NoticeTold(n.id.hex(), n.by, int(n.at // 60), n.kind) for n in lobby.notices]
        notices = wire.Notices(told)
        if notices != (self._notices or wire.Notices([])):
            await line.tell(notices)
        self._notices = notices

    async def _tell_rooms(self, line: Line, world: World, shifts: tuple[OnDuty, ...]) -> None:
        listed: dict[str, wire.RoomFound] = {}
        for room in {room for entry in shifts for room in entry.rooms if not entry.is_check}:
            talk = await relay.look(world, room)
            if talk is not None and talk.phase is Phase.OPEN:
                listed[room.hex()] = live_room(talk)
        gone = [room for room in self._rooms if room not in listed]
        news = [each for room, each in listed.items() if self._rooms.get(room) != each]
        self._rooms = listed
        if news or gone:
            await line.tell(wire.Rooms(news, gone))


def _may_see(place: Place, me: OnDuty) -> bool:
    if place.claimed_by is not None or not place.here or not place.is_for(me.idx):
        return False
    if me.is_check or place.only is not None:
        return place.only == me.idx
    return may_meet(place, me)


def _comes_back(place: Place) -> bool:
    """Whether who is rung has not let go of this visitor; a talk at rest begins with a ring."""
    is_cut_off = place.prev is not None or place.named is not None
    return is_cut_off and place.first == place.offered_to


def _told(place: Place) -> wire.WaitingPlace:
    return wire.WaitingPlace(
        place.room.hex(), place.language, place.door, place.danger, int(place.since // 60)
    )


def _acute(page: Page, talk: Conversation, acute: Acute) -> wire.AcuteRoom:
    return wire.AcuteRoom(
        room=page.room.hex(),
        by=acute.by,
        since=int(acute.since // 60),
        to=page.to,
        until=int(page.until * 1000),
        answered=acute.answered_by,
        log=[wire.DecidedTold(e.code, e.first, e.second, int(e.at // 60)) for e in acute.log],
        debrief=acute.debrief,
        complete=acute.is_complete,
        over=talk.phase is Phase.CLOSED,
    )
