"""Booking: a time is one visitor's; it is held, booked, moved and let go; who waits is served."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from hamn.core import booking, wishes
from hamn.core.booking import Asked, Book, Now, State, Talk, Wish
from hamn.core.policy import Policy
from hamn.core.slots import Form, Plan, Published, Slot, publish, withdraw
from hamn.core.wall import day_of
from hamn.core.words import Idx, Mailbox, Moment, Refusal, RefusalCode, Seconds
from tests.clock import NOON

ZONE = ZoneInfo("Europe/Stockholm")
POLICY = Policy()
NOW = Now(NOON, ZONE, POLICY)
EK, ASK = Idx(5), Idx(6)
MINE, OTHERS = Mailbox(b"m" * 16), Mailbox(b"o" * 16)
R = b"r" * 32


def plan_of(*asked: Published) -> Plan:
    plan = Plan()
    for each in asked:
        plan = publish(plan, each, able=frozenset({EK, ASK}), today=NOW.today)
    return plan


EVENING = Published(EK, NOW.today, 18 * 60, 45, Form.CHAT, ("sv",), weekly=True)
LATER = replace(EVENING, start=19 * 60)
PLAN = plan_of(EVENING, LATER, replace(EVENING, idx=ASK, form=Form.PHONE))
FIRST, SECOND, THIRD = ((NOW.today, number) for number in (1, 2, 3))


def asked(name: bytes = b"1", mailbox: Mailbox = MINE, **other: object) -> Asked:
    return replace(Asked(name * 16, mailbox, "sv"), **other)  # type: ignore[arg-type]


def booked() -> tuple[Book, Talk]:
    book = booking.book_time(Book(PLAN), FIRST, asked(), R, NOW)
    return book, book.of(MINE)[0]


def at(talk: Talk, minutes: float) -> Now:
    """So many minutes after a talk's time."""
    return replace(NOW, moment=Moment(talk.begins + minutes * 60))


def refused_with(code: RefusalCode, *given: object, by: object = booking.hold) -> None:
    with pytest.raises(Refusal) as refused:
        by(*given)  # type: ignore[operator]
    assert refused.value.code is code


def test_a_time_that_is_taken_is_nobody_elses() -> None:
    book, talk = booked()

    assert (talk.state, talk.idx, talk.r) == (State.BOOKED, EK, R)
    refused_with(RefusalCode.CAS, book, FIRST, asked(b"2", OTHERS), R, NOW, by=booking.book_time)
    assert FIRST not in [slot.key for slot in booking.free(book, NOW)]
    assert booking.book_time(book, FIRST, asked(b"3"), R, NOW) == book


def test_a_time_that_was_let_go_is_free_again() -> None:
    book, talk = booked()
    sealed = booking.agree(book, talk.id, b"a" * 16, b"b" * 16)
    assert sealed.envelopes == {b"a" * 16, b"b" * 16}

    free = booking.cancel(sealed, talk.id, MINE, NOW)

    assert FIRST in [slot.key for slot in booking.free(free, NOW)]
    assert free.envelopes == frozenset()
    assert (free.of(MINE)[0].state, free.of(MINE)[0].r) == (State.CANCELLED, b"")
    refused_with(RefusalCode.GONE, sealed, talk.id, OTHERS, NOW, by=booking.cancel)
    refused_with(RefusalCode.GONE, free, talk.id, MINE, NOW, by=booking.cancel)


def test_moving_lets_the_old_time_go_in_the_same_step() -> None:
    book, old = booked()

    moved = booking.book_time(book, SECOND, asked(b"2", moves=old.id), R, NOW)

    assert [talk.state for talk in moved.of(MINE)] == [State.MOVED, State.BOOKED]
    assert [slot.key for slot in booking.free(moved, NOW)][:2] == [FIRST, THIRD]
    refused_with(
        RefusalCode.GONE, book, SECOND, asked(b"2", OTHERS, moves=old.id), R, NOW,
        by=booking.book_time,
    )  # fmt: skip


def test_what_is_held_becomes_hers_or_is_free_again_by_itself() -> None:
    held = booking.hold(Book(PLAN), FIRST, asked(), Moment(NOON + 3600), NOW)

    assert FIRST not in [slot.key for slot in booking.free(held, NOW)]
    refused_with(RefusalCode.CAS, held, FIRST, asked(b"2", OTHERS), R, NOW, by=booking.book_time)
    yes = booking.book_time(held, FIRST, asked(b"3"), R, NOW)
    assert [(talk.id, talk.state) for talk in yes.talks] == [(b"1" * 16, State.BOOKED)]
    late = replace(NOW, moment=Moment(NOON + 3600))
    assert FIRST in [slot.key for slot in booking.free(held, late)]
    assert booking.book_time(held, FIRST, asked(b"2", OTHERS), R, late).of(OTHERS)


