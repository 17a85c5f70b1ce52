"""Every message of staff from every role, off and on duty, over real sockets (check 20).

What a role may not do is answered as if what it asks about had never been; what it may do is
answered as in the table of states (test_socket_states.py).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio

from hamn.core.words import IN_ROSTER
from hamn.ops.people import Person
from hamn.party.adviser import Adviser
from hamn.party.wire import Wire
from tests.edge.matrix import ROLES, SOCKET
from tests.edge.people import answer, employed, on_duty, paired, parted, socket_of, taped
from tests.edge.raw_frames import faults
from tests.edge.test_socket_states import HEX16, SILENCE, STAFF, column, named, row
from tests.faults.crowd import service_of
from tests.services import DemoServer

SEES_NOTICES = {state: {"seen": SILENCE} for state in ("on", "elsewhere")}
"""Who is told of notices and marks one that another has seen already changes nothing."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def members(demo: DemoServer) -> dict[str, tuple[str, str]]:
    """A member of each role on the roster: letter -> login and secret."""
    people = [Person(f"role-{letter.lower()}", letter, (role,)) for letter, role in ROLES.items()]
    secrets = await employed(demo, *people)
    return {
        letter: (each.login, secret)
        for letter, each, secret in zip(ROLES, people, secrets, strict=True)
    }


def expected(letter: str, state: str) -> dict[str, str]:
    """The column of the state, with `gone` for what the role may not do."""
    told = column(state, STAFF) | (SEES_NOTICES.get(state, {}) if letter == "S" else {})
    may = {named(message) for message, letters in SOCKET.items() if letter in letters}
    return {name: word if name in may else "gone" for name, word in told.items()}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def others(demo: DemoServer) -> AsyncIterator[tuple[str, bytes]]:
    """A live room of somebody else's, and the commit that made it."""
    adviser = await on_duty(demo)
    with taped() as tape:
        visitor, desk = await paired(demo, adviser, "127.44.3.9")
        (commit,) = tape.commits()
    yield desk.party.room.hex(), commit
    assert desk.party.heard.closed is None
    await parted(visitor, adviser, desk)
    await adviser.leave()


@asynccontextmanager
async def entered(demo: DemoServer, member: Adviser) -> AsyncIterator[Wire]:
    async with socket_of(demo, staff=True) as wire:
        await wire.tell("auth", token=member.token)
        assert await answer(wire) == "hi"
        yield wire


async def in_every_state(
    demo: DemoServer, member: Adviser, others: tuple[str, bytes], *, on: bool
) -> dict[str, dict[str, str]]:
    """What every message comes to off duty, on duty, and about a room of somebody else's."""
    theirs, commit = others
    about = {"off": HEX16, "on": HEX16, "elsewhere": theirs}
    found, key = {}, b""
    for state in about if on else ("off",):
        if state == "on":
            await member.go_on()
            key = member.make_shift().sk.public
        made = commit.replace(bytes.fromhex(theirs), bytes.fromhex(about[state]))
        async with entered(demo, member) as wire:
            found[state] = await row(wire, state, about[state], STAFF, made, key)
        if state == "off":
            member = await again(member)
    return found


async def again(member: Adviser) -> Adviser:
    """The member, signed in anew: the column of who is off duty ends with signing out."""
    return await Adviser.arrive(member.service, member.login, member._digits)


@pytest.mark.check(20)
@pytest.mark.parametrize("letter", ROLES)
async def test_every_message_from_every_role_in_every_state(
    demo: DemoServer,
    members: dict[str, tuple[str, str]],
    others: tuple[str, bytes],
    letter: str,
) -> None:
    member = await Adviser.arrive(service_of(demo, "127.44.3.1"), *members[letter])
    may_go_on = ROLES[letter] in IN_ROSTER

    found = await in_every_state(demo, member, others, on=may_go_on)

    assert found == {state: expected(letter, state) for state in found}
    assert len(found) == (3 if may_go_on else 1)
    assert await faults(demo.port + 2) == 0


@pytest.mark.check(20, part="a message of no known type, and a session that is over")
@pytest.mark.parametrize("letter", ROLES)
async def test_no_role_makes_an_unknown_message_or_an_old_session_good(
    demo: DemoServer, members: dict[str, tuple[str, str]], letter: str
) -> None:
    member = await Adviser.arrive(service_of(demo, "127.44.3.2"), *members[letter])
    async with entered(demo, member) as wire:
        await wire.tell("listen", room=HEX16)
        assert await answer(wire) == "4400"
    async with entered(demo, member) as wire:
        await wire.tell("out")
        assert await answer(wire) == "4401"
    async with socket_of(demo, staff=True) as wire:
        await wire.tell("auth", token=member.token)
        assert await answer(wire) == "4401"
