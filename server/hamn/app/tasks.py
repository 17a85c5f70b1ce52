"""Chores that go on for as long as the process serves, whatever happens to one round of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

PAUSE = 1.0
"""Seconds before a chore that failed is taken up again."""


async def keep_doing(
    chore: Callable[[], Awaitable[None]], failed: Callable[[Exception], None]
) -> None:
    """Run `chore` until cancelled; a failure is told and the chore begun again after a pause.

    A fault of ours in one room, or a disk without room, must not end every other conversation.
    """
    while True:
        try:
            await chore()
        except Exception as failure:  # noqa: BLE001  # the one runner of chores: told, never hidden
            failed(failure)
        await asyncio.sleep(PAUSE)
