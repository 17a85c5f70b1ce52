"""The register through a whole service: written down, swapped by who has read it, kept a year."""

from __future__ import annotations

import pytest

from hamn.app import register
from hamn.core.register import Asker, Basis, Given, Request, Wanted
from hamn.core.words import Refusal, RefusalCode
from tests.app.house import House

YEAR = 366 * 86_400


async def asked(house: House) -> Request:
    staff = (await house.world.store.all_staff())[0]
    return await register.add(
        house.world,
        staff,
        asker=Asker.SOCIAL_SERVICES,
        basis=Basis.NONE,
        wanted=Wanted.WHETHER,
        reference="",
    )


async def test_a_request_is_decided_by_two_written_down_and_gone_after_a_year(
    house: House,
) -> None:
    lind, berg = await house.employ((2,), (2,))
    number = (await asked(house)).number
    await register.name(house.world, lind.staff, number, Given.NOTHING_HELD)
    decided = await register.agree(house.world, berg.staff, number, Given.NOTHING_HELD)

    assert await register.requests(house.world) == [decided]
    assert [(line.what, line.detail) for line in await house.world.store.audit(0, 9)] == [
        ("legal request registered", "social services"),
        ("answer to a legal request named", "nothing held"),
        ("answer to a legal request decided", "nothing held"),
    ]
    house.clock.advance(YEAR)
    await house.world.store.erase_due(house.clock.now())
    assert await register.requests(house.world) == []


async def test_numbers_rise_and_an_unknown_one_is_gone(house: House) -> None:
    (lind,) = await house.employ((2,))
    assert [(await asked(house)).number for _ in range(2)] == [1, 2]

    with pytest.raises(Refusal) as refused:
        await register.name(house.world, lind.staff, 3, Given.REFUSED)
    assert refused.value.code is RefusalCode.GONE


async def test_who_has_not_read_the_newest_changes_nothing(house: House) -> None:
    (lind,) = await house.employ((2,))
    old = await asked(house)
    new = await register.name(house.world, lind.staff, old.number, Given.REFUSED)

    assert await house.world.store.swap_request(old, new) is False
    assert await house.world.store.swap_request(None, old) is False
    assert await register.requests(house.world) == [new]
