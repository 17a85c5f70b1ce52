"""Booking on the real stores: one visitor has a time, what is agreed is sealed, all of it ends."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable
from itertools import pairwise
from typing import Any

import pytest

from hamn.app import book, deadlines, desk, erase, return_code
from hamn.app.ports import CodeRow, Letter, Sealing
from hamn.asc1.bytes import kid as kid_of
from hamn.core import booking
from hamn.core.booking import Book, State, Talk
from hamn.core.slots import Form, Published
from hamn.core.words import Kid, Mailbox, Refusal, RefusalCode
from tests.app.house import CAP, Colleague, House, digest
from tests.app.test_box import AUTH, DAY, ID, refused, with_code, with_key

R = b"r" * 32
START = 12 * 60 + 30


async def counsellors(house: House, *more: int) -> list[Colleague]:
    """A counsellor, colleagues with these roles, and a time at half past twelve every day."""
    people = await house.employ((4,), *((role,) for role in more))
    await asyncio.gather(*(known(house, mailbox(n)) for n in range(12)))
    for day in range(7):
        await publish(house, people[0], day)
    return people


async def publish(house: House, by: Colleague, day: int = 0, start: int = START) -> None:
    today = book.now_of(house.world).today
    asked = Published(by.idx, today + day, start, 45, Form.CHAT, ("sv",), weekly=True)
    await book.publish(house.world, by.staff, asked)


def mailbox(n: int) -> Mailbox:
    return Mailbox(n.to_bytes(16, "big"))


async def known(house: House, who: Mailbox) -> None:
    """A code of this mailbox."""
    h_id = digest(who)
    await house.world.store.swap_code(h_id, None, CodeRow(h_id, digest(AUTH), who, 99_999))


async def take(house: House, who: Mailbox, at: int = 0, moves: bytes | None = None) -> None:
    key = (await book.free(house.world))[at].key
    await take_at(house, who, key, moves)


async def take_at(
    house: House, who: Mailbox, key: tuple[int, int], moves: bytes | None = None
) -> None:
    given = {"language": "sv", "interpreter": None, "r": R, "moves": moves}
    await book.take(house.world, who, key, **given)  # type: ignore[arg-type]


async def talk_of(house: House, who: Mailbox) -> Talk:
    return (await book.mine(house.world, who, R)).talks[-1]


async def test_of_a_hundred_who_want_one_time_one_has_it(house: House) -> None:
    await counsellors(house)
    await asyncio.gather(*(known(house, mailbox(n)) for n in range(12, 100)))
    key = (await book.free(house.world))[0].key

    tries = [take_at(house, mailbox(n), key) for n in range(100)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)

    assert outcomes.count(None) == 1
    codes = {each.code for each in outcomes if isinstance(each, Refusal)}
    assert codes <= {RefusalCode.CAS, RefusalCode.BUSY}
    winner = outcomes.index(None)
    assert (await talk_of(house, mailbox(winner))).state is State.BOOKED


class History:
    """Every change of the book that the store has taken: its number, before and after."""

    def __init__(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        self.taken: list[tuple[int, Book, Book]] = []
        real = house.world.store.swap_book

        async def noted(version: int, old: Book, new: Book, sealed: Sealing) -> bool:
            won = await real(version, old, new, sealed)
            if won:
                self.taken.append((version, old, new))
            return won

        monkeypatch.setattr(house.world.store, "swap_book", noted)


async def comes_and_goes(house: House, who: Mailbox, chance: random.Random) -> None:
    for _ in range(6):
        try:
            mine = (await book.mine(house.world, who, R)).talks
            if mine and chance.random() < 0.4:
                await book.let_go(house.world, who, chance.choice(mine).id)
            else:
                await take(house, who, chance.randrange(4))
        except Refusal:
            continue


async def test_booking_is_linearisable(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await counsellors(house)
    history, chance = History(house, monkeypatch), random.Random(7)

    await asyncio.gather(*(comes_and_goes(house, mailbox(n), chance) for n in range(12)))

    taken = sorted(history.taken, key=lambda each: each[0])
    for (number, _, after), (following, before, _) in pairwise(taken):
        assert following == number + 1
        assert set(after.talks) == set(before.talks)
    last = (await house.world.store.book(0))[1]
    assert set(last.talks) == set(taken[-1][2].talks)
    for _, _, after in taken:
        on = [talk.key for talk in after.talks if talk.state in booking.TAKES_TIME]
        assert len(on) == len(set(on))
    assert len(taken) > 12


async def agreed(house: House, counsellor: Colleague, talk: Talk, *, r: bytes = R) -> Letter:
    """What is agreed, sealed to both; the visitor's half."""
    pub = await with_key(house, counsellor)
    own = Kid(kid_of(pub))
    ids = house.chance.bytes(16), house.chance.bytes(16)
    mine = house.envelope(5, ids[0], [own], sender=pub)
    reply = house.envelope(3, ids[1], [Kid(kid_of(r))], sender=pub)
    await book.agree(house.world, counsellor.staff, talk.id, appointment=mine, reply=reply)
    letter = await house.world.store.letter(ids[1])
    assert letter is not None
    return letter


