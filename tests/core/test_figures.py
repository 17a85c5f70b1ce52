"""Tables for funders: closed windows that never overlap, and no small number in all of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hamn.core.figures import (
    ALL,
    Activity,
    Done,
    Table,
    Window,
    csv,
    free,
    tables,
    window,
)
from hamn.core.suppression import THRESHOLD
from hamn.core.tally import CounterKey, Form, Milieu, counted
from hamn.core.words import Idx
from tests.core.test_tally import FORMS, MOTHER

PRIME = 2_147_483_647
MONTHS = [f"2026-{month:02}" for month in range(1, 13)]
WAYS = (("2026",), ("2026-h1", "2026-h2"), ("2026-q1", "2026-q2", "2026-h2"))
CROWDS = st.lists(
    st.tuples(st.sampled_from(MONTHS), FORMS, st.sampled_from((1, 2, 3, 5, 8, 13))), max_size=12
)
Fact = tuple[str, frozenset[str]]
"""A number by its window and what it counts."""


def year_of(crowd: Iterable[tuple[str, Form, int]]) -> dict[CounterKey, int]:
    counts: dict[CounterKey, int] = {}
    for month, form, times in crowd:
        for key, amount in counted([form] * times, month).items():
            counts[key] = counts.get(key, 0) + amount
    return counts


def of(name: str) -> Window:
    found = window(name)
    assert found is not None
    return found


def made(name: str, counts: dict[CounterKey, int], done: Sequence[Done] = ()) -> list[Table]:
    months = {*of(name).months, of(name).year}
    return list(tables(of(name), {k: n for k, n in counts.items() if k.period in months}, done))


# --- what a reader knows, taken from the tables alone ---------------------------------------------


def fact(name: str, table: Table, row: str, column: str) -> Fact:
    """What a cell counts: the same thing in two tables has the same name."""
    if table.id in {"totals", "activity", "acute"}:
        return name, frozenset({table.id, row, column})
    dimensions = table.id.split("_") if table.id != "outcome" else ["outcome"]
    codes = (row, column)[: len(dimensions)]
    pairs = zip(dimensions, codes, strict=True)
    return name, frozenset(f"{dimension}={code}" for dimension, code in pairs if code != ALL)


def cells_of(name: str, table: Table) -> dict[Fact, str]:
    return {
        fact(name, table, row, column): cell
        for row, cells in zip(table.rows, table.cells, strict=True)
        for column, cell in zip(table.columns, cells, strict=True)
    }


def equations(name: str, table: Table) -> list[dict[Fact, int]]:
    """Every line with a sum, as numbers that come to nothing."""
    lines = []
    columns = [[(row, column) for column in table.columns] for row in table.rows]
    rows = [[(row, column) for row in table.rows] for column in table.columns]
    for line in (*columns, *rows):
        where = 1 if line in columns else 0
        ends = [fact(name, table, *cell) for cell in line if cell[where] == ALL]
        if ends and len(line) > 1:
            parts = [fact(name, table, *cell) for cell in line if cell[where] != ALL]
            lines.append({ends[0]: 1} | dict.fromkeys(parts, -1))
    return lines


def solved(lines: Sequence[dict[Fact, int]], shown: dict[Fact, str]) -> set[Fact]:
    """What follows from the exact cells: elimination of all at once, modulo a prime."""
    unknown = sorted({f for line in lines for f in line if not shown[f].isdecimal()}, key=repr)
    rows = [[line.get(each, 0) % PRIME for each in unknown] for line in lines]
    rank = 0
    for column in range(len(unknown)):
        pivot = next((r for r in range(rank, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        inverse = pow(rows[rank][column], -1, PRIME)
        rows[rank] = [n * inverse % PRIME for n in rows[rank]]
        for r, row in enumerate(rows):
            if r != rank and (factor := row[column]):
                rows[r] = [(n - factor * m) % PRIME for n, m in zip(row, rows[rank], strict=True)]
        rank += 1
    alone = [[at for at, n in enumerate(row) if n] for row in rows[:rank]]
    return {unknown[found[0]] for found in alone if len(found) == 1}


def truth(name: str, counts: dict[CounterKey, int], found: Fact) -> int | None:
    """What a number of pairs or of one code truly is."""
    codes = sorted(found[1])
    if not codes or not all("=" in code for code in codes):
        return None
    key = (codes[0], codes[1] if len(codes) == 2 else "")
    return sum(
        n for k, n in counts.items() if (k.first, k.second) == key and k.period in of(name).months
    )


@settings(max_examples=20)
@given(CROWDS, st.sampled_from(WAYS))
def test_no_small_number_follows_from_all_that_was_ever_published(
    crowd: list[tuple[str, Form, int]], names: tuple[str, ...]
) -> None:
    counts = year_of(crowd)
    published = [(name, table) for name in names for table in made(name, counts)]
    shown = {f: cell for name, table in published for f, cell in cells_of(name, table).items()}
    lines = [line for name, table in published for line in equations(name, table)]

    found = [truth(each[0], counts, each) for each in solved(lines, shown)]
    assert [n for n in found if n is not None and 0 < n < THRESHOLD] == []
    told = {int(cell) for cell in shown.values() if cell.isdecimal()}
    assert min(told - {0}, default=THRESHOLD) >= THRESHOLD


def test_three_of_143_stand_as_below_five_beside_a_hidden_neighbour() -> None:
    milieus = dict(zip(Milieu, (60, 20, 3, 30, 10, 11, 9), strict=True))
    crowd = [("2026-03", replace(MOTHER, milieu=each), n) for each, n in milieus.items()]
    (table,) = [each for each in made("2026", year_of(crowd)) if each.id == "milieu_age"]

    margin = dict(zip(table.rows, (cells[-1] for cells in table.cells), strict=True))
    assert (margin["left_autonomous"], margin["unknown"], margin["all"]) == ("<5", "..", "~145")
    assert margin["mixed_unclear"] == "~10"


def test_the_file_is_codes_and_shown_numbers_alone() -> None:
    counts = year_of([("2026-03", MOTHER, 20)])
    lines = csv(of("2026-q1"), made("2026-q1", counts)).split("\r\n")

    assert lines[0] == "window,table,row,column,shown"
    assert "2026-q1,totals,served,2026-03,20" in lines
    assert "2026-q1,milieu_age,right_wing,13_15,20" in lines
    assert all(re.fullmatch(r"[a-z0-9_,<.~-]*", line) for line in lines)


# --- windows --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["2026-q5", "2026-h3", "2026-", "26", "2026-m1", "2026-q", "x026"])
def test_what_is_no_window(name: str) -> None:
    assert window(name) is None


def test_windows_by_their_months() -> None:
    assert of("2026-q4").months == ("2026-10", "2026-11", "2026-12")
    assert of("2026-h1").months == tuple(MONTHS[:6])
    assert (of("2026").year, of("2026-h1").year) == ("2026", "")


def test_a_window_is_free_when_it_is_over_and_touches_nothing_that_was_told() -> None:
    names = {each.name for each in free("2026-10", of("2026-q1").months)}

    assert {name for name in names if name.startswith("2026")} == {"2026-q2", "2026-q3"}
    assert "2026-q4" not in {each.name for each in free("2026-12", ())}
    assert {"2025", "2024-h1"} <= names


def test_acute_outcomes_are_told_with_the_end_of_the_year_alone() -> None:
    counts = {CounterKey("2026", "outcome=emergency_112"): 7}

    ids = [[table.id for table in made(name, counts)] for name in ("2026-q3", "2026-q4")]
    assert ["acute" in each for each in ids] == [False, True]
    acute = next(table for table in made("2026-q4", counts) if table.id == "acute")
    assert acute.cells[acute.rows.index("emergency_112")] == ("7",)


def test_no_dimension_stands_in_two_tables_of_pairs() -> None:
    pairs = [table.id for table in made("2026", {}) if "_" in table.id]
    dimensions = [name for id_ in pairs for name in id_.split("_")]

    assert len(dimensions) == len(set(dimensions))


def test_the_activity_log_is_counted_in_the_months_of_the_window() -> None:
    done = [
        Done(1, "2026-02", Activity.WORKSHOP, 6, 120, Idx(1)),
        Done(2, "2026-05", Activity.WORKSHOP, 6, 120, Idx(1)),
    ]
    (activity,) = [table for table in made("2026-q1", {}, done) if table.id == "activity"]

    assert activity.cells[activity.rows.index("workshop")] == ("6", "120")
