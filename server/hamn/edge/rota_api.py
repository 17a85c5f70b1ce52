"""The rota over HTTP, for staff: some days of it, and what supervisors and members change.

Days are counted from 1970-01-01 in the centre's calendar, and minutes are of the day by the clock
on its wall: what a page draws is what was written, whatever zone its reader is in.
"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta, Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request

from hamn.app import rota
from hamn.app.audit import note
from hamn.core import planning
from hamn.core.audit import Deed
from hamn.core.hours import Span
from hamn.core.planning import Now
from hamn.core.rota import Holiday, Rota, Shift, Swap, Template
from hamn.core.wall import day_of, hours_of, minutes_of
from hamn.core.words import Idx
from hamn.edge.permit import staff_of
from hamn.edge.staff_api import decoded, told
from hamn.edge.state import Edge
from hamn.edge.wire import U16, U32

MOST_DAYS = 62
LAST_DAY = 100_000
Day = Annotated[int, Meta(ge=0, le=LAST_DAY)]
Minute = Annotated[int, Meta(ge=0, le=2880)]
Number = Annotated[int, Meta(ge=1, le=2**31)]


class Act(Struct, frozen=True, forbid_unknown_fields=True, tag_field="act"):
    """One change of the rota."""


class Planning(Act, frozen=True):
    """A supervisor's change; `seen` is the version of the rota they were looking at."""

    seen: U32


class Planned(Planning, frozen=True):
    """Hours, role and member of what is planned; null: open."""

    day: Day
    start: Minute
    end: Minute
    role: U16
    idx: U16 | None

    @property
    def hours(self) -> planning.Hours:
        idx = None if self.idx is None else Idx(self.idx)
        return planning.Hours(self.start, self.end, self.role, idx)


class AddWeekly(Planned, tag="add weekly", frozen=True):
    """Every week, from a day on."""

    def step(self, plan: Rota, now: Now) -> Rota:
        return planning.add_template(plan, self.day, self.hours, now)


class ChangeWeekly(Planned, tag="change weekly", frozen=True):
    """Otherwise every week, from a day on."""

    number: Number

    def step(self, plan: Rota, now: Now) -> Rota:
        return planning.change_template(plan, self.number, self.day, self.hours, now)


class EndWeekly(Planning, tag="end weekly", frozen=True):
    """No longer every week, from a day on."""

    day: Day
    number: Number

    def step(self, plan: Rota, now: Now) -> Rota:
        return planning.end_template(plan, self.number, self.day, now)


class AddShift(Planned, tag="add", frozen=True):
    """That day alone."""

    def step(self, plan: Rota, now: Now) -> Rota:
        return planning.add_shift(plan, self.day, self.hours, now)


class ChangeShift(Planned, tag="change", frozen=True):
    """Otherwise that day alone."""

    number: Number

    def step(self, plan: Rota, now: Now) -> Rota:
        return planning.change_shift(plan, (self.day, self.number), self.hours, now)


class CancelShift(Planning, tag="cancel", frozen=True):
    """Not on that day."""

    day: Day
    number: Number

    def step(self, plan: Rota, now: Now) -> Rota:
        return planning.cancel_shift(plan, (self.day, self.number), now)


class SetHoliday(Planning, tag="holiday", frozen=True):
    """The day follows no template, or another weekday's (0 Monday)."""

    day: Day
    like: Annotated[int, Meta(ge=0, le=6)] | None
    name: Annotated[str, Meta(max_length=planning.LONGEST_NAME)]

    def step(self, plan: Rota, now: Now) -> Rota:
        return planning.set_holiday(plan, Holiday(self.day, self.like, self.name), now)


class UnsetHoliday(Planning, tag="no holiday", frozen=True):
    """An ordinary day again."""

    day: Day

    def step(self, plan: Rota, now: Now) -> Rota:
        return planning.unset_holiday(plan, self.day, now)


class Own(Act, frozen=True):
    """What a member does with one shift."""

    day: Day
    number: Number

    @property
    def key(self) -> tuple[int, int]:
        return self.day, self.number


class Sick(Own, tag="sick", frozen=True):
    """I cannot come."""

    def step(self, plan: Rota, now: Now, idx: Idx) -> Rota:
        return planning.call_in_sick(plan, self.key, idx, now)


class Take(Own, tag="take", frozen=True):
    """I take this open shift."""

    def step(self, plan: Rota, now: Now, idx: Idx) -> Rota:
        return planning.take_open(plan, self.key, idx, now)


