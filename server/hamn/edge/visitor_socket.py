"""The visitor's socket: work, a place, a room, a return code (protocol.md 7.5, 7.6, 8, 16).

What this socket may do follows from what it has shown: work for a purpose, the capability of a
place or room, or a return code. It learns nothing but its own place, its own room and its own code.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from starlette.websockets import WebSocket

from hamn.app import desk, duty, erase, relay, return_code, work
from hamn.app.ports import LOBBY, STAFF
from hamn.asc1.envelope import parse_header
from hamn.asc1.frame import parse_frame_header
from hamn.core.conversation import Conversation, Phase
from hamn.core.limits import Rate, take
from hamn.core.words import (
    VISITOR_SLOT,
    Hash,
    Idx,
    Mailbox,
    Malformed,
    Pos,
    Refusal,
    RefusalCode,
    RoomId,
)
from hamn.edge import wire
from hamn.edge.line import Line, Received
from hamn.edge.seats import Seats
from hamn.edge.shell import Shell, refused
from hamn.edge.state import Edge
from hamn.edge.told import RoomTold, tell_closed, tell_presences, tell_puts

CHAT, BOX, CODE = 1, 2, 3
WANTS = Rate(1.0, 10)
"""How often one socket may ask for work, which costs the service some too."""
TRIES = (wire.UseCode, wire.DropCode, wire.EraseAll)
"""What shows a code; a wrong one has used up its work."""

_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(wire.VisitorMessage)


async def visitor_socket(websocket: WebSocket) -> None:
    """Serve one visitor's connection; the gate has looked at its Origin already."""
    await websocket.accept()
    edge: Edge = websocket.app.state.edge
    seats: Seats = websocket.app.state.seats
    bucket = websocket.app.state.buckets.of(websocket.scope, edge.world)
    visitor = VisitorConnection(edge, seats, Line(websocket, edge.caps, _decoder), bucket)
    await visitor.shell.run()


