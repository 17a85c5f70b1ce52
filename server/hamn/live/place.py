"""Where the live store's file goes: a RAM file system when there is one, else the data folder.

`choose` is the whole rule; what the machine offers is found by `offers`.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

FILE = "live.db"
SYSTEM_FOLDER = Path("/run/hamn")
MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108  (a folder of its own is made there, 0700)
RAM_KINDS = frozenset({"tmpfs", "ramfs"})


@dataclass(frozen=True, slots=True)
class Offer:
    """A folder that the file could lie in, best first."""

    folder: Path
    is_ram: bool
    is_ours: bool
    """It belongs to this account, nobody else may enter, and it can be written."""


@dataclass(frozen=True, slots=True)
class Place:
    """The chosen file, and whether it vanishes with the power."""

    file: Path
    is_ram: bool


def choose(offers: Iterable[Offer], data: Path) -> Place:
    """The first folder in RAM that is ours; else the data folder."""
    for offer in offers:
        if offer.is_ram and offer.is_ours:
            return Place(offer.folder / FILE, is_ram=True)
    return Place(data / FILE, is_ram=False)


def offers(data: Path, environment: Mapping[str, str], mark: bytes = b"") -> Iterator[Offer]:
    """What this machine has: the unit's RuntimeDirectory, /run/hamn, a folder in /dev/shm, which
    is made when it comes to that. `mark` tells a service from one that lay in the same folder
    before, so that it does not find the other's conversations."""
    given = environment.get("RUNTIME_DIRECTORY", "")
    folders = [Path(folder) for folder in given.split(":") if folder]
    for folder in (*folders, SYSTEM_FOLDER):
        yield _offer(folder)
    yield _offer(_in_memory(data, mark))


def _offer(folder: Path) -> Offer:
    return Offer(folder, _is_ram(folder), _is_ours(folder))


def _in_memory(data: Path, mark: bytes) -> Path:
    """A folder for this data folder alone, so that two services on a machine stay apart."""
    named = hashlib.sha256(os.fsencode(data.resolve()) + b"\0" + mark)
    folder = MEMORY_FOLDER / f"hamn-{named.hexdigest()[:16]}"
    if MEMORY_FOLDER.is_dir() and os.access(MEMORY_FOLDER, os.W_OK):
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _is_ours(folder: Path) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    is_private = stat.S_ISDIR(found.st_mode) and stat.S_IMODE(found.st_mode) == 0o700
    return is_private and found.st_uid == os.geteuid() and os.access(folder, os.W_OK)


def _is_ram(folder: Path) -> bool:
    """Whether the folder lies on a file system that is kept in memory."""
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    kinds = {Path(point): kind for _, point, kind, *_ in (line.split(" ") for line in mounts)}
    above = next((point for point in (folder, *folder.parents) if point in kinds), None)
    return above is not None and kinds[above] in RAM_KINDS
