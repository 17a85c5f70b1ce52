"""The implementations that the contract is tried on. A new one is one more line in ENGINES."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from hamn.app.ports import Live, Store
from hamn.live.sqlite import SqliteLive
from hamn.store.sqlite import SqliteStore
from tests.entropy import SeededEntropy


class Engine(Protocol):
    """A way to open both stores in a folder, as often as a test restarts its service."""

    def live(self) -> Live: ...

    def store(self) -> Store: ...

    def close(self) -> None:
        """Stop the service: what is open is closed; what was kept stays."""

    def lose_live(self) -> None:
        """The live store's content is lost while the service is stopped."""

    def is_whole(self) -> bool:
        """Whether the live store's file stands the engine's own test; asked while it is stopped."""

    def bytes_kept(self) -> bytes:
        """All that the stores have left on a disk or a RAM file system."""


class Embedded:
    """One SQLite file each."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder = folder
        self._seed = seed
        self._open: list[SqliteLive | SqliteStore] = []

    def live(self) -> Live:
        self._seed += 1
        live = SqliteLive(self._folder / "live.db", SeededEntropy(self._seed))
        self._open.append(live)
        return live

    def store(self) -> Store:
        self._seed += 1
        store = SqliteStore(self._folder / "records", SeededEntropy(self._seed))
        self._open.append(store)
        return store

    def close(self) -> None:
        while self._open:
            self._open.pop().close()

    def lose_live(self) -> None:
        for path in self._folder.glob("live.db*"):
            path.unlink()

    def is_whole(self) -> bool:
        connection = sqlite3.connect(self._folder / "live.db")
        answer = connection.execute("PRAGMA integrity_check").fetchall()
        connection.close()
        return answer == [("ok",)]

    def bytes_kept(self) -> bytes:
        files = (path for path in sorted(self._folder.rglob("*")) if path.is_file())
        return b"".join(path.read_bytes() for path in files)


ENGINES: dict[str, Callable[[Path, int], Engine]] = {
    "embedded": Embedded,
}
