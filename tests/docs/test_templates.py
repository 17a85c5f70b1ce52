"""Papers that a centre fills in: in both languages, with the numbers of the settings that come."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hamn.core.retention import AUDIT_KEPT, DAY
from hamn.settings import Retention
from tests.architecture.tree import ours, text_of

FOLDER = Path("docs/templates")
PAPERS = ("dpia", "privacy-notice", "record-of-processing", "accessibility")
KEPT = Retention()
TIMED = {
    *(KEPT.code_days, KEPT.message_days, KEPT.booking_days, KEPT.escalation_days),
    KEPT.inquiry_days,
    *(KEPT.case_days, KEPT.backup_days, int(AUDIT_KEPT // DAY)),
}


def test_every_paper_is_there_in_both_languages_and_named() -> None:
    wanted = {f"{paper}.{language}.md" for paper in PAPERS for language in ("en", "sv")}

    assert {path.name for path in ours("docs/templates/*.md")} == wanted | {"README.md"}
    assert set(re.findall(r"\(([a-z-]+\.(?:en|sv)\.md)\)", text_of(FOLDER / "README.md"))) == wanted


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("language", ["en", "sv"])
def test_a_paper_says_what_the_centre_adds_and_what_the_law_is_to_confirm(
    paper: str, language: str
) -> None:
    text = text_of(FOLDER / f"{paper}.{language}.md")

    assert len(re.findall(r"\[[^\]]+\](?!\()", text)) >= 5
    assert "**LAW-CHECK**" in text


@pytest.mark.parametrize("paper", PAPERS[:3])
@pytest.mark.parametrize(("language", "days"), [("en", "days"), ("sv", "dagar")])
def test_days_are_those_of_the_settings_that_come(paper: str, language: str, days: str) -> None:
    text = re.sub(r"\s+", " ", text_of(FOLDER / f"{paper}.{language}.md"))
    told = {int(number) for number in re.findall(rf"(\d+) {days}", text)}

    assert told == TIMED
    assert f"{KEPT.pause_hours} {'hours' if language == 'en' else 'timmar'}" in text
