"""Legal requests in the records: one row each, replaced by who has read it as it stands."""

from __future__ import annotations

import sqlite3

from hamn.core.register import Asker, Basis, Given, Request, Wanted
from hamn.core.words import Idx
from hamn.store import statements as sql
from hamn.store.part import Part
from hamn.store.rows import Cell, bound


class Register(Part):
    """See `hamn.app.shelves.Register`."""

    async def requests(self) -> list[Request]:
        return [_request(row) for row in self._reader.execute(sql.REQUESTS).fetchall()]

    async def swap_request(self, old: Request | None, new: Request) -> bool:
        def swap(db: sqlite3.Connection) -> bool:
            row = db.execute(sql.REQUEST, bound(new.number)).fetchone()
            if (None if row is None else _request(row)) != old:
                return False
            db.execute(sql.PUT_REQUEST, bound(*_row(new)))
            return True

        return await self._write(swap)


def _row(request: Request) -> tuple[Cell, ...]:
    given = None if request.given is None else request.given.value
    codes = (request.asker.value, request.basis.value, request.wanted.value, request.reference)
    return (
        *(request.number, request.day, *codes, request.expires_day),
        *(given, request.first, request.second),
    )


def _request(
    row: tuple[int, int, str, str, str, str, int, str | None, int | None, int | None],
) -> Request:
    number, day, asker, basis, wanted, reference, expires_day, given, first, second = row
    return Request(
        number=number,
        day=day,
        asker=Asker(asker),
        basis=Basis(basis),
        wanted=Wanted(wanted),
        reference=reference,
        expires_day=expires_day,
        given=None if given is None else Given(given),
        first=None if first is None else Idx(first),
        second=None if second is None else Idx(second),
    )
