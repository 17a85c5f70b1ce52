"""Participants of the socket tests: who speaks with a server, and everything that was said."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from hamn.app import roster
from hamn.asc1.bytes import u8, u32
from hamn.asc1.code import ReturnCode, from_root
from hamn.asc1.roster import parse_trust
from hamn.clock import SystemClock
from hamn.entropy import SystemEntropy
from hamn.ops.demo import ROOT_FILE, SERVICE, Demo
from hamn.ops.people import Person, add_with_secret
from hamn.ops.roots import TRUST_FILE, read_root
from hamn.party.adviser import Adviser, Desk
from hamn.party.room import News, RoomParty
from hamn.party.service import Service, solved
from hamn.party.visitor import Visitor
from hamn.party.wire import Cut, Told, Wire
from hamn.store.sqlite import SqliteStore
from tests.faults.crowd import service_of
from tests.services import DemoServer

NOISE = frozenset(
    {
        "certs",
        "place",
        "peer",
        "wait",
        "offer",
        "standing",
        "wrap",
        "rooms",
        "board",
        "put",
        "letters",
        "rota",
        "shift",
        "promise",
        "book",
    }
)
"""What is told without having been asked for at that moment."""


@dataclass(slots=True)
class Tape:
    """Everything that went over the sockets of this process, in order."""

    sent: list[tuple[Wire, str | bytes]] = field(default_factory=list)
    told: list[tuple[Wire, Told]] = field(default_factory=list)

    def told_to(self, wire: Wire) -> list[Told]:
        return [told for by, told in self.told if by is wire]

    def commits(self) -> list[bytes]:
        """Every commit that was sent, as bytes."""
        return [said for _, said in self.sent if isinstance(said, bytes) and said[1] == 0x20]


@contextmanager
def taped() -> Iterator[Tape]:
    """Write down what is sent and told on the sockets that participants open meanwhile."""
    tape, patch = Tape(), pytest.MonkeyPatch()
    send, receive = Wire._send, Wire.next

    async def sending(self: Wire, message: str | bytes) -> None:
        tape.sent.append((self, message))
        await send(self, message)

    async def receiving(self: Wire) -> Told:
        told = await receive(self)
        tape.told.append((self, told))
        return told

    patch.setattr(Wire, "_send", sending)
    patch.setattr(Wire, "next", receiving)
    try:
        yield tape
    finally:
        patch.undo()


@asynccontextmanager
async def socket_of(
    server: DemoServer, *, staff: bool = False, source: str | None = None
) -> AsyncIterator[Wire]:
    """A bare socket; what is sent on it is the test's own business."""
    wire = await Wire.open(service_of(server, source), staff=staff)
    try:
        yield wire
    finally:
        wire.drop()


async def on_duty(server: DemoServer, role: str = "adviser", place: int = 0) -> Adviser:
    """One of the demo's people on duty, who will take two visitors and is ready for more."""
    person = server.person(role, place)
    adviser = await Adviser.arrive(service_of(server, "127.44.2.9"), person.name, person.secret)
    await adviser.go_on(2)
    await adviser.ready()
    return adviser


async def waiting(service: Service, adviser: Adviser) -> Visitor:
    """A visitor whose hello is sealed to this adviser alone."""
    visitor = await Visitor.arrive(service)
    await visitor.work(1)
    shift = adviser.make_shift().sk.public
    await visitor.news.until(lambda: shift in [cert.pub for cert in visitor.certs])
    await visitor.knock(to=[cert for cert in visitor.certs if cert.pub == shift])
    await visitor.news.until(lambda: visitor.place is not None)
    return visitor


async def paired(server: DemoServer, adviser: Adviser, source: str) -> tuple[Visitor, Desk]:
    """A visitor in an open room with the adviser."""
    visitor = await waiting(service_of(server, source), adviser)
    place = visitor.member.room_id.hex()
    await adviser.news.until(lambda: place in adviser.waiting)
    desk = await adviser.accept(place)
    await visitor.until_open()
    return visitor, desk


