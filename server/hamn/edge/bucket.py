"""Which bucket of tries a connection counts against, without keeping where it came from.

Two bytes of an HMAC over the network part of the address, under a salt that is drawn anew every
hour and never written down (protocol.md section 12). A connection over loopback or a unix socket
comes from a proxy in front and has no address of its own: such tries are only counted in all.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress

from starlette.types import Scope

from hamn.app.ports import World
from hamn.core.words import Moment

NETWORK_BITS = {4: 24, 6: 56}
HOUR = 3600


class Buckets:
    """The salt of this hour; one for a listener."""

    def __init__(self) -> None:
        self._salt = b""
        self._hour = -1

    def of(self, scope: Scope, world: World) -> bytes:
        """Two bytes, or nothing where there is no address to count by."""
        network = network_of(scope)
        if network is None:
            return b""
        return hmac.digest(self._salt_of(world, world.clock.now()), network, hashlib.sha256)[:2]

    def _salt_of(self, world: World, now: Moment) -> bytes:
        hour = int(now // HOUR)
        if hour != self._hour:
            self._hour, self._salt = hour, world.entropy.bytes(32)
        return self._salt


def network_of(scope: Scope) -> bytes | None:
    """The network part of the peer's address, packed; None for loopback and unix sockets."""
    client = scope.get("client")
    try:
        address = ipaddress.ip_address(client[0]) if client else None
    except ValueError:
        return None
    if address is None or address.is_loopback:
        return None
    bits = address.max_prefixlen - NETWORK_BITS[address.version]
    return (int(address) >> bits << bits).to_bytes(address.max_prefixlen // 8, "big")
