"""Counting: an adviser's batch of forms at the end of a shift, and how many came and left.

Only counters are kept, and which batches were taken during the last day, so that one that is sent
again after a lost answer counts once. No counter knows a room, a member or an hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from hamn.app.ports import Staff, World
from hamn.core.tally import CounterKey, Form, Total, counted
from hamn.core.words import Malformed, Moment, Refusal, RefusalCode

MOST_AT_ONCE = 24
"""More conversations than this nobody has in a shift."""
BATCH_KEPT = 24 * 3600.0


async def take(world: World, staff: Staff, *, batch: bytes, forms: Sequence[Form]) -> int:
    """Count a batch once; how many forms it held.

    Raises: Refusal(GONE) for the member that `hamn check` signs in as; Malformed.
    """
    if staff.is_check:
        raise Refusal(RefusalCode.GONE)
    if not 0 < len(forms) <= MOST_AT_ONCE:
        raise Malformed("a batch of no size")
    now = world.clock.now()
    until = Moment(now + BATCH_KEPT)
    await world.store.count(counted(forms, month_of(now)), batch=batch, until=until)
    return len(forms)


async def contact(world: World, total: Total) -> None:
    """Somebody has come, or has left the line."""
    month = month_of(world.clock.now())
    await world.store.count({CounterKey(month, total.value): 1})


def month_of(now: Moment) -> str:
    """`2026-11`, in UTC: an hour's shift at a month's edge tells nothing about anybody."""
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m")
