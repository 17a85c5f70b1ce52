"""Files that hold secrets: written whole, for their owner alone, never over another one."""

from __future__ import annotations

import os
import stat
from pathlib import Path

OWNER_ONLY = 0o600


class FileRefused(Exception):
    """A file is not what it should be; the text says which and why, in plain words."""


def write_secret(path: Path, content: bytes) -> None:
    """A new file that only its owner may read.

    Raises: FileRefused when there is one already.
    """
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, OWNER_ONLY)
    except FileExistsError:
        raise FileRefused(f"{path}: exists already and is left as it is") from None
    except OSError as error:
        raise FileRefused(f"{path}: cannot be written ({error.strerror})") from None
    with os.fdopen(file, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def read_secret(path: Path) -> bytes:
    """The content of a file that nobody else may read.

    Raises: FileRefused when it is missing, empty, or open to others.
    """
    try:
        mode = path.stat().st_mode
        content = path.read_bytes()
    except OSError as error:
        raise FileRefused(f"{path}: cannot be read ({error.strerror})") from None
    if stat.S_IMODE(mode) & 0o077:
        raise FileRefused(
            f"{path}: others may read it; say `chmod 600 {path}` and think of who has"
        )
    if not content:
        raise FileRefused(f"{path}: is empty")
    return content
