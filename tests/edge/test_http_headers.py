"""Every answer of every listener carries the header set, whatever it is about."""

from __future__ import annotations

import gzip
import re

import brotli
import pytest

from tests.edge.raw import Answer, ask, handshake, request
from tests.services import DemoServer

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
SET = {
    "content-security-policy": CSP,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "integrity-policy": "blocked-destinations=(script)",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
READS = r"connect-src 'self'( http://(localhost|127\.0\.0\.1):\d+){2};"
NEVER = ("server", "date", "set-cookie", "x-powered-by", "via")
PATHS = (
    ("/", 200),
    ("/healthz", 200),
    ("/.well-known/asc/trust.json", 200),
    ("/.well-known/asc/roster.json", 200),
    ("/.well-known/asc/roster.sig", 200),
    ("/.well-known/asc/roster-1.json", 200),
    ("/.well-known/asc/log", 200),
    ("/.well-known/asc/roster-77.json", 404),
    ("/.well-known/asc/roster-99999999999999999999.json", 404),
    ("/nothing/here", 404),
    ("/healthz/", 404),
    ("/docs", 404),
    ("/metrics", 404),
    ("/readyz", 404),
    ("/.git/config", 404),
    ("/debug", 404),
    ("//evil.example/", 404),
)
METHODS = ("TRACE", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "POST", "PROPFIND")


def policies(answer: Answer) -> dict[str, str]:
    """The headers, the staff's leave to read at the visitors' address taken off; that is looked at
    by a test of its own."""
    own = re.sub(READS, "connect-src 'self';", answer.headers["content-security-policy"])
    return {**answer.headers, "content-security-policy": own}


def assert_set(answer: Answer) -> None:
    assert policies(answer).items() >= SET.items()
    assert not set(NEVER) & set(answer.headers)
    assert "camera=()" in answer.headers["permissions-policy"]
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.check(41, part="headers")
@pytest.mark.check(42, part="answers of the app")
@pytest.mark.parametrize(("path", "status"), PATHS)
async def test_every_answer_carries_the_set(demo: DemoServer, path: str, status: int) -> None:
    for port in (demo.port, demo.port + 1):
        answer = await ask(port, request(port, path))

        assert answer.status == status
        assert_set(answer)


@pytest.mark.check(41, part="whom a page may talk to")
async def test_the_staffs_pages_read_at_the_visitors_address_and_nobody_else_anywhere(
    demo: DemoServer,
) -> None:
    visitors, staff = [await ask(demo.port + at, request(demo.port + at, "/")) for at in (0, 1)]
    origins = sorted(f"http://{host}:{demo.port}" for host in ("localhost", "127.0.0.1"))

    assert visitors.headers["content-security-policy"] == CSP
    talk = f"connect-src 'self' {' '.join(origins)};"
    assert staff.headers["content-security-policy"] == CSP.replace("connect-src 'self';", talk)


@pytest.mark.parametrize("path", ["roster.json", "roster.sig", "trust.json", "log"])
async def test_only_the_staffs_origin_reads_the_roster_across(demo: DemoServer, path: str) -> None:
    whole = f"/.well-known/asc/{path}"
    for origin, port, may in (
        (demo.staff_url, demo.port, path in {"roster.json", "log"}),
        ("https://evil.example", demo.port, False),
        (demo.visitor_url, demo.port, False),
        ("https://evil.example", demo.port + 1, False),
    ):
        answer = await ask(port, request(port, whole, "GET", f"Origin: {origin}"))
        assert (answer.headers.get("access-control-allow-origin") == origin) is may, origin


@pytest.mark.check(60)
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", ["/", "/healthz", "/nothing"])
async def test_methods_nobody_uses_are_refused(demo: DemoServer, method: str, path: str) -> None:
    for port in (demo.port, demo.port + 1):
        answer = await ask(port, request(port, path, method, "Content-Length: 0"))

        assert answer.status in {400, 403, 405}
        assert_set(answer)


@pytest.mark.check(42, part="answers below the app")
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", 421),
        (b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", 421),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 20_000 + b"\r\n\r\n", 431),
    ],
)
async def test_failures_before_the_app_carry_the_set(
    demo: DemoServer, sent: bytes, status: int
) -> None:
    answer = await ask(demo.port, sent)

    assert answer.status == status
    assert_set(answer)


@pytest.mark.check(42, part="refused handshakes")
async def test_refused_handshakes_carry_the_set(demo: DemoServer) -> None:
    bad = handshake(demo.port, "/ws/visitor").replace(b"Version: 13", b"Version: 7")

    assert_set(await ask(demo.port, handshake(demo.port, "/ws/visitor")))
    answer = await ask(demo.port, bad)
    assert answer.status in {400, 426}
    assert_set(answer)


