"""Nothing is written twice: no eight lines in a row stand in two places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.tree import ours, text_of

RUN = 8
PLACES = ("server/**/*.py", "web/js/**/*.js", "web/css/*.css")


def runs(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Every run of lines that say something, with the number of its first."""
    said = [(n, line.strip()) for n, line in enumerate(text.splitlines(), 1) if says(line.strip())]
    for start in range(len(said) - RUN + 1):
        part = said[start : start + RUN]
        yield part[0][0], tuple(line for _, line in part)


def says(line: str) -> bool:
    """Imports, brackets and comments are alike everywhere and say nothing."""
    opening = ("import ", "from ", "#", "//", "*", "/*", "@")
    return len(line) > 3 and not line.startswith(opening)


def twice(files: dict[Path, str]) -> list[list[str]]:
    """The places that share a run, the first run of each pair of places."""
    places = defaultdict(list)
    for path, text in files.items():
        for line, run in runs(text):
            places[run].append(f"{path}:{line}")
    shared = {tuple(n.rpartition(":")[0] for n in at): at for at in places.values() if len(at) > 1}
    return list(shared.values())


def test_nothing_is_written_twice() -> None:
    assert twice({path: text_of(path) for place in PLACES for path in ours(place)}) == []


def test_a_copy_is_found() -> None:
    body = "\n".join(f"value_{n} = compute({n})" for n in range(RUN))

    assert twice({Path("a.py"): body, Path("b.py"): f"import x\n{body}\n"}) == [
        ["a.py:1", "b.py:2"]
    ]


def test_what_is_alike_by_nature_is_let_through() -> None:
    imports = "\n".join(f"from hamn.core import part_{n}" for n in range(RUN * 2))

    assert twice({Path("a.py"): imports, Path("b.py"): imports}) == []
