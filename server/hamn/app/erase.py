"""Erase everything: the code, its letters and its live rooms, at once, with a receipt.

What has ended is overwritten before the receipt is given, so that "within 60 s" is a promise about
the disk and not about a queue.
"""

from __future__ import annotations

from dataclasses import dataclass

from hamn.app.arrivals import close_room
from hamn.app.mailboxes import rooms_of
from hamn.app.ports import PurgeBlocked, World
from hamn.app.return_code import known_row
from hamn.core.conversation import ClosedWhy
from hamn.core.words import Moment, RoomId, Seconds

PURGES = 20
BETWEEN = Seconds(0.5)
"""A reader that keeps a journal from being emptied is given so long, so many times."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was erased and when; copies in backups end after so many days."""

    codes: int
    letters: int
    rooms: int
    at: Moment
    backups_days: int


async def erase_by_code(
    world: World,
    *,
    id: bytes,  # noqa: A002
    auth: bytes,
    bucket: bytes = b"",
) -> Receipt:
    """Erase everything that hangs on a code's mailbox.

    Raises: Refusal(GONE), the same for unknown and expired; PurgeBlocked when a reader stood in
    the way for ten seconds: all is deleted by then, and asking again finds nothing.
    """
    row = await known_row(world, id, auth, bucket=bucket)
    rooms = 0
    for talk in await rooms_of(world, row.mailbox):
        rooms += await close_room(world, talk.room, ClosedWhy.ERASED)
    codes = len(await world.store.codes_of(row.mailbox))
    rows = await world.store.erase_mailbox(row.mailbox)
    await _purge(world)
    letters = max(0, rows - codes)
    return Receipt(codes, letters, rooms, world.clock.now(), world.policy.backup_days)


async def erase_room(world: World, room: RoomId) -> None:
    """Close a room and leave nothing of it. Raises: PurgeBlocked."""
    await close_room(world, room, ClosedWhy.ERASED)
    await _purge(world)


async def _purge(world: World) -> None:
    for left in reversed(range(PURGES)):
        try:
            await world.store.purge()
            await world.live.purge(world.clock.now())
        except PurgeBlocked:
            if left == 0:
                raise
            await world.clock.sleep_until(Moment(world.clock.now() + BETWEEN))
        else:
            return
