"""What a staff socket has told of what lies in the inbox: numbers alone, whoever asks."""

from __future__ import annotations

from hamn.app import escalate, inquire
from hamn.app.escalate import Standing
from hamn.app.ports import Staff, World
from hamn.core.permission import Act, any_may
from hamn.edge import wire
from hamn.edge.line import Line

NOTHING = wire.EscalationsTold(0, 0, 0, 0)


class EscalationsTold:
    """The last of what a member of staff was told."""

    def __init__(self) -> None:
        self._told = NOTHING

    async def tell(self, line: Line, world: World, staff: Staff) -> None:
        """Say how they stand if that is new."""
        sees = escalate.may_see(staff)
        standing = await escalate.standing(world) if sees else Standing(0, 0, 0)
        notes = 0
        if any_may(staff.roles, Act.ESCALATE):
            notes = sum(len(each) for _, each in await escalate.own(world, staff))
        asked = await inquire.standing(world) if inquire.may_see(staff) else inquire.Standing()
        numbers = (standing.waiting, standing.late, standing.named, notes)
        told = wire.EscalationsTold(*numbers, asked.waiting, asked.late)
        if told != self._told:
            self._told = told
            await line.tell(told)
