"""The rota's journeys: what it makes of the door, what staff see of it, and how it is changed.

Once a rota has a shift it decides when the door may be open; until then the hours of the settings
do. What it means for the door is worked out once per change, day and staff, and kept in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from hamn.app.ports import LOBBY, STAFF, Staff, World
from hamn.core import rota
from hamn.core.hours import (
    AlwaysOpen,
    Opening,
    OpeningHours,
    Planned,
    Span,
    shared,
    span_at,
    spans_of,
)
from hamn.core.limits import Rate
from hamn.core.planning import Now
from hamn.core.retention import DAY
from hamn.core.rota import Able, Gap, Rota, Shift
from hamn.core.wall import day_of, minutes_of, moment_at
from hamn.core.words import Idx, Mailbox, Moment, Refusal, RefusalCode

LOOK_AHEAD = 60
"""So many days ahead the next opening is looked for."""
MEETS_WITHIN = 14
"""So many days ahead a certain member's next shift is told."""
MEMBERS_A_DAY = 3
"""Of so many members a day one address is told it, whatever codes it has; one code of one."""
BEFORE = 2
"""Days before the first one asked for that may reach into it."""
TRIES = 8

Week: TypeAlias = tuple[tuple[int, tuple[tuple[int, ...], ...]], ...]
"""Days, and for each from and to in minutes."""
Step = Callable[[Rota, Now], Rota]
"""A change of planning.py, with what was asked filled in."""


@dataclass(frozen=True, slots=True)
class Look:
    """Some days of the rota, as staff see them."""

    version: int
    rota: Rota
    shifts: tuple[Shift, ...]
    gaps: tuple[Gap, ...]
    openings: tuple[Span, ...]
    staff: tuple[Staff, ...]


async def opening(world: World) -> Opening:
    """When the door may be open, in time to come."""
    version, is_made = await world.store.rota_mark()
    if not is_made:
        return world.hours
    able = able_of(await world.store.all_staff())
    today = day_of(world.clock.now(), world.zone)
    made_of = (version, today, able)
    known = world.memory.planned
    if known is None or known[0] != made_of:
        planned = await _planned(world, today, able)
        known = world.memory.planned = (made_of, planned)
    return known[1]


async def next_meeting(
    world: World, idx: Idx, *, mailbox: Mailbox, bucket: bytes = b""
) -> Span | None:
    """When a member can next be met in a chat: one window, for who has shown a code (domain.md
    section 7, 14); None when none is known, when the member is gone, and once this code or this
    bucket has asked about others today, for windows of all would be the roster."""
    if not _may_ask(world, idx, mailbox, bucket):
        return None
    hours, staff = await opening(world), await world.store.staff(idx)
    if not isinstance(hours, Planned) or staff is None or staff.is_revoked:
        return None
    now = world.clock.now()
    today = day_of(now, world.zone)
    _, plan = await world.store.rota(today - BEFORE)
    return rota.next_window(plan, hours, idx, now=now, last=today + MEETS_WITHIN)


def _may_ask(world: World, idx: Idx, mailbox: Mailbox, bucket: bytes) -> bool:
    now, memory = world.clock.now(), world.memory
    one, few = Rate(1 / DAY, 1), Rate(MEMBERS_A_DAY / DAY, MEMBERS_A_DAY)
    this = b"meets" + mailbox + idx.to_bytes(2, "big")
    if memory.would_wait(this, one, now) > 0:
        return True
    if memory.count_try(b"meets" + mailbox, one, now) > 0:
        return False
    if bucket and memory.count_try(b"meets" + bucket, few, now) > 0:
        return False
    return memory.count_try(this, one, now) <= 0


async def coming_week(world: World) -> Week | None:
    """The openings of today and six days more, by the wall; None when none are set at all."""
    hours, now = await opening(world), world.clock.now()
    if isinstance(hours, AlwaysOpen):
        return None
    today = day_of(now, world.zone)
    pieces = [
        piece
        for span in spans_of(hours, now)
        for piece in minutes_of(span.start, span.end, world.zone)
    ]
    days = range(today, today + 7)
    return tuple((day, tuple(p[1:] for p in sorted(pieces) if p[0] == day)) for day in days)


async def look(world: World, first: int, days: int) -> Look:
    """The rota of some days."""
    version, plan = await world.store.rota(first - BEFORE)
    staff = [each for each in await world.store.all_staff() if not each.is_check]
    able, last = able_of(staff), first + days - 1
    zone, needs = world.zone, world.policy.needs_supervisor
    whole = (Span(moment_at(first, 0, zone), moment_at(last + 1, 0, zone)),)
    planned = rota.opening(plan, first, last, able=able, zone=zone, needs_supervisor=needs)
    return Look(
        version,
        plan,
        rota.shifts_from(plan, first, last),
        rota.gaps(plan, first, last, able=able, zone=zone, needs_supervisor=needs),
        shared(planned.spans, whole),
        tuple(each for each in staff if each.idx in able),
    )


async def change(world: World, step: Step, seen: int | None = None) -> int:
    """Change the rota; how often it was changed then. `seen` is the number the member looked at,
    for what must not be done to a rota that has changed since.

    Raises: what the step raises; Refusal(CAS) when somebody was first; Refusal(BUSY).
    """
    able = able_of(await world.store.all_staff())
    now = Now(world.clock.now(), world.zone, able)
    for _ in range(TRIES):
        version, plan = await world.store.rota(now.today - BEFORE)
        if seen not in (None, version):
            raise Refusal(RefusalCode.CAS)
        if await world.store.swap_rota(version, plan, step(plan, now)):
            world.bell.ring(STAFF)
            world.bell.ring(LOBBY)
            return version + 1
    raise Refusal(RefusalCode.BUSY, wait=1)


async def shift_end(world: World, idx: Idx) -> Moment | None:
    """When a member's running shift ends: by the rota, else by the hours of the settings."""
    now = world.clock.now()
    _, is_made = await world.store.rota_mark()
    if not is_made:
        span = span_at(world.hours, now) if isinstance(world.hours, OpeningHours) else None
        return span.end if span else None
    today = day_of(now, world.zone)
    _, plan = await world.store.rota(today - BEFORE)
    return rota.ends_at(plan, idx, now=now, zone=world.zone, today=today)


def able_of(staff: list[Staff]) -> Able:
    """Who may be down for a shift: enrolled, not revoked, and nobody's check."""
    return {
        each.idx: frozenset(each.roles)
        for each in staff
        if each.ed25519 and not each.is_revoked and not each.is_check
    }


async def _planned(world: World, today: int, able: Able) -> Planned:
    _, plan = await world.store.rota(today - BEFORE)
    return rota.opening(
        plan,
        today - 1,
        today + LOOK_AHEAD,
        able=able,
        zone=world.zone,
        needs_supervisor=world.policy.needs_supervisor,
    )
