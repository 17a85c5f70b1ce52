"""A room's life: pairing, talking, joining, handing over, coming back (protocol.md section 7.5).

Over 400 lines on purpose: one room, told from its first epoch to its last.
"""

from __future__ import annotations

import pytest

from hamn.asc1 import entry
from hamn.asc1.body import Hello
from hamn.asc1.bytes import Refused
from hamn.asc1.committer import CommitterRefusal
from hamn.asc1.events import (
    Control,
    Ended,
    Event,
    Members,
    Missing,
    OutOfSync,
    Received,
    Unreadable,
)
from hamn.asc1.hpke import new_key_pair
from hamn.asc1.resume import with_proof
from tests.asc1.world import CHAIN, HOUR, NOW, chance, paired, waiting


def test_a_visitor_and_an_adviser_meet_and_talk() -> None:
    room = paired()

    room.say("V", "Hej, är du där?")
    room.say("A", "Ja, jag är här.")

    assert room.lines("A") == ["Hej, är du där?"]
    assert room.lines("V") == ["Ja, jag är här."]
    assert room.members["A"].safety_hash == room.members["V"].safety_hash


def test_the_visitors_leaf_update_is_what_makes_an_adviser_connected() -> None:
    assert paired().members["A"].visitor_heard is True


def test_an_adviser_has_not_heard_the_visitor_before_the_first_frame_opens() -> None:
    room = paired()
    visitor, hello = waiting(8)
    staff = room.staff["A"]
    envelope = entry.seal_hello(visitor, hello, [staff.certificate], hour=HOUR)
    shown = entry.Shown("sv", 1, danger=False)
    knock = entry.open_hello(envelope, staff, shown, chain=CHAIN, hour=HOUR)

    committer = entry.pair(knock, staff, chain=CHAIN, chance=chance(8))
    committer.taken(now=NOW)

    assert committer.member.visitor_heard is False


def test_the_member_list_comes_before_anything_else_of_an_epoch() -> None:
    room = paired()
    room.say("A", "Hej")

    first = room.heard["V"][0]

    assert isinstance(first, Members)
    assert first.joined == {0, 1}


def test_a_receipt_tells_the_writer_that_a_line_arrived() -> None:
    room = paired()
    written = room.say("V", "Hej")

    receipt = room.members["A"].receipt(now=NOW)
    assert receipt is not None
    room.send("A", receipt)

    assert Received(1, (written.inner.msg_id,)) in room.heard["V"]
    assert room.members["V"].unreceived() == ()
    assert room.members["A"].receipt(now=NOW) is None


def test_a_receipt_of_a_colleague_does_not_stand_for_the_visitors() -> None:
    room = paired()
    room.join("B", "A")
    room.say("A", "Hej")

    receipt = room.members["B"].receipt(now=NOW)
    assert receipt is not None
    room.send("B", receipt)

    assert len(room.members["A"].unreceived()) == 1


def test_a_warm_hand_over_keeps_the_visitor_in_company() -> None:
    room = paired()

    room.join("B", "A")
    room.say("B", "Jag heter B.")
    room.remove("A", "B")
    room.say("V", "Tack")

    assert room.lines("V") == ["Jag heter B."]
    assert room.lines("B") == ["Tack"]
    assert room.members["V"].inside().context.slots == (0, 2)


def test_a_joiner_reads_nothing_older_and_a_removed_member_nothing_newer() -> None:
    room = paired()
    room.say("V", "före")
    old = room.members["A"]
    room.join("B", "A")
    room.remove("A", "B")

    room.say("V", "efter")
    late = old.receive(room.puts[-1].content, pos=room.pos(), now=NOW)

    assert room.lines("B") == ["efter"]
    assert late.events == (Unreadable(0, 1),)


def test_in_a_full_room_one_commit_adds_one_and_removes_another() -> None:
    room = paired()
    room.join("B", "A")
    room.join("C", "A")
    b = room.members.pop("B").inside().slot

    room.join("D", "A", remove=(b,))

    assert room.members["V"].inside().context.slots == (0, 1, 3, 4)


def test_a_fifth_member_is_refused() -> None:
    room = paired()
    room.join("B", "A")
    room.join("C", "A")
    _, envelope = room.ask("D", "A")
    committer = room.committers["A"]
    joiner = committer.admit(envelope, room.staff["D"].certificate.raw, now=NOW)

    with pytest.raises(Refused) as refusal:
        committer.propose(joiners=(joiner,))

    assert refusal.value.reason is CommitterRefusal.MEMBERS


def test_nobody_removes_themselves() -> None:
    room = paired()
    room.join("B", "A")

    with pytest.raises(Refused) as refusal:
        room.committers["A"].propose(remove=(1,))

    assert refusal.value.reason is CommitterRefusal.SELF
    assert room.committers["A"].pending is None


