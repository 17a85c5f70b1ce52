"""Opening hours: a week of spans by the clock on the centre's wall, also on the nights it is set.

The time zone is a value that is passed in. Spans that touch across midnight are one opening.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TypeAlias

from hamn.core.words import Moment

DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """For each weekday from Monday, spans as minutes of the day, from and to (at most 1440)."""

    week: tuple[tuple[tuple[int, int], ...], ...]
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class AlwaysOpen:
    """No hours: open whenever somebody is there."""


Opening: TypeAlias = OpeningHours | AlwaysOpen


@dataclass(frozen=True, slots=True)
class Span:
    """One unbroken opening."""

    start: Moment
    end: Moment


def span_at(hours: OpeningHours, now: Moment) -> Span | None:
    """The opening that is on now."""
    return next((span for span in _spans(hours, now) if span.start <= now < span.end), None)


def next_start(hours: OpeningHours, now: Moment) -> Moment | None:
    """When the next opening begins; None when the week has none."""
    return next((span.start for span in _spans(hours, now) if span.start > now), None)


def _spans(hours: OpeningHours, now: Moment) -> list[Span]:
    today = datetime.fromtimestamp(now, hours.zone).date()
    joined: list[Span] = []
    for offset in range(-8, 9):
        day = today + timedelta(days=offset)
        for start, end in sorted(hours.week[day.weekday()]):
            span = Span(_moment(hours, day, start), _moment(hours, day, end))
            if joined and span.start <= joined[-1].end:
                joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
            else:
                joined.append(span)
    return joined


def _moment(hours: OpeningHours, day: date, minute: int) -> Moment:
    later = day + timedelta(days=minute // DAY)
    wall = datetime.combine(later, time(minute % DAY // 60, minute % 60), hours.zone)
    return Moment(wall.timestamp())
