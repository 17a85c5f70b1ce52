"""How a rota is changed: by a supervisor who plans, and by members who swap and who fall ill.

Every function gives the rota as it is then, or refuses and changes nothing. What has ended stays
as it was. Nobody is down for two shifts at once, and only for what they are able to do. A sick call
makes the shift open and leaves no trace of who was ill: whoever reads the rota sees that somebody
is sought, and a supervisor or a colleague fills it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import tzinfo

from hamn.core.rota import (
    SHIFT_ROLES,
    Able,
    Holiday,
    Key,
    Rota,
    Shift,
    Swap,
    Template,
    shifts_from,
    shifts_on,
    with_shift,
)
from hamn.core.wall import DAY, day_of, weekday
from hamn.core.words import Idx, Malformed, Moment, Refusal, RefusalCode

LONGEST = DAY
"""No shift is longer than a day and a night."""
WEEKS_LOOKED_AT = 6
"""So far ahead a new template is compared with what is planned."""
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Now:
    """What a change is judged by."""

    moment: Moment
    zone: tzinfo
    able: Able

    @property
    def today(self) -> int:
        return day_of(self.moment, self.zone)


@dataclass(frozen=True, slots=True)
class Hours:
    """What is planned: from and to as minutes of the day, for which role, and who."""

    start: int
    end: int
    role: int
    idx: Idx | None


def add_template(rota: Rota, day: int, hours: Hours, now: Now) -> Rota:
    """The same shift every week, from a day on."""
    _check(hours, now)
    _need_ahead(day, now)
    number = rota.next_number
    made = Template(number, weekday(day), hours.start, hours.end, hours.role, hours.idx, day, None)
    made_rota = replace(rota, templates=(*rota.templates, made), next_number=number + 1)
    days = range(day, day + 7 * WEEKS_LOOKED_AT, 7)
    _need_free(made_rota, (made_rota.shift((each, number)) for each in days))
    return made_rota


def end_template(rota: Rota, number: int, day: int, now: Now) -> Rota:
    """No longer every week, from a day on; what was changed of it from there on goes, too."""
    template = rota.template(number)
    if template is None or not template.holds_on(day):
        raise Refusal(RefusalCode.GONE)
    _need_ahead(day, now)
    ended = replace(template, last=day - 1)
    kept = [each if each.number != number else ended for each in rota.templates]
    return replace(
        rota,
        templates=tuple(each for each in kept if each.last is None or each.first <= each.last),
        shifts=tuple(s for s in rota.shifts if s.number != number or s.day < day),
        swaps=tuple(
            s for s in rota.swaps if not any(_is_of(k, number, day) for k in (s.key, s.back))
        ),
    )


def change_template(rota: Rota, number: int, day: int, hours: Hours, now: Now) -> Rota:
    """Otherwise every week, from a day on."""
    return add_template(end_template(rota, number, day, now), day, hours, now)


def add_shift(rota: Rota, day: int, hours: Hours, now: Now) -> Rota:
    """A shift of that day alone."""
    _check(hours, now)
    number = rota.next_number
    made = Shift(day, number, hours.start, hours.end, hours.role, hours.idx)
    _need_not_over(made, now)
    return _with_free(replace(rota, next_number=number + 1), made)


def change_shift(rota: Rota, key: Key, hours: Hours, now: Now) -> Rota:
    """Other hours or another member, that day alone."""
    _check(hours, now)
    standing = _standing(rota, key, now)
    changed = replace(standing, start=hours.start, end=hours.end, role=hours.role, idx=hours.idx)
    _need_not_over(changed, now)
    return _with_free(rota, changed)


def cancel_shift(rota: Rota, key: Key, now: Now) -> Rota:
    """Not on that day."""
    off = replace(_standing(rota, key, now), idx=None, is_off=True)
    rota = with_shift(rota, off)
    if rota.template(key[1]) is not None:
        return rota
    return replace(rota, shifts=tuple(each for each in rota.shifts if each.key != key))


def set_holiday(rota: Rota, holiday: Holiday, now: Now) -> Rota:
    """The day follows no template, or another weekday's; shifts of its own stay."""
    if len(holiday.name) > LONGEST_NAME or not holiday.name.isprintable():
        raise Malformed("a name that no day has")
    if holiday.like is not None and not 0 <= holiday.like <= 6:
        raise Malformed("a weekday that no week has")
    _need_ahead(holiday.day, now)
    cleared = _without_changes(rota, holiday.day)
    others = tuple(each for each in cleared.holidays if each.day != holiday.day)
    made = replace(cleared, holidays=(*others, holiday))
    _need_free(made, shifts_on(made, holiday.day))
    return made


def unset_holiday(rota: Rota, day: int, now: Now) -> Rota:
    """An ordinary day again."""
    if rota.holiday(day) is None:
        raise Refusal(RefusalCode.GONE)
    _need_ahead(day, now)
    cleared = _without_changes(rota, day)
    made = replace(cleared, holidays=tuple(h for h in cleared.holidays if h.day != day))
    _need_free(made, shifts_on(made, day))
    return made


