"""Counselling cases and plan copies: tables of their own, envelopes under day keys."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from hamn.app.shelves import CaseLetter, PlanCopy
from hamn.core.case import Case, Holds, Record
from hamn.core.words import CaseId, Idx, Kid, Mailbox
from hamn.store import statements as sql
from hamn.store.part import Part
from hamn.store.rows import Cell, bound

LETTER, COPY = "case_letter", "plan_copy"
IDX = 4
"""So many bytes of a copy's content say who has written it."""


class Cases(Part):
    """See `hamn.app.shelves.Cases`."""

    async def case(self, id_: CaseId) -> Case | None:
        return _read(self._reader, id_)

    async def cases_of(self, idx: Idx) -> list[Case]:
        rows = self._reader.execute(sql.CASES_OF, bound(idx)).fetchall()
        found = [_read(self._reader, CaseId(id_)) for (id_,) in rows]
        return [case for case in found if case is not None]

    async def swap_case(self, old: Case | None, new: Case, put: Sequence[CaseLetter] = ()) -> bool:
        if old is not None and old.id != new.id:
            raise ValueError("a case keeps its id")

        def swap(db: sqlite3.Connection) -> bool:
            if _read(db, new.id) != old:
                return False
            is_moved = old is not None and old.expires_day != new.expires_day
            moved = self._opened(db, new.id) if is_moved else []
            _write(db, new)
            for letter in (*moved, *put):
                self._put(db, new, letter)
            db.execute(sql.DROP_CASE_LETTERS, bound(new.id))
            return True

        return await self._write(swap)

    async def case_letters(self, id_: CaseId) -> list[CaseLetter]:
        return self._opened(self._reader, id_)

    async def put_copy(self, copy: PlanCopy, *, over: PlanCopy | None = None) -> bool:
        row = bound(copy.mailbox, copy.env_id, copy.kid, copy.expires_day, self._sealed(copy))

        def put(db: sqlite3.Connection) -> bool:
            standing = self._copy(db, copy.mailbox)
            if (standing and standing.env_id) != (over and over.env_id):
                return False
            return db.execute(sql.PUT_PLAN_COPY, row).rowcount == 1

        return await self._write(put)

    async def copy_of(self, mailbox: Mailbox) -> PlanCopy | None:
        return self._copy(self._reader, mailbox)

    async def keep_copy(self, mailbox: Mailbox, day: int) -> PlanCopy | None:
        def keep(db: sqlite3.Connection) -> PlanCopy | None:
            copy = self._copy(db, mailbox)
            if copy is None or copy.expires_day >= day:
                return copy
            longer = replace(copy, expires_day=day)
            _do(db, sql.SET_PLAN_COPY_DAY, mailbox, day, self._sealed(longer))
            return longer

        return await self._write(keep)

    async def drop_copy(self, mailbox: Mailbox, env_id: bytes) -> bool:
        place = bound(mailbox, env_id)
        return await self._write(lambda db: db.execute(sql.END_PLAN_COPY, place).rowcount == 1)

    def _copy(self, db: sqlite3.Connection, mailbox: Mailbox) -> PlanCopy | None:
        row = db.execute(sql.PLAN_COPY, bound(mailbox)).fetchone()
        if row is None:
            return None
        env_id, kid, day, sealed = row
        data = self._keys.open(COPY, env_id, day, sealed)
        if data is None:
            return None
        by = Idx(int.from_bytes(data[:IDX], "big"))
        return PlanCopy(mailbox, by, env_id, Kid(kid), day, data[IDX:])

    def _sealed(self, copy: PlanCopy) -> bytes:
        content = copy.by.to_bytes(IDX, "big") + copy.data
        return self._keys.seal(COPY, copy.env_id, copy.expires_day, content)

    def _opened(self, db: sqlite3.Connection, id_: CaseId) -> list[CaseLetter]:
        found = []
        for number, idx, env_id, kid, day, sealed in db.execute(sql.CASE_LETTERS, bound(id_)):
            data = self._keys.open(LETTER, _row_id(id_, number, idx), day, sealed)
            if data is not None:
                found.append(CaseLetter(number, Idx(idx), env_id, Kid(kid), data))
        return found

    def _put(self, db: sqlite3.Connection, case: Case, letter: CaseLetter) -> None:
        day, place = case.expires_day, _row_id(case.id, letter.number, letter.idx)
        data = self._keys.seal(LETTER, place, day, letter.data)
        cells = (letter.number, letter.idx, letter.env_id, letter.kid, day, data)
        db.execute(sql.PUT_CASE_LETTER, bound(case.id, *cells))


def _row_id(id_: CaseId, number: int, idx: int) -> bytes:
    place = id_ + number.to_bytes(8, "big") + idx.to_bytes(4, "big")
    return hashlib.sha256(place).digest()[:16]


def _read(db: sqlite3.Connection, id_: CaseId) -> Case | None:
    row = db.execute(sql.CASE, bound(id_)).fetchone()
    if row is None:
        return None
    version, closed_day, expires_day = row
    members = tuple(Idx(idx) for (idx,) in db.execute(sql.CASE_MEMBERS, bound(id_)))
    records = tuple(
        Record(number, Holds(holds), day, Idx(by))
        for number, holds, day, by in db.execute(sql.CASE_RECORDS, bound(id_))
    )
    return Case(id_, version, members, records, closed_day, expires_day)


def _write(db: sqlite3.Connection, case: Case) -> None:
    _do(db, sql.PUT_CASE, case.id, case.version, case.closed_day, case.expires_day)
    _do(db, sql.DROP_CASE_MEMBERS, case.id)
    _do(db, sql.DROP_CASE_RECORDS, case.id)
    for place, idx in enumerate(case.members):
        _do(db, sql.ADD_CASE_MEMBER, case.id, place, idx)
    for record in case.records:
        cells = (record.number, record.holds.value, record.day, record.by)
        _do(db, sql.ADD_CASE_RECORD, case.id, *cells)


def _do(db: sqlite3.Connection, statement: str, *values: Cell) -> None:
    db.execute(statement, bound(*values))
