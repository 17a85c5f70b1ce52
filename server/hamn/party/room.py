"""A participant's side of one room over a socket: outbox, acknowledgements, receipts, lines read.

The rules of 7.5 rules 3 and 4 and of the refusal table: identical bytes until `ok`, sealed anew
only across a commit, everything acknowledged, every line receipted once it was read.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hamn.asc1.events import Control, Ended, Event, Line, Members, Received
from hamn.asc1.member import Member
from hamn.party.service import Now
from hamn.party.wire import Cut, Told, Wire

GAP_WAIT = 0.05
"""Seconds until a resend after a gap: the refusals of all that was on its way have come by then."""


@dataclass(slots=True)
class Heard:
    """What a participant has seen of a room, in order."""

    lines: list[Line] = field(default_factory=list, repr=False)
    events: list[Event] = field(default_factory=list, repr=False)
    received: set[bytes] = field(default_factory=set)
    members: Members | None = None
    closed: str | None = None
    peers: dict[int, str] = field(default_factory=dict)
    ended: bool = False

    def note(self, event: Event) -> None:
        self.events.append(event)
        match event:
            case Line():
                self.lines.append(event)
            case Received():
                self.received |= set(event.msg_ids)
            case Members():
                self.members = event
            case Ended():
                self.ended = True
            case _:
                pass


class News:
    """Lets a test or a step wait until something is so."""

    def __init__(self) -> None:
        self._changed = asyncio.Condition()
        self.failed: BaseException | None = None

    async def tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def until(self, is_so: Callable[[], bool], within: float | None = 30.0) -> None:
        """Wait until it is so.

        Raises: TimeoutError; whatever ended the participant before.
        """
        async with asyncio.timeout(within), self._changed:
            while not is_so():
                if self.failed is not None:
                    raise self.failed
                await self._changed.wait()


class RoomParty:
    """One participant in one room, on whatever socket it has at the moment."""

    def __init__(self, member: Member, now: Now, *, receipts: bool = True) -> None:
        self.member = member
        self.heard = Heard()
        self.acked: set[bytes] = set()
        self._now = now
        self._receipts = receipts
        self._resending: asyncio.Task[None] | None = None
        self.wire: Wire | None = None

    @property
    def room(self) -> bytes:
        return self.member.room_id

    async def say(self, text: str) -> bytes:
        """Write a line; its msg_id. It is sent now, or with the next resend."""
        written = self.member.say(text, now=int(self._now()))
        await self._send(written.frame)
        return written.inner.msg_id

    async def control(self, name: str, **fields: object) -> None:
        """Send a control message."""
        await self._send(self.member.control(name, fields, now=int(self._now())).frame)

    async def cover(self) -> None:
        """Send a frame that says nothing."""
        await self._send(self.member.cover(now=int(self._now())).frame)

    async def _send(self, frame: bytes) -> None:
        if self.wire is not None:
            await self.wire.send(frame)

    async def take_put(self, told: Told) -> tuple[Event, ...]:
        """A frame or commit: read it, answer what is due, acknowledge it."""
        certs = tuple(bytes.fromhex(cert) for cert in told.fields["certs"])
        pos = int(told.fields["pos"])
        step = self.member.receive(told.binary, pos=pos, now=int(self._now()), certs=certs)
        for event in step.events:
            self.heard.note(event)
        for written in step.send:
            await self._send(written.frame)
        if self._receipts and any(isinstance(event, Line) for event in step.events):
            await self._send_receipt()
        if self.wire is not None:
            await self.wire.tell("ack", room=self.room.hex(), pos=pos)
        return step.events

    async def _send_receipt(self) -> None:
        receipt = self.member.receipt(now=int(self._now()))
        if receipt is not None:
            await self._send(receipt.frame)

    def take_ok(self, fields: dict[str, Any]) -> None:
        """The server has a frame of ours."""
        for written in self.member.unsettled():
            if (written.epoch, written.seq) == (fields["epoch"], fields["seq"]):
                self.acked.add(written.inner.msg_id)
        self.member.acknowledged(
            epoch=fields["epoch"], slot=fields["slot"], seq=fields["seq"], pos=fields["pos"]
        )

    async def take_refusal(self, fields: dict[str, Any]) -> None:
        """Act as the refusal table says; `stale` waits for the commit that is on its way.

        What follows a refused frame is refused too: one resend, after the wait, serves them all.
        """
        if fields["code"] in ("busy", "full", "gap") and self._resending is None:
            wait = max(1, int(fields["wait"])) if fields["code"] != "gap" else GAP_WAIT
            self._resending = asyncio.get_running_loop().create_task(self._resend_after(wait))

    async def _resend_after(self, wait: float) -> None:
        await asyncio.sleep(wait)
        self._resending = None
        with contextlib.suppress(Cut):
            await self.resend()

    async def resend(self) -> None:
        """Send every frame without `ok` again, as identical bytes."""
        epoch = self.member.epoch
        for written in self.member.unsettled():
            if epoch is not None and written.epoch == epoch.number:
                await self._send(written.frame)

    def controls(self, name: str) -> list[Control]:
        """Control messages of this name that were read."""
        events = self.heard.events
        return [event for event in events if isinstance(event, Control) and event.name == name]
