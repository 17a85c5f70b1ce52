"""A running service as a stranger meets it: two addresses, and the trust that they publish."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass

from hamn.asc1.bytes import Chance
from hamn.asc1.roster import Chain, Trust, chain_of, parse_roster, parse_trust, verify
from hamn.asc1.transparency import tells_of
from hamn.asc1.work import solve

Now = Callable[[], float]
"""Seconds since the Unix epoch, by the participant's own clock."""

FETCH_WITHIN = 10.0


@dataclass(frozen=True, slots=True)
class Service:
    """Where the service is, and what a participant brings along: chance and a clock."""

    visitor_url: str
    staff_url: str
    chance: Chance
    now: Now
    source: str | None = None
    """The local address to connect from, or None for any."""

    def socket(self, *, staff: bool) -> tuple[str, str]:
        """Address and Origin of an audience's socket."""
        origin = self.staff_url if staff else self.visitor_url
        path = "/ws/staff" if staff else "/ws/visitor"
        return "ws" + origin.removeprefix("http") + path, origin

    @property
    def hour(self) -> int:
        return int(self.now() // 3600)


@dataclass(frozen=True, slots=True)
class Believed:
    """Trust and rosters that were fetched and verified."""

    trust: Trust
    chain: Chain


async def fetch(url: str) -> bytes | None:
    """The body of a static file, or None when there is none."""
    return await asyncio.to_thread(_fetch, url)


def _fetch(url: str) -> bytes | None:
    if not url.startswith(("http://", "https://")):
        raise ValueError("only http and https are fetched")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=FETCH_WITHIN) as answer:
            body: bytes = answer.read()
    except urllib.error.HTTPError:
        return None
    return body


async def believe(service: Service) -> Believed:
    """Fetch trust, roster and signatures as a visitor does, verify them, walk back one roster, and
    look for both in the public log.

    Raises: LookupError when there is no roster; Refused when one is not to be believed.
    """
    base = service.visitor_url + "/.well-known/asc/"
    trust_bytes = await fetch(base + "trust.json")
    content, signatures = await fetch(base + "roster.json"), await fetch(base + "roster.sig")
    if trust_bytes is None or content is None or signatures is None:
        raise LookupError("the service publishes no roster yet")
    trust = parse_trust(trust_bytes)
    verify(content, signatures, trust, hour=service.hour)
    newest = parse_roster(content)
    earlier = []
    if newest.seq > 1:
        before = await fetch(f"{base}roster-{newest.seq - 1}.json")
        earlier = [before] if before is not None else []
    chain = chain_of(newest, earlier)
    tells_of(await fetch(base + "log") or b"", chain)
    return Believed(trust, chain)


async def solved(challenge: bytes) -> bytes:
    """The answer to a proof of work, found beside the loop."""
    return await asyncio.to_thread(solve, challenge)
