"""The role-plays of `make demo` as values: what is said and written, and how to walk through.

They are read from `config/demo_plays.toml`, since words that people read have no place in code.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import fill
from typing import Literal

import msgspec

from hamn.settings import config_root

FILE = "demo_plays.toml"
WIDTH, INDENT = 100, "   "
ITEM = re.compile(r"[a-z]\. ")
WORDS_OF_A_PAGE = re.compile(r"\[([a-z]+\.[a-z_]+)\]")

Speaker = Literal["v", "a"]


class SheetRow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What is known of a row."""

    state: str
    basis: str
    note: str = ""
    plan: bool = False


class Sheet(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A sheet that is finished, made some days before the demo's first."""

    days_ago: int
    summary: str
    unknown: str
    who: str
    next_days: int
    flags: dict[str, str]
    rows: dict[str, SheetRow]


class Step(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A step of a plan."""

    goal: str
    factors: tuple[str, ...]
    direction: Literal["strengthen", "lessen"]
    measure: str
    who: str
    due_days: int
    follow_up_days: int


class ActionPlan(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A plan; `words` stand under the visitor's copy."""

    days_ago: int
    who: str
    agreed: str
    aim: str
    next_days: int
    together: str
    words: str
    rows: tuple[Step, ...]


class Mother(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A chat, a booked talk, a sheet and a plan."""

    title: str
    walk: str
    lines: tuple[tuple[Speaker, str], ...]
    sheet: Sheet
    plan: ActionPlan


class Teacher(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A message in the box."""

    title: str
    walk: str
    message: str


class Directions(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What the terminal says to whoever plays along with the brother."""

    begins: str
    door: str
    waits: str
    code: str
    joined: str
    away: str
    back: str
    stays: str
    over: str
    lost: str


class Brother(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Who comes when he is asked for: his lines, and after which of them he is away for a while."""

    title: str
    walk: str
    relation: int
    lines: tuple[str, ...]
    away_after: int
    away_seconds: float
    directions: Directions


class Frame(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What is printed around the walks, and instead of one."""

    opening: str
    gone: str
    not_made: str


class RolePlays(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """All three."""

    told: Frame
    mother: Mother
    brother: Brother
    teacher: Teacher


def read(path: Path | None = None) -> RolePlays:
    """Those that come with Hamn, or others of the same form."""
    tables = tomllib.loads((path or config_root() / FILE).read_text(encoding="utf-8"))
    return msgspec.convert(tables, RolePlays)


def filled(walk: str, values: Mapping[str, str], page: Callable[[str], str]) -> str:
    """A walk with its {name}s replaced, and every [a.key] by what the page says there; each line
    as wide as a terminal's."""
    text = WORDS_OF_A_PAGE.sub(lambda found: page(found[1]), walk.strip("\n"))
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return "\n".join(map(_wrapped, text.split("\n")))


def _wrapped(line: str) -> str:
    indent = INDENT if ITEM.match(line) else ""
    return fill(
        line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
