"""The made-up evening: its file has the form, and its talks go in order."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from hamn.ops.evening import Visit, beats, read

TALK = Visit(
    at=0,
    lang="sv",
    stays=30,
    cut=(5, 8),
    hand_over=20,
    lines=(("v", "one"), ("a", "two"), ("v", "three")),
)


def test_the_evening_lasts_four_hours_and_everyone_comes_and_goes_within_it() -> None:
    evening = read()

    assert evening.minutes == 240
    assert all(visit.at >= 0 and visit.at + visit.stays < 240 for visit in evening.visit)
    assert [visit.at for visit in evening.visit] == sorted(visit.at for visit in evening.visit)


def test_it_shows_waiting_danger_a_lost_line_a_hand_over_and_someone_who_leaves() -> None:
    visits = read().visit

    assert any(visit.danger for visit in visits)
    assert any(visit.cut for visit in visits)
    assert any(visit.hand_over for visit in visits)
    assert any(visit.gives_up for visit in visits)
    assert {visit.lang for visit in visits} == {"sv", "en"}


def test_a_talk_goes_in_the_order_of_its_minutes() -> None:
    told = [(beat.minute, beat.what) for beat in beats(TALK)]

    assert told == [(0, "v"), (5, "cut"), (10, "a"), (13, "back"), (20, "v"), (20, "hand over")]


def test_an_unknown_key_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "evening.toml"
    file.write_text('minutes = 10\n[[visit]]\nat = 1\nlang = "sv"\nstay = 4\n')

    with pytest.raises(msgspec.ValidationError, match="stay"):
        read(file)
