"""Help lines to show beside the chat, from `directory.toml`: numbers change, so none is in code.

The file is where a service begins; a manager's edits take a line's place by its id. A line nobody
has called to check says so; a date is there only if somebody wrote it down.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from hamn.core.texts import HelpLine
from hamn.core.wall import EPOCH

ID = "^[a-z0-9-]{0,40}$"


class Line(Struct, frozen=True, forbid_unknown_fields=True):
    """One entry; texts are per language. The id stays when a line is renamed; without one it is
    made from the first name."""

    name: dict[str, str]
    about: dict[str, str]
    id: Annotated[str, Meta(pattern=ID)] = ""
    phone: str = ""
    url: str = ""
    hours: dict[str, str] = {}
    for_young: bool = False
    verified_at: date | None = None


class Directory(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    line: list[Line] = []


def read(path: Path) -> list[HelpLine]:
    """The lines in the order of the file.

    Raises: ValueError with a sentence that names the file.
    """
    try:
        lines = msgspec.convert(tomllib.loads(path.read_text("utf-8")), Directory).line
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ValueError(f"{path}: {error}") from None
    return [_seed(line, place) for place, line in enumerate(lines, 1)]


def _seed(line: Line, place: int) -> HelpLine:
    first = next(iter(line.name.values()), "")
    return HelpLine(
        id=line.id or re.sub("[^a-z0-9]+", "-", first.lower()).strip("-")[:40] or f"line-{place}",
        place=place,
        phone=line.phone,
        url=line.url,
        for_young=line.for_young,
        name=tuple(line.name.items()),
        about=tuple(line.about.items()),
        hours=tuple(line.hours.items()),
        called=(line.verified_at - EPOCH).days if line.verified_at else None,
    )
