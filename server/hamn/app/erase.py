"""Erase everything: the code, its letters, talks and live rooms, at once, with a receipt.

What has ended is overwritten before the receipt is given, so that "within 60 s" is a promise about
the disk and not about a queue.
"""

from __future__ import annotations

from dataclasses import dataclass

from hamn.app.arrivals import close_room
from hamn.app.mailboxes import rooms_of
from hamn.app.ports import BOX, LOBBY, PurgeBlocked, World
from hamn.app.return_code import known_row
from hamn.core.conversation import ClosedWhy, Conversation
from hamn.core.retention import Under
from hamn.core.words import Moment, RoomId, Seconds

PURGES = 20
BETWEEN = Seconds(0.5)
"""A reader that keeps a journal from being emptied is given so long, so many times."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was erased and when, and how long remains what no code is written on.

    Copies in backups end after so many days; so does, after the last touch, what an adviser has
    passed on to supervisors, and after its closing what is kept of counselling. Both are sealed,
    and nothing in them tells this service whose they are.
    """

    codes: int
    letters: int
    plans: int
    rooms: int
    talks: int
    inquiries: int
    at: Moment
    backups_days: int
    escalation_days: int
    case_days: int


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
        rooms += await _close(world, talk)
    gone = await world.store.erase_mailbox(row.mailbox)
    world.bell.ring(BOX)
    world.bell.ring(LOBBY)
    await _purge(world)
    return Receipt(
        codes=gone[Under.CODE],
        letters=gone[Under.LETTER],
        plans=gone[Under.PLAN_COPY],
        rooms=rooms,
        talks=gone[Under.TALK],
        inquiries=gone[Under.INQUIRY],
        at=world.clock.now(),
        backups_days=world.policy.backup_days,
        escalation_days=world.policy.escalation_days,
        case_days=world.policy.case_days,
    )


async def _close(world: World, talk: Conversation) -> bool:
    if talk.rests:
        await world.live.erase(talk.room)
        return True
    return await close_room(world, talk.room, ClosedWhy.ERASED)


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
