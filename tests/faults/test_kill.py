"""Killing the server in the middle of conversations loses nothing that was acknowledged."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import tempfile
from functools import partial
from pathlib import Path

import pytest

from hamn.party.adviser import Adviser
from tests.faults.crowd import heal, pair_up, settle, talk
from tests.services import DemoServer

KILLS = 50


def harmed_files(server: DemoServer) -> list[str]:
    """The databases of a killed server, looked at as they lie there, that are not whole.

    A copy is looked at: to open the files themselves would mend what the server must mend.
    """
    found, bases = [], [*server.data.rglob("*.db"), *server.live.rglob("*.db")]
    assert len(bases) == 2
    with tempfile.TemporaryDirectory() as copies:
        for path in bases:
            for each in path.parent.glob(f"{path.name}*"):
                shutil.copy(each, copies)
            base = sqlite3.connect(Path(copies) / path.name)
            found += [
                path.name for (said,) in base.execute("PRAGMA integrity_check") if said != "ok"
            ]
            base.close()
    return found


@pytest.mark.fault
@pytest.mark.check(1)
@pytest.mark.timeout(240)
async def test_fifty_kills_under_eight_visitors_and_four_advisers(tmp_path: Path) -> None:
    async with DemoServer.in_folder(tmp_path) as server:
        pairs = await pair_up(server, visitors=8, capacity=2)
        stop = asyncio.Event()
        talking = asyncio.ensure_future(talk(pairs, stop, pause=0.8))
        harmed: list[str] = []

        for _ in range(KILLS):
            await asyncio.sleep(0.2)
            await server.kill()
            harmed += await asyncio.to_thread(harmed_files, server)
            await server.start()
            await heal(pairs)

        stop.set()
        await talking
        await settle(pairs)
        assert harmed == []
        written = sum(len(p.from_visitor.written) + len(p.from_adviser.written) for p in pairs)
        assert written > 8 * KILLS
        assert [wrong for pair in pairs for wrong in pair.wrongs()] == []


def _has_ended(adviser: Adviser) -> bool:
    return adviser.closed_with is not None


@pytest.mark.fault
@pytest.mark.check(2)
@pytest.mark.timeout(120)
async def test_a_drain_ends_sockets_with_1012_and_loses_nothing(tmp_path: Path) -> None:
    async with DemoServer.in_folder(tmp_path) as server:
        pairs = await pair_up(server, visitors=4, capacity=2)
        stop = asyncio.Event()
        talking = asyncio.ensure_future(talk(pairs, stop, pause=0.8))
        await asyncio.sleep(0.5)

        await server.terminate()
        for pair in pairs:
            await pair.adviser.news.until(partial(_has_ended, pair.adviser))
        codes = {pair.adviser.closed_with for pair in pairs}
        await server.start()
        await heal(pairs)

        stop.set()
        await talking
        await settle(pairs)
        assert codes == {1012}
        assert [wrong for pair in pairs for wrong in pair.wrongs()] == []
