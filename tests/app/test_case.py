"""Counselling cases, step by step: whose envelopes are taken, who reads, who is taken off."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from hamn.app import book, deadlines, erase, plan_copies, return_code, staff
from hamn.app import case as cases
from hamn.app.ports import Staff
from hamn.asc1.bytes import kid as kid_of
from hamn.asc1.certificate import Kind
from hamn.core.audit import Deed
from hamn.core.case import Case, Holds
from hamn.core.words import CaseId, Idx, Kid, Mailbox, Malformed, RefusalCode
from tests.app.house import HOUR, Colleague, House
from tests.app.test_book import publish, take_at
from tests.app.test_box import AUTH, ID, refused, with_code, with_key

LIFE = 2880
DAY = 86_400


class Desk:
    """A counsellor and the case key they have registered."""

    def __init__(self, house: House, colleague: Colleague, pub: bytes) -> None:
        self.house, self.colleague, self.pub = house, colleague, pub

    @property
    def staff(self) -> Staff:
        return self.colleague.staff

    def sealed(self, *to: bytes, sender: bytes | None = None) -> list[bytes]:
        """One envelope for each, with noise inside."""
        kids = [Kid(kid_of(pub)) for pub in to]
        chance = self.house.chance
        return [self.house.envelope(9, chance.bytes(16), [kid], sender or self.pub) for kid in kids]

    async def keep(self, case: Case, *to: bytes, holds: Holds = Holds.SHEET) -> Case:
        world, sealed = self.house.world, self.sealed(*(to or (self.pub,)))
        return await cases.keep(world, self.staff, case.id, sealed, holds=holds, seen=case.version)


async def desks(house: House, *roles: int) -> list[Desk]:
    """Counsellors with a key each, and others with none."""
    people = await house.employ(*((role,) for role in roles))
    return [
        Desk(house, each, await with_key(house, each, kind=Kind.CASE, hours=LIFE))
        if role == 4
        else Desk(house, each, b"")
        for role, each in zip(roles, people, strict=True)
    ]


async def test_a_record_is_read_by_who_is_in_the_case_and_by_nobody_else(house: House) -> None:
    one, two, adviser = await desks(house, 4, 4, 1)
    case = await cases.begin(house.world, one.staff)
    kept = await one.keep(case)
    number = kept.records[0].number

    assert await cases.read(house.world, one.staff, case.id, number)
    for stranger in (two, adviser):
        read = cases.read(house.world, stranger.staff, case.id, number)
        assert await refused(read) is RefusalCode.GONE
    missing = cases.read(house.world, one.staff, case.id, number + 1)
    assert await refused(missing) is RefusalCode.GONE
    unknown = cases.read(house.world, one.staff, CaseId(b"?" * 16), number)
    assert await refused(unknown) is RefusalCode.GONE


async def test_only_envelopes_for_exactly_the_members_are_taken(house: House) -> None:
    one, two, adviser = await desks(house, 4, 4, 1)
    case = await cases.begin(house.world, one.staff)
    for wrong in (one.sealed(one.pub, two.pub), one.sealed(two.pub), [], one.sealed(b"\x05" * 32)):
        taken = cases.keep(
            house.world, one.staff, case.id, wrong, holds=Holds.SHEET, seen=case.version
        )
        assert await refused(taken) is RefusalCode.GONE
    forged = one.sealed(one.pub, sender=two.pub)
    taken = cases.keep(house.world, one.staff, case.id, forged, holds=Holds.PLAN, seen=case.version)
    assert await refused(taken) is RefusalCode.GONE
    with pytest.raises(Malformed):
        await cases.keep(
            house.world, one.staff, case.id, [b"?"], holds=Holds.PLAN, seen=case.version
        )

    assert await house.world.store.case(case.id) == case
    assert await refused(cases.admit(house.world, one.staff, case.id, adviser.staff.idx)) is (
        RefusalCode.GONE
    )


async def test_who_saw_an_older_version_is_told_that_somebody_was_first(house: House) -> None:
    (one,) = await desks(house, 4)
    case = await cases.begin(house.world, one.staff)
    await one.keep(case)

    assert await refused(one.keep(case)) is RefusalCode.CAS
    assert await refused(cases.close(house.world, one.staff, case.id, seen=case.version)) is (
        RefusalCode.CAS
    )


async def test_a_colleague_comes_in_and_is_sealed_what_is_there_but_not_anew(house: House) -> None:
    one, two = await desks(house, 4, 4)
    case = await one.keep(await cases.begin(house.world, one.staff))
    number, mine = case.records[0].number, house.world
    case = await cases.admit(mine, one.staff, case.id, two.staff.idx)
    assert await cases.admit(mine, one.staff, case.id, two.staff.idx) == case
    assert await cases.lacking(mine, case) == [(number, two.staff.idx)]

    (sealed,) = one.sealed(two.pub)
    case = await cases.seal_again(mine, one.staff, case.id, number, sealed)

    assert await cases.lacking(mine, case) == []
    assert await cases.read(mine, two.staff, case.id, number) == sealed
    (other,) = one.sealed(two.pub)
    again = cases.seal_again(mine, one.staff, case.id, number, other)
    assert await refused(again) is RefusalCode.GONE
    assert await cases.read(mine, two.staff, case.id, number) == sealed


async def test_who_is_taken_off_a_case_reads_nothing_of_it_not_even_the_bytes(
    house: House,
) -> None:
    one, two = await desks(house, 4, 4)
    case = await cases.begin(house.world, one.staff)
    case = await cases.admit(house.world, one.staff, case.id, two.staff.idx)
    case = await one.keep(case, one.pub, two.pub)
    number = case.records[0].number

    await cases.leave(house.world, one.staff, case.id, two.staff.idx)

    assert await refused(cases.read(house.world, two.staff, case.id, number)) is RefusalCode.GONE
    assert [each.idx for each in await house.world.store.case_letters(case.id)] == [one.staff.idx]
    assert await refused(cases.leave(house.world, one.staff, case.id, one.staff.idx)) is (
        RefusalCode.FULL
    )
    after = await house.world.store.case(case.id)
    assert after is not None
    assert (await one.keep(after)).members == (one.staff.idx,)


async def test_a_new_key_lacks_what_was_sealed_to_one_that_has_ended(house: House) -> None:
    (one,) = await desks(house, 4)
    case = await one.keep(await cases.begin(house.world, one.staff))
    number = case.records[0].number
    house.clock.advance((LIFE - 100) * 3600)
    newer = await with_key(house, one.colleague, kind=Kind.CASE, made=HOUR + LIFE - 100, hours=LIFE)
    (newest,) = await cases.colleagues(house.world)
    assert newest.kid == kid_of(newer)
    house.clock.advance(200 * 3600)

    assert await cases.lacking(house.world, case) == [(number, one.staff.idx)]
    (again,) = one.sealed(newer, sender=newer)
    await cases.seal_again(house.world, one.staff, case.id, number, again)
    assert await cases.read(house.world, one.staff, case.id, number) == again


async def test_a_case_closes_with_a_plan_or_a_reason_and_is_gone_a_year_after(
    house: House,
) -> None:
    (one,) = await desks(house, 4)
    case = await one.keep(await cases.begin(house.world, one.staff))
    closing = cases.close(house.world, one.staff, case.id, seen=case.version)
    assert await refused(closing) is RefusalCode.GAP
    case = await one.keep(case, holds=Holds.REASON)

    closed = await cases.close(house.world, one.staff, case.id, seen=case.version)
    opened = await cases.reopen(house.world, one.staff, case.id, seen=closed.version)
    assert opened.closed_day is None
    await cases.close(house.world, one.staff, case.id, seen=opened.version)

    house.clock.advance(365 * DAY)
    await deadlines.purge(house.world)
    assert await house.world.store.case(case.id) is not None
    house.clock.advance(DAY)
    await deadlines.purge(house.world)
    assert await house.world.store.case(case.id) is None


async def test_who_is_revoked_or_keeps_cases_no_more_is_off_every_case(house: House) -> None:
    one, two, boss = await desks(house, 4, 4, 2)
    case = await cases.begin(house.world, one.staff)
    case = await cases.admit(house.world, one.staff, case.id, two.staff.idx)
    await one.keep(case, one.pub, two.pub)

    await staff.give_roles(house.world, boss.staff, two.staff.idx, roles=[1], seen=[4])
    assert [each.idx for each in await house.world.store.case_letters(case.id)] == [one.staff.idx]
    await staff.revoke(house.world, boss.staff, one.staff.idx)

    assert await house.world.store.case_letters(case.id) == []
    left = await house.world.store.case(case.id)
    assert left is not None
    assert left.members == ()


async def copied(house: House, one: Desk, mailbox: Mailbox) -> bytes:
    """A plan's copy for the mailbox, written with the box key."""
    pub = await with_key(house, one.colleague)
    sealed = house.envelope(3, house.chance.bytes(16), [Kid(b"the code")], pub)
    await plan_copies.put(house.world, one.staff, sealed, mailbox=mailbox)
    return sealed


