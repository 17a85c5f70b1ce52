"""What was received is taken in order, also by a reader that waited or was stopped once."""

from __future__ import annotations

import asyncio
import random

import pytest

from hamn.edge.inbox import Inbox


def event(number: int) -> dict[str, int]:
    return {"n": number}


@pytest.mark.parametrize("seed", range(5))
async def test_events_are_taken_in_the_order_they_came_in(seed: int) -> None:
    inbox, chance, taken = Inbox(), random.Random(seed), list[int]()

    async def read() -> None:
        while len(taken) < 500:
            taken.append((await inbox.get())["n"])
            if chance.random() < 0.3:
                await asyncio.sleep(0)

    reader = asyncio.ensure_future(read())
    for number in range(500):
        inbox.put_nowait(event(number))
        if chance.random() < 0.3:
            await asyncio.sleep(0)
    await reader

    assert taken == list(range(500))
    assert inbox.empty()


async def test_a_reader_that_was_stopped_takes_nothing_with_it() -> None:
    inbox = Inbox()
    stopped = asyncio.ensure_future(inbox.get())
    await asyncio.sleep(0)
    stopped.cancel()
    await asyncio.gather(stopped, return_exceptions=True)

    inbox.put_nowait(event(1))

    assert not inbox.empty()
    assert await inbox.get() == event(1)
