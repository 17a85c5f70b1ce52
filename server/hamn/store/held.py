"""What the records hold under a return code's mailbox, in one place, and how it is erased with it.

**A new table with a `mailbox` gets its line here**, and one in `hamn.core.retention.Under`; a test
fails for one that has none. What hangs on a row of these (readers, messages, re-wraps) goes along.
"""

from __future__ import annotations

import sqlite3

from hamn.core.retention import Under
from hamn.core.words import Mailbox
from hamn.store import book_statements as talks
from hamn.store import inquiry_statements as asked
from hamn.store import statements as sql
from hamn.store.escalations import mailbox_in
from hamn.store.part import Part
from hamn.store.rows import bound

ERASE: dict[Under, str] = {
    Under.CODE: sql.ERASE_CODES_OF,
    Under.LETTER: sql.ERASE_LETTERS_OF,
    Under.PLAN_COPY: sql.DROP_PLAN_COPY,
    Under.INQUIRY: asked.ERASE_OF,
    Under.TALK: talks.ERASE_TALKS_OF,
    Under.WISH: talks.ERASE_WISHES_OF,
    Under.CONFLICT: sql.ERASE_CONFLICTS_OF,
}


class Held(Part):
    """See `hamn.app.shelves.Held`."""

    async def erase_mailbox(self, mailbox: Mailbox) -> dict[Under, int]:
        def erase(db: sqlite3.Connection) -> dict[Under, int]:
            place = bound(mailbox)
            db.execute(talks.ERASE_SEALED_OF, place)
            gone = {under: db.execute(text, place).rowcount for under, text in ERASE.items()}
            gone[Under.LETTER] += self._erase_withheld(db, mailbox)
            db.execute(talks.RAISE_BOOK_ANYHOW)  # nothing read before this is put into it
            return gone

        return await self._write(erase)

    def _erase_withheld(self, db: sqlite3.Connection, mailbox: Mailbox) -> int:
        """Replies that wait in escalations say only inside for which mailbox they are."""
        kept = db.execute(sql.REPLIES_FILED).fetchall()
        opened = [(row[0], self._keys.open("letter", *row)) for row in kept]
        found = [env for env, data in opened if data is not None and mailbox_in(data) == mailbox]
        for env_id in found:
            db.execute(sql.DROP_LETTER, bound(env_id))
        return len(found)
