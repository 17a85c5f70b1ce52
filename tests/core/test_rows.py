"""The sheet's rows: which there are, that two change them, what asks for a second look."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamn.core.rows import (
    DEFAULT,
    Kept,
    Part,
    Row,
    confirm,
    in_force,
    propose,
    touched,
    withdraw,
)
from hamn.core.words import Idx, Malformed, Refusal, RefusalCode

LIND, EK = Idx(1), Idx(2)
BLOCKED = ("tro", "Religi")
ROW = Row("r01", Part.RISK, 0, (("sv", "Sover inte"), ("en", "Does not sleep")))
FAITH = replace(ROW, texts=(("sv", "Har blivit RELIGIÖS"),))


def proposed(old: Kept, row: Row = ROW, by: Idx = LIND, *, warned: bool = False) -> Kept:
    return propose(old, row, by, blocked=BLOCKED, warned=warned)


def test_the_form_has_twelve_that_worry_and_twelve_that_protect() -> None:
    sizes = {part: len(ids) for part, ids in DEFAULT.items()}

    assert sizes == {
        Part.OWN: 4,
        Part.FLAG: 7,
        Part.RISK: 12,
        Part.PROTECTIVE: 12,
        Part.RETURNEE: 6,
    }
    assert next(iter(DEFAULT)) is Part.OWN
    ids = [id_ for part in DEFAULT.values() for id_ in part]
    assert len(ids) == len(set(ids))


def test_a_row_stands_only_when_another_person_agrees() -> None:
    waiting = proposed(Kept(None))

    assert in_force([waiting]) == []
    with pytest.raises(Refusal) as refused:
        confirm(waiting, LIND, blocked=BLOCKED, warned=True)
    assert refused.value.code is RefusalCode.UNDECIDED
    assert in_force([confirm(waiting, EK, blocked=BLOCKED, warned=False)]) == [ROW]


def test_what_stood_stands_until_then_and_after_a_change_of_mind() -> None:
    new = replace(ROW, texts=(("sv", "Sover dåligt"),))
    waiting = proposed(Kept(ROW, 3), new)

    assert in_force([waiting]) == [ROW]
    assert withdraw(waiting) == Kept(ROW, 5)
    assert confirm(waiting, EK, blocked=BLOCKED, warned=False) == Kept(new, 5)


def test_a_row_is_removed_by_two_as_well() -> None:
    waiting = proposed(Kept(ROW), replace(ROW, is_removed=True))

    assert in_force([waiting]) == [ROW]
    assert in_force([confirm(waiting, EK, blocked=BLOCKED, warned=False)]) == []


def test_a_row_about_faith_is_neither_proposed_nor_agreed_to_unread() -> None:
    with pytest.raises(Refusal) as refused:
        proposed(Kept(None), FAITH)
    assert refused.value.code is RefusalCode.GAP

    waiting = proposed(Kept(None), FAITH, warned=True)
    with pytest.raises(Refusal) as refused:
        confirm(waiting, EK, blocked=BLOCKED, warned=False)
    assert refused.value.code is RefusalCode.GAP
    assert confirm(waiting, EK, blocked=BLOCKED, warned=True).standing == FAITH


def test_nothing_waits_where_nothing_was_proposed() -> None:
    with pytest.raises(Refusal) as refused:
        withdraw(Kept(ROW))
    assert refused.value.code is RefusalCode.GONE
    with pytest.raises(Refusal) as refused:
        confirm(Kept(ROW), EK, blocked=(), warned=True)
    assert refused.value.code is RefusalCode.GONE


@pytest.mark.parametrize("text", ["", "x" * 161, "en rad\nmed två"])
def test_a_row_is_one_short_line(text: str) -> None:
    with pytest.raises(Malformed):
        proposed(Kept(None), replace(ROW, texts=(("sv", text),)))
    with pytest.raises(Malformed):
        proposed(Kept(None), replace(ROW, texts=()))


def test_rows_come_part_by_part_in_their_order() -> None:
    last = replace(ROW, id="p01", part=Part.PROTECTIVE)
    second, first = replace(ROW, id="r02", place=2), replace(ROW, id="c01", part=Part.OWN)

    found = in_force([Kept(each) for each in (last, second, ROW, first)])

    assert [row.id for row in found] == ["c01", "r01", "r02", "p01"]


def test_words_are_found_by_how_they_begin() -> None:
    assert touched(["Tror, religiöst, tro?", "Ett otroligt bra stöd"], BLOCKED) == (
        *("tror", "religiöst"),
        "tro",
    )
    assert touched(["Kontrollerar pengarna"], BLOCKED) == ()
    assert touched(["tro"], ()) == ()


@given(st.lists(st.sampled_from(["propose", "agree", "back"]), max_size=12), st.data())
def test_no_row_ever_stands_by_one_person_alone(moves: list[str], data: st.DataObject) -> None:
    kept, hands = Kept(None), list[Idx]()
    for move in moves:
        by = data.draw(st.sampled_from([LIND, EK, Idx(3)]))
        before = kept
        try:
            if move == "propose":
                kept, hands = proposed(kept, by=by), [by]
            elif move == "agree":
                kept = confirm(kept, by, blocked=BLOCKED, warned=True)
                hands.append(by)
            else:
                kept = withdraw(kept)
        except Refusal:
            assert kept == before
        if kept.standing != before.standing:
            assert len(set(hands[-2:])) == 2
