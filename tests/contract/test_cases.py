"""The records store: counselling cases and plan copies, apart from what belongs to a chat."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from hamn.app.ports import Store
from hamn.app.shelves import CaseLetter, PlanCopy
from hamn.core.case import Case, Holds, Record
from hamn.core.words import CaseId, Hash, Idx, Kid
from tests.contract.engines import Engine
from tests.contract.test_records import (
    ANNA,
    BO,
    CODE,
    KID,
    MAILBOX,
    OTHER_KID,
    OTHER_MAILBOX,
    TODAY,
    midnight,
)

BEGUN = Case(CaseId(b"c" * 16), 1, (ANNA.idx, BO.idx), (), None, TODAY + 2)
SHEET = Record(2, Holds.SHEET, TODAY, ANNA.idx)
SHEETED = replace(BEGUN, version=2, records=(SHEET,))
COPY = PlanCopy(MAILBOX, Idx(2), b"p" * 16, KID, TODAY + 1, b"copy-canary " * 9)


def letter(idx: Idx, kid: Kid = KID, number: int = 2) -> CaseLetter:
    content = b"case-canary %d %d " % (number, idx) * 9
    return CaseLetter(number, idx, bytes((idx, number)) * 8, kid, content)


@pytest.fixture
async def staffed(store: Store) -> Store:
    await store.add_staff(ANNA)
    await store.add_staff(BO)
    return store


async def with_sheet(store: Store) -> None:
    assert await store.swap_case(None, BEGUN)
    assert await store.swap_case(BEGUN, SHEETED, [letter(ANNA.idx), letter(BO.idx)])


async def test_a_case_is_kept_with_its_envelopes_for_its_members(staffed: Store) -> None:
    await with_sheet(staffed)

    assert await staffed.case(BEGUN.id) == SHEETED
    assert await staffed.cases_of(BO.idx) == [SHEETED]
    assert await staffed.case_letters(BEGUN.id) == [letter(ANNA.idx), letter(BO.idx)]
    assert await staffed.cases_of(Idx(9)) == []
    assert await staffed.case(CaseId(b"d" * 16)) is None


async def test_two_who_change_a_case_at_once_leave_one_winner(staffed: Store) -> None:
    await staffed.swap_case(None, BEGUN)
    closed = [replace(BEGUN, version=2, closed_day=day) for day in (TODAY, TODAY + 1)]

    won = await asyncio.gather(*(staffed.swap_case(BEGUN, each) for each in closed))

    assert sorted(won) == [False, True]
    assert await staffed.case(BEGUN.id) == closed[won.index(True)]
    assert not await staffed.swap_case(None, BEGUN)
    with pytest.raises(ValueError, match="keeps its id"):
        await staffed.swap_case(BEGUN, replace(BEGUN, id=CaseId(b"x" * 16)))


async def test_who_leaves_takes_the_envelopes_along_to_the_last_byte(
    engine: Engine, staffed: Store
) -> None:
    await with_sheet(staffed)
    assert letter(BO.idx).env_id in engine.bytes_kept()

    assert await staffed.swap_case(SHEETED, replace(SHEETED, version=3, members=(ANNA.idx,)))
    await staffed.purge()

    assert await staffed.case_letters(BEGUN.id) == [letter(ANNA.idx)]
    assert await staffed.cases_of(BO.idx) == []
    assert letter(BO.idx).env_id not in engine.bytes_kept()


async def test_a_record_that_is_replaced_leaves_no_envelope(staffed: Store) -> None:
    await with_sheet(staffed)
    fresh = replace(SHEETED, version=3, records=(replace(SHEET, number=3),))

    assert await staffed.swap_case(SHEETED, fresh, [letter(ANNA.idx, number=3)])

    assert await staffed.case_letters(BEGUN.id) == [letter(ANNA.idx, number=3)]


async def test_a_record_sealed_again_stands_instead_of_the_old_one(staffed: Store) -> None:
    await with_sheet(staffed)
    again = letter(BO.idx, OTHER_KID)

    assert await staffed.swap_case(SHEETED, replace(SHEETED, version=3), [again])

    assert await staffed.case_letters(BEGUN.id) == [letter(ANNA.idx), again]


async def test_a_case_that_lives_on_outlives_its_first_last_day(staffed: Store) -> None:
    await with_sheet(staffed)
    longer = replace(SHEETED, version=3, expires_day=TODAY + 9)
    assert await staffed.swap_case(SHEETED, longer)

    await staffed.erase_due(midnight(TODAY + 9))

    assert await staffed.case(BEGUN.id) == longer
    assert await staffed.case_letters(BEGUN.id) == [letter(ANNA.idx), letter(BO.idx)]


async def test_a_case_ends_with_its_last_day_and_leaves_no_byte(
    engine: Engine, staffed: Store
) -> None:
    await with_sheet(staffed)
    assert b"case-canary" not in engine.bytes_kept()

    assert await staffed.erase_due(midnight(TODAY + 3)) >= 1
    await staffed.purge()

    assert await staffed.case(BEGUN.id) is None
    assert await staffed.cases_of(ANNA.idx) == []
    assert await staffed.case_letters(BEGUN.id) == []
    assert bytes(BEGUN.id) not in engine.bytes_kept()


@pytest.fixture
async def coded(staffed: Store) -> Store:
    """Both mailboxes have a code."""
    await staffed.swap_code(CODE.h_id, None, CODE)
    other = replace(CODE, h_id=Hash(b"o" * 32), mailbox=OTHER_MAILBOX)
    await staffed.swap_code(other.h_id, None, other)
    return staffed


async def test_a_mailbox_has_one_plan_copy_the_newest(coded: Store) -> None:
    assert await coded.put_copy(COPY)
    newer = replace(COPY, by=Idx(1), env_id=b"q" * 16, data=b"newer", expires_day=TODAY + 4)
    for over in (None, newer):
        assert not await coded.put_copy(newer, over=over)
    assert await coded.put_copy(newer, over=COPY)

    assert await coded.copy_of(MAILBOX) == newer
    assert await coded.copy_of(OTHER_MAILBOX) is None
    assert not await coded.drop_copy(MAILBOX, COPY.env_id)
    assert await coded.copy_of(MAILBOX) == newer
    assert await coded.drop_copy(MAILBOX, newer.env_id)
    assert await coded.copy_of(MAILBOX) is None


async def test_no_plan_copy_is_kept_that_no_code_opens(staffed: Store) -> None:
    assert not await staffed.put_copy(COPY)
    assert await staffed.copy_of(MAILBOX) is None
    await staffed.swap_code(CODE.h_id, None, CODE)
    assert await staffed.put_copy(COPY)
    await staffed.erase_mailbox(MAILBOX)

    assert not await staffed.put_copy(COPY)
    assert await staffed.keep_copy(MAILBOX, TODAY + 9) is None
    assert await staffed.copy_of(MAILBOX) is None


async def test_a_plan_copy_that_is_kept_longer_is_the_one_that_stands(coded: Store) -> None:
    newer = replace(COPY, env_id=b"q" * 16, data=b"newer")
    await coded.put_copy(COPY)
    await coded.put_copy(newer, over=COPY)

    longer = replace(newer, expires_day=TODAY + 4)
    assert await coded.keep_copy(MAILBOX, TODAY + 4) == longer
    assert await coded.keep_copy(MAILBOX, TODAY) == longer
    await coded.erase_due(midnight(TODAY + 3))
    assert await coded.copy_of(MAILBOX) == longer


async def test_erasing_a_mailbox_takes_its_plan_copy_and_no_other(coded: Store) -> None:
    others = replace(COPY, mailbox=OTHER_MAILBOX, env_id=b"o" * 16)
    for each in (COPY, others):
        await coded.put_copy(each)

    assert sum((await coded.erase_mailbox(MAILBOX)).values()) == 2

    assert await coded.copy_of(MAILBOX) is None
    assert await coded.copy_of(OTHER_MAILBOX) == others


async def test_a_plan_copy_ends_with_its_last_day(coded: Store) -> None:
    await coded.put_copy(COPY)

    await coded.erase_due(midnight(TODAY + 1))
    assert await coded.copy_of(MAILBOX) == COPY
    assert await coded.erase_due(midnight(TODAY + 2)) >= 1
    assert await coded.copy_of(MAILBOX) is None
