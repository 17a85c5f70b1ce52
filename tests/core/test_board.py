"""The supervisor's board: who is on duty and which rooms are open, and never what is said."""

from __future__ import annotations

from dataclasses import fields, replace

from hamn.core.board import OpenRoom, on_board, open_rooms
from hamn.core.conversation import Conversation, Member, Phase, Presence, begin
from hamn.core.policy import Policy
from hamn.core.waiting import Lobby, OnDuty
from hamn.core.words import Epoch, Idx, Kid, Moment, RoomId, Slot

NOW, POLICY = Moment(10_000.0), Policy()
ALM = OnDuty(Idx(1), 1, Kid(bytes(8)), b"", NOW, NOW, 1, (RoomId(bytes(16)),), None, is_check=False)


def talk(number: int, phase: Phase, *idxs: int, here: bool = True) -> Conversation:
    """A room in a phase, with these members of staff in it."""
    room = begin(RoomId(bytes([number]) * 16), Phase.WAITING, NOW, POLICY)
    seats = [
        Member(Slot(at), None if at == 0 else Idx(idxs[at - 1]), None, b"", Presence.HERE, NOW)
        for at in range(len(idxs) + 1)
    ]
    slots = frozenset(seat.slot for seat in seats)
    return replace(
        room,
        phase=phase,
        members=tuple(seats),
        used_slots=slots,
        epoch=Epoch(1),
        visitor_here=here,
    )


def test_everybody_on_duty_stands_on_it_but_the_check_member() -> None:
    check = replace(ALM, idx=Idx(2), is_check=True)
    shown = on_board(Lobby(duty=(check, ALM)), now=NOW, policy=POLICY)

    assert [(each.idx, each.rooms, each.is_heard) for each in shown] == [(1, 1, True)]


def test_who_was_not_heard_from_for_a_minute_is_silent() -> None:
    silent = replace(ALM, heard=Moment(NOW - POLICY.heard_within - 1))
    (shown,) = on_board(Lobby(duty=(silent,)), now=NOW, policy=POLICY)

    assert not shown.is_heard


def test_rooms_that_have_begun_and_are_not_over_are_shown() -> None:
    talks = [
        talk(3, Phase.PAUSED, 1, here=False),
        talk(1, Phase.OPEN, 1, 2),
        talk(2, Phase.WAITING),
        talk(4, Phase.CLOSED, 1),
    ]

    shown = open_rooms(talks)
    assert [(each.room[0], each.staff, each.visitor_here) for each in shown] == [
        (1, (1, 2), True),
        (3, (1,), False),
    ]


def test_a_room_among_staff_is_nobodys_business() -> None:
    staff_room = replace(
        talk(1, Phase.OPEN, 1, 2), members=(), used_slots=frozenset({Slot(1), Slot(2)})
    )
    assert open_rooms([staff_room]) == ()


def test_the_board_has_no_place_for_content() -> None:
    assert {field.name for field in fields(OpenRoom)} == {"room", "staff", "visitor_here"}