def call_in_sick(rota: Rota, key: Key, idx: Idx, now: Now) -> Rota:
    """A member cannot come: the shift is open."""
    return with_shift(rota, replace(_own(rota, key, idx, now), idx=None))


def take_open(rota: Rota, key: Key, idx: Idx, now: Now) -> Rota:
    """A member takes a shift that nobody has."""
    standing = _standing(rota, key, now)
    if standing.idx is not None:
        raise Refusal(RefusalCode.CAS)
    _need_able(standing.role, idx, now)
    return _with_free(rota, replace(standing, idx=idx))


def ask_swap(rota: Rota, swap: Swap, idx: Idx, now: Now) -> Rota:
    """A member asks a colleague to take a shift, for another in return if one is named."""
    own = _own(rota, swap.key, idx, now)
    if swap.to == idx:
        raise Refusal(RefusalCode.GONE)
    _need_able(own.role, swap.to, now)
    _exchanged(rota, swap, now)
    others = tuple(each for each in rota.swaps if each.key != swap.key)
    return replace(rota, swaps=(*others, swap))


def answer_swap(rota: Rota, key: Key, idx: Idx, now: Now, *, is_yes: bool) -> Rota:
    """The colleague who was asked says yes or no."""
    swap = rota.swap(key)
    if swap is None or swap.to != idx:
        raise Refusal(RefusalCode.GONE)
    return _exchanged(rota, swap, now) if is_yes else _without_swap(rota, key)


def withdraw_swap(rota: Rota, key: Key, idx: Idx, now: Now) -> Rota:
    """The one who asked asks no longer."""
    _own(rota, key, idx, now)
    if rota.swap(key) is None:
        raise Refusal(RefusalCode.GONE)
    return _without_swap(rota, key)


def _exchanged(rota: Rota, swap: Swap, now: Now) -> Rota:
    given = _standing(rota, swap.key, now)
    giver = given.idx
    if giver is None:
        raise Refusal(RefusalCode.GONE)
    _need_able(given.role, swap.to, now)
    taken = replace(given, idx=swap.to)
    if swap.back is None:
        return _with_free(rota, taken)
    back = _own(rota, swap.back, swap.to, now)
    _need_able(back.role, giver, now)
    made = with_shift(with_shift(rota, taken), replace(back, idx=giver))
    _need_free(made, (taken, made.shift(swap.back)))
    return made


def _standing(rota: Rota, key: Key, now: Now) -> Shift:
    shift = rota.shift(key)
    if shift is None:
        raise Refusal(RefusalCode.GONE)
    _need_not_over(shift, now)
    return shift


def _own(rota: Rota, key: Key, idx: Idx, now: Now) -> Shift:
    shift = _standing(rota, key, now)
    if shift.idx != idx:
        raise Refusal(RefusalCode.GONE)
    return shift


def _with_free(rota: Rota, shift: Shift) -> Rota:
    made = with_shift(rota, shift)
    _need_free(made, (shift,))
    return made


def _without_swap(rota: Rota, key: Key) -> Rota:
    return replace(rota, swaps=tuple(each for each in rota.swaps if each.key != key))


def _without_changes(rota: Rota, day: int) -> Rota:
    """What was changed of the day's template shifts is forgotten, with swaps of them."""
    numbers = {template.number for template in rota.templates}
    gone = {s.key for s in shifts_on(rota, day) if s.number in numbers}
    return replace(
        rota,
        shifts=tuple(s for s in rota.shifts if s.day != day or s.number not in numbers),
        swaps=tuple(s for s in rota.swaps if s.key not in gone and s.back not in gone),
    )


def _is_of(key: Key | None, number: int, day: int) -> bool:
    return key is not None and key[1] == number and key[0] >= day


def _check(hours: Hours, now: Now) -> None:
    if not 0 <= hours.start < DAY or not hours.start < hours.end <= hours.start + LONGEST:
        raise Malformed("hours that no shift has")
    if hours.role not in SHIFT_ROLES:
        raise Malformed("a role that no shift has")
    if hours.idx is not None:
        _need_able(hours.role, hours.idx, now)


def _need_able(role: int, idx: Idx, now: Now) -> None:
    if role not in now.able.get(idx, ()):
        raise Refusal(RefusalCode.GONE)


def _need_ahead(day: int, now: Now) -> None:
    if day < now.today:
        raise Refusal(RefusalCode.GONE)


def _need_not_over(shift: Shift, now: Now) -> None:
    if shift.span(now.zone).end <= now.moment:
        raise Refusal(RefusalCode.GONE)


def _need_free(rota: Rota, shifts: Iterable[Shift | None]) -> None:
    """Nobody is down twice at the same time by the wall."""
    for shift in shifts:
        if shift is None or shift.idx is None:
            continue
        around = shifts_from(rota, shift.day - 1, shift.day + 1)
        if any(_overlap(shift, other) for other in around):
            raise Refusal(RefusalCode.FULL)


def _overlap(one: Shift, other: Shift) -> bool:
    if one.key == other.key or one.idx != other.idx:
        return False
    ahead = (other.day - one.day) * DAY
    return one.start < other.end + ahead and other.start + ahead < one.end
