"""Counting through a whole service: batches once, by those who may, and who came and left."""

from __future__ import annotations

import pytest

from hamn.app import counting, deadlines, desk, relay
from hamn.core.tally import CounterKey, Total
from hamn.core.words import Malformed, Refusal
from tests.app.house import House
from tests.core.test_tally import MOTHER

BATCH = b"b" * 16


async def total(house: House, name: Total) -> int:
    month = counting.month_of(house.clock.now())
    return (await house.world.store.counters(month)).get(CounterKey(month, name.value), 0)


async def test_a_batch_that_is_sent_again_counts_once(house: House) -> None:
    (alm,) = await house.employ((1,))
    for _ in range(3):
        await counting.take(house.world, alm.staff, batch=BATCH, forms=[MOTHER, MOTHER])

    assert await total(house, Total.SERVED) == 2


async def test_the_check_member_counts_nothing(house: House) -> None:
    _, check = await house.employ((1,), (1,), check=(1,))
    with pytest.raises(Refusal):
        await counting.take(house.world, check.staff, batch=BATCH, forms=[MOTHER])

    assert await total(house, Total.SERVED) == 0


async def test_a_batch_of_no_size_is_malformed(house: House) -> None:
    (alm,) = await house.employ((1,))
    for forms in ([], [MOTHER] * 25):
        with pytest.raises(Malformed):
            await counting.take(house.world, alm.staff, batch=BATCH, forms=forms)


async def test_who_comes_and_who_leaves_the_line_is_counted(house: House) -> None:
    first, second = await house.two_on_duty()
    stays, leaves, vanishes = [house.room_id() for _ in range(3)]
    for room in (stays, leaves, vanishes):
        await house.arrive(room, first, second)
    await house.arrive(stays, first)  # a newer version of the same hello
    await house.pair(stays, first)
    await desk.withdraw(house.world, leaves)
    await relay.everyone_away(house.world)
    house.clock.advance(house.policy.waiting_kept + 1)
    await deadlines.step(house.world)

    assert await total(house, Total.CONTACTS_STARTED) == 3
    assert await total(house, Total.LEFT_IN_QUEUE) == 2


async def test_a_visitor_of_the_check_member_counts_nowhere(house: House) -> None:
    adviser, check = await house.employ((1,), (1,), check=(1,))
    await house.on_duty(adviser, check)
    room = (await house.arrive(house.room_id(), check)).room
    await desk.withdraw(house.world, room)

    assert await total(house, Total.CONTACTS_STARTED) == 0
    assert await total(house, Total.LEFT_IN_QUEUE) == 0
