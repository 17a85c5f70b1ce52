"""Small numbers cannot be worked out from what is shown: by sums, by their room, by trying all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hamn.core.suppression import (
    Shown,
    Sum,
    computed,
    narrowed,
    protected,
    rounded,
    solved,
    told,
)

NUMBERS = st.integers(0, 12)


def grid(numbers: Sequence[Sequence[int]]) -> tuple[dict[str, int], list[Sum]]:
    """A table of pairs with its margins and the sum of all, and every sum there is."""
    rows, columns = range(len(numbers)), range(len(numbers[0]))
    values = {f"{r}{c}": numbers[r][c] for r in rows for c in columns}
    sums = [Sum(f"r{r}", tuple(f"{r}{c}" for c in columns)) for r in rows]
    sums += [Sum(f"c{c}", tuple(f"{r}{c}" for r in rows)) for c in columns]
    values |= {each.whole: sum(values[part] for part in each.parts) for each in sums}
    sums += [
        Sum("all", tuple(f"r{r}" for r in rows)),
        Sum("all", tuple(f"c{c}" for c in columns)),
    ]
    return values | {"all": sum(map(sum, numbers))}, sums


def might_be(name: str, values: Mapping[str, int], shown: Mapping[str, Shown]) -> range:
    """Which numbers a reader must reckon with; of endless ones so many that two are found."""
    value = values[name]
    return {
        Shown.EXACT: range(value, value + 1),
        Shown.SMALL: range(5),
        Shown.HIDDEN: range(5, max(value, 5) + 6),
        Shown.ROUNDED: range(max(0, rounded(value) - 2), rounded(value) + 3),
    }[shown[name]]


def worlds(
    values: Mapping[str, int], sums: Sequence[Sum], shown: Mapping[str, Shown]
) -> Iterator[dict[str, int]]:
    """Every table that could stand behind what is shown, found by trying all."""
    cells = [name for name in values if name.isdecimal()]
    for numbers in product(*(might_be(name, values, shown) for name in cells)):
        world = dict(zip(cells, numbers, strict=True))
        for each in sums:
            whole = sum(world[part] for part in each.parts)
            if world.setdefault(each.whole, whole) != whole:
                break
            if shown[each.whole] is not Shown.HIDDEN and whole not in might_be(
                each.whole, values, shown
            ):
                break
        else:
            yield world


@settings(max_examples=40)
@given(st.lists(st.lists(NUMBERS, min_size=2, max_size=2), min_size=2, max_size=3))
def test_who_tries_every_table_finds_no_small_number(numbers: list[list[int]]) -> None:
    values, sums = grid(numbers)
    shown = protected(values, sums)

    open_ = {name for name, value in values.items() if 0 < value < 5}
    found: dict[str, set[int]] = {name: set() for name in open_}
    for world in worlds(values, sums, shown):
        for name in open_:
            found[name].add(world[name])
        if all(len(numbers) > 1 for numbers in found.values()):
            return
    assert not open_, {name: found[name] for name in open_ if len(found[name]) < 2}


@given(st.lists(st.lists(NUMBERS, min_size=1, max_size=6), min_size=1, max_size=6))
def test_what_is_let_go_tells_no_small_number_and_hides_every_one(numbers: list[list[int]]) -> None:
    width = min(map(len, numbers))
    values, sums = grid([row[:width] for row in numbers])
    shown = protected(values, sums)

    assert computed(values, sums, shown) == frozenset()
    assert {shown[name] for name, value in values.items() if value < 5} <= {Shown.SMALL}
    for each in sums:
        hidden = [part for part in each.parts if shown[part] in {Shown.SMALL, Shown.HIDDEN}]
        assert len(hidden) != 1 or len(each.parts) == 1
        assert not hidden or shown[each.whole] is not Shown.EXACT


def test_one_small_number_takes_the_next_smallest_with_it_and_the_total_is_rounded() -> None:
    sums = [Sum("all", ("a", "b", "c"))]
    shown = protected({"a": 3, "b": 9, "c": 131, "all": 143}, sums)

    assert [told(n, shown[name]) for name, n in (("a", 3), ("b", 9), ("c", 131), ("all", 143))] == [
        "<5",
        "..",
        "131",
        "~145",
    ]


def test_small_numbers_that_fill_their_room_take_a_neighbour_with_them() -> None:
    shown = protected({"a": 4, "b": 4, "c": 9, "all": 17}, [Sum("all", ("a", "b", "c"))])

    assert shown["c"] is Shown.HIDDEN


def test_nothing_at_all_is_shown_only_where_it_may_be() -> None:
    sums = [Sum("all", ("a", "b"))]
    shown = protected({"a": 0, "b": 7, "all": 7}, sums, may_be_nothing=frozenset({"a"}))

    assert shown == {"a": Shown.EXACT, "b": Shown.EXACT, "all": Shown.EXACT}
    assert protected({"a": 0, "b": 7, "all": 7}, sums)["a"] is Shown.SMALL


@pytest.mark.parametrize(("value", "near"), [(5, 5), (7, 5), (8, 10), (12, 10), (13, 15)])
def test_the_nearest_five(value: int, near: int) -> None:
    assert rounded(value) == near


def test_elimination_finds_what_two_sums_tell_together() -> None:
    sums = [Sum("r", ("a", "b")), Sum("all", ("a", "b", "c"))]

    assert solved(sums, {"r", "all"}) == {"c"}
    assert solved(sums, {"all"}) == set()


def test_a_sum_narrows_its_parts_and_a_part_its_sum() -> None:
    known = {"a": (0, 4), "b": (5, 10**9), "all": (8, 12)}

    assert narrowed(known, [Sum("all", ("a", "b"))]) == {"a": (0, 4), "b": (5, 12), "all": (8, 12)}
    assert narrowed(known | {"b": (8, 8)}, [Sum("all", ("a", "b"))])["all"] == (8, 12)


def test_a_ring_of_three_sums_tells_a_small_number_that_no_room_tells() -> None:
    values = {"a": 3, "b": 9, "c": 20, "ab": 12, "bc": 29, "ca": 23}
    sums = [Sum("ab", ("a", "b")), Sum("bc", ("b", "c")), Sum("ca", ("c", "a"))]
    shown = dict.fromkeys(values, Shown.EXACT) | {"a": Shown.SMALL}
    shown |= {"b": Shown.HIDDEN, "c": Shown.HIDDEN}

    assert computed(values, sums, shown) == {"a"}
    assert computed(values, sums, protected(values, sums)) == frozenset()


def test_two_fours_alone_hide_even_their_total() -> None:
    values, sums = grid([[4, 4]])
    shown = protected(values, sums)

    assert (shown["all"], shown["r0"]) == (Shown.HIDDEN, Shown.HIDDEN)
    assert computed(values, sums, shown) == frozenset()
