"""Seized keys (S4, S5): a recorded day, and somebody who holds keys tries each on everything.

The thief gets the complete recording and knows the protocol. A positive control shows that the
same attack does open what those keys are for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hamn.asc1.body import read_join
from hamn.asc1.bytes import Refused
from hamn.asc1.envelope import EnvelopeType, open_envelope
from hamn.asc1.frame import Inner, Kind, MessageKey, open_frame, step
from hamn.asc1.group import EpochKeys, keys_of, open_seed, parse_commit
from hamn.asc1.hpke import KeyPair, key_pair
from tests.asc1.world import HOUR, Room, paired, staff

STEPS = 12


def a_day() -> Room:
    """Six epochs with three advisers; every epoch has lines of its own."""
    room = paired()
    room.say("V", "epok 1")
    room.join("B", "A")
    room.say("B", "epok 2")
    room.rekey("A")
    room.say("A", "epok 3")
    room.rekey("B")
    room.say("V", "epok 4 läst")
    return room


def commits(room: Room) -> Iterator[bytes]:
    return (put.content for put in room.puts if put.content[1] == 0x20)


def senders(room: Room) -> set[bytes]:
    """Every public key the recording shows: leaves and certified keys."""
    listed = {entry.leaf for raw in commits(room) for entry in parse_commit(raw).context.entries}
    return listed | {staff(idx).sk.public for idx in range(1, 5)}


def seeds_opened(room: Room, keys: list[KeyPair]) -> list[EpochKeys]:
    """Try each key on each stanza of each commit, from each sender there could be."""
    found = []
    public = senders(room) | {key.public for key in keys}
    for raw in commits(room):
        header = parse_commit(raw)
        for stanza in header.stanzas:
            for key in keys:
                for sender in public:
                    try:
                        seed = open_seed(stanza, key, sender, header.context.hash)
                    except Refused:
                        continue
                    found.append(keys_of(seed, header.context.hash))
    return found


def chains_of(secrets: Iterable[bytes], epochs: Iterable[EpochKeys]) -> Iterator[bytes]:
    """Every secret taken as a chain key, and every chain of an epoch that opened."""
    yield from secrets
    for epoch in epochs:
        yield from (epoch.chain(slot) for slot in range(4))


def texts(room: Room, secrets: Iterable[bytes], epochs: list[EpochKeys]) -> set[str]:
    """What opens of all frames, each chain run forward and each secret tried as a message key."""
    tags = {parse_commit(raw).confirm_tag for raw in commits(room)}
    recorded = [put.content for put in room.puts if put.content[1] != 0x20]
    chains = list(chains_of(secrets, epochs))
    found: set[str] = set()
    for chain_key in chains:
        running = chain_key
        for _ in range(STEPS):
            key, running = step(running)
            for raw in recorded:
                if (read := _try(raw, key, tags)) and read.kind is Kind.TEXT:
                    found.add(read.body.decode())
    return found


def _try(raw: bytes, key: MessageKey, tags: set[bytes]) -> Inner | None:
    for tag in tags:
        try:
            return open_frame(raw, key, tag)
        except Refused:
            continue
    return None


def test_s4_all_long_term_staff_keys_and_the_whole_recording_open_no_frame() -> None:
    room = a_day()
    stolen = [staff(idx).sk for idx in range(1, 5)]
    first_epoch_and_joins = seeds_opened(room, stolen)

    read = texts(room, [key.private for key in stolen], first_epoch_and_joins)

    assert first_epoch_and_joins == []
    assert read == set()


def test_s4_control_the_same_keys_do_open_hellos_and_joins() -> None:
    room = a_day()
    stolen = staff(1).sk
    hello, join = room.envelopes

    opened = open_envelope(hello, (stolen,), expected=EnvelopeType.HELLO, hour=HOUR)
    joined = open_envelope(join, (stolen,), expected=EnvelopeType.JOIN, hour=HOUR)

    assert opened.header.env_id == room.members["V"].room_id
    assert read_join(joined.body).room_id == room.members["V"].room_id


def secrets_of(room: Room) -> list[bytes]:
    return [secret for member in room.members.values() for secret in member.secrets()]


def test_s5_every_key_alive_at_epoch_4_opens_no_earlier_epoch_and_no_line_read() -> None:
    room = a_day()
    alive = secrets_of(room)
    stolen = [key_pair(secret) for secret in alive]

    epochs = seeds_opened(room, stolen)
    read = texts(room, alive, epochs)

    assert epochs == []
    assert read == set()


def test_s5_control_the_thief_reads_what_comes_next_in_epoch_4() -> None:
    room = a_day()
    alive = secrets_of(room)

    room.say("V", "efter stölden")

    assert texts(room, alive, []) == {"efter stölden"}


def test_s5_control_one_commit_later_the_thief_still_follows() -> None:
    room = a_day()
    alive = secrets_of(room)
    room.rekey("A")
    room.say("V", "epok 5")

    epochs = seeds_opened(room, [key_pair(secret) for secret in alive])

    assert "epok 5" in texts(room, [], epochs)


def test_s5_the_thief_is_shut_out_by_epoch_6() -> None:
    room = a_day()
    alive = secrets_of(room)
    room.rekey("A")
    room.rekey("B")
    room.say("V", "läkt")
    room.say("A", "läkt också")

    stolen = [key_pair(secret) for secret in alive]
    read = texts(room, alive, seeds_opened(room, stolen))

    assert "läkt" not in read
    assert "läkt också" not in read


def test_the_seed_and_what_it_was_stretched_to_are_not_kept() -> None:
    room = a_day()

    for member in room.members.values():
        epoch = member.inside()
        first = {epoch.member_key, epoch.resume_key, *epoch.secrets()}
        assert all(len(secret) == 32 for secret in first)
        assert not hasattr(epoch, "keys")
        assert not hasattr(epoch, "secret")
