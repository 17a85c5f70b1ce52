"""A legal request: codes and a number, decided by two, and then it never changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hamn.core.register import Asker, Basis, Given, Request, Wanted, agreed, named, registered
from hamn.core.words import Idx, Malformed, Refusal, RefusalCode
from tests.clock import NOON

LIND, BERG = Idx(1), Idx(2)


def asked(reference: str = "A-12/26") -> Request:
    return registered(
        7,
        asker=Asker.POLICE,
        basis=Basis.SEARCH,
        wanted=Wanted.CONTENT,
        reference=reference,
        now=NOON,
    )


def test_a_decision_stands_once_a_second_person_agrees() -> None:
    one = named(asked(), Given.NOTHING_HELD, LIND)
    two = agreed(one, Given.NOTHING_HELD, BERG)

    assert (one.is_decided, two.is_decided) == (False, True)
    assert (two.first, two.second, two.given) == (LIND, BERG, Given.NOTHING_HELD)
    assert two.expires_day - two.day == 365


@pytest.mark.parametrize(
    ("given", "by", "code"),
    [
        (Given.REPORT, LIND, RefusalCode.GONE),
        (Given.REFUSED, BERG, RefusalCode.STALE),
    ],
)
def test_nobody_agrees_with_themselves_or_to_something_else(
    given: Given, by: Idx, code: RefusalCode
) -> None:
    with pytest.raises(Refusal) as refused:
        agreed(named(asked(), Given.REPORT, LIND), given, by)
    assert refused.value.code is code


def test_nothing_is_agreed_to_before_it_is_named_nor_changed_after_it_stands() -> None:
    decided = replace(asked(), given=Given.REFUSED, first=LIND, second=BERG)

    for old, step in ((asked(), agreed), (decided, named), (decided, agreed)):
        with pytest.raises(Refusal):
            step(old, Given.REFUSED, Idx(3))


def test_what_was_named_can_be_named_anew_until_somebody_agrees() -> None:
    again = named(named(asked(), Given.REPORT, LIND), Given.REFUSED, BERG)

    assert (again.given, again.first, again.second) == (Given.REFUSED, BERG, None)


@pytest.mark.parametrize("reference", ["å", "a" * 41, "<b>", "rad\nrad"])
def test_a_reference_is_a_number_and_no_text(reference: str) -> None:
    with pytest.raises(Malformed):
        asked(reference)
