"""The role-plays of `make demo`: made once, by participants, and opened by who they are for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from hamn.asc1 import mail
from hamn.asc1.code import ReturnCode, derive, in_groups
from hamn.asc1.hpke import KeyPair, key_pair
from hamn.asc1.signin import Method, Wrapped, WrapPlace, unwrap
from hamn.core.rows import DEFAULT
from hamn.ops.brother import Visit
from hamn.ops.demo import SERVICE
from hamn.ops.plays import FILE, Kept, Play
from hamn.ops.role_plays import WORDS_OF_A_PAGE, read
from hamn.party.adviser import Adviser, Desk
from hamn.party.booking import talks_of
from hamn.party.casework import Casework
from hamn.party.mailroom import Mailroom
from hamn.party.visitor import Visitor
from tests.browser.pages import LANGUAGES, catalogue
from tests.edge.people import on_duty
from tests.faults.crowd import service_of
from tests.faults.day import live_folder
from tests.faults.scanner import Scanner
from tests.services import DemoServer

TEXTS = read()
LAST_WORDS, WITHIN = TEXTS.teacher.walk.strip()[-20:], 90.0
LONG_ENOUGH = 16
"""Characters of a text that nothing else is likely to hold."""


def test_a_walk_names_only_what_the_page_says_and_rows_that_the_centre_has() -> None:
    walks = [TEXTS.mother.walk, TEXTS.brother.walk, TEXTS.teacher.walk]
    named = {key for walk in walks for key in WORDS_OF_A_PAGE.findall(walk)}
    rows = {*TEXTS.mother.sheet.rows, *TEXTS.mother.sheet.flags}
    rows |= {id_ for step in TEXTS.mother.plan.rows for id_ in step.factors}

    assert named
    assert all(catalogue(each).words.get(key) for each in LANGUAGES for key in named)
    assert rows <= {id_ for part in DEFAULT.values() for id_ in part}


async def test_the_plays_are_made_once_open_to_their_people_and_to_nobody_else(
    tmp_path: Path,
) -> None:
    server = DemoServer.in_folder(tmp_path, on_call=False)
    server.arguments = ("demo", "--plays")
    async with server:
        made = await walked(server)
        await server.restart()
        assert await walked(server) == made

        for play in (made.mother, made.teacher):
            assert in_groups(play.digits) in server.log()
        await the_mother_has_a_talk_and_a_plan(server, made.mother)
        await the_teacher_waits_for_an_answer(server, made.teacher)
        places = [server.data, live_folder(server)]
        assert await asyncio.to_thread(Scanner(secrets_of(made)).in_files, places) == set()


async def walked(server: DemoServer) -> Kept:
    """All walks are printed; what is kept of the plays."""
    async with asyncio.timeout(WITHIN):
        while LAST_WORDS not in " ".join(server.log().split()):
            await asyncio.sleep(0.05)
    kept = server.data.with_name(server.data.name + "-operator") / FILE
    return msgspec.json.decode(kept.read_bytes(), type=Kept)


def secrets_of(kept: Kept) -> dict[str, bytes]:
    """Everything that is said and written in the plays, and the codes."""
    texts = {text for text in words(msgspec.to_builtins(TEXTS)) if len(text) >= LONG_ENOUGH}
    digits = {play.digits for play in (kept.mother, kept.teacher)}
    return {text[:LONG_ENOUGH]: text.strip().encode() for text in texts | digits}


def words(of: Any) -> Iterator[str]:
    if isinstance(of, str):
        yield from of.splitlines()
    elif isinstance(of, dict):
        for each in of.values():
            yield from words(each)
    elif isinstance(of, (list, tuple)):
        for each in of:
            yield from words(each)


async def come_back(server: DemoServer, play: Play) -> tuple[Visitor, ReturnCode]:
    """Whoever has the digits."""
    visitor = await Visitor.arrive(service_of(server))
    code = derive(play.digits, SERVICE)
    found = await visitor.use(code)
    await visitor.news.until(lambda: len(visitor.letters) == found["n"])
    return visitor, code


async def staff(server: DemoServer, role: str) -> Adviser:
    person = server.person(role)
    return await Adviser.arrive(service_of(server), person.name, person.secret)


async def kept_key(room: Mailroom, what: Wrapped) -> KeyPair:
    """The one key of this sort that a member's own browser would open."""
    wraps = (await room.ask("GET", "/api/me")).told["wraps"]
    (found,) = [each for each in wraps if each["what"] == what]
    kid = bytes.fromhex(found["kid"])
    place = WrapPlace(room.adviser.idx, what, Method.NONE, found["version"], kid)
    return key_pair(unwrap(bytes.fromhex(found["data"]), room.adviser._ak, place))