async def test_what_is_agreed_reaches_both_and_ends_when_the_talk_is_let_go(house: House) -> None:
    ek, bo = await counsellors(house, 4)
    await take(house, mailbox(1))
    talk = await talk_of(house, mailbox(1))

    letter = await agreed(house, ek, talk)

    assert (await book.mine(house.world, mailbox(1), R)).letters == (letter,)
    assert letter.expires_day == talk.last_day
    ((_, mine),) = await book.own(house.world, ek.staff)
    assert mine is not None
    assert await book.own(house.world, bo.staff) == []
    assert await refused(agreed(house, bo, talk)) is RefusalCode.GONE
    await book.let_go(house.world, mailbox(1), talk.id)
    assert await house.world.store.letter(letter.env_id) is None
    assert [found for _, found in await book.own(house.world, ek.staff)] == [None]


async def test_what_is_sealed_to_another_code_or_by_another_key_is_refused(house: House) -> None:
    ek, bo = await counsellors(house, 4)
    await take(house, mailbox(1))
    talk = await talk_of(house, mailbox(1))

    assert await refused(agreed(house, ek, talk, r=b"s" * 32)) is RefusalCode.GONE
    stolen = await with_key(house, bo)
    mine = house.envelope(5, house.chance.bytes(16), [Kid(kid_of(stolen))], sender=stolen)
    agree = book.agree(house.world, ek.staff, talk.id, appointment=mine, reply=None)
    assert await refused(agree) is RefusalCode.GONE
    assert (await talk_of(house, mailbox(1))).sealed is None


@pytest.mark.scenario(13, part="bookings, and what is sealed for them, go with the code")
async def test_erasing_everything_reaches_talks_and_what_is_agreed(house: House) -> None:
    (ek,) = await counsellors(house)
    who = await with_code(house)
    await take(house, who)
    letter = await agreed(house, ek, await talk_of(house, who))
    await book.wait(house.world, who, [Form.PHONE], language="sv", interpreter=None)

    receipt = await erase.erase_by_code(house.world, id=ID, auth=AUTH)

    assert (receipt.codes, receipt.letters, receipt.talks) == (1, 0, 1)
    left = (await house.world.store.book(0))[1]
    assert (left.talks, left.wishes) == ((), ())
    assert await house.world.store.letter(letter.env_id) is None
    house.close()
    everything = b"".join(p.read_bytes() for p in house.folder.rglob("*") if p.is_file())
    assert everything.find(who) < 0
    assert letter.data not in everything
    assert len(await _free(house)) > 0


