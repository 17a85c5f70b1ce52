"""What an acute room owes: who sounded it, who answered, what was decided by two. No content."""

from __future__ import annotations

from dataclasses import dataclass

from hamn.core.words import Idx, Moment


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision by its code, and who named it; it stands once a second has. No content."""

    code: str
    first: Idx
    second: Idx | None
    at: Moment


@dataclass(frozen=True, slots=True)
class Acute:
    """A life may be in danger: what supervisor and adviser owe each other."""

    by: Idx
    since: Moment
    answered_by: Idx | None = None
    log: tuple[Decided, ...] = ()
    debrief: str | None = None
    people: tuple[Idx, ...] = ()
    """Who was in the room when it closed."""

    @property
    def is_decided(self) -> bool:
        """Whether a decision stands with two names, one of them the supervisor's who answered."""
        return any(
            each.second is not None and self.answered_by in (each.first, each.second)
            for each in self.log
        )

    @property
    def is_complete(self) -> bool:
        """Whether nothing is owed any more."""
        return self.is_decided and self.debrief is not None
