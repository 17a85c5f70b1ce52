"""Buckets of tries: one for a network within an hour, none for who comes through a proxy."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import cast

import pytest

from hamn.app.ports import World
from hamn.core.words import Moment
from hamn.edge.bucket import Buckets
from tests.clock import VirtualClock
from tests.entropy import SeededEntropy


def scope_from(address: str) -> dict[str, object]:
    return {"type": "websocket", "client": (address, 40_000)}


@dataclasses.dataclass
class Standing:
    """A clock, chance, and the buckets of one listener."""

    clock: VirtualClock = dataclasses.field(default_factory=VirtualClock)
    buckets: Buckets = dataclasses.field(default_factory=Buckets)

    def __post_init__(self) -> None:
        self.world = cast("World", SimpleNamespace(clock=self.clock, entropy=SeededEntropy(7)))

    def of(self, address: str) -> bytes:
        return self.buckets.of(scope_from(address), self.world)


def test_two_addresses_of_one_network_share_a_bucket() -> None:
    standing = Standing()

    assert standing.of("203.0.113.7") == standing.of("203.0.113.250")
    assert standing.of("2001:db8:1:2ff::1") == standing.of("2001:db8:1:200:9::2")
    assert len(standing.of("203.0.113.7")) == 2


def test_the_salt_is_another_one_in_the_next_hour() -> None:
    standing = Standing()
    networks = [f"203.0.{third}.1" for third in range(64)]
    before = [standing.of(network) for network in networks]

    standing.clock.set(Moment(standing.clock.now() + 3600))

    assert [standing.of(network) for network in networks] != before


@pytest.mark.parametrize("address", ["127.0.0.1", "127.44.1.2", "::1", "not an address"])
def test_who_comes_through_a_proxy_on_this_machine_has_no_bucket(address: str) -> None:
    assert Standing().of(address) == b""
