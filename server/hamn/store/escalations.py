"""Escalations in the records, with the folder of envelopes that belongs to each."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hamn.app.ports import Letter, Sealing
from hamn.app.shelves import Filed
from hamn.core.escalation import Escalation, Paper
from hamn.core.words import Mailbox
from hamn.store import statements as sql
from hamn.store.part import Part
from hamn.store.rows import bound, escalation_of, escalation_row

MAILBOX = 16
"""So many bytes a mailbox has."""


class Escalations(Part):
    """See `hamn.app.shelves.Escalations`."""

    def _put_letter(self, db: sqlite3.Connection, letter: Letter) -> None:
        raise NotImplementedError

    def _letter_of(self, row: tuple[bytes, int, bytes | None, int, bytes]) -> Letter | None:
        raise NotImplementedError

    async def add_escalation(self, new: Escalation, papers: Sequence[Filed]) -> bool:
        def add(db: sqlite3.Connection) -> bool:
            if any(_stands(db, each.letter.env_id) for each in papers):
                return False
            if db.execute(sql.ADD_ESCALATION, escalation_row(new)).rowcount != 1:
                return False
            self._file(db, new, papers)
            return True

        return await self._write(add)

    async def escalation(self, record: bytes) -> Escalation | None:
        return _found(self._reader, record)

    async def escalations(self) -> list[Escalation]:
        return [_value(row) for row in self._reader.execute(sql.ESCALATIONS).fetchall()]

    async def swap_escalation(
        self,
        old: Escalation,
        new: Escalation | None,
        papers: Sequence[Filed] = (),
        mail: Sealing | None = None,
    ) -> bool:
        put, drop = (mail.put, mail.drop) if mail else ((), ())

        def swap(db: sqlite3.Connection) -> bool:
            if _found(db, old.record) != old or any(_stands(db, p.letter.env_id) for p in papers):
                return False
            filed = {env_id for _, env_id, *_ in db.execute(sql.FILED, bound(old.record))}
            if not filed.issuperset(drop):
                return False
            for env_id in drop:
                db.execute(sql.DROP_LETTER, bound(env_id))
            for letter in put:
                self._put_letter(db, letter)
            if new is None:
                db.execute(sql.DROP_FILED, bound(old.record))
                db.execute(sql.DROP_ESCALATION, bound(old.record))
                return True
            db.execute(sql.SET_ESCALATION, escalation_row(new))
            if new.expires_day != old.expires_day:
                self._keep_until(db, new)
            self._file(db, new, papers)
            return True

        return await self._write(swap)

    async def filed(self, record: bytes) -> list[Filed]:
        rows = self._reader.execute(sql.FILED, bound(record)).fetchall()
        found = [(Paper(paper), self._letter_of(row)) for paper, *row in rows]
        return [_shown(paper, letter) for paper, letter in found if letter is not None]

    async def board_keys(self) -> list[bytes]:
        return [pub for (pub,) in self._reader.execute(sql.BOARD_KEYS).fetchall()]

    async def add_board_key(self, pub: bytes) -> None:
        await self._write(lambda db: db.execute(sql.ADD_BOARD_KEY, bound(pub)).rowcount)

    async def drop_board_key(self, pub: bytes) -> None:
        await self._write(lambda db: db.execute(sql.DROP_BOARD_KEY, bound(pub)).rowcount)

    def _file(self, db: sqlite3.Connection, value: Escalation, papers: Sequence[Filed]) -> None:
        for each in papers:
            self._put_letter(db, replace(_hidden(each), expires_day=value.expires_day))
            db.execute(sql.FILE_LETTER, bound(each.letter.env_id, value.record, each.paper.value))

    def _keep_until(self, db: sqlite3.Connection, value: Escalation) -> None:
        """Everything in the folder, under the key of another day."""
        day = value.expires_day
        for _, env_id, _, _, old_day, sealed in db.execute(
            sql.FILED, bound(value.record)
        ).fetchall():
            content = self._keys.open("letter", env_id, old_day, sealed)
            if content is not None:
                anew = self._keys.seal("letter", env_id, day, content)
                db.execute(sql.SET_LETTER_DAY, bound(env_id, day, anew))


def _hidden(filed: Filed) -> Letter:
    """A reply's mailbox stands inside what is sealed, so that no row ties a code to it."""
    letter = filed.letter
    if filed.paper is not Paper.REPLY:
        return letter
    if letter.mailbox is None:
        raise ValueError("a reply is for a mailbox")
    return replace(letter, mailbox=None, readers=(), data=letter.mailbox + letter.data)


def _shown(paper: Paper, letter: Letter) -> Filed:
    if paper is not Paper.REPLY:
        return Filed(paper, letter)
    data = letter.data
    return Filed(paper, replace(letter, mailbox=mailbox_in(data), data=data[MAILBOX:]))


def mailbox_in(content: bytes) -> Mailbox:
    """For which mailbox a reply is that lies in a folder, opened with its day's key."""
    return Mailbox(content[:MAILBOX])


def _stands(db: sqlite3.Connection, env_id: bytes) -> bool:
    return db.execute(sql.LETTER, bound(env_id)).fetchone() is not None


def _found(db: sqlite3.Connection, record: bytes) -> Escalation | None:
    row = db.execute(sql.ESCALATION, bound(record)).fetchone()
    return None if row is None else _value(row)


def _value(row: Any) -> Escalation:
    return escalation_of(tuple(row[:5]), tuple(row[5:]))
