"""Nobody on the staff can ask whether somebody has written: there is nothing to search with.

Scenario 19 of domain.md: a father asks whether his former wife was in contact. What staff can send
on the socket names numbers, ids and codes from closed lists; no path takes words, and no answer
depends on a query, because nothing behind the routes reads one.
"""

from __future__ import annotations

import re
import typing
from pathlib import Path

import pytest
from msgspec import inspect

from hamn.edge import wire
from hamn.edge.rights import HTTP
from hamn.edge.state import Audience

WORDS = {"q", "query", "search", "find", "text", "words", "person", "visitor", "phone"}
"""No part of a path is called so; `name` is that of a frozen table of figures alone."""
NUMBER = re.compile(r"\{\w+:int\}")
PART = re.compile(r"\{(\w+)\}")


def takes_words(kind: inspect.Type) -> bool:
    """Whether one could type something of one's own into it."""
    match kind:
        case inspect.StructType():
            return any(takes_words(field.type) for field in kind.fields)
        case inspect.UnionType():
            return any(takes_words(each) for each in kind.types)
        case inspect.ListType():
            return takes_words(kind.item_type)
        case inspect.StrType():
            return kind.pattern is None
        case _:
            return False


@pytest.mark.scenario(19, part="no message of the staff takes words, and no route a query")
def test_nothing_that_staff_can_send_could_be_searched_for() -> None:
    messages = typing.get_args(wire.StaffMessage)
    wordy = {each.__name__ for each in messages if takes_words(inspect.type_info(each))}

    assert len(messages) > 15
    assert wordy == set()


@pytest.mark.scenario(19, part="no message of the staff takes words, and no route a query")
def test_no_path_of_the_staff_takes_words_and_nothing_reads_a_query() -> None:
    routes = [route.split(" ", 1)[1] for route in HTTP[Audience.STAFF]]
    named = {part for route in routes for part in PART.findall(NUMBER.sub("", route))}
    readers = [path.name for path in Path("server/hamn").rglob("*.py") if asks_for_query(path)]

    assert not named & WORDS
    assert [route for route in routes if "{name}" in route] == ["/api/figures/{name}"]
    assert readers == []


def asks_for_query(path: Path) -> bool:
    return re.search(r"query_params|query_string|parse_qs", path.read_text()) is not None
