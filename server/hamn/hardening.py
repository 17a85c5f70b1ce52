"""What the process forbids itself, before it touches a file or a key (security.md check 76)."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import resource
from pathlib import Path

log = logging.getLogger("hamn.hardening")

PR_SET_DUMPABLE = 4


def harden() -> None:
    """Files for their owner alone, and no picture of memory on any disk."""
    os.umask(0o077)
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):  # the unit's filter forbids it, since LimitCORE=0 has done it
        log.info("core limit left as it was")
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def warn_of_swap() -> None:
    """Swapped memory outlives the power; the unit that comes with Hamn forbids it."""
    with contextlib.suppress(OSError):
        if len(Path("/proc/swaps").read_text(encoding="ascii").splitlines()) > 1:
            log.warning("memory may be swapped")
