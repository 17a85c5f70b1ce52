"""A shift that ends in the middle of a conversation, with the real pages."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import expect

from hamn.core.rota import Shift, shifts_from, with_shift
from hamn.core.wall import day_of, minute_of
from hamn.core.words import Idx, Moment, Role
from hamn.entropy import SystemEntropy
from hamn.store.sqlite import SqliteStore
from tests.browser.conftest import OpenDesk, OpenVisitor
from tests.browser.test_company import chosen, goes_in, left, talking
from tests.services import DemoServer

pytestmark = pytest.mark.browser

# Both ends lie in one half hour; who is still rung in it is tried in tests/core/test_shift_end.py.
SETTINGS = {"HAMN_POLICY__RING": "600", "HAMN_POLICY__LAST_ENTRY": "0"}


ZONE = ZoneInfo("Europe/Stockholm")


async def planned(server: DemoServer, login: str, minutes: int) -> None:
    """One shift of this member and no other, that ends so many minutes from now."""
    store = SqliteStore(server.data, SystemEntropy())
    try:
        staff = await store.staff_by_login(login)
        assert staff is not None
        now_at = Moment(time.time())
        today, now = day_of(now_at, ZONE), minute_of(now_at, ZONE)
        version, old = await store.rota(today - 2)
        plan = old
        # Late in the evening tomorrow's would follow at once, and nothing would end.
        for other in shifts_from(plan, today - 1, today + 1):
            if other.idx == staff.idx:
                plan = with_shift(plan, replace(other, is_off=True))
        own = Shift(today, staff.idx, max(0, now - 60), now + minutes, Role.ADVISER, Idx(staff.idx))
        assert await store.swap_rota(version, old, with_shift(plan, own))
    finally:
        store.close()


@pytest.mark.scenario(4, part="extended or handed over, and nobody cut")
async def test_a_shift_that_ends_cuts_nobody_it_is_extended_or_handed_over(
    a_visitor: OpenVisitor, a_desk: OpenDesk, harbour: DemoServer
) -> None:
    await planned(harbour, "alm", 5)
    await planned(harbour, "berg", 180)
    alm, visitor = await a_desk(), await a_visitor()
    await talking(alm, visitor)
    end = alm.page.locator("#shift-end-said")
    await expect(end).to_have_text(alm.says("desk.shift_talks"))
    await alm.page.keyboard.press("Escape")
    await alm.page.keyboard.press("t")
    await expect(end).to_have_text(alm.says("desk.shift_stays"))
    await visitor.write("Har vi tid?")
    await alm.reads("Har vi tid?")

    berg = await a_desk(harbour.person("adviser", 1))
    await chosen(alm, "h", "Berg")
    await goes_in(berg)
    asked = visitor.page.locator("talk-asked")
    await expect(asked).to_contain_text("Berg")
    await asked.get_by_role("button", name=visitor.word("talk.ask_yes")).click()
    await berg.write("Jag har all tid du behöver")
    await visitor.reads("Jag har all tid du behöver")
    await expect(alm.band).to_have_text(re.compile("alla tre"))
    await left(alm)
    await visitor.is_with("Berg")
    await visitor.write("Då fortsätter vi")
    await berg.reads("Då fortsätter vi")
