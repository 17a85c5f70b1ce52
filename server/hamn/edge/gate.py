"""Who is let in at all: the Host allow-list, the Origin gate, the methods in use.

A request whose Host is not one of ours is answered 421 and a method nobody uses 405, before any
route is looked at. A socket is refused with 403 before `accept` unless it names exactly one Origin
and that Origin is byte for byte one of this listener's; nothing is folded, since browsers send
origins in one form only, and an absent Origin means no browser of ours (security.md F1, check 38).
A request that changes state must come from one of our own pages (check 45). Nothing here looks at
a path, a query or an address.
"""

from __future__ import annotations

from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from hamn.edge.errors import plain

READING = frozenset({"GET", "HEAD"})
CHANGING = frozenset({"POST", "PUT", "DELETE"})
SAME_SITE = (b"same-origin",)


def header_values(scope: Scope, name: bytes) -> list[bytes]:
    """Every value of a header, in the order received."""
    return [value for key, value in scope["headers"] if key == name]


class Gate:
    """ASGI middleware; the rest of the app sees only what may enter."""

    def __init__(self, app: ASGIApp, *, hosts: frozenset[str], origins: frozenset[str]) -> None:
        self._app = app
        self._hosts = frozenset(host.encode("ascii") for host in hosts)
        self._origins = frozenset(origin.encode("ascii") for origin in origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = None if scope["type"] == "lifespan" else self.refusal(scope)
        if refusal is None:
            await self._app(scope, receive, send)
        else:
            await plain(refusal)(scope, receive, send)

    def refusal(self, scope: Scope) -> HTTPStatus | None:
        """Why this request or handshake may not enter, or None."""
        hosts = header_values(scope, b"host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return HTTPStatus.MISDIRECTED_REQUEST
        if scope["type"] == "websocket":
            return None if self._comes_from_our_page(scope) else HTTPStatus.FORBIDDEN
        return self._refusal_of_method(scope)

    def _refusal_of_method(self, scope: Scope) -> HTTPStatus | None:
        if scope["method"] in READING:
            return None
        if scope["method"] not in CHANGING:
            return HTTPStatus.METHOD_NOT_ALLOWED
        sites = header_values(scope, b"sec-fetch-site")
        if sites and tuple(sites) != SAME_SITE:
            return HTTPStatus.FORBIDDEN
        return None if self._comes_from_our_page(scope) else HTTPStatus.FORBIDDEN

    def _comes_from_our_page(self, scope: Scope) -> bool:
        origins = header_values(scope, b"origin")
        return len(origins) == 1 and origins[0] in self._origins
