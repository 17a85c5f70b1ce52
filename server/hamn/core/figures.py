"""Figures for funders: the tables of a window of months, made once and frozen.

A window is a quarter, half a year or a year that is over, and never touches a month that an
earlier one told: nothing can be found by subtracting one from another. The list of tables is
closed. No dimension stands in two tables of pairs, acute outcomes are told by the year alone, and
what is small is hidden in all tables together (`suppression.py`). There is no place for a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from hamn.core import tally
from hamn.core.suppression import Shown, Sum, protected, told
from hamn.core.tally import ACUTE, ATTENDED, Channel, CounterKey, Outcome, Total, Visit
from hamn.core.words import Idx, Moment

ALL = "all"
UNSAID = "unsaid"
"""A form need not tell the gender; who is not told makes a row, so that the sum is one."""
SPANS = {"q": 3, "h": 6}
LONGEST = 10_000
"""No number of the activity log is higher."""
PAIRS: tuple[tuple[type[Enum], type[Enum]], ...] = (
    (tally.Milieu, tally.Age),
    (tally.Relation, tally.Channel),
)
ALONE: tuple[type[Enum], ...] = (
    tally.Phase,
    tally.Gender,
    tally.Wait,
    tally.Length,
    tally.Language,
    tally.Visit,
)
ORDINARY = tuple(outcome.value for outcome in Outcome if outcome not in ACUTE)
"""Outcomes that every window tells. One conversation may have several, so they have no sum."""


class Activity(Enum):
    """What the centre does beside conversations."""

    WORKSHOP = "workshop"
    LECTURE = "lecture"
    CONSULTATION = "consultation"
    MATERIAL = "material"


@dataclass(frozen=True, slots=True)
class Done:
    """A line of the activity log: in a month so many of a kind, with so many people or copies."""

    number: int
    month: str
    kind: Activity
    times: int
    people: int
    idx: Idx


@dataclass(frozen=True, slots=True)
class Window:
    """A window by its name: `2026-q3`, `2026-h1` or `2026`."""

    name: str
    months: tuple[str, ...]

    @property
    def year(self) -> str:
        """The year, if this window tells the last of it."""
        return self.name[:4] if self.months[-1].endswith("-12") else ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table as it leaves the house: codes and shown numbers."""

    id: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Frozen:
    """What was published of a window. It never changes."""

    name: str
    months: tuple[str, ...]
    tables: tuple[Table, ...]
    csv: str
    idx: Idx
    at: Moment


