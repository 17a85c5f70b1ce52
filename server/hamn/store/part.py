"""What a part of the records store stands on, so that a part can be a module of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TypeVar

from hamn.store.shred import DayKeys

Result = TypeVar("Result")


class Part:
    """The connection for reading, the day keys, and one transaction of the writer; the store itself
    has them."""

    _reader: sqlite3.Connection
    _keys: DayKeys

    async def _write(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        raise NotImplementedError
