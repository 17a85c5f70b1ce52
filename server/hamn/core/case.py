"""A counselling case as the server knows it: whose it is, what it holds by kind, and when it ends.

What a sheet or a plan says is sealed; here stands only that there is one. A case is open -> closed
-> open again. It always has a member, it is never closed without a plan or a written reason, and a
colleague's copy of a record is made by somebody else only where that colleague has none to open.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from hamn.core.policy import Policy
from hamn.core.retention import last_day
from hamn.core.words import CaseId, Idx, Moment, Refusal, RefusalCode


class Holds(Enum):
    """What a record is: the one word about it that is not sealed."""

    SHEET = "sheet"
    PLAN = "plan"
    REASON = "reason"
    """Why there is no plan, in writing."""


WAYS_TO_END = frozenset({Holds.PLAN, Holds.REASON})


@dataclass(frozen=True, slots=True)
class Record:
    """One sealed record in its place; `by` kept it, on `day` since the Unix epoch."""

    number: int
    holds: Holds
    day: int
    by: Idx


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that can be known of a case without its members' keys."""

    id: CaseId
    version: int
    members: tuple[Idx, ...]
    records: tuple[Record, ...]
    closed_day: int | None
    expires_day: int

    @property
    def next_number(self) -> int:
        """The number of the next record; one that was replaced lends its own to nobody."""
        return self.version + 1


def follows(cases: Iterable[Case], writer: Idx) -> bool:
    """Whether who is in these cases may go on with what this colleague has begun: they share one,
    or it came from them."""
    return any(
        writer in each.members or any(record.by == writer for record in each.records)
        for each in cases
    )


def begin(id_: CaseId, by: Idx, *, now: Moment, policy: Policy) -> Case:
    """A new case, its counsellor's own."""
    return Case(id_, 1, (by,), (), None, last_day(now, policy.case_days))


def keep(
    case: Case, by: Idx, holds: Holds, *, replaces: int | None, now: Moment, policy: Policy
) -> tuple[Case, int]:
    """One more record, instead of another of its kind if `replaces` names one; its number.

    Raises: Refusal(GONE) for who is not a member; Refusal(CAS) in a closed case.
    """
    need_open(case, by)
    if replaces is not None and _kind(case, replaces) is not holds:
        raise Refusal(RefusalCode.GONE)
    record = Record(case.next_number, holds, last_day(now, 0), by)
    others = tuple(each for each in case.records if each.number != replaces)
    return _touched(replace(case, records=(*others, record)), now, policy), record.number


def admit(case: Case, by: Idx, idx: Idx, *, now: Moment, policy: Policy) -> Case:
    """A colleague comes in. Raises: as `keep`; Refusal(FULL)."""
    need_open(case, by)
    if idx in case.members:
        return case
    if len(case.members) >= policy.case_members:
        raise Refusal(RefusalCode.FULL)
    return _touched(replace(case, members=(*case.members, idx)), now, policy)


def leave(case: Case, by: Idx, idx: Idx, *, now: Moment, policy: Policy) -> Case:
    """A member goes, by the own hand or a colleague's. Raises: Refusal(GONE); Refusal(FULL) for
    the last one, without whom nobody could read it."""
    need_member(case, by)
    need_member(case, idx)
    if len(case.members) == 1:
        raise Refusal(RefusalCode.FULL)
    return _touched(without(case, idx), now, policy)


def without(case: Case, idx: Idx) -> Case:
    """The case when a member is no longer of the staff: then even the last one goes."""
    left = tuple(each for each in case.members if each != idx)
    return replace(case, members=left, version=case.version + 1)


def close(case: Case, by: Idx, *, now: Moment, policy: Policy) -> Case:
    """Counselling has ended. Raises: as `keep`; Refusal(GAP) without a plan or a written reason."""
    need_open(case, by)
    if not WAYS_TO_END & {record.holds for record in case.records}:
        raise Refusal(RefusalCode.GAP)
    return _touched(replace(case, closed_day=last_day(now, 0)), now, policy)


def reopen(case: Case, by: Idx, *, now: Moment, policy: Policy) -> Case:
    """They have come back. Raises: Refusal(GONE)."""
    need_member(case, by)
    return _touched(replace(case, closed_day=None), now, policy)


def seal_again(
    case: Case,
    by: Idx,
    number: int,
    *,
    lacking: frozenset[Idx],
    to: Idx,
    now: Moment,
    policy: Policy,
) -> Case:
    """A record is sealed once more: to oneself, or to a member who is `lacking` it.

    Raises: Refusal(GONE).
    """
    need_member(case, by)
    need_member(case, to)
    _kind(case, number)
    if to != by and to not in lacking:
        raise Refusal(RefusalCode.GONE)
    if case.closed_day is not None:
        return replace(case, version=case.version + 1)
    return _touched(case, now, policy)


def need_member(case: Case, idx: Idx) -> None:
    """Raises: Refusal(GONE) for everybody else, as if there were no such case."""
    if idx not in case.members:
        raise Refusal(RefusalCode.GONE)


def need_open(case: Case, idx: Idx) -> None:
    """Raises: Refusal(GONE) as `need_member`; Refusal(CAS) once it is closed."""
    need_member(case, idx)
    if case.closed_day is not None:
        raise Refusal(RefusalCode.CAS)


def _kind(case: Case, number: int) -> Holds:
    for record in case.records:
        if record.number == number:
            return record.holds
    raise Refusal(RefusalCode.GONE)


def _touched(case: Case, now: Moment, policy: Policy) -> Case:
    ends = last_day(now, policy.case_days)
    return replace(case, version=case.version + 1, expires_day=max(ends, case.expires_day))
