"""The rows of the sheet: what came with the service, and how a centre changes them, by two.

A row is about a situation or what somebody does, never about faith, origin or lawful opinion: one
that touches a word of the block list is changed only by who has read that warning. No row, added,
reworded or removed, stands before another person has agreed to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from hamn.core.words import Idx, Malformed, Refusal, RefusalCode

FORM = "default-1"
LONGEST = 160
ROW = "row."
"""What the key of a row's edition begins with."""


class Part(Enum):
    """Where a row stands; the relative's own situation is asked about first."""

    OWN = "own"
    FLAG = "flag"
    """Answered with yes, no or unknown, and no part of the scale."""
    RISK = "risk"
    PROTECTIVE = "protective"
    RETURNEE = "returnee"


DEFAULT: dict[Part, tuple[str, ...]] = {
    Part.OWN: ("c01_coping", "c02_alone", "c03_safe", "c04_siblings"),
    Part.FLAG: (
        *("d01_intent", "d02_plan", "d03_weapons", "d04_departure"),
        *("d05_farewell", "d06_missing", "d07_threat_home"),
    ),
    Part.RISK: (
        *("r01_withdrawal", "r02_closed_circle", "r03_contact", "r04_participation"),
        *("r05_dehumanising", "r06_violence_ok", "r07_material", "r08_grievance"),
        *("r09_daily_life", "r10_distress", "r11_violence_weapons", "r12_trapped"),
    ),
    Part.PROTECTIVE: (
        *("p01_trusted_adult", "p02_open_talk", "p03_other_friends", "p04_school_work"),
        *("p05_leisure", "p06_doubt", "p07_empathy", "p08_coping"),
        *("p09_own_goals", "p10_accepts_help", "p11_basic_safety", "p12_meaning"),
    ),
    Part.RETURNEE: (
        *("t01_trauma", "t02_children", "t03_legal", "t04_housing"),
        *("t05_threats", "t06_family"),
    ),
}
"""The rows of domain.md section 2.3; their words stand in the catalogues."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row in its languages."""

    id: str
    part: Part
    place: int
    texts: tuple[tuple[str, str], ...]
    is_removed: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A row as it stands, if it does, and the change that waits for another person."""

    standing: Row | None
    version: int = 0
    waiting: Row | None = None
    by: Idx | None = None


def touched(texts: Iterable[str], blocked: Iterable[str]) -> tuple[str, ...]:
    """The words of a row that begin as one of the block list does."""
    begun = tuple(word.casefold() for word in blocked)
    words = [word for text in texts for word in _words(text)]
    return tuple(dict.fromkeys(word for word in words if word.startswith(begun)))


def propose(old: Kept, row: Row, by: Idx, *, blocked: Iterable[str], warned: bool) -> Kept:
    """A change waits for another person. Raises: Malformed; Refusal(GAP) for a row that touches
    the block list, to who has not read the warning."""
    texts = [text for _, text in row.texts]
    if not texts or any(not 0 < len(text) <= LONGEST or not text.isprintable() for text in texts):
        raise Malformed("a row that cannot stand")
    _need_warned(texts, blocked, warned=warned)
    return replace(old, version=old.version + 1, waiting=row, by=by)


def confirm(old: Kept, by: Idx, *, blocked: Iterable[str], warned: bool) -> Kept:
    """Another person agrees, and it stands. Raises: Refusal(GONE); Refusal(UNDECIDED) for the
    one who has proposed it; Refusal(GAP) as `propose`."""
    if old.waiting is None:
        raise Refusal(RefusalCode.GONE)
    if old.by == by:
        raise Refusal(RefusalCode.UNDECIDED)
    _need_warned([text for _, text in old.waiting.texts], blocked, warned=warned)
    return Kept(old.waiting, old.version + 1)


def withdraw(old: Kept) -> Kept:
    """What waits is taken back, by whoever may propose or agree. Raises: Refusal(GONE)."""
    if old.waiting is None:
        raise Refusal(RefusalCode.GONE)
    return Kept(old.standing, old.version + 1)


def in_force(kept: Iterable[Kept]) -> list[Row]:
    """The rows that stand, part by part in their order."""
    order = list(Part)
    rows = [each.standing for each in kept]
    standing = [row for row in rows if row is not None and not row.is_removed]
    return sorted(standing, key=lambda row: (order.index(row.part), row.place, row.id))


def _words(text: str) -> list[str]:
    letters = (sign if sign.isalpha() else " " for sign in text.casefold())
    return "".join(letters).split()


def _need_warned(texts: Iterable[str], blocked: Iterable[str], *, warned: bool) -> None:
    if touched(texts, blocked) and not warned:
        raise Refusal(RefusalCode.GAP)
