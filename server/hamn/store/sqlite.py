"""The records store in one SQLite file, and its day keys in a folder beside it.

Writes go through one writer, each method's in one transaction; what a method changes depends only
on rows it has read in that same transaction. Reads are done in the event loop on a connection of
their own and see every write that was answered.

Over 400 lines on purpose: one engine, one file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias, TypeVar, cast

from hamn.app.ports import (
    Certificate,
    CodeRow,
    Entropy,
    Letter,
    LogLine,
    RosterEntry,
    Sealing,
    SignInMethod,
    Staff,
    Wrap,
)
from hamn.core.audit import Line, Link, Note
from hamn.core.booking import Book
from hamn.core.box import Waiting
from hamn.core.rota import Rota
from hamn.core.words import Hash, Idx, Kid, Mailbox, Moment
from hamn.sqlite.files import open_reader, open_writer
from hamn.sqlite.writer import GroupCommit, Runner, ThreadRunner
from hamn.store import audit, rota
from hamn.store import statements as sql
from hamn.store.book import Books, swap_book
from hamn.store.cases import Cases
from hamn.store.counters import Counters
from hamn.store.due import erase_due
from hamn.store.editions import Editions
from hamn.store.escalations import Escalations
from hamn.store.figures import Figures
from hamn.store.held import Held
from hamn.store.inquiries import Inquiries
from hamn.store.migrate import migrate, released
from hamn.store.register import Register
from hamn.store.rows import (
    ENDLESS,
    Cell,
    bound,
    code_of,
    letter_of,
    rewrap_id,
    staff_of,
    staff_row,
    waiting_of,
    wrap_id,
)
from hamn.store.shred import DayKeys

Result = TypeVar("Result")
Work: TypeAlias = Callable[[sqlite3.Connection], object]

FILE = "records.db"
KEYS_FOLDER = "day-keys"


class SqliteStore(
    Books, Cases, Counters, Editions, Escalations, Figures, Held, Inquiries, Register
):
    """See `hamn.app.ports.Store`."""

    def __init__(
        self, folder: Path, entropy: Entropy, *, runner: Callable[[str], Runner] = ThreadRunner
    ) -> None:
        """Open the records in `folder`, or make them; the schema is brought to this program's.

        Raises: SchemaRefused when it is a newer one or a stranger.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        self._keys = DayKeys(folder / KEYS_FOLDER, entropy)
        self._writer = open_writer(folder / FILE)
        try:
            migrate(self._writer, released())
            self._reader = open_reader(folder / FILE)
        except BaseException:
            self._writer.close()
            raise
        self._runner = runner("records writer")
        self._commits: GroupCommit[Work] = GroupCommit(
            self._writer, _apply, lambda _work, _outcome: None, self._runner
        )

    def close(self) -> None:
        """Finish what was given to the writer, and let the file go."""
        self._runner.stop()
        self._reader.close()
        self._writer.close()

    # --- staff ------------------------------------------------------------------------------------

    async def add_staff(self, staff: Staff) -> bool:
        def add(db: sqlite3.Connection) -> bool:
            db.execute(sql.RAISE_IDX, bound(staff.idx))
            return db.execute(sql.ADD_STAFF, staff_row(staff)).rowcount == 1

        return await self._write(add)

    async def next_idx(self) -> Idx:
        return await self._write(lambda db: Idx(db.execute(sql.NEXT_IDX).fetchall()[0][0]))

    async def staff(self, idx: Idx) -> Staff | None:
        return _staff(self._reader, idx)

    async def staff_by_login(self, login: str) -> Staff | None:
        row = self._read(sql.STAFF_BY_LOGIN, login).fetchone()
        return None if row is None else staff_of(row)

    async def all_staff(self) -> list[Staff]:
        return [staff_of(row) for row in self._read(sql.ALL_STAFF).fetchall()]

    async def staff_changes(self) -> int:
        return int(self._read(sql.STAFF_CHANGES).fetchone()[0])

    async def swap_staff(self, old: Staff, new: Staff) -> bool:
        if old.idx != new.idx:
            raise ValueError("a member keeps the number")

        def swap(db: sqlite3.Connection) -> bool:
            if _staff(db, old.idx) != old:
                return False
            db.execute(sql.SET_STAFF, staff_row(new))
            db.execute(sql.RAISE_STAFF_CHANGES)
            return True

        return await self._write(swap)

    # --- enrolment and sign-in --------------------------------------------------------------------

    async def add_invite(self, h_token: Hash, idx: Idx, until: Moment) -> None:
        await self._write(lambda db: _done(db, sql.ADD_INVITE, h_token, idx, until))

    async def invite(self, h_token: Hash, now: Moment) -> Idx | None:
        row = self._read(sql.INVITE, h_token, now).fetchone()
        return None if row is None else Idx(row[0])

    async def enrol(
        self, h_token: Hash, now: Moment, staff: Staff, method: SignInMethod, wraps: Sequence[Wrap]
    ) -> bool:
        _refuse_daily(wraps)

        def enrol(db: sqlite3.Connection) -> bool:
            invited = db.execute(sql.INVITE, bound(h_token, now)).fetchone()
            if invited != (staff.idx,):
                return False
            _done(db, sql.SPEND_INVITE, h_token)
            db.execute(sql.SET_STAFF, staff_row(staff))
            self._put_method(db, staff.idx, method, wraps)
            return True

        return await self._write(enrol)

    async def methods(self, idx: Idx) -> list[SignInMethod]:
        return [SignInMethod(*row) for row in self._read(sql.METHODS, idx).fetchall()]

    async def add_method(self, idx: Idx, method: SignInMethod, wraps: Sequence[Wrap]) -> None:
        _refuse_daily(wraps)
        await self._write(lambda db: self._put_method(db, idx, method, wraps))

    async def drop_method(self, idx: Idx, method: int) -> None:
        def drop(db: sqlite3.Connection) -> None:
            _done(db, sql.DROP_METHOD, idx, method)
            _done(db, sql.DROP_METHOD_WRAP, idx, method)

        await self._write(drop)

    async def wraps(self, idx: Idx) -> list[Wrap]:
        kept = [self._wrap_of(idx, row) for row in self._read(sql.WRAPS, idx).fetchall()]
        return [wrap for wrap in kept if wrap is not None]

    async def put_wraps(self, idx: Idx, wraps: Sequence[Wrap], last_use_day: int) -> None:
        def put(db: sqlite3.Connection) -> None:
            for wrap in wraps:
                self._put_wrap(db, idx, wrap, None if wrap.what in ENDLESS else last_use_day)

        await self._write(put)

    async def open_session(self, h_token: Hash, idx: Idx, until: Moment) -> None:
        await self._write(lambda db: _done(db, sql.OPEN_SESSION, h_token, idx, until))

    async def session(self, h_token: Hash, now: Moment) -> Idx | None:
        row = self._read(sql.SESSION, h_token, now).fetchone()
        return None if row is None else Idx(row[0])

    async def end_session(self, h_token: Hash) -> None:
        await self._write(lambda db: _done(db, sql.END_SESSION, h_token))

    async def end_sessions(self, idx: Idx) -> None:
        await self._write(lambda db: _done(db, sql.END_SESSIONS, idx))

    # --- roster, log, certificates ----------------------------------------------------------------

    async def add_roster(self, entry: RosterEntry, log: LogLine) -> bool:
        def add(db: sqlite3.Connection) -> bool:
            (newest,) = db.execute(sql.NEWEST_SEQ).fetchone()
            if entry.seq != newest + 1 or not _add_line(db, log):
                return False
            _done(db, sql.ADD_ROSTER, entry.seq, entry.data, entry.sig)
            _done(db, sql.DROP_ROSTER_DRAFTS)
            return True

        return await self._write(add)

    async def roster_draft(self) -> RosterEntry | None:
        row = self._read(sql.ROSTER_DRAFT).fetchone()
        return None if row is None else RosterEntry(*row)

    async def swap_roster_draft(self, old: RosterEntry | None, new: RosterEntry) -> bool:
        def swap(db: sqlite3.Connection) -> bool:
            row = db.execute(sql.ROSTER_DRAFT).fetchone()
            if (None if row is None else RosterEntry(*row)) != old:
                return False
            _done(db, sql.DROP_ROSTER_DRAFTS)
            _done(db, sql.ADD_ROSTER_DRAFT, new.seq, new.data, new.sig)
            return True

        return await self._write(swap)

    async def newest_roster(self) -> RosterEntry | None:
        row = self._read(sql.NEWEST_ROSTER).fetchone()
        return None if row is None else RosterEntry(*row)

    async def roster(self, seq: int) -> RosterEntry | None:
        row = self._read(sql.ROSTER, seq).fetchone()
        return None if row is None else RosterEntry(*row)

    async def log_lines(self) -> list[LogLine]:
        return [LogLine(*row) for row in self._read(sql.LINES).fetchall()]

    async def add_log_line(self, line: LogLine) -> bool:
        return await self._write(lambda db: _add_line(db, line))

    async def put_certificate(self, certificate: Certificate) -> None:
        row = (certificate.kid, certificate.idx, certificate.kind, certificate.not_after)
        await self._write(lambda db: _done(db, sql.PUT_CERTIFICATE, certificate.data, *row))

    async def certificates(self, kind: int, hour: int) -> list[Certificate]:
        return [Certificate(*row) for row in self._read(sql.CERTIFICATES, kind, hour).fetchall()]

    # --- rota -------------------------------------------------------------------------------------

    async def rota_mark(self) -> tuple[int, bool]:
        version, _, is_made = rota.mark(self._reader)
        return version, is_made

    async def rota(self, first: int) -> tuple[int, Rota]:
        return rota.read_rota(self._reader, first)

    async def swap_rota(self, version: int, old: Rota, new: Rota) -> bool:
        return await self._write(lambda db: rota.swap_rota(db, version, old, new))

    # --- return codes -----------------------------------------------------------------------------

    async def code(self, h_id: Hash, day: int) -> CodeRow | None:
        row = self._read(sql.CODE, h_id, day).fetchone()
        return None if row is None else code_of(row)

    async def swap_code(self, h_id: Hash, old: CodeRow | None, new: CodeRow | None) -> bool:
        if any(code is not None and code.h_id != h_id for code in (old, new)):
            raise ValueError("a code keeps its hash")
        statement, row = _code_change(h_id, old, new)
        return await self._write(lambda db: db.execute(statement, bound(*row)).rowcount == 1)

    async def codes_of(self, mailbox: Mailbox) -> list[CodeRow]:
        return [code_of(row) for row in self._read(sql.CODES_OF, mailbox).fetchall()]

    async def bar(self, mailbox: Mailbox, idx: Idx) -> None:
        await self._write(lambda db: db.execute(sql.PUT_CONFLICT, bound(mailbox, idx)).rowcount)

    async def barred(self, mailbox: Mailbox) -> frozenset[Idx]:
        return frozenset(Idx(row[0]) for row in self._read(sql.CONFLICTS_OF, mailbox).fetchall())

    async def bar_as(self, old: Idx, new: Idx) -> None:
        await self._write(lambda db: _done(db, sql.COPY_CONFLICTS, old, new))

    # --- envelopes --------------------------------------------------------------------------------

    async def put_letter(self, letter: Letter) -> None:
        await self._write(lambda db: self._put_letter(db, letter))

    async def letters(self, *, mailbox: Mailbox | None, reader: Kid | None) -> list[Letter]:
        if mailbox is not None:
            rows = self._read(sql.LETTERS_OF, mailbox).fetchall()
        else:
            rows = self._read(sql.LETTERS_FOR, reader).fetchall()
        kept = [letter for row in rows if (letter := self._letter_of(row)) is not None]
        return [letter for letter in kept if reader is None or reader in letter.readers]

    async def letter(self, env_id: bytes) -> Letter | None:
        row = self._read(sql.LETTER, env_id).fetchone()
        return None if row is None else self._letter_of(row)

    async def drop_letter(self, env_id: bytes) -> None:
        await self._write(lambda db: _done(db, sql.DROP_LETTER, env_id))

    # --- messages that wait -----------------------------------------------------------------------

    async def put_message(self, letter: Letter, waiting: Waiting) -> bool:
        def put(db: sqlite3.Connection) -> bool:
            if db.execute(sql.LETTER, bound(letter.env_id)).fetchone() is not None:
                return False
            self._put_letter(db, letter)
            held = (waiting.claimed_by, waiting.claimed_until)
            _done(db, sql.ADD_MESSAGE, waiting.env_id, waiting.hour, waiting.answer_by, *held)
            return True

        return await self._write(put)

    async def messages(self) -> list[Waiting]:
        rows = self._read(sql.MESSAGES).fetchall()
        return [waiting_of(row, self._readers(row[0]), self._rewrapped(row[0])) for row in rows]

    async def swap_message(self, old: Waiting, new: Waiting) -> bool:
        values = (new.claimed_by, new.claimed_until, *_standing(old))
        return await self._write(
            lambda db: db.execute(sql.SET_MESSAGE, bound(*values)).rowcount == 1
        )

    async def put_rewrap(self, message: Waiting, kid: Kid, data: bytes) -> bool:
        env_id, day = message.env_id, message.expires_day

        def put(db: sqlite3.Connection) -> bool:
            sealed = self._keys.seal("rewrap", rewrap_id(env_id, kid), day, data)
            return db.execute(sql.ADD_REWRAP, bound(env_id, kid, day, sealed)).rowcount == 1

        return await self._write(put)

    async def rewrap(self, env_id: bytes, kid: Kid) -> bytes | None:
        row = self._read(sql.REWRAP, env_id, kid).fetchone()
        return None if row is None else self._keys.open("rewrap", rewrap_id(env_id, kid), *row)

    async def answer_message(self, old: Waiting, reply: Letter | None) -> bool:
        def answer(db: sqlite3.Connection) -> bool:
            if db.execute(sql.END_MESSAGE, bound(*_standing(old))).rowcount != 1:
                return False
            _done(db, sql.DROP_LETTER, old.env_id)
            if reply is not None:
                self._put_letter(db, reply)
            return True

        return await self._write(answer)

    # --- talks ------------------------------------------------------------------------------------

    async def swap_book(self, version: int, old: Book, new: Book, sealed: Sealing) -> bool:
        def swap(db: sqlite3.Connection) -> bool:
            if not swap_book(db, version, old, new):
                return False
            for env_id in sealed.drop:
                _done(db, sql.DROP_LETTER, env_id)
            for letter in sealed.put:
                self._put_letter(db, letter)
            return True

        return await self._write(swap)

    # --- audit ------------------------------------------------------------------------------------

    async def note(self, note: Note) -> Line:
        return await self._write(lambda db: audit.append(db, note))

    async def audit(self, after: int, limit: int) -> list[Line]:
        return audit.lines(self._reader, after, limit)

    async def audit_ends(self) -> tuple[Link, Link]:
        return audit.mark(self._reader, audit.ANCHOR), audit.mark(self._reader, audit.HEAD)

    # --- the end of things ------------------------------------------------------------------------

    async def erase_due(self, now: Moment) -> int:
        return await erase_due(now, self._write, self._commits.alone, self._keys)

    async def purge(self) -> None:
        await self._commits.purge()

    # --- how it is done ---------------------------------------------------------------------------

    async def _write(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        return cast("Result", await self._commits.do(work))

    def _read(self, statement: str, *values: Cell) -> sqlite3.Cursor:
        return self._reader.execute(statement, bound(*values))

    def _put_method(
        self, db: sqlite3.Connection, idx: Idx, method: SignInMethod, wraps: Sequence[Wrap]
    ) -> None:
        _done(db, sql.PUT_METHOD, idx, method.method, method.public_key, method.credential)
        for wrap in wraps:
            self._put_wrap(db, idx, wrap, None)

    def _put_wrap(self, db: sqlite3.Connection, idx: Idx, wrap: Wrap, day: int | None) -> None:
        data = wrap.data
        if day is not None:
            data = self._keys.seal("wrap", wrap_id(idx, wrap), day, data)
        _done(db, sql.PUT_WRAP, idx, wrap.what, wrap.method, wrap.kid, wrap.version, day, data)

    def _wrap_of(
        self, idx: Idx, row: tuple[int, int, int, bytes, bytes, int | None]
    ) -> Wrap | None:
        *_, day = row
        wrap = Wrap(*row[:5])
        if day is None:
            return wrap
        data = self._keys.open("wrap", wrap_id(idx, wrap), day, wrap.data)
        return None if data is None else Wrap(*row[:4], data)

    def _letter_of(self, row: tuple[bytes, int, bytes | None, int, bytes]) -> Letter | None:
        env_id, _, _, day, sealed = row
        data = self._keys.open("letter", env_id, day, sealed)
        if data is None:
            return None
        return letter_of(row[:4], self._readers(env_id), data)

    def _readers(self, env_id: bytes) -> tuple[bytes, ...]:
        return tuple(kid for (kid,) in self._read(sql.READERS, env_id).fetchall())

    def _rewrapped(self, env_id: bytes) -> tuple[bytes, ...]:
        return tuple(kid for (kid,) in self._read(sql.REWRAPPED, env_id).fetchall())

    def _put_letter(self, db: sqlite3.Connection, letter: Letter) -> None:
        day = letter.expires_day
        sealed = self._keys.seal("letter", letter.env_id, day, letter.data)
        _done(db, sql.DROP_LETTER, letter.env_id)
        _done(db, sql.ADD_LETTER, letter.env_id, letter.type, letter.mailbox, day, sealed)
        for place, kid in enumerate(letter.readers):
            _done(db, sql.ADD_READER, letter.env_id, kid, place)


def _apply(connection: sqlite3.Connection, group: list[Work]) -> list[object]:
    return [work(connection) for work in group]


def _done(db: sqlite3.Connection, statement: str, *values: Cell) -> None:
    db.execute(statement, bound(*values))


def _staff(db: sqlite3.Connection, idx: Idx) -> Staff | None:
    row = db.execute(sql.STAFF, bound(idx)).fetchone()
    return None if row is None else staff_of(row)


def _add_line(db: sqlite3.Connection, line: LogLine) -> bool:
    """The first line may count from 0 or from 1."""
    (newest,) = db.execute(sql.NEWEST_LINE).fetchone()
    if line.n not in ((0, 1) if newest is None else (newest + 1,)):
        return False
    _done(db, sql.ADD_LINE, line.n, line.line)
    return True


def _code_change(
    h_id: Hash, old: CodeRow | None, new: CodeRow | None
) -> tuple[str, tuple[Cell, ...]]:
    if new is None and old is None:
        raise ValueError("nothing to change")
    before = () if old is None else (h_id, old.h_auth, old.mailbox, old.expires_day)
    after = () if new is None else (new.h_auth, new.mailbox, new.expires_day)
    if not before:
        return sql.ADD_CODE, (h_id, *after)
    return (sql.SET_CODE, (*after, *before)) if after else (sql.DROP_CODE, before)


def _standing(message: Waiting) -> tuple[Cell, ...]:
    return message.env_id, message.claimed_by or 0, message.claimed_until


def _refuse_daily(wraps: Sequence[Wrap]) -> None:
    if any(wrap.what not in ENDLESS for wrap in wraps):
        raise ValueError("BK, EK and CK have a last day: use put_wraps")
