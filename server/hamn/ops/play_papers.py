"""A role-play's papers, as a counsellor's page writes them: a sheet, a plan, the visitor's copy.

Their form is that of protocol.md section 10.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import msgspec

from hamn.asc1.bytes import Chance
from hamn.ops.role_plays import ActionPlan, Sheet, Step

PAPER = 1
NAME_LETTERS = "bdfghjklmnprstvz"
NAMED_BY = 5


@dataclass(frozen=True, slots=True)
class Desk:
    """Who writes, on which day, about whose code."""

    idx: int
    today: date
    mailbox: str
    r: str
    chance: Chance

    def record(self, holds: str, days_ago: int) -> dict[str, Any]:
        """What every record says of itself."""
        contact = {"mailbox": self.mailbox, "r": self.r}
        about = {"v": PAPER, "record": self.chance(16).hex(), "holds": holds, "by": self.idx}
        return {**about, "day": self.day(-days_ago), "contact": contact}

    def day(self, days: int) -> str:
        """A day so many days from today."""
        return (self.today + timedelta(days=days)).isoformat()


def sheet_of(sheet: Sheet, desk: Desk, form: str, words: Mapping[str, str]) -> dict[str, Any]:
    """A finished sheet; `words` are what the centre's rows say."""
    rows = {
        id_: {**msgspec.to_builtins(row), "date": "", "change": "unknown"}
        for id_, row in sheet.rows.items()
    }
    return {
        **desk.record("sheet", sheet.days_ago),
        "form": form,
        "words": {id_: words[id_] for id_ in (*sheet.rows, *sheet.flags)},
        "rows": rows,
        "flags": sheet.flags,
        "summary": sheet.summary,
        "unknown": sheet.unknown,
        "who": sheet.who,
        "next": desk.day(sheet.next_days),
        "returnee": False,
        "done": True,
    }


def plan_of(plan: ActionPlan, desk: Desk) -> dict[str, Any]:
    """A plan in force."""
    return {
        **desk.record("plan", plan.days_ago),
        "who": plan.who,
        "agreed": plan.agreed,
        "aim": plan.aim,
        "start": desk.day(-plan.days_ago),
        "next": desk.day(plan.next_days),
        "status": "active",
        "why": "",
        "together": plan.together,
        "rows": [_step(step, desk) for step in plan.rows],
    }


def copy_of(plan: ActionPlan, desk: Desk) -> dict[str, Any]:
    """What the visitor is given of it."""
    steps = [_step(step, desk) for step in plan.rows]
    names = ("goal", "direction", "measure", "who", "due", "follow_up")
    return {
        "v": PAPER,
        "day": desk.day(0),
        "aim": plan.aim,
        "next": desk.day(plan.next_days),
        "words": plan.words,
        "rows": [{name: step[name] for name in names} for step in steps],
    }


def case_name(id_: str) -> str:
    """What the counsellor's page calls a case: letters made from its id."""
    return "".join(NAME_LETTERS[each % len(NAME_LETTERS)] for each in bytes.fromhex(id_)[:NAMED_BY])


def _step(step: Step, desk: Desk) -> dict[str, Any]:
    return {
        "goal": step.goal,
        "factors": list(step.factors),
        "own": "",
        "direction": step.direction,
        "measure": step.measure,
        "who": step.who,
        "due": desk.day(step.due_days),
        "follow_up": desk.day(step.follow_up_days),
        "status": "planned",
        "result": "",
        "share": "",
    }
