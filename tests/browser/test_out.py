"""Whoever leaves the desk leaves the pages beside it, in the same browser."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.pages import DeskPage
from tests.browsers import NewContext
from tests.services import DemoServer

pytestmark = pytest.mark.browser

BESIDE = {
    "#off #off-staff": ("#in", "#out"),
    "#off .to-times a": ("#times", "#out"),
    "#off #to-rows a": ("#rows", "#out"),
    "#off #to-texts a": ("#texts", "#out"),
    "#off #to-figures a": ("#figures", "#out"),
    "#off #to-requests a": ("#requests", "#said"),
}
"""Where the desk leads: what is shown to whoever is signed in, and what stands there afterwards."""

LATE = (
    "**/api/staff",
    "**/api/times/*/*",
    "**/api/rows",
    "**/api/texts",
    "**/api/figures",
    "**/api/requests",
    "**/api/rota/*/*",
)
"""What each of them, and the rota, cannot be drawn without."""


async def test_no_page_beside_the_desk_goes_on_when_it_is_locked(
    harbour: DemoServer, new_context: NewContext
) -> None:
    desk = await DeskPage.open(await new_context(), harbour.staff_url)
    await desk.sign_in(harbour.person("supervisor"))
    pages: dict[str, Page] = {}
    for link, (shown, _) in BESIDE.items():
        pages[link] = await desk.beside(desk.page.locator(link))
        await expect(pages[link].locator(shown)).to_be_attached()
        await expect(pages[link].locator(shown)).not_to_have_attribute("hidden", "")
    typed = pages["#off #to-requests a"].get_by_label(desk.word("requests.reference"))
    await typed.fill("B 12-26")

    await desk.page.locator("#lock").click()
    await desk.is_on("signin")
    for link, (shown, left) in BESIDE.items():
        page = pages[link]
        await expect(page.locator(left)).to_be_visible()
        await expect(page.locator(f"{shown}:not(:empty)")).to_be_hidden()
    await expect(typed).to_have_value("B 12-26")
    await expect(typed).to_be_visible()


async def many(routes: list[Route], count: int) -> None:
    async with asyncio.timeout(15):
        while len(routes) < count:
            await asyncio.sleep(0.05)


async def test_no_answer_that_comes_after_the_lock_brings_a_page_back(
    harbour: DemoServer, new_context: NewContext
) -> None:
    desk = await DeskPage.open(await new_context(), harbour.staff_url)
    await desk.sign_in(harbour.person("supervisor"))
    held, told, locked = list[Route](), list[Route](), asyncio.Event()

    async def hold(route: Route) -> None:
        answer = await route.fetch()
        held.append(route)
        await locked.wait()
        await route.fulfill(response=answer)
        told.append(route)

    for asked in LATE:
        await desk.page.context.route(asked, hold)
    pages = {link: await desk.beside(desk.page.locator(link)) for link in BESIDE}
    rota = await desk.beside(desk.page.locator("#off-rota > p a"))
    await many(held, len(LATE))
    await desk.page.locator("#lock").click()
    await desk.is_on("signin")
    for page in (rota, *pages.values()):
        await expect(page.locator("#out, #said").filter(visible=True)).to_have_count(1)
    locked.set()
    await many(told, len(held))
    for page in (rota, *pages.values()):
        await page.evaluate("() => new Promise((done) => setTimeout(done))")
    await expect(rota.locator("#rota")).to_be_hidden()
    for link, (shown, left) in BESIDE.items():
        await expect(pages[link].locator(left)).to_be_visible()
        await expect(pages[link].locator(f"{shown}:not(:empty)")).to_be_hidden()
