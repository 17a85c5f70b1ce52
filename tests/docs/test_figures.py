"""docs/figures.md explains every key that `make bench` writes."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from tests.architecture.tree import text_of
from tests.bench import __main__ as measuring

PAGE = text_of(Path("docs/figures.md"))


def test_every_key_is_explained_and_has_a_place() -> None:
    measured = set(re.findall(r'figures\["(\w+)"\]', inspect.getsource(measuring.measure)))
    cells = [
        re.findall(r"`(\w+)`", cell) for cell in re.findall(r"^\| (`.*?) \|", PAGE, re.MULTILINE)
    ]
    told = [key for keys in cells for key in keys]

    assert set(told) == measured
    assert all(told.count(key) == 2 for key in measured), "once with its figure, once explained"


def test_the_load_is_the_one_described() -> None:
    assert f"{measuring.ROOMS} rooms" in PAGE
    assert f"{measuring.STEADY:,} frames a second" in PAGE
    assert f"{measuring.IDLE:,} open sockets" in PAGE
