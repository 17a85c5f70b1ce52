"""Booking on the visitor's socket: times taken, and everything of a code told anew."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from hamn.app import book
from hamn.app.ports import World
from hamn.core.booking import State, Talk, Wish, opens
from hamn.core.wall import minute_of
from hamn.core.words import Mailbox, Moment
from hamn.edge import wire
from hamn.edge.line import Line
from hamn.edge.shown_code import ShownCode


class Booker:
    """A visitor who has shown or kept a code on this socket, and what may be asked about talks."""

    def __init__(self, line: Line, world: World, code: ShownCode, bucket: bytes) -> None:
        self._code = code
        self._line = line
        self._world = world
        self._bucket = bucket
        self._r = b""

    def acts(self) -> dict[type, Callable[[Any, bytes], Awaitable[None]]]:
        return {
            wire.AskTalks: self._talks,
            wire.BookTalk: self._take,
            wire.LetGo: self._let_go,
            wire.WaitFor: self._wait_for,
        }

    async def _talks(self, message: wire.AskTalks, _: bytes) -> None:
        mailbox, self._r = self._code.need(), bytes.fromhex(message.r)
        await tell_talks(self._line, self._world, mailbox, self._r)

    async def _take(self, message: wire.BookTalk, _: bytes) -> None:
        mailbox, self._r = self._code.need(), bytes.fromhex(message.r)
        await book.take(
            self._world,
            mailbox,
            (message.day, message.number),
            language=message.language,
            interpreter=message.interpreter,
            r=self._r,
            moves=None if message.moves is None else bytes.fromhex(message.moves),
            bucket=self._bucket,
        )
        await tell_talks(self._line, self._world, mailbox, self._r)

    async def _let_go(self, message: wire.LetGo, _: bytes) -> None:
        mailbox = self._code.need()
        await book.let_go(self._world, mailbox, bytes.fromhex(message.id))
        await tell_talks(self._line, self._world, mailbox, self._r)

    async def _wait_for(self, message: wire.WaitFor, _: bytes) -> None:
        mailbox = self._code.need()
        await book.wait(
            self._world,
            mailbox,
            message.forms,
            language=message.language,
            interpreter=message.interpreter,
            bucket=self._bucket,
        )
        await tell_talks(self._line, self._world, mailbox, self._r)


async def tell_talks(line: Line, world: World, mailbox: Mailbox, r: bytes) -> None:
    """Everything of a code, and what is agreed, sealed. Raises: Refusal; Malformed."""
    mine = await book.mine(world, mailbox, r)
    kept = {letter.env_id for letter in mine.letters}
    talks = [_told(talk, kept, world) for talk in mine.talks]
    await line.tell(wire.TalksTold(talks, _wish(mine.wish), len(mine.letters)))
    for letter in mine.letters:
        await line.tell(wire.Put(letter.env_id.hex(), 0), letter.data)


def _told(talk: Talk, kept: set[bytes], world: World) -> wire.TalkTold:
    day, number = talk.key
    held = talk.state is State.HELD
    return wire.TalkTold(
        id=talk.id.hex(),
        day=day,
        number=number,
        start=talk.start,
        wall=minute_of(Moment(talk.start * 60), world.zone),
        opens=int(opens(talk, world.policy) // 60),
        length=talk.length,
        form=talk.form,
        language=talk.language,
        interpreter=talk.interpreter,
        idx=talk.idx,
        state=talk.state.value,
        until=int(talk.until // 60) if held else None,
        reply=talk.reply.hex() if talk.reply in kept and talk.reply else None,
    )


def _wish(wish: Wish | None) -> wire.WishTold | None:
    if wish is None:
        return None
    return wire.WishTold(list(wish.forms), wish.language, wish.interpreter)
