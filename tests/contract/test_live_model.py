"""The live store against a model of dictionaries: any order of calls, restarts among them."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from hamn.app.ports import StoredFrame, Version
from hamn.core.conversation import Conversation
from hamn.core.waiting import Lobby
from hamn.core.words import Epoch, Hash, Moment, Pos, RoomId, Seq, Slot
from tests.clock import NOON
from tests.contract.engines import ENGINES, Engine
from tests.contract.values import ABSENT, frame, room_id, talk

numbers = st.integers(1, 3)
positions = st.integers(1, 12)


class Room:
    """What a room should hold."""

    def __init__(self) -> None:
        self.value: Conversation | None = None
        self.frames: dict[int, StoredFrame] = {}
        self.marks: dict[tuple[int, int, int], tuple[Pos, Hash]] = {}
        self.letters: dict[str, bytes] = {}


class LiveModel(RuleBasedStateMachine):
    """Each rule does the same to the store and to the model; the invariant compares all of it."""

    make: Callable[[Path, int], Engine]

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.engine = type(self).make(Path(self.folder.name), 1)
        self.live = self.engine.live()
        self.model: dict[RoomId, Room] = {}
        self.old: dict[RoomId, list[Version]] = {}
        self.waits: tuple[int, ...] = ()
        self.keys: dict[bytes, Moment] = {}

    def do(self, call: Any) -> Any:
        return self.loop.run_until_complete(call)

    def teardown(self) -> None:
        self.engine.close()
        self.loop.close()
        self.folder.cleanup()

    @rule(
        number=numbers,
        epoch=st.integers(0, 3),
        new=st.sets(positions, max_size=3),
        through=st.integers(0, 12),
        forgets=st.booleans(),
        letters=st.dictionaries(st.sampled_from(["hello", "join 1"]), st.none() | st.binary()),
        late=st.integers(-5, 5),
    )
    def swap(
        self,
        number: int,
        epoch: int,
        new: set[int],
        through: int,
        forgets: bool,
        letters: dict[str, bytes | None],
        late: int,
    ) -> None:
        room, kept = room_id(number), self.do(self.live.read(room_id(number)))
        held = self.model.get(room, Room())
        put = [frame(pos, epoch=epoch) for pos in sorted(new - self.taken(held))]
        value = talk(number, epoch=epoch, deadline=NOON + late)
        version = ABSENT if kept is None else kept[0]

        assert self.do(
            self.live.swap(
                room,
                version,
                value,
                put=put,
                letters=list(letters.items()),
                erase_through=Pos(through),
                forget_marks=forgets,
            )
        )

        self.old.setdefault(room, []).append(version)
        held.value = value
        if forgets:
            held.marks = {key: mark for key, mark in held.marks.items() if key[0] >= epoch}
        held.marks |= {(f.epoch, f.slot, f.seq): (f.pos, f.digest) for f in put}
        held.frames |= {f.pos: f for f in put}
        held.frames = {pos: f for pos, f in held.frames.items() if pos > through}
        for name, data in letters.items():
            held.letters.pop(name, None)
            if data is not None:
                held.letters[name] = data
        self.model[room] = held

    @rule(number=numbers, pos=positions, through=st.integers(0, 12))
    def append(self, number: int, pos: int, through: int) -> None:
        room, held = room_id(number), self.model.get(room_id(number))
        if held is None or held.value is None or pos in self.taken(held):
            return
        version, put = self.do(self.live.read(room))[0], frame(pos, epoch=held.value.epoch)
        relay = talk(number, pos=pos + 1).relay

        assert self.do(self.live.append(room, version, relay, put=put, erase_through=Pos(through)))

        self.old.setdefault(room, []).append(version)
        held.value = replace(held.value, relay=relay)
        held.marks[put.epoch, put.slot, put.seq] = put.pos, put.digest
        held.frames = {at: f for at, f in (held.frames | {pos: put}).items() if at > through}

    @staticmethod
    def taken(held: Room) -> set[int]:
        """Positions that no new frame of a test may have."""
        return set(held.frames) | {seq for _, _, seq in held.marks}

    @rule(number=numbers, pick=st.integers(0, 99))
    def swap_too_late(self, number: int, pick: int) -> None:
        old = [v for v in self.old.get(room_id(number), []) if v != ABSENT]
        if old:
            stale = old[pick % len(old)]
            swap = self.live.swap(room_id(number), stale, talk(number), put=[frame(99)])
            assert not self.do(swap)
            late = self.live.append(room_id(number), stale, talk(number).relay, put=frame(99))
            assert not self.do(late)

    @rule(number=numbers)
    def erase(self, number: int) -> None:
        self.do(self.live.erase(room_id(number)))
        self.model.pop(room_id(number), None)

    @rule(waits=st.tuples(st.integers(0, 9)))
    def swap_lobby(self, waits: tuple[int, ...]) -> None:
        version, _ = self.do(self.live.lobby())
        assert self.do(self.live.swap_lobby(version, Lobby(waits=waits)))
        assert not self.do(self.live.swap_lobby(version, Lobby(waits=(99,))))
        self.waits = waits

    @rule(key=st.binary(min_size=1, max_size=1), late=st.integers(-5, 5))
    def once(self, key: bytes, late: int) -> None:
        assert self.do(self.live.once(key, Moment(NOON + late))) == (key not in self.keys)
        self.keys.setdefault(key, Moment(NOON + late))

    @rule(late=st.integers(-5, 5))
    def purge(self, late: int) -> None:
        self.do(self.live.purge(Moment(NOON + late)))
        self.keys = {key: until for key, until in self.keys.items() if until > NOON + late}

    @rule()
    def restart(self) -> None:
        self.engine.close()
        self.live = self.engine.live()

    @invariant()
    def the_store_tells_what_the_model_tells(self) -> None:
        assert set(self.do(self.live.rooms())) == set(self.model)
        for number in (1, 2, 3):
            self.compare(room_id(number), self.model.get(room_id(number), Room()))
        deadlines = [r.value.deadline for r in self.model.values() if r.value is not None]
        assert self.do(self.live.next_deadline()) == min(deadlines, default=None)
        due = self.do(self.live.due(NOON, 9))
        moments = [self.do(self.live.read(room))[1].deadline for room in due]
        assert moments == sorted(d for d in deadlines if d <= NOON)
        assert self.do(self.live.lobby())[1] == Lobby(waits=self.waits)

    def compare(self, room: RoomId, held: Room) -> None:
        kept = self.do(self.live.read(room))
        assert (None if kept is None else kept[1]) == held.value
        relay = self.do(self.live.relay(room))
        assert relay == (kept and (kept[0], kept[1].relay))
        frames = [held.frames[pos] for pos in sorted(held.frames)]
        assert self.do(self.live.frames(room, Pos(0), 99)) == frames
        for name in ("hello", "join 1"):
            assert self.do(self.live.letter(room, name)) == held.letters.get(name)
        for epoch in range(4):
            for pos in range(1, 13):
                mark = self.do(self.live.mark(room, Epoch(epoch), Slot(0), Seq(pos)))
                told = None if mark is None else (mark.pos, mark.digest)
                assert told == held.marks.get((epoch, 0, pos))


@pytest.mark.parametrize("engine", ENGINES)
def test_the_live_store_does_what_its_model_does(engine: str) -> None:
    machine = type("Tried", (LiveModel,), {"make": staticmethod(ENGINES[engine])})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=30,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
