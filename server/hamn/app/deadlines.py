"""What happens by itself: stored deadlines that have passed, for rooms, the lobby and the records.

Timers are data: a crash loses none, and what a crash left half done between lobby and room is
mended here, since the lobby is compared with every room it speaks of.
"""

from __future__ import annotations

from hamn.app.audit import note
from hamn.app.change import Change, change, change_lobby, changed, settle
from hamn.app.counting import contact
from hamn.app.pairing import close_continued
from hamn.app.ports import PurgeBlocked, World
from hamn.core import presence
from hamn.core.audit import Deed
from hamn.core.conversation import ClosedWhy, Conversation, Phase
from hamn.core.effects import Erase
from hamn.core.offers import tidy
from hamn.core.settling import agree, rooms_of
from hamn.core.tally import Total
from hamn.core.waiting import Lobby
from hamn.core.words import Moment, Refusal, RefusalCode, RoomId

AT_ONCE = 100
"""Rooms looked at in one step."""
BEAT = 1.0
"""Seconds between two looks."""
PURGE_EVERY = 60.0
"""Seconds between two purges."""


async def run(world: World) -> None:
    """Do what is due, for as long as the process serves. Cancel-safe between two steps."""
    purge_at = world.clock.now()
    while True:
        now = world.clock.now()
        try:
            await step(world)
            if now >= purge_at or purge_at - now > PURGE_EVERY:
                purge_at = Moment(now + PURGE_EVERY)
                await purge(world)
        except (Refusal, PurgeBlocked):
            pass  # somebody was first, or a reader was there: the next beat tries again
        await world.clock.sleep_until(Moment(world.clock.now() + BEAT))


async def step(world: World) -> None:
    """Everything that is due now: rooms first, then the lobby."""
    for room in await world.live.due(world.clock.now(), AT_ONCE):
        try:
            await _step_room(world, room)
        except Refusal as refusal:
            if refusal.code is not RefusalCode.GONE:
                raise
    await _step_lobby(world)


async def purge(world: World) -> None:
    """Delete what has expired, and leave nothing of what was deleted.

    Raises: PurgeBlocked.
    """
    now = world.clock.now()
    if await world.store.erase_due(now):
        await world.store.purge()
    await world.live.purge(now)


async def _step_room(world: World, room: RoomId) -> None:
    now, policy = world.clock.now(), world.policy

    def due(talk: Conversation) -> Change:
        made, effects = presence.due(talk, now=now, policy=policy)
        kept = tuple(effect for effect in effects if not isinstance(effect, Erase))
        return changed(talk, made, kept)

    place = (await world.live.lobby())[1].place(room)
    talk = await change(world, room, due)
    await settle(world, room)
    if talk.why is ClosedWhy.EXPIRED and place is not None and place.only is None:
        await contact(world, Total.LEFT_IN_QUEUE)
    if talk.phase in (Phase.OPEN, Phase.PAUSED):
        await close_continued(world, talk)
    if any(isinstance(e, Erase) for e in presence.due(talk, now=now, policy=policy)[1]):
        await world.live.erase(room)
        world.bell.ring(room)


async def _step_lobby(world: World) -> None:
    _, lobby = await world.live.lobby()
    read = {room: await world.live.read(room) for room in rooms_of(lobby)}
    talks = {room: found[1] if found else None for room, found in read.items()}
    now, policy = world.clock.now(), world.policy

    def tidied(lobby: Lobby) -> Lobby:
        for room in rooms_of(lobby) & talks.keys():
            lobby = agree(lobby, room, talks[room], now=now, policy=policy)
        return tidy(lobby, now=now, policy=policy)

    made = await change_lobby(world, tidied)
    for gone in (each for each in lobby.duty if made.on_duty(each.idx) is None):
        if not gone.is_check:
            await note(world, Deed.OFF_DUTY, gone.idx, detail="not heard from")
