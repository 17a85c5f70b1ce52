"""The audit log's chain: whatever is done to its lines afterwards is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import accumulate

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hamn.core.audit import BEGINNING, Deed, Line, Link, Note, check, follow, link_of, noted
from hamn.core.words import Hash, Idx, Moment

idxs = st.integers(0, 65535).map(Idx)
details = st.text("abcdefghijklmnopqrstuvwxyz0123456789 ,.-", max_size=64)
notes = st.builds(
    Note,
    st.integers(0, 2**31),
    st.sampled_from(Deed).map(lambda deed: deed.value),
    idxs,
    st.none() | idxs,
    details,
)
cells = st.sampled_from(["seq", "at", "what", "by", "about", "detail", "hash"])


@st.composite
def chains(draw: st.DrawFn, least: int = 1) -> tuple[Link, list[Line]]:
    """An anchor and the lines after it."""
    anchor = Link(draw(st.integers(0, 10**6)), Hash(draw(st.binary(min_size=32, max_size=32))))
    anchor = draw(st.sampled_from([BEGINNING, anchor]))
    lines: list[Line] = []
    for note in draw(st.lists(notes, min_size=least, max_size=8)):
        lines.append(follow(link_of(lines[-1]) if lines else anchor, note))
    return anchor, lines


def changed(line: Line, cell: str, other: Line) -> Line:
    """The line with one cell as in another, or next to its own."""
    before, given = getattr(line, cell), getattr(other, cell)
    if before == given:
        given = {"hash": Hash(b"?" * 32), "what": "x", "detail": "y"}.get(cell, _next(before))
    return replace(line, **{cell: given})


def _next(value: int | str | bytes | None) -> int:
    return value + 1 if isinstance(value, int) else 1


@given(chains())
def test_what_was_written_holds(chain: tuple[Link, list[Line]]) -> None:
    anchor, lines = chain
    links = [anchor, *(link_of(line) for line in lines)]

    assert check(anchor, lines, links[-1]) is None
    assert check(anchor, lines, *links) is None


@pytest.mark.check(79, part="every cell, line and order, whatever was written")
@given(chains(), st.data())
def test_a_changed_cell_is_always_found(
    chain: tuple[Link, list[Line]], data: st.DataObject
) -> None:
    anchor, lines = chain
    at, cell = data.draw(st.integers(0, len(lines) - 1)), data.draw(cells)
    other = data.draw(st.sampled_from(lines))
    forged = [*lines[:at], changed(lines[at], cell, other), *lines[at + 1 :]]

    assume(forged != lines)
    assert check(anchor, forged, link_of(lines[-1])) is not None


@given(chains(), st.data())
def test_a_removed_or_cut_line_is_always_found(
    chain: tuple[Link, list[Line]], data: st.DataObject
) -> None:
    anchor, lines = chain
    at = data.draw(st.integers(0, len(lines) - 1))

    assert check(anchor, lines[:at] + lines[at + 1 :], link_of(lines[-1])) is not None
    assert check(anchor, lines[:at], link_of(lines[-1])) is not None


@given(chains(least=2), st.data())
def test_another_order_is_always_found(chain: tuple[Link, list[Line]], data: st.DataObject) -> None:
    anchor, lines = chain
    order = data.draw(st.permutations(lines))

    assume(order != lines)
    assert check(anchor, order, link_of(lines[-1])) is not None


@given(chains(least=2), st.data())
def test_a_log_rewritten_whole_is_found_by_a_head_that_someone_remembers(
    chain: tuple[Link, list[Line]], data: st.DataObject
) -> None:
    anchor, lines = chain
    seen = data.draw(st.integers(0, len(lines) - 1))
    first = replace(Note(0, "x", Idx(1)), by=Idx(7))
    rewritten = [
        *accumulate(
            lines, lambda before, _: follow(link_of(before), first), initial=follow(anchor, first)
        )
    ][: len(lines)]

    assume(link_of(rewritten[seen]) != link_of(lines[seen]))
    assert check(anchor, rewritten, link_of(rewritten[-1])) is None
    assert check(anchor, rewritten, link_of(rewritten[-1]), link_of(lines[seen])) is not None


def test_a_head_that_is_older_than_the_anchor_says_nothing() -> None:
    old = Link(3, Hash(b"o" * 32))
    anchor = Link(9, Hash(b"a" * 32))

    assert check(anchor, [], old, anchor) is None
    assert check(anchor, [], Link(9, Hash(b"b" * 32))) is not None


@pytest.mark.parametrize("detail", ["Hej", "å", "a" * 65, "<b>", "a:b", "a\nb"])
def test_nothing_that_somebody_wrote_can_stand_in_a_detail(detail: str) -> None:
    with pytest.raises(ValueError, match="another form"):
        Note(0, "denied", Idx(1), None, detail)


def test_a_deed_near_a_visitor_is_told_to_the_hour() -> None:
    at: Callable[[Deed], int] = lambda deed: noted(Moment(7_265.0), deed, Idx(1)).at  # noqa: E731

    assert (at(Deed.SUPERVISOR_JOINED), at(Deed.REVOKED)) == (120, 121)