class AskSwap(Own, tag="ask", frozen=True):
    """Will you take it, or in return for the shift `back`?"""

    to: U16
    back: tuple[Day, Number] | None

    def step(self, plan: Rota, now: Now, idx: Idx) -> Rota:
        return planning.ask_swap(plan, Swap(*self.key, Idx(self.to), self.back), idx, now)


class AnswerSwap(Own, tag="answer", frozen=True):
    """Yes or no to a colleague."""

    yes: bool

    def step(self, plan: Rota, now: Now, idx: Idx) -> Rota:
        return planning.answer_swap(plan, self.key, idx, now, is_yes=self.yes)


class WithdrawSwap(Own, tag="withdraw", frozen=True):
    """I no longer ask."""

    def step(self, plan: Rota, now: Now, idx: Idx) -> Rota:
        return planning.withdraw_swap(plan, self.key, idx, now)


PlanAct: TypeAlias = (
    AddWeekly
    | ChangeWeekly
    | EndWeekly
    | AddShift
    | ChangeShift
    | CancelShift
    | SetHoliday
    | UnsetHoliday
)
OwnAct: TypeAlias = Sick | Take | AskSwap | AnswerSwap | WithdrawSwap
_plan_acts: msgspec.json.Decoder[PlanAct] = msgspec.json.Decoder(PlanAct)
_own_acts: msgspec.json.Decoder[OwnAct] = msgspec.json.Decoder(OwnAct)


@told
async def look(request: Request, edge: Edge) -> object:
    """GET /api/rota/FIRST/DAYS: shifts, openings and gaps of some days, and who may be down."""
    first, days = request.path_params["first"], request.path_params["days"]
    if not (1 <= first <= LAST_DAY and 1 <= days <= MOST_DAYS):
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    world, seen = edge.world, await rota.look(edge.world, first, days)
    every = range(first, first + days)
    return {
        "version": seen.version,
        "zone": str(world.zone),
        "today": day_of(world.clock.now(), world.zone),
        "now": int(world.clock.now() // 60),
        "needs_supervisor": world.policy.needs_supervisor,
        "members": [
            {"idx": each.idx, "name": each.duty_name, "roles": list(each.roles)}
            for each in seen.staff
        ],
        "holidays": [_holiday(each) for each in seen.rota.holidays if each.day in every],
        "shifts": [_shift(seen.rota, each, edge) for each in seen.shifts],
        "swaps": [_swap(each) for each in seen.rota.swaps if each.day in every],
        "openings": _on_wall(seen.openings, edge),
        "gaps": [
            {**piece, "role": gap.role} for gap in seen.gaps for piece in _on_wall([gap.span], edge)
        ],
        "odd_days": {
            str(day): hours for day in every if (hours := hours_of(day, world.zone)) != 24
        },
    }


@told
async def plan(request: Request, edge: Edge) -> object:
    """POST /api/rota/plan: one change by a supervisor, which is written down."""
    act: PlanAct = await decoded(request, _plan_acts)
    version = await rota.change(edge.world, act.step, act.seen)
    kind = str(act.__struct_config__.tag)
    await note(edge.world, Deed.PLANNED, staff_of(request).idx, detail=kind)
    return {"version": version}


@told
async def own(request: Request, edge: Edge) -> object:
    """POST /api/rota/own: one act of a member on their own shift, an open one, or a colleague's.

    It is not written down: the log would say who fell ill, and for a year.
    """
    act: OwnAct = await decoded(request, _own_acts)
    idx = staff_of(request).idx
    return {"version": await rota.change(edge.world, lambda old, now: act.step(old, now, idx))}


def _shift(plan: Rota, shift: Shift, edge: Edge) -> dict[str, object]:
    span = shift.span(edge.world.zone)
    template: Template | None = plan.template(shift.number)
    return {
        "day": shift.day,
        "number": shift.number,
        "start": shift.start,
        "end": shift.end,
        "role": shift.role,
        "idx": shift.idx,
        "weekly": template is not None,
        "from": int(span.start // 60),
        "to": int(span.end // 60),
    }


def _holiday(holiday: Holiday) -> dict[str, object]:
    return {"day": holiday.day, "like": holiday.like, "name": holiday.name}


def _swap(swap: Swap) -> dict[str, object]:
    return {"day": swap.day, "number": swap.number, "to": swap.to, "back": swap.back}


def _on_wall(spans: Iterable[Span], edge: Edge) -> list[dict[str, int]]:
    return [
        {"day": day, "start": start, "end": end}
        for span in spans
        for day, start, end in minutes_of(span.start, span.end, edge.world.zone)
    ]
