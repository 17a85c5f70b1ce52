"""The rooms of one staff socket: frames, commits, joins, and what is told of each room.

Nothing of a room is told without a slot in it. Who asks to come in, or back in, is told nothing
until a commit has taken them in.
"""

from __future__ import annotations

from hamn.app import desk, duty, quiet, relay, stepping
from hamn.app.ports import Listener
from hamn.asc1.frame import parse_frame_header
from hamn.core.conversation import Conversation, Phase
from hamn.core.words import Idx, Malformed, Pos, Refusal, RefusalCode, RoomId, Slot
from hamn.edge import wire
from hamn.edge.line import Line
from hamn.edge.seats import Seats
from hamn.edge.state import Edge
from hamn.edge.told import (
    RoomTold,
    slot_of,
    tell_closed,
    tell_frames,
    tell_joins,
    tell_presences,
    tell_puts,
)


class StaffRooms:
    """What one member of staff does in rooms, on one connection."""

    def __init__(self, edge: Edge, seats: Seats, line: Line, ear: Listener) -> None:
        self._edge = edge
        self._world = edge.world
        self._seats = seats
        self._line = line
        self._ear = ear
        self._rooms: dict[RoomId, RoomTold] = {}
        self._joining: set[RoomId] = set()
        self.idx = Idx(0)
        """Whose they are, from sign-in on."""

    async def bring_up(self, rung: frozenset[bytes]) -> None:
        """Tell what has changed in these rooms."""
        for room in self._joining & rung:
            await self._look_for_seat(RoomId(room))
        for told in [told for told in self._rooms.values() if rung.intersection(told.topics)]:
            if told.room in rung or not await self._tell_frames(told):
                await self._tell_room(told)

    async def away(self) -> None:
        """The connection is over."""
        for told in self._rooms.values():
            await relay.away(self._world, told.room, slot=told.slot)

    async def frame(self, frame: bytes) -> None:
        """A frame of the seat held."""
        told = self._rooms.get(RoomId(frame[4:20]))
        if told is None:
            parse_frame_header(frame)
            raise Refusal(RefusalCode.GONE)
        taken = await relay.send(self._world, told.room, slot=told.slot, frame=frame)
        self._edge.metrics.frame(self._edge.audience.value)
        await self._ok("frame", told.room, taken)

    async def _ok(self, of: str, room: RoomId, taken: relay.Taken) -> None:
        await self._line.tell(wire.Ok(of, room.hex(), *taken))

    async def commit(self, message: wire.Commit, commit: bytes) -> None:
        """A commit: the first of a room that was claimed, or the next of one held."""
        room = RoomId(bytes.fromhex(message.room))
        if commit[4:20] != room:
            raise Malformed("a commit of another room")
        author = desk.StaffAuthor(self.idx, await duty.kid_of(self._world, self.idx))
        told = self._rooms.get(room) or RoomTold(room, Slot(1))
        async with told.turn:
            taken = await desk.commit(
                self._world,
                commit,
                author=author,
                pos11=Pos(message.pos11),
                joined=[Slot(slot) for slot in message.joined],
                left=[Slot(slot) for slot in message.left],
                certs=[bytes.fromhex(cert) for cert in message.certs],
            )
            talk = await relay.look(self._world, room)
            if room not in self._rooms:
                told = self._follow(room, taken.slot, taken.pos)
            elif talk is not None:
                # A committer leaves the old epoch behind at `ok`: all of it comes before.
                await tell_puts(self._line, self._world, told, talk, taken.pos)
            await self._ok("commit", room, taken)
        if told is self._rooms.get(room):
            await self._tell_room(told)

    async def invite(self, message: wire.Invite, _: bytes) -> None:
        """Ask a colleague in, or reserve a room among staff."""
        room, to = RoomId(bytes.fromhex(message.room)), Idx(message.to)
        cert = await duty.cert_of(self._world, self.idx)
        await desk.invite(self._world, self.idx, room=room, to=to, why=message.why)
        talk = await relay.look(self._world, room)
        if room not in self._rooms and slot_of(talk, self.idx) is None:
            self._follow(room, Slot(1), Pos(0))  # a staff room that waits for its first commit
        seat = self._seats.at(int(to))
        if seat is not None:
            await seat.pass_on(wire.Invited(room.hex(), message.why, cert.hex()))

    async def join(self, message: wire.Join, envelope: bytes) -> None:
        """Ask to be let in, or back in."""
        room = RoomId(bytes.fromhex(message.room))
        await desk.join(
            self._world,
            envelope,
            idx=self.idx,
            kid=await duty.kid_of(self._world, self.idx),
            cert=await duty.cert_of(self._world, self.idx),
            room=room,
            to=Idx(message.to),
        )
        # Until a commit has taken it in, nothing older of this room is told.
        self._rooms.pop(room, None)
        self._joining.add(room)
        self._ear.add(room)

    async def resume(self, message: wire.StaffResume, _: bytes) -> None:
        """Carry a room on after its last position."""
        room = RoomId(bytes.fromhex(message.room))
        talk = await relay.look(self._world, room)
        slot = slot_of(talk, self.idx)
        if bytes.fromhex(message.store) != await self._world.live.store_id():
            await desk.named_after_loss(self._world, self.idx, room=room)
            raise Refusal(RefusalCode.GONE)
        if talk is None or slot is None or talk.phase is Phase.CLOSED:
            raise Refusal(RefusalCode.GONE)
        self._follow(room, slot, Pos(message.pos))
        await relay.here(self._world, room, slot=slot)
        await self._tell_room(self._rooms[room])

    async def lost(self, message: wire.Lost, _: bytes) -> None:
        """This browser has lost the keys of a room."""
        await desk.lost(self._world, self.idx, room=RoomId(bytes.fromhex(message.room)))

    async def leave(self, message: wire.Leave, _: bytes) -> None:
        """Ask to be left out; or do not ask to come in any more."""
        room = RoomId(bytes.fromhex(message.room))
        if room in self._joining:
            self._joining.discard(room)
            slot = slot_of(await desk.withdraw_join(self._world, room, self.idx), self.idx)
            if slot is None:
                self._ear.remove(room)
                return
            self._follow(room, slot, Pos(0))
        told = self._told_of(message.room)
        await desk.leave(self._world, told.room, slot=told.slot)

    async def quiet(self, message: wire.Quiet, _: bytes) -> None:
        """Nobody writes in a room, or somebody does again."""
        room = RoomId(bytes.fromhex(message.room))
        await quiet.hush(self._world, self.idx, room=room, is_quiet=message.quiet)

    async def child(self, message: wire.Child, _: bytes) -> None:
        """The visitor of a room is a child."""
        await stepping.child(self._world, self.idx, room=RoomId(bytes.fromhex(message.room)))

    async def ack(self, message: wire.Ack, _: bytes) -> None:
        """Everything through a position has been processed."""
        told = self._told_of(message.room)
        await relay.ack(self._world, told.room, slot=told.slot, pos=Pos(message.pos))

    def _told_of(self, room: str) -> RoomTold:
        told = self._rooms.get(RoomId(bytes.fromhex(room)))
        if told is None:
            raise Refusal(RefusalCode.GONE)
        return told

    def _follow(self, room: RoomId, slot: Slot, pos: Pos) -> RoomTold:
        self._forget(room)
        told = self._rooms[room] = RoomTold(room, slot, pos)
        self._joining.discard(room)
        self._ear.add(*told.topics)
        return told

    async def _look_for_seat(self, room: RoomId) -> None:
        talk = await relay.look(self._world, room)
        if talk is None or talk.phase is Phase.CLOSED:
            self._joining.discard(room)
            self._ear.remove(room)
            await tell_closed(self._line, room, talk)
            return
        slot, asks = slot_of(talk, self.idx), talk.joins
        if slot is not None and not any(join.idx == self.idx for join in asks):
            self._follow(room, slot, Pos(0))
            await relay.here(self._world, room, slot=slot)
            await self._tell_room(self._rooms[room])

    async def _tell_frames(self, told: RoomTold) -> bool:
        async with told.turn:
            is_ours = self._rooms.get(told.room) is told
            return is_ours and await tell_frames(self._line, self._world, told)

    async def _tell_room(self, told: RoomTold) -> None:
        async with told.turn:
            if self._rooms.get(told.room) is told:
                await self._tell_of(told, await relay.look(self._world, told.room))

    async def _tell_of(self, told: RoomTold, talk: Conversation | None) -> None:
        if talk is None or talk.phase is Phase.CLOSED:
            self._forget(told.room)
            await tell_closed(self._line, told.room, talk)
            return
        await tell_joins(self._line, self._world, told, talk, self.idx)
        if slot_of(talk, self.idx) == told.slot:
            await tell_presences(self._line, told, talk)
            await tell_puts(self._line, self._world, told, talk)
        elif talk.epoch > 0:
            self._forget(told.room)
            await self._line.tell(wire.Closed(told.room.hex(), "moved"))

    def _forget(self, room: RoomId) -> None:
        told = self._rooms.pop(room, None)
        self._ear.remove(*(told.topics if told else ()))
