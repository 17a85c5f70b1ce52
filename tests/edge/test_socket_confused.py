"""Ten thousand messages with fields of a wrong kind, against the whole app without a network (47).

The same app as on a socket, spoken to in ASGI: so many handshakes would take a minute. Hundreds of
the same kind go over real sockets in test_socket_json.py.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio
from starlette.types import Message

from hamn.edge import wire as words
from hamn.edge.state import Audience
from tests.edge.inside import InsideServer
from tests.edge.people import on_duty
from tests.edge.raw import ask, request
from tests.edge.test_socket_states import HEX16, STAFF, VISITOR, binary_of, fields_of, named

CASES = 10_000
ENDS: set[int | str] = {4400, 4401, 1007, 1008}
TELLS = {
    named(message)
    for message in vars(words).values()
    if isinstance(message, type)
    and issubclass(message, words.Message)
    and message.__struct_fields__
}
"""What a mistaken message may be answered with, if it is answered."""
WRONG: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    255,
    256,
    2**31,
    2**63,
    -(2**70),
    0.5,
    1e308,
    "",
    " ",
    "null",
    "ab" * 16,
    "AB" * 16,
    "cd" * 32,
    "ef" * 148,
    "\u0430" * 32,
    "\0",
    "' OR 1=1 --",
    "../../etc/passwd",
    "{{7*7}}",
    "x" * 5_000,
    [],
    [None],
    [[[[]]]],
    ["ab" * 16],
    [0] * 500,
    {},
    {"$ne": ""},
    {"$gt": 0},
    {"id": {"id": {}}},
    {"room": "ab" * 16, "cap": "cd" * 32},
    {"__proto__": {}},
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def inside(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[InsideServer]:
    async with InsideServer.serving(tmp_path_factory.mktemp("confused"), {}, {}) as server:
        yield server


class Kept:
    """In place of a connection: keeps the names of what is told."""

    def __init__(self, found: set[int | str]) -> None:
        self.writable = asyncio.Event()
        self.writable.set()
        self._found = found

    def post(self, text: bytes, binary: bytes | None) -> bool:
        del binary
        self._found.add(str(json.loads(text)["t"]))
        return True


async def spoken(server: InsideServer, audience: Audience, *said: str | bytes) -> set[int | str]:
    """What a socket that says this and goes is told: names, and the code it is closed with."""
    port = server.port + (audience is Audience.STAFF)
    host = f"localhost:{port}".encode()
    texts = [{"text": each} if isinstance(each, str) else {"bytes": each} for each in said]
    coming: Iterator[Message] = iter(
        [{"type": "websocket.connect"}, *({"type": "websocket.receive", **each} for each in texts)]
    )
    found: set[int | str] = set()

    async def receive() -> Message:
        return next(coming, {"type": "websocket.disconnect", "code": 1000})

    async def send(message: Message) -> None:
        if message["type"] == "websocket.close":
            found.add(message.get("code", 1000))

    scope = {
        "type": "websocket",
        "path": "/ws/staff" if audience is Audience.STAFF else "/ws/visitor",
        "headers": [(b"host", host), (b"origin", b"http://" + host)],
        "query_string": b"",
        "state": {"outlet": Kept(found)},
    }
    await server.apps[audience](scope, receive, send)
    return found


def mistaken(chance: random.Random, message: type[words.Message]) -> list[str | bytes]:
    """The message with one to three fields of another kind, and the binary one it announces."""
    fields: dict[str, Any] = {"t": named(message), **fields_of(message, HEX16)}
    for name in chance.sample([*fields, "extra"], k=min(chance.choice((1, 1, 2, 3)), len(fields))):
        inner = fields.get(name)
        if isinstance(inner, dict) and chance.random() < 0.5:
            fields[name] = inner | {chance.choice(list(inner)): chance.choice(WRONG)}
        else:
            fields[name] = chance.choice(WRONG)
    binary = binary_of(message)
    text = json.dumps(fields, ensure_ascii=chance.random() < 0.5)
    return [text] if binary is None else [text, binary]


@pytest.mark.check(47)
@pytest.mark.parametrize("audience", Audience)
async def test_five_thousand_mistaken_messages_are_refused_in_words_or_with_a_code(
    inside: InsideServer, audience: Audience
) -> None:
    chance = random.Random(47)
    table = VISITOR if audience is Audience.VISITORS else STAFF
    messages = [message for message in table if message is not words.SignOut]
    first = [json.dumps({"t": "auth", "token": (await on_duty(inside)).token})]
    begun = first if audience is Audience.STAFF else []
    ends = 0
    for _ in range(CASES // 2):
        said = mistaken(chance, chance.choice(messages))
        found = await spoken(inside, audience, *begun, *said)
        assert found <= ENDS | TELLS, said
        ends += bool(found & ENDS)

    assert ends > CASES // 4, "most are ill-formed"
    port = inside.port + (audience is Audience.STAFF)
    assert (await ask(port, request(port, "/healthz"))).status == 200
    assert await spoken(inside, audience, *begun) <= TELLS
