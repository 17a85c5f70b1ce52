"""How often: token buckets as values, and the levels of the proof of work.

The numbers are those of protocol.md section 12; the puzzle itself is in asc1/work.py.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from hamn.core.words import Moment, Seconds


class WorkLevel(IntEnum):
    """N of the proof of work: how many answers a client may have to try."""

    QUIET = 0
    NORMAL = 200
    ATTACK = 5000


class Bucket(NamedTuple):
    """How many tokens were left at a moment."""

    tokens: float
    at: Moment


class Rate(NamedTuple):
    """So many a second in the long run, and so many at once."""

    per_second: float
    burst: int

    def full(self, now: Moment) -> Bucket:
        """A bucket nobody has taken from."""
        return Bucket(float(self.burst), now)


def per_hour(count: int) -> Rate:
    """A rate of `count` an hour, all of which may come at once."""
    return Rate(count / 3600, count)


def take(bucket: Bucket, rate: Rate, now: Moment) -> tuple[Bucket, Seconds]:
    """Take one token. The second value is how long to wait for one; above zero nothing was taken.

    A clock that was set back gives no tokens and takes none.
    """
    gained = max(0.0, now - bucket.at) * rate.per_second
    tokens = min(float(rate.burst), bucket.tokens + gained)
    if tokens < 1.0:
        return Bucket(tokens, now), Seconds((1.0 - tokens) / rate.per_second)
    return Bucket(tokens - 1.0, now), Seconds(0.0)
