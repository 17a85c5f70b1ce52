"""Coming back: after an adviser has vanished, and with a return code (checks 16, 25)."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from hamn.app.return_code import HARDER
from hamn.asc1.code import ReturnCode, from_root, make_digits
from hamn.asc1.work import COST, read_puzzle
from hamn.core.policy import Policy
from hamn.core.words import Moment
from hamn.party.adviser import Adviser, Desk
from hamn.party.room import RoomParty
from hamn.party.visitor import Visitor
from tests.clock import VirtualClock
from tests.edge.inside import InsideServer
from tests.edge.people import (
    answer,
    coded,
    do_work,
    next_answer,
    on_duty,
    paired,
    parted,
    socket_of,
    understood,
    whole_answer,
)
from tests.edge.raw_frames import faults
from tests.faults.crowd import service_of
from tests.services import DemoServer

TRIES = 6
SECONDS = {"LOST_AFTER": "20", "FIRST_OFFER": "10", "RING": "10"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def strict(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DemoServer]:
    """A server that stands few wrong codes."""
    folder = tmp_path_factory.mktemp("strict")
    async with DemoServer.in_folder(
        folder, {"HAMN_POLICY__CODE_TRIES_IN_ALL": str(TRIES)}
    ) as server:
        yield server
        assert await faults(server.port + 2) == 0


async def back_on_duty(adviser: Adviser) -> None:
    """The same session and shift on a new socket, without its rooms."""
    await adviser.connect()
    await adviser.sign_in_again()
    await adviser.wire.tell("duty", cert=adviser.make_shift().certificate.raw.hex(), capacity=2)
    await adviser.wire.tell("auth", name=adviser.login)
    await adviser._ear.answer("nonce")  # what comes before it on the socket is done


@pytest.mark.check(16, part="over sockets: told at once, then offered to the same one first")
async def test_a_visitor_is_told_of_a_lost_adviser_and_comes_back_to_them_first(
    tmp_path: Path,
) -> None:
    clock = VirtualClock(Moment(time.time()))
    async with InsideServer.serving(tmp_path, {}, {}, policy=SECONDS, clock=clock) as server:
        adviser, colleague = await on_duty(server), await on_duty(server, place=1)
        visitor, desk = await paired(server, adviser, "127.44.9.1")
        there = visitor.party
        assert there is not None
        await understood(there, desk.party, adviser.news, "hallå?")
        await adviser.cut()
        await visitor.news.until(lambda: there.heard.peers.get(1) == "away")
        await later(clock, lambda: there.heard.peers.get(1) == "lost")

        adviser.rooms.pop(desk.party.room)
        await back_on_duty(adviser)
        await visitor.knock(prev=there.member.resume_point())
        place = visitor.member.room_id.hex()
        await adviser.news.until(lambda: adviser.offer == place)
        assert colleague.offer != place
        await later(clock, lambda: colleague.offer == place)

        desk = await colleague.accept(place)
        await visitor.until_open()
        await understood(desk.party, party_of(visitor), visitor.news, "jag tar över")
        await parted(visitor, colleague, desk)
        await adviser.leave()
        await colleague.leave()


async def later(clock: VirtualClock, is_so: Callable[[], bool]) -> None:
    """Time passes, second by second, until it is so."""
    async with asyncio.timeout(30):
        while not is_so():
            clock.advance(1)
            await asyncio.sleep(0.05)


def party_of(visitor: Visitor) -> RoomParty:
    assert visitor.party is not None
    return visitor.party


async def cost_of_a_try(server: DemoServer) -> int:
    async with socket_of(server) as wire:
        await wire.tell("want", purpose=3)
        challenge = (await next_answer(wire)).fields["challenge"]
    return read_puzzle(bytes.fromhex(challenge)).cost


async def tried(server: DemoServer, id_: bytes, auth: bytes) -> str:
    async with socket_of(server) as wire:
        await do_work(wire, 3)
        await wire.tell("code", id=id_.hex(), auth=auth.hex())
        return await whole_answer(wire)


@pytest.mark.check(25, part="over sockets: one answer, and more work after too many wrong ones")
async def test_wrong_codes_have_one_answer_and_make_the_next_ones_dear(strict: DemoServer) -> None:
    code = from_root(secrets.token_bytes(32))
    visitor = await Visitor.arrive(service_of(strict, "127.44.9.2"))
    await visitor.work(1)
    await visitor.keep(code)
    assert (await visitor.use(code))["room"] is None
    assert await cost_of_a_try(strict) == COST
    found = [
        await tried(strict, code.id, secrets.token_bytes(32)),
        await tried(strict, secrets.token_bytes(16), code.auth),
        await tried(strict, secrets.token_bytes(16), secrets.token_bytes(32)),
    ]
    await visitor.wire.tell("drop", id=code.id.hex(), auth=code.auth.hex())
    await visitor._ear.answer("done")
    found += [await tried(strict, code.id, code.auth) for _ in range(TRIES - len(found))]

    assert len(set(found)) == 1
    assert json.loads(found[0])["code"] == "gone"
    assert await cost_of_a_try(strict) == HARDER * COST
    async with socket_of(strict) as wire:
        await wire.tell("want", purpose=1)
        challenge = bytes.fromhex((await next_answer(wire)).fields["challenge"])
        assert read_puzzle(challenge).cost == COST, "who only wants to talk pays nothing for it"
    await visitor.leave()


async def come_in(server: DemoServer, code: ReturnCode, adviser: Adviser, desk: Desk) -> Visitor:
    """A device on which the code is typed, let into the room it leads to."""
    device = await Visitor.arrive(service_of(server, "127.44.9.4"))
    await device.use(code)
    await device.rejoin(code)
    await adviser.let_in(desk, "code")
    await device.until_open()
    return device


@pytest.mark.check(25)
async def test_a_code_is_in_use_on_one_device_at_a_time(strict: DemoServer) -> None:
    adviser = await on_duty(strict)
    first, desk, code = await coded(strict, adviser, "127.44.9.3")
    await party_of(first).control("code", r=code.r.public.hex(), mailbox=first.mailbox)
    await understood(party_of(first), desk.party, adviser.news, "min telefon är nästan död")
    second = await come_in(strict, code, adviser, desk)
    third = await come_in(strict, code, adviser, desk)

    for gone in (first, second):
        await gone._ear.ended()
        assert gone._ear.closed_with == 4403
        async with socket_of(strict) as wire:
            room, cap = gone.member.room_id.hex(), gone.cap.hex()
            await wire.tell("resume", room=room, cap=cap, pos=0, store=third.store)
            assert await answer(wire) == "gone"
    await understood(party_of(third), desk.party, adviser.news, "nu skriver jag från datorn")
    await parted(third, adviser, desk)
    await adviser.leave()


@pytest.mark.check(25)
def test_nobody_guesses_a_code_within_a_thousand_years() -> None:
    policy, hours_a_year = Policy(), 24 * 365
    chosen = len(make_digits(secrets.token_bytes)) - 2  # the last two only check the others
    buckets, codes_kept = 2**16, 1_000_000

    tries_an_hour = policy.code_tries_per_hour * buckets  # every bucket there is at its limit
    expected_years = 10**chosen / codes_kept / 2 / tries_an_hour / hours_a_year
    assert chosen == 22
    assert expected_years > 1_000

    # Over an onion address there are no buckets, only what one server can answer at all.
    tries_a_year = 10_000 * 3600 * hours_a_year
    assert 10**chosen / codes_kept / 2 / tries_a_year > 1_000
