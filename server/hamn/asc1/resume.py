"""Coming back to a room that is lost here: the resume keys of its two newest epochs, and the proof.

Only a client that held an epoch can make or check the proof; all others must say that a new
visitor is not proven to be the same (protocol.md section 7.5, rules 5 and 6).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from hamn.asc1.body import Hello, is_proven, resume_proof

EPOCHS_KEPT = 2


@dataclass(frozen=True, slots=True)
class ResumePoint:
    """What a visitor's tab keeps to prove itself after a reload."""

    room_id: bytes
    epoch: int
    resume_key: bytes = field(repr=False)


class ResumeKeys:
    """The resume keys of one room's two newest epochs."""

    __slots__ = ("_keys", "_room_id")

    def __init__(self, room_id: bytes) -> None:
        self._room_id = room_id
        self._keys: dict[int, bytes] = {}

    def add(self, epoch: int, resume_key: bytes) -> None:
        """A new epoch; the third newest is let go."""
        self._keys[epoch] = resume_key
        for old in sorted(self._keys)[:-EPOCHS_KEPT]:
            del self._keys[old]

    def prove(self, hello: Hello, env_id: bytes) -> bool:
        """Whether a hello shows that it comes from this room's visitor."""
        key = self._keys.get(hello.prev_epoch)
        return (
            hello.prev_room == self._room_id and key is not None and is_proven(hello, env_id, key)
        )

    def alive(self) -> tuple[bytes, ...]:
        """The keys held, for the tests that seize them."""
        return tuple(self._keys.values())


def with_proof(hello: Hello, point: ResumePoint, env_id: bytes) -> Hello:
    """The same hello with the previous room and the proof put in."""
    proof = resume_proof(
        point.resume_key,
        env_id=env_id,
        v=hello.v,
        prev_room=point.room_id,
        prev_epoch=point.epoch,
    )
    return replace(hello, prev_room=point.room_id, prev_epoch=point.epoch, proof=proof)
