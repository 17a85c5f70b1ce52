"""Small numbers in tables that leave the house: hidden so that nobody can work them out.

A number below five is shown as "<5", nothing at all included. Where that leaves a way to compute
it, the next smallest beside it is hidden too, and a total of which a part is hidden is told to the
nearest five (domain.md section 4). What can still be computed is asked of what is shown, not of the
rules that hid it: by elimination over every sum that anybody may know, and by the room that each
sum leaves to its parts. Only when neither finds a small number are the tables let go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from math import gcd

THRESHOLD = 5
ENDLESS = 10**9


class Shown(Enum):
    """How a number is told."""

    EXACT = "exact"
    SMALL = "below the threshold"
    HIDDEN = "hidden beside a small one"
    ROUNDED = "to the nearest five"


@dataclass(frozen=True, slots=True)
class Sum:
    """A whole and its parts, by the names of their numbers. Whoever reads the tables knows it."""

    whole: str
    parts: tuple[str, ...]


Range = tuple[int, int]
Row = Mapping[str, int]
"""Numbers and how often each stands in a line that comes to something known."""


def protected(
    values: Mapping[str, int], sums: Sequence[Sum], *, may_be_nothing: frozenset[str] = frozenset()
) -> dict[str, Shown]:
    """How each number is told. `may_be_nothing` are totals that may be shown as 0."""
    shown = {
        name: Shown.EXACT
        if value >= THRESHOLD or (value == 0 and name in may_be_nothing)
        else Shown.SMALL
        for name, value in values.items()
    }
    while _beside(values, sums, shown) or _further(values, sums, shown):
        pass
    return shown


def told(value: int, how: Shown) -> str:
    """A number as a table shows it."""
    match how:
        case Shown.EXACT:
            return str(value)
        case Shown.SMALL:
            return f"<{THRESHOLD}"
        case Shown.HIDDEN:
            return ".."
        case Shown.ROUNDED:
            return f"~{rounded(value)}"


def rounded(value: int) -> int:
    """To the nearest five."""
    return (value + THRESHOLD // 2) // THRESHOLD * THRESHOLD


def computed(
    values: Mapping[str, int], sums: Sequence[Sum], shown: Mapping[str, Shown]
) -> frozenset[str]:
    """The small numbers that somebody can work out from what is shown."""
    known = {name: _range(values[name], how) for name, how in shown.items()}
    found = {name for name, (low, high) in narrowed(known, sums).items() if low == high}
    found |= solved(sums, {name for name, how in shown.items() if how is Shown.EXACT})
    return frozenset(name for name in found if 0 < values[name] < THRESHOLD)


def narrowed(known: Mapping[str, Range], sums: Iterable[Sum]) -> dict[str, Range]:
    """What each number can be at least and at most, by every sum, until none tells more."""
    ranges, sums = dict(known), tuple(sums)
    while any(_narrow(ranges, each) for each in sums):
        pass
    return ranges


def solved(sums: Iterable[Sum], known: set[str]) -> set[str]:
    """The numbers that follow from the known ones and the sums alone: Gauss-Jordan elimination."""
    rows: dict[str, Row] = {}
    for each in sums:
        row: Row = {name: -1 for name in each.parts if name not in known}
        if each.whole not in known:
            row = {**row, each.whole: 1}
        for pivot in [name for name in row if name in rows]:
            row = _without(pivot, row, rows[pivot])
        if row:
            new = min(row)
            for pivot, other in rows.items():
                rows[pivot] = _without(new, other, row)
            rows[new] = row
    return {pivot for pivot, row in rows.items() if len(row) == 1}


def _beside(values: Mapping[str, int], sums: Sequence[Sum], shown: dict[str, Shown]) -> bool:
    """The two rules of every table: never one hidden part alone, no exact whole of hidden parts."""
    before = dict(shown)
    for each in sums:
        small = [name for name in each.parts if shown[name] is Shown.SMALL]
        hidden = [name for name in each.parts if shown[name] is Shown.HIDDEN]
        most = (THRESHOLD - 1) * (len(small) - 1)
        is_tight = bool(small) and not hidden and sum(values[name] for name in small) > most
        if len(small) + len(hidden) == 1 or is_tight:
            _hide_one(values, each.parts, shown)
        if (small or hidden) and shown[each.whole] is Shown.EXACT and values[each.whole]:
            shown[each.whole] = Shown.ROUNDED
    return shown != before


def _further(values: Mapping[str, int], sums: Sequence[Sum], shown: dict[str, Shown]) -> bool:
    """What can be computed nevertheless loses one more neighbour, or a whole that it is part of."""
    for name in sorted(computed(values, sums, shown)):
        near = [each for each in sums if name == each.whole or name in each.parts]
        for each in near:
            if _hide_one(values, each.parts, shown):
                return True
        for each in near:
            if shown[each.whole] in {Shown.EXACT, Shown.ROUNDED}:
                shown[each.whole] = Shown.HIDDEN
                return True
    return False


def _hide_one(
    values: Mapping[str, int], parts: Iterable[str], shown: dict[str, Shown]
) -> str | None:
    visible = [name for name in parts if shown[name] in {Shown.EXACT, Shown.ROUNDED}]
    chosen = min(
        visible, key=lambda name: (values[name] < THRESHOLD, values[name], name), default=None
    )
    if chosen is not None:
        shown[chosen] = Shown.SMALL if values[chosen] < THRESHOLD else Shown.HIDDEN
    return chosen


def _range(value: int, how: Shown) -> Range:
    match how:
        case Shown.EXACT:
            return value, value
        case Shown.SMALL:
            return 0, THRESHOLD - 1
        case Shown.HIDDEN:
            return THRESHOLD, ENDLESS
        case Shown.ROUNDED:
            near = rounded(value)
            return max(0, near - THRESHOLD // 2), near + THRESHOLD // 2


def _narrow(ranges: dict[str, Range], each: Sum) -> bool:
    """Let one sum tell what it can; whether it told something new."""
    before = {name: ranges[name] for name in (each.whole, *each.parts)}
    low = sum(ranges[name][0] for name in each.parts)
    high = sum(ranges[name][1] for name in each.parts)
    ranges[each.whole] = _both(ranges[each.whole], (low, high))
    least, most = ranges[each.whole]
    for name in each.parts:
        own_low, own_high = ranges[name]
        others_low, others_high = low - own_low, high - own_high
        ranges[name] = _both(ranges[name], (least - others_high, most - others_low))
    return any(ranges[name] != old for name, old in before.items())


def _both(one: Range, other: Range) -> Range:
    return max(one[0], other[0]), min(one[1], other[1])


def _without(pivot: str, row: Row, other: Row) -> Row:
    """A row in which a number no longer stands, by adding so many of another."""
    if pivot not in row:
        return row
    names = row.keys() | other.keys()
    mixed = {
        name: other[pivot] * row.get(name, 0) - row[pivot] * other.get(name, 0) for name in names
    }
    shared = gcd(*mixed.values())
    return {name: factor // shared for name, factor in mixed.items() if factor}
