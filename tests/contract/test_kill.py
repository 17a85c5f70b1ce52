"""SIGKILL at any moment: nothing answered is lost, nothing is half done, all opens by itself."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from hamn.core.words import Pos
from tests.contract.engines import ENGINES
from tests.contract.values import room_id
from tests.contract.victim import HELD, ROOMS

KILLS = 30
ROOT = Path(__file__).parents[2]


def killed_after(engine: str, folder: Path, seed: int, seconds: float, *, from_start: bool) -> str:
    """What a victim had been answered when it was killed, so long after its start or first word."""
    command = [sys.executable, "-m", "tests.contract.victim", engine, str(folder), str(seed)]
    place = {**os.environ, "PYTHONPATH": f"{ROOT / 'server'}{os.pathsep}{ROOT}"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=place) as victim:
        assert victim.stdout is not None
        first = b"" if from_start else victim.stdout.readline()
        time.sleep(seconds)
        victim.send_signal(signal.SIGKILL)
        rest = victim.stdout.read()
    assert victim.returncode == -signal.SIGKILL
    return (first + rest).decode()


def newest_answered(said: str, before: Sequence[int]) -> list[int]:
    newest = list(before)
    for line in said.splitlines(keepends=True):
        if line.endswith("\n"):
            number, pos = line.split()
            newest[int(number)] = max(newest[int(number)], int(pos))
    return newest


async def assert_whole(engine: str, folder: Path, answered: Sequence[int]) -> None:
    """Every room holds what was answered, in one unbroken run that ends at its value."""
    opened = ENGINES[engine](folder, 10_000)
    live = opened.live()
    for number, newest in enumerate(answered):
        kept = await live.read(room_id(number))
        last = 0 if kept is None else kept[1].relay.next_pos - 1
        frames = await live.frames(room_id(number), Pos(0), 1000)
        assert last >= newest
        assert [frame.pos for frame in frames] == list(range(max(1, last - HELD + 1), last + 1))
        assert all(frame.data.startswith(b"%d/%d" % (number, frame.pos)) for frame in frames)
    opened.close()
    assert opened.is_whole()


@pytest.mark.fault
@pytest.mark.check(1, part="live store")
@pytest.mark.check(3, part="live store: start, commit, erasure, checkpoint")
@pytest.mark.parametrize("engine", ENGINES)
async def test_a_kill_loses_nothing_that_was_answered(engine: str, tmp_path: Path) -> None:
    chance = random.Random(9)
    answered = [0] * ROOMS

    for turn in range(KILLS):
        from_start = turn % 5 == 4
        wait = chance.uniform(0.05, 0.5) if from_start else chance.uniform(0.0, 0.12)
        said = killed_after(engine, tmp_path, 100 + turn, wait, from_start=from_start)
        answered = newest_answered(said, answered)
        await assert_whole(engine, tmp_path, answered)

    assert min(answered) > KILLS
