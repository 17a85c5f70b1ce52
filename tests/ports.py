"""Free ports of loopback, each given to one test process of the machine."""

from __future__ import annotations

import itertools
import os
import socket

FIRST_PORT, LAST_PORT = 12_000, 31_000  # below the range that outgoing connections are given


def free_ports(count: int = 3) -> int:
    """The first of `count` ports in a row that nothing listens on; they are this process's now."""
    width = (LAST_PORT - FIRST_PORT) // count
    for step in itertools.islice(_steps, width):
        first = FIRST_PORT + step % width * count
        if all(_is_free(first + offset) and _is_ours(first + offset) for offset in range(count)):
            return first
    raise AssertionError("no free ports on loopback")


# Never handed out twice by one process, and processes that start together start far apart.
_steps = itertools.count(os.getpid() * 37)
_ours: dict[int, socket.socket] = {}


def _is_ours(port: int) -> bool:
    """Take a port among all test processes: a server that starts, or starts again, holds none."""
    if port in _ours:
        return False
    mark = socket.socket(socket.AF_UNIX)
    try:
        mark.bind(f"\0hamn-test-port-{port}")
    except OSError:
        mark.close()
        return False
    _ours[port] = mark  # until this process ends
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
