"""The header set that every answer carries, whatever it is (protocol.md section 11, check 41-42).

The policies are the same bytes on every answer of an app. Nothing may be kept by a browser or a
proxy but what lies under `/s/`, whose names change with their content.
"""

from __future__ import annotations

from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hamn.edge.state import Audience

STATIC = "/s/"
IMMUTABLE = b"public, max-age=31536000, immutable"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src {talk}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
HSTS = b"max-age=63072000; includeSubDomains"
OFF = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
PASSKEYS = ("publickey-credentials-create", "publickey-credentials-get")

Fields = tuple[tuple[bytes, bytes], ...]


def permissions(audience: Audience) -> bytes:
    """Everything off; passkeys for the staff's own pages alone."""
    passkeys = "(self)" if audience is Audience.STAFF else "()"
    return ", ".join(
        [f"{name}=()" for name in OFF] + [f"{name}={passkeys}" for name in PASSKEYS]
    ).encode()


def policy(audience: Audience, visitors: Iterable[str]) -> bytes:
    """Scripts talk to their own server alone; the staff's also read what visitors are shown, so
    that a server which shows them something else is found (protocol.md section 5)."""
    others = sorted(visitors) if audience is Audience.STAFF else []
    return CSP.format(talk=" ".join(["'self'", *others])).encode("ascii")


def header_set(audience: Audience, *, is_https: bool, visitors: Iterable[str] = ()) -> Fields:
    """The set without `cache-control`, which goes by path."""
    fields = (
        (b"content-security-policy", policy(audience, visitors)),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-embedder-policy", b"require-corp"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"integrity-policy", b"blocked-destinations=(script)"),
        (b"permissions-policy", permissions(audience)),
        (b"referrer-policy", b"no-referrer"),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
    )
    return (*fields, (b"strict-transport-security", HSTS)) if is_https else fields


def cache_control(path: str, status: int) -> bytes:
    is_kept = path.startswith(STATIC) and status in {200, 304}
    return IMMUTABLE if is_kept else b"no-store"


class Headers:
    """ASGI middleware, outermost: puts the set on every answer and refused handshake."""

    def __init__(self, app: ASGIApp, *, fields: Fields) -> None:
        self._app = app
        self._fields = fields
        self._names = frozenset(name for name, _ in fields) | {b"cache-control"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_set(message: Message) -> None:
            if message["type"] in {"http.response.start", "websocket.http.response.start"}:
                message["headers"] = self._with_set(message, scope["path"])
            await send(message)

        await self._app(scope, receive, send_with_set)

    def _with_set(self, message: Message, path: str) -> list[tuple[bytes, bytes]]:
        own = [each for each in message.get("headers", ()) if each[0].lower() not in self._names]
        cache = (b"cache-control", cache_control(path, message["status"]))
        return [*own, *self._fields, cache]
