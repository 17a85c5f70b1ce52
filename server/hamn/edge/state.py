"""What a listener's requests and sockets stand on: one frozen value in `app.state.edge`.

There is one `Edge` per listener, so that visitors and staff share the world and nothing else: each
has its own origins and caps. It holds no address, no request and nothing that anyone wrote.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from hamn.app.ports import World
from hamn.app.rows import Form
from hamn.asc1.roster import Trust
from hamn.core.texts import HelpLine
from hamn.core.words import Seconds
from hamn.metrics import Metrics


class Audience(Enum):
    """Whom a listener is for."""

    VISITORS = "visitors"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Caps:
    """How much one connection may ask of the service, and for how long it may keep it waiting."""

    connections: int = 4096
    """Open at once on this listener; the next one is answered 503 (security.md F5)."""
    head_bytes: int = 16 * 1024
    head_fields: int = 64
    body_bytes: int = 64 * 1024
    head_within: Seconds = Seconds(10)
    """From the first byte, or from the connection, to the end of a request's head (F4)."""
    body_within: Seconds = Seconds(30)
    message_bytes: int = 64 * 1024
    """The largest message a socket takes; above it the socket is closed with 1009."""
    join_within: Seconds = Seconds(15)
    """A socket that has joined nothing by then is closed with 4408 (check 62)."""
    message_within: Seconds = Seconds(30)
    """From a socket's message that announces a binary one to that binary message."""
    unsent_bytes: int = 256 * 1024
    """What may wait for a slow reader before its socket is closed with 1013 (check 63)."""
    ping_every: Seconds = Seconds(10)
    pong_within: Seconds = Seconds(10)


@dataclass(frozen=True, slots=True)
class Edge:
    """Everything a request or socket of this listener may touch."""

    world: World
    audience: Audience
    service: str
    """The service id of `trust.json`."""
    trust: Trust
    """The roots and the threshold that rosters are verified under."""
    origins: frozenset[str]
    """Origins whose pages may open sockets and change state on this listener."""
    staff_origins: frozenset[str]
    """Origins that a staff sign-in may be signed for (protocol.md section 3.1)."""
    visitor_origins: frozenset[str]
    """Where visitors are; the staff's pages compare what is shown there."""
    hosts: frozenset[str]
    """Values of the Host header that are answered."""
    caps: Caps
    draining: asyncio.Event
    """Set once the process is going away; sockets then say `drain` and close with 1012."""
    metrics: Metrics
    originals: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(key, language) -> the wording that came with the service, of texts that may be edited."""
    seeds: tuple[HelpLine, ...] = ()
    """The help lines of the directory file."""
    calendar_title: str = ""
    """What stands in a member's calendar where a talk is, the same for all."""
    form: Form = field(default_factory=Form)
    """The sheet as it came with the service."""
