"""Saving a records file of the present schema, once, when it is released.

    python -m tests.store.saved.save

Writes NNNN.db and the day keys beside it. A file that is there is never written again: it is what
that release left behind.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path

from hamn.app.ports import Certificate, LogLine, RosterEntry, Store
from hamn.core.words import Hash, Idx, Moment
from hamn.store.migrate import released
from hamn.store.sqlite import FILE, KEYS_FOLDER, SqliteStore
from tests.clock import NOON
from tests.contract.test_records import (
    AK,
    ANNA,
    BK,
    BO,
    CODE,
    DIGITS,
    IK,
    KID,
    TODAY,
    TOKEN,
    letter,
)
from tests.entropy import SeededEntropy

HERE = Path(__file__).parent
SESSION = Hash(b"s" * 32)
ROSTER = RosterEntry(1, b'{"v":1,"seq":1}', b"[]")
CERTIFICATE = Certificate(KID, Idx(1), 1, TODAY * 24, b"c" * 148)
UNTIL = Moment(NOON + 3600)


async def fill(store: Store) -> None:
    """Something in every table."""
    await store.add_staff(ANNA)
    await store.add_staff(BO)
    await store.add_invite(TOKEN, Idx(1), UNTIL)
    await store.enrol(TOKEN, NOON, ANNA, DIGITS, [AK, IK])
    await store.put_wraps(Idx(1), [BK], TODAY)
    await store.add_invite(TOKEN, Idx(2), UNTIL)
    await store.open_session(SESSION, Idx(1), UNTIL)
    await store.add_roster(ROSTER, LogLine(1, "one"))
    await store.put_certificate(CERTIFICATE)
    await store.swap_code(CODE.h_id, None, CODE)
    await store.put_letter(letter(1))


async def save() -> None:
    newest = released()[-1].name[:4]
    target = HERE / f"{newest}.db"
    if target.exists():
        raise SystemExit(f"{target.name} is there already")
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder), SeededEntropy())
        await fill(store)
        await store.purge()
        store.close()
        shutil.copy(Path(folder) / FILE, target)
        shutil.copytree(Path(folder) / KEYS_FOLDER, HERE / f"{newest}-keys")


if __name__ == "__main__":
    asyncio.run(save())
