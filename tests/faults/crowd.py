"""Visitors and advisers that talk without pause and heal by themselves, and what must never be.

Every participant writes numbered lines, remembers which the server has acknowledged, and keeps
what it read. `wrongs` says in words what was lost, doubled or out of order.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from websockets.exceptions import InvalidHandshake

from hamn.party.adviser import Adviser, Desk
from hamn.party.ear import Refusal
from hamn.party.room import RoomParty
from hamn.party.service import Service
from hamn.party.visitor import Visitor
from hamn.party.wire import Cut
from tests.services import DemoServer

NO_WAY_IN = (OSError, InvalidHandshake, Cut, Refusal, TimeoutError)


@dataclass(slots=True)
class Sayings:
    """One participant's lines in one room: written in order, some acknowledged."""

    party: RoomParty
    written: list[bytes] = field(default_factory=list)

    @property
    def acked(self) -> list[bytes]:
        return [msg_id for msg_id in self.written if msg_id in self.party.acked]

    @property
    def read(self) -> list[bytes]:
        return [line.msg_id for line in self.party.heard.lines]


@dataclass(slots=True)
class Pair:
    """A visitor and the adviser's side of their room."""

    visitor: Visitor
    adviser: Adviser
    desk: Desk
    from_visitor: Sayings
    from_adviser: Sayings

    def wrongs(self) -> list[str]:
        """What was lost, doubled or disordered, both ways."""
        there = wrongs(self.from_visitor, self.from_adviser, "to adviser")
        return there + wrongs(self.from_adviser, self.from_visitor, "to visitor")


def wrongs(sender: Sayings, reader: Sayings, way: str) -> list[str]:
    """Compare what one wrote with what the other read."""
    read = reader.read
    lost = [msg_id for msg_id in sender.acked if msg_id not in set(read)]
    order = [msg_id for msg_id in sender.written if msg_id in set(read)]
    found = [f"{way}: {len(lost)} acknowledged lines lost"] if lost else []
    if len(read) != len(set(read)):
        found.append(f"{way}: {len(read) - len(set(read))} lines twice")
    if order != read and len(read) == len(set(read)):
        found.append(f"{way}: order not kept")
    return found


def service_of(server: DemoServer, source: str | None = None) -> Service:
    """The running demo as a participant meets it."""
    return Service(server.visitor_url, server.staff_url, secrets.token_bytes, time.time, source)


async def pair_up(server: DemoServer, visitors: int, capacity: int) -> list[Pair]:
    """Put everybody of the demo who takes chats on duty, and open so many rooms."""
    people = [at for at, each in enumerate(server.people) if each.role != "counsellor"]
    advisers = [await on_duty(server, index, capacity) for index in people]
    pairs = []
    for index in range(visitors):
        visitor = await Visitor.arrive(service_of(server, f"127.44.1.{index + 1}"))
        await visitor.knock()
        pairs.append(await answered(visitor, advisers))
    return pairs


async def on_duty(server: DemoServer, index: int, capacity: int) -> Adviser:
    """One of the demo's people, signed in and on duty."""
    person = server.people[index]
    source = f"127.44.2.{index + 1}"
    adviser = await Adviser.arrive(service_of(server, source), person.name, person.secret)
    await adviser.go_on(capacity)
    return adviser


async def answered(visitor: Visitor, advisers: Sequence[Adviser]) -> Pair:
    """Whoever is rung takes the visitor."""
    place = visitor.member.room_id.hex()
    adviser = await rung(advisers, place)
    desk = await adviser.accept(place)
    await visitor.until_open()
    assert visitor.party is not None
    return Pair(visitor, adviser, desk, Sayings(visitor.party), Sayings(desk.party))


async def rung(advisers: Sequence[Adviser], place: str, within: float = 15.0) -> Adviser:
    """The adviser whom this place rings."""
    waits = [
        asyncio.ensure_future(each.news.until(partial(_is_rung, each, place), within))
        for each in advisers
    ]
    done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
    await asyncio.gather(*waits, return_exceptions=True)
    for adviser in advisers:
        if adviser.offer == place:
            return adviser
    raise AssertionError(f"nobody was rung ({len(done)} waits ended)")


def _is_rung(adviser: Adviser, place: str) -> bool:
    return adviser.offer == place


async def talk(pairs: Sequence[Pair], until: asyncio.Event, pause: float) -> None:
    """Everybody writes, both ways, until told to stop; a cut line is written and not yet sent."""
    async with asyncio.TaskGroup() as group:
        for pair in pairs:
            group.create_task(_write(pair.from_visitor, until, pause))
            group.create_task(_write(pair.from_adviser, until, pause))


async def _write(sayings: Sayings, until: asyncio.Event, pause: float) -> None:
    for number in itertools.count():
        if until.is_set():
            return
        before = {written.inner.msg_id for written in sayings.party.member.unreceived()}
        with contextlib.suppress(Cut):
            await sayings.party.say(f"rad {number}")
        after = [written.inner.msg_id for written in sayings.party.member.unreceived()]
        sayings.written += [msg_id for msg_id in after if msg_id not in before]
        await asyncio.wait([asyncio.ensure_future(until.wait())], timeout=pause)


async def heal(pairs: Sequence[Pair], within: float = 30.0) -> None:
    """Everybody comes back by themselves and sends again what has no acknowledgement."""
    advisers = list({id(pair.adviser): pair.adviser for pair in pairs}.values())
    async with asyncio.timeout(within), asyncio.TaskGroup() as group:
        for adviser in advisers:
            group.create_task(come_back(adviser))
        for pair in pairs:
            group.create_task(come_back(pair.visitor))


async def come_back(participant: Visitor | Adviser) -> None:
    """Lose the socket if there is one left, and try until there is a new one."""
    await participant.cut()
    while True:
        try:
            await participant.resume()
        except NO_WAY_IN:
            await asyncio.sleep(0.05)
        else:
            return


async def settle(pairs: Sequence[Pair], within: float = 30.0) -> None:
    """Wait until everything written was acknowledged and read."""
    for pair in pairs:
        for sender, reader, news in (
            (pair.from_visitor, pair.from_adviser, pair.adviser.news),
            (pair.from_adviser, pair.from_visitor, pair.visitor.news),
        ):
            await news.until(partial(_has_read, reader, set(sender.written)), within)


def _has_read(reader: Sayings, wanted: set[bytes]) -> bool:
    return wanted <= set(reader.read)
