"""An adviser whose machine is switched off: no goodbye, and nothing is heard any more (check 16).

The heartbeat runs on the connection's own time, made short here; what follows after it runs on a
clock that the test moves.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from hamn.core.policy import Policy
from hamn.core.words import Moment
from hamn.edge.state import Caps
from hamn.party.adviser import Adviser
from tests.clock import VirtualClock
from tests.edge.inside import InsideServer
from tests.edge.people import on_duty, paired, understood

BEAT = {"ping_every": 0.2, "pong_within": 4.0}
"""Whoever is heard answers within that, whatever else the machine has to do."""
TOLD_WITHIN, OFFERED_WITHIN = 30, 60


def falls_silent(adviser: Adviser) -> None:
    """Nothing is read, nothing answered, and the connection stays as it is."""
    adviser.wire._connection.transport.pause_reading()


@pytest.mark.check(16)
async def test_a_visitor_is_told_within_thirty_seconds_and_offered_another_within_sixty(
    tmp_path: Path,
) -> None:
    clock = VirtualClock(Moment(time.time()))
    async with InsideServer.serving(tmp_path, BEAT, BEAT, policy={}, clock=clock) as server:
        adviser, colleague = await on_duty(server), await on_duty(server, place=1)
        visitor, desk = await paired(server, adviser, "127.44.9.7")
        there = visitor.party
        assert there is not None
        await understood(there, desk.party, adviser.news, "är du kvar?")

        falls_silent(adviser)
        await visitor.news.until(lambda: there.heard.peers.get(1) == "away", 30)
        seconds = Caps().ping_every + Caps().pong_within
        assert seconds <= TOLD_WITHIN

        clock.advance(Policy().lost_after)
        await visitor.news.until(lambda: there.heard.peers.get(1) == "lost")
        await visitor.knock(prev=there.member.resume_point())
        place = visitor.member.room_id.hex()
        await colleague.news.until(lambda: colleague.offer == place)
        assert visitor.place == (1, None)
        assert seconds + Policy().lost_after <= OFFERED_WITHIN

        desk = await colleague.accept(place)
        await visitor.until_open()
        assert visitor.party is not None
        await understood(desk.party, visitor.party, visitor.news, "jag tar över")
        adviser.wire.drop()
        await visitor.leave()
        await colleague.leave()