def test_a_member_whose_leaf_update_is_not_acknowledged_does_not_commit() -> None:
    room = paired()
    room.join("B", "A")
    room.muted = {"B"}
    proposal = room.committers["A"].propose()
    room.commit("A", proposal)
    room.members["B"].receive(proposal.commit, pos=room.pos(), now=NOW, certs=proposal.certs)

    with pytest.raises(Refused) as refusal:
        room.committers["B"].propose()

    assert refusal.value.reason is CommitterRefusal.UNACKED_LEAF


def test_a_reloaded_colleague_rejoins_in_the_same_slot() -> None:
    room = paired()
    room.join("B", "A")
    del room.members["B"]

    room.join("B", "A")
    room.say("B", "Jag är tillbaka.")

    told = [event for event in room.heard["V"] if isinstance(event, Members)][-1]
    assert told.joined == {2}
    assert room.lines("V") == ["Jag är tillbaka."]


def test_a_visitor_returns_with_the_code_on_another_device() -> None:
    r = new_key_pair(chance(99))
    room = paired(1, r=r.public)
    old = room.members.pop("V")
    to = room.staff["A"].certificate.raw
    member, envelope = entry.return_with_code(
        old.room_id, r, to, chain=CHAIN, chance=chance(5), hour=HOUR
    )

    joiner = room.committers["A"].admit(envelope, None, now=NOW)
    room.enter("V2", member)
    room.send("A", room.committers["A"].announce(joiner, "code", now=NOW))
    room.commit("A", room.committers["A"].propose(joiners=(joiner,)))
    room.say("V2", "Det är jag igen.")

    assert room.lines("A") == ["Det är jag igen."]
    assert room.members["A"].inside().people[0] != old.inside().people[0]


def test_a_rejoin_from_a_key_that_is_not_the_rooms_is_refused() -> None:
    room = paired(1, r=new_key_pair(chance(99)).public)
    other = new_key_pair(chance(98))
    to = room.staff["A"].certificate.raw
    _, envelope = entry.return_with_code(
        room.members["V"].room_id, other, to, chain=CHAIN, chance=chance(5), hour=HOUR
    )

    with pytest.raises(Refused) as refusal:
        room.committers["A"].admit(envelope, None, now=NOW)

    assert refusal.value.reason is CommitterRefusal.SENDER


def test_the_last_code_the_visitor_told_of_leads_back() -> None:
    room = paired()
    newer = new_key_pair(chance(97)).public

    fields = {"r": newer.hex(), "mailbox": "00" * 16}
    room.send("V", room.members["V"].control("code", fields, now=NOW))

    assert room.members["A"].code_keys == {newer}


def test_a_staff_room_has_no_visitor() -> None:
    room = paired()
    caller, guest = room.staff["A"], room.staff["B"]
    committer = entry.found(b"\x33" * 16, caller, chain=CHAIN, chance=chance(3))
    member, envelope = entry.ask_to_join(
        b"\x33" * 16, guest, caller.certificate.raw, chain=CHAIN, chance=chance(4), hour=HOUR
    )

    joiner = committer.admit(envelope, guest.certificate.raw, now=NOW)
    proposal = committer.propose_first((joiner,))
    step = member.receive(proposal.commit, pos=1, now=NOW, certs=proposal.certs)

    assert isinstance(step.events[0], Members)
    assert member.inside().context.slots == (1, 2)
    assert proposal.joined == (1, 2)


def test_lines_not_yet_ok_are_sealed_again_for_the_same_people() -> None:
    room = paired()
    unsent = room.members["V"].say("på väg", now=NOW)

    room.rekey("A")

    assert room.lines("A") == ["på väg"]
    assert not room.send("V", unsent)


def test_lines_not_yet_ok_are_held_when_somebody_has_joined() -> None:
    room = paired()
    room.members["V"].say("bara till A", now=NOW)

    room.join("B", "A")
    assert room.lines("B") == []
    for written in room.members["V"].release(room.held["V"]):
        room.send("V", written)

    assert room.lines("B") == ["bara till A"]


def test_covers_and_leaf_updates_are_never_sealed_again() -> None:
    room = paired()
    room.members["V"].cover(now=NOW)

    room.rekey("A")

    kinds = [written.inner.kind for written in room.members["V"].unsettled()]
    assert kinds == []
    assert room.held["V"] == []


def test_a_line_sent_twice_is_shown_once_and_receipted_again() -> None:
    room = paired()
    written = room.say("V", "en gång")
    assert room.members["A"].receipt(now=NOW) is not None

    room.send("V", room.members["V"].write_again(written))

    assert room.lines("A") == ["en gång"]
    assert room.members["A"].receipt(now=NOW) is not None


def test_memory_of_lines_is_carried_over_a_proven_re_handshake() -> None:
    room = paired()
    line = room.say("V", "en gång")
    other = paired(2)

    other.members["A"].take_memory(room.members["A"])
    other.send("V", other.members["V"].write_again(line))

    assert other.lines("A") == []


