"""The bell: armed from `listen` on, nothing heard twice, nothing held but the topics."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from hamn.app.ports import LOBBY, STAFF, Bell
from hamn.live.bell import ProcessBell

BELLS: dict[str, Callable[[], Bell]] = {"embedded": ProcessBell}
ROOM = b"a room's id, 16b"


@pytest.fixture(params=BELLS)
def bell(request: pytest.FixtureRequest) -> Bell:
    return BELLS[request.param]()


async def test_a_ring_before_the_wait_is_heard(bell: Bell) -> None:
    ear = bell.listen([ROOM])
    bell.ring(ROOM)

    assert await asyncio.wait_for(ear.heard(), 5) == {ROOM}


async def test_a_ring_wakes_all_who_wait_for_its_topic(bell: Bell) -> None:
    ears = [bell.listen([LOBBY, ROOM]) for _ in range(3)]
    waiting = asyncio.gather(*(ear.heard() for ear in ears))
    await asyncio.sleep(0)

    bell.ring(LOBBY)

    assert await asyncio.wait_for(waiting, 5) == [{LOBBY}] * 3


async def test_many_rings_are_told_as_one_set_and_only_once(bell: Bell) -> None:
    ear = bell.listen([LOBBY, STAFF, ROOM])
    for _ in range(1000):
        bell.ring(LOBBY)
        bell.ring(ROOM)

    assert await asyncio.wait_for(ear.heard(), 5) == {LOBBY, ROOM}
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(ear.heard(), 0.01)


async def test_other_topics_are_not_heard(bell: Bell) -> None:
    ear = bell.listen([ROOM])
    bell.ring(LOBBY)
    bell.ring(b"another room")

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(ear.heard(), 0.01)


async def test_a_cancelled_wait_loses_no_ring(bell: Bell) -> None:
    ear = bell.listen([ROOM])
    waiting = asyncio.ensure_future(ear.heard())
    await asyncio.sleep(0)
    bell.ring(ROOM)
    waiting.cancel()
    heard = (await asyncio.gather(waiting, return_exceptions=True))[0]

    again = heard if isinstance(heard, frozenset) else await asyncio.wait_for(ear.heard(), 5)
    assert again == {ROOM}


async def test_topics_can_be_changed_while_listening(bell: Bell) -> None:
    ear = bell.listen([])
    ear.add(ROOM)
    ear.add(LOBBY)
    ear.remove(LOBBY)
    bell.ring(LOBBY)
    bell.ring(ROOM)

    assert await asyncio.wait_for(ear.heard(), 5) == {ROOM}


async def test_after_close_nothing_is_heard(bell: Bell) -> None:
    ear = bell.listen([ROOM, LOBBY])
    ear.close()
    ear.close()
    bell.ring(ROOM)

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(ear.heard(), 0.01)
