"""SIGKILL while the records are opened, migrated, written, erased or purged."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hamn.store.sqlite import FILE, SqliteStore
from tests.contract.test_records import MAILBOX, letter
from tests.entropy import SeededEntropy
from tests.store.victim import LASTING

KILLS = 20
ROOT = Path(__file__).parents[2]


def killed_after(folder: Path, seed: int, words: int, seconds: float) -> list[int]:
    """The letters that a victim had been told were kept, when it was killed: so long after its
    start, or after as many words of it."""
    command = [sys.executable, "-m", "tests.store.victim", str(folder), str(seed)]
    place = {**os.environ, "PYTHONPATH": f"{ROOT / 'server'}{os.pathsep}{ROOT}"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=place) as victim:
        assert victim.stdout is not None
        said = b"".join(victim.stdout.readline() for _ in range(words))
        time.sleep(seconds)
        victim.send_signal(signal.SIGKILL)
        said += victim.stdout.read()
    assert victim.returncode == -signal.SIGKILL
    return [int(line) for line in said.splitlines(keepends=True) if line.endswith(b"\n")]


@pytest.mark.fault
@pytest.mark.check(3, part="records: start, migration, erasure, checkpoint")
async def test_a_kill_leaves_records_that_open_with_all_that_was_answered(tmp_path: Path) -> None:
    chance = random.Random(5)
    answered: set[int] = set()

    for turn in range(KILLS):
        fresh = tmp_path / f"fresh {turn}" if turn % 4 == 3 else tmp_path / "home"
        words, longest = (0, 0.9) if fresh.name != "home" else (1 + turn % 3, 0.06)
        told = killed_after(fresh, turn, words, chance.uniform(0.0, longest))
        answered |= set(told) if fresh.name == "home" else set()
        await assert_whole(fresh, answered if fresh.name == "home" else set(told))

    assert len(answered) > 10


async def assert_whole(folder: Path, answered: set[int]) -> None:
    store = SqliteStore(folder, SeededEntropy(999))
    kept = await store.letters(mailbox=MAILBOX, reader=None)
    store.close()
    lasting = [one for one in kept if one.expires_day == LASTING]
    assert {one.env_id for one in lasting} >= {letter(n).env_id for n in answered}
    assert all(one == letter(one.env_id[0], day=one.expires_day) for one in kept)
    connection = sqlite3.connect(folder / FILE)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
