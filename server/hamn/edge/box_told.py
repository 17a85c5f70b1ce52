"""The sealed message box on both sockets: a visitor leaves one, staff are told how many wait."""

from __future__ import annotations

from hamn.app import box, box_keys
from hamn.app.ports import Staff, World
from hamn.core.words import Mailbox, Moment
from hamn.edge import wire
from hamn.edge.line import Line


async def tell_promise(line: Line, world: World) -> None:
    """To a visitor who has done the work: by when it is answered, and whom to seal it to."""
    by = await box.promise(world)
    if by is not None:
        await line.tell(wire.Promise(int(by // 60)))
    keys = await box_keys.sealing(world)
    await line.tell(wire.Certs([key.data.hex() for key in keys]))


async def take_message(
    line: Line, world: World, envelope: bytes, *, mailbox: Mailbox | None, bucket: bytes
) -> None:
    """Keep a message and say so. Raises: Refusal; Malformed."""
    kept = await box.leave(world, envelope, mailbox=mailbox, bucket=bucket)
    await line.tell(wire.Promise(int(kept.answer_by // 60)))
    await line.tell(wire.Ok("box", kept.env_id.hex(), 0, 0, 0, 0))


class LettersTold:
    """The last of what a member of staff was told of the box."""

    def __init__(self) -> None:
        self._told: wire.Letters | None = None

    async def tell(self, line: Line, world: World, staff: Staff, *, again: bool) -> None:
        """Say how the box stands if that is new; `again`: say it anyhow, a message has changed."""
        if not box_keys.may_read(staff):
            return
        standing = await box.standing(world)
        letters = wire.Letters(standing.waiting, standing.late, _minute(standing.answer_by))
        if again or letters != self._told:
            self._told = letters
            await line.tell(letters)


def _minute(moment: Moment | None) -> int | None:
    return None if moment is None else int(moment // 60)
