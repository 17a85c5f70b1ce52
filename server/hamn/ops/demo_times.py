"""The demo's times for talks: what a counsellor of a small centre might publish for every week."""

from __future__ import annotations

from hamn.app.ports import Sealing, Store
from hamn.core.booking import Book
from hamn.core.slots import Form, Plan, Published, publish
from hamn.core.words import Idx, Role

BOTH, SWEDISH = ("sv", "en"), ("sv",)
EVERY_DAY = (
    (9 * 60, 60, Form.PHONE, BOTH),
    (12 * 60, 45, Form.CHAT, BOTH),
    (18 * 60 + 30, 45, Form.CHAT, BOTH),
    (21 * 60, 45, Form.CHAT, SWEDISH),
)
MEETINGS = (14 * 60, 60, Form.MEETING, BOTH)
"""Every other day, beginning with the first."""
WEEK = 7


async def lay_out(store: Store, today: int) -> None:
    """Publish times for everybody of the demo who holds talks, if there are none yet."""
    version, book = await store.book(today)
    if book.plan.series:
        return
    staff = await store.all_staff()
    counsellors = frozenset(each.idx for each in staff if Role.COUNSELLOR in each.roles)
    plan = book.plan
    for idx in sorted(counsellors):
        plan = made_up(plan, idx, today)
    await store.swap_book(version, book, Book(plan, book.talks, book.wishes), Sealing())


def made_up(plan: Plan, idx: Idx, today: int) -> Plan:
    """A member's times for every week, from today on."""
    for day in range(today, today + WEEK):
        times = (*EVERY_DAY, MEETINGS) if (day - today) % 2 == 0 else EVERY_DAY
        for start, length, form, languages in times:
            asked = Published(idx, day, start, length, form, languages, weekly=True)
            plan = publish(plan, asked, able=frozenset({idx}), today=today)
    return plan
