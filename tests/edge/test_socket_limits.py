"""Who joins nothing, who reads nothing, who writes too much (checks 62, 63, 64)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from hamn.core.policy import Policy
from hamn.edge import line, listener
from hamn.edge.state import Caps
from hamn.party.adviser import Desk
from hamn.party.visitor import Visitor
from tests.edge.inside import InsideServer
from tests.edge.people import (
    Tape,
    answer,
    do_work,
    on_duty,
    paired,
    parted,
    socket_of,
    taped,
    understood,
)
from tests.edge.raw_frames import CONT, PING, TEXT, RawSocket, frame

WITHIN, LONGER = 1.0, 6.0
PATIENCE = 0.6
WANT = b'{"t":"want","purpose":1}'


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def quick(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[InsideServer]:
    """A server that waits for a second or three where it else waits for fifteen or thirty."""
    folder = tmp_path_factory.mktemp("inside")
    caps = {"join_within": WITHIN, "message_within": WITHIN}
    async with InsideServer.serving(folder, caps, {"join_within": WITHIN * 3}) as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def patient(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[InsideServer]:
    """A server that leaves whoever does join something the time for it, on any machine."""
    folder = tmp_path_factory.mktemp("patient")
    async with InsideServer.serving(folder, {"join_within": LONGER}, {}) as server:
        yield server


async def kept_busy(raw: RawSocket, said: Callable[[], bytes], every: float) -> int:
    """Say something again and again; the code it is closed with all the same."""

    async def say() -> None:
        while True:
            await raw.send(said())
            await asyncio.sleep(every)

    saying = asyncio.ensure_future(say())
    try:
        async with asyncio.timeout(WITHIN * 20):
            return await raw.end(within=WITHIN * 20)
    finally:
        saying.cancel()
        await asyncio.gather(saying, return_exceptions=True)
        raw.shut()


IDLERS: dict[str, bytes] = {
    "asks for work": frame(TEXT, WANT),
    "pings": frame(PING, b"still here"),
    "acknowledges": frame(TEXT, b'{"t":"ack","room":"' + b"ab" * 16 + b'","pos":0}'),
    "resumes nothing": frame(
        TEXT,
        b'{"t":"resume","room":"%s","cap":"%s","pos":0,"store":"%s"}'
        % (b"ab" * 16, b"cd" * 32, b"ab" * 16),
    ),
}


@pytest.mark.check(62)
async def test_a_socket_that_joins_nothing_is_ended_in_time(quick: InsideServer) -> None:
    async def idle(said: bytes) -> int:
        raw = await RawSocket.open(quick.port, "/ws/visitor")
        return await kept_busy(raw, lambda: said, WITHIN / 10)

    codes = await asyncio.gather(*(idle(said) for said in IDLERS.values()))

    assert dict(zip(IDLERS, codes, strict=True)) == dict.fromkeys(IDLERS, 4408)


@pytest.mark.check(62)
async def test_a_silent_socket_is_ended_in_time(quick: InsideServer) -> None:
    for path in ("/ws/visitor", "/ws/staff"):
        raw = await RawSocket.open(quick.port + path.endswith("staff"), path)

        assert await raw.end(within=WITHIN * 20) == 4408
        raw.shut()


@pytest.mark.check(62)
async def test_a_socket_that_has_only_worked_is_ended_in_time(patient: InsideServer) -> None:
    async with socket_of(patient) as wire:
        await do_work(wire, 2)
        assert (await wire.next()).name == "certs"
        old = {"id": "ab" * 16, "auth": "ab" * 32}
        await wire.tell("keep", h_id="ab" * 32, h_auth="cd" * 32, old=old)
        assert await answer(wire) == "gone"
        assert await answer(wire) == "4408"


@pytest.mark.check(62)
async def test_a_message_of_a_byte_at_a_time_is_ended_in_time(quick: InsideServer) -> None:
    raw = await RawSocket.open(quick.port, "/ws/visitor")
    await raw.send(frame(TEXT, WANT[:1], fin=False))

    assert await kept_busy(raw, lambda: frame(CONT, b" ", fin=False), WITHIN / 5) in (1009, 4408)


@pytest.mark.check(62)
async def test_a_frame_of_a_byte_at_a_time_is_ended_in_time(quick: InsideServer) -> None:
    raw = await RawSocket.open(quick.port, "/ws/visitor")
    whole = frame(TEXT, b" " * 200)
    await raw.send(whole[:7])
    rest = iter(whole[7:])

    assert await kept_busy(raw, lambda: bytes([next(rest)]), WITHIN / 20) == 4408


@pytest.mark.check(62)
async def test_an_announced_message_is_not_waited_for_for_ever(quick: InsideServer) -> None:
    raw = await RawSocket.open(quick.port, "/ws/visitor")
    hello = {"cap_hash": "ab" * 32, "lang": "sv", "door": 1, "danger": False}
    said = json.dumps({"t": "hello", **hello, "wish": None, "prev": None})
    await raw.send(frame(TEXT, said.encode()))

    assert await kept_busy(raw, lambda: frame(PING, b""), WITHIN / 5) == 4408


async def test_who_waits_or_talks_is_not_ended(patient: InsideServer) -> None:
    adviser = await on_duty(patient)
    visitor, desk = await paired(patient, adviser, "127.44.7.1")
    await asyncio.sleep(LONGER + 1)
    assert visitor.party is not None

    await understood(visitor.party, desk.party, adviser.news, "här")
    await parted(visitor, adviser, desk)
    await adviser.leave()


@pytest.mark.check(62)
@pytest.mark.check(63)
def test_without_settings_the_deadlines_are_those_that_are_promised() -> None:
    """The tests here shorten them; these are in force."""
    caps = Caps()

    assert caps.join_within <= 15
    assert caps.message_within <= 30
    assert caps.unsent_bytes <= 256 * 1024
    assert max(listener.UNREAD_WITHIN, line.UNSENT_WITHIN) <= 30


# Who reads nothing --------------------------------------------------------------------------------


def stop_reading(visitor: Visitor) -> None:
    """What comes stays in the network; the socket stays open."""
    visitor.wire._connection.transport.pause_reading()


@pytest.mark.check(63)
async def test_who_stops_reading_is_given_up_and_disturbs_nobody(
    patient: InsideServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "UNREAD_WITHIN", PATIENCE)
    monkeypatch.setattr(line, "UNSENT_WITHIN", PATIENCE)
    adviser, colleague = await on_duty(patient), await on_duty(patient, place=1)
    visitor, desk = await paired(patient, adviser, "127.44.7.2")
    other, others_desk = await paired(patient, colleague, "127.44.7.3")
    assert other.party is not None
    stop_reading(visitor)
    held = []
    for number in range(6):
        await flood(desk, 5)
        await understood(others_desk.party, other.party, other.news, f"rad {number}")
        held.append(patient.unsent())
    is_full = max(held) > 0
    await adviser.news.until(lambda: desk.party.heard.peers.get(0) == "away")
    held.append(patient.unsent())

    assert is_full
    assert max(held) <= Caps().unsent_bytes
    assert await given_up(visitor) in (1013, 1006)
    await parted(other, colleague, others_desk)
    await adviser.leave()
    await colleague.leave()


async def given_up(visitor: Visitor) -> int | None:
    """The code that comes once it reads again."""
    visitor.wire._connection.transport.resume_reading()
    await visitor._ear.ended()
    return visitor._ear.closed_with


async def flood(desk: Desk, frames: int) -> None:
    """Many of the longest lines that may be written at once."""
    for _ in range(frames):
        await desk.party.say("€" * 4_000)


# Who writes too much ------------------------------------------------------------------------------


@pytest.mark.check(64)
async def test_a_flood_is_refused_and_reaches_nobody(patient: InsideServer) -> None:
    with taped() as tape:
        adviser, colleague = await on_duty(patient), await on_duty(patient, place=1)
        visitor, desk = await paired(patient, adviser, "127.44.7.4")
        other, others_desk = await paired(patient, colleague, "127.44.7.5")
        flooder, friend = visitor.party, other.party
        assert flooder is not None
        assert friend is not None
        most = Policy().frames_burst
        for number in range(10):
            for _ in range(most):
                await flooder.cover()
            await understood(friend, others_desk.party, colleague.news, f"rad {number}")
        sent = 1 + most * 10  # the leaf update was the first
        await visitor.news.until(lambda: len(answers(tape, visitor)) == sent)
        heard, room = answers(tape, visitor), flooder.room.hex()
        puts = [told for told in tape.told_to(adviser.wire) if told.name == "put"]

    assert heard.count("frame") == most
    assert set(heard) == {"frame", "busy", "gap"}
    assert (
        len([told for told in puts if told.fields["room"] == room and told.fields["pos"]]) <= most
    )
    assert flooder._resending is not None
    flooder._resending.cancel()
    await parted(visitor, adviser, desk)
    await parted(other, colleague, others_desk)
    await adviser.leave()
    await colleague.leave()


def answers(tape: Tape, visitor: Visitor) -> list[str]:
    """What became of each frame of a visitor."""
    told = [each for each in tape.told_to(visitor.wire) if each.fields.get("of") == "frame"]
    return [each.fields.get("code", "frame") for each in told]
