"""The sealed message box over real sockets and requests: left, taken, answered, read, erased."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from hamn.asc1.code import ReturnCode, from_root
from hamn.party.adviser import Adviser
from hamn.party.ear import Refusal
from hamn.party.mailroom import Mailroom
from hamn.party.visitor import BOX, CHAT, CODE, Visitor
from tests.edge.people import answer, do_work, on_duty, socket_of
from tests.faults.crowd import service_of
from tests.services import DemoServer

TEXT, REPLY = "Kanarie: han ritar vapen på allt", "Tack för att du skriver. Har du någon hemma?"


@pytest_asyncio.fixture(loop_scope="session")
async def server(tmp_path: Path) -> AsyncIterator[DemoServer]:
    async with DemoServer.in_folder(tmp_path, on_call=False) as server:
        yield server


async def at_the_desk(server: DemoServer, place: int = 0) -> tuple[Adviser, Mailroom]:
    """One of the demo's advisers, signed in with a box key and not on duty."""
    person = server.person("adviser", place)
    adviser = await Adviser.arrive(service_of(server, "127.44.2.9"), person.name, person.secret)
    mailroom = Mailroom(adviser)
    assert (await mailroom.make_key()).status == 200
    return adviser, mailroom


async def with_code(server: DemoServer, source: str) -> tuple[Visitor, ReturnCode]:
    visitor, code = (
        await Visitor.arrive(service_of(server, source)),
        from_root(secrets.token_bytes(32)),
    )
    await visitor.work(BOX)
    await visitor.keep(code)
    return visitor, code


async def refusal(visitor: Visitor, envelope: bytes, mailbox: str | None) -> str:
    with pytest.raises(Refusal) as refused:
        await visitor.send_message(envelope, mailbox)
    return str(refused.value.fields["code"])


async def test_a_message_at_night_is_answered_under_its_code_and_erased(
    server: DemoServer,
) -> None:
    adviser, mailroom = await at_the_desk(server)
    visitor, code = await with_code(server, "127.44.3.1")
    await visitor.leave_message(TEXT, code)
    promised = visitor.promise
    await adviser.news.until(lambda: (adviser.letters or {}).get("waiting") == 1)
    await visitor.leave()

    (line,) = await mailroom.listed()
    assert (await mailroom.claim(line["id"])).status == 200
    message = await mailroom.open(line["id"])
    assert (message.text, message.r, line["by"]) == (TEXT, code.r.public, promised)
    assert (await mailroom.reply(REPLY, to=code.r.public, line=line)).status == 200
    await adviser.news.until(lambda: (adviser.letters or {}).get("waiting") == 0)

    visitor = await Visitor.arrive(service_of(server, "127.44.3.1"))
    mail = await visitor.use(code)
    await visitor.news.until(lambda: len(visitor.letters) == mail["n"])
    assert (mail["n"], mail["by"], visitor.replies(code)) == (1, None, [REPLY])
    await visitor.erase_reply(visitor.letters[0])
    assert (await visitor.use(code))["n"] == 0
    await adviser.leave()


async def test_a_message_without_a_code_is_read_and_ended(server: DemoServer) -> None:
    adviser, mailroom = await at_the_desk(server)
    visitor = await Visitor.arrive(service_of(server, "127.44.3.2"))
    await visitor.leave_message(TEXT)

    (line,) = await mailroom.listed()
    assert line["mailbox"] is None
    await mailroom.claim(line["id"])
    assert (await mailroom.open(line["id"])).r is None
    assert (await mailroom.close(line["id"])).status == 200
    assert await mailroom.listed() == []
    await adviser.leave()


async def test_one_adviser_takes_a_message_and_a_colleague_is_told_so(server: DemoServer) -> None:
    (one, first), (two, second) = await at_the_desk(server), await at_the_desk(server, 1)
    visitor = await Visitor.arrive(service_of(server, "127.44.3.3"))
    await visitor.leave_message(TEXT)
    (line,) = await first.listed()

    assert (await first.claim(line["id"])).status == 200
    assert (await second.claim(line["id"])).status == 409
    assert (await second.ask("GET", f"/api/mail/{line['id']}")).status == 409
    assert (await second.listed())[0]["claimed_by"] == one.idx
    await first.give_back(line["id"])
    assert (await second.claim(line["id"])).status == 200
    for adviser in (one, two):
        await adviser.leave()


async def test_who_has_a_key_since_later_opens_a_message_that_a_colleague_sealed_again(
    server: DemoServer,
) -> None:
    old, mailroom = await at_the_desk(server)
    visitor, code = await with_code(server, "127.44.3.8")
    await visitor.leave_message(TEXT, code)
    new, newcomer = await at_the_desk(server, 1)
    assert await newcomer.listed() == []

    (line,) = await mailroom.listed()
    assert [answered.status for answered in await mailroom.share(line)] == [200]

    ((theirs,), (mine,)) = await newcomer.listed(), await mailroom.listed()
    await newcomer.claim(theirs["id"])
    message = await newcomer.open(theirs["id"])
    assert (message.text, message.r, newcomer.voucher) == (TEXT, code.r.public, old.idx)
    assert (mine["lacks"], theirs["lacks"]) == ([], [])
    assert (await newcomer.reply(REPLY, to=code.r.public, line=theirs)).status == 200
    assert await mailroom.listed() == []
    for adviser in (old, new):
        await adviser.leave()


@pytest.mark.check(20, part="a sealed message in every state")
async def test_a_message_needs_its_own_work_each_time_and_ones_own_mailbox(
    server: DemoServer,
) -> None:
    adviser, _ = await at_the_desk(server)
    visitor, code = await with_code(server, "127.44.3.4")
    envelope = await visitor.leave_message(TEXT, code)
    stranger = await Visitor.arrive(service_of(server, "127.44.3.5"))

    assert await refusal(visitor, envelope, None) == "gone"
    await stranger.work(CODE)
    assert await refusal(stranger, envelope, None) == "gone"
    await stranger.work(BOX)
    assert await refusal(stranger, envelope, visitor.mailbox) == "gone"
    await stranger.send_message(envelope, None)  # the same bytes again: kept once
    await adviser.leave()


@pytest.mark.check(50, part="a sealed message")
@pytest.mark.parametrize(
    ("envelope", "closed"), [(bytes(400), "4400"), (bytes(65_537), "1009")], ids=["form", "size"]
)
async def test_what_is_no_message_ends_the_socket(
    demo: DemoServer, envelope: bytes, closed: str
) -> None:
    async with socket_of(demo) as wire:
        await do_work(wire, BOX)
        await wire.tell("box", envelope, mailbox=None)
        assert await answer(wire) == closed


async def test_a_fourth_message_that_waits_under_one_code_is_refused(server: DemoServer) -> None:
    adviser, mailroom = await at_the_desk(server)
    visitor, code = await with_code(server, "127.44.3.6")
    for _ in range(3):
        await visitor.leave_message(TEXT, code)

    with pytest.raises(Refusal, match="full"):
        await visitor.leave_message(TEXT, code)
    assert len(await mailroom.listed()) == 3
    await adviser.leave()


async def test_a_chat_key_takes_no_message_and_a_box_key_no_hello(server: DemoServer) -> None:
    adviser, _ = await at_the_desk(server)
    there = await on_duty(server, place=1)
    visitor = await Visitor.arrive(service_of(server, "127.44.3.7"))

    await visitor.work(BOX)
    assert (len(visitor.boxes), visitor.certs) == (1, [])
    await visitor.work(CHAT)
    assert (len(visitor.boxes), len(visitor.certs)) == (1, 1)
    for each in (adviser, there):
        await each.leave()
