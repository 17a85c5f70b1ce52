"""Invitations that wait for an answer: a colleague whose line is down is asked again.

A call ends when it is answered by asking to come in, when a newer one takes its place, or after its
time.
"""

from __future__ import annotations

from dataclasses import dataclass

from hamn.core.words import Idx, Moment


@dataclass(frozen=True, slots=True)
class Call:
    """A colleague was asked in, to talk, to help or to take over, and has not answered yet."""

    to: Idx
    by: Idx
    why: str
    until: Moment


Calls = tuple[Call, ...]


def renewed(calls: Calls, call: Call) -> Calls:
    """With a call that takes the place of an older one to the same colleague."""
    return (*answered(calls, call.to), call)


def answered(calls: Calls, idx: Idx | None) -> Calls:
    """Without what was asked of a member."""
    return tuple(call for call in calls if call.to != idx)


def without(calls: Calls, idx: Idx) -> Calls:
    """Without what a member asks or is asked."""
    return tuple(call for call in answered(calls, idx) if call.by != idx)


def waiting(calls: Calls, idx: Idx, now: Moment) -> Calls:
    """What a member has neither answered nor missed for good."""
    return tuple(call for call in calls if call.to == idx and now < call.until)