def window(name: str) -> Window | None:
    """The window of a name; nothing if it is none."""
    year, _, part = name.partition("-")
    if not (len(year) == 4 and year.isdecimal() and year.isascii()):
        return None
    if not part and name == year:
        return Window(name, _months(year, 1, 12))
    span, number = SPANS.get(part[:1], 12), part[1:]
    if len(number) != 1 or number not in "1234"[: 12 // span] or span == 12:
        return None
    return Window(name, _months(year, (int(number) - 1) * span + 1, span))


def free(month: str, taken: Iterable[str]) -> list[Window]:
    """The windows of this year and the last two that are over in `month`, the newest first, and
    touch none of the months that are taken."""
    gone = frozenset(taken)
    names = [
        f"{year}{part}"
        for year in range(int(month[:4]), int(month[:4]) - 3, -1)
        for part in ("", "-h2", "-q4", "-q3", "-h1", "-q2", "-q1")
    ]
    found = [each for name in names if (each := window(name)) is not None]
    return [each for each in found if each.months[-1] < month and not gone & set(each.months)]


def tables(
    of: Window, counters: Mapping[CounterKey, int], done: Iterable[Done]
) -> tuple[Table, ...]:
    """Every table of a window. `counters` are those of its months, and of its year."""
    values = _values(of, counters, tuple(done))
    months = frozenset(name for name in values if name.partition("@")[0] in _TOTALS)
    shown = protected(values, _sums(of, values), may_be_nothing=months)
    return tuple(
        Table(
            id_, rows, columns, tuple(tuple(_cell(n, values, shown) for n in row) for row in names)
        )
        for id_, rows, columns, names in _layout(of)
    )


def csv(of: Window, made: Iterable[Table]) -> str:
    """The tables as lines of codes: a language of its own, the same everywhere."""
    lines = ["window,table,row,column,shown"]
    for table in made:
        for row, cells in zip(table.rows, table.cells, strict=True):
            for column, cell in zip(table.columns, cells, strict=True):
                lines.append(f"{of.name},{table.id},{row},{column},{cell}")
    return "\r\n".join(lines) + "\r\n"


# --- the layout: which number stands where --------------------------------------------------------

_TOTALS = frozenset(total.value for total in Total)
Names = tuple[tuple[str, ...], ...]


def _layout(of: Window) -> list[tuple[str, tuple[str, ...], tuple[str, ...], Names]]:
    """(id, rows, columns, the names of the numbers) of each table in order."""
    columns = (*of.months, ALL)
    totals = tuple(total.value for total in Total)
    made = [("totals", totals, columns, tuple(tuple(f"{t}@{c}" for c in columns) for t in totals))]
    for rows, cols in PAIRS:
        one, other = (*_codes(rows), ALL), (*_codes(cols), ALL)
        names = tuple(tuple(_pair(rows, row, cols, col) for col in other) for row in one)
        made.append((f"{_dim(rows)}_{_dim(cols)}", one, other, names))
    for kind in ALONE:
        listed = (*_codes(kind), ALL)
        made.append((_dim(kind), listed, (ALL,), tuple((_one(kind, code),) for code in listed)))
    made.append(("outcome", ORDINARY, (ALL,), tuple((_one(Outcome, code),) for code in ORDINARY)))
    if of.year:
        acute = tuple(sorted(outcome.value for outcome in ACUTE))
        made.append(("acute", acute, (of.year,), tuple((_one(Outcome, code),) for code in acute)))
    kinds = tuple(kind.value for kind in Activity)
    measures = ("times", "people")
    made.append(
        ("activity", kinds, measures, tuple(tuple(f"{k}:{m}" for m in measures) for k in kinds))
    )
    return made


def _values(of: Window, counters: Mapping[CounterKey, int], done: Sequence[Done]) -> dict[str, int]:
    """Every number by its name."""
    values: dict[str, int] = {}
    for _, _, _, names in _layout(of):
        values |= {name: 0 for row in names for name in row}
    for key, amount in counters.items():
        name = "&".join(filter(None, (key.first, key.second)))
        if key.first in _TOTALS:
            values[f"{key.first}@{key.period}"] += amount
            values[f"{key.first}@{ALL}"] += amount
        elif name in values:
            values[name] += amount
    values[ALL] = sum(values[_one(Channel, code)] for code in _codes(Channel))
    said = sum(values[_one(tally.Gender, code.value)] for code in tally.Gender)
    values[_one(tally.Gender, UNSAID)] = values[ALL] - said
    for each in (each for each in done if each.month in of.months):
        values[f"{each.kind.value}:times"] += each.times
        values[f"{each.kind.value}:people"] += each.people
    return values


def _sums(of: Window, values: Mapping[str, int]) -> list[Sum]:
    """Every sum that somebody may know of: those of the tables, and those between them that hold
    when each conversation has its form. One that does not hold tells nobody anything true."""
    sums = [Sum(f"{t}@{ALL}", tuple(f"{t}@{month}" for month in of.months)) for t in _TOTALS]
    for rows, cols in PAIRS:
        one, other = _codes(rows), _codes(cols)
        sums += [
            Sum(_one(rows, row), tuple(_pair(rows, row, cols, col) for col in other)) for row in one
        ]
        sums += [
            Sum(_one(cols, col), tuple(_pair(rows, row, cols, col) for row in one)) for col in other
        ]
    kinds = (*ALONE, *(kind for pair in PAIRS for kind in pair))
    sums += [Sum(ALL, tuple(_one(kind, code) for code in _codes(kind))) for kind in kinds]
    sums += _between()
    return sorted(
        (each for each in sums if values[each.whole] == sum(values[p] for p in each.parts)),
        key=lambda each: each.whole,
    )


def _between() -> list[Sum]:
    """What the totals have to do with the codes."""
    whole = {total: f"{total.value}@{ALL}" for total in Total}
    message, chat = _one(Channel, "message"), _one(Channel, "chat")
    spoken = tuple(_one(Channel, c.value) for c in Channel if c is not Channel.MESSAGE)
    return [
        Sum(ALL, (whole[Total.SERVED], whole[Total.MESSAGES_ANSWERED])),
        Sum(whole[Total.SERVED], spoken),
        Sum(whole[Total.MESSAGES_ANSWERED], (message,)),
        Sum(whole[Total.BOOKED], (_one(Outcome, Outcome.BOOKED_COUNSELLING.value),)),
        Sum(whole[Total.BOOKED_ATTENDED], tuple(sorted(_one(Channel, c.value) for c in ATTENDED))),
        Sum(whole[Total.FOLLOWUPS], (_one(Visit, Visit.RETURN.value),)),
        Sum(whole[Total.CONTACTS_STARTED], (chat, whole[Total.LEFT_IN_QUEUE])),
    ]


def _cell(name: str, values: Mapping[str, int], shown: Mapping[str, Shown]) -> str:
    return told(values[name], shown[name])


def _months(year: str, first: int, count: int) -> tuple[str, ...]:
    return tuple(f"{year}-{month:02}" for month in range(first, first + count))


def _dim(kind: type[Enum]) -> str:
    return kind.__name__.lower()


def _codes(kind: type[Enum]) -> tuple[str, ...]:
    codes = tuple(str(code.value) for code in kind)
    return (*codes, UNSAID) if kind is tally.Gender else codes


def _one(kind: type[Enum], code: str) -> str:
    return ALL if code == ALL else f"{_dim(kind)}={code}"


def _pair(one: type[Enum], a: str, other: type[Enum], b: str) -> str:
    names = sorted(name for name in (_one(one, a), _one(other, b)) if name != ALL)
    return "&".join(names) or ALL


TABLES = tuple(id_ for id_, _, _, _ in _layout(Window("0000", ("0000-12",))))
"""Every table there can be, in order."""
