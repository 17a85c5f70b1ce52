"""Clock and entropy: the machine's, and those that tests use in their place."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest

from hamn.app.ports import Clock, Entropy
from hamn.clock import SystemClock
from hamn.core.words import Moment
from hamn.entropy import SystemEntropy
from tests.clock import NOON, VirtualClock
from tests.entropy import SeededEntropy


@pytest.mark.parametrize("clock", [SystemClock(), VirtualClock()], ids=["system", "virtual"])
async def test_a_moment_that_has_passed_is_not_waited_for(clock: Clock) -> None:
    await asyncio.wait_for(clock.sleep_until(Moment(clock.now() - 1)), 5)
    await asyncio.wait_for(clock.sleep_until(clock.now()), 5)


async def test_the_system_clock_tells_the_time_and_wakes_no_earlier() -> None:
    clock = SystemClock()
    assert abs(clock.now() - time.time()) < 5
    until = Moment(clock.now() + 0.02)

    await asyncio.wait_for(clock.sleep_until(until), 5)

    assert clock.now() >= until


async def test_a_virtual_clock_wakes_whose_moment_has_come() -> None:
    clock = VirtualClock()
    early = asyncio.ensure_future(clock.sleep_until(Moment(NOON + 10)))
    late = asyncio.ensure_future(clock.sleep_until(Moment(NOON + 20)))
    await asyncio.sleep(0)

    clock.set(Moment(NOON - 100))
    clock.advance(110)
    await asyncio.wait_for(early, 5)

    assert clock.now() == NOON + 10
    assert not late.done()
    clock.advance(10)
    await asyncio.wait_for(late, 5)


@pytest.mark.parametrize("make", [SystemEntropy, SeededEntropy], ids=["system", "seeded"])
def test_chance_gives_as_many_bytes_as_asked_and_never_the_same(
    make: Callable[[], Entropy],
) -> None:
    entropy = make()
    drawn = [entropy.bytes(16) for _ in range(1000)]

    assert {len(part) for part in drawn} == {16}
    assert len(set(drawn)) == 1000
    assert entropy.bytes(0) == b""


def test_seeded_chance_is_the_same_in_every_run() -> None:
    assert SeededEntropy(7).bytes(32) == SeededEntropy(7).bytes(32)
    assert SeededEntropy(7).bytes(32) != SeededEntropy(8).bytes(32)
