"""What a form counts: closed lists, pairs at most, acute outcomes by the year, no order kept."""

from __future__ import annotations

from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from hamn.core.tally import (
    ACUTE,
    Age,
    Channel,
    CounterKey,
    Form,
    Gender,
    Language,
    Length,
    Milieu,
    Outcome,
    Phase,
    Relation,
    Total,
    Visit,
    Wait,
    counted,
)

MONTH = "2026-11"
TOTALS = {total.value for total in Total}
FORMS = st.builds(
    Form,
    channel=st.sampled_from(Channel),
    relation=st.sampled_from(Relation),
    milieu=st.sampled_from(Milieu),
    phase=st.sampled_from(Phase),
    age=st.sampled_from(Age),
    gender=st.none() | st.sampled_from(Gender),
    outcomes=st.frozensets(st.sampled_from(Outcome), min_size=1),
    wait=st.sampled_from(Wait),
    length=st.sampled_from(Length),
    language=st.sampled_from(Language),
    visit=st.sampled_from(Visit),
)
BATCHES = st.lists(FORMS, min_size=1, max_size=6)
MOTHER = Form(
    Channel.CHAT,
    Relation.MOTHER,
    Milieu.RIGHT_WING,
    Phase.INVOLVED,
    Age.FROM_13_TO_15,
    None,
    frozenset({Outcome.ADVICE, Outcome.BOOKED_COUNSELLING}),
    Wait.FROM_2_TO_5,
    Length.FROM_30_TO_60,
    Language.SWEDISH,
    Visit.FIRST,
)


def key(first: str, second: str = "", period: str = MONTH) -> CounterKey:
    return CounterKey(period, first, second)


def test_a_form_counts_its_totals_its_codes_and_its_pairs() -> None:
    counts = counted([MOTHER], MONTH)

    assert counts[key("served")] == counts[key("booked")] == 1
    assert counts[key("relation=mother")] == 1
    assert counts[key("age=13_15", "relation=mother")] == 1
    assert counts[key("milieu=right_wing", "outcome=advice")] == 1
    assert key("outcome=advice", "outcome=booked_counselling") not in counts
    assert not any("gender" in each.first + each.second for each in counts)


def test_who_left_the_line_counts_as_left_and_as_nothing_else_in_all() -> None:
    form = Form(
        **{field.name: getattr(MOTHER, field.name) for field in fields(Form)} | {"wait": Wait.LEFT}
    )

    totals = [each.first for each in counted([form], MONTH) if each.first in TOTALS]
    assert totals == ["left_in_queue"]


@given(BATCHES)
def test_whatever_tells_of_an_acute_outcome_is_counted_by_the_year(forms: list[Form]) -> None:
    acute = {f"outcome={outcome.value}" for outcome in ACUTE}
    for each in counted(forms, MONTH):
        is_acute = bool({each.first, each.second} & acute)
        assert each.period == ("2026" if is_acute else MONTH)


@given(BATCHES)
def test_no_counter_tells_more_than_two_dimensions_nor_one_of_them_twice(forms: list[Form]) -> None:
    for each in counted(forms, MONTH):
        dimensions = [part.partition("=")[0] for part in (each.first, each.second) if "=" in part]
        assert len(dimensions) == len(set(dimensions)) <= 2


@given(BATCHES)
def test_the_order_of_a_batch_leaves_no_trace(forms: list[Form]) -> None:
    assert counted(forms, MONTH) == counted(list(reversed(forms)), MONTH)


@given(BATCHES, BATCHES)
def test_two_batches_count_what_one_of_both_would(one: list[Form], other: list[Form]) -> None:
    apart, together = (counted(one, MONTH), counted(other, MONTH)), counted(one + other, MONTH)

    assert {k: sum(each.get(k, 0) for each in apart) for k in together} == together


@given(BATCHES)
def test_a_dimension_adds_up_to_the_forms_that_have_it(forms: list[Form]) -> None:
    counts = counted(forms, MONTH)

    singles = {k: n for k, n in counts.items() if k.first.startswith("milieu=") and not k.second}
    assert sum(singles.values()) == len(forms)
