"""Figures that were published, kept as the bytes they were; and the activity log."""

from __future__ import annotations

import json
import sqlite3

from hamn.core.figures import Activity, Done, Frozen, Table
from hamn.core.words import Idx, Moment
from hamn.store import statements as sql
from hamn.store.part import Part
from hamn.store.rows import bound


class Figures(Part):
    """See `hamn.app.shelves.Figures`."""

    async def freeze(self, made: Frozen, *, seen: int) -> bool:
        def freeze(db: sqlite3.Connection) -> bool:
            if db.execute(sql.FROZEN_COUNT).fetchone() != (seen,):
                return False
            tables = json.dumps([(t.id, t.rows, t.columns, t.cells) for t in made.tables])
            row = (made.name, " ".join(made.months), tables, made.csv, made.idx, made.at)
            return db.execute(sql.FREEZE, bound(*row)).rowcount == 1

        return await self._write(freeze)

    async def frozen(self) -> list[Frozen]:
        return [_frozen(row) for row in self._reader.execute(sql.FROZEN).fetchall()]

    async def add_done(self, done: Done) -> bool:
        row = (done.number, done.month, done.kind.value, done.times, done.people, done.idx)
        return await self._write(lambda db: db.execute(sql.ADD_DONE, bound(*row)).rowcount == 1)

    async def drop_done(self, number: int) -> bool:
        return await self._write(lambda db: db.execute(sql.DROP_DONE, bound(number)).rowcount == 1)

    async def done(self) -> list[Done]:
        rows = self._reader.execute(sql.DONE).fetchall()
        return [
            Done(number, month, Activity(kind), times, people, Idx(idx))
            for number, month, kind, times, people, idx in rows
        ]


def _frozen(row: tuple[str, str, str, str, int, float]) -> Frozen:
    name, months, tables, csv, idx, at = row
    made = tuple(
        Table(id_, tuple(rows), tuple(columns), tuple(tuple(cells) for cells in lines))
        for id_, rows, columns, lines in json.loads(tables)
    )
    return Frozen(name, tuple(months.split()), made, csv, Idx(idx), Moment(at))
