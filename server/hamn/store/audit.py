"""The audit log's rows: appended in one step with their head, and expiring behind an anchor."""

from __future__ import annotations

import sqlite3

from hamn.core.audit import BEGINNING, Line, Link, Note, follow, link_of
from hamn.core.words import Hash
from hamn.store import statements as sql
from hamn.store.rows import bound

HEAD, ANCHOR = "head", "anchor"


def append(db: sqlite3.Connection, note: Note) -> Line:
    """The note as the chain's next line; inside the caller's transaction."""
    line = follow(mark(db, HEAD), note)
    row = (line.seq, line.at, line.what, line.by, line.about, line.detail, line.hash)
    db.execute(sql.ADD_AUDIT, bound(*row))
    _set_mark(db, HEAD, link_of(line))
    return line


def mark(db: sqlite3.Connection, name: str) -> Link:
    """One of the two ends; the beginning where nothing was written yet."""
    row = db.execute(sql.AUDIT_MARK, bound(name)).fetchone()
    return BEGINNING if row is None else Link(row[0], Hash(row[1]))


def lines(db: sqlite3.Connection, after: int, limit: int) -> list[Line]:
    """Lines in the order of their numbers."""
    rows = db.execute(sql.AUDIT, bound(after, limit)).fetchall()
    return [Line(*row) for row in rows]


def expire(db: sqlite3.Connection, before: int, batch: int) -> int:
    """Delete lines from the front whose minute lies before this one, at most so many, and let the
    anchor stand for them; how many went."""
    (stays,) = db.execute(sql.FIRST_AUDIT_SINCE, bound(before)).fetchone()
    anchor, head = mark(db, ANCHOR), mark(db, HEAD)
    last = min(head.seq if stays is None else stays - 1, anchor.seq + batch)
    row = db.execute(sql.AUDIT_HASH, bound(last)).fetchone()
    if row is None:
        return 0
    _set_mark(db, ANCHOR, Link(last, Hash(row[0])))
    return db.execute(sql.DROP_AUDIT_THROUGH, bound(last)).rowcount


def _set_mark(db: sqlite3.Connection, name: str, mark: Link) -> None:
    db.execute(sql.SET_AUDIT_MARK, bound(name, mark.seq, mark.hash))
