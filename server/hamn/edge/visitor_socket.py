"""The visitor's socket: work, a place, a room, a return code (protocol.md 7.5, 7.6, 8, 16).

What this socket may do follows from what it has shown: work for a purpose, the capability of a
place or room, or a return code. It learns nothing but its own place, its own room and its own code.
Over 400 lines on purpose: all that a stranger may ask, in one file.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from starlette.websockets import WebSocket

from hamn.app import box, desk, duty, erase, relay, return_code, work
from hamn.app.ports import LOBBY, STAFF, seat
from hamn.asc1.envelope import parse_header
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
from hamn.edge.book_told import Booker
from hamn.edge.box_told import take_message, tell_promise
from hamn.edge.inquiry_told import INQUIRY, Asker
from hamn.edge.line import Line, Received
from hamn.edge.seats import Seats
from hamn.edge.shell import Shell, refused
from hamn.edge.shown_code import ShownCode
from hamn.edge.state import Edge
from hamn.edge.told import (
    RoomTold,
    erased,
    tell_closed,
    tell_frames,
    tell_mail,
    tell_presences,
    tell_puts,
)

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
        self._codes_left = 0
        self._has_guessed = False
        self._kept = b""
        self._wants = WANTS.full(edge.world.clock.now())
        self._needs_certs = False
        self._certs_told: frozenset[str] = frozenset()
        self._told: RoomTold | None = None
        self._cap_hash: Hash | None = None
        self._mailbox: Mailbox | None = None
        self._shown = ShownCode(edge.world)
        self._booker = Booker(line, edge.world, self._shown, bucket)
        self._asker = Asker(line, edge.world, self._shown, bucket)
        self._replies: set[bytes] = set()
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
            wire.Box: self._box,
            wire.Keep: self._keep,
            wire.UseCode: self._use_code,
            wire.DropCode: self._drop_code,
            wire.EraseAll: self._erase,
            wire.Rejoin: self._rejoin,
            **self._booker.acts(),
            **self._asker.acts(),
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
        if self._told is None:
            raise Malformed("a frame without a seat")
        try:
            room = self._need_seat().room
            taken = await relay.send(self._world, room, slot=VISITOR_SLOT, frame=frame)
        except Refusal as refusal:
            await self._refuse("frame", refusal)
            return
        self._edge.metrics.frame(self._edge.audience.value)
        await self.line.tell(wire.Ok("frame", room.hex(), *taken))

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
        if purpose in (CHAT, BOX, INQUIRY):
            self._codes_left, self._has_guessed = self._codes_left + 1, False
        await self._greet()
        if purpose == BOX:
            await tell_promise(self.line, self._world)
        if purpose == INQUIRY:
            await self._asker.worked()
        if purpose == CHAT:
            self._needs_certs = True
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
        # Read anew: an adviser may have answered before this socket listened for rings of the room.
        await self._tell_room(await relay.look(self._world, talk.room))

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
        self._codes_left = 1
        self._mailbox = talk.mailbox
        self._needs_certs = talk.phase is Phase.WAITING
        await self._sit(talk, Pos(message.pos))
        await self._tell_room(await relay.look(self._world, room))
        await self._tell_certs()

    async def _ack(self, message: wire.Ack, _: bytes) -> None:
        named = bytes.fromhex(message.room)
        if message.pos == 0 and named in self._replies and self._mailbox is not None:
            await box.read_and_erased(self._world, self._mailbox, named)
            await self.line.tell(wire.Done(None))
            return
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

    async def _box(self, message: wire.Box, envelope: bytes) -> None:
        mailbox = None if message.mailbox is None else Mailbox(bytes.fromhex(message.mailbox))
        if BOX not in self._worked or mailbox not in (None, self._mailbox):
            raise Refusal(RefusalCode.GONE)
        await take_message(self.line, self._world, envelope, mailbox=mailbox, bucket=self._bucket)
        self._worked.discard(BOX)

    async def _keep(self, message: wire.Keep, _: bytes) -> None:
        # A new mailbox costs a work, and so does a wrong guess at an old code.
        h_id, old = Hash(bytes.fromhex(message.h_id)), message.old
        may_keep = not self._has_guessed if old else self._codes_left > 0 or h_id == self._kept
        if not (self._worked & {CHAT, BOX, INQUIRY} and may_keep):
            raise Refusal(RefusalCode.GONE)
        self._has_guessed = old is not None
        self._mailbox = self._shown.mailbox = await return_code.keep(
            self._world,
            h_id=h_id,
            h_auth=Hash(bytes.fromhex(message.h_auth)),
            old=(bytes.fromhex(old.id), bytes.fromhex(old.auth)) if old else None,
            room=self._told.room if self._told else None,
        )
        self._has_guessed = False
        if old is None and h_id != self._kept:
            self._codes_left -= 1
        self._kept = h_id
        await self.line.tell(wire.Kept(self._mailbox.hex()))

    async def _use_code(self, message: wire.UseCode, _: bytes) -> None:
        self._need_code_work()
        found = await return_code.use(
            self._world,
            id=bytes.fromhex(message.id),
            auth=bytes.fromhex(message.auth),
            bucket=self._bucket,
        )
        self._mailbox = self._shown.mailbox = found.mailbox
        self._found = found.room.room if found.room is not None else self._found
        self._replies |= await tell_mail(self.line, self._world, found, message.wish, self._bucket)

    async def _drop_code(self, message: wire.DropCode, _: bytes) -> None:
        self._need_code_work()
        await return_code.drop(
            self._world,
            id=bytes.fromhex(message.id),
            auth=bytes.fromhex(message.auth),
            bucket=self._bucket,
        )
        await self._forget_ended()
        await self.line.tell(wire.Done(None))

    async def _erase(self, message: wire.EraseAll, _: bytes) -> None:
        self._need_code_work()
        receipt = await erase.erase_by_code(
            self._world,
            id=bytes.fromhex(message.id),
            auth=bytes.fromhex(message.auth),
            bucket=self._bucket,
        )
        await self._forget_ended()
        await self.line.tell(erased(receipt))

    async def _forget_ended(self) -> None:
        # Nothing is kept under a mailbox that no code opens any more.
        self._mailbox = await self._living(self._mailbox)
        self._shown.mailbox = await self._living(self._shown.mailbox)

    async def _living(self, mailbox: Mailbox | None) -> Mailbox | None:
        has_code = mailbox is not None and await self._world.store.codes_of(mailbox)
        return mailbox if has_code else None

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
        told = self._told
        if told is not None and rung == {told.topics[1]} and await self._tell_frames(told):
            return
        if self._needs_certs and (LOBBY in rung or STAFF in rung):
            await self._tell_certs()
        if self._told is not None:
            await self._tell_room(await relay.look(self._world, self._told.room))

    async def _greet(self) -> None:
        newest = await self._world.store.newest_roster()
        store = await self._world.live.store_id()
        await self.line.tell(wire.Hi(store.hex(), newest.seq if newest else 0))

    async def _tell_certs(self, *, at_once: bool = False) -> None:
        if not self._needs_certs:
            return
        certs = await duty.certs(self._world)
        standing = frozenset(cert.hex() for cert in certs)
        news, self._certs_told = standing - self._certs_told, standing
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
        self._ear.remove(*told.topics)
        if self._seats.give_up(told.room, self.shell):
            await relay.away(self._world, told.room, slot=VISITOR_SLOT)

    async def _take_seat(self, talk: Conversation) -> None:
        self._cap_hash = talk.cap_hash
        self._ear.add(talk.room, seat(talk.room, VISITOR_SLOT))
        self._seats.take(talk.room, self.shell, talk.cap_hash)
        await relay.here(self._world, talk.room, slot=VISITOR_SLOT)

    async def _tell_frames(self, told: RoomTold) -> bool:
        async with told.turn:
            return self._told is told and await tell_frames(self.line, self._world, told)

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
        self._needs_certs = False
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
            self._ear.remove(*told.topics)
            self._seats.give_up(told.room, self.shell)
            await tell_closed(self.line, told.room, talk)

    async def leave(self) -> None:
        if self._told is not None:
            await self._stand_up(self._told)
