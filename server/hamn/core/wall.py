"""The clock on the centre's wall: days, minutes of a day, and the moments they are.

A day is counted from 1970-01-01 in the centre's calendar. A minute may be past midnight: 1560 is
two in the night after. On the two nights a year when the clock is set, a time that is skipped is
the moment of the jump, and of a time that comes twice the first is meant; so a later time by the
wall is never an earlier moment, and what meets by the wall meets. The zone is passed in.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo

from hamn.core.words import Moment

DAY = 24 * 60
"""Minutes by the wall; a night on which the clock is set has an hour less or more in truth."""
EPOCH = date(1970, 1, 1)
THURSDAY = 3


def day_of(now: Moment, zone: tzinfo) -> int:
    """The centre's day at a moment."""
    return (datetime.fromtimestamp(now, zone).date() - EPOCH).days


def minute_of(moment: Moment, zone: tzinfo) -> int:
    """The minute of the day that the wall shows at a moment."""
    wall = datetime.fromtimestamp(moment, zone)
    return wall.hour * 60 + wall.minute


def date_of(day: int) -> date:
    """The date of a day of the centre's calendar."""
    return EPOCH + timedelta(days=day)


def weekday(day: int) -> int:
    """0 is Monday."""
    return (day + THURSDAY) % 7


def moment_at(day: int, minute: int, zone: tzinfo) -> Moment:
    """The moment at which the wall shows a minute of a day."""
    if _is_skipped(day, minute, zone):
        while _is_skipped(day, minute - 1, zone):
            minute -= 1
        return Moment(_wall(day, minute - 1, zone).timestamp() + 60)
    return Moment(_wall(day, minute, zone).timestamp())


def minutes_of(start: Moment, end: Moment, zone: tzinfo) -> list[tuple[int, int, int]]:
    """A stretch of time as days with minutes from and to, for whoever draws it on a wall."""
    first, last = day_of(start, zone), day_of(end, zone)
    pieces = [
        (day, minute_of(start, zone) if day == first else 0, DAY) for day in range(first, last)
    ]
    begins, ends = 0 if pieces else minute_of(start, zone), minute_of(end, zone)
    return [*pieces, (last, begins, ends)] if begins < ends else pieces


def hours_of(day: int, zone: tzinfo) -> float:
    """How long a day is: 24, but for two days a year."""
    return (moment_at(day + 1, 0, zone) - moment_at(day, 0, zone)) / 3600


def _wall(day: int, minute: int, zone: tzinfo) -> datetime:
    whole, rest = divmod(minute, DAY)
    return datetime.combine(EPOCH + timedelta(days=day + whole), time(rest // 60, rest % 60), zone)


def _is_skipped(day: int, minute: int, zone: tzinfo) -> bool:
    wall = _wall(day, minute, zone)
    before, after = wall.utcoffset(), wall.replace(fold=1).utcoffset()
    return before is not None and after is not None and before < after
