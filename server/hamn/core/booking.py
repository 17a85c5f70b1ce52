"""Booking a talk: who has which time, and when the door to a talk is open; who waits: wishes.py.

held -> booked -> done | missed, or let go on the way: by the visitor, or by the centre, and moved
to another time. Of a talk are known its time, language and form, whether an interpreter is wanted,
and a mailbox; where it is, and the word that is agreed, are sealed. A time is never two visitors':
every change is a step from the whole book to the next one, and the store takes it from one alone.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from enum import Enum

from hamn.core import slots
from hamn.core.hours import Span
from hamn.core.policy import Policy
from hamn.core.slots import Form, Plan, Slot, SlotKey, slots_of
from hamn.core.wall import day_of
from hamn.core.words import Idx, Mailbox, Moment, Refusal, RefusalCode

HOUR = 3600
DAY = 24 * HOUR
TRY_AGAIN = HOUR
"""Seconds after which it is worth asking again where others have taken all there is for now."""
SHOWN_AFTER = 3 * DAY
"""How long a talk that was missed or called off is spoken of when its code is used."""


class State(Enum):
    """How it stands with a talk."""

    HELD = "held"
    """Kept for one visitor, who has not said yes."""
    BOOKED = "booked"
    CANCELLED = "cancelled"
    """By the visitor."""
    CALLED_OFF = "called off"
    """By the centre."""
    MOVED = "moved"
    DONE = "done"
    MISSED = "missed"


TRANSITIONS: dict[State, frozenset[State]] = {
    State.HELD: frozenset({State.BOOKED, State.CANCELLED, State.CALLED_OFF}),
    State.BOOKED: frozenset(set(State) - {State.HELD}),
    State.CANCELLED: frozenset(),
    State.CALLED_OFF: frozenset(),
    State.MOVED: frozenset(),
    State.DONE: frozenset({State.MISSED}),
    State.MISSED: frozenset({State.DONE}),
}
TAKES_TIME = frozenset({State.HELD, State.BOOKED, State.DONE, State.MISSED})
"""While a talk stands so, its time is nobody else's."""
LET_GO = frozenset({State.CANCELLED, State.CALLED_OFF, State.MOVED})
"""Of these nothing that was sealed is kept."""


@dataclass(frozen=True, slots=True)
class Talk:
    """One time that somebody has, or had."""

    id: bytes
    key: SlotKey
    idx: Idx
    start: int
    """A minute of Unix time."""
    length: int
    form: Form
    language: str
    interpreter: str | None
    mailbox: Mailbox
    state: State
    last_day: int
    """The day, from the Unix epoch, after which nothing of it is kept."""
    until: Moment = Moment(0.0)
    """Held: until when, by the hour, which does not say when somebody was here; else 0."""
    moves: bytes | None = None
    """The talk that ends when this one is booked."""
    r: bytes = field(default=b"", repr=False)
    """The public half of the code, to which what is agreed is sealed."""
    sealed: bytes | None = None
    """The id of the envelope that the counsellor opens."""
    reply: bytes | None = None
    """The id of the envelope that the visitor opens."""

    @property
    def begins(self) -> Moment:
        return Moment(self.start * 60.0)

    @property
    def ends(self) -> Moment:
        return Moment((self.start + self.length) * 60.0)


@dataclass(frozen=True, slots=True)
class Wish:
    """A visitor waits for a time: in one of these forms, in this language."""

    mailbox: Mailbox
    forms: tuple[Form, ...]
    language: str
    interpreter: str | None
    hour: int
    """Since when, as an hour from the Unix epoch."""
    last_day: int


NO_TIMES = Plan()


@dataclass(frozen=True, slots=True)
class Book:
    """All times, talks and wishes."""

    plan: Plan = NO_TIMES
    talks: tuple[Talk, ...] = ()
    wishes: tuple[Wish, ...] = ()

    def talk(self, id: bytes) -> Talk | None:  # noqa: A002
        return next((each for each in self.talks if each.id == id), None)

    def of(self, mailbox: Mailbox) -> tuple[Talk, ...]:
        """A visitor's talks, the next one first."""
        return tuple(sorted(self._of(mailbox), key=lambda talk: talk.start))

    def wish(self, mailbox: Mailbox) -> Wish | None:
        return next((each for each in self.wishes if each.mailbox == mailbox), None)

    @property
    def envelopes(self) -> frozenset[bytes]:
        """The ids of all that is sealed here."""
        every = (env_id for talk in self.talks for env_id in (talk.sealed, talk.reply))
        return frozenset(env_id for env_id in every if env_id is not None)

    def _of(self, mailbox: Mailbox) -> Iterator[Talk]:
        return (each for each in self.talks if each.mailbox == mailbox)