def test_nothing_of_a_talk_says_to_the_minute_when_somebody_was_here() -> None:
    now = Now(Moment(NOON + 1234.5), ZONE, replace(POLICY, offer_kept=Seconds(3600)))
    book, ids = waiting(1, Book(PLAN))
    (held,) = wishes.serve(book, ids, nobody, now).talks
    assert held.until == NOON + 2 * 3600

    stood = Book(PLAN, (held,))
    yes = booking.book_time(stood, held.key, asked(mailbox=held.mailbox), R, now)
    no = booking.cancel(stood, held.id, held.mailbox, now)
    let_pass = booking.tidied(stood, held.until)
    assert not any(each.talks[0].until for each in (yes, no, let_pass))


def test_what_cannot_be_had_is_refused() -> None:
    full = POLICY.bookings_per_code
    book = Book(PLAN)
    for n in range(full):
        key = (NOW.today + 7 * n, 1)
        book = booking.book_time(book, key, asked(bytes([n])), R, NOW)
    until = Moment(NOON + 60)

    refused_with(RefusalCode.FULL, book, SECOND, asked(b"9"), until, NOW)
    for key in ((NOW.today + 1, 1), (NOW.today - 7, 1), (NOW.today + 42, 1), (NOW.today, 99)):
        refused_with(RefusalCode.GONE, Book(PLAN), key, asked(), until, NOW)
    refused_with(RefusalCode.GONE, Book(PLAN), FIRST, asked(language="so"), until, NOW)
    refused_with(RefusalCode.GONE, Book(PLAN), FIRST, asked(barred=frozenset({EK})), until, NOW)
    helped = asked(language="so", interpreter="so")
    assert booking.hold(Book(PLAN), FIRST, helped, until, NOW).of(MINE)


def test_a_withdrawn_time_leaves_the_talk_that_is_booked() -> None:
    book, talk = booked()
    book = replace(book, plan=withdraw(book.plan, FIRST, today=NOW.today))

    assert book.of(MINE) == (talk,)
    meets = publish(
        book.plan, replace(EVENING, weekly=False), able=frozenset({EK}), today=NOW.today
    )
    assert (NOW.today, 4) not in [s.key for s in booking.free(replace(book, plan=meets), NOW)]


def test_the_door_opens_shortly_before_and_closes_with_the_talk() -> None:
    _, talk = booked()
    early = POLICY.talk_early / 60

    open_at = [
        booking.is_on(talk, at(talk, minutes).moment, POLICY)
        for minutes in (-early - 1, -early, 0, 44, 45)
    ]

    assert open_at == [False, True, True, True, False]
    assert not booking.is_on(replace(talk, form=Form.PHONE), talk.begins, POLICY)
    assert not booking.is_on(replace(talk, state=State.CANCELLED), talk.begins, POLICY)


def test_whether_she_came_is_said_once_it_could_be() -> None:
    book, talk = booked()

    refused_with(RefusalCode.GONE, book, talk.id, State.DONE, NOW, by=booking.attend)
    done = booking.attend(book, talk.id, State.DONE, at(talk, 1))
    missed = booking.attend(done, talk.id, State.MISSED, at(talk, 60))
    assert [each.of(MINE)[0].state for each in (done, missed)] == [State.DONE, State.MISSED]
    refused_with(RefusalCode.GONE, book, talk.id, State.BOOKED, at(talk, 1), by=booking.attend)
    refused_with(RefusalCode.GONE, done, talk.id, MINE, at(talk, 60), by=booking.cancel)


def test_another_code_has_what_is_agreed_sealed_anew() -> None:
    book, talk = booked()
    book = booking.agree(book, talk.id, b"a" * 16, b"b" * 16)

    assert booking.known_by(book, MINE, R) is book
    anew = booking.known_by(book, MINE, b"n" * 32)
    assert (anew.of(MINE)[0].r, anew.of(MINE)[0].reply) == (b"n" * 32, None)


def wish(mailbox: Mailbox, hour: int, *forms: Form, interpreter: str | None = None) -> Wish:
    return Wish(mailbox, forms, "sv", interpreter, hour, 30_000)


def nobody(_: Mailbox) -> frozenset[Idx]:
    return frozenset()


