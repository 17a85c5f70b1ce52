"""Cuts, half-cuts, stalls and slices on the way: nothing lost, nothing twice, order kept."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from hamn.party.adviser import Adviser
from hamn.party.service import Service
from hamn.party.visitor import Visitor
from tests.faults.crowd import Pair, answered, heal, service_of, settle, talk
from tests.faults.proxy import Harm, Proxy, detour
from tests.ports import free_ports
from tests.services import DemoServer

CUTS = 100
SEED = 20_261_122


async def meet(server: DemoServer, service: Service, visitors: int) -> list[Pair]:
    """Two advisers who take two visitors each."""
    advisers = []
    for person in server.people[: (visitors + 1) // 2]:
        adviser = await Adviser.arrive(service, person.name, person.secret)
        await adviser.go_on(2)
        advisers.append(adviser)
    pairs = []
    for _ in range(visitors):
        visitor = await Visitor.arrive(service)
        await visitor.knock()
        pairs.append(await answered(visitor, advisers))
    return pairs


@pytest.mark.fault
@pytest.mark.check(11)
@pytest.mark.timeout(200)
async def test_a_hundred_cuts_lose_and_double_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(SEED)
    async with DemoServer.in_folder(tmp_path) as server:
        first = free_ports(2)
        async with (
            Proxy(first, server.port) as visitors,
            Proxy(first + 1, server.port + 1) as staff,
        ):
            monkeypatch.setattr(
                "hamn.party.wire.connect",
                detour({server.port: first, server.port + 1: first + 1}),
            )
            service = service_of(server)
            pairs = await meet(server, service, 3)
            stop = asyncio.Event()
            talking = asyncio.ensure_future(talk(pairs, stop, pause=0.7))
            for _ in range(CUTS):
                await asyncio.sleep(chance.uniform(0.0, 0.12))
                harm = chance.choice(list(Harm))
                await chance.choice([visitors, staff]).harm(harm, chance.uniform(0.01, 0.1))
                if harm in (Harm.CUT, Harm.HALF_CUT):
                    await heal(pairs)
            stop.set()
            await talking
            await heal(pairs)
            await settle(pairs)
            assert_whole(pairs)
            for pair in pairs:
                await pair.visitor.leave()


def assert_whole(pairs: Sequence[Pair]) -> None:
    written = sum(len(p.from_visitor.written) + len(p.from_adviser.written) for p in pairs)
    assert written > CUTS // 2
    assert [wrong for pair in pairs for wrong in pair.wrongs()] == []
