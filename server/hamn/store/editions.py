"""Editions of texts: one more, or none when somebody was first; none is ever changed."""

from __future__ import annotations

import sqlite3

from hamn.core.texts import Edition
from hamn.core.words import Idx, Moment
from hamn.store import statements as sql
from hamn.store.part import Part
from hamn.store.rows import bound


class Editions(Part):
    """See `hamn.app.shelves.Editions`."""

    async def add_edition(self, edition: Edition) -> bool:
        def add(db: sqlite3.Connection) -> bool:
            place = bound(edition.key, edition.language)
            (newest,) = db.execute(sql.NEWEST_VERSION, place).fetchone()
            if edition.version != newest + 1:
                return False
            db.execute(sql.ADD_EDITION, _row(edition))
            return True

        return await self._write(add)

    async def editions(self) -> list[Edition]:
        return [_edition(row) for row in self._reader.execute(sql.EDITIONS).fetchall()]

    async def history(self, key: str, language: str) -> list[Edition]:
        rows = self._reader.execute(sql.HISTORY, bound(key, language)).fetchall()
        return [_edition(row) for row in rows]

    async def edition_count(self) -> int:
        return int(self._reader.execute(sql.EDITION_COUNT).fetchone()[0])


def _row(edition: Edition) -> dict[str, str | int | float | bytes | None]:
    return bound(
        edition.key, edition.language, edition.version, edition.text, edition.idx, edition.at
    )


def _edition(row: tuple[str, str, int, str, int, float]) -> Edition:
    key, language, version, text, idx, at = row
    return Edition(key, language, version, text, Idx(idx), Moment(at))
