"""The rota's rows: read as one value from a day on, and replaced as one value if it still stands.

A counter goes up with every change; who has read an older number changes nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import TypeAlias, TypeVar

from hamn.core.rota import Holiday, Key, Rota, Shift, Swap, Template
from hamn.core.words import Idx
from hamn.store import statements as sql
from hamn.store.rows import Cell, bound

Change: TypeAlias = tuple[str, Sequence[Cell]]
Row = TypeVar("Row", bound=Hashable)


def read_rota(db: sqlite3.Connection, first: int) -> tuple[int, Rota]:
    """The number of changes, and the rota; what concerns single days from a first day on."""
    version, number, _ = mark(db)
    return version, Rota(
        templates=tuple(_template(row) for row in db.execute(sql.ROTA_TEMPLATES)),
        holidays=tuple(Holiday(*row) for row in db.execute(sql.ROTA_HOLIDAYS, bound(first))),
        shifts=tuple(_shift(row) for row in db.execute(sql.ROTA_SHIFTS, bound(first))),
        swaps=tuple(_swap(row) for row in db.execute(sql.ROTA_SWAPS, bound(first))),
        next_number=number,
    )


def mark(db: sqlite3.Connection) -> tuple[int, int, bool]:
    """The number of changes, the next free number, and whether there is any shift at all."""
    version, number, is_made = db.execute(sql.ROTA_MARK).fetchone()
    return version, number, bool(is_made)


def swap_rota(db: sqlite3.Connection, version: int, old: Rota, new: Rota) -> bool:
    """Put the new rota in place of the old one, row by row, if nobody was first."""
    if db.execute(sql.RAISE_ROTA, bound(version)).rowcount != 1:
        return False
    db.execute(sql.SET_ROTA_NUMBER, bound(new.next_number))
    for statement, row in (*_drops(old, new), *_adds(old, new)):
        db.execute(statement, bound(*row))
    return True


def _drops(old: Rota, new: Rota) -> Iterator[Change]:
    for template in _only(old.templates, new.templates):
        yield sql.DROP_ROTA_TEMPLATE, (template.number,)
    for holiday in _only(old.holidays, new.holidays):
        yield sql.DROP_ROTA_HOLIDAY, (holiday.day,)
    for shift in _only(old.shifts, new.shifts):
        yield sql.DROP_ROTA_SHIFT, shift.key
    for swap in _only(old.swaps, new.swaps):
        yield sql.DROP_ROTA_SWAP, swap.key


def _adds(old: Rota, new: Rota) -> Iterator[Change]:
    for t in _only(new.templates, old.templates):
        row = (t.number, t.weekday, t.start, t.end, t.role, t.idx, t.first, t.last)
        yield sql.ADD_ROTA_TEMPLATE, row
    for holiday in _only(new.holidays, old.holidays):
        yield sql.ADD_ROTA_HOLIDAY, (holiday.day, holiday.like, holiday.name)
    for s in _only(new.shifts, old.shifts):
        yield sql.ADD_ROTA_SHIFT, (*s.key, s.start, s.end, s.role, s.idx, s.is_off)
    for swap in _only(new.swaps, old.swaps):
        yield sql.ADD_ROTA_SWAP, (*swap.key, swap.to, *(swap.back or (None, None)))


def _only(some: Iterable[Row], others: Iterable[Row]) -> list[Row]:
    """Those of the first that are not among the second."""
    known = set(others)
    return [row for row in some if row not in known]


def _idx(value: int | None) -> Idx | None:
    return None if value is None else Idx(value)


def _template(row: tuple[int, int, int, int, int, int | None, int, int | None]) -> Template:
    number, weekday, start, end, role, idx, first, last = row
    return Template(number, weekday, start, end, role, _idx(idx), first, last)


def _shift(row: tuple[int, int, int, int, int, int | None, int]) -> Shift:
    day, number, start, end, role, idx, is_off = row
    return Shift(day, number, start, end, role, _idx(idx), bool(is_off))


def _swap(row: tuple[int, int, int, int | None, int | None]) -> Swap:
    day, number, to, back_day, back_number = row
    back: Key | None = None
    if back_day is not None and back_number is not None:
        back = back_day, back_number
    return Swap(day, number, Idx(to), back)