async def test_a_plan_copy_is_found_under_the_code_and_lives_as_long_as_it(house: House) -> None:
    (one,) = await desks(house, 4)
    mailbox = await with_code(house)
    sealed = await copied(house, one, mailbox)
    house.clock.advance(80 * DAY)
    for _ in range(2):
        found = await return_code.use(house.world, id=ID, auth=AUTH)
        assert [letter.data for letter in found.letters] == [sealed]
    await deadlines.purge(house.world)
    house.clock.advance(80 * DAY)
    await deadlines.purge(house.world)

    found = await return_code.use(house.world, id=ID, auth=AUTH)
    assert [letter.data for letter in found.letters] == [sealed]
    assert not await plan_copies.erase(house.world, mailbox, b"?" * 16)
    assert await plan_copies.erase(house.world, mailbox, found.letters[0].env_id)
    assert (await return_code.use(house.world, id=ID, auth=AUTH)).letters == ()


async def test_erasing_everything_takes_the_plan_copy(house: House) -> None:
    (one,) = await desks(house, 4)
    mailbox = await with_code(house)
    await copied(house, one, mailbox)

    receipt = await erase.erase_by_code(house.world, id=ID, auth=AUTH)

    assert (receipt.codes, receipt.plans) == (1, 1)
    assert await house.world.store.copy_of(mailbox) is None
    assert await refused(copied(house, one, mailbox)) is RefusalCode.GONE