def test_who_waits_longest_is_offered_the_time_that_comes_free() -> None:
    ids = [b"i" * 16, b"j" * 16]
    full = Book(plan_of(EVENING))
    for n in range(6):
        taker = asked(bytes([n]), Mailbox(bytes([n]) * 16))
        full = booking.book_time(full, (NOW.today + 7 * n, 1), taker, R, NOW)
    for each in (wish(OTHERS, 2, Form.CHAT), wish(MINE, 1, Form.CHAT, Form.PHONE)):
        full = wishes.wait_for(full, each, NOW)
    assert wishes.serve(full, ids, nobody, NOW) == full

    gone = booking.cancel(full, b"\x03" * 16, Mailbox(b"\x03" * 16), NOW)
    served = wishes.serve(gone, ids, nobody, NOW)

    (held,) = (talk for talk in served.talks if talk.state is State.HELD)
    assert (held.mailbox, held.until) == (MINE, Moment(NOON + POLICY.offer_kept))
    assert [each.mailbox for each in served.wishes] == [OTHERS, MINE]
    assert wishes.serve(served, ids, nobody, NOW) == served
    yes = booking.book_time(served, held.key, asked(b"y"), R, NOW)
    assert [each.mailbox for each in yes.wishes] == [OTHERS]


def test_a_wish_is_for_forms_and_nobody_one_must_not_meet() -> None:
    book = Book(plan_of(EVENING))
    phone = wishes.wait_for(book, wish(MINE, 1, Form.PHONE), NOW)
    chat = wishes.wait_for(phone, wish(MINE, 9, Form.CHAT), NOW)

    assert wishes.serve(phone, [b"i" * 16], nobody, NOW) == phone
    assert [each.hour for each in chat.wishes] == [1]
    assert wishes.serve(chat, [b"i" * 16], lambda _: frozenset({EK}), NOW) == chat
    assert wishes.serve(chat, [b"i" * 16], nobody, NOW).of(MINE)
    assert wishes.wait_for(chat, wish(MINE, 9), NOW).wishes == ()


def test_a_time_that_was_declined_or_let_pass_is_not_held_for_her_again() -> None:
    waiting = wishes.wait_for(Book(plan_of(EVENING)), wish(MINE, 1, Form.CHAT), NOW)
    brief = replace(NOW, policy=replace(POLICY, offer_kept=Seconds(60.0)))
    served = wishes.serve(waiting, [b"i" * 16], nobody, brief)
    (first,) = served.of(MINE)
    late = replace(NOW, moment=first.until)

    declined = wishes.serve(booking.cancel(served, first.id, MINE, NOW), [b"j" * 16], nobody, NOW)
    passed = wishes.serve(served, [b"j" * 16], nobody, late)

    for book in (declined, passed):
        (held,) = (talk for talk in book.of(MINE) if talk.state is State.HELD)
        assert held.key != first.key
    assert booking.book_time(passed, first.key, asked(b"o", OTHERS), R, late).of(OTHERS)


def crowd(count: int) -> list[Mailbox]:
    return [Mailbox(n.to_bytes(16, "big")) for n in range(count)]


def test_new_codes_have_so_many_times_between_them_and_others_have_theirs() -> None:
    policy = replace(POLICY, bookings_by_new=2)
    strangers = crowd(3)
    now = replace(NOW, policy=policy, new=frozenset(strangers))
    book = Book(PLAN)
    for week, (each, step) in enumerate(zip(strangers, ("book", "hold"), strict=False)):
        given = (book, (NOW.today + 7 * week, 1), asked(bytes([week]), each))
        by_hold = booking.hold(*given, Moment(NOON + 60), now)
        book = by_hold if step == "hold" else booking.book_time(*given, R, now)

    one_more = asked(b"3", strangers[2])
    refused_with(RefusalCode.BUSY, book, SECOND, one_more, R, now, by=booking.book_time)
    moved = asked(b"4", strangers[0], moves=book.of(strangers[0])[0].id)
    assert booking.book_time(book, SECOND, moved, R, now).of(strangers[0])
    assert booking.book_time(book, SECOND, asked(b"5", OTHERS), R, now).of(OTHERS)


def test_so_many_wait_in_all_and_fewer_of_those_who_are_new() -> None:
    strangers, others = crowd(3), [OTHERS, MINE]
    policy = replace(POLICY, bookings_by_new=2, wishes_at_most=3)
    now = replace(NOW, policy=policy, new=frozenset(strangers))
    book = Book(PLAN)
    for each in (*strangers[:2], OTHERS):
        book = wishes.wait_for(book, wish(each, 1, Form.CHAT), now)

    for late in (wish(strangers[2], 2, Form.CHAT), wish(MINE, 2, Form.CHAT)):
        refused_with(RefusalCode.BUSY, book, late, now, by=wishes.wait_for)
    again = wishes.wait_for(book, wish(strangers[0], 2, Form.PHONE), now)
    assert len(again.wishes) == len(others) + 1
    fewer = wishes.wait_for(book, wish(OTHERS, 2), now)
    refused_with(RefusalCode.BUSY, fewer, wish(strangers[2], 2, Form.CHAT), now, by=wishes.wait_for)
    assert wishes.wait_for(fewer, wish(MINE, 2, Form.CHAT), now).wish(MINE)