async def the_mother_has_a_talk_and_a_plan(server: DemoServer, play: Play) -> None:
    visitor, code = await come_back(server, play)
    (plan,) = [json.loads(text) for text in visitor.replies(code)]
    (talk,) = await talks_of(visitor, code)
    await visitor.news.until(lambda: len(visitor.letters) == 2)
    work = Casework(await staff(server, "counsellor"))
    work.key = await kept_key(work.post, Wrapped.CK)
    (case,) = await work.listed()
    sheet, in_case = [
        json.loads(mail.read_record((await work.open(case["id"], each["n"])).content))
        for each in case["records"]
    ]

    assert (talk["state"], talk["start"]) == ("booked", play.starts)
    assert talk["reply"] in {each.fields["room"] for each in visitor.letters}
    assert plan["aim"] == in_case["aim"] == TEXTS.mother.plan.aim
    assert (sheet["done"], sheet["summary"]) == (True, TEXTS.mother.sheet.summary)
    assert len(await work.post.listed()) == 1, "one message waits in all"


async def the_teacher_waits_for_an_answer(server: DemoServer, play: Play) -> None:
    visitor, _ = await come_back(server, play)
    room = Mailroom(await staff(server, "adviser"))
    room.key = await kept_key(room, Wrapped.BK)
    (line,) = await room.listed()
    await room.claim(line["id"])
    message = await room.open(line["id"])

    assert visitor.mail is not None
    assert (visitor.mail["by"], visitor.mail["mailbox"]) == (line["by"], line["mailbox"])
    assert message.text == TEXTS.teacher.message.strip()


async def test_the_brother_says_all_his_lines_meets_the_supervisor_and_goes(
    tmp_path: Path,
) -> None:
    said: list[str] = []
    async with DemoServer.in_folder(tmp_path, on_call=False) as server:
        visit = Visit(service_of(server), TEXTS.brother, said.append, thinks=0.0)
        alm, lind = await on_duty(server), await on_duty(server, "supervisor")
        coming = asyncio.create_task(visit.play())
        desk = await alm.accept(within=30)
        await answered(alm, desk, lind)
        await desk.party.control("closing", on=True)
        await coming
        await alm.news.until(lambda: desk.party.heard.closed is not None)

    heard = [line.text for line in desk.party.heard.lines]
    assert heard == list(TEXTS.brother.lines)
    assert said[-1] == TEXTS.brother.directions.over
    assert desk.party.heard.closed == "end"


async def answered(alm: Adviser, desk: Desk, lind: Adviser) -> None:
    """Alm answers each line; Lind comes in after the second, and he comes back by his code."""
    lines = desk.party.heard.lines
    for number in range(1, len(TEXTS.brother.lines) + 1):
        await alm.news.until(partial(lambda least: len(lines) >= least, number))
        if number == 2:
            await lind.join(desk.party.room, alm.make_shift().certificate.raw)
            await alm.let_in(desk, "supervisor")
        elif number == TEXTS.brother.away_after:
            await alm.let_in(desk, "code")
        else:
            await desk.party.say(f"Answer {number}")
