"""Day keys: what is sealed under a day's key ends everywhere when that key is destroyed.

A row is nonce(12) ‖ AES-256-GCM under a key of its own, derived from the day key and the row's id
(protocol.md section 9). A day key is a 32-byte file; it is overwritten, synced and unlinked when
its day has passed, and with it goes every copy of the day's rows, in backups too.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hamn.app.ports import Entropy
from hamn.core.words import Moment

ROW_LABEL = b"ASC1 shred row\0"
KEY_BYTES = 32
NONCE_BYTES = 12
SECONDS_A_DAY = 86_400
SUFFIX = ".key"
UNUSED = ".new"


def day_of(now: Moment) -> int:
    """The day's number, in UTC."""
    return int(now // SECONDS_A_DAY)


class DayKeys:
    """The keys in one folder, which nothing else may lie in."""

    def __init__(self, folder: Path, entropy: Entropy) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        self._folder = folder
        self._entropy = entropy

    def days(self) -> list[int]:
        """The days that have a key."""
        return sorted(int(path.stem) for path in self._folder.glob(f"*{SUFFIX}"))

    def seal(self, table: str, row_id: bytes, day: int, content: bytes) -> bytes:
        """The row's bytes; the day's key is made, and is on the disk, before they exist."""
        key = self._read(day) or self._make(day)
        nonce = self._entropy.bytes(NONCE_BYTES)
        return nonce + AESGCM(_row_key(key, row_id)).encrypt(
            nonce, content, _bound(table, row_id, day)
        )

    def open(self, table: str, row_id: bytes, day: int, row: bytes) -> bytes | None:
        """The content; None when the day's key is gone or the row is not what was sealed."""
        key = self._read(day)
        if key is None or len(row) < NONCE_BYTES:
            return None
        nonce, sealed = row[:NONCE_BYTES], row[NONCE_BYTES:]
        try:
            return AESGCM(_row_key(key, row_id)).decrypt(nonce, sealed, _bound(table, row_id, day))
        except InvalidTag:
            return None

    def destroy_before(self, day: int) -> int:
        """Destroy the keys of every earlier day; how many went."""
        passed = [old for old in self.days() if old < day]
        for old in passed:
            self._destroy(self._path(old))
        for path in self._folder.glob(f"*{UNUSED}"):  # its maker was killed
            if int(path.name.partition(".")[0]) < day:
                path.unlink()
        if passed:
            _sync_folder(self._folder)
        return len(passed)

    def _path(self, day: int) -> Path:
        return self._folder / f"{day}{SUFFIX}"

    def _read(self, day: int) -> bytes | None:
        try:
            return self._path(day).read_bytes()
        except FileNotFoundError:
            return None

    def _make(self, day: int) -> bytes:
        """Written beside its place and linked there: whole or absent, and the first one stays."""
        fresh = self._folder / f"{day}.{self._entropy.bytes(8).hex()}{UNUSED}"
        with open(fresh, "xb", opener=_private) as file:
            file.write(self._entropy.bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # another process was first
            self._path(day).hardlink_to(fresh)
        fresh.unlink()
        _sync_folder(self._folder)
        return self._path(day).read_bytes()

    def _destroy(self, path: Path) -> None:
        with path.open("r+b") as file:
            file.write(self._entropy.bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()


def _row_key(day_key: bytes, row_id: bytes) -> bytes:
    info = ROW_LABEL + row_id
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=info).derive(day_key)


def _bound(table: str, row_id: bytes, day: int) -> bytes:
    return table.encode() + b"\0" + row_id + day.to_bytes(4, "big")


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CLOEXEC, 0o600)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