class VisitorConnection:
    """One visitor at the door, in the queue or in a room."""

    beat = None

    def __init__(self, edge: Edge, seats: Seats, line: Line, bucket: bytes) -> None:
        self.line = line
        self._bucket = bucket
        self._edge = edge
        self._world = edge.world
        self._seats = seats
        self._ear = edge.world.bell.listen(())
        self.shell = Shell(edge, self, self._ear)
        self._worked: set[int] = set()
        self._wants = WANTS.full(edge.world.clock.now())
        self._certs_for: int | None = None
        self._certs_told: frozenset[str] = frozenset()
        self._told: RoomTold | None = None
        self._cap_hash: Hash | None = None
        self._mailbox: Mailbox | None = None
        self._found: RoomId | None = None
        self._rejoining = False
        self._place_told: tuple[int, tuple[int, int] | None] | None = None
        self._acts: dict[type, Callable[[Any, bytes], Awaitable[None]]] = {
            wire.Want: self._want,
            wire.Work: self._work,
            wire.Hello: self._hello,
            wire.Resume: self._resume,
            wire.Ack: self._ack,
            wire.End: self._end,
            wire.Keep: self._keep,
            wire.UseCode: self._use_code,
            wire.DropCode: self._drop_code,
            wire.EraseAll: self._erase,
            wire.Rejoin: self._rejoin,
        }

    def waits(self) -> float | None:
        return None if self._told or self._mailbox else self._edge.caps.join_within

    async def take(self, received: Received) -> None:
        message = received.message
        if message is None:
            await self._frame(received.binary)
            return
        try:
            await self._acts[type(message)](message, received.binary)
        except Refusal as refusal:
            if isinstance(message, TRIES):
                self._worked.discard(CODE)
            of = type(message).__struct_config__.tag
            await self._refuse(str(of), refusal)

    async def _refuse(self, of: str, refusal: Refusal) -> None:
        self._edge.metrics.refusal(self._edge.audience.value, refusal.code.value)
        await self.line.tell(refused(of, refusal, self._told.room if self._told else None))

    # What is taken ------------------------------------------------------------------------------

    async def _frame(self, frame: bytes) -> None:
        head = parse_frame_header(frame)
        if self._told is None or head.room != self._told.room or head.slot != VISITOR_SLOT:
            raise Malformed("a frame of another seat")
        try:
            taken = await relay.send(
                self._world, self._need_seat().room, slot=VISITOR_SLOT, frame=frame
            )
        except Refusal as refusal:
            await self._refuse("frame", refusal)
            return
        self._edge.metrics.frame(self._edge.audience.value)
        await self.line.tell(
            wire.Ok("frame", head.room.hex(), taken.epoch, taken.slot, taken.seq, taken.pos)
        )

    async def _want(self, message: wire.Want, _: bytes) -> None:
        self._wants, wait = take(self._wants, WANTS, self._world.clock.now())
        if wait > 0:
            raise Refusal(RefusalCode.BUSY, wait=int(wait) + 1)
        challenge = await work.ask(self._world, message.purpose)
        await self.line.tell(wire.WorkAsked(challenge.hex()))

    async def _work(self, message: wire.Work, _: bytes) -> None:
        purpose = await work.take(
            self._world, bytes.fromhex(message.challenge), bytes.fromhex(message.answer)
        )
        self._worked.add(purpose)
        await self._greet()
        if purpose in (CHAT, BOX):
            self._certs_for = purpose
            self._ear.add(LOBBY)
            self._ear.add(STAFF)
            await self._tell_certs(at_once=True)

    async def _hello(self, message: wire.Hello, envelope: bytes) -> None:
        header = parse_header(envelope)
        returning = header.sender is not None
        if CHAT not in self._worked or (returning and CODE not in self._worked):
            raise Refusal(RefusalCode.GONE)
        prev = message.prev
        talk = await desk.hello(
            self._world,
            envelope,
            cap_hash=Hash(bytes.fromhex(message.cap_hash)),
            language=message.lang,
            door=message.door,
            danger=message.danger,
            wish=None if message.wish is None else Idx(message.wish),
            prev=(RoomId(bytes.fromhex(prev.room)), bytes.fromhex(prev.cap)) if prev else None,
            mailbox=self._mailbox,
            returning=returning,
            says_interrupted=message.interrupted,
        )
        before = self._told
        if before is None or before.room != talk.room:
            await self._sit(talk, Pos(0))
            await self._leave_waiting(before)
        self._place_told = None
        await self._tell_room(talk)

    async def _leave_waiting(self, told: RoomTold | None) -> None:
        # One socket waits in one place: a new hello that does not name the old one gives it up.
        before = await relay.look(self._world, told.room) if told else None
        if before is not None and before.phase is Phase.WAITING:
            await desk.withdraw(self._world, before.room)

    async def _resume(self, message: wire.Resume, _: bytes) -> None:
        room = RoomId(bytes.fromhex(message.room))
        talk = await relay.look(self._world, room)
        cap_hash = hashlib.sha256(bytes.fromhex(message.cap)).digest()
        same_store = bytes.fromhex(message.store) == await self._world.live.store_id()
        known = talk.cap_hash if talk else None
        if not hmac.compare_digest(known or bytes(32), cap_hash) or not same_store:
            raise Refusal(RefusalCode.GONE)
        if talk is None or known is None or talk.phase is Phase.CLOSED:
            raise Refusal(RefusalCode.GONE)
        await self._greet()
        self._worked.add(CHAT)
        self._mailbox = talk.mailbox
        self._certs_for = CHAT if talk.phase is Phase.WAITING else None
        await self._sit(talk, Pos(message.pos))
        await self._tell_room(await relay.look(self._world, room))
        await self._tell_certs()

    async def _ack(self, message: wire.Ack, _: bytes) -> None:
        told = self._need_seat()
        if bytes.fromhex(message.room) != told.room:
            raise Refusal(RefusalCode.GONE)
        await relay.ack(self._world, told.room, slot=VISITOR_SLOT, pos=Pos(message.pos))

    async def _end(self, message: wire.End, _: bytes) -> None:
        talk = await relay.look(self._world, self._need_seat().room)
        if talk is not None and talk.phase is Phase.WAITING:
            await desk.withdraw(self._world, talk.room)
        elif talk is not None:
            await desk.end(self._world, talk.room, is_quick=message.quick)

    def _need_seat(self) -> RoomTold:
        # Until its rejoin is committed, a place of the room belongs to another device.
        if self._told is None or self._rejoining:
            raise Refusal(RefusalCode.GONE)
        return self._told

    async def _keep(self, message: wire.Keep, _: bytes) -> None:
        if not self._worked & {CHAT, BOX}:
            raise Refusal(RefusalCode.GONE)
        old = message.old
        self._mailbox = await return_code.keep(
            self._world,
            h_id=Hash(bytes.fromhex(message.h_id)),
            h_auth=Hash(bytes.fromhex(message.h_auth)),
            old=(bytes.fromhex(old.id), bytes.fromhex(old.auth)) if old else None,
            room=self._told.room if self._told else None,
        )
        await self.line.tell(wire.Kept(self._mailbox.hex()))

    async def _use_code(self, message: wire.UseCode, _: bytes) -> None:
        self._need_code_work()
        found = await return_code.use(
            self._world,
            id=bytes.fromhex(message.id),
            auth=bytes.fromhex(message.auth),
            bucket=self._bucket,
        )
        self._mailbox = found.mailbox
        room = None
        if found.room is not None:
            self._found = found.room.room
            certs = [member.cert.hex() for member in found.room.members if member.cert]
            room = wire.RoomFound(found.room.room.hex(), found.room.epoch, certs)
        await self.line.tell(wire.Mail(found.mailbox.hex(), len(found.letters), room))
        for letter in found.letters:
            await self.line.tell(wire.Put(letter.env_id.hex(), 0), letter.data)

    async def _drop_code(self, message: wire.DropCode, _: bytes) -> None:
        self._need_code_work()
        await return_code.drop(
            self._world,
            id=bytes.fromhex(message.id),
            auth=bytes.fromhex(message.auth),
            bucket=self._bucket,
        )
        await self.line.tell(wire.Done(None))

    async def _erase(self, message: wire.EraseAll, _: bytes) -> None:
        self._need_code_work()
        receipt = await erase.erase_by_code(
            self._world,
            id=bytes.fromhex(message.id),
            auth=bytes.fromhex(message.auth),
            bucket=self._bucket,
        )
        await self.line.tell(
            wire.Done(
                wire.Receipt(
                    receipt.codes,
                    receipt.letters,
                    receipt.rooms,
                    int(receipt.at // 60),
                    receipt.backups_days,
                )
            )
        )

    def _need_code_work(self) -> None:
        if CODE not in self._worked:
            raise Refusal(RefusalCode.GONE)

    async def _rejoin(self, message: wire.Rejoin, envelope: bytes) -> None:
        room = RoomId(bytes.fromhex(message.room))
        if room != self._found:
            raise Refusal(RefusalCode.GONE)
        cap_hash = Hash(bytes.fromhex(message.cap_hash))
        await desk.rejoin(self._world, envelope, room=room, cap_hash=cap_hash)
        if self._told is not None:
            await self._stand_up(self._told)
        self._told, self._cap_hash = RoomTold(room, VISITOR_SLOT), cap_hash
        self._rejoining = True
        self._ear.add(room)

    # What is told -------------------------------------------------------------------------------

    async def bring_up(self, rung: frozenset[bytes]) -> None:
        if self._certs_for is not None and (LOBBY in rung or STAFF in rung):
            await self._tell_certs()
        if self._told is not None:
            await self._tell_room(await relay.look(self._world, self._told.room))

    async def _greet(self) -> None:
        newest = await self._world.store.newest_roster()
        store = await self._world.live.store_id()
        await self.line.tell(wire.Hi(store.hex(), newest.seq if newest else 0))

    async def _tell_certs(self, *, at_once: bool = False) -> None:
        if self._certs_for is None:
            return
        certs = await duty.certs(self._world, purpose=self._certs_for)
        standing = frozenset(cert.hex() for cert in certs)
        news = standing - self._certs_told
        self._certs_told = standing
        if news or at_once:
            await self.line.tell(wire.Certs(sorted(news)))

    async def _sit(self, talk: Conversation, pos: Pos) -> None:
        # Room and capability change together: a ring may be heard at any await below.
        before, self._told = self._told, RoomTold(talk.room, VISITOR_SLOT, pos)
        self._cap_hash = talk.cap_hash
        if before is not None and before.room != talk.room:
            await self._stand_up(before)
        await self._take_seat(talk)

    async def _stand_up(self, told: RoomTold) -> None:
        self._ear.remove(told.room)
        if self._seats.give_up(told.room, self.shell):
            await relay.away(self._world, told.room, slot=VISITOR_SLOT)

    async def _take_seat(self, talk: Conversation) -> None:
        self._cap_hash = talk.cap_hash
        self._ear.add(talk.room)
        self._seats.take(talk.room, self.shell)
        await relay.here(self._world, talk.room, slot=VISITOR_SLOT)

    async def _tell_room(self, talk: Conversation | None) -> None:
        told = self._told
        if told is None:
            return
        async with told.turn:
            if self._told is told:
                await self._tell_of(told, talk)

    async def _tell_of(self, told: RoomTold, talk: Conversation | None) -> None:
        if talk is None or talk.phase is Phase.CLOSED:
            await self._rise(talk)
        elif talk.cap_hash != self._cap_hash:
            await self._moved(talk)
        elif talk.phase is Phase.WAITING:
            await self._tell_place(talk)
        else:
            await self._tell_open(told, talk)

    async def _tell_open(self, told: RoomTold, talk: Conversation) -> None:
        if self._rejoining:
            self._rejoining = False
            await self._take_seat(talk)
        self._certs_for = None
        await tell_presences(self.line, told, talk)
        await tell_puts(self.line, self._world, told, talk)

    async def _moved(self, talk: Conversation) -> None:
        # Until its rejoin is taken, another device holds the room's capability.
        if not self._rejoining:
            self._told = None
            await self.line.tell(wire.Closed(talk.room.hex(), "moved"))

    async def _tell_place(self, talk: Conversation) -> None:
        self._ear.add(LOBBY)
        place = await duty.place(self._world, talk.room)
        if place is not None and place != self._place_told:
            self._place_told = place
            await self.line.tell(wire.PlaceTold(*place))

    async def _rise(self, talk: Conversation | None) -> None:
        told, self._told = self._told, None
        if told is not None:
            self._ear.remove(told.room)
            self._seats.give_up(told.room, self.shell)
            await tell_closed(self.line, told.room, talk)

    async def leave(self) -> None:
        if self._told is not None:
            await self._stand_up(self._told)