def waiting(count: int, book: Book) -> tuple[Book, list[bytes]]:
    wanted = [wish(Mailbox(n.to_bytes(16, "big")), n, Form.CHAT) for n in range(count)]
    return replace(book, wishes=tuple(wanted)), [n.to_bytes(16, "big") for n in range(count)]


def test_of_what_is_to_come_no_more_than_half_is_held_but_for_a_few() -> None:
    for by_new, held in ((1, 6), (9, 9)):
        now = replace(NOW, policy=replace(POLICY, bookings_by_new=by_new))
        book, ids = waiting(12, Book(plan_of(EVENING, LATER)))
        assert len(booking.free(book, now)) == 12

        served = wishes.serve(book, ids, nobody, now)

        first = [Mailbox(id_) for id_ in ids[:held]]
        assert [talk.mailbox for talk in served.talks] == first
        assert [each.mailbox for each in served.wishes][-held:] == first
        assert wishes.serve(served, ids, nobody, now) == served


def test_however_many_wait_what_is_free_is_looked_for_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked, real = 0, booking.free

    def free(book: Book, now: Now) -> tuple[Slot, ...]:
        nonlocal looked
        looked += 1
        return real(book, now)

    monkeypatch.setattr(booking, "free", free)
    book, ids = waiting(100, Book(PLAN))

    assert wishes.serve(book, ids, nobody, NOW).talks

    assert looked == 1


class Evenings(RuleBasedStateMachine):
    """Visitors book, move, cancel and wait, times come and go, and the clock goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.book = Book(PLAN)
        self.now = replace(NOW, policy=replace(POLICY, offer_kept=Seconds(600)))
        self.made = 0

    def _id(self) -> bytes:
        self.made += 1
        return self.made.to_bytes(16, "big")

    def _try(self, step: object, *given: object) -> None:
        try:
            self.book = step(self.book, *given)  # type: ignore[operator]
        except Refusal:
            return
        ids = [self._id() for _ in self.book.wishes]
        self.book = wishes.serve(self.book, ids, nobody, self.now)

    visitors = st.sampled_from([MINE, OTHERS, Mailbox(b"x" * 16), Mailbox(b"y" * 16)])
    keys = st.tuples(st.integers(0, 2).map(lambda week: NOW.today + 7 * week), st.integers(1, 3))

    @rule(who=visitors, key=keys, moves=st.booleans())
    def take(self, who: Mailbox, key: tuple[int, int], moves: bool) -> None:
        old = next((t.id for t in self.book.of(who) if moves and t.state is State.BOOKED), None)
        given = Asked(self._id(), who, "sv", moves=old)
        self._try(booking.book_time, key, given, R, self.now)

    @rule(who=visitors, at=st.integers(0, 5))
    def let_go(self, who: Mailbox, at: int) -> None:
        ids = [talk.id for talk in self.book.of(who)]
        self._try(booking.cancel, ids[at] if at < len(ids) else b"", who, self.now)

    @rule(who=visitors, forms=st.sets(st.sampled_from(Form)))
    def wish(self, who: Mailbox, forms: set[Form]) -> None:
        self._try(wishes.wait_for, wish(who, int(self.now.moment // 3600), *forms), self.now)

    @rule(who=visitors, key=keys)
    def offer(self, who: Mailbox, key: tuple[int, int]) -> None:
        until = Moment(self.now.moment + 600)
        self._try(booking.hold, key, Asked(self._id(), who, "sv"), until, self.now)

    @rule(minutes=st.integers(1, 3000))
    def goes_on(self, minutes: int) -> None:
        self.now = replace(self.now, moment=Moment(self.now.moment + minutes * 60))

    @invariant()
    def nobody_has_what_another_has(self) -> None:
        on = [t for t in booking.tidied(self.book, self.now.moment).talks
              if t.state in booking.TAKES_TIME]  # fmt: skip
        assert len({talk.key for talk in on}) == len(on)
        for one in on:
            others = (t for t in on if t.id != one.id and t.idx == one.idx)
            assert all(t.ends <= one.begins or one.ends <= t.begins for t in others)
        free = {slot.key for slot in booking.free(self.book, self.now)}
        assert not free & {talk.key for talk in on}

    @invariant()
    def nobody_has_more_than_a_code_may(self) -> None:
        for who in {talk.mailbox for talk in self.book.talks}:
            ahead = [t for t in self.book.of(who) if t.ends > self.now.moment
                     and t.state in (State.HELD, State.BOOKED)]  # fmt: skip
            assert len(ahead) <= POLICY.bookings_per_code


TestEvenings = Evenings.TestCase
TestEvenings.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)


def test_the_day_is_the_centres() -> None:
    assert NOW.today == day_of(NOON, ZONE)
