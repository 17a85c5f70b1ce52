"""The sheet's rows, step by step: proposed by one, agreed to by another, and who was first."""

from __future__ import annotations

from dataclasses import replace

from hamn.app import rows
from hamn.app.rows import Form
from hamn.core.rows import Part, Row
from hamn.core.words import RefusalCode
from tests.app.house import House
from tests.app.test_box import refused

SLEEP = Row("r01_sleep", Part.RISK, 0, (("sv", "Sover inte"), ("en", "Does not sleep")))
FORM = Form((SLEEP,), ("tro",))
NEW = Row("x_choir", Part.PROTECTIVE, 99, (("sv", "Sjunger i kör"), ("en", "Sings in a choir")))


async def test_a_new_row_stands_once_another_has_agreed_and_after_a_restart(house: House) -> None:
    lind, berg = (each.staff for each in await house.employ((4,), (2,)))
    version = await rows.propose(house.world, lind, FORM, NEW, seen=0, warned=False)
    assert await rows.in_force(house.world, FORM) == [SLEEP]
    agree = {"seen": version, "warned": False}
    own = rows.confirm(house.world, lind, FORM, NEW.id, seen=version, warned=False)
    assert await refused(own) is RefusalCode.UNDECIDED

    await rows.confirm(house.world, berg, FORM, NEW.id, **agree)  # type: ignore[arg-type]
    await house.reopen()

    assert await rows.in_force(house.world, FORM) == [SLEEP, NEW]


async def test_who_saw_an_older_version_is_told_that_somebody_was_first(house: House) -> None:
    lind, berg = (each.staff for each in await house.employ((4,), (2,)))
    new = replace(SLEEP, texts=(("sv", "Sover dåligt"),))
    await rows.propose(house.world, lind, FORM, new, seen=0, warned=False)

    again = rows.propose(house.world, berg, FORM, new, seen=0, warned=False)
    assert await refused(again) is RefusalCode.CAS
    late = rows.confirm(house.world, berg, FORM, SLEEP.id, seen=0, warned=False)
    assert await refused(late) is RefusalCode.CAS
    back = rows.withdraw(house.world, berg, FORM, "nowhere", seen=0)
    assert await refused(back) is RefusalCode.GONE
    await rows.withdraw(house.world, berg, FORM, SLEEP.id, seen=1)
    assert await rows.in_force(house.world, FORM) == [SLEEP]


async def test_a_removed_row_is_gone_from_new_sheets_and_can_come_back(house: House) -> None:
    lind, berg = (each.staff for each in await house.employ((4,), (2,)))
    gone = replace(SLEEP, is_removed=True)
    seen = await rows.propose(house.world, lind, FORM, gone, seen=0, warned=False)
    seen = await rows.confirm(house.world, berg, FORM, SLEEP.id, seen=seen, warned=False)
    assert await rows.in_force(house.world, FORM) == []

    seen = await rows.propose(house.world, lind, FORM, SLEEP, seen=seen, warned=False)
    await rows.confirm(house.world, berg, FORM, SLEEP.id, seen=seen, warned=False)

    assert await rows.in_force(house.world, FORM) == [SLEEP]
