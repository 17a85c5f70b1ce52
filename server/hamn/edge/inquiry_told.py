"""Referrals and requests on the visitor's socket: one is left, and how they stand under a code."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from hamn.app import escalate, inquire
from hamn.app.ports import World
from hamn.core.inquiry import Inquiry
from hamn.core.words import Refusal, RefusalCode
from hamn.edge import wire
from hamn.edge.line import Line
from hamn.edge.shown_code import ShownCode

INQUIRY = 4
"""The purpose of the work."""


class Asker:
    """A professional on this socket, and what they may ask of it."""

    def __init__(self, line: Line, world: World, code: ShownCode, bucket: bytes) -> None:
        self._code = code
        self._line = line
        self._world = world
        self._bucket = bucket
        self._has_worked = False

    def acts(self) -> dict[type, Callable[[Any, bytes], Awaitable[None]]]:
        return {wire.Inquire: self._inquire, wire.AskInquiries: self._tell}

    async def worked(self) -> None:
        """The work is done: whom it is sealed to, beside the board's keys in the roster."""
        self._has_worked = True
        keys = await escalate.readers(self._world)
        await self._line.tell(wire.Certs([key.data.hex() for key in keys]))

    async def _inquire(self, _: wire.Inquire, envelope: bytes) -> None:
        mailbox = self._code.need()
        if not self._has_worked:
            raise Refusal(RefusalCode.GONE)
        kept = await inquire.send(self._world, envelope, mailbox=mailbox, bucket=self._bucket)
        self._has_worked = False
        await self._line.tell(wire.Ok("inquire", kept.record.hex(), 0, 0, 0, 0))

    async def _tell(self, _: wire.AskInquiries, __: bytes) -> None:
        mine = await inquire.of_code(self._world, self._code.need())
        answers = [(each.record, answer) for each, answer in mine if answer is not None]
        told = [_told(each, is_answered=answer is not None) for each, answer in mine]
        await self._line.tell(wire.InquiriesTold(told, len(answers)))
        for record, answer in answers:
            await self._line.tell(wire.Put(record.hex(), 0), answer)


def _told(value: Inquiry, *, is_answered: bool) -> wire.InquiryTold:
    return wire.InquiryTold(
        id=value.record.hex(),
        hour=value.hour,
        state=value.state.value,
        reason=None if value.reason is None else value.reason.value,
        until=value.expires_day,
        answered=is_answered,
    )
