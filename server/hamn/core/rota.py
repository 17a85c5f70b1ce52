"""The rota: weekly templates, holidays, shifts that differ from them, and swaps that are asked for.

A shift of a day is what a template says of its weekday, unless the day is a holiday or the shift
was changed; and what was put there for that day alone. Times are minutes by the wall (wall.py), so
that a shift keeps its hours on the nights the clock is set. A shift without a member is open:
somebody is sought. Nothing is kept of why it is open.

Opening follows from it: there must be an adviser, and one on call where the rules ask for it. How a
rota is changed is in planning.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import TypeAlias

from hamn.core.hours import Planned, Span, shared, union, without
from hamn.core.wall import day_of, moment_at, weekday
from hamn.core.words import Idx, Moment, Role

HOUR = 3600
Able: TypeAlias = Mapping[Idx, frozenset[int]]
"""Members who may work here, and the roles each holds."""
Key: TypeAlias = tuple[int, int]
"""A shift's day and number."""
SHIFT_ROLES = (Role.ADVISER, Role.SUPERVISOR)
"""A shift is an adviser's, or a supervisor's on call."""


EARLY = 3600
"""Who goes on duty so many seconds before a shift begins is on that shift."""


@dataclass(frozen=True, slots=True)
class Template:
    """A shift that comes every week, from a first day, and to a last one if there is one."""

    number: int
    weekday: int
    start: int
    end: int
    role: int
    idx: Idx | None
    first: int
    last: int | None

    def holds_on(self, day: int) -> bool:
        """Whether it is in force on a day, whatever weekday that is."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day on which the templates do not hold, or those of another weekday do."""

    day: int
    like: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift of one day: a template's, under its number, or one of its own."""

    day: int
    number: int
    start: int
    end: int
    role: int
    idx: Idx | None
    is_off: bool = False
    """Taken out of the rota for this day."""

    @property
    def key(self) -> Key:
        return self.day, self.number

    def span(self, zone: tzinfo) -> Span:
        """From when to when, by no wall."""
        start, end = (moment_at(self.day, minute, zone) for minute in (self.start, self.end))
        return Span(start, end)


@dataclass(frozen=True, slots=True)
class Swap:
    """The one who has a shift asks a colleague to take it, or to take it in return for another."""

    day: int
    number: int
    to: Idx
    back: Key | None

    @property
    def key(self) -> Key:
        return self.day, self.number


@dataclass(frozen=True, slots=True)
class Rota:
    """All that was planned, or what of it concerns some days."""

    templates: tuple[Template, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    shifts: tuple[Shift, ...] = ()
    """Only those that differ from what the templates say."""
    swaps: tuple[Swap, ...] = ()
    next_number: int = 1

    def holiday(self, day: int) -> Holiday | None:
        return next((each for each in self.holidays if each.day == day), None)

    def template(self, number: int) -> Template | None:
        return next((each for each in self.templates if each.number == number), None)

    def swap(self, key: Key) -> Swap | None:
        return next((each for each in self.swaps if each.key == key), None)

    def shift(self, key: Key) -> Shift | None:
        """A shift that is on, whether it differs from its template or not."""
        return next((each for each in shifts_on(self, key[0]) if each.number == key[1]), None)


@dataclass(frozen=True, slots=True)
class Gap:
    """Time that was planned and in which the door stays shut, since this role is missing."""

    span: Span
    role: Role


def shifts_on(rota: Rota, day: int) -> tuple[Shift, ...]:
    """The shifts of a day, in their order."""
    holiday = rota.holiday(day)
    like = weekday(day) if holiday is None else holiday.like
    changed = {shift.number: shift for shift in rota.shifts if shift.day == day}
    planned = {
        each.number: Shift(day, each.number, each.start, each.end, each.role, each.idx)
        for each in rota.templates
        if each.weekday == like and each.holds_on(day)
    }
    every = (shift for shift in {**planned, **changed}.values() if not shift.is_off)
    return tuple(sorted(every, key=lambda shift: (shift.start, shift.role, shift.number)))


def shifts_from(rota: Rota, first: int, last: int) -> tuple[Shift, ...]:
    """The shifts of some days, both ends included."""
    return tuple(shift for day in range(first, last + 1) for shift in shifts_on(rota, day))


def manned(shifts: Iterable[Shift], able: Able, role: Role, zone: tzinfo) -> tuple[Span, ...]:
    """When somebody who may is down for a role."""
    return union(
        shift.span(zone)
        for shift in shifts
        if shift.role == role and shift.idx is not None and role in able.get(shift.idx, ())
    )


def opening(
    rota: Rota, first: int, last: int, *, able: Able, zone: tzinfo, needs_supervisor: bool
) -> Planned:
    """When the door may be open, from one day through another."""
    shifts = shifts_from(rota, first - 1, last)
    spans = manned(shifts, able, Role.ADVISER, zone)
    if needs_supervisor:
        spans = shared(spans, manned(shifts, able, Role.SUPERVISOR, zone))
    return Planned(spans, moment_at(last + 1, 0, zone), zone)


def gaps(
    rota: Rota, first: int, last: int, *, able: Able, zone: tzinfo, needs_supervisor: bool
) -> tuple[Gap, ...]:
    """Where an adviser's shift is planned and nobody is down for it, or nobody is on call."""
    shifts = shifts_from(rota, first - 1, last)
    planned = union(shift.span(zone) for shift in shifts if shift.role == Role.ADVISER)
    roles = (Role.ADVISER, Role.SUPERVISOR) if needs_supervisor else (Role.ADVISER,)
    return tuple(
        Gap(span, role)
        for role in roles
        for span in without(planned, manned(shifts, able, role, zone))
    )


def next_window(rota: Rota, planned: Planned, idx: Idx, *, now: Moment, last: int) -> Span | None:
    """When a member can next be met in a chat: within their next shift, while the door is open.

    Scenario 14: this one window may be told to who has a code, and nothing else of the rota. Of
    its hours only whole ones, so that it promises nobody a minute too many and tells no shift.
    """
    zone = planned.zone
    shifts = shifts_from(rota, day_of(now, zone) - 1, last)
    own = (shift.span(zone) for shift in shifts if shift.idx == idx)
    whole = (_whole_hours(span) for span in shared(own, planned.spans))
    return next((span for span in whole if span.end > max(now, span.start)), None)


def _whole_hours(span: Span) -> Span:
    return Span(Moment(-(-span.start // HOUR) * HOUR), Moment(span.end // HOUR * HOUR))


def ends_at(rota: Rota, idx: Idx, *, now: Moment, zone: tzinfo, today: int) -> Moment | None:
    """When the shift ends that a member is on, or about to begin; None when there is none."""
    own = [s for s in shifts_from(rota, today - 1, today + 1) if s.idx == idx]
    for span in union(shift.span(zone) for shift in own):
        if span.start - EARLY <= now < span.end:
            return span.end
    return None


def with_shift(rota: Rota, shift: Shift) -> Rota:
    """The same rota with this shift in place of the one of its key; a swap of it is off."""
    others = tuple(each for each in rota.shifts if each.key != shift.key)
    swaps = tuple(each for each in rota.swaps if shift.key not in (each.key, each.back))
    return replace(rota, shifts=(*others, shift), swaps=swaps)
