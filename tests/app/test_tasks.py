"""A chore that fails is told and begun again; nothing else ends with it."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from hamn.app import tasks
from hamn.app.ports import StoreFull


async def test_a_chore_that_failed_is_told_and_begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "PAUSE", 0)
    rounds = 0
    told: list[Exception] = []
    enough = asyncio.Event()

    async def chore() -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 3:
            enough.set()
            await asyncio.Event().wait()
        raise StoreFull

    async with asyncio.TaskGroup() as group:
        going = group.create_task(tasks.keep_doing(chore, told.append))
        await enough.wait()
        going.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await going

    assert [type(failure) for failure in told] == [StoreFull, StoreFull]
