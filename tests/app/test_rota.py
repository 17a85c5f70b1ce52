"""The rota and the door: what the status says is what a visitor gets, and every change is whole."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hamn.app import duty, rota
from hamn.core import planning
from hamn.core.duty import AlwaysOpen, DoorReason, OpeningHours
from hamn.core.planning import Hours, Now
from hamn.core.policy import Policy
from hamn.core.rota import Rota
from hamn.core.wall import moment_at
from hamn.core.words import Idx, Moment, Refusal, RefusalCode
from tests.app.house import Colleague, House
from tests.clock import NOON
from tests.core.test_wall import STOCKHOLM

TODAY = 20_778
"""The centre's day of NOON, 13:00 by its wall."""
EVENING = (17 * 60, 22 * 60)


@pytest.fixture
async def staffed(house: House) -> list[Colleague]:
    """An adviser and a supervisor in a centre that needs both, in Stockholm."""
    house.world = replace(house.world, policy=Policy(), zone=STOCKHOLM)
    return await house.employ((1,), (2,))


async def plan(house: House, start: int, end: int, *idxs: tuple[Idx | None, int]) -> None:
    """One shift today for each."""
    for idx, role in idxs:
        hours = Hours(start, end, role, idx)

        def step(old: Rota, now: Now, hours: Hours = hours) -> Rota:
            return planning.add_shift(old, TODAY, hours, now)

        await rota.change(house.world, step)


async def outcome(house: House, *to: Colleague) -> RefusalCode | None:
    """What a newcomer's hello is answered."""
    try:
        await house.arrive(house.room_id(), *to)
    except Refusal as refusal:
        return refusal.code
    return None


async def test_hours_of_the_settings_stand_until_a_rota_is_made(
    house: House, staffed: list[Colleague]
) -> None:
    hours = OpeningHours((((600, 900),),) * 7, STOCKHOLM)
    house.world = replace(house.world, hours=hours)

    before = await rota.opening(house.world)
    await plan(house, *EVENING, (staffed[0].idx, 1), (staffed[1].idx, 2))
    status = await duty.status(house.world)

    assert before == hours
    assert (status.reason, status.opens) == (
        DoorReason.HOURS,
        moment_at(TODAY, 17 * 60, STOCKHOLM),
    )


async def test_who_is_on_duty_outside_the_rota_opens_no_door(
    house: House, staffed: list[Colleague]
) -> None:
    house.world = replace(house.world, hours=AlwaysOpen())
    await house.on_duty(*staffed)
    open_before = (await duty.status(house.world)).is_open
    await plan(house, *EVENING, (staffed[0].idx, 1), (staffed[1].idx, 2))

    assert open_before
    assert (await duty.status(house.world)).reason is DoorReason.HOURS
    assert await outcome(house, *staffed) is RefusalCode.GONE


async def test_an_extra_counts_while_the_rota_says_open(house: House) -> None:
    house.world = replace(house.world, policy=Policy(), zone=STOCKHOLM)
    down, on_call, extra = await house.employ((1,), (2,), (1,))
    await plan(house, 12 * 60, 16 * 60, (down.idx, 1), (on_call.idx, 2))

    await house.on_duty(extra, on_call)

    assert (await duty.status(house.world)).is_open
    assert await outcome(house, extra) is None


async def test_a_revoked_members_shifts_open_nothing_any_more(
    house: House, staffed: list[Colleague]
) -> None:
    await plan(house, *EVENING, (staffed[0].idx, 1), (staffed[1].idx, 2))
    promised = (await duty.status(house.world)).opens
    revoked = replace(staffed[0].staff, is_revoked=True)

    assert await house.world.store.swap_staff(staffed[0].staff, revoked)

    assert promised is not None
    assert (await duty.status(house.world)).opens is None


async def test_of_two_who_looked_at_the_same_rota_one_changes_it(
    house: House, staffed: list[Colleague]
) -> None:
    def step(old: Rota, now: Now) -> Rota:
        return planning.add_shift(old, TODAY, Hours(*EVENING, 1, None), now)

    acts = [rota.change(house.world, step, seen=0) for _ in range(2)]

    answers = await asyncio.gather(*acts, return_exceptions=True)

    lost = [answer.code for answer in answers if isinstance(answer, Refusal)]
    assert (lost, [a for a in answers if a == 1]) == ([RefusalCode.CAS], [1])
    assert len((await house.world.store.rota(0))[1].shifts) == 1


async def test_a_change_that_is_refused_changes_nothing(
    house: House, staffed: list[Colleague]
) -> None:
    await plan(house, *EVENING, (staffed[0].idx, 1))
    before = await house.world.store.rota(0)

    with pytest.raises(Refusal):
        await plan(house, *EVENING, (staffed[0].idx, 1))
    assert await house.world.store.rota(0) == before


async def test_what_staff_see_has_openings_and_gaps_of_those_days(
    house: House, staffed: list[Colleague]
) -> None:
    await plan(house, *EVENING, (staffed[0].idx, 1))
    await plan(house, 18 * 60, 22 * 60, (staffed[1].idx, 2))

    seen = await rota.look(house.world, TODAY, 1)

    assert [(s.start, s.idx) for s in seen.shifts] == [(1020, 1), (1080, 2)]
    assert [gap.role for gap in seen.gaps] == [2]
    assert seen.openings == (replace(seen.openings[0], start=seen.gaps[0].span.end),)
    assert [each.idx for each in seen.staff] == [1, 2]


@settings(max_examples=40)
@given(
    hour=st.integers(0, 23),
    start=st.integers(0, 1200),
    length=st.integers(1, 800),
    there=st.sets(st.integers(0, 1)),
    waiting=st.sampled_from([0, 7, 8]),
    silent=st.sampled_from([0, 0, 61]),
)
async def test_what_the_status_says_is_what_a_newcomer_gets(
    hour: int, start: int, length: int, there: set[int], waiting: int, silent: int
) -> None:
    """Also with as many waiting as there may be: then the answer is `full`, as the text says."""
    with a_house() as house:
        people = await house.employ((1,), (2,))
        await house.on_duty(*(people[number] for number in sorted(there)))
        house.clock.set(moment_at(TODAY, 0, STOCKHOLM))
        await plan(house, start, start + length, (people[0].idx, 1), (people[1].idx, 2))
        house.clock.set(Moment(moment_at(TODAY, 60 * hour, STOCKHOLM) - silent))
        await house.heard(*people)
        house.clock.advance(silent)
        for _ in range(waiting):
            await outcome(house, *people)

        status = await duty.status(house.world)
        answered = await outcome(house, *people)

    expected = {DoorReason.OPEN: None, DoorReason.HIGH_DEMAND: RefusalCode.FULL}
    assert answered is expected.get(status.reason, RefusalCode.GONE)
    assert status.is_open == (answered is None)


@contextmanager
def a_house() -> Iterator[House]:
    """One for every example."""
    with TemporaryDirectory() as folder:
        house = House(Path(folder), Policy())
        house.world = replace(house.world, zone=STOCKHOLM)
        yield house
        house.close()


def test_noon_is_the_day_that_the_plans_are_for() -> None:
    assert moment_at(TODAY, 13 * 60, STOCKHOLM) == NOON
