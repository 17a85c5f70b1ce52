"""The staff socket: sign-in, duty, offers, rooms (protocol.md sections 3.1, 7.5, 7.6, 16).

Nothing but sign-in is possible before sign-in, and nothing in a room without a slot in it. A member
has one socket: the newest wins. After every ring the peer is told how its world has changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from starlette.websockets import WebSocket

from hamn.app import desk, duty, relay, sign_in
from hamn.app.ports import LOBBY, STAFF, Staff, Wrap
from hamn.asc1.frame import parse_frame_header
from hamn.core.conversation import Conversation, Phase
from hamn.core.words import Hash, Idx, Malformed, Pos, Refusal, RefusalCode, RoomId, Slot
from hamn.edge import wire
from hamn.edge.desk_told import DeskTold
from hamn.edge.errors import Close
from hamn.edge.line import Closing, Line, Received
from hamn.edge.seats import Seats
from hamn.edge.shell import Shell, refused
from hamn.edge.state import Edge
from hamn.edge.told import RoomTold, tell_closed, tell_joins, tell_presences, tell_puts

HEARD_EVERY = 20.0
"""Seconds between two notes that a member on duty is still connected."""

_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(wire.StaffMessage)


async def staff_socket(websocket: WebSocket) -> None:
    """Serve one staff connection; the gate has looked at its Origin already."""
    await websocket.accept()
    edge: Edge = websocket.app.state.edge
    seats: Seats = websocket.app.state.seats
    member = StaffConnection(edge, seats, Line(websocket, edge.caps, _decoder))
    await member.shell.run()


class StaffConnection:
    """One member of staff, signed in or about to be."""

    beat = HEARD_EVERY

    def __init__(self, edge: Edge, seats: Seats, line: Line) -> None:
        self.line = line
        self._edge = edge
        self._world = edge.world
        self._seats = seats
        self._ear = edge.world.bell.listen(())
        self.shell = Shell(edge, self, self._ear)
        self._asked: tuple[str, bytes] | None = None
        self._staff: Staff | None = None
        self._h_token: Hash | None = None
        self._rooms: dict[RoomId, RoomTold] = {}
        self._joining: set[RoomId] = set()
        self._desk = DeskTold()
        self._acts: dict[type, Callable[[Any, bytes], Awaitable[None]]] = {
            wire.Duty: self._duty,
            wire.Claim: self._claim,
            wire.Commit: self._commit,
            wire.Invite: self._invite,
            wire.Join: self._join,
            wire.StaffResume: self._resume,
            wire.Lost: self._lost,
            wire.Leave: self._leave,
            wire.Ready: self._ready,
            wire.SignOut: self._sign_out,
            wire.Ack: self._ack,
        }

    def _need_sign_in(self) -> Staff:
        if self._staff is None:
            raise Closing(Close.SIGN_IN)
        return self._staff

    @property
    def _idx(self) -> Idx:
        return self._need_sign_in().idx

    def waits(self) -> float | None:
        return None if self._staff else self._edge.caps.join_within

    async def take(self, received: Received) -> None:
        message = received.message
        of = "frame" if message is None else str(type(message).__struct_config__.tag)
        try:
            if isinstance(message, wire.Auth):
                await self._auth(message)
            elif message is None:
                await self._frame(received.binary)
            else:
                self._need_sign_in()
                await self._acts[type(message)](message, received.binary)
        except Refusal as refusal:
            self._edge.metrics.refusal(self._edge.audience.value, refusal.code.value)
            await self.line.tell(refused(of, refusal, _room_of(message, received.binary)))

    # Sign-in --------------------------------------------------------------------------------------

    async def _auth(self, message: wire.Auth) -> None:
        if message.token is not None:
            await self._sign_in_again(bytes.fromhex(message.token))
        elif message.name is not None:
            nonce = sign_in.challenge(self._world)
            self._asked = (message.name, nonce)
            await self.line.tell(wire.Nonce(nonce.hex()))
        else:
            await self._sign_in(message)

    async def _sign_in(self, message: wire.Auth) -> None:
        asked, self._asked = self._asked, None
        if asked is None or None in (message.origin_hash, message.method, message.issued):
            raise Malformed("a signature without its challenge")
        signed = await sign_in.finish(
            self._world,
            login=asked[0],
            method=message.method or 0,
            origin_hash=bytes.fromhex(message.origin_hash or ""),
            issued=message.issued or 0,
            sig=bytes.fromhex(message.sig or ""),
            nonce=asked[1],
            origins=self._edge.staff_origins,
        )
        await self._enter(signed.staff, signed.token, signed.wraps, is_new=True)

    async def _sign_in_again(self, token: bytes) -> None:
        try:
            staff = await sign_in.resume(self._world, token)
        except Refusal as refusal:
            raise Closing(Close.SIGN_IN) from refusal
        await self._enter(staff, token, await self._world.store.wraps(staff.idx), is_new=False)

    async def _enter(self, staff: Staff, token: bytes, wraps: list[Wrap], *, is_new: bool) -> None:
        self._staff = staff
        self._h_token = Hash(hashlib.sha256(token).digest())
        self._ear.add(LOBBY)
        self._ear.add(STAFF)
        self._seats.take(int(staff.idx), self.shell)
        newest = await self._world.store.newest_roster()
        lobby = await duty.lobby(self._world)
        held = await desk.staff_rooms(self._world, staff.idx)
        await self.line.tell(
            wire.StaffHi(
                store=(await self._world.live.store_id()).hex(),
                roster_seq=newest.seq if newest else 0,
                idx=staff.idx,
                duty=any(entry.idx == staff.idx for entry in lobby.duty),
                wraps=[
                    wire.WrapSent(
                        each.what, each.method, each.version, each.kid.hex(), each.data.hex()
                    )
                    for each in wraps
                ],
                rooms=[wire.RoomHeld(room.hex(), slot, epoch) for room, slot, epoch in held],
                token=token.hex() if is_new else None,
            )
        )
        await self.bring_up(frozenset({LOBBY}))

    async def _sign_out(self, _: wire.SignOut, __: bytes) -> None:
        await duty.go_off(self._world, self._idx)
        if self._h_token is not None:
            await self._world.store.end_session(self._h_token)
        raise Closing(Close.SIGN_IN)

    # Duty and pairing -----------------------------------------------------------------------------

    async def _duty(self, message: wire.Duty, _: bytes) -> None:
        if message.cert is None:
            await duty.go_off(self._world, self._idx)
            return
        staff = self._need_sign_in()
        cert = bytes.fromhex(message.cert)
        await duty.go_on(self._world, staff, cert=cert, capacity=message.capacity)

    async def _ready(self, _: wire.Ready, __: bytes) -> None:
        await duty.ready(self._world, self._idx)

    async def _claim(self, message: wire.Claim, _: bytes) -> None:
        room = RoomId(bytes.fromhex(message.place))
        kid = await duty.kid_of(self._world, self._idx)
        hello = await desk.claim(self._world, self._idx, kid=kid, room=room)
        await self.line.tell(wire.Put(room.hex(), 0), hello)

    # Rooms ----------------------------------------------------------------------------------------

    async def _frame(self, frame: bytes) -> None:
        self._need_sign_in()
        head = parse_frame_header(frame)
        told = self._rooms.get(RoomId(head.room))
        if told is None:
            raise Refusal(RefusalCode.GONE)
        if head.slot != told.slot:
            raise Malformed("a frame of another seat")
        taken = await relay.send(self._world, told.room, slot=told.slot, frame=frame)
        self._edge.metrics.frame(self._edge.audience.value)
        await self._ok("frame", told.room, taken)

    async def _ok(self, of: str, room: RoomId, taken: relay.Taken) -> None:
        await self.line.tell(wire.Ok(of, room.hex(), taken.epoch, taken.slot, taken.seq, taken.pos))

    async def _commit(self, message: wire.Commit, commit: bytes) -> None:
        room = RoomId(bytes.fromhex(message.room))
        if commit[4:20] != room:
            raise Malformed("a commit of another room")
        author = desk.StaffAuthor(self._idx, await duty.kid_of(self._world, self._idx))
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
                await tell_puts(self.line, self._world, told, talk, taken.pos)
            await self._ok("commit", room, taken)
        if told is self._rooms.get(room):
            await self._tell_room(told)

    async def _invite(self, message: wire.Invite, _: bytes) -> None:
        room, to = RoomId(bytes.fromhex(message.room)), Idx(message.to)
        cert = await duty.cert_of(self._world, self._idx)
        await desk.invite(self._world, self._idx, room=room, to=to)
        talk = await relay.look(self._world, room)
        if room not in self._rooms and _slot(talk, self._idx) is None:
            self._follow(room, Slot(1), Pos(0))  # a staff room that waits for its first commit
        seat = self._seats.at(int(to))
        if seat is not None:
            await seat.pass_on(wire.Invited(room.hex(), cert.hex()))

    async def _join(self, message: wire.Join, envelope: bytes) -> None:
        room = RoomId(bytes.fromhex(message.room))
        await desk.join(
            self._world,
            envelope,
            idx=self._idx,
            kid=await duty.kid_of(self._world, self._idx),
            cert=await duty.cert_of(self._world, self._idx),
            room=room,
            to=Idx(message.to),
        )
        self._joining.add(room)
        self._ear.add(room)

    async def _resume(self, message: wire.StaffResume, _: bytes) -> None:
        room = RoomId(bytes.fromhex(message.room))
        talk = await relay.look(self._world, room)
        slot = _slot(talk, self._idx)
        if bytes.fromhex(message.store) != await self._world.live.store_id():
            await desk.named_after_loss(self._world, self._idx, room=room)
            raise Refusal(RefusalCode.GONE)
        if talk is None or slot is None or talk.phase is Phase.CLOSED:
            raise Refusal(RefusalCode.GONE)
        self._follow(room, slot, Pos(message.pos))
        await relay.here(self._world, room, slot=slot)
        await self._tell_room(self._rooms[room])

    async def _lost(self, message: wire.Lost, _: bytes) -> None:
        await desk.lost(self._world, self._idx, room=RoomId(bytes.fromhex(message.room)))

    async def _leave(self, message: wire.Leave, _: bytes) -> None:
        told = self._told_of(message.room)
        await desk.leave(self._world, told.room, slot=told.slot)

    async def _ack(self, message: wire.Ack, _: bytes) -> None:
        told = self._told_of(message.room)
        await relay.ack(self._world, told.room, slot=told.slot, pos=Pos(message.pos))

    def _told_of(self, room: str) -> RoomTold:
        told = self._rooms.get(RoomId(bytes.fromhex(room)))
        if told is None:
            raise Refusal(RefusalCode.GONE)
        return told

    def _follow(self, room: RoomId, slot: Slot, pos: Pos) -> RoomTold:
        told = self._rooms[room] = RoomTold(room, slot, pos)
        self._joining.discard(room)
        self._ear.add(room)
        return told

    # What is told ---------------------------------------------------------------------------------

    async def bring_up(self, rung: frozenset[bytes]) -> None:
        if self._staff is None:
            return
        if STAFF in rung:
            await self._still_welcome()
        if LOBBY in rung:
            await self._desk.tell(self.line, self._world, self._staff)
        if not rung:
            await self._beat(self._staff)
        for room in self._joining & rung:
            await self._look_for_seat(RoomId(room))
        for told in [told for told in self._rooms.values() if told.room in rung]:
            await self._tell_room(told)

    async def _beat(self, staff: Staff) -> None:
        await self._still_welcome()
        if self._h_token is not None:
            await sign_in.touch(self._world, staff, self._h_token)
        await duty.heard(self._world, staff.idx)

    async def _still_welcome(self) -> None:
        now = self._world.clock.now()
        if self._h_token is None or await self._world.store.session(self._h_token, now) is None:
            raise Closing(Close.SIGN_IN)

    async def _look_for_seat(self, room: RoomId) -> None:
        slot = _slot(await relay.look(self._world, room), self._idx)
        if slot is not None:
            self._follow(room, slot, Pos(0))
            await relay.here(self._world, room, slot=slot)
            await self._tell_room(self._rooms[room])

    async def _tell_room(self, told: RoomTold) -> None:
        async with told.turn:
            if self._rooms.get(told.room) is told:
                await self._tell_of(told, await relay.look(self._world, told.room))

    async def _tell_of(self, told: RoomTold, talk: Conversation | None) -> None:
        if talk is None or talk.phase is Phase.CLOSED:
            self._forget(told)
            await tell_closed(self.line, told.room, talk)
            return
        await tell_joins(self.line, self._world, told, talk, self._idx)
        if _slot(talk, self._idx) == told.slot:
            await tell_presences(self.line, told, talk)
            await tell_puts(self.line, self._world, told, talk)
        elif talk.epoch > 0:
            self._forget(told)
            await self.line.tell(wire.Closed(told.room.hex(), "moved"))

    def _forget(self, told: RoomTold) -> None:
        del self._rooms[told.room]
        self._ear.remove(told.room)

    async def leave(self) -> None:
        if self._staff is None or not self._seats.give_up(int(self._staff.idx), self.shell):
            return
        for told in self._rooms.values():
            await relay.away(self._world, told.room, slot=told.slot)


def _slot(talk: Conversation | None, idx: Idx) -> Slot | None:
    members = talk.members if talk else ()
    return next((member.slot for member in members if member.idx == idx), None)


def _room_of(message: wire.Message | None, binary: bytes) -> bytes | None:
    if message is None:
        return binary[4:20]
    named = getattr(message, "room", None) or getattr(message, "place", None)
    return bytes.fromhex(named) if named else None
