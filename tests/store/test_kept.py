"""Every table of the records: with what its rows end, and that nothing of them is left then.

**A new table gets its line in `ENDS`, `WITH` or `STAYS`.** Rows are made here from the columns that
a table has, so that each is tried without being known.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hamn.app.counting import BATCH_KEPT
from hamn.core import retention
from hamn.core.audit import Deed, noted
from hamn.core.policy import Policy
from hamn.core.retention import DAY, Under, What, Where
from hamn.core.words import Mailbox, Moment
from hamn.sqlite.writer import LoopRunner
from hamn.store.held import ERASE
from hamn.store.sqlite import FILE, SqliteStore
from tests.clock import NOON
from tests.entropy import SeededEntropy

ENDS: dict[str, tuple[What | float, str, float]] = {
    "code": (What.CODE, "expires_day", DAY),
    "letter": (What.MESSAGE, "expires_day", DAY),
    "plan_copy": (What.PLAN_COPY, "expires_day", DAY),
    "inquiry": (What.INQUIRY, "expires_day", DAY),
    "escalation": (What.ESCALATION, "expires_day", DAY),
    "case_file": (What.CASE, "expires_day", DAY),
    "talk": (What.BOOKING, "last_day", DAY),
    "wish": (What.WISH, "last_day", DAY),
    "legal_request": (What.LEGAL_REQUEST, "expires_day", DAY),
    "invite": (What.INVITE, "until", 1),
    "session": (What.SESSION, "until", 1),
    "audit": (What.AUDIT, "", 60),
    "counted_batch": (BATCH_KEPT, "until", 1),
    "certificate": (12 * 3600.0, "not_after", 3600),
    "wrap": (30.0 * DAY, "last_day", DAY),
}
"""Table: how long its rows are kept, by the table of what is kept or by what a key says; the column
that says when; and how many seconds one of that column is."""
UNTIL_THE_CODE = ("wish",)
"""Of these, the rows that end with the last code of their mailbox, if that is sooner."""
WITH = {
    "letter_reader": "letter",
    "message": "letter",
    "rewrap": "letter",
    "conflict": "code",
    **dict.fromkeys(("case_member", "case_record", "case_letter"), "case_file"),
    "escalation_letter": "escalation",
}
"""Rows that end with a row of another table."""
STAYS = {
    **dict.fromkeys(("staff", "method", "counter"), "as long as the centre keeps its staff"),
    **dict.fromkeys(("roster", "roster_draft", "log_line", "board_key"), "whom to trust is public"),
    **dict.fromkeys(("counted", "frozen", "activity"), "counters, without a trace of anybody"),
    **dict.fromkeys(("edition", "audit_mark"), "the centre's words; what stands for lines gone"),
    **dict.fromkeys(
        (
            "rota_template",
            "rota_holiday",
            "rota_shift",
            "rota_swap",
            "slot_series",
            "slot_off",
            "feed",
        ),
        "who works when",
    ),
}
"""Tables that are kept, and why they may be."""
POLICIES = st.builds(
    Policy,
    code_days=st.integers(1, 120),
    message_days=st.integers(1, 14),
    escalation_days=st.integers(1, 30),
    inquiry_days=st.integers(1, 30),
    case_days=st.integers(30, 400),
    booking_days=st.integers(1, 14),
    wish_days=st.integers(1, 60),
)
MOVES = st.lists(st.floats(0, 500 * DAY), min_size=1, max_size=6).map(sorted)
MINE, THEIRS = Mailbox(b"m" * 16), Mailbox(b"t" * 16)


@contextmanager
def records() -> Iterator[tuple[SqliteStore, Path]]:
    with tempfile.TemporaryDirectory() as name:
        store = SqliteStore(Path(name), SeededEntropy(5), runner=LoopRunner)
        yield store, Path(name)
        store.close()


def tables(folder: Path) -> dict[str, list[tuple[str, str]]]:
    """Every table of the schema: its columns and their types."""
    with closing(sqlite3.connect(folder / FILE)) as db:
        names = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: [(row[1], row[2]) for row in db.execute(f"PRAGMA table_info({name})").fetchall()]
            for (name,) in names
            if not name.startswith("sqlite_")
        }


def put(folder: Path, table: str, seed: bytes, **values: object) -> None:
    """A row of a table, whatever its columns are; every blob in it is made from the seed."""
    filled = {"BLOB": seed * 4, "TEXT": seed.hex(), "BIGINT": 1, "DOUBLE PRECISION": 1.0}
    columns = tables(folder)[table]
    row = {name: values.get(name, filled[kind]) for name, kind in columns}
    marks = ", ".join("?" for _ in row)
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as db:
        db.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", tuple(row.values()))  # noqa: S608


def count(folder: Path, table: str) -> int:
    with closing(sqlite3.connect(folder / FILE)) as db:
        return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608


def life(table: str, policy: Policy) -> float:
    how_long = ENDS[table][0]
    if not isinstance(how_long, What):
        return how_long
    longest = next(k.at_most for k in retention.table(policy) if k.what is how_long)
    return min(longest, life("code", policy)) if table in UNTIL_THE_CODE else longest


def test_every_table_says_with_what_its_rows_end() -> None:
    with records() as (_, folder):
        assert sorted(tables(folder)) == sorted([*ENDS, *WITH, *STAYS, "migration"])


def test_everything_that_the_records_keep_for_a_time_is_tried() -> None:
    timed = {kept.what for kept in retention.table(Policy()) if kept.where is Where.RECORDS}

    assert timed == {how_long for how_long, *_ in ENDS.values() if isinstance(how_long, What)}


@settings(max_examples=12)
@given(POLICIES, MOVES)
def test_every_row_is_there_for_its_time_and_not_a_day_longer(
    policy: Policy, moves: list[float]
) -> None:
    with records() as (store, folder):
        for number, (table, (_, column, unit)) in enumerate(ENDS.items()):
            if column:
                end = (NOON + life(table, policy)) // unit
                put(folder, table, bytes([number]) * 4, mailbox=MINE, **{column: end})
        asyncio.run(store.note(noted(NOON, Deed.SIGNED_IN)))
        for moved in moves:
            asyncio.run(store.erase_due(Moment(NOON + moved)))
            for table in ENDS:
                left = life(table, policy) - moved
                assert left <= 0 or count(folder, table) == 1, table
                assert left > -DAY or count(folder, table) == 0, table


def test_what_hangs_on_a_row_goes_with_it() -> None:
    with records() as (store, folder):
        put(folder, "code", b"code", mailbox=MINE, expires_day=1)
        for table in ("letter", "escalation", "case_file"):
            put(folder, table, b"same", expires_day=1)
        for table in WITH:
            put(folder, table, b"same", mailbox=MINE)
        asyncio.run(store.erase_due(NOON))

        assert {table: count(folder, table) for table in WITH} == dict.fromkeys(WITH, 0)


def test_every_table_with_a_mailbox_is_erased_by_code() -> None:
    erased = {
        found[1] for text in ERASE.values() if (found := re.match(r"DELETE FROM (\w+) ", text))
    }
    with records() as (_, folder):
        has_mailbox = {
            table for table, columns in tables(folder).items() if "mailbox" in dict(columns)
        }

    assert erased == has_mailbox
    assert set(ERASE) == set(Under)


@pytest.mark.check(34, part="what was kept under a code, whatever it was")
@settings(max_examples=12)
@given(st.lists(st.tuples(st.sampled_from(sorted(Under, key=str)), st.booleans()), max_size=8))
def test_erasing_leaves_no_row_and_no_byte_of_anything_under_the_code(
    rows: list[tuple[Under, bool]],
) -> None:
    with records() as (store, folder):
        seeds: dict[bool, list[bytes]] = {True: [], False: []}
        for number, (under, is_mine) in enumerate(rows):
            seed = bytes([number, 200 + is_mine]) + b"canary"
            table = ERASE[under].split()[2]
            put(folder, table, seed, mailbox=MINE if is_mine else THEIRS, idx=number)
            if "BLOB" in [kind for name, kind in tables(folder)[table] if name != "mailbox"]:
                seeds[is_mine].append(seed)
        asyncio.run(store.erase_mailbox(MINE))
        asyncio.run(store.purge())

        left = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
        assert not any(seed in left for seed in (*seeds[True], MINE))
        newest = {seed for seed in seeds[False] if seed in left}
        assert newest or not seeds[False], "another's rows stay"