@pytest.mark.parametrize("turns", range(6))
async def test_a_code_used_while_everything_is_erased_brings_no_plan_copy_back(
    house: House, turns: int
) -> None:
    (one,) = await desks(house, 4)
    mailbox = await with_code(house)
    await copied(house, one, mailbox)
    house.clock.advance(80 * DAY)

    used = asyncio.create_task(return_code.use(house.world, id=ID, auth=AUTH))
    for _ in range(turns):
        await asyncio.sleep(0)
    await erase.erase_by_code(house.world, id=ID, auth=AUTH)
    await asyncio.gather(used, return_exceptions=True)

    assert await house.world.store.copy_of(mailbox) is None


async def test_no_copy_comes_from_who_has_stepped_back_or_signs_as_another(house: House) -> None:
    one, two = await desks(house, 4, 4)
    mailbox = await with_code(house)
    pub = await with_key(house, one.colleague)
    sealed = house.envelope(3, house.chance.bytes(16), [Kid(b"the code")], pub)

    forged = plan_copies.put(house.world, two.staff, sealed, mailbox=mailbox)
    assert await refused(forged) is RefusalCode.GONE
    await house.world.store.bar(mailbox, one.staff.idx)
    barred = plan_copies.put(house.world, one.staff, sealed, mailbox=mailbox)
    assert await refused(barred) is RefusalCode.GONE
    assert await house.world.store.copy_of(mailbox) is None


async def test_nobody_destroys_the_plan_copy_of_a_colleague_they_share_nothing_with(
    house: House,
) -> None:
    one, two = await desks(house, 4, 4)
    mailbox = await with_code(house)
    await copied(house, one, mailbox)
    mine = await copied(house, one, mailbox)

    assert await refused(copied(house, two, mailbox)) is RefusalCode.GONE
    kept = await house.world.store.copy_of(mailbox)
    assert kept is not None
    assert (kept.by, kept.data) == (one.staff.idx, mine)
    assert (await house.world.store.audit(0, 9))[-1].what == Deed.COPY_REFUSED.value


async def test_who_goes_on_with_a_colleagues_case_goes_on_with_the_plan_copy(house: House) -> None:
    one, two = await desks(house, 4, 4)
    mailbox = await with_code(house)
    await copied(house, one, mailbox)
    case = await cases.begin(house.world, one.staff)
    await cases.admit(house.world, one.staff, case.id, two.staff.idx)
    again = await copied(house, two, mailbox)

    kept = await house.world.store.copy_of(mailbox)
    assert kept is not None
    assert (kept.by, kept.data) == (two.staff.idx, again)


async def test_whom_the_visitor_has_booked_may_give_them_another_plan(house: House) -> None:
    one, two = await desks(house, 4, 4)
    mailbox = await with_code(house)
    await copied(house, one, mailbox)
    await publish(house, two.colleague, day=1)
    time = (await book.free(house.world))[0]
    await book.offer(house.world, mailbox, time.key, language="sv", interpreter=None)
    assert await refused(copied(house, two, mailbox)) is RefusalCode.GONE

    await take_at(house, mailbox, time.key)
    assert await copied(house, two, mailbox)


async def test_the_plan_copy_of_who_is_gone_is_kept_up_by_others(house: House) -> None:
    one, two, boss = await desks(house, 4, 4, 2)
    mailbox = await with_code(house)
    await copied(house, one, mailbox)
    await staff.revoke(house.world, boss.staff, one.staff.idx)

    assert await copied(house, two, mailbox)


async def test_a_member_of_staff_who_is_gone_is_not_admitted(house: House) -> None:
    one, two = await desks(house, 4, 4)
    case = await cases.begin(house.world, one.staff)
    await house.world.store.swap_staff(two.staff, replace(two.staff, is_revoked=True))

    for idx in (two.staff.idx, Idx(999)):
        admitted = cases.admit(house.world, one.staff, case.id, idx)
        assert await refused(admitted) is RefusalCode.GONE
