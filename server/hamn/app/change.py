"""Load a value, let a rule step it, save it if nobody was first: rooms, their relays, the lobby.

A step may run several times, on ever newer values, and must decide from what it is given. Nothing
is woken before the store has the value. After eight tries in vain the peer is asked to come again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from hamn.app.effects import perform
from hamn.app.ports import LOBBY, StoredFrame, StoreFull, Version, World
from hamn.core.conversation import Conversation, Phase
from hamn.core.effects import Effects
from hamn.core.offers import offer
from hamn.core.relay import EMPTY, Relay, all_have
from hamn.core.settling import agree
from hamn.core.waiting import Lobby
from hamn.core.words import Pos, Refusal, RefusalCode, RoomId

TRIES = 8
HELLO = "hello"
"""The letter that holds the newest version of a hello."""
CERTS = "certs"
"""The letter that holds the certificates that commits still held speak of, one after another."""


@dataclass(frozen=True, slots=True, repr=False)
class Change:
    """What a step makes of a room: the new value and what is stored with it."""

    talk: Conversation
    effects: Effects = ()
    put: tuple[StoredFrame, ...] = ()
    letters: tuple[tuple[str, bytes | None], ...] = ()
    is_new_epoch: bool = False
    erase_through: Pos = field(default=Pos(0))


class Append(NamedTuple):
    """What a step makes of a room's relay: the new one, the frame it takes, what may go."""

    relay: Relay
    put: StoredFrame | None = None
    erase_through: Pos = Pos(0)


Step = Callable[[Conversation], Change]
StepOrBegin = Callable[[Conversation | None], Awaitable[Change]]


async def change(world: World, room: RoomId, step: Step) -> Conversation:
    """Step a room that exists.

    Raises: what `step` raises; Refusal(GONE) when there is no such room; Refusal(BUSY), or
    Refusal(FULL) when the disk has no room.
    """
    async with world.memory.turn(room):
        for _ in range(TRIES):
            found = await world.live.read(room)
            if found is None:
                raise Refusal(RefusalCode.GONE)
            version, talk = found
            made = step(talk)
            if await _kept(world, room, version, talk, made):
                return made.talk
    raise Refusal(RefusalCode.BUSY, wait=1)


async def change_or_begin(world: World, room: RoomId, step: StepOrBegin) -> Conversation:
    """Step a room, or begin it: the step gets None when there is none."""
    async with world.memory.turn(room):
        for _ in range(TRIES):
            version, talk = await world.live.read(room) or (Version.absent(), None)
            made = await step(talk)
            if await _kept(world, room, version, talk, made):
                return made.talk
    raise Refusal(RefusalCode.BUSY, wait=1)


async def append(world: World, room: RoomId, step: Callable[[Relay], Append]) -> Relay:
    """Step the relay alone of a room that exists; the new one. Nothing is woken.

    Raises: what `step` raises; Refusal as in `change`.
    """
    async with world.memory.turn(room):
        for _ in range(TRIES):
            found = await world.live.relay(room)
            if found is None:
                raise Refusal(RefusalCode.GONE)
            version, relay = found
            made, put, through = step(relay)
            if made is relay:
                return relay
            try:
                if await world.live.append(room, version, made, put=put, erase_through=through):
                    return made
            except StoreFull as full:
                raise Refusal(RefusalCode.FULL, wait=5) from full
    raise Refusal(RefusalCode.BUSY, wait=1)


async def change_lobby(world: World, step: Callable[[Lobby], Lobby]) -> Lobby:
    """Step the lobby, let it ring whoever is next, and wake those whom it concerns."""
    async with world.memory.turn(LOBBY):
        for _ in range(TRIES):
            version, lobby = await world.live.lobby()
            now = world.clock.now()
            made = offer(step(lobby), now=now, policy=world.policy)
            if made == lobby:
                return lobby
            if await world.live.swap_lobby(version, made):
                world.bell.ring(LOBBY)
                return made
    raise Refusal(RefusalCode.BUSY, wait=1)


def changed(old: Conversation, new: Conversation, effects: Effects) -> Change:
    """The change from one value to the next; what has just been closed is emptied with it."""
    if new.phase is not Phase.CLOSED or old.phase is Phase.CLOSED:
        return Change(new, effects)
    names = [HELLO, CERTS, *(join.letter for join in old.joins)]
    return Change(
        new,
        effects,
        letters=tuple((name, None) for name in names),
        is_new_epoch=True,
        erase_through=Pos(old.relay.next_pos - 1),
    )


async def settle(world: World, room: RoomId) -> None:
    """Make the lobby agree with the room as it stands now."""
    found = await world.live.read(room)
    talk = found[1] if found else None
    now, policy = world.clock.now(), world.policy
    await change_lobby(world, lambda lobby: agree(lobby, room, talk, now=now, policy=policy))


async def _kept(
    world: World, room: RoomId, version: Version, old: Conversation | None, made: Change
) -> bool:
    """Whether the change stands now, and its effects are done. Nothing changed stands already."""
    if made.talk is not old or made.letters:
        before = old.relay if old else EMPTY
        try:
            has_won = await world.live.swap(
                room,
                version,
                made.talk,
                put=made.put,
                letters=made.letters,
                erase_through=max(made.erase_through, newly_had(before, made.talk.relay)),
                forget_marks=made.is_new_epoch,
            )
        except StoreFull as full:
            raise Refusal(RefusalCode.FULL, wait=5) from full
        if not has_won:
            return False
    await perform(world, made.effects)
    return True


def newly_had(old: Relay, new: Relay) -> Pos:
    """The position through which everything may go now, or 0 when nothing more may."""
    through = all_have(new)
    return through if through > all_have(old) else Pos(0)
