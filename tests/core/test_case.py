"""Counselling cases: who is in one, what it needs to end, and that somebody can always read it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamn.core.case import (
    Case,
    Holds,
    Record,
    admit,
    begin,
    close,
    keep,
    leave,
    need_member,
    reopen,
    seal_again,
    without,
)
from hamn.core.policy import Policy
from hamn.core.words import CaseId, Idx, Moment, Refusal, RefusalCode

EK, BO, AL = Idx(1), Idx(2), Idx(3)
POLICY = Policy(case_days=365, case_members=4)
DAY = 86_400
NOW, LATER = Moment(20_000.0 * DAY), Moment(20_100.0 * DAY)
NEW = begin(CaseId(b"c" * 16), EK, now=NOW, policy=POLICY)


def kept(case: Case, holds: Holds, by: Idx = EK, *, replaces: int | None = None) -> Case:
    return keep(case, by, holds, replaces=replaces, now=NOW, policy=POLICY)[0]


def refused(act: object, *arguments: object, **named: object) -> RefusalCode:
    with pytest.raises(Refusal) as refusal:
        act(*arguments, **named, now=NOW, policy=POLICY)  # type: ignore[operator]
    return refusal.value.code


def test_a_new_case_is_its_counsellors_and_empty() -> None:
    assert (NEW.members, NEW.records, NEW.closed_day) == ((EK,), (), None)
    assert NEW.expires_day == 20_365


def test_a_record_stands_under_its_kind_and_its_writer() -> None:
    case, number = keep(NEW, EK, Holds.SHEET, replaces=None, now=LATER, policy=POLICY)

    assert case.records == (Record(number, Holds.SHEET, 20_100, EK),)
    assert (case.version, case.expires_day) == (NEW.version + 1, 20_465)


def test_a_record_takes_the_place_of_one_of_its_kind_under_a_new_number() -> None:
    first = kept(kept(NEW, Holds.SHEET), Holds.PLAN)
    (sheet, plan) = first.records

    second = kept(first, Holds.SHEET, replaces=sheet.number)

    assert [each.holds for each in second.records] == [Holds.PLAN, Holds.SHEET]
    assert second.records[0] == plan
    assert second.records[1].number not in {sheet.number, plan.number}
    named = {"replaces": plan.number}
    assert refused(keep, second, EK, Holds.SHEET, **named) is RefusalCode.GONE
    assert refused(keep, second, EK, Holds.SHEET, replaces=99) is RefusalCode.GONE


def test_who_is_not_a_member_is_told_that_there_is_no_such_case() -> None:
    for act in (close, reopen):
        assert refused(act, kept(NEW, Holds.PLAN), BO) is RefusalCode.GONE
    assert refused(keep, NEW, BO, Holds.PLAN, replaces=None) is RefusalCode.GONE
    assert refused(admit, NEW, BO, BO) is RefusalCode.GONE
    assert refused(leave, NEW, BO, EK) is RefusalCode.GONE
    with pytest.raises(Refusal):
        need_member(NEW, BO)


def test_a_case_is_not_closed_without_a_plan_or_a_written_reason() -> None:
    assert refused(close, NEW, EK) is RefusalCode.GAP
    assert refused(close, kept(NEW, Holds.SHEET), EK) is RefusalCode.GAP

    for way in (Holds.PLAN, Holds.REASON):
        closed = close(kept(kept(NEW, Holds.SHEET), way), EK, now=LATER, policy=POLICY)
        assert (closed.closed_day, closed.expires_day) == (20_100, 20_465)


def test_a_closed_case_is_read_and_reopened_and_nothing_else() -> None:
    closed = close(kept(NEW, Holds.PLAN), EK, now=NOW, policy=POLICY)

    assert refused(keep, closed, EK, Holds.PLAN, replaces=None) is RefusalCode.CAS
    assert refused(admit, closed, EK, BO) is RefusalCode.CAS
    assert refused(close, closed, EK) is RefusalCode.CAS
    assert reopen(closed, EK, now=NOW, policy=POLICY).closed_day is None


def test_a_colleague_comes_in_once_and_never_one_too_many() -> None:
    two = admit(NEW, EK, BO, now=NOW, policy=POLICY)

    assert two.members == (EK, BO)
    assert admit(two, BO, BO, now=LATER, policy=POLICY) == two
    assert refused(admit, replace(two, members=(EK, BO, AL, Idx(4))), EK, Idx(5)) is (
        RefusalCode.FULL
    )


def test_the_last_member_does_not_leave_but_may_cease_to_be_staff() -> None:
    two = admit(NEW, EK, BO, now=NOW, policy=POLICY)

    one = leave(two, BO, EK, now=NOW, policy=POLICY)
    assert one.members == (BO,)
    assert refused(leave, one, BO, BO) is RefusalCode.FULL
    assert refused(leave, one, BO, EK) is RefusalCode.GONE
    assert without(one, BO).members == ()


def test_a_record_is_sealed_again_to_oneself_or_to_who_cannot_open_it() -> None:
    case = kept(admit(NEW, EK, BO, now=NOW, policy=POLICY), Holds.SHEET)
    number = case.records[0].number
    own = {"lacking": frozenset[Idx](), "to": EK}

    again = seal_again(case, EK, number, **own, now=LATER, policy=POLICY)  # type: ignore[arg-type]
    assert (again.records, again.expires_day) == (case.records, 20_465)
    lacks = {"lacking": frozenset({BO}), "to": BO}
    helped = seal_again(case, EK, number, **lacks, now=NOW, policy=POLICY)  # type: ignore[arg-type]
    assert helped.records == case.records
    rewrites = {"lacking": frozenset[Idx](), "to": BO}
    assert refused(seal_again, case, EK, number, **rewrites) is RefusalCode.GONE
    assert refused(seal_again, case, EK, 99, **own) is RefusalCode.GONE
    stranger = {"lacking": frozenset({AL}), "to": AL}
    assert refused(seal_again, case, EK, number, **stranger) is RefusalCode.GONE


def test_sealing_a_closed_case_again_does_not_make_it_live_longer() -> None:
    closed = close(kept(NEW, Holds.PLAN), EK, now=NOW, policy=POLICY)
    number = closed.records[0].number

    own = {"lacking": frozenset[Idx](), "to": EK}
    again = seal_again(closed, EK, number, **own, now=LATER, policy=POLICY)  # type: ignore[arg-type]

    assert again == replace(closed, version=closed.version + 1)


PEOPLE = st.sampled_from([Idx(number) for number in range(1, 7)])
MOVES = st.lists(
    st.tuples(st.sampled_from(["sheet", "plan", "admit", "leave", "close", "open"]), PEOPLE, PEOPLE)
)


def moved(case: Case, move: str, by: Idx, about: Idx) -> Case:
    named = {"now": NOW, "policy": POLICY}
    if move in {"sheet", "plan"}:
        return keep(case, by, Holds(move), replaces=None, now=NOW, policy=POLICY)[0]
    if move in {"admit", "leave"}:
        return {"admit": admit, "leave": leave}[move](case, by, about, **named)  # type: ignore[arg-type]
    return {"close": close, "open": reopen}[move](case, by, **named)  # type: ignore[arg-type]


@given(MOVES)
def test_whatever_is_done_a_case_has_a_reader_and_never_ends_without_a_way_on(
    moves: list[tuple[str, Idx, Idx]],
) -> None:
    case = NEW
    for move, by, about in moves:
        before = case
        try:
            case = moved(case, move, by, about)
        except Refusal:
            assert case == before
        assert 1 <= len(case.members) == len(set(case.members)) <= 4
        assert case == before or case.version > before.version or case.members == before.members
        numbers = [record.number for record in case.records]
        assert numbers == sorted(set(numbers))
        if case.closed_day is not None:
            assert Holds.PLAN in {record.holds for record in case.records}
