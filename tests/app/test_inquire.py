"""Referrals and requests, step by step: sealed to every supervisor, read, answered, erased."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from hamn.app import box, deadlines, erase, inquire, return_code
from hamn.app.ports import RosterEntry
from hamn.app.roster import draft
from hamn.asc1.bytes import kid as kid_of
from hamn.asc1.certificate import Kind
from hamn.asc1.hpke import key_pair
from hamn.core.inquiry import Choice, Inquiry, Reason, State
from hamn.core.words import Kid, Mailbox, Malformed, RefusalCode
from tests.app.house import HOUR, Colleague, House
from tests.app.test_box import AUTH, ID, refused, with_code, with_key

YEAR = 2880
DAY = 86_400
YES = (State.ACCEPTED, Reason.AGREED)
NO = (State.DECLINED, Reason.NO_CONSENT)
OVER = (State.CLOSED, Reason.DONE)


class Centre:
    """Two supervisors with their keys, an adviser and a counsellor with theirs, and a code."""

    def __init__(self, house: House) -> None:
        self.house = house

    async def open(self) -> Centre:
        people = await self.house.employ((2,), (2,), (1,), (4,))
        self.lind, self.ek, self.alm, self.counsellor = people
        self.boxes = [await with_key(self.house, each) for each in (self.alm, self.counsellor)]
        self.pubs = [
            await with_key(self.house, each, kind=Kind.ESCALATION, hours=YEAR)
            for each in (self.lind, self.ek)
        ]
        self.mailbox = await with_code(self.house)
        return self

    def sealed(self, *pubs: bytes) -> bytes:
        kids = [Kid(kid_of(pub)) for pub in pubs or self.pubs]
        return self.house.envelope(10, self.house.chance.bytes(16), kids)

    async def asked(self, sealed: bytes = b"", mailbox: Mailbox | None = None) -> Inquiry:
        return await inquire.send(
            self.house.world, sealed or self.sealed(), mailbox=mailbox or self.mailbox
        )

    async def read(self, record: bytes, who: Colleague | None = None) -> tuple[Inquiry, bytes]:
        return await inquire.read(self.house.world, (who or self.lind).staff, record)

    def answer(self, sender: bytes | None = None) -> bytes:
        kids = [Kid(kid_of(key_pair(b"\x09" * 32).public))]
        return self.house.envelope(3, self.house.chance.bytes(16), kids, sender or self.pubs[0])

    async def decided(
        self, record: bytes, how: tuple[State, Reason], sealed: bytes | None
    ) -> Inquiry:
        choice = Choice(*how, self.lind.idx)
        return await inquire.decide(self.house.world, self.lind.staff, record, choice, sealed)

    async def under_the_code(self) -> list[tuple[Inquiry, bytes | None]]:
        return await inquire.of_code(self.house.world, self.mailbox)


async def centre(house: House) -> Centre:
    return await Centre(house).open()


def bytes_kept(house: House) -> Iterator[bytes]:
    return (path.read_bytes() for path in house.folder.rglob("*") if path.is_file())


async def test_each_supervisor_opens_it_and_its_asker_sees_how_it_stands(house: House) -> None:
    here = await centre(house)
    sealed, answer = here.sealed(), here.answer()
    asked = await here.asked(sealed)
    assert await inquire.standing(house.world) == inquire.Standing(1, 0)

    for who in (here.lind, here.ek):
        assert (await here.read(asked.record, who))[1] == sealed
    made = await here.decided(asked.record, YES, answer)

    assert await here.under_the_code() == [(made, answer)]
    assert await inquire.standing(house.world) == inquire.Standing(0, 0)
    told = [f"{each.what}: {each.detail}" for each in await house.world.store.audit(0, 99)]
    read, decided = "referral or request read: ", "referral or request decided: accepted, agreed"
    assert told[-2:] == [read, decided]


async def test_it_reaches_no_adviser_and_no_counsellor_nor_the_message_box(house: House) -> None:
    here = await centre(house)
    asked = await here.asked()

    for each in (here.alm, here.counsellor):
        assert await refused(here.read(asked.record, each)) is RefusalCode.GONE
        assert await box.listed(house.world, each.staff) == []
    found = await return_code.use(house.world, id=ID, auth=AUTH)
    assert (found.letters, found.inquiries) == ((), 1)
    assert await house.world.store.messages() == []


async def test_nobody_is_left_out_and_nobody_else_let_in(house: House) -> None:
    here = await centre(house)
    one, both = here.pubs[:1], here.pubs
    stranger = key_pair(house.chance.bytes(32)).public

    for pubs in (one, [*both, stranger], [*both, here.boxes[0]]):
        assert await refused(here.asked(here.sealed(*pubs))) is RefusalCode.CAS
    for sealed in (here.sealed(*both, both[0]), here.answer()):
        with pytest.raises(Malformed):
            await here.asked(sealed)
    assert await refused(here.asked(mailbox=Mailbox(b"x" * 16))) is RefusalCode.GONE
    assert await inquire.listed(house.world) == []


async def test_the_boards_key_reads_it_too_and_without_a_supervisor_none_can_come(
    house: House,
) -> None:
    here = await centre(house)
    board = key_pair(house.chance.bytes(32)).public
    await house.world.store.add_board_key(board)
    data = await draft(house.world.store, HOUR)
    *_, newest = await house.world.store.log_lines()
    line = replace(newest, n=newest.n + 1)
    assert await house.world.store.add_roster(RosterEntry(2, data, b"[]"), line)

    assert await refused(here.asked()) is RefusalCode.CAS
    assert (await here.asked(here.sealed(*here.pubs, board))).state is State.RECEIVED
    house.clock.advance(YEAR * 3600)
    assert await refused(here.asked(here.sealed(*here.pubs, board))) is RefusalCode.GONE


async def test_the_same_again_is_answered_as_the_first_time(house: House) -> None:
    here = await centre(house)
    sealed = here.sealed()
    asked = await here.asked(sealed)
    other = sealed[:-1] + bytes([sealed[-1] ^ 1])

    assert await here.asked(sealed) == asked
    assert await refused(here.asked(other)) is RefusalCode.GONE
    assert len(await inquire.listed(house.world)) == 1


async def test_from_one_place_for_one_code_and_in_all_no_more_come_than_may(
    house: House,
) -> None:
    here = await centre(house)
    world, policy = house.world, house.world.policy
    for _ in range(policy.inquiries_per_day):
        await inquire.send(world, here.sealed(), mailbox=here.mailbox, bucket=b"one")

    assert await refused(here.asked()) is RefusalCode.FULL
    for each in await inquire.listed(world):
        await here.read(each.record)
        await here.decided(each.record, NO, here.answer())
    from_here = inquire.send(world, here.sealed(), mailbox=here.mailbox, bucket=b"one")
    assert await refused(from_here) is RefusalCode.FULL
    await inquire.send(world, here.sealed(), mailbox=here.mailbox, bucket=b"two")


async def test_who_declines_says_so_under_their_own_key(house: House) -> None:
    here = await centre(house)
    asked = await here.asked()
    await here.read(asked.record)

    with pytest.raises(Malformed):
        await here.decided(asked.record, NO, None)
    foreign = here.answer(key_pair(house.chance.bytes(32)).public)
    assert await refused(here.decided(asked.record, NO, foreign)) is RefusalCode.GONE
    assert [each.state for each, _ in await here.under_the_code()] == [State.READ]
    unreadable = (State.CLOSED, Reason.UNREADABLE)
    assert (await here.decided(asked.record, unreadable, None)).state is State.CLOSED


async def test_what_nobody_decides_is_late_and_then_gone(house: House) -> None:
    here = await centre(house)
    asked = await here.asked()

    house.clock.advance(house.world.policy.escalation_alarm + 3600)
    assert await inquire.standing(house.world) == inquire.Standing(1, 1)
    house.clock.advance((house.world.policy.inquiry_days + 1) * DAY)
    await deadlines.purge(house.world)

    assert await inquire.listed(house.world) == []
    assert not any(asked.record in kept for kept in bytes_kept(house))


async def test_closing_ends_what_was_asked_and_leaves_how_it_ended(house: House) -> None:
    here = await centre(house)
    sealed, answer = here.sealed(), here.answer()
    asked = await here.asked(sealed)
    await here.read(asked.record)
    await here.decided(asked.record, YES, answer)

    closed = await here.decided(asked.record, OVER, None)

    assert await here.under_the_code() == [(closed, answer)]
    assert await refused(here.read(asked.record)) is RefusalCode.GONE
    assert not any(sealed[60:90] in kept for kept in bytes_kept(house))


async def test_erasing_by_code_takes_it_back_and_says_so(house: House) -> None:
    here = await centre(house)
    asked = await here.asked()
    await here.read(asked.record)

    receipt = await erase.erase_by_code(house.world, id=ID, auth=AUTH)

    assert receipt.inquiries == 1
    assert await inquire.listed(house.world) == []
    assert await refused(here.decided(asked.record, YES, here.answer())) is RefusalCode.GONE
    assert not any(asked.record in kept for kept in bytes_kept(house))
