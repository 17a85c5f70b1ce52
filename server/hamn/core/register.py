"""The register of legal requests: who asked, on what ground, for what, and what two people decided.

Closed lists and a reference number: there is no place for what anybody wrote, or for whom it is
about. The manager names a decision, somebody else agrees, and then it never changes; a year after
it was registered a request is erased.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from hamn.core.retention import REGISTER_KEPT, last_day
from hamn.core.words import Idx, Malformed, Moment, Refusal, RefusalCode

LONGEST_REFERENCE = 40
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 /.:-")


class Asker(Enum):
    """Who asks."""

    POLICE = "police"
    PROSECUTOR = "prosecutor"
    COURT = "court"
    SOCIAL_SERVICES = "social_services"
    OTHER_AUTHORITY = "other_authority"
    OTHER = "other"


class Basis(Enum):
    """On what ground, as the one who asks says."""

    SEARCH = "search"
    PRODUCTION = "production"
    INTERCEPTION = "interception"
    E_EVIDENCE = "e_evidence"
    DUTY_TO_INFORM = "duty_to_inform"
    NONE = "none"


class Wanted(Enum):
    """What is asked for."""

    CONTENT = "content"
    WHETHER = "whether"
    STAFF = "staff"
    FROM_NOW_ON = "from_now_on"
    OTHER = "other"


class Given(Enum):
    """What was decided to give."""

    REFUSED = "refused"
    NOTHING_HELD = "nothing_held"
    REPORT = "report"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Request:
    """A request in the register; `day` is counted from the Unix epoch."""

    number: int
    day: int
    asker: Asker
    basis: Basis
    wanted: Wanted
    reference: str
    expires_day: int
    given: Given | None = None
    first: Idx | None = None
    second: Idx | None = None

    @property
    def is_decided(self) -> bool:
        return self.second is not None


def registered(
    number: int, *, asker: Asker, basis: Basis, wanted: Wanted, reference: str, now: Moment
) -> Request:
    """A request that has come. Raises: Malformed for a reference that is more than a number."""
    if len(reference) > LONGEST_REFERENCE or not set(reference) <= _PLAIN:
        raise Malformed("a reference of another form")
    day = last_day(now, 0)
    return Request(number, day, asker, basis, wanted, reference, last_day(now, REGISTER_KEPT))


def named(old: Request, given: Given, by: Idx) -> Request:
    """The manager names what is to be given, or names it anew. Raises: Refusal(GONE)."""
    if old.is_decided:
        raise Refusal(RefusalCode.GONE)
    return replace(old, given=given, first=by)


def agreed(old: Request, given: Given, by: Idx) -> Request:
    """Somebody else agrees to what was named. Raises: Refusal(GONE); Refusal(STALE) where another
    decision stands than the one agreed to."""
    if old.given is None or old.first == by or old.is_decided:
        raise Refusal(RefusalCode.GONE)
    if old.given is not given:
        raise Refusal(RefusalCode.STALE)
    return replace(old, second=by)
