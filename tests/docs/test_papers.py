"""README, SECURITY and their neighbours: what they name exists, and says what they say."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, ours, text_of

PAPERS = [path for path in ours("**/*.md") if path.parts[0] != "tests"]
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
PATH = re.compile(r"`((?:server|web|tests|config|docs)/[a-z0-9_./-]+?)`")
PROMISE = re.compile(r"^\| .* \| ([\d, ]+) \| (whole|part) \| (`tests/.*`) \|$", re.MULTILINE)
MARK = re.compile(r"@pytest\.mark\.check\((\d+)(, part=)?")


def links(text: str) -> list[str]:
    """Where a page points to inside the repository."""
    found = [first or second for first, second in LINK.findall(text)]
    return [link for link in found if not link.startswith("http")]


def anchors(text: str) -> set[str]:
    """The names under which a page's headings can be pointed at."""
    return {
        re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in HEADING.findall(text)
    }


def promises() -> list[tuple[list[int], str, list[Path]]]:
    """Each line of SECURITY.md's table: numbers, how much, and which tests."""
    return [
        (
            [int(number) for number in numbers.split(",")],
            how_much,
            [Path(test) for test in re.findall(r"`([^`]+)`", tests)],
        )
        for numbers, how_much, tests in PROMISE.findall(text_of(Path("SECURITY.md")))
    ]


@pytest.mark.parametrize("paper", PAPERS, ids=str)
def test_links_lead_somewhere(paper: Path) -> None:
    for link in links(text_of(paper)):
        name, _, anchor = link.partition("#")
        target = (ROOT / paper).parent / name if name else ROOT / paper
        assert target.is_file(), link
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), link


@pytest.mark.parametrize("paper", PAPERS, ids=str)
def test_files_that_are_named_exist(paper: Path) -> None:
    assert [name for name in PATH.findall(text_of(paper)) if not (ROOT / name).exists()] == []


def test_every_promise_names_tests_that_carry_its_number() -> None:
    rows = promises()
    assert len(rows) == text_of(Path("SECURITY.md")).count("| `tests/")

    for numbers, how_much, tests in rows:
        marks = [mark for test in tests for mark in MARK.findall(text_of(test))]
        for number in numbers:
            mine = [not part for found, part in marks if int(found) == number]
            assert mine, f"no test of check {number} in {tests}"
            assert any(mine) == (how_much == "whole"), f"check {number} is not proved {how_much}"


def test_every_test_named_beside_a_promise_is_about_it() -> None:
    for numbers, _, tests in promises():
        for test in tests:
            carried = {int(number) for number, _ in MARK.findall(text_of(test))}
            assert carried & set(numbers), f"{test} has nothing of {numbers}"


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_make_commands_that_are_named_exist(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of(Path("Makefile")), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", text_of(Path(name)), re.MULTILINE))

    assert named
    assert named <= targets


def test_the_present_version_is_in_the_changelog() -> None:
    project = tomllib.loads(text_of(Path("pyproject.toml")))["project"]

    assert f"## {project['version']}\n" in text_of(Path("CHANGELOG.md"))
    assert project["readme"] == "README.md"
    assert f"Licence: {project['license']}." in text_of(Path("README.md"))


def test_the_status_is_said_wherever_security_is_described() -> None:
    for name in ("README.md", "SECURITY.md", "docs/protocol.md"):
        assert "designed with care, not yet audited" in text_of(Path(name))


def test_the_readers_read() -> None:
    assert links('[a](b.md#c) <img src="d.png"> [e](https://f.example)') == ["b.md#c", "d.png"]
    assert anchors("## When something is wrong\n") == {"when-something-is-wrong"}
    assert PATH.findall("`server/hamn/cli.py` and `make test`") == ["server/hamn/cli.py"]
