"""Texts that a manager edits: which, what a wording must keep, and how long a call is good for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamn.core.texts import (
    GOOD_DAYS,
    LONGEST,
    Edition,
    HelpLine,
    called,
    edited,
    fault,
    is_due,
    is_editable,
    newest,
)
from hamn.core.words import Idx, Moment

BRIS = HelpLine("bris", 1, "116 111", "https://www.bris.se/", True, (("sv", "Bris"),), (), ())
TODAY = 20_778


@pytest.mark.parametrize(
    ("key", "may"),
    [
        ("page.lead", True),
        ("page.who_more", True),
        ("desk.phrase_1a", True),
        ("desk.acute_b", True),
        ("page.anonymous_short", False),
        ("page.keep_1_until", False),
        ("page.emergency", False),
        ("page.relation_1", False),
        ("desk.signin", False),
    ],
)
def test_a_centres_own_words_may_be_edited_and_the_softwares_promises_not(
    key: str, may: bool
) -> None:
    assert is_editable(key) is may


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Efter {days} dagar.", ""),
        ("  ", "empty"),
        ("Efter en tid.", "places"),
        ("Efter {days} av {all}.", "places"),
        ("Efter {days}\u202e dagar.", "controls"),
        ("Efter {days}\ndagar.", "controls"),
        ("{days}" + "a" * LONGEST, "long"),
    ],
)
def test_a_wording_keeps_the_places_and_brings_no_control(text: str, why: str) -> None:
    assert fault("Om {days} dagar", text) == why


@given(st.permutations(range(1, 6)))
def test_the_highest_version_is_in_force_in_whatever_order_they_come(order: list[int]) -> None:
    editions = [Edition("page.lead", "sv", n, str(n), Idx(1), Moment(0)) for n in order]

    assert newest(editions)["page.lead", "sv"].version == 5


def test_a_day_is_set_by_a_call_alone_and_lost_with_the_number() -> None:
    checked = called(BRIS, TODAY)
    renamed = replace(BRIS, name=(("sv", "Barnens hjälptelefon"),))
    moved = replace(BRIS, phone="116 112")

    assert edited(checked, renamed).called == TODAY
    assert edited(checked, moved).called is None
    assert edited(None, checked).called is None


@pytest.mark.parametrize(("days", "due"), [(0, False), (GOOD_DAYS, False), (GOOD_DAYS + 1, True)])
def test_a_call_is_good_for_half_a_year(days: int, due: bool) -> None:
    assert is_due(called(BRIS, TODAY), TODAY + days) is due
    assert is_due(BRIS, TODAY)
