"""Every page, script and error there is: exactly the header set, and nothing about us (41, 42)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from html import escape
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import quote

import pytest
import pytest_asyncio

from hamn.app import duty
from hamn.edge.headers import header_set
from hamn.edge.state import Audience, Edge
from hamn.wiring import fields_of
from tests.browser.corpus import PAYLOADS
from tests.edge.inside import InsideServer
from tests.edge.raw import Answer, ask, exchange, handshake, request
from tests.edge.test_http_headers import NEVER, SET, policies

MAY_STAND = {
    *SET,
    "permissions-policy",
    "cache-control",
    "content-type",
    "content-length",
    "content-encoding",
    "connection",
    "etag",
    "vary",
    "allow",
    "clear-site-data",
}
"""Nothing else is told with an answer: no server, no version, no cookie, no time."""
CONNECTIONS = 12


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[InsideServer]:
    folder, few = tmp_path_factory.mktemp("every"), {"connections": CONNECTIONS}
    async with InsideServer.serving(folder, few, few) as inside:
        yield inside


def assert_exact(answer: Answer, what: object) -> None:
    assert policies(answer).items() >= SET.items(), what
    assert set(answer.headers) <= MAY_STAND, what
    assert not set(NEVER) & set(answer.headers), what
    assert "camera=()" in answer.headers["permissions-policy"], what
    assert answer.headers["cache-control"] in ("no-store", "public, max-age=31536000, immutable")
    if answer.body:
        assert "; charset=" in answer.headers["content-type"] or answer.headers[
            "content-type"
        ].startswith(("image/", "application/json", "application/octet-stream")), what


@pytest.mark.check(41)
@pytest.mark.check(42)
@pytest.mark.parametrize("audience", Audience)
async def test_every_page_and_file_carries_the_set_and_nothing_more(
    server: InsideServer, audience: Audience
) -> None:
    port = server.port + (audience is Audience.STAFF)
    for path in server.shelves[audience]:
        answer = await ask(port, request(port, path))
        assert answer.status == 200, path
        assert_exact(answer, path)
        tag = answer.headers.get("etag")
        if tag:
            again = await ask(port, request(port, path, "GET", f"If-None-Match: {tag}"))
            assert again.status == 304, path
            assert_exact(again, path)
    assert len(server.shelves[audience]) > 30


def failing(port: int) -> dict[int, bytes]:
    """A request for every status that is not a page, as bytes."""
    own = f"Origin: http://localhost:{port}"
    json = "Content-Type: application/json"
    whole = f"Host: localhost:{port}\r\nConnection: close"
    return {
        400: b"nonsense\r\n\r\n",
        403: handshake(port, "/ws/visitor", "Origin: https://evil.example"),
        404: request(port, "/nowhere"),
        405: request(port, "/", "DELETE", own),
        421: b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        431: f"GET / HTTP/1.1\r\n{whole}\r\nX: {'y' * 20_000}\r\n\r\n".encode(),
        413: request(port, "/api/status", "POST", own, json, f"Content-Length: {2**20}"),
    }


@pytest.mark.check(41)
@pytest.mark.check(42)
@pytest.mark.parametrize("audience", Audience)
async def test_every_error_carries_the_set_and_nothing_more(
    server: InsideServer, audience: Audience
) -> None:
    port = server.port + (audience is Audience.STAFF)
    for status, sent in failing(port).items():
        answer = await ask(port, sent)
        assert answer.status == status
        assert_exact(answer, status)


@pytest.mark.check(42)
async def test_errors_of_the_staffs_own_routes_carry_the_set(server: InsideServer) -> None:
    port = server.port + 1
    own, token = f"Origin: http://localhost:{port}", "Authorization: Bearer " + "0" * 64
    unknown = await ask(port, request(port, "/api/me", "GET", token))
    fields = (token, own, "Content-Type: application/json", "Content-Length: 2")
    spent = await ask(port, request(port, "/api/enrol/begin", "POST", *fields) + b"{}")

    assert (unknown.status, spent.status) == (401, 410)
    assert_exact(unknown, 401)
    assert_exact(spent, 410)


@pytest.mark.check(42)
async def test_a_bug_of_ours_is_told_in_one_sentence_with_the_set(
    server: InsideServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> None:
        raise LookupError("a secret of the inside")

    monkeypatch.setattr(duty, "status", broken)
    answer = await ask(server.port, request(server.port, "/api/status"))

    assert (answer.status, answer.body) == (500, b"Something is wrong on our side.\n")
    assert_exact(answer, 500)


@pytest.mark.check(42)
async def test_a_full_house_says_so_with_the_set(server: InsideServer) -> None:
    idle = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(CONNECTIONS)]
    answer = await ask(server.port, request(server.port, "/healthz"))
    for _, writer in idle:
        writer.close()

    assert answer.status == 503
    assert_exact(answer, 503)


@pytest.mark.check(41)
@pytest.mark.parametrize("audience", Audience)
def test_with_tls_the_set_has_two_years_of_it(audience: Audience) -> None:
    own = {"https://stod.example"}
    edge = cast("Edge", SimpleNamespace(audience=audience, origins=own, visitor_origins=own))
    fields = dict(fields_of(edge))

    assert fields.pop(b"strict-transport-security") == b"max-age=63072000; includeSubDomains"
    assert tuple(fields.items()) == header_set(audience, is_https=False, visitors=own)


@pytest.mark.check(43, part="nothing of a request's head is told back")
@pytest.mark.parametrize("audience", Audience)
async def test_nothing_of_a_request_is_told_back(server: InsideServer, audience: Audience) -> None:
    port = server.port + (audience is Audience.STAFF)
    for number, payload in enumerate(PAYLOADS):
        names = ("User-Agent", "Referer", "Accept-Language", "Cookie", "X-Forwarded-Host", "X-Nick")
        way = (
            f"/sv/{quote(payload)}?topic={quote(payload)}"
            if number % 2
            else "/sv?" + quote(payload)
        )
        head = request(port, way).removesuffix(b"\r\n")
        fields = b"".join(f"{name}: {payload}\r\n".encode() for name in names)
        answer = await exchange(port, head + fields + b"\r\n")

        assert answer.startswith(b"HTTP/1.1 "), payload
        for form in (payload, quote(payload), escape(payload)):
            assert form.encode() not in answer, payload
