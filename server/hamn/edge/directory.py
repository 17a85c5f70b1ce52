"""Help lines to show beside the chat, from `directory.toml`: numbers change, so none is in code.

A line nobody has called to check says so; a date is there only if somebody wrote it down.
"""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import msgspec
from msgspec import Struct


class Line(Struct, frozen=True, forbid_unknown_fields=True):
    """One entry; texts are per language."""

    name: dict[str, str]
    about: dict[str, str]
    phone: str = ""
    url: str = ""
    hours: dict[str, str] = {}
    for_young: bool = False
    verified_at: date | None = None


class Directory(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    line: list[Line] = []


def read(path: Path) -> list[Line]:
    """The lines in the order of the file.

    Raises: ValueError with a sentence that names the file.
    """
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Directory).line
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ValueError(f"{path}: {error}") from None