@dataclass(frozen=True, slots=True)
class Now:
    """What a change is judged by."""

    moment: Moment
    zone: tzinfo
    policy: Policy
    new: Container[Mailbox] = frozenset()
    """Whose codes are younger than a day; they share what there is for strangers."""

    @property
    def today(self) -> int:
        return day_of(self.moment, self.zone)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a visitor wants, or is offered."""

    id: bytes
    mailbox: Mailbox
    language: str
    interpreter: str | None = None
    barred: frozenset[Idx] = frozenset()
    moves: bytes | None = None


def free(book: Book, now: Now) -> tuple[Slot, ...]:
    """The times that can be had, from now on and as far ahead as is planned."""
    last = now.today + now.policy.book_ahead_days
    taken: dict[Idx, list[Talk]] = {}
    for talk in book.talks:
        if _takes_time(talk, now.moment):
            taken.setdefault(talk.idx, []).append(talk)
    return tuple(
        slot
        for slot in slots_of(book.plan, now.today, last)
        if is_open(slot, taken.get(slot.idx, ()), now)
    )


def is_open(slot: Slot, taken: Sequence[Talk], now: Now) -> bool:
    """Whether a time is still to come, and none of these talks takes it."""
    span = slot.span(now.zone)
    return span.start > now.moment and not any(_meets(talk, slot, span) for talk in taken)


def speaks(slot: Slot, language: str, interpreter: str | None) -> bool:
    """Whether the talk can be had in a language: spoken there, or through an interpreter."""
    return language in slot.languages or interpreter is not None


def hold(book: Book, key: SlotKey, asked: Asked, until: Moment, now: Now) -> Book:
    """Keep a time for a visitor until she says yes.

    Raises: Refusal(CAS) when somebody was first; Refusal(GONE) for a time that is none;
    Refusal(FULL) for a code that has as many talks as it may; Refusal(BUSY) for a new one, while
    new ones have as many as they may between them.
    """
    book = tidied(book, now.moment)
    slot = book.plan.slot(key)
    if slot is None or slot.idx in asked.barred:
        raise Refusal(RefusalCode.GONE)
    span = slot.span(now.zone)
    if span.start <= now.moment:
        raise Refusal(RefusalCode.GONE)
    if key[0] > now.today + now.policy.book_ahead_days:
        raise Refusal(RefusalCode.GONE)
    if not speaks(slot, asked.language, asked.interpreter):
        raise Refusal(RefusalCode.GONE)
    others = [t for t in book.talks if t.id != asked.moves and _takes_time(t, now.moment)]
    if any(_meets(talk, slot, span) for talk in others):
        raise Refusal(RefusalCode.CAS)
    _need_room(book, asked, now)
    begins = span.start
    made = Talk(
        id=asked.id,
        key=key,
        idx=slot.idx,
        start=int(begins // 60),
        length=slot.length,
        form=slot.form,
        language=asked.language,
        interpreter=asked.interpreter,
        mailbox=asked.mailbox,
        state=State.HELD,
        last_day=int((begins + slot.length * 60) // DAY) + now.policy.booking_days,
        until=min(_whole_hour(until), begins),
        moves=asked.moves,
    )
    return replace(book, talks=(*book.talks, made))


def book_time(book: Book, key: SlotKey, asked: Asked, r: bytes, now: Now) -> Book:
    """A visitor takes a time: a free one, or one that is held for her. The same once more changes
    nothing. Raises: as `hold`."""
    book = tidied(book, now.moment)
    standing = next((t for t in book.of(asked.mailbox) if t.key == key and _is_on(t)), None)
    if standing is not None and standing.state is State.BOOKED:
        return book
    if standing is None:
        book = hold(book, key, asked, Moment(now.moment + 1), now)
        standing = book.talks[-1]
    booked = replace(_to(standing, State.BOOKED), r=r)
    moves = asked.moves or standing.moves
    book = _with(book, replace(booked, moves=None))
    if moves is not None:
        old = _own(book, moves, asked.mailbox)
        book = _with(book, _to(old, State.MOVED))
    return replace(book, wishes=tuple(w for w in book.wishes if w.mailbox != asked.mailbox))


def cancel(book: Book, id: bytes, mailbox: Mailbox, now: Now) -> Book:  # noqa: A002
    """The visitor lets a time go, at any moment before its end. Raises: Refusal(GONE)."""
    talk = _own(book, id, mailbox)
    if talk.ends <= now.moment:
        raise Refusal(RefusalCode.GONE)
    return _with(book, _to(talk, State.CANCELLED))


def call_off(book: Book, id: bytes) -> Book:  # noqa: A002
    """The centre cannot keep it. Raises: Refusal(GONE)."""
    return _with(book, _to(_found(book, id), State.CALLED_OFF))


def without_leavers(book: Book, able: frozenset[Idx], now: Now) -> Book:
    """Who holds no talks any more has no times, and the talks to come are called off."""
    plan = book.plan
    for idx in {series.idx for series in plan.series} - able:
        plan = slots.without(plan, idx, today=now.today)
    talks = tuple(
        _to(talk, State.CALLED_OFF)
        if talk.idx not in able and _is_on(talk) and talk.ends > now.moment
        else talk
        for talk in book.talks
    )
    return replace(book, plan=plan, talks=talks)


def attend(book: Book, id: bytes, state: State, now: Now) -> Book:  # noqa: A002
    """The counsellor says whether a talk was held. Raises: Refusal(GONE) before it could be."""
    talk = _found(book, id)
    if state not in (State.DONE, State.MISSED) or now.moment < opens(talk, now.policy):
        raise Refusal(RefusalCode.GONE)
    return book if talk.state is state else _with(book, _to(talk, state))


def agree(book: Book, id: bytes, sealed: bytes, reply: bytes | None) -> Book:  # noqa: A002
    """What is agreed has been sealed, to both. Raises: Refusal(GONE) unless it is booked."""
    talk = _found(book, id)
    if talk.state is not State.BOOKED:
        raise Refusal(RefusalCode.GONE)
    return _with(book, replace(talk, sealed=sealed, reply=reply or talk.reply))


def known_by(book: Book, mailbox: Mailbox, r: bytes) -> Book:
    """The visitor has another code: what was sealed to the old one is to be sealed anew."""
    talks = tuple(
        replace(talk, r=r, reply=None)
        if talk.mailbox == mailbox and talk.state is State.BOOKED and talk.r != r
        else talk
        for talk in book.talks
    )
    return book if talks == book.talks else replace(book, talks=talks)


def tidied(book: Book, now: Moment) -> Book:
    """Where times that were held and never taken are let go."""
    is_over = {t.id for t in book.talks if t.state is State.HELD and t.until <= now}
    talks = tuple(_to(t, State.CANCELLED) if t.id in is_over else t for t in book.talks)
    return book if talks == book.talks else replace(book, talks=talks)


def opens(talk: Talk, policy: Policy) -> Moment:
    """From when on the code opens the door to it."""
    return Moment(talk.begins - policy.talk_early)


def asked_about(book: Book, mailbox: Mailbox, now: Moment) -> tuple[Talk, ...]:
    """The talks of a code that its visitor is shown at once: to come, or over for some days."""
    since = now - SHOWN_AFTER
    talks = tidied(book, now).of(mailbox)
    ended = (State.CANCELLED, State.MOVED, State.DONE)
    return tuple(talk for talk in talks if talk.ends > since and talk.state not in ended)


def is_on(talk: Talk, now: Moment, policy: Policy) -> bool:
    """Whether the door to a talk in writing is open."""
    stands = talk.state in (State.BOOKED, State.DONE) and talk.form is Form.CHAT
    return stands and opens(talk, policy) <= now < talk.ends


def _is_on(talk: Talk) -> bool:
    return talk.state in (State.HELD, State.BOOKED)


def _takes_time(talk: Talk, now: Moment) -> bool:
    is_over = talk.state is State.HELD and talk.until <= now
    return talk.state in TAKES_TIME and not is_over


def _meets(talk: Talk, slot: Slot, span: Span) -> bool:
    """Whether a counsellor would sit in two talks at once."""
    if talk.key == slot.key:
        return True
    return talk.idx == slot.idx and talk.begins < span.end and span.start < talk.ends


def _need_room(book: Book, asked: Asked, now: Now) -> None:
    ahead = [t for t in book.of(asked.mailbox) if _is_on(t) and t.ends > now.moment]
    if len([t for t in ahead if t.id != asked.moves]) >= now.policy.bookings_per_code:
        raise Refusal(RefusalCode.FULL)
    if asked.mailbox in now.new and len(_of_new(book, asked, now)) >= now.policy.bookings_by_new:
        raise Refusal(RefusalCode.BUSY, wait=TRY_AGAIN)


def _of_new(book: Book, asked: Asked, now: Now) -> list[Talk]:
    talks = (t for t in book.talks if t.mailbox in now.new and t.id != asked.moves)
    return [talk for talk in talks if _is_on(talk) and talk.ends > now.moment]


def _whole_hour(moment: Moment) -> Moment:
    return Moment(-(-moment // HOUR) * HOUR)


def _to(talk: Talk, state: State) -> Talk:
    if state not in TRANSITIONS[talk.state]:
        raise Refusal(RefusalCode.GONE)
    if state in LET_GO:
        talk = replace(talk, r=b"", sealed=None, reply=None)
    return replace(talk, state=state, until=Moment(0.0))


def _with(book: Book, changed: Talk) -> Book:
    talks = tuple(changed if each.id == changed.id else each for each in book.talks)
    return replace(book, talks=talks)


def _found(book: Book, id_: bytes) -> Talk:
    talk = book.talk(id_)
    if talk is None:
        raise Refusal(RefusalCode.GONE)
    return talk


def _own(book: Book, id_: bytes, mailbox: Mailbox) -> Talk:
    talk = _found(book, id_)
    if talk.mailbox != mailbox or not _is_on(talk):
        raise Refusal(RefusalCode.GONE)
    return talk
