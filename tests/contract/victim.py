"""A process that swaps rooms and appends to them, and says what was answered, until it is killed.

    python -m tests.contract.victim ENGINE FOLDER SEED

Each line on standard output is "room position": this frame was answered with True.
"""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import replace
from pathlib import Path

from hamn.app.ports import Live
from hamn.core.words import Moment, Pos
from tests.clock import NOON
from tests.contract.engines import ENGINES
from tests.contract.values import ABSENT, frame, room_id, talk

ROOMS = 12
HELD = 20
"""So many of the newest frames are held; those before are erased, as if acknowledged."""


async def write_on(live: Live, number: int) -> None:
    """Put frame after frame, each at the room's next position."""
    room = room_id(number)
    if await live.read(room) is None:
        await live.swap(room, ABSENT, talk(number, epoch=1))
    while (kept := await live.read(room)) is not None:
        version, value = kept
        pos = value.relay.next_pos
        new = replace(value, relay=value.relay._replace(next_pos=Pos(pos + 1)))
        put, through = (
            frame(pos, data=b"%d/%d" % (number, pos) + bytes(900)),
            Pos(max(0, pos - HELD)),
        )
        if pos % 2:
            assert await live.append(room, version, new.relay, put=put, erase_through=through)
        else:
            assert await live.swap(room, version, new, put=[put], erase_through=through)
        os.write(1, b"%d %d\n" % (number, pos))


async def purge_on(live: Live) -> None:
    """Purge again and again, so that a kill hits that too."""
    while True:
        await live.purge(Moment(NOON))
        await asyncio.sleep(0.005)


async def main(engine: str, folder: str, seed: str) -> None:
    live = ENGINES[engine](Path(folder), int(seed)).live()
    await asyncio.gather(*(write_on(live, number) for number in range(ROOMS)), purge_on(live))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
