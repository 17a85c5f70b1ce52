"""`hamn check`: one real encrypted conversation through the running server, step by step, timed.

It signs in as the rostered member "check". The visitor it plays seals its hello to that member
alone, so that nobody else is rung and nothing is counted, whether the door is open or closed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from hamn.asc1 import code as return_codes
from hamn.asc1.bytes import Refused
from hamn.asc1.code import ReturnCode
from hamn.clock import SystemClock
from hamn.entropy import SystemEntropy
from hamn.party.adviser import Adviser, Desk
from hamn.party.ear import Refusal
from hamn.party.service import Service
from hamn.party.visitor import Visitor
from hamn.party.wire import Cut

Thing = TypeVar("Thing")

LOGIN = "check"
FROM_VISITOR, FROM_ADVISER = "hamn check ⚓ is anyone there?", "hamn check ⚓ yes, I am."
AFTER_CUT = "hamn check ⚓ after the cut"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the check, and how long it took."""

    name: str
    ok: bool
    ms: float
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Every step that was tried; those after a failure were not."""

    ok: bool
    steps: tuple[Step, ...]

    def as_json(self) -> dict[str, object]:
        """The form that `hamn check --json` prints."""
        steps = [{"name": step.name, "ok": step.ok, "ms": round(step.ms, 1)} for step in self.steps]
        return {"ok": self.ok, "steps": steps}


async def run(visitor_url: str, staff_url: str, digits: str) -> Outcome:
    """Check a running service. `digits` is the member's generated secret of 24 digits."""
    service = Service(visitor_url, staff_url, SystemEntropy().bytes, SystemClock().now)
    conversation = _Conversation(service, digits)
    steps: list[Step] = []
    try:
        for name, act in conversation.steps():
            steps.append(await _timed(name, act))
            if not steps[-1].ok:
                break
    finally:
        await conversation.clear_away()
    return Outcome(all(step.ok for step in steps), tuple(steps))


async def _timed(name: str, act: Callable[[], Awaitable[None]]) -> Step:
    started = time.perf_counter()
    problem = ""
    try:
        async with asyncio.timeout(20):
            await act()
    except (OSError, TimeoutError, LookupError, Refused, Refusal, Cut, AssertionError) as failure:
        problem = f"{type(failure).__name__}: {failure}".rstrip(": ")
    return Step(name, not problem, (time.perf_counter() - started) * 1000, problem)


class _Conversation:
    """The two participants, and what they do one after the other."""

    def __init__(self, service: Service, digits: str) -> None:
        self._service = service
        self._digits = digits
        self._adviser: Adviser | None = None
        self._visitor: Visitor | None = None
        self._desk: Desk | None = None
        self._code: ReturnCode | None = None

    def steps(self) -> list[tuple[str, Callable[[], Awaitable[None]]]]:
        """Their names are part of the contract with scripts (docs/contract.md)."""
        return [
            ("sign_in", self.sign_in),
            ("on_duty", self.on_duty),
            ("hello", self.hello),
            ("pairing", self.pairing),
            ("to_adviser", self.to_adviser),
            ("to_visitor", self.to_visitor),
            ("cut_and_resume", self.cut_and_resume),
            ("return_code", self.return_code),
            ("erase", self.erase),
        ]

    @property
    def adviser(self) -> Adviser:
        return _there(self._adviser)

    @property
    def visitor(self) -> Visitor:
        return _there(self._visitor)

    @property
    def desk(self) -> Desk:
        return _there(self._desk)

    async def sign_in(self) -> None:
        self._adviser = await Adviser.arrive(self._service, LOGIN, self._digits)

    async def on_duty(self) -> None:
        await self.adviser.go_on()

    async def hello(self) -> None:
        digits = return_codes.make_digits(self._service.chance)
        self._visitor = await Visitor.arrive(self._service)
        service = self.visitor.believed.trust.service
        self._code = await asyncio.to_thread(return_codes.derive, digits, service)
        await self.visitor.knock(to=[self.adviser.make_shift().certificate], code=None)

    async def pairing(self) -> None:
        self._desk = await self.adviser.accept()
        await self.visitor.until_open()

    async def to_adviser(self) -> None:
        await self.visitor.say(FROM_VISITOR)
        await self._until_adviser_has(FROM_VISITOR)

    async def to_visitor(self) -> None:
        await self.desk.party.say(FROM_ADVISER)
        await self._until_visitor_has(FROM_ADVISER)

    async def cut_and_resume(self) -> None:
        await self.visitor.cut()
        await self.desk.party.say(AFTER_CUT)
        await self.visitor.resume()
        await self._until_visitor_has(AFTER_CUT)
        await self.visitor.say(AFTER_CUT)
        await self._until_adviser_has(AFTER_CUT)

    async def return_code(self) -> None:
        code = _there(self._code)
        mailbox = await self.visitor.keep(code)
        found = await self.visitor.use(code)
        if found["mailbox"] != mailbox or not found["room"]:
            raise LookupError("the code opens another mailbox, or no room")

    async def erase(self) -> None:
        receipt = await self.visitor.erase(_there(self._code))
        if receipt["codes"] != 1 or receipt["rooms"] != 1:
            raise LookupError("the receipt does not name one code and one room")
        party = self.desk.party
        await self.adviser.news.until(lambda: party.heard.closed is not None)

    async def _until_adviser_has(self, text: str) -> None:
        lines = self.desk.party.heard.lines
        await self.adviser.news.until(lambda: any(line.text == text for line in lines))

    async def _until_visitor_has(self, text: str) -> None:
        party = _there(self.visitor.party)
        lines = party.heard.lines
        await self.visitor.news.until(lambda: any(line.text == text for line in lines))

    async def clear_away(self) -> None:
        """Leave nobody on duty and no socket open, whatever has failed."""
        for participant in (self._visitor, self._adviser):
            if participant is not None:
                try:
                    if isinstance(participant, Adviser):
                        await participant.go_off()
                    await participant.leave()
                except (OSError, TimeoutError, Cut, LookupError):
                    continue


def _there(thing: Thing | None) -> Thing:
    if thing is None:
        raise LookupError("an earlier step is missing")
    return thing