async def coded(
    server: DemoServer, adviser: Adviser, source: str
) -> tuple[Visitor, Desk, ReturnCode]:
    """A visitor in an open room with the adviser, who has kept a return code."""
    visitor = await waiting(service_of(server, source), adviser)
    code = from_root(secrets.token_bytes(32))
    await visitor.keep(code)
    place = visitor.member.room_id.hex()
    await adviser.news.until(lambda: place in adviser.waiting)
    desk = await adviser.accept(place)
    await visitor.until_open()
    return visitor, desk, code


async def understood(writer: RoomParty, reader: RoomParty, news: News, text: str) -> None:
    """A line that is written, and read by the other."""
    await writer.say(text)
    await news.until(lambda: text in [line.text for line in reader.heard.lines])


async def parted(visitor: Visitor, adviser: Adviser, desk: Desk) -> None:
    """The visitor ends, and the adviser is free again."""
    if desk.party.heard.closed is None:
        await visitor.end()
        await adviser.news.until(lambda: desk.party.heard.closed is not None)
    adviser.rooms.pop(desk.party.room, None)
    await adviser.ready()
    await visitor.leave()


async def next_answer(wire: Wire, within: float = 30.0) -> Told:
    """The next thing told that was asked for. Raises: Cut."""
    async with asyncio.timeout(within):
        while (told := await wire.next()).name in NOISE:
            pass
    return told


def in_a_word(told: Told) -> str:
    """The name of an answer, or a refusal's code."""
    return str(told.fields["code"]) if told.name == "refuse" else told.name


async def whole_answer(wire: Wire) -> str:
    """The next answer with all that it holds, or the close code."""
    try:
        told = await next_answer(wire)
    except Cut as cut:
        return str(cut.code)
    return json.dumps({"t": told.name, **told.fields}) + told.binary.hex()


async def answer(wire: Wire) -> str:
    """The next answer in a word, or the close code."""
    try:
        return in_a_word(await next_answer(wire))
    except Cut as cut:
        return str(cut.code)


def envelope(type_: int, env_id: bytes, hour: int, sender: bytes = b"") -> bytes:
    """An envelope with an honest head and noise inside."""
    head = b"AEV1" + u8(1) + u8(type_) + u8(1) + u8(bool(sender)) + env_id + u32(hour + 1) + sender
    return head + secrets.token_bytes(88) + secrets.token_bytes(32 + 256 + 16)


def values(of: Any) -> Iterator[Any]:
    """Every value inside a decoded message."""
    if isinstance(of, dict):
        for each in of.values():
            yield from values(each)
    elif isinstance(of, list):
        for each in of:
            yield from values(each)
    else:
        yield of


async def do_work(wire: Wire, purpose: int) -> None:
    """The work for a purpose on a bare socket; `hi` and what comes with it is read."""
    await wire.tell("want", purpose=purpose)
    while (told := await wire.next()).name != "work":
        pass
    challenge = str(told.fields["challenge"])
    found = await solved(bytes.fromhex(challenge))
    await wire.tell("work", challenge=challenge, answer=found.hex())
    while (await wire.next()).name != "hi":
        pass


async def employed(server: DemoServer, *people: Person) -> list[str]:
    """More members of staff, on a roster that their root has signed; the secrets they sign in with.

    The records are opened beside the running service, as a command would.
    """
    store, now = SqliteStore(Path(server.data), SystemEntropy()), SystemClock().now()
    chance, hour = SystemEntropy().bytes, int(now // 3600)
    try:
        secrets_ = [
            await add_with_secret(store, each, service=SERVICE, now=now, chance=chance)
            for each in people
        ]
        demo = Demo(server.port, Path(server.data))
        trust = parse_trust((demo.data / TRUST_FILE).read_bytes())
        content = await roster.draft(store, hour)
        signed = roster.sign(content, {0: read_root(demo.operator / ROOT_FILE)})
        await roster.publish(store, trust, content, signed, hour)
    finally:
        store.close()
    return secrets_
