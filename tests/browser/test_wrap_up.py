"""After a conversation: a form of codes, kept in the page, counted when the shift ends."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import sqlite3
from collections import Counter

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenDesk, OpenVisitor
from tests.browser.pages import DeskPage, VisitorPage
from tests.services import DemoServer

pytestmark = pytest.mark.browser

SETTINGS = {"HAMN_POLICY__RING": "3600"}
Counts = Counter[tuple[str, str]]
SECRET_WORDS = "Det här får ingen siffra veta"


SERVED = ("served", "")


async def once_more(server: DemoServer, before: Counts) -> Counts:
    """What has been counted since, once a batch has come."""
    async with asyncio.timeout(10):
        while counted(server)[SERVED] == before[SERVED]:
            await asyncio.sleep(0.05)
    return counted(server) - before


def counted(server: DemoServer) -> Counts:
    """Every counter of the records, by its codes."""
    records = sqlite3.connect(f"file:{server.data}/records.db?mode=ro", uri=True)
    rows = records.execute("SELECT first, second, amount FROM counted").fetchall()
    records.close()
    return Counter({(first, second): amount for first, second, amount in rows})


async def _talked(a_visitor: OpenVisitor, desk: DeskPage) -> VisitorPage:
    """A mother has told what she worries about, and the adviser has ended the conversation."""
    visitor = await a_visitor()
    await visitor.page.get_by_text(visitor.word("page.choices"), exact=True).click()
    await visitor.page.locator("#relation").select_option("1")
    await visitor.page.locator("#topic").select_option("1")
    await visitor.open_chat()
    await desk.accept()
    await visitor.is_with("Alm")
    await visitor.write(SECRET_WORDS)
    await desk.reads(SECRET_WORDS)
    await desk.end()
    await expect(desk.over.locator("form")).to_be_visible()
    return visitor


async def test_a_form_is_filled_in_by_the_clock_and_counted_when_the_shift_ends(
    a_visitor: OpenVisitor, a_desk: OpenDesk, harbour: DemoServer
) -> None:
    desk, before = await a_desk(), counted(harbour)
    sent: list[str] = []
    desk.page.on(
        "websocket", lambda socket: socket.on("framesent", lambda said: sent.append(str(said)))
    )
    await desk.page.reload()
    await desk.is_on("desk")
    await _talked(a_visitor, desk)
    form = desk.over.locator("form")
    for name, code in (("relation", "mother"), ("milieu", "right_wing"), ("wait", "under_2")):
        await expect(form.locator(f"[name={name}]")).to_have_value(code)
    await form.locator("[name=phase]").select_option("involved")
    await form.get_by_role("button", name=desk.word("tally.save")).click()
    await expect(desk.over.locator(".band")).to_have_text(desk.word("desk.tally_need"))
    await form.get_by_label(desk.word("tally.outcome_advice"), exact=True).check()
    await form.get_by_role("button", name=desk.word("tally.save")).click()
    await expect(desk.over.locator(".band")).to_have_text(desk.word("desk.tally_kept"))
    await desk.ready()
    await expect(desk.page.locator("#forms")).to_have_text(desk.word("desk.tally_one"))
    assert not any('"tally"' in said for said in sent)
    assert (counted(harbour) - before)["contacts_started", ""] == 1
    assert counted(harbour)[SERVED] == before[SERVED]

    await desk.page.locator("#duty-off").click()
    await desk.is_on("off")
    (batch,) = [json.loads(said) for said in sent if '"tally"' in said]
    assert set(batch) == {"t", "batch", "forms"}
    counts = await once_more(harbour, before)
    assert counts[SERVED] == counts["milieu=right_wing", "relation=mother"] == 1
    assert counts["outcome=advice", "phase=involved"] == 1


async def test_going_on_without_the_form_is_asked_about_once(
    a_visitor: OpenVisitor, a_desk: OpenDesk, harbour: DemoServer
) -> None:
    desk, before = await a_desk(), counted(harbour)
    await _talked(a_visitor, desk)
    await desk.page.keyboard.press("r")
    await expect(desk.over.locator(".band")).to_have_text(desk.word("desk.tally_unsaved"))
    await desk.page.keyboard.press("r")
    await expect(desk.page.locator("room-talk")).to_have_count(0)
    assert await desk.page.get_by_text(SECRET_WORDS).count() == 0
    await desk.page.locator("#duty-off").click()
    await desk.is_on("off")
    assert counted(harbour)[SERVED] == before[SERVED]


async def test_a_page_that_is_loaded_anew_hands_its_forms_over_first(
    a_visitor: OpenVisitor, a_desk: OpenDesk, harbour: DemoServer
) -> None:
    desk, before = await a_desk(), counted(harbour)
    await _talked(a_visitor, desk)
    form = desk.over.locator("form")
    await form.get_by_label(desk.word("tally.outcome_advice"), exact=True).check()
    await form.get_by_role("button", name=desk.word("tally.save")).click()
    await desk.page.reload()
    await desk.is_on("desk")
    await expect(desk.page.locator("#pause")).to_be_visible()
    assert (await once_more(harbour, before))[SERVED] == 1


@pytest.mark.scenario(22)
async def test_who_waits_too_long_is_offered_a_message_keeps_the_place_and_counts_as_long_waited(
    a_visitor: OpenVisitor, a_desk: OpenDesk, harbour: DemoServer
) -> None:
    desk, before = await a_desk(), counted(harbour)
    visitor = await a_visitor()
    await visitor.page.clock.install()
    await visitor.goto(harbour.visitor_url)
    await visitor.open_chat()
    await visitor.is_in_queue()
    await expect(visitor.page.locator("#wait-message")).to_be_hidden()
    await visitor.page.clock.fast_forward("11:00")
    await expect(visitor.page.locator("#wait-message")).to_be_visible()
    await visitor.is_in_queue()

    await desk.page.clock.install(time=dt.datetime.now(dt.UTC) + dt.timedelta(minutes=11))
    await desk.accept()
    await visitor.is_with("Alm")
    await desk.end()
    form = desk.over.locator("form")
    await expect(form.locator("[name=wait]")).to_have_value("10_20")
    await form.get_by_label(desk.word("tally.outcome_advice"), exact=True).check()
    await form.get_by_role("button", name=desk.word("tally.save")).click()
    await desk.ready()
    await desk.page.locator("#duty-off").click()
    counts = await once_more(harbour, before)
    assert counts["wait=10_20", ""] == 1
