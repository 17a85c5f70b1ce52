"""When the door may be open: spans of time from the rota, or from a week of hours by the wall's
clock, or always. Spans that touch, also across midnight, are one opening.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import TypeAlias

from hamn.core.wall import day_of, moment_at, weekday
from hamn.core.words import Moment, Seconds


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """One unbroken stretch of time."""

    start: Moment
    end: Moment


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """For each weekday from Monday, spans as minutes of the day, from and to (at most 1440)."""

    week: tuple[tuple[tuple[int, int], ...], ...]
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class AlwaysOpen:
    """No hours: open whenever somebody is there."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What the rota makes possible, as far ahead as it was worked out."""

    spans: tuple[Span, ...]
    through: Moment
    """Nothing is known after this: an opening that reaches it has no end yet."""
    zone: tzinfo = field(compare=False)


Opening: TypeAlias = OpeningHours | AlwaysOpen | Planned


def span_at(hours: OpeningHours | Planned, now: Moment) -> Span | None:
    """The opening that is on now."""
    return next((span for span in spans_of(hours, now) if span.start <= now < span.end), None)


def next_start(
    hours: OpeningHours | Planned, now: Moment, at_least: Seconds = Seconds(0)
) -> Moment | None:
    """When the next opening that is longer than this begins; None when none is known."""
    spans = spans_of(hours, now)
    starts = (span.start for span in spans if span.end - span.start > at_least)
    return next((start for start in starts if start > now), None)


def has_no_end(hours: OpeningHours | Planned, span: Span) -> bool:
    """Whether the opening goes on for as long as anything is known."""
    return isinstance(hours, Planned) and span.end >= hours.through


def spans_of(hours: OpeningHours | Planned, now: Moment) -> tuple[Span, ...]:
    """Openings in their order: all that were planned, or the weeks around now."""
    return hours.spans if isinstance(hours, Planned) else union(_of_weeks(hours, now))


def union(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same time in spans that neither overlap nor touch; empty ones are gone."""
    joined: list[Span] = []
    for span in sorted(span for span in spans if span.start < span.end):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(joined)


def shared(some: Iterable[Span], others: Iterable[Span]) -> tuple[Span, ...]:
    """The time that is in both."""
    others = tuple(others)
    return union(
        Span(max(one.start, other.start), min(one.end, other.end))
        for one in some
        for other in others
    )


def without(some: Iterable[Span], others: Iterable[Span]) -> tuple[Span, ...]:
    """The time of the first that is not in the second."""
    rest = union(some)
    for taken in others:
        rest = tuple(piece for span in rest for piece in _cut(span, taken))
    return union(rest)


def _cut(span: Span, taken: Span) -> tuple[Span, ...]:
    """What is left before and after; nothing empty, or every cut would double what there is."""
    before = Span(span.start, min(span.end, taken.start))
    after = Span(max(span.start, taken.end), span.end)
    return tuple(piece for piece in (before, after) if piece.start < piece.end)


def _of_weeks(hours: OpeningHours, now: Moment) -> Iterator[Span]:
    today = day_of(now, hours.zone)
    for day in range(today - 8, today + 9):
        for start, end in hours.week[weekday(day)]:
            yield Span(moment_at(day, start, hours.zone), moment_at(day, end, hours.zone))
