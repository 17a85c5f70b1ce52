"""The desk's form offers the codes that the rules count, and the hello's lists are among them."""

from __future__ import annotations

import re
from enum import Enum
from pathlib import Path

import pytest

from hamn.asc1.body import MOST_AGE, MOST_RELATION, MOST_TOPIC
from hamn.core.escalation import Decision, NoReport, Reason
from hamn.core.rows import DEFAULT, Part
from hamn.core.tally import Age, Language, Length, Milieu, Relation, Wait
from tests.architecture.tree import text_of

FORM = text_of(Path("web/js/model/tally.js"))
ESCALATION = text_of(Path("web/js/model/escalation.js"))
FACTORS = text_of(Path("web/js/model/factors.js"))


def listed(name: str, text: str = FORM) -> list[str]:
    """A list of codes in the browser's model."""
    found = re.search(rf"{name} = [^\[]*\[([^\]]*)\]", text)
    assert found, name
    return re.findall(r'"(\w+)"', found[1])


@pytest.mark.parametrize(
    ("name", "codes"),
    [("RELATIONS", Relation), ("MILIEUS", Milieu), ("AGES", Age), ("LANGUAGES", Language)],
)
def test_the_page_knows_the_codes_in_their_order(name: str, codes: type[Enum]) -> None:
    assert listed(name) == [code.value for code in codes]


def test_bands_are_those_that_are_counted() -> None:
    bands = set(re.findall(r'"((?:under|over)_\d+|\d+_\d+)"', FORM))

    counted = {band.value for codes in (Wait, Length, Age) for band in codes}
    assert bands == counted - {"left", "unknown"}


def test_the_lists_of_the_hello_are_as_long() -> None:
    assert [len(Relation), len(Milieu), len(Age)] == [MOST_RELATION, MOST_TOPIC, MOST_AGE]


@pytest.mark.parametrize(
    ("name", "codes"), [("DECISIONS", Decision), ("REASONS", Reason), ("NO_REPORTS", NoReport)]
)
def test_what_a_supervisor_can_choose_is_what_the_rules_know(name: str, codes: type[Enum]) -> None:
    assert sorted(listed(name, ESCALATION)) == sorted(code.value for code in codes)


def test_an_escalation_names_the_rows_of_the_sheet_and_the_lists_of_the_hello() -> None:
    assert tuple(listed("RISK", FACTORS)) == DEFAULT[Part.RISK]
    assert tuple(listed("PROTECTIVE", FACTORS)) == DEFAULT[Part.PROTECTIVE]
    sizes = f"= [{MOST_RELATION}, {MOST_AGE}, {MOST_TOPIC}, 3];"
    assert f"[RELATIONS, AGES, MILIEUS, URGENCIES] {sizes}" in ESCALATION
