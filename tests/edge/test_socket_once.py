"""What is taken once, and what is told in order (checks 10, 16; protocol.md 7.5, 7.6, N9)."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from hamn.asc1.bytes import sha256
from hamn.asc1.entry import return_with_code
from hamn.edge import wire as words
from hamn.party.service import solved
from hamn.party.visitor import Visitor
from hamn.party.wire import Wire
from tests.edge.people import (
    Tape,
    answer,
    coded,
    do_work,
    next_answer,
    on_duty,
    paired,
    parted,
    socket_of,
    taped,
    understood,
    waiting,
)
from tests.edge.raw_frames import faults
from tests.edge.test_socket_states import bare, fields_of, named
from tests.faults.crowd import service_of
from tests.services import DemoServer

AGAIN = 100


@pytest_asyncio.fixture(loop_scope="session")
async def server(demo: DemoServer) -> AsyncIterator[DemoServer]:
    """The module's demo, without a fault of its own at the end."""
    yield demo
    assert await faults(demo.port + 2) == 0


@pytest.mark.check(10, part="a hundred times on two sockets and after a restart: one put")
async def test_a_frame_sent_again_and_again_is_put_once(server: DemoServer) -> None:
    with taped() as tape:
        adviser = await on_duty(server)
        visitor, desk = await paired(server, adviser, "127.44.8.1")
        there = visitor.party
        assert there is not None
        await understood(there, desk.party, adviser.news, "en gång")
        frame = frames_of(tape, visitor.wire)[1]  # the leaf update was the first
        oks = [await again(server, visitor, frame, AGAIN // 2) for _ in range(2)]
        await server.restart()
        oks.append(await again(server, visitor, frame, AGAIN))
        await adviser.cut()
        await adviser.resume()
        await visitor.cut()
        await visitor.resume()
        await understood(there, desk.party, adviser.news, "och en till")

    assert set().union(*oks) == {next(iter(oks[0]))}
    assert [told.binary for _, told in tape.told if told.name == "put"].count(frame) == 1
    assert [line.text for line in desk.party.heard.lines] == ["en gång", "och en till"]
    await parted(visitor, adviser, desk)
    await adviser.leave()


def frames_of(tape: Tape, wire: Wire) -> list[bytes]:
    """What was sent on a socket as bare frames, in order."""
    said = [said for by, said in tape.sent if by is wire and isinstance(said, bytes)]
    return [each for each in said if each[1:2] in (b"\x10", b"\x11")]


async def again(server: DemoServer, visitor: Visitor, frame: bytes, times: int) -> set[str]:
    """Send the same bytes on a socket of its own; every answer, in full."""
    wire = await bare(server, visitor)
    for _ in range(times):
        await wire.send(frame)
    found = set()
    for _ in range(times):
        told = await next_answer(wire)
        assert told.name == "ok"
        found.add(repr(sorted(told.fields.items())))
    wire.drop()
    return found


async def test_a_commit_is_acknowledged_after_all_that_comes_before_it(server: DemoServer) -> None:
    with taped() as tape:
        adviser = await on_duty(server)
        visitor, desk = await paired(server, adviser, "127.44.8.2")
        there = visitor.party
        assert there is not None
        await understood(there, desk.party, adviser.news, "först")
        for number in range(8):
            for _ in range(2):
                await there.say(f"rad {number}")
            await adviser.rekey(desk)
            await understood(desk.party, there, visitor.news, f"svar {number}")
            await visitor.news.until(lambda: there.member.unsettled() == ())
            await understood(there, desk.party, adviser.news, f"läst {number}")
    told = [each for each in tape.told_to(adviser.wire) if each.name in ("ok", "put")]
    place = [(each.name, each.fields.get("of"), each.fields["pos"]) for each in told]
    for at, (name, of, pos) in enumerate(place):
        if (name, of) == ("ok", "commit"):
            before = [earlier for kind, _, earlier in place[:at] if kind == "put"]
            after = [later for kind, _, later in place[at:] if kind == "put"]
            assert all(each < pos for each in before)
            assert all(each > pos for each in after)
    assert [of for _, of, _ in place].count("commit") == 9
    await parted(visitor, adviser, desk)
    await adviser.leave()


async def test_work_is_asked_for_ten_times_at_once_and_no_more(server: DemoServer) -> None:
    async with socket_of(server) as wire:
        for _ in range(12):
            await wire.tell("want", purpose=1)
        heard = [await next_answer(wire) for _ in range(12)]

    assert [told.name for told in heard] == ["work"] * 10 + ["refuse"] * 2
    assert {(told.fields["code"], told.fields["wait"]) for told in heard[10:]} <= {
        ("busy", 1),
        ("busy", 2),
    }


async def asked_for_work(wire: Wire, purpose: int) -> tuple[bytes, bytes]:
    """A challenge and its right answer."""
    await wire.tell("want", purpose=purpose)
    challenge = bytes.fromhex((await next_answer(wire)).fields["challenge"])
    return challenge, await solved(challenge)


async def shown(wire: Wire, challenge: bytes, found: bytes) -> str:
    await wire.tell("work", challenge=challenge.hex(), answer=found.hex())
    return await answer(wire)


@pytest.mark.check(18, part="N9: work spliced and replayed")
async def test_work_is_good_once_and_only_as_it_was_asked_for(server: DemoServer) -> None:
    async with socket_of(server) as wire, socket_of(server) as other:
        chat, of_chat = await asked_for_work(wire, 1)
        code, of_code = await asked_for_work(wire, 3)
        spliced = {
            "another's answer": (chat, of_code),
            "another purpose": (chat[:26] + code[26:27] + chat[27:], of_chat),
            "another nonce": (code[:16] + chat[16:], of_chat),
            "less work": (chat[:16] + bytes(4) + chat[20:], of_chat),
            "later": (chat[:22] + b"\xff" + chat[23:], of_chat),
            "another's seal": (chat[:59] + code[59:], of_chat),
            "another's goal": (chat[:27] + code[27:], of_code),
            "no seal": (chat[:59] + bytes(32), of_chat),
        }
        for how, (challenge, found) in spliced.items():
            assert (how, await shown(other, challenge, found)) == (how, "gone")
        assert await shown(other, chat, of_chat) == "hi"
        for each in (wire, other):
            assert await shown(each, chat, of_chat) == "gone"
        await other.tell("code", id="ab" * 16, auth="ab" * 32)
        assert await answer(other) == "gone"
        assert await shown(wire, code, of_code) == "hi"


async def test_one_socket_waits_in_one_place(server: DemoServer) -> None:
    adviser = await on_duty(server)
    visitor = await waiting(service_of(server, "127.44.8.3"), adviser)
    first = visitor.member.room_id.hex()
    await adviser.news.until(lambda: first in adviser.waiting)
    visitor.place = None
    await visitor.knock()
    await visitor.news.until(lambda: visitor.place is not None)
    second = visitor.member.room_id.hex()
    await adviser.news.until(lambda: set(adviser.waiting) == {second})

    await visitor.end()
    await adviser.news.until(lambda: not adviser.waiting)
    await visitor.leave()
    await adviser.leave()


async def test_until_its_rejoin_is_let_in_a_device_may_do_nothing_in_the_room(
    server: DemoServer,
) -> None:
    adviser = await on_duty(server)
    visitor, desk, code = await coded(server, adviser, "127.44.8.4")
    room = desk.party.room.hex()
    cap_hash = sha256(secrets.token_bytes(32)).hex()
    async with socket_of(server) as wire:
        await do_work(wire, 3)
        await wire.tell("code", id=code.id.hex(), auth=code.auth.hex())
        (cert,) = (await next_answer(wire)).fields["room"]["certs"]
        _, letter = return_with_code(
            desk.party.room,
            code.r,
            bytes.fromhex(cert),
            chain=visitor.believed.chain,
            chance=secrets.token_bytes,
            hour=visitor.service.hour,
        )
        await wire.tell("rejoin", letter, room=room, cap_hash=cap_hash)
        for message in (words.Ack, words.End):
            await wire.tell(named(message), **fields_of(message, room))
            told = await next_answer(wire)
            assert (told.fields["of"], told.fields["code"]) == (named(message), "gone")
        await wire.send(bytes([1, 0x10, 1, 0]) + desk.party.room + bytes(276))
        assert await answer(wire) in ("gone", "4400")
    await adviser.news.until(lambda: bool(desk.joins))
    there = visitor.party
    assert there is not None
    await understood(there, desk.party, adviser.news, "jag är kvar")
    await parted(visitor, adviser, desk)
    await adviser.leave()


@pytest.mark.parametrize("is_open", [True, False], ids=["talk", "place"])
async def test_what_a_page_left_on_a_line_it_gave_up_takes_no_seat_from_its_new_line(
    server: DemoServer, is_open: bool
) -> None:
    adviser, desk = await on_duty(server), None
    if is_open:
        visitor, desk = await paired(server, adviser, "127.44.8.6")
    else:
        visitor = await waiting(service_of(server, "127.44.8.6"), adviser)
    room, cap = visitor.member.room_id.hex(), visitor.cap.hex()
    given_up = await Wire.open(service_of(server), staff=False)
    line = await Wire.open(service_of(server), staff=False)
    for wire in (line, given_up):
        await wire.tell("resume", room=room, cap=cap, pos=0, store=visitor.store)
        assert await answer(wire) == "hi"
    while await answer(given_up) != "4403":
        pass
    await line.tell("end")
    while (await line.next()).name != "closed":
        pass
    line.drop()
    await visitor.leave()
    if desk is not None:
        await adviser.news.until(lambda: desk.party.heard.closed is not None)
    await adviser.leave()


async def test_what_was_on_its_way_at_a_cut_is_told_once_and_in_order(server: DemoServer) -> None:
    adviser = await on_duty(server)
    visitor, desk = await paired(server, adviser, "127.44.8.5")
    there = visitor.party
    assert there is not None
    await asyncio.gather(*(desk.party.say(f"rad {number}") for number in range(10)))
    await visitor.cut()
    await visitor.resume()
    await visitor.news.until(lambda: len(there.heard.lines) == 10)

    assert [line.text for line in there.heard.lines] == [f"rad {number}" for number in range(10)]
    await parted(visitor, adviser, desk)
    await adviser.leave()
