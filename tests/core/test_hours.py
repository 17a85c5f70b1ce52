"""Spans of time: what is left of some when others are taken out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hamn.core.hours import Span, shared, union, without
from hamn.core.words import Moment

LAST = 40
SPANS = st.lists(
    st.tuples(st.integers(0, LAST), st.integers(0, LAST)).map(
        lambda ends: Span(Moment(min(ends)), Moment(max(ends)))
    ),
    max_size=12,
)


def inside(spans: tuple[Span, ...] | list[Span]) -> set[int]:
    """The whole numbers that a list of spans covers."""
    return {n for n in range(LAST) if any(span.start <= n < span.end for span in spans)}


@given(SPANS, SPANS)
def test_what_is_left_is_in_the_first_and_not_in_the_second(
    some: list[Span], others: list[Span]
) -> None:
    assert inside(without(some, others)) == inside(some) - inside(others)
    assert inside(shared(some, others)) == inside(some) & inside(others)
    assert without(some, others) == union(without(some, others))


def test_a_gap_of_months_is_cut_by_every_shift_without_growing() -> None:
    whole = [Span(Moment(0), Moment(1_000))]
    shifts = [Span(Moment(n), Moment(n + 1)) for n in range(0, 1_000, 2)]

    assert len(without(whole, shifts)) == 500
