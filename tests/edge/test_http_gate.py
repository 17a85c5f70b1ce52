"""Who is let in: Host, Origin, Sec-Fetch-Site."""

from __future__ import annotations

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from tests.edge.raw import ask, handshake, request
from tests.services import DemoServer

SOCKETS = (("/ws/visitor", 0), ("/ws/staff", 1))


def wrong_origins(port: int) -> list[str]:
    own = f"http://localhost:{port}"
    return [
        "",
        "null",
        "undefined",
        "*",
        "http://evil.example",
        f"http://evil.example:{port}",
        "http://localhost",
        f"http://localhost:{port + 7}",
        f"http://localhost:{port}0",
        f"https://localhost:{port}",
        f"ws://localhost:{port}",
        f"//localhost:{port}",
        f"localhost:{port}",
        f"{own}/",
        f"{own}/chat",
        f"{own}?x",
        f"{own}#x",
        f"{own}.evil.example",
        f"http://localhost.evil.example:{port}",
        f"http://evil-localhost:{port}",
        f"http://localhost:{port}@evil.example",
        f"http://user@localhost:{port}",
        f"http://LOCALHOST:{port}",
        f"HTTP://localhost:{port}",
        f"http://localhost.:{port}",
        f"http://127.0.0.2:{port}",
        f"http://[::1]:{port}",
        f"http://localhost:0{port}",
        f"http://xn--lcalhost-54a:{port}",
        f"http://l\xf6calhost:{port}",
        f"{own} http://evil.example",
        f"{own},{own}",
    ]


@pytest.mark.check(38)
@pytest.mark.parametrize(("path", "offset"), SOCKETS)
async def test_a_socket_of_another_origin_is_refused(
    demo: DemoServer, path: str, offset: int
) -> None:
    port = demo.port + offset
    for origin in wrong_origins(port):
        for cookie in ((), ("Cookie: session=1",)):
            sent = handshake(port, path, f"Origin: {origin}", *cookie)
            assert (await ask(port, sent)).status == 403, origin


@pytest.mark.check(38, part="absent and doubled")
@pytest.mark.parametrize(("path", "offset"), SOCKETS)
async def test_an_origin_must_be_there_once(demo: DemoServer, path: str, offset: int) -> None:
    port = demo.port + offset
    own = f"Origin: http://localhost:{port}"

    assert (await ask(port, handshake(port, path))).status == 403
    assert (await ask(port, handshake(port, path, own, own))).status == 400
    assert (await ask(port, handshake(port, path, own, "Origin: null"))).status == 400


@pytest.mark.check(38, part="the other audience")
@pytest.mark.parametrize(("path", "offset"), SOCKETS)
async def test_the_other_audiences_pages_are_strangers(
    demo: DemoServer, path: str, offset: int
) -> None:
    other = demo.port + 1 - offset

    with pytest.raises(InvalidStatus) as refused:
        await connect(
            f"ws://localhost:{demo.port + offset}{path}", origin=Origin(f"http://localhost:{other}")
        )
    assert refused.value.response.status_code == 403


@pytest.mark.check(33, part="no extension")
@pytest.mark.parametrize(("path", "offset"), SOCKETS)
async def test_our_own_pages_may_open_a_socket_without_compression(
    demo: DemoServer, path: str, offset: int
) -> None:
    port = demo.port + offset
    async with connect(
        f"ws://localhost:{port}{path}",
        origin=Origin(f"http://localhost:{port}"),
        compression="deflate",
    ) as socket:
        assert socket.response is not None
        assert socket.response.status_code == 101
        assert socket.protocol.extensions == []


@pytest.mark.check(48)
@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example/admin?",
        "localhost",
        "localhost:1",
        "localhost:{port}@evil.example",
        "evil.example@localhost:{port}",
        "local_host:{port}",
        "localhost:{port}/",
        "localhost:{port}?",
        "localhost:{port}#",
        " ",
        "",
        "[::1]:{port}",
        "127.0.0.2:{port}",
        "localhost:{port}, evil.example",
        "localhost.:{port}",
    ],
)
async def test_only_our_own_names_are_answered(demo: DemoServer, host: str) -> None:
    named = host.format(port=demo.port)
    sent = f"GET /healthz HTTP/1.1\r\nHost: {named}\r\nConnection: close\r\n\r\n"

    assert (await ask(demo.port, sent.encode())).status == 421


@pytest.mark.check(48, part="double and absolute")
async def test_a_second_host_or_an_absolute_form_decides_nothing(demo: DemoServer) -> None:
    own = f"Host: localhost:{demo.port}"
    double = f"GET /healthz HTTP/1.1\r\n{own}\r\n{own}\r\nConnection: close\r\n\r\n"
    absolute = f"GET http://evil.example/healthz HTTP/1.1\r\n{own}\r\nConnection: close\r\n\r\n"

    assert (await ask(demo.port, double.encode())).status == 400
    answer = await ask(demo.port, absolute.encode())
    assert b"evil.example" not in answer.body
    assert (await ask(demo.port, request(demo.port, "/healthz"))).status == 200


@pytest.mark.check(45, part="staff over HTTP")
@pytest.mark.parametrize(
    "fields",
    [
        (),
        ("Origin: null",),
        ("Origin: http://evil.example",),
        ("Origin: http://localhost:{port}", "Sec-Fetch-Site: cross-site"),
        ("Origin: http://localhost:{port}", "Sec-Fetch-Site: same-site"),
        ("Origin: http://localhost:{port}", "Sec-Fetch-Site: none"),
    ],
)
async def test_a_foreign_page_changes_nothing(demo: DemoServer, fields: tuple[str, ...]) -> None:
    port = demo.port + 1
    given = [field.format(port=port) for field in fields]
    for path in ("/api/enrol/begin", "/api/enrol", "/api/method", "/api/challenge"):
        sent = request(port, path, "POST", "Content-Length: 0", *given)

        assert (await ask(port, sent)).status == 403
