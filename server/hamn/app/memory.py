"""What one process may forget: whose turn it is, how often something was tried, open challenges.

Nothing here is a truth. Turns only keep swaps of one process from getting in each other's way; the
store decides all the same. Tries are counted by buckets that are gone with the process, and so is
everything by which they could be told apart (protocol.md section 12).
"""

from __future__ import annotations

import asyncio
from collections.abc import Container
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakValueDictionary

from hamn.core.hours import Planned
from hamn.core.limits import Bucket, Rate, take
from hamn.core.retention import DAY
from hamn.core.words import Mailbox, Moment, Seconds

MOST_KEPT = 4096
"""More buckets or challenges than this are not kept; the oldest go first."""
MOST_NEW = 131_072
"""The same of codes that are new: more than are worked for on a day, but for a flood."""


@dataclass(slots=True)
class Memory:
    """One process's scratch pad."""

    turns: WeakValueDictionary[bytes, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    buckets: dict[bytes, Bucket] = field(default_factory=dict, repr=False)
    challenges: dict[bytes, Moment] = field(default_factory=dict, repr=False)
    made: dict[Mailbox, Moment] = field(default_factory=dict, repr=False)
    """Which mailboxes are new, and since when."""
    planned: tuple[object, Planned] | None = None
    """What was last worked out from the rota, and from what."""

    def turn(self, key: bytes) -> asyncio.Lock:
        """A lock that this process's steps on `key` share."""
        turn = self.turns.get(key)
        if turn is None:
            turn = self.turns[key] = asyncio.Lock()
        return turn

    def count_try(self, key: bytes, rate: Rate, now: Moment) -> Seconds:
        """Count a try; above zero it was one too many, and the answer is how long to wait."""
        bucket = self.buckets.pop(key, None) or rate.full(now)
        self.buckets[key], wait = take(bucket, rate, now)
        _keep_newest(self.buckets)
        return wait

    def would_wait(self, key: bytes, rate: Rate, now: Moment) -> Seconds:
        """How long the next try would have to wait; nothing is counted."""
        bucket = self.buckets.get(key)
        return Seconds(0.0) if bucket is None else take(bucket, rate, now)[1]

    def note_made(self, mailbox: Mailbox, now: Moment) -> None:
        """Remember for a day that a mailbox is new."""
        self.made[mailbox] = now
        _keep_newest(self.made, MOST_NEW)

    def new_ones(self, now: Moment) -> Container[Mailbox]:
        """The mailboxes that are younger than a day."""
        while self.made and next(iter(self.made.values())) <= now - DAY:
            del self.made[next(iter(self.made))]
        return self.made

    def add_challenge(self, nonce: bytes, until: Moment) -> None:
        """Remember a challenge that was given out."""
        self.challenges[nonce] = until
        _keep_newest(self.challenges)

    def spend_challenge(self, nonce: bytes, now: Moment) -> bool:
        """Whether this challenge was given out, is unspent and still good. It is spent now."""
        return self.challenges.pop(nonce, Moment(0.0)) > now


def _keep_newest(kept: dict[Any, Any], most: int = MOST_KEPT) -> None:
    while len(kept) > most:
        del kept[next(iter(kept))]
