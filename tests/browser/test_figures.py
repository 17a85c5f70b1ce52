"""A manager's figures: published once, hidden where small, the same file every time."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from hamn.core.tally import CounterKey, Milieu, counted
from hamn.entropy import SystemEntropy
from hamn.store.sqlite import SqliteStore
from tests.browser.pages import DeskPage
from tests.browser.rules import Rules
from tests.browsers import NewContext
from tests.core.test_tally import MOTHER
from tests.services import DemoServer

pytestmark = pytest.mark.browser

YEAR = str(dt.datetime.now(dt.UTC).year - 1)
MILIEUS = dict(zip(Milieu, (60, 20, 3, 30, 10, 11, 9), strict=True))


async def _count(server: DemoServer) -> None:
    """143 contacts of last year, three of them left-autonomous."""
    counts: dict[CounterKey, int] = {}
    for number, (milieu, times) in enumerate(MILIEUS.items(), 1):
        forms = [replace(MOTHER, milieu=milieu)] * times
        for key, amount in counted(forms, f"{YEAR}-{number:02}").items():
            counts[key] = counts.get(key, 0) + amount
    store = SqliteStore(Path(server.data), SystemEntropy())
    await store.count(counts)
    store.close()


async def _file(page: Page) -> bytes:
    async with page.expect_download() as coming:
        await page.locator("#file").click()
    return (await (await coming.value).path()).read_bytes()


@pytest.mark.scenario(24)
async def test_a_funders_report_hides_three_of_143_and_is_the_same_every_time(
    harbour: DemoServer, new_context: NewContext
) -> None:
    await _count(harbour)
    context = await new_context(bypass_csp=True)
    desk = await DeskPage.open(context, harbour.staff_url)
    await desk.sign_in(harbour.person("supervisor"))
    page = await desk.beside(desk.page.locator("#to-figures a"))
    rules = Rules(page)
    await page.locator("#window").select_option(YEAR)
    await page.locator("#publish button").click()
    await page.locator("#sure-go").click()

    table = page.locator("frozen-table", has_text=desk.word("figures.table_milieu_age"))
    margin = table.locator("tbody tr td:nth-last-child(2)")
    await expect(margin).to_have_text(["~60", "~20", "<5", "~30", "~10", "~10", "..", "~145"])
    await expect(table.locator("svg")).to_have_count(5)
    await rules.look("tables")
    first = await _file(page)
    allowed = set("abcdefghijklmnopqrstuvwxyz0123456789_,.<~-\r\n")
    assert set(first.decode()) <= allowed, "no free text"

    await page.reload()
    await page.locator("#frozen button").click()
    await expect(margin.last).to_have_text("~145")
    assert await _file(page) == first
    await expect(page.locator(f"#window option[value^='{YEAR}']")).to_have_count(0)
    assert rules.broken == []


async def test_who_is_no_manager_sees_no_figures(
    harbour: DemoServer, new_context: NewContext
) -> None:
    context = await new_context(expects_errors=True)
    desk = await DeskPage.open(context, harbour.staff_url)
    await desk.sign_in(harbour.person("adviser"))
    await expect(desk.page.locator("#to-figures")).to_be_hidden()
    await desk.page.goto(f"{harbour.staff_url}/sv/figures")
    await expect(desk.page.locator("#said")).to_have_text(desk.word("figures.not"))
    await expect(desk.page.locator("#figures")).to_be_hidden()
