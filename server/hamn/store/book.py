"""The book of talks: read as one value, and replaced as one value if it still stands.

A counter goes up with every change, an erasure among them; who has read an older number changes
nothing, so that nothing that was erased is written again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from hamn.core.booking import Book, State, Talk, Wish
from hamn.core.slots import Form, Plan, Series
from hamn.core.words import Hash, Idx, Mailbox, Moment
from hamn.store import book_statements as sql
from hamn.store.part import Part
from hamn.store.rows import Cell, bound

Change: TypeAlias = tuple[str, Sequence[Cell]]
TalkRow: TypeAlias = tuple[
    *tuple[bytes, int, int, int, int, int, str, str, str | None],
    *tuple[bytes, str, int, float, bytes | None, bytes, bytes | None, bytes | None],
]
SEPARATOR = ","


class Books(Part):
    """See `hamn.app.shelves.Books`."""

    async def book(self, first: int) -> tuple[int, Book]:
        return _read(self._reader, first)

    async def book_mark(self) -> int:
        return int(self._reader.execute(sql.BOOK_MARK).fetchone()[0])

    async def set_feed(self, idx: Idx, h_token: Hash | None) -> None:
        def change(db: sqlite3.Connection) -> None:
            db.execute(sql.DROP_FEED, bound(idx))
            if h_token is not None:
                db.execute(sql.ADD_FEED, bound(idx, h_token))

        await self._write(change)

    async def feed(self, h_token: Hash) -> Idx | None:
        row = self._reader.execute(sql.FEED, bound(h_token)).fetchone()
        return None if row is None else Idx(row[0])

    async def has_feed(self, idx: Idx) -> bool:
        return self._reader.execute(sql.FEED_OF, bound(idx)).fetchone() is not None


def swap_book(db: sqlite3.Connection, version: int, old: Book, new: Book) -> bool:
    """Put the new book in place of the old one, row by row, if nobody was first."""
    if db.execute(sql.RAISE_BOOK, bound(version)).rowcount != 1:
        return False
    db.execute(sql.SET_BOOK_NUMBER, bound(new.plan.next_number))
    for statement, row in (*_drops(old, new), *_adds(old, new)):
        db.execute(statement, bound(*row))
    return True


def _read(db: sqlite3.Connection, first: int) -> tuple[int, Book]:
    (version,) = db.execute(sql.BOOK_MARK).fetchone()
    (number,) = db.execute(sql.BOOK_NUMBER).fetchone()
    plan = Plan(
        series=tuple(_series(row) for row in db.execute(sql.SLOT_SERIES)),
        off=frozenset((row[0], row[1]) for row in db.execute(sql.SLOTS_OFF, bound(first))),
        next_number=number,
    )
    talks = tuple(_talk(row) for row in db.execute(sql.TALKS))
    wishes = tuple(_wish(row) for row in db.execute(sql.WISHES))
    return version, Book(plan, talks, wishes)


def _drops(old: Book, new: Book) -> Iterator[Change]:
    for series in set(old.plan.series) - set(new.plan.series):
        yield sql.DROP_SLOT_SERIES, (series.number,)
    for key in old.plan.off - new.plan.off:
        yield sql.DROP_SLOT_OFF, key
    for talk in set(old.talks) - set(new.talks):
        yield sql.DROP_TALK, (talk.id,)
    for wish in set(old.wishes) - set(new.wishes):
        yield sql.DROP_WISH, (wish.mailbox,)


def _adds(old: Book, new: Book) -> Iterator[Change]:
    for s in set(new.plan.series) - set(old.plan.series):
        spoken = SEPARATOR.join(s.languages)
        hours = (s.weekday, s.start, s.length, s.form.value, spoken, s.first, s.last)
        yield sql.ADD_SLOT_SERIES, (s.number, s.idx, *hours)
    for key in new.plan.off - old.plan.off:
        yield sql.ADD_SLOT_OFF, key
    for talk in set(new.talks) - set(old.talks):
        yield sql.ADD_TALK, _talk_row(talk)
    for w in set(new.wishes) - set(old.wishes):
        forms = SEPARATOR.join(form.value for form in w.forms)
        yield sql.ADD_WISH, (w.mailbox, forms, w.language, w.interpreter, w.hour, w.last_day)


def _talk_row(t: Talk) -> tuple[Cell, ...]:
    when = (*t.key, t.idx, t.start, t.length, t.form.value, t.language, t.interpreter)
    whose = (t.mailbox, t.state.value, t.last_day, t.until, t.moves, t.r, t.sealed, t.reply)
    return (t.id, *when, *whose)


def _series(row: tuple[int, int, int, int, int, str, str, int, int | None]) -> Series:
    number, idx, weekday, start, length, form, languages, first, last = row
    spoken = tuple(languages.split(SEPARATOR))
    return Series(number, Idx(idx), weekday, start, length, Form(form), spoken, first, last)


def _talk(row: TalkRow) -> Talk:
    id_, day, number, idx, begins, length, form, language, interpreter = row[:9]
    mailbox, state, last_day, until, moves, r, sealed, reply = row[9:]
    return Talk(
        id=id_,
        key=(day, number),
        idx=Idx(idx),
        start=begins,
        length=length,
        form=Form(form),
        language=language,
        interpreter=interpreter,
        mailbox=Mailbox(mailbox),
        state=State(state),
        last_day=last_day,
        until=Moment(until),
        moves=moves,
        r=r,
        sealed=sealed,
        reply=reply,
    )


def _wish(row: tuple[bytes, str, str, str | None, int, int]) -> Wish:
    mailbox, forms, language, interpreter, hour, last_day = row
    wanted = tuple(Form(form) for form in forms.split(SEPARATOR))
    return Wish(Mailbox(mailbox), wanted, language, interpreter, hour, last_day)
