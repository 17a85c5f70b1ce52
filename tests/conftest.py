"""What holds for every test: no network but loopback, and a time limit by kind.

A browser that is not installed skips its tests with one line that says what to install. With `CI`
set in the environment it fails them: a gate that skips is no gate.
"""

from __future__ import annotations

import ipaddress
import os
import sys

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.promises", "tests.services", "tests.browsers"]

LIMITS = {"browser": 300, "fault": 600}

SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A machine that has other things to do is no fault of what is tried."""
settings.register_profile("default", SLOW, print_blob=True)
settings.register_profile("fuzz", SLOW, max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for kind, seconds in LIMITS.items():
            if item.get_closest_marker(kind) and not item.get_closest_marker("timeout"):
                item.add_marker(pytest.mark.timeout(seconds))


def is_loopback(address: object) -> bool:
    """Whether a socket address stays on this machine."""
    if not isinstance(address, tuple):
        return True  # a path: AF_UNIX
    host = str(address[0]).partition("%")[0]
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in {"", "localhost"}


def refuse_the_network(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook: a test that reaches for another machine fails there and then."""
    if event in {"socket.connect", "socket.sendto"} and not is_loopback(arguments[1]):
        raise PermissionError(f"a test may use loopback only, not {arguments[1]}")


sys.addaudithook(refuse_the_network)
