"""Times for talks, as counsellors publish them: every week or once, per language, in a form.

What comes once is a series of one day. Times are minutes by the wall (wall.py), so that a talk at
half past six stays there on the nights the clock is set; how long it lasts is counted in true
minutes. A time shows when, in which languages and in which form, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import tzinfo
from enum import Enum
from typing import TypeAlias

from hamn.core.hours import Span
from hamn.core.wall import DAY, moment_at, weekday
from hamn.core.words import Idx, Malformed, Moment, Refusal, RefusalCode

SlotKey: TypeAlias = tuple[int, int]
"""A time's day and the number of its series."""
GRID = 30
"""A talk begins on the half hour: nothing finer is known of it."""
SHORTEST, LONGEST = 15, 180
MOST_SERIES, MOST_OF_ONE = 500, 200
"""In all, and of one member; those that are over do not count."""
MOST_LANGUAGES = 8
WEEK = 7
WEEKS_LOOKED_AT = 60
LAST_DAY = 100_000


class Form(Enum):
    """How a talk is held."""

    CHAT = "chat"
    PHONE = "phone"
    """The visitor calls."""
    MEETING = "meeting"


@dataclass(frozen=True, slots=True)
class Series:
    """A time that comes every week, from a first day, and to a last one if there is one."""

    number: int
    idx: Idx
    weekday: int
    start: int
    length: int
    form: Form
    languages: tuple[str, ...]
    first: int
    last: int | None

    def holds_on(self, day: int) -> bool:
        """Whether it comes on that day."""
        is_within = self.first <= day and (self.last is None or day <= self.last)
        return is_within and weekday(day) == self.weekday


@dataclass(frozen=True, slots=True)
class Slot:
    """One time of one day."""

    day: int
    number: int
    idx: Idx
    start: int
    """A minute of the day, by the wall."""
    length: int
    form: Form
    languages: tuple[str, ...]

    @property
    def key(self) -> SlotKey:
        return self.day, self.number

    def span(self, zone: tzinfo) -> Span:
        """From when to when, by no wall."""
        start = moment_at(self.day, self.start, zone)
        return Span(start, Moment(start + self.length * 60))


@dataclass(frozen=True, slots=True)
class Published:
    """What is asked for when a time is published."""

    idx: Idx
    day: int
    start: int
    length: int
    form: Form
    languages: tuple[str, ...]
    weekly: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """All times that were published, and the single ones that were taken back."""

    series: tuple[Series, ...] = ()
    off: frozenset[SlotKey] = frozenset()
    next_number: int = 1

    def find(self, number: int) -> Series | None:
        return next((each for each in self.series if each.number == number), None)

    def slot(self, key: SlotKey) -> Slot | None:
        """A time that stands."""
        series = self.find(key[1])
        is_on = series is not None and series.holds_on(key[0]) and key not in self.off
        return _slot(series, key[0]) if series is not None and is_on else None


def slots_of(plan: Plan, first: int, last: int) -> tuple[Slot, ...]:
    """The times of some days, both ends included, in their order."""
    found = (
        _slot(series, day)
        for day in range(first, last + 1)
        for series in plan.series
        if series.holds_on(day) and (day, series.number) not in plan.off
    )
    return tuple(sorted(found, key=lambda slot: (slot.day, slot.start, slot.idx, slot.number)))


def publish(plan: Plan, asked: Published, *, able: frozenset[Idx], today: int) -> Plan:
    """One more time. Raises: Malformed; Refusal(GONE) for a day that has passed, or a member who
    holds no talks; Refusal(CAS) where they have another time already; Refusal(FULL)."""
    _check(asked)
    if asked.idx not in able or asked.day < today:
        raise Refusal(RefusalCode.GONE)
    standing = [each.idx for each in plan.series if each.last is None or today <= each.last]
    if len(standing) >= MOST_SERIES or standing.count(asked.idx) >= MOST_OF_ONE:
        raise Refusal(RefusalCode.FULL)
    made = Series(
        plan.next_number,
        asked.idx,
        weekday(asked.day),
        asked.start,
        asked.length,
        asked.form,
        asked.languages,
        asked.day,
        None if asked.weekly else asked.day,
    )
    if any(_meet(plan, made, other) for other in plan.series):
        raise Refusal(RefusalCode.CAS)
    return replace(plan, series=(*plan.series, made), next_number=made.number + 1)


def end(plan: Plan, number: int, day: int, *, today: int) -> Plan:
    """No longer, from a day on. Raises: Refusal(GONE)."""
    series = plan.find(number)
    if series is None or day < today or (series.last is not None and series.last < day):
        raise Refusal(RefusalCode.GONE)
    ended = replace(series, last=day - 1)
    kept = [ended if each.number == number else each for each in plan.series]
    return replace(
        plan,
        series=tuple(each for each in kept if each.last is None or each.first <= each.last),
        off=frozenset(key for key in plan.off if key[1] != number or key[0] < day),
    )


def without(plan: Plan, idx: Idx, *, today: int) -> Plan:
    """Where a member has no times any more, from today on."""
    for series in plan.series:
        if series.idx == idx and (series.last is None or today <= series.last):
            plan = end(plan, series.number, today, today=today)
    return plan


def withdraw(plan: Plan, key: SlotKey, *, today: int) -> Plan:
    """Not on that day. Raises: Refusal(GONE)."""
    if plan.slot(key) is None or key[0] < today:
        raise Refusal(RefusalCode.GONE)
    return replace(plan, off=plan.off | {key})


def move(plan: Plan, key: SlotKey, to: Published, *, able: frozenset[Idx], today: int) -> Plan:
    """One time at another hour, or every one from that day on. Raises: as what it is made of."""
    taken = (
        end(plan, key[1], key[0], today=today) if to.weekly else withdraw(plan, key, today=today)
    )
    return publish(taken, to, able=able, today=today)


def _slot(series: Series, day: int) -> Slot:
    form, languages = series.form, series.languages
    return Slot(day, series.number, series.idx, series.start, series.length, form, languages)


def _check(asked: Published) -> None:
    is_time = 0 <= asked.start < DAY and asked.start % GRID == 0
    is_long = SHORTEST <= asked.length <= LONGEST and asked.length % SHORTEST == 0
    languages = asked.languages
    is_spoken = 0 < len(languages) == len(set(languages)) <= MOST_LANGUAGES
    if not (is_time and is_long and is_spoken and 0 <= asked.day <= LAST_DAY):
        raise Malformed("a time that cannot be")


def _meet(plan: Plan, one: Series, other: Series) -> bool:
    """Whether a member would have two talks at once, on any day. A talk at night reaches into the
    next one."""
    if one.idx != other.idx:
        return False
    pairs = ((one, other, 0), (other, one, 0), (one, other, 1), (other, one, 1))
    return any(_reaches(*pair) and any(_days(plan, *pair)) for pair in pairs)


def _reaches(first: Series, second: Series, ahead: int) -> bool:
    """Whether the second, so many days ahead, begins while the first lasts."""
    begins = second.start + ahead * DAY
    is_next = (first.weekday + ahead) % WEEK == second.weekday
    return is_next and first.start <= begins < first.start + first.length


def _days(plan: Plan, first: Series, second: Series, ahead: int) -> Iterator[bool]:
    begin = max(first.first, second.first - ahead)
    begin += (first.weekday - weekday(begin)) % WEEK
    for day in range(begin, begin + WEEK * WEEKS_LOOKED_AT, WEEK):
        keys = {(day, first.number), (day + ahead, second.number)}
        yield first.holds_on(day) and second.holds_on(day + ahead) and not keys & plan.off
