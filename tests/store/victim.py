"""A process that opens the records, writes and erases, and says what was answered, until killed.

    python -m tests.store.victim FOLDER SEED

Each line on standard output is a letter's number that was kept.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from hamn.store.sqlite import SqliteStore
from tests.contract.test_records import TODAY, letter, midnight
from tests.entropy import SeededEntropy

BATCH = 5
LASTING = TODAY + 50


async def main(folder: str, seed: str) -> None:
    store = SqliteStore(Path(folder), SeededEntropy(int(seed)))
    first = 1 + len(await store.letters(mailbox=letter(0).mailbox, reader=None))
    for number in range(first, 250):
        await store.put_letter(letter(number, day=LASTING))
        os.write(1, b"%d\n" % number)
        for passing in range(BATCH):
            await store.put_letter(letter(255 - passing, day=TODAY + passing % 2))
        await store.erase_due(midnight(TODAY + 2))
        await store.purge()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
