"""Values as bytes: all of them come back, and another form is told from this one."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hamn.core.conversation import Conversation
from hamn.core.waiting import Lobby
from hamn.live import codec

numbers = st.integers(0, 2**62)
st.register_type_strategy(int, numbers)
st.register_type_strategy(float, st.floats(allow_nan=False))


@given(st.from_type(Conversation))
@settings(max_examples=100)
def test_a_conversation_comes_back(value: Conversation) -> None:
    assert codec.conversation(codec.encode(value), codec.encode(value.relay)) == value


@given(st.from_type(Lobby))
@settings(max_examples=100)
def test_a_lobby_comes_back(value: Lobby) -> None:
    assert codec.lobby(codec.encode(value)) == value


def test_the_form_is_the_same_for_the_same_fields() -> None:
    assert codec.form() == codec.form()
    assert len(codec.form()) == 32


def test_the_form_changes_with_a_field_deep_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    before = codec.form()

    @dataclass(frozen=True)
    class Changed:
        places: tuple[int, ...]

    monkeypatch.setattr(codec, "Lobby", Changed)

    assert codec.form() != before
