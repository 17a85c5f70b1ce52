"""The lobby as a machine: random histories of visitors, advisers, crashes and time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from hamn.core import conversation, duty, waiting
from hamn.core.commits import CommitForm, Proposal, Seat, ShiftCert, take
from hamn.core.conversation import ClosedWhy, Conversation, Phase, begin, close
from hamn.core.offers import number_of, offer, order, tidy
from hamn.core.policy import Policy
from hamn.core.presence import due, visitor_present
from hamn.core.settling import agree, rooms_of
from hamn.core.waiting import Lobby, OnDuty, Place, honest_range, new_place
from hamn.core.words import Epoch, Hash, Idx, Kid, Moment, Pos, Refusal, RefusalCode, RoomId, Slot

POLICY = Policy(needs_supervisor=False)
ADVISERS = [Idx(1), Idx(2), Idx(3)]
ROLE = 1


def kid(idx: int) -> Kid:
    return Kid(bytes([idx]) * 8)


def room(number: int) -> RoomId:
    return RoomId(number.to_bytes(16, "big"))


def shift(idx: Idx, now: Moment, capacity: int = 1, role: int = ROLE) -> OnDuty:
    return OnDuty(idx, role, kid(idx), b"cert", now, now, capacity, (), None, False)


def place(number: int, now: Moment, *, danger: bool = False) -> Place:
    fresh = new_place(room(number), now, language="sv", door=1, danger=danger)
    return replace(fresh, kids=tuple(kid(idx) for idx in ADVISERS))


def first_commit(talk: Conversation, idx: Idx, now: Moment) -> Conversation:
    cert = ShiftCert(idx, ROLE, kid(idx), b"cert", Hash(bytes([idx]) * 32))
    seats = (Seat(Slot(0), 0, Hash(bytes(32))), Seat(Slot(1), ROLE, cert.hash))
    digest = Hash(bytes(32))
    form = CommitForm(talk.room, Epoch(1), Slot(1), seats, (Slot(0),), digest, 400)
    joined = frozenset({Slot(0), Slot(1)})
    proposal = Proposal(form, idx, kid(idx), Pos(0), joined, frozenset(), {cert.hash: cert})
    return take(talk, proposal, now=now, policy=POLICY)[0]


class Harbour(RuleBasedStateMachine):
    """Rooms and lobby are stepped apart, and any step of the second half may be lost in a crash."""

    rooms = Bundle("rooms")

    def __init__(self) -> None:
        super().__init__()
        self.now = Moment(1_000_000.0)
        self.lobby = Lobby()
        self.talks: dict[RoomId, Conversation] = {}
        self.arrived: dict[RoomId, Moment] = {}
        self.count = 0

    def save(self, lobby: Lobby) -> None:
        self.ring(offer(lobby, now=self.now, policy=POLICY))

    def ring(self, after: Lobby) -> None:
        """First come, first rung: whoever is rung now has no free place of an earlier turn left."""
        rung_before = {p.room for p in self.lobby.places if p.offered_to is not None}
        fresh = [p for p in after.places if p.offered_to and p.room not in rung_before]
        free = [p for p in after.places if p.here and not p.offered_to and not p.claimed_by]
        assert all(order(rung) <= order(waits) for rung in fresh for waits in free)
        self.lobby = after

    def settle(self, which: RoomId, *, crash: bool) -> None:
        if not crash:
            talk = self.talks.get(which)
            self.save(agree(self.lobby, which, talk, now=self.now, policy=POLICY))

    @rule(target=rooms, danger=st.booleans())
    def arrive(self, danger: bool) -> RoomId:
        self.count += 1
        which = room(self.count)
        fresh = place(self.count, self.now, danger=danger)
        if len(self.lobby.places) >= waiting.queue_maximum(self.lobby, POLICY):
            with pytest.raises(Refusal):
                waiting.take_place(self.lobby, fresh, policy=POLICY)
            return which
        lobby = waiting.take_place(self.lobby, fresh, policy=POLICY)
        talk = begin(which, Phase.WAITING, self.now, POLICY)
        talk = replace(talk, cap_hash=Hash(bytes(32)), hello_kids=fresh.kids)
        self.talks[which] = talk
        self.arrived[which] = self.now
        self.save(lobby)
        return which

    @rule(idx=st.sampled_from(ADVISERS), capacity=st.integers(1, 2))
    def go_on(self, idx: Idx, capacity: int) -> None:
        self.save(duty.go_on(self.lobby, shift(idx, self.now, capacity)))

    @rule(idx=st.sampled_from(ADVISERS))
    def ready(self, idx: Idx) -> None:
        self.save(duty.ready(self.lobby, idx))

    @rule(which=rooms, idx=st.sampled_from(ADVISERS), crash=st.booleans())
    def claim(self, which: RoomId, idx: Idx, crash: bool) -> None:
        before = self.lobby
        try:
            lobby = waiting.claim(self.lobby, idx, kid(idx), which, now=self.now, policy=POLICY)
        except Refusal:
            assert self.lobby == before
            return
        member = lobby.on_duty(idx)
        assert member is not None
        assert len(member.rooms) <= max(member.capacity, self.load_before(before, idx))
        self.save(lobby)
        if not crash:
            self.lease(which, idx)

    def lease(self, which: RoomId, idx: Idx) -> None:
        """A room that opened while the lobby did not hear of it is leased to nobody again."""
        talk = self.talks[which]
        try:
            leased, _ = conversation.claim(talk, idx, kid(idx), now=self.now, policy=POLICY)
        except Refusal:
            assert talk.phase is not Phase.WAITING
            return
        self.talks[which] = leased

    @staticmethod
    def load_before(lobby: Lobby, idx: Idx) -> int:
        """A shift renewed with a smaller capacity may hold more than it now could take."""
        member = lobby.on_duty(idx)
        return 0 if member is None else len(member.rooms)

    @rule(which=rooms, crash=st.booleans())
    def commit(self, which: RoomId, crash: bool) -> None:
        talk = self.talks.get(which)
        if talk and talk.phase is Phase.WAITING and talk.claimed_by is not None:
            self.talks[which] = first_commit(talk, talk.claimed_by, self.now)
            self.settle(which, crash=crash)

    @rule(which=consumes(rooms), crash=st.booleans())
    def end(self, which: RoomId, crash: bool) -> None:
        talk = self.talks.get(which)
        if talk and talk.phase is not Phase.CLOSED:
            self.talks[which], _ = close(talk, ClosedWhy.END, now=self.now, policy=POLICY)
            self.settle(which, crash=crash)

    @rule(which=rooms, is_here=st.booleans())
    def come_or_go(self, which: RoomId, is_here: bool) -> None:
        talk = self.talks.get(which)
        if talk and talk.phase is not Phase.CLOSED:
            made = visitor_present(talk, is_here=is_here, now=self.now, policy=POLICY)
            self.talks[which] = made[0]
            self.settle(which, crash=False)

    @rule(seconds=st.sampled_from([1, 10, 31, 61, 700]))
    def wait(self, seconds: int) -> None:
        self.now = Moment(self.now + seconds)
        for member in self.lobby.duty:
            self.lobby = duty.heard(self.lobby, member.idx, self.now)
        self.pass_deadlines()

    def pass_deadlines(self) -> None:
        for which, talk in list(self.talks.items()):
            if talk.deadline <= self.now:
                self.talks[which], effects = due(talk, now=self.now, policy=POLICY)
                assert self.talks[which].deadline > self.now or effects
                self.settle(which, crash=False)
        for which in rooms_of(self.lobby):
            self.settle(which, crash=False)
        self.ring(tidy(self.lobby, now=self.now, policy=POLICY))

    @invariant()
    def no_visitor_has_two_advisers(self) -> None:
        for talk in self.talks.values():
            assert len(talk.staff) <= 1
            assert not (talk.claimed_by and talk.members)

    @invariant()
    def one_ring_at_a_time(self) -> None:
        rung = [p.offered_to for p in self.lobby.places if p.offered_to is not None]
        assert len(rung) == len(set(rung))
        assert all(p.claimed_by is None for p in self.lobby.places if p.offered_to)

    @invariant()
    def nobody_waits_while_someone_is_free(self) -> None:
        waits = [p for p in self.lobby.places if p.here and not p.offered_to and not p.claimed_by]
        rung = {p.offered_to for p in self.lobby.places}
        free = [
            m
            for m in self.lobby.duty
            if m.idx not in rung and len(m.rooms) < m.capacity and not m.wrap_up_until
        ]
        assert not (waits and free)

    @invariant()
    def places_keep_their_moment(self) -> None:
        assert all(p.since == self.arrived[p.room] for p in self.lobby.places)

    def teardown(self) -> None:
        """After a quiet minute lobby and rooms agree about everybody: nobody is lost."""
        self.now = Moment(self.now + 61)
        for member in self.lobby.duty:
            self.lobby = duty.heard(self.lobby, member.idx, self.now)
        self.pass_deadlines()
        waits = {which for which, talk in self.talks.items() if talk.phase is Phase.WAITING}
        assert waits == {place.room for place in self.lobby.places}
        for place in self.lobby.places:
            assert place.claimed_by is None
        for member in self.lobby.duty:
            for held in member.rooms:
                assert self.talks[held].phase in (Phase.OPEN, Phase.PAUSED)
                assert self.talks[held].staff_member(member.idx) is not None


Harbour.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
test_harbour = Harbour.TestCase

NOW = Moment(1_000_000.0)


def test_danger_goes_first_then_who_was_interrupted_then_who_came_first() -> None:
    calm, urgent = place(1, NOW), place(2, Moment(NOW + 9), danger=True)
    again = replace(place(3, Moment(NOW + 5)), interrupted=True)
    lobby = Lobby(places=(calm, urgent, again))

    assert [number_of(lobby, room(n)) for n in (2, 3, 1)] == [1, 2, 3]


def test_who_only_says_so_goes_first_but_not_past_the_maximum() -> None:
    full = Lobby(places=tuple(place(number, NOW) for number in range(8)))
    says_so = replace(place(9, NOW), interrupted=True)

    with pytest.raises(Refusal) as refused:
        waiting.take_place(full, says_so, policy=POLICY)
    known = waiting.take_place(full, says_so, policy=POLICY, is_known=True)

    assert refused.value.code is RefusalCode.FULL
    assert number_of(known, room(9)) == 1


def test_a_wish_is_waited_for_until_it_is_dropped_and_danger_waits_for_nobody() -> None:
    wished = replace(place(1, NOW), wish=Idx(2))
    both = Lobby(places=(wished,), duty=(shift(Idx(1), NOW), shift(Idx(2), NOW)))
    one = replace(both, duty=both.duty[:1])
    anyone = waiting.take_place(one, replace(wished, wish=None), policy=POLICY)
    danger = replace(one, places=(replace(wished, danger=True),))

    assert [
        offer(lobby, now=NOW, policy=POLICY).places[0].offered_to
        for lobby in (both, one, anyone, danger)
    ] == [2, None, 1, 1]
    with pytest.raises(Refusal) as refused:
        waiting.claim(one, Idx(1), kid(1), room(1), now=NOW, policy=POLICY)
    assert refused.value.code is RefusalCode.BUSY


def test_a_kept_place_is_rung_to_nobody_else_until_its_time_is_over() -> None:
    kept = replace(place(1, NOW), first=Idx(2), first_until=Moment(NOW + 30))
    lobby = Lobby(places=(kept,), duty=(shift(Idx(1), NOW),))

    before = offer(lobby, now=NOW, policy=POLICY).places[0].offered_to
    after = offer(lobby, now=Moment(NOW + 30), policy=POLICY).places[0].offered_to

    assert (before, after) == (None, 1)


def test_a_supervisor_is_rung_when_no_adviser_is_free() -> None:
    duties = (shift(Idx(1), NOW, role=2), shift(Idx(2), Moment(NOW + 5)))
    two = Lobby(places=(place(1, NOW), place(2, NOW)), duty=duties)

    rung = [each.offered_to for each in offer(two, now=Moment(NOW + 6), policy=POLICY).places]

    assert rung == [2, 1]


def test_a_key_that_a_hello_is_not_sealed_to_can_neither_be_rung_nor_claim() -> None:
    sealed_to_two = replace(place(1, NOW), kids=(kid(2),))
    lobby = Lobby(places=(sealed_to_two,), duty=(shift(Idx(1), NOW),))

    assert offer(lobby, now=NOW, policy=POLICY).places[0].offered_to is None
    with pytest.raises(Refusal) as refused:
        waiting.claim(lobby, Idx(1), kid(1), room(1), now=NOW, policy=POLICY)
    assert refused.value.code is RefusalCode.BUSY


def test_a_named_lost_room_is_held_for_who_remembers_it() -> None:
    held = replace(place(1, NOW), named=room(9), held_until=Moment(NOW + 5))
    lobby = Lobby(places=(held,), duty=(shift(Idx(1), NOW), shift(Idx(2), NOW)))

    nobody = offer(lobby, now=NOW, policy=POLICY).places[0].offered_to
    named = duty.remember(lobby, Idx(2), room(9), now=NOW, policy=POLICY)

    assert nobody is None
    assert offer(named, now=NOW, policy=POLICY).places[0].offered_to == 2
    later = offer(lobby, now=Moment(NOW + 5), policy=POLICY)
    assert later.places[0].offered_to == 1


def test_no_range_is_told_below_five_samples_and_none_is_narrower_than_known() -> None:
    assert honest_range(Lobby(waits=(1, 2, 3, 4))) is None
    assert honest_range(Lobby(waits=(0, 0, 0, 0, 0))) == (0, 5)
    assert honest_range(Lobby(waits=(3, 7, 8, 11, 12, 31))) == (5, 35)


def test_the_line_is_as_long_as_the_advisers_can_answer() -> None:
    three = tuple(shift(idx, NOW) for idx in ADVISERS)

    assert waiting.queue_maximum(Lobby(), POLICY) == 8
    assert waiting.queue_maximum(Lobby(duty=three), POLICY) == 9
