"""Figures through a whole service: published once, the same for ever, never twice of a month."""

from __future__ import annotations

import pytest

from hamn.app import counting, figures
from hamn.core.audit import Deed
from hamn.core.figures import Activity
from hamn.core.words import Malformed, Moment, Refusal, RefusalCode
from tests.app.house import House
from tests.core.test_tally import MOTHER

MONTH = 31 * 86_400


async def counted(house: House, batches: int) -> str:
    """So many batches of 24 in this month, which is then long over; the month's quarter."""
    (alm,) = await house.employ((1,))
    month = counting.month_of(house.clock.now())
    for n in range(batches):
        await counting.take(house.world, alm.staff, batch=bytes([n]) * 16, forms=[MOTHER] * 24)
    house.clock.advance(4 * MONTH)
    return f"{month[:4]}-q{(int(month[5:]) + 2) // 3}"


async def test_what_was_published_is_the_same_for_ever(house: House) -> None:
    name = await counted(house, 2)
    (lind,) = await house.world.store.all_staff()
    made = await figures.publish(house.world, lind, name, seen=0)

    await house.reopen()
    house.clock.advance(MONTH)
    assert await figures.frozen(house.world, name) == made
    assert f"{name},relation_channel,mother,chat,48\r\n" in made.csv
    noted = await house.world.store.audit(0, 100)
    assert (noted[-1].what, noted[-1].detail) == (Deed.FIGURES_FROZEN.value, name)


async def test_a_month_is_never_published_twice(house: House) -> None:
    name = await counted(house, 1)
    (lind,) = await house.world.store.all_staff()
    await figures.publish(house.world, lind, name, seen=0)
    house.clock.advance(12 * MONTH)

    for again in (name, name[:4]):
        with pytest.raises(Refusal) as refused:
            await figures.publish(house.world, lind, again, seen=1)
        assert refused.value.code is RefusalCode.GONE
    assert len(await house.world.store.frozen()) == 1


async def test_a_window_that_is_not_over_is_not_published(house: House) -> None:
    (lind,) = await house.employ((1,))
    now = counting.month_of(house.clock.now())

    for name in (now[:4], f"{now[:4]}-q{(int(now[5:]) + 2) // 3}", "2026-q9"):
        with pytest.raises(Refusal):
            await figures.publish(house.world, lind.staff, name, seen=0)
    assert await house.world.store.frozen() == []


async def test_the_second_of_two_who_publish_is_told(house: House) -> None:
    name = await counted(house, 1)
    (lind,) = await house.world.store.all_staff()
    other = (await figures.shelf(house.world)).open[-1].name
    made = await figures.publish(house.world, lind, name, seen=0)

    with pytest.raises(Refusal) as refused:
        await figures.publish(house.world, lind, other, seen=0)
    assert refused.value.code is RefusalCode.CAS
    assert await house.world.store.freeze(made, seen=0) is False


async def test_a_line_of_activity_is_added_and_taken_back_until_its_month_is_published(
    house: House,
) -> None:
    name = await counted(house, 0)
    (lind,) = await house.world.store.all_staff()
    month = next(e for e in (await figures.shelf(house.world)).open if e.name == name).months[0]
    for times in (3, 6):
        await figures.add_done(
            house.world, lind, month=month, kind=Activity.WORKSHOP, times=times, people=40
        )
    await figures.drop_done(house.world, 1)
    made = await figures.publish(house.world, lind, name, seen=0)

    assert f"{name},activity,workshop,times,6" in made.csv
    with pytest.raises(Refusal):
        await figures.drop_done(house.world, 2)
    with pytest.raises(Refusal):
        await figures.add_done(
            house.world, lind, month=month, kind=Activity.LECTURE, times=1, people=0
        )


@pytest.mark.parametrize(("months", "times", "people"), [(2, 1, 0), (0, 0, 0), (0, 10_001, 0)])
async def test_an_activity_of_no_month_or_size_is_malformed(
    house: House, months: int, times: int, people: int
) -> None:
    (lind,) = await house.employ((1,))
    month = counting.month_of(Moment(house.clock.now() + months * MONTH))

    with pytest.raises(Malformed):
        await figures.add_done(
            house.world, lind.staff, month=month, kind=Activity.MATERIAL, times=times, people=people
        )
    with pytest.raises(Refusal):
        await figures.drop_done(house.world, 1)
