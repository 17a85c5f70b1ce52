"""`hamn demo --shift`: four hours of a made-up shift, told at a pace that somebody can watch.

Everyone in it is a real participant over a real socket, with the demo's own people at the desk:
visitors come, wait, are answered, lose their connection, are handed over, and leave. Whoever signs
in meanwhile sees it happen, and may answer: a visitor speaks with whoever accepts. A player whose
seat a person takes stands back for good.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from hamn.asc1.bytes import Refused
from hamn.ops.evening import Beat, Evening, Visit, beats
from hamn.party.adviser import Adviser, Desk
from hamn.party.ear import Refusal
from hamn.party.service import Service
from hamn.party.visitor import Visitor
from hamn.party.wire import Cut

SECONDS_A_MINUTE = 2.5
"""Of the wall clock, for a minute of the shift: four hours take ten minutes."""
BEGINS = 17
"""The hour of the made-up evening."""
RINGS = 3.0
"""Minutes of the shift until a player who is rung accepts."""
WRAP_UP = 4.0
"""Minutes of the shift that a player takes after a talk."""

Tell = Callable[[str], None]
STEPPED_IN = (Cut, Refusal, Refused, LookupError, TimeoutError, OSError)
"""What a player may meet when a person steps in, or when the service goes away."""


class Shift:
    """One telling of the evening. `pace` is seconds of the wall clock for one of its minutes."""

    def __init__(self, service: Service, evening: Evening, tell: Tell, pace: float) -> None:
        self._service = service
        self._evening = evening
        self._tell = tell
        self._pace = pace
        self._began = 0.0
        self._players: list[Adviser] = []
        self._talks: dict[bytes, tuple[Adviser, Desk]] = {}

    async def play(self, people: Mapping[str, str], playing: Sequence[str]) -> None:
        """Go on duty, let the evening pass, and go off. `people` is login name -> 24 digits."""
        for login in playing:
            player = await Adviser.arrive(self._service, login, people[login])
            await player.go_on()
            await player.abandon()
            await player.ready()
            self._players.append(player)
        self._began = asyncio.get_running_loop().time()
        self._say(f"{', '.join(map(_named, self._players))} go on duty.")
        async with asyncio.TaskGroup() as answering:
            tasks = [answering.create_task(self._answer(each)) for each in self._players]
            async with asyncio.TaskGroup() as visiting:
                for visit in self._evening.visit:
                    visiting.create_task(self._visit(visit))
            for task in tasks:
                task.cancel()
        for each in self._players:
            with suppress(*STEPPED_IN):
                await each.go_off()
                await each.leave()
        self._say("The shift is over.")

    # Advisers ------------------------------------------------------------------------------------

    async def _answer(self, adviser: Adviser) -> None:
        with suppress(*STEPPED_IN):
            while True:
                await adviser.news.until(lambda: adviser.offer is not None, within=None)
                await self._minutes(RINGS)
                desk = await _accepted(adviser)
                if desk is not None:
                    self._say(f"{_named(adviser)} answers.")
                    await self._hold(adviser, desk)

    async def _hold(self, adviser: Adviser, desk: Desk) -> None:
        """Be in a talk until it is over for this adviser, and wrap up."""
        heard = desk.party.heard
        self._talks[desk.party.room] = (adviser, desk)
        await adviser.news.until(lambda: heard.closed is not None, within=None)
        await self._minutes(WRAP_UP)
        await adviser.ready()

    async def _hand_over(self, room: bytes, colleague: Adviser) -> None:
        """Bring a colleague in, and go: warm, and only if the visitor says yes."""
        adviser, desk = self._talks[room]
        await adviser.wire.tell("invite", room=room.hex(), to=colleague.idx)
        await colleague.join(room, adviser.make_shift().certificate.raw)
        await adviser.let_in(desk, "hand_over")
        taken = colleague.rooms[room]
        await colleague.news.until(lambda: taken.party.heard.members is not None)
        self._say(f"{_named(adviser)} hands over to {_named(colleague)}; the visitor said yes.")
        await self._minutes(1)
        await adviser.wire.tell("leave", room=room.hex())
        await colleague.rekey(taken, remove=(_slot(desk),))
        await self._hold(colleague, taken)

    @property
    def _free(self) -> Adviser | None:
        """Who has no talk, advisers before supervisors."""
        free = [each for each in self._players if not _is_busy(each)]
        return min(free, key=_role, default=None)

    # Visitors ------------------------------------------------------------------------------------

    async def _visit(self, visit: Visit) -> None:
        await self._until(visit.at)
        visitor = await Visitor.arrive(self._service)
        visitor.language, visitor.danger = visit.lang, visit.danger
        try:
            await visitor.knock(relation=visit.relation)
            self._say("A visitor comes and waits" + (": in danger." if visit.danger else "."))
            await self._stay(visitor, visit)
            await visitor.leave()
        except* STEPPED_IN:
            self._say("A visitor could not be received.")

    async def _stay(self, visitor: Visitor, visit: Visit) -> None:
        if visit.gives_up is not None:
            await self._minutes(visit.gives_up)
            await visitor.end()
            self._say("A visitor has waited long enough and leaves.")
            return
        await visitor.until_open(within=self._evening.minutes * self._pace)
        start = self._minute
        async with asyncio.TaskGroup() as group:
            for beat in beats(visit):
                await self._until(start + beat.minute)
                colleague = self._free if beat.what == "hand over" else None
                if colleague and visitor.member.room_id in self._talks:
                    group.create_task(self._handed_over(visitor, colleague))
                else:
                    await self._beat(visitor, beat)
            await self._until(start + visit.stays)
            await visitor.end()
        self._say("A visitor leaves.")

    async def _handed_over(self, visitor: Visitor, colleague: Adviser) -> None:
        party = visitor.party
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._hand_over(visitor.member.room_id, colleague))
                await visitor.news.until(
                    lambda: party is not None and bool(party.controls("joining"))
                )
                if party is not None:
                    idx = party.controls("joining")[-1].fields["idx"]
                    await party.control("may", idx=idx, ok=True)
        except* STEPPED_IN:
            self._say("The hand-over did not come about.")

    async def _beat(self, visitor: Visitor, beat: Beat) -> None:
        with suppress(Cut):  # what is written without a connection goes out with the next one
            match beat.what:
                case "v":
                    await visitor.say(beat.text)
                case "a":
                    await self._reply(visitor.member.room_id, beat.text)
                case "cut":
                    await visitor.cut()
                    self._say("A visitor's connection is lost.")
                case "back":
                    await visitor.resume()
                    self._say("It is back; nothing was lost.")
                case "hand over":
                    self._say("A hand-over would help, but nobody is free.")

    async def _reply(self, room: bytes, text: str) -> None:
        """Unless a person holds the talk: they find their own words."""
        if room in self._talks:
            adviser, desk = self._talks[room]
            await desk.party.say(text.replace("%s", _named(adviser)))

    # Time ----------------------------------------------------------------------------------------

    @property
    def _minute(self) -> float:
        return (asyncio.get_running_loop().time() - self._began) / self._pace

    async def _minutes(self, count: float) -> None:
        await asyncio.sleep(count * self._pace)

    async def _until(self, minute: float) -> None:
        await self._minutes(max(0.0, minute - self._minute))

    def _say(self, what: str) -> None:
        minute = int(self._minute) if self._began else 0
        self._tell(f"{BEGINS + minute // 60:02}:{minute % 60:02}  {what}")


async def _accepted(adviser: Adviser) -> Desk | None:
    """The talk with whoever rings, or None when it rings no more."""
    if adviser.offer is None:
        return None
    try:
        return await adviser.accept()
    except (Refusal, LookupError):
        return None


def _named(player: Adviser) -> str:
    line = player.believed.chain.newest.member(player.idx)
    return line.duty_name if line else player.login


def _is_busy(player: Adviser) -> bool:
    return any(desk.party.heard.closed is None for desk in player.rooms.values())


def _role(player: Adviser) -> int:
    return player.make_shift().certificate.role


def _slot(desk: Desk) -> int:
    epoch = desk.party.member.epoch
    if epoch is None:
        raise LookupError("not in the room")
    return epoch.slot
