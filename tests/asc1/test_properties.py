"""What must hold whatever happens: P1 to P8 of protocol.md section 15."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hamn.asc1 import body, certificate, envelope, frame, group, mail, roster, transparency, work
from hamn.asc1.bytes import Refused
from hamn.asc1.envelope import EnvelopeType, Sealing, open_envelope, seal_envelope
from hamn.asc1.frame import FrameType, Inner, Kind, ReceiveChain, SendChain, seal_frame
from hamn.asc1.hpke import key_pair, new_key_pair
from tests.asc1.world import HOUR, NOW, Room, chance, paired

CHAIN_KEY, TAG, ROOM = b"\x01" * 32, b"\x02" * 32, bytes(16)


def frames(count: int) -> list[bytes]:
    chain = SendChain(CHAIN_KEY)
    made = []
    for number in range(count):
        seq, key = chain.next()
        header = frame.FrameHeader(FrameType.MESSAGE, 1, ROOM, 1, seq, 0)
        inner = Inner(Kind.TEXT, 0, number.to_bytes(16, "big"), str(number).encode())
        made.append(seal_frame(header, inner, key, TAG))
    return made


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(12)), st.lists(st.integers(0, 11), max_size=12))
def test_p1_in_any_order_and_with_repeats_each_message_opens_once(
    order: list[int], repeats: list[int]
) -> None:
    made = frames(12)
    chain = ReceiveChain(CHAIN_KEY)
    opened: dict[int, bytes] = {}

    for seq in [*order, *repeats]:
        try:
            read = chain.open(made[seq], seq, TAG)
        except Refused:
            continue
        assert seq not in opened
        opened[seq] = read.body

    assert [opened[seq] for seq in range(12)] == [str(seq).encode() for seq in range(12)]
    assert chain.keys_alive()[1:] == ()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=30))
def test_p1_puts_in_any_order_show_no_line_twice_and_none_out_of_order(order: list[int]) -> None:
    room = paired()
    start = room.pos()
    written = [room.members["A"].say(str(number), now=NOW).frame for number in range(10)]
    shown: list[str] = []

    for number in order:
        step = room.members["V"].receive(written[number], pos=start + 1 + number, now=NOW)
        shown += [event.text for event in step.events if hasattr(event, "text")]

    assert shown == sorted(set(shown))


def bit_changed(content: bytes, bit: int) -> bytes:
    place = bit // 8 % len(content)
    return content[:place] + bytes([content[place] ^ 1 << bit % 8]) + content[place + 1 :]


READER = key_pair(b"\x05" * 32)
SENDER = key_pair(b"\x06" * 32)
LETTER = seal_envelope(
    Sealing(EnvelopeType.REPLY, ROOM, HOUR, (READER.public,), SENDER), b"brev", chance(1)
)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 8 * len(LETTER) - 1))
def test_p2_one_changed_bit_of_an_envelope_is_refused(bit: int) -> None:
    with pytest.raises(Refused):
        open_envelope(bit_changed(LETTER, bit), (READER,), expected=EnvelopeType.REPLY, hour=HOUR)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 8 * 300 - 1))
def test_p2_one_changed_bit_of_a_frame_shows_nothing(bit: int) -> None:
    room = paired()
    written = room.members["A"].say("hemligt", now=NOW).frame

    step = room.members["V"].receive(bit_changed(written, bit), pos=room.pos() + 1, now=NOW)

    assert not any(hasattr(event, "text") for event in step.events)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 8 * 460 - 1))
def test_p2_one_changed_bit_of_a_commit_is_refused_or_shows_as_no_commit(bit: int) -> None:
    room = paired()
    proposal = room.committers["A"].propose()
    visitor = room.members["V"]
    wrong = bit_changed(proposal.commit, bit)
    with contextlib.suppress(Refused):
        visitor.receive(wrong, pos=room.pos() + 1, now=NOW, certs=proposal.certs)

    assert visitor.inside().number == 1


@given(st.text(max_size=4000))
def test_p3_every_frame_has_one_of_four_sizes(text: str) -> None:
    key, _ = frame.step(CHAIN_KEY)
    header = frame.FrameHeader(FrameType.MESSAGE, 1, ROOM, 1, 0, 0)

    sealed = seal_frame(
        header, Inner(Kind.TEXT, 0, bytes(16), text.encode("utf-8", "replace")), key, TAG
    )

    assert len(sealed) in (300, 1068, 4140, 16428)


def wander(room: Room, draw: random.Random, steps: int) -> dict[str, list[str]]:
    """A random history; what each member should have read."""
    due: dict[str, list[str]] = {name: [] for name in "VABCD"}
    for number in range(steps):
        here = list(room.members)
        staff = [name for name in here if name != "V"]
        away = [name for name in "ABCD" if name not in here and name not in room.heard]
        act = draw.choice(["say", "say", "say", "join", "remove", "rekey"])
        if act == "say":
            by = draw.choice(here)
            room.say(by, f"{by}{number}")
            for name in here:
                due[name] += [f"{by}{number}"] if name != by else []
        elif act == "join" and away and len(here) < 4:
            room.join(away[0], draw.choice(staff))
        elif act == "remove" and len(staff) > 1:
            by, gone = draw.sample(staff, 2)
            room.remove(gone, by)
        elif act == "rekey":
            room.rekey(draw.choice(staff))
    return due


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_p4_in_random_histories_everybody_reads_exactly_their_epochs(seed: int) -> None:
    room = paired(seed)

    due = wander(room, random.Random(seed), 25)

    for name in room.heard:
        assert room.lines(name) == due[name]
    tags = {member.inside().confirm_tag for member in room.members.values()}
    assert len(tags) == 1


PARSERS: list[Callable[[bytes], object]] = [
    envelope.parse_header,
    frame.parse_frame_header,
    frame.read_inner,
    group.parse_commit,
    group.parse_context,
    certificate.parse,
    roster.parse_roster,
    roster.parse_trust,
    transparency.check_log,
    mail.read_mail,
    mail.read_reply,
    mail.read_record,
    mail.read_rewrap,
    body.read_box,
    body.read_join,
    lambda content: body.read_hello(content, None),
    work.read_puzzle,
]
GOOD = [
    LETTER,
    frames(1)[0],
    certificate.parse(paired().staff["A"].certificate.raw).raw,
    paired().puts[0].content,
]


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(PARSERS),
    st.one_of(
        st.binary(max_size=600),
        st.tuples(st.sampled_from(GOOD), st.integers(0, 4000), st.integers(0, 900)).map(
            lambda each: bit_changed(each[0], each[1])[: each[2]]
        ),
    ),
)
def test_p5_any_bytes_are_read_or_refused_and_nothing_else(
    parse: Callable[[bytes], object], content: bytes
) -> None:
    try:
        parse(content)
    except Refused:
        return


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=500), st.integers(1, 5))
def test_p5_a_member_survives_any_put(content: bytes, ahead: int) -> None:
    room = paired()

    with contextlib.suppress(Refused):
        room.members["V"].receive(content, pos=room.pos() + ahead, now=NOW)
    written = room.say("V", "jag är kvar")

    assert room.lines("A") == ["jag är kvar"]
    assert written.epoch == 1


def test_p6_no_key_and_nonce_come_twice() -> None:
    used: set[tuple[bytes, bytes]] = set()
    made = 0
    for slot in range(4):
        for epoch in range(1, 4):
            keys = group.keys_of(bytes([epoch]) * 32, bytes([epoch]) * 32)
            chain = SendChain(keys.chain(slot))
            for _ in range(50):
                _, key = chain.next()
                used.add((key.key, key.nonce))
                made += 1

    assert len(used) == made == 600


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 8), st.integers(0, 10_000))
def test_p7_exactly_the_k_readers_named_open_it(k: int, seed: int) -> None:
    draw = chance(seed)
    keys = [new_key_pair(draw) for _ in range(9)]
    to = tuple(key.public for key in keys[:k])
    sealed = seal_envelope(Sealing(EnvelopeType.BOX, ROOM, HOUR, to), b"x", draw)

    opened = 0
    for key in keys:
        try:
            open_envelope(sealed, (key,), expected=EnvelopeType.BOX, hour=HOUR)
        except Refused:
            continue
        opened += 1

    assert opened == k


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from("AB"), min_size=2, max_size=8))
def test_p8_of_two_commits_at_once_one_wins_and_all_follow_it(order: list[str]) -> None:
    room = paired()
    room.join("B", "A")

    for first in order:
        second = "B" if first == "A" else "A"
        winner = room.committers[first].propose()
        loser = room.committers[second].propose()
        before = room.epoch
        assert room.commit(first, winner)
        assert not room.commit(second, loser)
        assert room.epoch == before + 1
        assert {member.inside().number for member in room.members.values()} == {room.epoch}
