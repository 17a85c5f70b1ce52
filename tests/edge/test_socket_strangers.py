"""In every state: names nobody knows, frames of another seat, another's room (check 20).

The messages of the wire are walked in `test_socket_states.py`, roles in `test_socket_roles.py`.
"""

from __future__ import annotations

import json
import secrets
import typing
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from hamn.asc1.bytes import u32
from hamn.edge import wire as words
from hamn.party.adviser import Adviser
from hamn.party.wire import Cut, Wire
from tests.edge.people import (
    answer,
    do_work,
    on_duty,
    paired,
    parted,
    socket_of,
    waiting,
)
from tests.edge.raw_frames import faults
from tests.edge.test_socket_states import (
    HEX16,
    SILENCE,
    VISITOR,
    bare,
    binary_of,
    named,
    tried,
)
from tests.faults.crowd import service_of
from tests.services import DemoServer

VISITORS = {named(message) for message in typing.get_args(words.VisitorMessage)}
STAFFS = {named(message) for message in typing.get_args(words.StaffMessage)}
TOLD = {
    named(message)
    for message in vars(words).values()
    if isinstance(message, type)
    and issubclass(message, words.Message)
    and message is not words.Message
}
STRANGE = ("", "nothing", "__class__", "Ack", "ack ", "\u0430ck")
"""Names of no message, one of them in letters that only look like those of `ack`."""


def strangers(own: set[str]) -> set[str]:
    """What must not be taken on a socket with these messages."""
    return {*STRANGE, *(VISITORS | STAFFS | TOLD) - own}


def messages(texts: list[str], frames: list[bytes]) -> list[str | bytes]:
    """All that is tried, one after the other."""
    return [*texts, *frames]


async def comes_to(wire: Wire, text: str | bytes) -> str:
    """The close code that a message leads to, or the refusal."""
    try:
        await (wire.tell_raw(text) if isinstance(text, str) else wire.send(text))
    except Cut as cut:
        return str(cut.code)
    return await answer(wire)


def frame(room: str, *, kind: int = 0x10, slot: int = 0) -> bytes:
    """A frame, or with another kind something that is none, with an honest head."""
    head = bytes([1, kind, 1, slot]) + bytes.fromhex(room) + u32(1) + u32(1)
    return head + secrets.token_bytes(300 - len(head))


@pytest.mark.check(20)
@pytest.mark.parametrize("state", ["new", "worked"])
async def test_a_visitor_who_has_joined_nothing_sends_no_stranger_and_no_frame(
    demo: DemoServer, state: str
) -> None:
    texts = [json.dumps({"t": name}) for name in strangers(VISITORS)]
    frames = [frame(HEX16, kind=kind) for kind in (0x10, 0x11, 0x20)]
    for said in messages(texts, frames):
        async with socket_of(demo) as wire:
            if state == "worked":
                await do_work(wire, 1)
            assert await comes_to(wire, said) == "4400", said
    assert await faults(demo.port + 2) == 0


@asynccontextmanager
async def seated(server: DemoServer, adviser: Adviser, state: str) -> AsyncIterator[Wire]:
    """A visitor's socket whose answers nobody else reads; its place or room is given up after."""
    desk = None
    if state == "waiting":
        visitor = await waiting(service_of(server, "127.44.1.22"), adviser)
    else:
        visitor, desk = await paired(server, adviser, "127.44.1.22")
    wire = await bare(server, visitor)
    if state == "over":
        await wire.tell("end")
        assert await answer(wire) == "closed"
    yield wire
    wire.drop()
    await visitor.leave()
    async with socket_of(server) as again:
        room, cap = visitor.member.room_id.hex(), visitor.cap.hex()
        await again.tell("resume", room=room, cap=cap, pos=0, store=visitor.store)
        await again.tell("end")
        assert await answer(again) in ("hi", "gone")
    if desk is not None:
        await adviser.news.until(lambda: desk.party.heard.closed is not None)
        await parted(visitor, adviser, desk)