async def test_passkeys_are_for_staff_pages_alone(demo: DemoServer) -> None:
    visitors = await ask(demo.port, request(demo.port, "/"))
    staff = await ask(demo.port + 1, request(demo.port + 1, "/"))

    for name in ("publickey-credentials-get", "publickey-credentials-create"):
        assert f"{name}=()" in visitors.headers["permissions-policy"]
        assert f"{name}=(self)" in staff.headers["permissions-policy"]


async def test_plain_http_promises_no_tls(demo: DemoServer) -> None:
    answer = await ask(demo.port, request(demo.port, "/"))

    assert "strict-transport-security" not in answer.headers


async def test_assets_are_kept_and_nothing_else(demo: DemoServer) -> None:
    page = await ask(demo.port, request(demo.port, "/"))
    found = re.search(rb'href="(/s/[0-9a-f]{12}/css/[a-z]+\.css)"', page.body)

    assert found is not None
    sheet = await ask(demo.port, request(demo.port, found[1].decode()))
    assert sheet.status == 200
    assert sheet.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert sheet.headers["content-type"] == "text/css; charset=utf-8"
    absent = await ask(demo.port, request(demo.port, found[1].decode() + "x"))
    assert (absent.status, absent.headers["cache-control"]) == (404, "no-store")


async def test_a_page_is_the_same_bytes_compressed_and_not_sent_twice(demo: DemoServer) -> None:
    plain = await ask(demo.port, request(demo.port, "/sv"))
    small = await ask(
        demo.port, request(demo.port, "/sv", "GET", "Accept-Encoding: br;q=0, gzip;q=0.8")
    )
    smallest = await ask(demo.port, request(demo.port, "/sv", "GET", "Accept-Encoding: gzip, br"))
    refused = await ask(demo.port, request(demo.port, "/sv", "GET", "Accept-Encoding: gzip;q=0"))
    tag = small.headers["etag"]
    again = await ask(
        demo.port,
        request(demo.port, "/sv", "GET", "Accept-Encoding: gzip", f"If-None-Match: {tag}"),
    )

    assert small.headers["content-encoding"] == "gzip"
    assert gzip.decompress(small.body) == plain.body == refused.body
    assert smallest.headers["content-encoding"] == "br"
    assert brotli.decompress(smallest.body) == plain.body
    assert len(smallest.body) < len(small.body) < len(plain.body)
    assert len({plain.headers["etag"], tag, smallest.headers["etag"]}) == 3
    assert (again.status, again.body) == (304, b"")
    assert_set(again)


async def test_head_answers_as_get_does_without_a_body(demo: DemoServer) -> None:
    for path in ("/sv", "/healthz", "/api/status"):
        got = await ask(demo.port, request(demo.port, path))
        head = await ask(demo.port, request(demo.port, path, "HEAD"))

        assert (head.status, head.body) == (got.status, b"")
        assert head.headers["content-length"] == str(len(got.body))


async def test_leaving_wipes_what_the_browser_kept(demo: DemoServer) -> None:
    answer = await ask(demo.port, request(demo.port, "/bye"))

    assert answer.status == 200
    assert answer.headers["clear-site-data"] == '"cache", "cookies", "storage"'


@pytest.mark.check(52, part="traversal")
@pytest.mark.parametrize(
    "path",
    [
        "/s/../../etc/passwd",
        "/s/%2e%2e/%2e%2e/etc/passwd",
        "/s/..%2f..%2fetc%2fpasswd",
        "/s/..%5c..%5cetc%5cpasswd",
        "/s/%00/etc/passwd",
        "//127.0.0.1/share/etc/passwd",
        "/s/000000000000/js/../../../../../etc/passwd",
        "/s/file:///etc/passwd",
        "/../../../../etc/passwd",
    ],
)
async def test_no_path_leads_out_of_the_pages(demo: DemoServer, path: str) -> None:
    answer = await ask(demo.port, request(demo.port, path))

    assert answer.status in {400, 404}
    assert b"root:" not in answer.body


@pytest.mark.check(52, part="ranges")
async def test_ranges_are_not_served(demo: DemoServer) -> None:
    many = "Range: bytes=" + ",".join(f"{n}-{n}" for n in range(2_000))
    answer = await ask(demo.port, request(demo.port, "/sv", "GET", many))

    assert answer.status in {200, 431}


async def test_the_operators_listener_alone_tells_readiness_and_counters(demo: DemoServer) -> None:
    ready = await ask(demo.port + 2, request(demo.port + 2, "/readyz"))
    metrics = await ask(demo.port + 2, request(demo.port + 2, "/metrics"))

    assert (ready.status, ready.body) == (200, b'{"ready":true,"faults":[]}')
    assert b"hamn_ready 1.0" in metrics.body
