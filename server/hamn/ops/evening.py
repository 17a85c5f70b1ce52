"""The made-up evening of `hamn demo --shift` as a value: who comes when, and what is said.

It is read from `config/demo_shift.toml`, since words that people read have no place in code.
Minutes are those of the shift that is told, not of the clock on the wall.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

import msgspec

from hamn.settings import config_root

FILE = "demo_shift.toml"

Speaker = Literal["v", "a"]


class Visit(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One visitor's evening."""

    at: int
    lang: str
    relation: int = 0
    danger: bool = False
    stays: int = 0
    gives_up: int | None = None
    """After how many minutes of waiting they leave; None for someone who waits."""
    cut: tuple[int, int] | None = None
    """The minute of the talk at which the connection is lost, and for how many."""
    hand_over: int | None = None
    lines: tuple[tuple[Speaker, str], ...] = ()


class Evening(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A shift of so many minutes and everyone who comes in it, in the order in which they come."""

    minutes: int
    visit: tuple[Visit, ...]


class Beat(msgspec.Struct, frozen=True):
    """What happens in a talk at a minute of it: a line, or the connection, or a hand-over."""

    minute: float
    what: Literal["v", "a", "cut", "back", "hand over"]
    text: str = ""


def read(path: Path | None = None) -> Evening:
    """The evening that comes with Hamn, or another of the same form."""
    tables = tomllib.loads((path or config_root() / FILE).read_text(encoding="utf-8"))
    return msgspec.convert(tables, Evening)


def beats(visit: Visit) -> list[Beat]:
    """The visit's talk in order: its lines evenly over the stay, what else happens between them."""
    step = visit.stays / max(1, len(visit.lines))
    found = [Beat(n * step, who, text) for n, (who, text) in enumerate(visit.lines)]
    if visit.cut is not None:
        start, length = visit.cut
        found += [Beat(start, "cut"), Beat(start + length, "back")]
    if visit.hand_over is not None:
        found.append(Beat(visit.hand_over, "hand over"))
    return sorted(found, key=lambda beat: beat.minute)
