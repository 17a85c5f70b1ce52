"""What `make demo` lets happen before a newcomer comes: the mother's and the teacher's role-play.

Both are made by participants over real sockets, as people would make them in their browsers, and
only once: their codes lie on the operator's side of the demo, and a later start looks with them at
what has become of it. Whatever was begun and broken off is gone on with.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from hamn.asc1.code import ReturnCode, derive, make_digits
from hamn.ops import play_papers
from hamn.ops.files import read_secret, write_secret
from hamn.ops.role_plays import RolePlays
from hamn.party.adviser import Adviser, Desk
from hamn.party.booking import Talks, book, free_times, talks_of
from hamn.party.casework import Casework
from hamn.party.ear import Refusal
from hamn.party.mailroom import Mailroom
from hamn.party.room import RoomParty
from hamn.party.service import Service
from hamn.party.visitor import BOX, Visitor

FILE = "plays.json"
ADVISER, SUPERVISOR, COUNSELLOR = "alm", "lind", "ek"
MOTHER = 1
"""Among the relations that a hello may name."""
LANGUAGE = "sv"
NOT_BEFORE = 6 * 60
"""Minutes until a talk that is booked: time to walk through, for its door opens a day early."""


class Play(msgspec.Struct):
    """What is known of one: the digits of a code, the case, and whether all of it was made."""

    digits: str = ""
    case: str = ""
    is_made: bool = False
    starts: int | None = None
    """The minute of the next talk under the code, at the last look."""
    is_gone: bool = False
    """The code leads nowhere any more: erased, or too old."""


class Kept(msgspec.Struct):
    """Both, as they are kept."""

    mother: Play = msgspec.field(default_factory=Play)
    teacher: Play = msgspec.field(default_factory=Play)


class Plays:
    """Makes what is missing, and looks at the rest."""

    def __init__(
        self, service: Service, secrets: dict[str, str], texts: RolePlays, folder: Path
    ) -> None:
        self._service = service
        self._secrets = secrets
        self._texts = texts
        self._path = folder / FILE
        self._staff: dict[str, Adviser] = {}
        self.kept = Kept()

    async def make(self) -> Kept:
        """Both plays as they stand then. Raises: whatever stepping in between raises."""
        if self._path.exists():
            self.kept = msgspec.json.decode(read_secret(self._path), type=Kept)
        async with AsyncExitStack() as stack:
            mother = await self._returning(self.kept.mother, stack)
            await self._mother(mother, stack)
            teacher = await self._returning(self.kept.teacher, stack)
            await self._teacher(teacher, stack)
        return self.kept

    def _keep(self) -> None:
        new = self._path.with_suffix(".new")
        new.unlink(missing_ok=True)
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_secret(new, msgspec.json.encode(self.kept))
        new.replace(self._path)

    async def _returning(self, play: Play, stack: AsyncExitStack) -> tuple[Visitor, ReturnCode]:
        """A visitor with the play's code, which was used if it leads anywhere."""
        is_new = not play.digits
        play.digits = play.digits or make_digits(self._service.chance)
        self._keep()
        visitor = await Visitor.arrive(self._service)
        stack.push_async_callback(visitor.leave)
        trust = visitor.believed.trust
        code = await asyncio.to_thread(derive, play.digits, trust.service)
        if not is_new:
            try:
                visitor.mailbox = (await visitor.use(code))["mailbox"]
            except Refusal as refusal:
                if refusal.fields["code"] != "gone":
                    raise
                play.is_gone = play.is_made
        return visitor, code

    async def _arrived(self, login: str, stack: AsyncExitStack) -> Adviser:
        if login not in self._staff:
            adviser = await Adviser.arrive(self._service, login, self._secrets[login])
            stack.push_async_callback(adviser.leave)
            self._staff[login] = adviser
        return self._staff[login]

    # The mother ----------------------------------------------------------------------------------

    async def _mother(self, with_code: tuple[Visitor, ReturnCode], stack: AsyncExitStack) -> None:
        play, (visitor, code) = self.kept.mother, with_code
        if play.is_gone:
            return
        if visitor.mailbox is None:
            await self._chat(visitor, code, stack)
        talks = [each for each in await talks_of(visitor, code) if self._is_ahead(each)]
        if not (play.is_made and talks):
            ek = await self._arrived(COUNSELLOR, stack)
            work = Casework(ek)
            await work.post.make_key()
            talks = talks or await self._booked(visitor, code)
            await self._agree(Talks(work.post))
            if not play.is_made:
                await self._case(work, _desk(ek, visitor, code))
        play.starts, play.is_made = talks[0]["start"], True
        self._keep()

    def _is_ahead(self, talk: dict[str, Any]) -> bool:
        ends = (talk["start"] + talk["length"]) * 60
        return talk["state"] in ("booked", "done") and bool(ends > self._service.now())

    async def _chat(self, visitor: Visitor, code: ReturnCode, stack: AsyncExitStack) -> None:
        """From hello to the end, with a code on the way."""
        lind, alm = await self._on_duty(SUPERVISOR, stack), await self._on_duty(ADVISER, stack)
        visitor.language = LANGUAGE
        await visitor.knock(relation=MOTHER)
        place = visitor.member.room_id.hex()
        await alm.news.until(lambda: place in alm.waiting)
        desk = await alm.accept(place)
        await visitor.until_open()
        await self._talk(visitor, alm, desk)
        visitor.mailbox = await visitor.keep(code)
        await visitor.end()
        await alm.news.until(lambda: desk.party.heard.closed is not None)
        await alm.ready()
        for each in (alm, lind):
            await each.go_off()

    async def _on_duty(self, login: str, stack: AsyncExitStack) -> Adviser:
        adviser = await self._arrived(login, stack)
        await adviser.go_on()
        await adviser.abandon()
        await adviser.ready()
        return adviser

    async def _talk(self, visitor: Visitor, alm: Adviser, desk: Desk) -> None:
        there = visitor.party
        line = alm.believed.chain.newest.member(alm.idx)
        if there is None or line is None:
            raise LookupError("no room, or nobody in it")
        for speaker, text in self._texts.mother.lines:
            said = text.replace("%s", line.duty_name)
            if speaker == "v":
                await visitor.say(said)
                await alm.news.until(partial(_has_read, desk.party, said))
            else:
                await desk.party.say(said)
                await visitor.news.until(partial(_has_read, there, said))

    async def _booked(self, visitor: Visitor, code: ReturnCode) -> list[dict[str, Any]]:
        time = await talk_time(self._service, (LANGUAGE,))
        return await book(visitor, code, time, LANGUAGE)

    async def _agree(self, talks: Talks) -> None:
        for each in await talks.listed():
            if each["state"] == "booked" and not each["agreed"] and each["form"] == "chat":
                await talks.agree(each)

    async def _case(self, work: Casework, desk: play_papers.Desk) -> None:
        """A sheet and a plan that are not there yet, and the plan's copy."""
        play, texts = self.kept.mother, self._texts.mother
        await work.make_key()
        if not play.case:
            play.case = (await work.begin())["id"]
            self._keep()
        form = (await work.post.ask("GET", "/api/cases/form")).told
        words = {row["id"]: row["texts"][LANGUAGE] for row in form["rows"]}
        papers = {
            "sheet": play_papers.sheet_of(texts.sheet, desk, form["form"], words),
            "plan": play_papers.plan_of(texts.plan, desk),
        }
        for holds, paper in papers.items():
            case = next(each for each in await work.listed() if each["id"] == play.case)
            if holds not in [each["holds"] for each in case["records"]]:
                await work.keep(case, holds, paper)
        copy = play_papers.copy_of(texts.plan, desk)
        await work.give_copy(copy, to=bytes.fromhex(desk.r), mailbox=desk.mailbox)

    # The teacher ---------------------------------------------------------------------------------

    async def _teacher(self, with_code: tuple[Visitor, ReturnCode], stack: AsyncExitStack) -> None:
        play, (visitor, code) = self.kept.teacher, with_code
        if not play.is_made:
            await Mailroom(await self._arrived(ADVISER, stack)).make_key()
            if visitor.mailbox is None:
                await visitor.work(BOX)
                visitor.mailbox = await visitor.keep(code)
            if (visitor.mail or {}).get("by") is None:
                await visitor.leave_message(self._texts.teacher.message.strip(), code)
        play.is_made = True
        self._keep()


async def talk_time(service: Service, languages: Iterable[str]) -> dict[str, Any]:
    """A time in writing, some hours from now. Raises: LookupError when there is none."""
    earliest = service.now() // 60 + NOT_BEFORE
    for time in await free_times(service):
        is_in_them = set(languages) <= set(time["languages"])
        if time["form"] == "chat" and is_in_them and time["start"] >= earliest:
            return time
    raise LookupError("no time for a talk is free")


def _desk(ek: Adviser, visitor: Visitor, code: ReturnCode) -> play_papers.Desk:
    service = ek.service
    today = datetime.fromtimestamp(service.now(), UTC).astimezone().date()  # as a browser here
    if visitor.mailbox is None:
        raise LookupError("no code is kept")
    return play_papers.Desk(ek.idx, today, visitor.mailbox, code.r.public.hex(), service.chance)


def _has_read(party: RoomParty, text: str) -> bool:
    return any(line.text == text for line in party.heard.lines)
