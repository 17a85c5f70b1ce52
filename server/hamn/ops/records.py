"""The data folder as commands use it, beside a service that may be running."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hamn.entropy import SystemEntropy
from hamn.ops.roots import TRUST_FILE
from hamn.settings import Settings, SettingsError
from hamn.store.sqlite import SqliteStore


@contextmanager
def records(settings: Settings) -> Iterator[SqliteStore]:
    """The records, opened for one command."""
    store = SqliteStore(Path(settings.folders.data), SystemEntropy())
    try:
        yield store
    finally:
        store.close()


def read_trust(data: Path) -> bytes:
    """The bytes of the data folder's `trust.json`.

    Raises: SettingsError.
    """
    try:
        return (data / TRUST_FILE).read_bytes()
    except OSError:
        raise SettingsError(
            f"folders.data: there is no {TRUST_FILE} in {data}; `hamn init` makes one"
        ) from None
