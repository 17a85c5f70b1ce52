"""`hamn demo-brother`: the made-up brother comes to the demo's door, for who plays Alm and Lind.

He is a real participant over a real socket, and writes his next line whenever somebody there has
written or come in. Whoever wants to come in may; he is away for a while, and back with his code;
when an end is proposed, or the terminal stops him, he goes. Nobody but him is played here.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from hamn.asc1.code import ReturnCode, derive, in_groups, make_digits
from hamn.asc1.events import Control, Event, Line, Members
from hamn.asc1.group import VISITOR_SLOT
from hamn.clock import SystemClock
from hamn.entropy import SystemEntropy
from hamn.ops import role_plays
from hamn.ops.demo import Demo
from hamn.ops.role_plays import Brother
from hamn.ops.shift import STEPPED_IN
from hamn.party.room import RoomParty
from hamn.party.service import Service, fetch
from hamn.party.visitor import Visitor

LANGUAGE = "en"
THINKS = 3.0
"""Seconds until he writes, once he has been answered."""
LOOKS_AGAIN = 2.0
"""Seconds between two looks at a door that is closed."""
UNASKED = ("again", "supervisor")
"""For what somebody comes in without the visitor being asked."""

Tell = Callable[[str], None]


class Over(Exception):
    """The conversation has ended, or cannot be reached."""


async def come(port: int) -> None:
    """Be there until it is over."""
    demo = Demo(port, Path())
    service = Service(demo.visitor_url, demo.staff_url, SystemEntropy().bytes, SystemClock().now)
    await Visit(service, role_plays.read().brother, print, THINKS).play()


class Visit:
    """One visit of his. `thinks` is how long he takes for a line."""

    def __init__(self, service: Service, texts: Brother, tell: Tell, thinks: float) -> None:
        self._service = service
        self._texts = texts
        self._tell = tell
        self._thinks = thinks
        self._visitor: Visitor | None = None
        self._code: ReturnCode | None = None
        self._heard = 0
        """So many of the room's events were acted upon."""
        self._answers = 0
        """How often somebody has written or come in since he wrote."""

    async def play(self) -> None:
        """Come, say everything, and stay until somebody ends it."""
        self._say("begins")
        lines, away = self._texts.lines, self._texts.away_after
        try:
            await self._until_the_door_opens()
            await self._go_in()
            await self._talk(lines[:away])
            await self._call_somebody()
            await self._talk(lines[away:])
            self._say("stays")
            await self._until(lambda: False)
        except (Over, asyncio.CancelledError):
            self._say("over")
        except STEPPED_IN:
            self._say("lost")
        finally:
            await self._leave()

    def _say(self, what: str, **values: object) -> None:
        text: str = getattr(self._texts.directions, what).strip()
        for name, value in values.items():
            text = text.replace("{" + name + "}", str(value))
        self._tell(text)

    # To the door and in --------------------------------------------------------------------------

    async def _until_the_door_opens(self) -> None:
        is_told = False
        while not await self._is_open():
            if not is_told:
                self._say("door")
            is_told = True
            await asyncio.sleep(LOOKS_AGAIN)

    async def _is_open(self) -> bool:
        told = await fetch(self._service.visitor_url + "/api/status")
        return told is not None and bool(json.loads(told)["open"])

    async def _go_in(self) -> None:
        """Wait until somebody answers, and have a code."""
        visitor = self._visitor = await self._arrived()
        digits = make_digits(self._service.chance)
        service = visitor.believed.trust.service
        self._code = await asyncio.to_thread(derive, digits, service)
        await visitor.knock(relation=self._texts.relation)
        self._say("waits")
        await self._until_open()
        await visitor.keep(self._code)
        await self._tell_code()
        self._say("code", code=in_groups(digits))

    async def _arrived(self) -> Visitor:
        visitor = await Visitor.arrive(self._service)
        visitor.language, visitor.danger = LANGUAGE, True
        self._heard = 0
        return visitor

    async def _until_open(self) -> None:
        await self._until(lambda: self._party.member.epoch is not None)

    async def _tell_code(self) -> None:
        """Who has the code comes back to these members of staff, if they know it."""
        visitor, code = self._here, self._code
        if code is not None:
            await self._party.control("code", r=code.r.public.hex(), mailbox=visitor.mailbox)

    async def _call_somebody(self) -> None:
        """The line is gone for a while; he comes back by his code."""
        seconds = self._texts.away_seconds * self._thinks / THINKS
        self._say("away", seconds=int(seconds))
        mailbox = self._here.mailbox
        await self._here.cut()
        await asyncio.sleep(seconds)
        visitor = self._visitor = await self._arrived()
        visitor.mailbox = mailbox
        if self._code is None:
            raise Over
        mail = await visitor.use(self._code)
        if mail["room"] is None:
            await visitor.knock(code=self._code, relation=self._texts.relation)
        else:
            await visitor.rejoin(self._code)
        await self._until_open()
        self._say("back")

    async def _leave(self) -> None:
        if self._visitor is not None:
            with suppress(*STEPPED_IN):
                await self._visitor.end()
                await self._visitor.leave()

    # What he says and hears ----------------------------------------------------------------------

    async def _talk(self, lines: Sequence[str]) -> None:
        """The first line at once, every other one when somebody has answered."""
        for number, line in enumerate(lines):
            if number:
                await self._until(lambda: self._answers > 0)
            await self._party.control("writing")
            await asyncio.sleep(self._thinks)
            await self._until(lambda: True)
            await self._party.say(line)
            self._tell("> " + line)
            self._answers = 0

    async def _until(self, is_so: Callable[[], bool]) -> None:
        """Wait, and meanwhile act upon what happens in the room. Raises: Over."""
        visitor = self._here
        while True:
            await self._act()
            if self._is_over:
                raise Over
            if is_so():
                return
            await visitor.news.until(
                lambda: is_so() or self._is_over or len(self._events) > self._heard, within=None
            )

    async def _act(self) -> None:
        while self._heard < len(self._events):
            event = self._events[self._heard]
            self._heard += 1
            match event:
                case Line():
                    self._answers += 1
                case Control():
                    await self._hear(event)
                case Members() if event.joined - {VISITOR_SLOT} and event.context.epoch > 1:
                    await self._see(event)
                case _:
                    pass

    async def _hear(self, control: Control) -> None:
        match control.name:
            case "joining" if control.fields["why"] not in UNASKED:
                await self._party.control("may", idx=control.fields["idx"], ok=True)
            case "still":
                await self._party.control("here")
            case "closing" if control.fields.get("on"):
                await asyncio.sleep(self._thinks)
                raise Over
            case _:
                pass

    async def _see(self, members: Members) -> None:
        """Somebody has come in."""
        newest = self._here.believed.chain.newest
        lines = [newest.member(each.idx) for each in members.people.values() if each.idx]
        self._say("joined", names=", ".join(line.duty_name for line in lines if line))
        self._answers += 1
        await self._tell_code()

    @property
    def _here(self) -> Visitor:
        if self._visitor is None:
            raise LookupError("he has not come yet")
        return self._visitor

    @property
    def _party(self) -> RoomParty:
        if self._here.party is None:
            raise LookupError("no place and no room")
        return self._here.party

    @property
    def _events(self) -> list[Event]:
        return self._party.heard.events

    @property
    def _is_over(self) -> bool:
        visitor = self._here
        is_cut = visitor.closed_with is not None
        return is_cut or bool(visitor.refusals) or self._party.heard.closed is not None
