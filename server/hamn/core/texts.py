"""Texts that a manager edits: which ones, what a new wording must keep, and help lines with a date.

An edition never changes; a newer one takes its place, and the older ones stay to be read. A help
line counts as checked only from the day on which somebody said "I called it today"; whoever changes
a number changes it into one that nobody has called.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from hamn.core.words import Idx, Moment

LONGEST = 1_000
GOOD_DAYS = 180
"""A help line that was called longer ago than this is to be called again."""
NO_LANGUAGE = ""
LINE = "line."
"""What the key of a help line begins with."""

PUBLIC = frozenset(
    f"page.{name}"
    for name in (
        *("heading", "lead", "lead_young", "young_lines"),
        *("who_short", "who_young", "who_more", "after_1", "after_2", "after_3"),
        *("help_lead", "help_1", "help_2", "help_3", "help_4"),
    )
)
"""What a centre says of itself. What the software does it tells itself: such a text is a promise
that tests hold, and nobody edits it; nor what it says about 112."""
PROMPTS = ("desk.phase_", "desk.phrase_", "desk.acute_")
"""What the keys of an adviser's prompts and phrases begin with."""
INVISIBLE = frozenset("\u00a0\u00ad\u200c\u200d")
"""What a script needs and nobody sees: spaces that hold, joiners of Persian."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One wording of one text in one language; of a help line, the whole line."""

    key: str
    language: str
    version: int
    text: str
    idx: Idx
    at: Moment


@dataclass(frozen=True, slots=True)
class HelpLine:
    """Where else to get help. Texts are per language; `called` is a day of the Unix epoch."""

    id: str
    place: int
    phone: str
    url: str
    for_young: bool
    name: tuple[tuple[str, str], ...]
    about: tuple[tuple[str, str], ...]
    hours: tuple[tuple[str, str], ...]
    called: int | None = None
    is_removed: bool = False


def is_editable(key: str) -> bool:
    """The centre's own words on public pages, and the adviser's prompts and phrases."""
    return key in PUBLIC or key.startswith(PROMPTS)


def fault(original: str, text: str) -> str:
    """Why a wording cannot take the place of the original, in a word; "" when it can."""
    if not text.strip():
        return "empty"
    if len(text) > LONGEST:
        return "long"
    if any(not sign.isprintable() and sign not in INVISIBLE for sign in text):
        return "controls"
    return "" if places(original) == places(text) else "places"


def places(text: str) -> frozenset[str]:
    """What a text is filled with: a wording that loses one would tell less than the truth."""
    begun = (part.partition("}") for part in text.split("{")[1:])
    return frozenset(f"{{{name}}}" for name, end, _ in begun if end and name.isidentifier())


def newest(editions: Iterable[Edition]) -> dict[tuple[str, str], Edition]:
    """(key, language) -> the edition that is in force."""
    found: dict[tuple[str, str], Edition] = {}
    for edition in editions:
        standing = found.get((edition.key, edition.language))
        if standing is None or standing.version < edition.version:
            found[edition.key, edition.language] = edition
    return found


def edited(old: HelpLine | None, new: HelpLine) -> HelpLine:
    """A line as it stands after an edit: the day it was called survives while the number does."""
    is_same = old is not None and (old.phone, old.url) == (new.phone, new.url)
    return replace(new, called=old.called if old is not None and is_same else None)


def called(line: HelpLine, today: int) -> HelpLine:
    """Somebody has called it and reached whom it names."""
    return replace(line, called=today)


def is_due(line: HelpLine, today: int) -> bool:
    """Whether somebody should call it: never called, or not for half a year."""
    return line.called is None or today - line.called > GOOD_DAYS