def test_a_proof_is_right_only_under_the_resume_key_of_its_epoch() -> None:
    room = paired()
    room.rekey("A")
    visitor, hello = waiting(3)
    proven = with_proof(hello, room.members["V"].resume_point(), visitor.room_id)

    assert room.members["A"].recognises(proven, visitor.room_id)
    assert not room.members["A"].recognises(hello, visitor.room_id)
    assert not paired(2).members["A"].recognises(proven, visitor.room_id)


def test_a_proof_of_the_third_newest_epoch_is_not_recognised() -> None:
    room = paired()
    visitor, hello = waiting(3)
    proven = with_proof(hello, room.members["V"].resume_point(), visitor.room_id)
    room.rekey("A")
    one_later = room.members["A"].recognises(proven, visitor.room_id)

    room.rekey("A")

    assert one_later
    assert not room.members["A"].recognises(proven, visitor.room_id)


@pytest.mark.parametrize(
    ("seconds", "lines", "due"), [(0, 0, False), (1200, 0, True), (0, 50, True)]
)
def test_twenty_minutes_or_fifty_lines_call_for_new_keys(
    seconds: int, lines: int, due: bool
) -> None:
    room = paired()
    for number in range(lines):
        room.say("V", f"rad {number}")

    assert room.members["A"].rekey_due(NOW + seconds) is due
    assert room.members["V"].rekey_due(NOW + seconds) is False


def test_three_unreadable_frames_in_a_row_call_for_new_keys_or_a_re_handshake() -> None:
    room = paired()
    broken = bytearray(room.members["A"].say("x", now=NOW).frame)
    broken[-1] ^= 1
    events: list[Event] = []
    for pos in range(100, 103):
        events += room.members["V"].receive(bytes(broken), pos=pos, now=NOW).events
        room.members["A"].receive(b"\x01\x10\x01\x00" + bytes(296), pos=pos, now=NOW)

    assert events[-2:] == [Unreadable(1, 3), OutOfSync()]
    assert room.members["A"].rekey_due(NOW)


def test_a_gap_is_told_and_the_late_frame_still_opens_by_its_kept_key() -> None:
    room = paired()
    room.members["A"].say("borta", now=NOW)

    room.say("A", "här")

    assert Missing(1, 1) in room.heard["V"]
    assert room.lines("V") == ["här"]


def test_a_gap_of_more_than_32_frames_is_out_of_sync() -> None:
    room = paired()
    for _ in range(33):
        room.members["A"].say("borta", now=NOW)

    room.say("A", "här")

    assert room.lines("V") == []
    assert OutOfSync() in room.heard["V"]


def test_a_put_already_taken_does_nothing() -> None:
    room = paired()
    room.say("A", "en gång")
    put = room.puts[-1]

    again = room.members["V"].receive(put.content, pos=put.pos, now=NOW)

    assert again.events == ()


def test_the_end_is_heard() -> None:
    room = paired()

    room.send("V", room.members["V"].end(now=NOW))

    assert room.heard["A"][-1] == Ended(0)


def test_a_control_message_outside_the_list_is_ignored() -> None:
    room = paired()
    before = len(room.heard["A"])

    room.send("V", room.members["V"].control("dance", {}, now=NOW))
    room.send("V", room.members["V"].control("writing", {"on": True}, now=NOW))

    assert room.heard["A"][before:] == [Control(0, "writing", {"on": True})]


def test_a_lost_ok_of_a_commit_is_asked_for_with_identical_bytes() -> None:
    room = paired()
    committer = room.committers["A"]
    proposal = committer.propose()

    with pytest.raises(Refused):
        committer.propose()

    assert committer.pending is proposal
    assert room.commit("A", proposal)


def test_a_commit_that_lost_leaves_no_trace_and_cannot_be_taken() -> None:
    room = paired()
    committer = room.committers["A"]
    committer.propose()
    committer.lost()

    with pytest.raises(Refused) as refusal:
        committer.taken(now=NOW)

    assert refusal.value.reason is CommitterRefusal.NOTHING_PENDING
    assert room.members["A"].inside().number == 1


def test_an_adviser_refuses_a_hello_that_differs_from_what_the_server_showed() -> None:
    visitor, hello = waiting(1)
    adviser = paired().staff["A"]
    envelope = entry.seal_hello(visitor, hello, [adviser.certificate], hour=HOUR)

    with pytest.raises(Refused) as refusal:
        entry.open_hello(
            envelope, adviser, entry.Shown("sv", 1, danger=True), chain=CHAIN, hour=HOUR
        )

    assert refusal.value.reason is entry.EntryRefusal.SHOWN


def test_a_hello_that_names_an_unknown_roster_is_an_alarm() -> None:
    visitor, hello = waiting(1)
    adviser = paired().staff["A"]
    other = Hello(hello.v, b"\x55" * 32, "sv", hello.door)
    envelope = entry.seal_hello(visitor, other, [adviser.certificate], hour=HOUR)

    with pytest.raises(Refused) as refusal:
        entry.open_hello(
            envelope, adviser, entry.Shown("sv", 1, danger=False), chain=CHAIN, hour=HOUR
        )

    assert refusal.value.reason is entry.EntryRefusal.ROSTER
