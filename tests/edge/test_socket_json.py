"""Text that is no message of ours: JSON's corners, and every field with a wrong type (55, 47)."""

from __future__ import annotations

import json

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hamn.edge import wire as words
from hamn.party.wire import Cut, Wire
from tests.edge.people import answer, on_duty, socket_of
from tests.edge.raw_frames import BINARY, TEXT, RawSocket, faults
from tests.edge.raw_frames import frame as framed
from tests.edge.test_socket_states import HEX16, STAFF, VISITOR, fields_of, named
from tests.services import DemoServer

WANT = '{"t":"want","purpose":1}'
CODE = f'{{"t":"code","id":"{HEX16}","auth":"{"cd" * 32}"}}'
CORNERS = {
    "nothing": "",
    "a space": " ",
    "null": "null",
    "a number": "1",
    "a string": '"want"',
    "a list": "[]",
    "a list of messages": f"[{WANT}]",
    "an empty object": "{}",
    "no name": '{"purpose":1}',
    "an unknown name": '{"t":"wants","purpose":1}',
    "a name of staff": '{"t":"ready"}',
    "a name of the server": '{"t":"drain"}',
    "a name in capitals": '{"t":"WANT","purpose":1}',
    "a name that is a number": '{"t":1}',
    "a name that is an object": '{"t":{"t":"want"},"purpose":1}',
    "a field too many": '{"t":"want","purpose":1,"more":1}',
    "a field too few": '{"t":"want"}',
    "a name twice": '{"t":"want","t":"want","purpose":1}',
    "a field twice": '{"t":"want","purpose":1,"purpose":1}',
    "a field twice, once hidden": '{"t":"want","purpose":1,"\\u0070urpose":1}',
    "a field twice inside": WANT[:-1] + ',"old":{"id":1,"id":1}}',
    "the field of another within": (
        f'{{"t":"keep","h_id":"{"ab" * 32}","h_auth":"{"ab" * 32}",'
        f'"old":{{"id":"{HEX16}","auth":"{"cd" * 32}","auth":"{"cd" * 32}"}}}}'
    ),
    "an escape in a value": CODE.replace("ab", "\\u0061b", 1),
    "not a number": '{"t":"want","purpose":NaN}',
    "infinity": '{"t":"want","purpose":Infinity}',
    "minus infinity": '{"t":"want","purpose":-Infinity}',
    "a number above all": '{"t":"want","purpose":1e400}',
    "a number of a thousand digits": '{"t":"want","purpose":' + "1" * 1000 + "}",
    "a fraction": '{"t":"want","purpose":1.5}',
    "a truth": '{"t":"want","purpose":true}',
    "a negative": '{"t":"want","purpose":-1}',
    "out of range": '{"t":"want","purpose":5}',
    "a leading zero": '{"t":"want","purpose":01}',
    "a lone surrogate": '{"t":"want\\ud800","purpose":1}',
    "a lone surrogate as a name": '{"t":"want","purpose":1,"\\udfff":1}',
    "a byte order mark": "\ufeff" + WANT,
    "a comma at the end": '{"t":"want","purpose":1,}',
    "a comment": '{"t":"want",/**/"purpose":1}',
    "single quotes": "{'t':'want','purpose':1}",
    "two messages": WANT + WANT,
    "something after": WANT + "x",
    "a NUL after": WANT + "\0",
    "an open end": WANT[:-1],
    "ten thousand lists": "[" * 10_000,
    "ten thousand lists, closed": "[" * 10_000 + "]" * 10_000,
    "ten thousand objects": '{"t":' * 10_000,
    "depth in a field": '{"t":"want","purpose":' + "[" * 9_000 + "]" * 9_000 + "}",
    "thousands of fields": (
        '{"t":"want","purpose":1,' + ",".join(f'"{n}":0' for n in range(7_000)) + "}"
    ),
    "hex in capitals": CODE.replace("ab", "AB"),
    "hex with a newline": CODE.replace(f'{HEX16}"', f'{HEX16}\\n"'),
    "hex of another length": CODE.replace(HEX16, HEX16 + "ab"),
    "digits of another script": CODE.replace("ab", "\u0661b", 1),
}


@pytest.mark.check(55)
@pytest.mark.parametrize("name", CORNERS)
async def test_text_that_is_no_message_ends_with_4400(demo: DemoServer, name: str) -> None:
    raw = await RawSocket.open(demo.port, "/ws/visitor")
    await raw.send(framed(TEXT, CORNERS[name].encode()))

    assert await raw.end() == 4400
    raw.shut()
    assert await faults(demo.port + 2) == 0


@pytest.mark.check(55)
@pytest.mark.parametrize("name", ["name", "sig", "token"])
async def test_an_optional_field_twice_ends_with_4400(demo: DemoServer, name: str) -> None:
    async with socket_of(demo, staff=True) as wire:
        value = {"name": "aa", "sig": "ab" * 64, "token": "ab" * 32}[name]
        await wire.tell_raw(f'{{"t":"auth","{name}":"{value}","{name}":"{value}"}}')

        assert await answer(wire) == "4400"