async def test_what_is_booked_while_everything_is_erased_is_not_kept(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await counsellors(house)
    who = await with_code(house)
    real = house.world.store.swap_book

    async def late(*given: Any) -> bool:
        monkeypatch.undo()
        await erase.erase_by_code(house.world, id=ID, auth=AUTH)
        return await real(*given)

    monkeypatch.setattr(house.world.store, "swap_book", late)
    assert await refused(take(house, who)) is RefusalCode.GONE
    assert (await house.world.store.book(0))[1].talks == ()


async def test_without_a_code_nobody_books_waits_or_is_offered_anything(house: House) -> None:
    await counsellors(house)
    who = await with_code(house)
    key = (await book.free(house.world))[0].key
    await return_code.drop(house.world, id=ID, auth=AUTH)

    given = {"language": "sv", "interpreter": None}
    for step in (
        take_at(house, who, key),
        book.wait(house.world, who, [Form.CHAT], **given),  # type: ignore[arg-type]
        book.offer(house.world, who, key, **given),  # type: ignore[arg-type]
    ):
        assert await refused(step) is RefusalCode.GONE


async def _free(house: House) -> tuple[object, ...]:
    await house.reopen()
    return await book.free(house.world)


async def test_of_a_talk_nothing_is_left_fourteen_days_after_it(house: House) -> None:
    (ek,) = await counsellors(house)
    await take(house, mailbox(1))
    letter = await agreed(house, ek, await talk_of(house, mailbox(1)))

    house.clock.advance(14 * DAY)
    await deadlines.purge(house.world)
    assert len((await house.world.store.book(0))[1].talks) == 1
    house.clock.advance(DAY)
    await deadlines.purge(house.world)

    assert (await house.world.store.book(0))[1].talks == ()
    assert await house.world.store.letter(letter.env_id) is None


async def knocks(house: House, *to: Colleague, who: Mailbox) -> None:
    """A returning hello, sealed to these."""
    await desk.hello(
        house.world,
        house.envelope(1, house.room_id(), [each.kid for each in to], sender=R),
        cap_hash=digest(CAP),
        language="sv",
        door=1,
        danger=False,
        wish=to[0].idx,
        prev=None,
        mailbox=who,
        returning=True,
    )


async def test_the_code_opens_the_door_to_the_counsellor_alone_and_at_its_time_alone(
    house: House,
) -> None:
    ek, anna = await counsellors(house, 1)
    await house.on_duty(ek)
    await take(house, mailbox(1))

    assert await refused(knocks(house, ek, who=mailbox(1))) is RefusalCode.GONE
    house.clock.advance(30 * 60)
    await house.on_duty(ek, anna)
    await knocks(house, ek, who=mailbox(1))

    await deadlines.step(house.world)
    (place,) = [p for p in (await house.lobby()).places if p.only is not None]
    assert (place.only, place.offered_to) == (ek.idx, ek.idx)
    assert await desk.claim(house.world, ek.idx, kid=ek.kid, room=place.room)


async def test_a_counsellor_on_duty_opens_no_chat_and_is_rung_for_no_other_visitor(
    house: House,
) -> None:
    ek, anna = await house.employ((4,), (1,))
    await house.on_duty(ek)
    assert await refused(house.arrive(house.room_id(), ek)) is RefusalCode.GONE
    await house.on_duty(anna)

    room = house.room_id()
    await house.arrive(room, ek, anna)

    (place,) = (await house.lobby()).places
    assert place.offered_to == anna.idx
    house.clock.advance(30)
    await house.heard(ek, anna)
    await deadlines.step(house.world)
    assert (await house.lobby()).places[0].offered_to == anna.idx
    claim = desk.claim(house.world, ek.idx, kid=ek.kid, room=room)
    assert await refused(claim) is RefusalCode.BUSY


async def test_a_time_is_held_for_who_waits_and_by_staff_for_who_has_a_code(house: House) -> None:
    (ek,) = await counsellors(house)
    who = await with_code(house)
    await book.wait(house.world, mailbox(2), [Form.PHONE], language="sv", interpreter=None)
    key = (await book.free(house.world))[0].key

    await book.offer(house.world, who, key, language="sv", interpreter=None)
    stranger = book.offer(house.world, mailbox(99), key, language="sv", interpreter=None)
    assert await refused(stranger) is RefusalCode.GONE

    assert (await talk_of(house, who)).state is State.HELD
    today = book.now_of(house.world).today
    phone = Published(ek.idx, today + 1, 600, 30, Form.PHONE, ("sv",), weekly=False)
    await book.publish(house.world, ek.staff, phone)
    assert (await talk_of(house, mailbox(2))).form is Form.PHONE


async def test_whose_times_and_talks_they_are_decides_who_may_change_them(house: House) -> None:
    _, bo, lind = await counsellors(house, 4, 2)
    await take(house, mailbox(1))
    talk = await talk_of(house, mailbox(1))
    key = talk.key

    for step in (book.end, book.withdraw):
        assert await refused(step(house.world, bo.staff, key)) is RefusalCode.GONE
    for state in (State.DONE, State.MISSED):
        attend = book.attend(house.world, bo.staff, talk.id, state)
        assert await refused(attend) is RefusalCode.GONE
    assert await refused(book.call_off(house.world, bo.staff, talk.id)) is RefusalCode.GONE
    await book.withdraw(house.world, lind.staff, key)
    await book.call_off(house.world, lind.staff, talk.id)
    assert (await talk_of(house, mailbox(1))).state is State.CALLED_OFF


async def test_a_bucket_books_so_often_a_day_and_no_more(house: House) -> None:
    await counsellors(house)
    who = await with_code(house)
    given = {"language": "sv", "interpreter": None, "r": R, "moves": None, "bucket": b"b"}
    keys = [slot.key for slot in await book.free(house.world)]
    for n in range(house.policy.bookings_per_day):
        await book.take(house.world, mailbox(n), keys[n], **given)  # type: ignore[arg-type]

    await book.take(house.world, mailbox(0), keys[0], **given)  # type: ignore[arg-type]
    again = book.take(house.world, mailbox(9), keys[-1], **given)  # type: ignore[arg-type]
    assert await refused(again) is RefusalCode.BUSY
    await book.offer(house.world, who, keys[-1], language="sv", interpreter=None)
    await book.take(house.world, who, keys[-1], **given)  # type: ignore[arg-type]


async def test_wishes_are_as_many_and_another_in_place_of_one_is_none(house: House) -> None:
    await counsellors(house)

    def wish(n: int, *forms: Form) -> Awaitable[None]:
        given = {"language": "sv", "interpreter": None, "bucket": b"b"}
        return book.wait(house.world, mailbox(n), forms, **given)  # type: ignore[arg-type]

    for n in range(house.policy.bookings_per_day):
        await wish(n, Form.MEETING)

    assert await refused(wish(9, Form.MEETING)) is RefusalCode.BUSY
    await wish(0, Form.PHONE)
    await wish(0)
    assert (await book.mine(house.world, mailbox(0), R)).wish is None


async def new_code(house: House, n: int) -> Mailbox:
    """A code that is kept as a visitor's page keeps it."""
    hashes = {"h_id": digest(bytes([n])), "h_auth": digest(AUTH)}
    return await return_code.keep(house.world, **hashes, old=None, room=None)


async def test_who_makes_code_after_code_takes_few_times_and_a_day_later_the_code_is_not_new(
    house: House,
) -> None:
    (ek,) = await counsellors(house)
    most = house.policy.bookings_by_new
    codes = [await new_code(house, n) for n in range(most + 1)]
    for each in codes[:-1]:
        await take(house, each)

    assert await refused(take(house, codes[-1])) is RefusalCode.BUSY
    key = (await book.free(house.world))[0].key
    await book.offer(house.world, codes[-1], key, language="sv", interpreter=None)
    await take_at(house, codes[-1], key)
    house.clock.advance(DAY)
    await take(house, codes[-1])
    assert len((await book.mine(house.world, codes[-1], R)).talks) == 2
    assert ek.idx == (await talk_of(house, codes[-1])).idx
