"""docs/map.md lists exactly the modules that exist, each with a line that says what it is about."""

from __future__ import annotations

import re
from pathlib import Path

from tests.architecture.tree import ours, text_of

MAP = Path("docs/map.md")
ENTRY = re.compile(r"^- `((?:server/hamn|web/js)/[\w./-]+\.(?:py|js))`:? *(.*)$", re.MULTILINE)


def entries(text: str) -> list[tuple[str, str]]:
    """The paths that a map lists, with what it says of each."""
    return ENTRY.findall(text)


def modules() -> set[str]:
    python = {str(path) for path in ours("server/hamn/**/*.py") if path.name != "__init__.py"}
    return python | {str(path) for path in ours("web/js/**/*.js")}


def test_the_map_lists_every_module_once() -> None:
    listed = [path for path, _ in entries(text_of(MAP))]

    assert sorted(modules() - set(listed)) == [], "not on the map"
    assert sorted(set(listed) - modules()) == [], "on the map, but not there"
    assert len(listed) == len(set(listed))


def test_the_map_says_what_each_module_is_about() -> None:
    assert [path for path, about in entries(text_of(MAP)) if len(about.split()) < 3] == []


def test_the_reader_of_the_map_reads_an_entry() -> None:
    line = "- `server/hamn/core/words.py`: the glossary as types\n"
    assert entries(line) == [("server/hamn/core/words.py", "the glossary as types")]