@pytest.mark.check(55, part="what is in order is taken")
async def test_spaces_and_another_order_are_no_fault(demo: DemoServer) -> None:
    async with socket_of(demo) as wire:
        await wire.tell_raw('\n{ "purpose" : 1 ,\t"t"\r:"want"} ')

        assert await answer(wire) == "work"


async def test_a_text_where_a_binary_message_is_due_ends_with_4400(demo: DemoServer) -> None:
    async with socket_of(demo) as wire:
        await wire.tell("hello", **fields_of(words.Hello, HEX16))
        await wire.tell_raw(WANT)

        assert await answer(wire) == "4400"


WRONG = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(min_value=-(2**80), max_value=2**80),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=40),
    st.sampled_from(["ab" * 16, "cd" * 32, "ef" * 148, "00" * 91, "", "sv", "../", "'; --"]),
    st.lists(st.one_of(st.none(), st.integers(), st.text(max_size=4)), max_size=5),
    st.dictionaries(st.text(max_size=4), st.integers(), max_size=3),
    st.builds(dict, room=st.text(max_size=8), cap=st.integers()),
)


@st.composite
def mistaken(draw: st.DrawFn, message: type[words.Message]) -> tuple[str, bytes | None]:
    """A message with one or more fields replaced, left out or added, and noise for its binary."""
    fields = fields_of(message, HEX16)
    for name in draw(st.sets(st.sampled_from([*fields, "t", "extra"]), min_size=1, max_size=3)):
        if draw(st.integers(0, 9)):
            fields[name] = draw(WRONG)
        else:
            fields.pop(name, None)
    text = json.dumps({"t": named(message), **fields}, ensure_ascii=draw(st.booleans()))
    return text, draw(st.binary(max_size=600)) if message.binary else None


async def survives(wire: Wire, said: tuple[str, bytes | None]) -> bool:
    """Whether it is taken, refused in words, or ends the socket as malformed, and nothing else."""
    text, binary = said
    try:
        await wire.tell_raw(text.encode("utf-8", "replace").decode(), binary)
        await wire.tell("want", purpose=3)
        while (told := await wire.next()).name not in ("work", "refuse"):
            pass
    except Cut as cut:
        return cut.code in (4400, 4401)
    return told.name == "work" or told.fields["code"] in ("gone", "busy", "full", "gap", "stale")


@pytest.mark.check(47, part="every field of every message of visitors")
@pytest.mark.parametrize("message", VISITOR)
async def test_a_visitors_field_of_a_wrong_type_is_refused(
    demo: DemoServer, message: type[words.Message]
) -> None:
    examples: list[tuple[str, bytes | None]] = []
    collect(message, examples)
    for said in examples:
        async with socket_of(demo) as wire:
            assert await survives(wire, said), said
    assert await faults(demo.port + 2) == 0
    assert demo.is_running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def token(demo: DemoServer) -> str:
    """Of somebody on duty, for every message but the one that would end it."""
    return (await on_duty(demo)).token


@pytest.mark.check(47, part="every field of every message of staff")
@pytest.mark.parametrize("message", STAFF)
async def test_a_field_of_staff_of_a_wrong_type_is_refused(
    demo: DemoServer, token: str, message: type[words.Message]
) -> None:
    if message is words.SignOut:
        token = (await on_duty(demo, place=1)).token
    examples: list[tuple[str, bytes | None]] = []
    collect(message, examples)
    for said in examples:
        async with socket_of(demo, staff=True) as wire:
            if message is not words.Auth:
                await wire.tell("auth", token=token)
            assert await survives(wire, said), said
    assert await faults(demo.port + 2) == 0
    assert demo.is_running


def collect(message: type[words.Message], into: list[tuple[str, bytes | None]]) -> None:
    """Fifteen mistaken messages, the same in every run."""

    @settings(max_examples=15, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(mistaken(message))
    def keep(said: tuple[str, bytes | None]) -> None:
        into.append(said)

    keep()


@pytest.mark.check(47, part="binary messages of noise")
@pytest.mark.parametrize("size", [0, 1, 3, 4, 19, 20, 27, 28, 300, 1068, 16428, 65536])
async def test_noise_ends_with_4400(demo: DemoServer, size: int) -> None:
    for start in (b"", b"\x01\x10\x01\x00", b"\x01\x11\x01\x01", b"\x01\x20\x01\xff", b"AEV1"):
        for staff in (False, True):
            raw = await RawSocket.open(demo.port + staff, "/ws/staff" if staff else "/ws/visitor")
            await raw.send(framed(BINARY, (start + bytes(size))[:size]))
            assert await raw.end() == (4401 if staff else 4400)
            raw.shut()
    assert await faults(demo.port + 2) == 0
