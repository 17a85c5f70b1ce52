"""Who comes back into a service whose door has been shut in the meantime."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hamn.core.conversation import ClosedWhy, Phase, begin
from hamn.core.policy import Policy
from hamn.core.returning import after
from hamn.core.waiting import Lobby
from hamn.core.words import Moment, RoomId

NOW, POLICY = Moment(1_000_000.0), Policy()


@pytest.mark.parametrize("why", list(ClosedWhy))
def test_the_door_is_no_matter_for_one_whose_adviser_was_taken_away(why: ClosedWhy) -> None:
    old = replace(begin(RoomId(bytes(16)), Phase.OPEN, NOW, POLICY), phase=Phase.CLOSED, why=why)

    before = after(old, Lobby(), now=NOW, policy=POLICY)

    assert before.is_known == (why in {ClosedWhy.REVOKED, ClosedWhy.PASSED})
    assert before.interrupted
