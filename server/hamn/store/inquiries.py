"""Referrals and requests in the records, each with what was asked and what was answered, sealed."""

from __future__ import annotations

import sqlite3
from typing import Any

from hamn.app.shelves import Papers
from hamn.core.inquiry import Inquiry, Reason, State
from hamn.core.words import Idx, Mailbox
from hamn.store import inquiry_statements as sql
from hamn.store.part import Part
from hamn.store.rows import bound

FORM, ANSWER = "inquiry", "inquiry_answer"


class Inquiries(Part):
    """See `hamn.app.shelves.Inquiries`."""

    async def add_inquiry(self, new: Inquiry, form: bytes) -> bool:
        row = self._row(new, Papers(form, None))
        return await self._write(lambda db: db.execute(sql.ADD, row).rowcount == 1)

    async def inquiry(self, record: bytes) -> Inquiry | None:
        return _found(self._reader, record)

    async def inquiries(self) -> list[Inquiry]:
        return [_value(row) for row in self._reader.execute(sql.ALL).fetchall()]

    async def inquiry_papers(self, record: bytes) -> Papers:
        return self._papers(self._reader, record)

    async def swap_inquiry(
        self, old: Inquiry, new: Inquiry, *, answer: bytes | None = None, keeps_form: bool = True
    ) -> bool:
        def swap(db: sqlite3.Connection) -> bool:
            if _found(db, old.record) != old:
                return False
            kept = self._papers(db, old.record)
            papers = Papers(kept.form if keeps_form else None, answer or kept.answer)
            return db.execute(sql.SET, self._row(new, papers)).rowcount == 1

        return await self._write(swap)

    def _papers(self, db: sqlite3.Connection, record: bytes) -> Papers:
        row = db.execute(sql.PAPERS, bound(record)).fetchone()
        if row is None:
            return Papers(None, None)
        day, form, answer = row
        return Papers(self._open(FORM, record, day, form), self._open(ANSWER, record, day, answer))

    def _open(self, what: str, record: bytes, day: int, sealed: bytes | None) -> bytes | None:
        return None if sealed is None else self._keys.open(what, record, day, sealed)

    def _row(self, value: Inquiry, papers: Papers) -> dict[str, Any]:
        reason = None if value.reason is None else value.reason.value
        front = (value.record, value.mailbox, value.hour, value.expires_day, value.state.value)
        sealed = [
            None if data is None else self._keys.seal(what, value.record, value.expires_day, data)
            for what, data in ((FORM, papers.form), (ANSWER, papers.answer))
        ]
        return bound(*front, reason, value.by, *sealed)


def _found(db: sqlite3.Connection, record: bytes) -> Inquiry | None:
    row = db.execute(sql.ONE, bound(record)).fetchone()
    return None if row is None else _value(row)


def _value(row: tuple[bytes, bytes, int, int, str, str | None, int | None]) -> Inquiry:
    record, mailbox, hour, day, state, reason, by = row
    return Inquiry(
        record,
        Mailbox(mailbox),
        hour,
        day,
        State(state),
        None if reason is None else Reason(reason),
        None if by is None else Idx(by),
    )