@pytest.mark.check(20)
@pytest.mark.parametrize("state", ["waiting", "open", "over"])
async def test_a_visitor_with_a_seat_sends_no_stranger_and_no_frame_of_another_seat(
    demo: DemoServer, state: str
) -> None:
    adviser, colleague = await on_duty(demo), await on_duty(demo, place=1)
    other, others_desk = await paired(demo, colleague, "127.44.1.21")
    others = others_desk.party.room.hex()
    frames = [frame(others, kind=kind) for kind in (0x10, 0x11, 0x20)]
    texts = [json.dumps({"t": name}) for name in (*STRANGE, "claim", "put")]
    for said in messages(texts, [*frames, frame(HEX16)]):
        async with seated(demo, adviser, state) as wire:
            assert await comes_to(wire, said) == "4400", said
    assert others_desk.party.heard.closed is None
    await parted(other, colleague, others_desk)
    await colleague.leave()
    await adviser.leave()
    assert await faults(demo.port + 2) == 0


@pytest.mark.check(20)
async def test_a_visitor_names_its_own_room_alone(demo: DemoServer) -> None:
    adviser = await on_duty(demo)
    other, others_desk = await paired(demo, adviser, "127.44.1.23")
    others = others_desk.party.room.hex()
    about_another: list[type[words.Message]] = [words.Resume, words.Ack, words.Rejoin]
    async with seated(demo, adviser, "open") as wire:
        for message in about_another:
            found = await tried(wire, message, others, binary_of(message), VISITOR)
            assert (named(message), found) == (named(message), "gone")
    assert others_desk.party.heard.closed is None
    await parted(other, adviser, others_desk)
    await adviser.leave()


@pytest.mark.check(20)
@pytest.mark.parametrize("state", ["waiting", "open"])
async def test_a_hello_from_who_waits_or_talks_takes_one_place_and_no_more(
    demo: DemoServer, state: str
) -> None:
    adviser = await on_duty(demo)
    async with seated(demo, adviser, state) as wire:
        rooms = set(adviser.rooms)
        hello = await tried(wire, words.Hello, HEX16, binary_of(words.Hello), VISITOR)
        await adviser.news.until(lambda: len(adviser.waiting) == 1)

        assert hello == SILENCE
        assert set(adviser.rooms) == rooms
        assert all(desk.party.heard.closed is None for desk in adviser.rooms.values())
        await wire.tell("end")
        assert await answer(wire) == "closed"
        await adviser.news.until(lambda: not adviser.waiting)
    await adviser.leave()


# Staff --------------------------------------------------------------------------------------------


async def signed_in(server: DemoServer, member: Adviser) -> Wire:
    """A socket of the member's own, beside the one that brought them on duty."""
    wire = await Wire.open(service_of(server), staff=True)
    await wire.tell("auth", token=member.token)
    assert await answer(wire) == "hi"
    return wire


@pytest.mark.check(20)
async def test_who_has_not_signed_in_sends_no_stranger_and_no_frame(demo: DemoServer) -> None:
    texts = {json.dumps({"t": name}): "4400" for name in strangers(STAFFS)}
    frames = {frame(HEX16, kind=kind): "4401" for kind in (0x10, 0x11, 0x20)}
    for said, code in (texts | frames).items():
        async with socket_of(demo, staff=True) as wire:
            assert await comes_to(wire, said) == code, said
    assert await faults(demo.port + 2) == 0


@pytest.mark.check(20)
@pytest.mark.parametrize("state", ["off", "on"])
async def test_who_has_signed_in_sends_no_stranger_and_no_frame_of_anothers_room(
    demo: DemoServer, state: str
) -> None:
    adviser = await on_duty(demo)
    visitor, desk = await paired(demo, adviser, "127.44.1.24")
    member = await on_duty(demo, place=1)
    if state == "off":
        await member.go_off()
    room = desk.party.room.hex()
    texts = [json.dumps({"t": name}) for name in (*STRANGE, "hello", "put")]
    frames = [frame(room, kind=kind, slot=slot) for kind in (0x10, 0x11) for slot in (0, 1)]
    for said in messages(texts, [*frames, frame(room, kind=0x20)]):
        wire = await signed_in(demo, member)
        expected = "gone" if said in frames else "4400"
        assert await comes_to(wire, said) == expected, said
        wire.drop()
    assert desk.party.heard.closed is None
    await parted(visitor, adviser, desk)
    await adviser.leave()
    assert await faults(demo.port + 2) == 0
