"""What staff did is written down: `note` it where it is done, in one line.

What somebody can make happen as often as they like (a refused sign-in, a denied act) is written
down once in a while only, so that nobody can fill the log.
"""

from __future__ import annotations

from hamn.app.ports import World
from hamn.core.audit import NOBODY, Deed, Link, noted
from hamn.core.limits import Rate
from hamn.core.words import Idx

SELDOM = Rate(1 / 600, 5)
"""Five at once, then one in ten minutes, for each member and deed."""


async def note(
    world: World, deed: Deed, by: Idx = NOBODY, about: Idx | None = None, detail: str = ""
) -> None:
    """Write a deed down. `detail` is from a closed list, or a number; never what a person wrote."""
    await world.store.note(noted(world.clock.now(), deed, by, about, detail))


async def note_seldom(
    world: World, deed: Deed, by: Idx = NOBODY, about: Idx | None = None, detail: str = ""
) -> None:
    """The same, for what can be repeated at will."""
    key = f"audit {deed.value} {by} {about} {detail}".encode()
    if world.memory.count_try(key, SELDOM, world.clock.now()) <= 0:
        await note(world, deed, by, about, detail)


async def head(world: World) -> Link:
    """The newest line, for staff to remember."""
    return (await world.store.audit_ends())[1]


async def link_at(world: World, seq: int) -> Link | None:
    """The chain's hash at a line, if it still stands or the anchor is that line."""
    anchor, _ = await world.store.audit_ends()
    if seq == anchor.seq:
        return anchor
    if seq < anchor.seq:
        return None
    found = await world.store.audit(seq - 1, 1)
    return Link(seq, found[0].hash) if found and found[0].seq == seq else None
