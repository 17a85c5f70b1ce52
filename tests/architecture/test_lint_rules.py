"""The linter is set to catch what the house forbids: one bad sample a rule."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.architecture.tree import ROOT

HEAD = '"""A module."""\n\nfrom __future__ import annotations\n\n'


def codes(path: str, source: str, head: str = HEAD) -> set[str]:
    """The rules that a source at this path breaks."""
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format=concise"]
    result = subprocess.run(
        [*command, "--stdin-filename", path, "-"],
        input=head + source,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    return {line.split()[1] for line in result.stdout.splitlines() if line.startswith(path)}


@pytest.mark.check(78, part="the linter refuses chance, print, assert and SQL built from values")
@pytest.mark.parametrize(
    ("code", "source"),
    [
        ("TID251", "import asyncio\n\nasyncio.create_task(f())\n"),
        ("TID251", "import time\n\nnow = time.time()\n"),
        ("TID251", "from time import time\n\nnow = time()\n"),
        ("TID251", "import time\n\ntime.sleep(1)\n"),
        ("TID251", "import datetime\n\nnow = datetime.datetime.now(datetime.UTC)\n"),
        ("TID251", "from datetime import UTC, datetime\n\nnow = datetime.now(UTC)\n"),
        ("TID251", "import random\n"),
        ("TID251", "from secrets import token_bytes\n"),
        ("TID252", "from .words import Seconds\n"),
        ("T201", 'print("hello")\n'),
        ("BLE001", "try:\n    f()\nexcept Exception:\n    g()\n"),
        ("S608", 'def f(name: str) -> str:\n    return f"DELETE FROM place WHERE id = {name}"\n'),
        ("S101", "assert ready\n"),
        ("G004", 'import logging\n\nlogging.info(f"{name} came")\n'),
    ],
)
def test_the_linter_catches(code: str, source: str) -> None:
    assert code in codes("server/hamn/app/sample.py", source)


def test_the_linter_asks_for_a_promise_at_the_top_of_a_module() -> None:
    assert "D100" in codes("server/hamn/app/sample.py", "a = 1\n", head="")


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("server/hamn/clock.py", "import time\n\nnow = time.time()\n"),
        ("server/hamn/entropy.py", "import secrets\n\nkey = secrets.token_bytes(32)\n"),
        ("server/hamn/app/tasks.py", "import asyncio\n\ntask = asyncio.create_task(f())\n"),
        ("server/hamn/cli.py", 'print("hello")\n'),
    ],
)
def test_the_one_place_of_each_may(path: str, source: str) -> None:
    assert not {"TID251", "T201"} & codes(path, source)
