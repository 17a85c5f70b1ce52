"""An acute room, step by step: sounded, answered, decided by two, debriefed (core/acute.py)."""

from __future__ import annotations

from collections.abc import Callable

from hamn.app.audit import note_seldom
from hamn.app.change import Change, change, settle
from hamn.app.ports import World
from hamn.core import acute
from hamn.core.acute import Debrief, Decision
from hamn.core.audit import Deed
from hamn.core.conversation import Conversation
from hamn.core.effects import Effects
from hamn.core.permission import Act, may
from hamn.core.words import Idx, Refusal, RefusalCode, RoomId

Step = Callable[[Conversation], tuple[Conversation, Effects]]


async def sound(world: World, idx: Idx, *, room: RoomId) -> None:
    """Supervisors are paged until one answers. Raises: Refusal."""
    await _allowed(world, idx, Act.SOUND_ACUTE)
    now, policy = world.clock.now(), world.policy
    await _step(world, room, lambda talk: acute.sound(talk, idx, now=now, policy=policy))
    await note_seldom(world, Deed.ACUTE, idx)


async def answer(world: World, idx: Idx, *, room: RoomId) -> None:
    """A supervisor answers the page; nobody else is paged any more. Raises: Refusal."""
    await _allowed(world, idx, Act.ANSWER_PAGE)
    await _step(world, room, lambda talk: acute.answer(talk, idx, policy=world.policy))
    await note_seldom(world, Deed.PAGE_ANSWERED, idx)


async def decide(world: World, idx: Idx, *, room: RoomId, code: Decision) -> None:
    """One names a decision; a second who names the same makes it stand. Raises: Refusal."""
    await _allowed(world, idx, Act.DECIDE)
    now, policy = world.clock.now(), world.policy
    talk = await _step(
        world, room, lambda talk: acute.decide(talk, idx, code, now=now, policy=policy)
    )
    named = [e.first for e in acute.standing(talk) if (e.code, e.second) == (code.value, idx)]
    for first in named:
        await note_seldom(world, Deed.DECIDED, first, idx, detail=code.value.replace("_", " "))


async def debrief(world: World, idx: Idx, *, room: RoomId, code: Debrief) -> None:
    """What becomes of the talk with colleagues afterwards. Raises: Refusal."""
    await _allowed(world, idx, Act.DECIDE)
    await _step(world, room, lambda talk: acute.mark_debrief(talk, idx, code, policy=world.policy))
    await note_seldom(world, Deed.DEBRIEF, idx, detail=code.value)


async def carry_on(world: World, old: Conversation, room: RoomId) -> None:
    """What is owed goes along when a visitor's conversation goes on in a new room."""
    if old.acute is not None:
        await _step(world, room, lambda talk: acute.inherit(talk, old, policy=world.policy))


async def _allowed(world: World, idx: Idx, act: Act) -> None:
    _, lobby = await world.live.lobby()
    shift = lobby.on_duty(idx)
    if shift is None or not may(shift.role, act):
        raise Refusal(RefusalCode.GONE)


async def _step(world: World, room: RoomId, step: Step) -> Conversation:
    talk = await change(world, room, lambda talk: Change(*step(talk)))
    await settle(world, room)
    return talk
