"""Bodies that carry no signature: hello, box and join (protocol.md section 6), and the proof.

A body is read whole or refused: every length, number and flag is checked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from hamn.asc1.bytes import (
    ZEROS_32,
    Form,
    Malformed,
    Reader,
    mac,
    same,
    u16,
    u32,
    utf8,
)
from hamn.asc1.labels import Prefix

BODY_VERSION = b"\x01"
NO_ROOM = bytes(16)
DANGER, APPOINTMENT = 1, 2
MOST_TOPIC, MOST_RELATION, MOST_AGE = 7, 16, 7


class Door(IntEnum):
    """Which of the two doors a visitor came through."""

    RELATIVE = 1
    PROFESSIONAL = 2


@dataclass(frozen=True, slots=True)
class Hello:
    """What a waiting visitor tells whoever is on duty: routing facts only, no text."""

    v: bytes
    roster_hash: bytes
    lang: str
    door: Door
    r: bytes | None = None
    topic: int = 0
    relation: int = 0
    age: int = 0
    danger: bool = False
    prev_room: bytes = NO_ROOM
    prev_epoch: int = 0
    proof: bytes = field(default=ZEROS_32, repr=False)
    room_secret: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class BoxMessage:
    """A message left when nobody is on duty."""

    r: bytes | None
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Join:
    """A request to be committed into a room."""

    leaf: bytes
    room_id: bytes
    random: bytes


def hello_body(hello: Hello) -> bytes:
    """The 158 bytes and, for an appointment, its secret."""
    flags = (DANGER if hello.danger else 0) | (APPOINTMENT if hello.room_secret else 0)
    secret = hello.room_secret or b""
    return (
        BODY_VERSION
        + hello.v
        + (hello.r or ZEROS_32)
        + hello.roster_hash
        + hello.lang.encode()
        + bytes((hello.door, hello.topic, hello.relation, hello.age, flags))
        + hello.prev_room
        + u32(hello.prev_epoch)
        + hello.proof
        + u16(len(secret))
        + secret
    )


def read_hello(body: bytes, sender: bytes | None) -> Hello:
    """Read a hello; in auth mode its R must be the envelope's sender."""
    reader = Reader(body)
    reader.expect(BODY_VERSION)
    v, r, roster_hash, lang = reader.take(32), reader.take(32), reader.take(32), reader.take(2)
    door, topic, relation, age, flags = reader.take(5)
    prev_room, prev_epoch, proof = reader.take(16), reader.number(4), reader.take(32)
    secret = reader.take(reader.number(2))
    reader.end()
    _check_hello_numbers(lang, (door, topic, relation, age, flags))
    if len(secret) != (32 if flags & APPOINTMENT else 0):
        raise Malformed(Form.LENGTH)
    if sender is not None and sender != r:
        raise Malformed(Form.VALUE)
    return Hello(
        v=v,
        roster_hash=roster_hash,
        lang=lang.decode(),
        door=Door(door),
        r=_present(r),
        topic=topic,
        relation=relation,
        age=age,
        danger=bool(flags & DANGER),
        prev_room=prev_room,
        prev_epoch=prev_epoch,
        proof=proof,
        room_secret=secret or None,
    )


def resume_proof(
    resume_key: bytes, *, env_id: bytes, v: bytes, prev_room: bytes, prev_epoch: int
) -> bytes:
    """What shows that a new hello comes from the visitor of an earlier room."""
    told = Prefix.RESUME_PROOF.value + env_id + v + prev_room + u32(prev_epoch)
    return mac(resume_key, told)


def is_proven(hello: Hello, env_id: bytes, resume_key: bytes) -> bool:
    """Whether the hello's proof is right under the resume key of the epoch it names."""
    expected = resume_proof(
        resume_key,
        env_id=env_id,
        v=hello.v,
        prev_room=hello.prev_room,
        prev_epoch=hello.prev_epoch,
    )
    return same(expected, hello.proof)


def box_body(message: BoxMessage) -> bytes:
    """A box message as bytes."""
    text = message.text.encode()
    return BODY_VERSION + (message.r or ZEROS_32) + u16(len(text)) + text


def read_box(body: bytes) -> BoxMessage:
    """Read a box message."""
    reader = Reader(body)
    reader.expect(BODY_VERSION)
    r, text = reader.take(32), reader.take(reader.number(2))
    reader.end()
    return BoxMessage(_present(r), utf8(text))


def join_body(join: Join) -> bytes:
    """A join or rejoin as bytes."""
    return BODY_VERSION + join.leaf + join.room_id + join.random


def read_join(body: bytes) -> Join:
    """Read a join or rejoin."""
    reader = Reader(body)
    reader.expect(BODY_VERSION)
    join = Join(reader.take(32), reader.take(16), reader.take(16))
    reader.end()
    return join


def _present(key: bytes) -> bytes | None:
    return None if key == ZEROS_32 else key


def _check_hello_numbers(lang: bytes, numbers: tuple[int, int, int, int, int]) -> None:
    door, topic, relation, age, flags = numbers
    if not all(0x61 <= letter <= 0x7A for letter in lang):
        raise Malformed(Form.TEXT)
    if door not in set(Door) or topic > MOST_TOPIC or relation > MOST_RELATION or age > MOST_AGE:
        raise Malformed(Form.VALUE)
    if flags & ~(DANGER | APPOINTMENT):
        raise Malformed(Form.VALUE)
