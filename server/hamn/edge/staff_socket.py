"""The staff socket: sign-in, duty, offers, rooms (protocol.md sections 3.1, 7.5, 7.6, 16).

Nothing but sign-in is possible before sign-in, and nothing in a room without a slot in it. A member
has one socket: the newest wins. After every ring the peer is told how its world has changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import msgspec
from starlette.websockets import WebSocket

from hamn.app import audit, counting, desk, duty, sign_in
from hamn.app.ports import BOX, LOBBY, STAFF, Staff, Wrap
from hamn.core.audit import Deed
from hamn.core.permission import Act, any_may
from hamn.core.words import Hash, Idx, Malformed, Refusal, RefusalCode, RoomId
from hamn.edge import wire
from hamn.edge.box_told import LettersTold
from hamn.edge.desk_told import DeskTold
from hamn.edge.errors import Close
from hamn.edge.escalations_told import EscalationsTold
from hamn.edge.line import Closing, Line, Received
from hamn.edge.rights import STAFF_FRAME, STAFF_SOCKET, Right
from hamn.edge.seats import Seats
from hamn.edge.shell import Shell, refused
from hamn.edge.staff_acute import acute_acts
from hamn.edge.staff_rooms import StaffRooms
from hamn.edge.state import Edge
from hamn.edge.told import seat_of

HEARD_EVERY = 20.0
"""Seconds between two notes that a member on duty is still connected."""

_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(wire.StaffMessage)


async def staff_socket(websocket: WebSocket) -> None:
    """Serve one staff connection; the gate has looked at its Origin already."""
    await websocket.accept()
    edge: Edge = websocket.app.state.edge
    seats: Seats = websocket.app.state.seats
    bucket = websocket.app.state.buckets.of(websocket.scope, edge.world)
    member = StaffConnection(edge, seats, Line(websocket, edge.caps, _decoder), bucket)
    await member.shell.run()


class StaffConnection:
    """One member of staff, signed in or about to be."""

    beat = HEARD_EVERY

    def __init__(self, edge: Edge, seats: Seats, line: Line, bucket: bytes = b"") -> None:
        self.line = line
        self._bucket = bucket
        self._edge = edge
        self._world = edge.world
        self._seats = seats
        self._ear = edge.world.bell.listen(())
        self.shell = Shell(edge, self, self._ear)
        self._asked: tuple[str, bytes] | None = None
        self._staff: Staff | None = None
        self._h_token: Hash | None = None
        self._rooms = StaffRooms(edge, seats, line, self._ear)
        self._desk = DeskTold()
        self._letters = LettersTold()
        self._escalations = EscalationsTold()
        self._acts: dict[type, Callable[[Any, bytes], Awaitable[None]]] = {
            wire.Duty: self._duty,
            wire.Claim: self._claim,
            wire.Commit: self._rooms.commit,
            wire.Invite: self._rooms.invite,
            wire.Join: self._rooms.join,
            wire.StaffResume: self._rooms.resume,
            wire.Lost: self._rooms.lost,
            wire.Leave: self._rooms.leave,
            wire.Quiet: self._rooms.quiet,
            wire.Child: self._rooms.child,
            **acute_acts(self._rooms, edge.world),
            wire.Ready: self._ready,
            wire.Tally: self._tally,
            wire.Stay: self._stay,
            wire.SignOut: self._sign_out,
            wire.Ack: self._rooms.ack,
        }

    def _need_sign_in(self) -> Staff:
        if self._staff is None:
            raise Closing(Close.SIGN_IN)
        return self._staff

    async def _permit(self, right: Right) -> None:
        staff = self._need_sign_in()
        if isinstance(right, Act) and not any_may(staff.roles, right):
            await audit.note_seldom(self._world, Deed.DENIED, staff.idx, detail=right.value)
            raise Refusal(RefusalCode.GONE)

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
                await self._permit(STAFF_FRAME)
                await self._rooms.frame(received.binary)
            else:
                await self._permit(STAFF_SOCKET[type(message)])
                await self._touch(self._need_sign_in())
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
            bucket=self._bucket,
        )
        await self._enter(signed.staff, signed.token, signed.wraps, is_new=True)

    async def _sign_in_again(self, token: bytes) -> None:
        try:
            staff = await sign_in.resume(self._world, token)
        except Refusal as refusal:
            raise Closing(Close.SIGN_IN) from refusal
        await self._enter(staff, token, await self._world.store.wraps(staff.idx), is_new=False)

    async def _enter(self, staff: Staff, token: bytes, wraps: list[Wrap], *, is_new: bool) -> None:
        self._staff, self._rooms.idx = staff, staff.idx
        self._h_token = Hash(hashlib.sha256(token).digest())
        self._ear.add(LOBBY)
        self._ear.add(STAFF)
        self._ear.add(BOX)
        self._seats.take(int(staff.idx), self.shell)
        newest = await self._world.store.newest_roster()
        lobby = await duty.lobby(self._world)
        held = await desk.staff_rooms(self._world, staff.idx)
        head = await audit.head(self._world)
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
                rooms=[seat_of(talk, staff.idx) for talk in held],
                roles=list(staff.roles),
                audit=wire.AuditHead(head.seq, head.hash.hex()),
                token=token.hex() if is_new else None,
            )
        )
        await self._tell_calls(staff)
        await self.bring_up(frozenset({LOBBY, BOX}))

    async def _tell_calls(self, staff: Staff) -> None:
        """What colleagues have asked while this member was out of reach."""
        for room, call in await desk.calls(self._world, staff.idx):
            with suppress(Refusal):  # who asks has gone off duty
                cert = await duty.cert_of(self._world, call.by)
                await self.line.tell(wire.Invited(room.hex(), call.why, cert.hex(), True))

    async def _sign_out(self, _: wire.SignOut, __: bytes) -> None:
        await duty.go_off(self._world, self._idx)
        if self._h_token is not None:
            await sign_in.sign_out(self._world, self._need_sign_in(), self._h_token)
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

    async def _tally(self, message: wire.Tally, _: bytes) -> None:
        forms, batch = [each.form() for each in message.forms], bytes.fromhex(message.batch)
        await counting.take(self._world, self._need_sign_in(), batch=batch, forms=forms)
        await self.line.tell(wire.Tallied(message.batch))

    async def _stay(self, _: wire.Stay, __: bytes) -> None:
        await duty.stay(self._world, self._idx)

    async def _claim(self, message: wire.Claim, _: bytes) -> None:
        room = RoomId(bytes.fromhex(message.place))
        kid = await duty.kid_of(self._world, self._idx)
        hello = await desk.claim(self._world, self._idx, kid=kid, room=room)
        await self.line.tell(wire.Put(room.hex(), 0), hello)

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
        if BOX in rung or not rung:
            again = BOX in rung
            await self._letters.tell(self.line, self._world, self._staff, again=again)
            await self._escalations.tell(self.line, self._world, self._staff)
        await self._rooms.bring_up(rung)

    async def _beat(self, staff: Staff) -> None:
        await self._still_welcome()
        if (await duty.lobby(self._world)).on_duty(staff.idx) is not None:
            await self._touch(staff)
            await duty.heard(self._world, staff.idx)

    async def _touch(self, staff: Staff) -> None:
        if self._h_token is not None:
            await sign_in.touch(self._world, staff, self._h_token)

    async def _still_welcome(self) -> None:
        if self._h_token is None or not await sign_in.is_alive(self._world, self._h_token):
            raise Closing(Close.SIGN_IN)

    async def leave(self) -> None:
        if self._staff is None or not self._seats.give_up(int(self._staff.idx), self.shell):
            return
        await self._rooms.away()


def _room_of(message: wire.Message | None, binary: bytes) -> bytes | None:
    if message is None:
        return binary[4:20]
    named = getattr(message, "room", None) or getattr(message, "place", None)
    return bytes.fromhex(named) if named else None
