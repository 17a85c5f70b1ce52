"""A thousand cuts, each after some byte of what goes to and fro (check 11)."""

from __future__ import annotations

import asyncio
import contextlib
import random
from pathlib import Path

import pytest

from hamn.party.visitor import Visitor
from hamn.party.wire import Cut
from tests.edge.inside import InsideServer
from tests.edge.people import on_duty
from tests.faults.crowd import Pair, Sayings, answered, come_back, service_of, settle
from tests.faults.proxy import Proxy, detour
from tests.ports import free_ports

CUTS = 1_000
BYTES, TURNS = 1_600, 30
"""A cut comes within what a line and its answers take, or after so many turns of the loop."""
UNHURRIED = {"FRAMES_PER_SECOND": "1000", "FRAMES_BURST": "4000"}


async def write(sayings: Sayings, number: int) -> None:
    """A line, which may be on its way when the cut comes."""
    before = {written.inner.msg_id for written in sayings.party.member.unreceived()}
    with contextlib.suppress(Cut):
        await sayings.party.say(f"rad {number}")
    after = [written.inner.msg_id for written in sayings.party.member.unreceived()]
    sayings.written += [msg_id for msg_id in after if msg_id not in before]


async def cut_often(pair: Pair, visitors: Proxy, staff: Proxy) -> None:
    """Both write, one of the two is cut off in the middle of it and comes back by itself."""
    chance = random.Random(11)
    for number in range(CUTS):
        proxy, who = chance.choice(((visitors, pair.visitor), (staff, pair.adviser)))
        cut = asyncio.ensure_future(proxy.cut_after(chance.randrange(BYTES), TURNS))
        await write(chance.choice((pair.from_visitor, pair.from_adviser)), number)
        await cut
        await come_back(who)


@pytest.mark.check(11)
async def test_a_thousand_cuts_after_any_byte_leave_no_gap_and_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with InsideServer.serving(tmp_path, {}, {}, policy=UNHURRIED) as server:
        first = free_ports(2)
        async with Proxy(first, server.port) as guests, Proxy(first + 1, server.port + 1) as staff:
            way = detour({server.port: first, server.port + 1: first + 1})
            monkeypatch.setattr("hamn.party.wire.connect", way)
            adviser = await on_duty(server)
            visitor = await Visitor.arrive(service_of(server))
            await visitor.knock()
            pair = await answered(visitor, [adviser])
            await cut_often(pair, guests, staff)
            await settle([pair])

    assert len(pair.from_visitor.written) + len(pair.from_adviser.written) == CUTS
    assert pair.wrongs() == []
