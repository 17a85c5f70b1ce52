"""An evening as a machine: duty, waiting, talks and hand-over through the real stores.

Whatever happens, no visitor has two advisers who did not agree on it, nobody takes on more than
they can, nobody is lost; and once faults stop, everyone who waits is answered in their turn.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hamn.app import deadlines, desk, duty, relay
from hamn.core.conversation import Conversation, Phase
from hamn.core.offers import order
from hamn.core.words import Refusal, RoomId, Slot
from hamn.sqlite.writer import LoopRunner
from tests.app.house import Colleague, House

Given = TypeVar("Given")
ADVISERS = 3
NUMBERS = st.integers(0, ADVISERS - 1)
PICKS = st.integers(0, 9)
LIVE = (Phase.OPEN, Phase.PAUSED)


class Evening(RuleBasedStateMachine):
    """Three advisers, any number of visitors, time, hand-over and kill -9."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp(prefix="hamn-evening-"))
        self.house = House(self.folder, runner=LoopRunner)
        self.staff: list[Colleague] = []
        self.visitors: dict[RoomId, bool] = {}
        """Everyone who came and has not ended it, and whether their socket is open."""
        self.were_away: set[RoomId] = set()

    def do(self, journey: Coroutine[Any, Any, Given]) -> Given:
        return self.loop.run_until_complete(journey)

    def talk(self, room: RoomId) -> Conversation | None:
        return self.do(relay.look(self.house.world, room))

    def one(self, pick: int, *phases: Phase) -> Conversation | None:
        """One of the visitors' rooms that are in these phases, if there is any."""
        talks = [talk for talk in map(self.talk, self.visitors) if talk and talk.phase in phases]
        return talks[pick % len(talks)] if talks else None

    @initialize()
    def begin(self) -> None:
        self.staff = self.do(self.house.employ(*[(1,)] * ADVISERS))
        self.do(self.house.on_duty(*self.staff))

    # What people do --------------------------------------------------------------------------

    @rule(number=NUMBERS)
    def go_on(self, number: int) -> None:
        self.do(self.house.on_duty(self.staff[number]))

    @rule(number=NUMBERS)
    def go_off(self, number: int) -> None:
        self.do(duty.go_off(self.house.world, self.staff[number].idx))

    @rule(danger=st.booleans())
    def arrive(self, danger: bool) -> None:
        room = self.house.room_id()
        with suppress(Refusal):
            self.do(self.house.arrive(room, *self.staff, danger=danger))
            self.visitors[room] = True

    @rule(pick=PICKS)
    def end(self, pick: int) -> None:
        talk = self.one(pick, *Phase)
        if talk is not None:
            self.ended(talk.room)

    def ended(self, room: RoomId) -> None:
        with suppress(Refusal):
            self.do(desk.end(self.house.world, room))
        self.visitors.pop(room, None)

    @rule(pick=PICKS, is_here=st.booleans())
    def come_or_go(self, pick: int, is_here: bool) -> None:
        talk, told = self.one(pick, *Phase), relay.here if is_here else relay.away
        if talk is not None:
            with suppress(Refusal):
                self.do(told(self.house.world, talk.room, slot=Slot(0)))
            self.visitors[talk.room] = is_here
            self.were_away |= {talk.room}

    @rule(pick=PICKS, number=NUMBERS)
    def claim(self, pick: int, number: int) -> None:
        talk, who = self.one(pick, Phase.WAITING), self.staff[number]
        if talk is not None:
            with suppress(Refusal):
                self.do(desk.claim(self.house.world, who.idx, kid=who.kid, room=talk.room))

    @rule(pick=PICKS)
    def open(self, pick: int) -> None:
        talk = self.one(pick, Phase.WAITING)
        holder = next((s for s in self.staff if talk and s.idx == talk.claimed_by), None)
        if talk is not None and holder is not None:
            with suppress(Refusal):
                seats = {0: None, 1: holder}
                self.do(self.house.commit(talk.room, holder, 1, seats, joined=[0, 1]))

    @rule(pick=PICKS, number=NUMBERS)
    def bring_in(self, pick: int, number: int) -> None:
        """The first half of a warm hand-over: the holder commits a free colleague in."""
        talk, newcomer = self.one(pick, *LIVE), self.staff[number]
        if talk and len(talk.staff) == 1 and self.is_free(newcomer):
            with suppress(Refusal):
                self.do(self.brought_in(talk, newcomer))

    async def brought_in(self, talk: Conversation, newcomer: Colleague) -> None:
        """Invite, join, commit."""
        house, seat = self.house, talk.staff[0]
        holder = next(each for each in self.staff if each.idx == seat.idx)
        await desk.invite(house.world, holder.idx, room=talk.room, to=newcomer.idx)
        envelope = house.envelope(7, house.room_id(), [holder.kid], newcomer.cert[52:84])
        await desk.join(
            house.world,
            envelope,
            idx=newcomer.idx,
            kid=newcomer.kid,
            cert=newcomer.cert,
            room=talk.room,
            to=holder.idx,
        )
        new = max(talk.used_slots) + 1
        seats = {0: None, seat.slot: holder, new: newcomer}
        await house.commit(
            talk.room, holder, talk.epoch + 1, seats, committer=seat.slot, joined=[new]
        )

    @rule(pick=PICKS)
    def go(self, pick: int) -> None:
        """The second half: who was first asks to go, and the colleague commits without them."""
        talk = self.one(pick, *LIVE)
        if talk and len(talk.staff) == 2:
            with suppress(Refusal):
                self.do(self.gone(talk))

    async def gone(self, talk: Conversation) -> None:
        first, second = talk.staff
        stays = next(each for each in self.staff if each.idx == second.idx)
        await desk.leave(self.house.world, talk.room, slot=first.slot)
        seats = {0: None, second.slot: stays}
        epoch, left = talk.epoch + 1, [first.slot]
        await self.house.commit(talk.room, stays, epoch, seats, committer=second.slot, left=left)

    def is_free(self, who: Colleague) -> bool:
        shift = self.do(self.house.lobby()).on_duty(who.idx)
        return shift is not None and len(shift.rooms) < shift.capacity

    @rule(seconds=st.sampled_from([1, 10, 31, 61, 700]))
    def wait(self, seconds: int) -> None:
        self.house.clock.advance(seconds)
        self.do(self.house.heard(*self.staff))
        self.do(deadlines.step(self.house.world))

    @rule()
    def kill(self) -> None:
        self.do(self.house.reopen())
        for room, was_here in self.visitors.items():
            if was_here:
                with suppress(Refusal):
                    self.do(relay.here(self.house.world, room, slot=Slot(0)))

    # What holds at every moment ----------------------------------------------------------------

    @invariant()
    def a_second_adviser_is_one_whom_the_first_brought_in(self) -> None:
        for talk in filter(None, map(self.talk, self.visitors)):
            assert not (talk.claimed_by and talk.members)
            assert len({member.idx for member in talk.staff}) == len(talk.staff) <= 2

    @invariant()
    def nobody_takes_on_more_than_they_can(self) -> None:
        for member in self.do(self.house.lobby()).duty:
            # A visitor who was away for long and comes back is nobody's fault.
            assert len(set(member.rooms) - self.were_away) <= member.capacity

    @invariant()
    def nobody_is_lost(self) -> None:
        places = {place.room for place in self.do(self.house.lobby()).places}
        for room in self.visitors:
            talk = self.talk(room)
            if talk is not None and talk.phase is Phase.WAITING:
                assert room in places

    # How it ends -----------------------------------------------------------------------------

    def teardown(self) -> None:
        try:
            if self.staff:
                self.everyone_is_answered_in_turn()
        finally:
            self.house.close()
            self.loop.close()
            shutil.rmtree(self.folder)

    def everyone_is_answered_in_turn(self) -> None:
        """Faults stop. Talks end, and whoever rings is answered, until nobody waits."""
        for room in [r for r in self.visitors if (t := self.talk(r)) and t.phase in LIVE]:
            self.ended(room)
        self.do(self.house.on_duty(*self.staff))
        self.wait(700)
        for _ in range(4 * len(self.visitors) + 1):
            rung = [place for place in self.do(self.house.lobby()).places if place.offered_to]
            if not rung:
                break
            self.answer(min(rung, key=order).room)
        waits = [place for place in self.do(self.house.lobby()).places if place.here]
        assert not waits

    def answer(self, room: RoomId) -> None:
        place = self.do(self.house.lobby()).place(room)
        assert place is not None
        who = next(each for each in self.staff if each.idx == place.offered_to)
        self.do(self.house.pair(room, who))
        self.ended(room)
        self.do(duty.ready(self.house.world, who.idx))


Evening.TestCase.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
test_evening = Evening.TestCase
