"""Danger to life, with the real pages: one key, an answered page, two names, and no place."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenDesk, OpenVisitor
from tests.browser.pages import DeskPage
from tests.browser.test_company import left, people, talking
from tests.services import DemoServer

pytestmark = pytest.mark.browser

SETTINGS = {"HAMN_POLICY__RING": "600"}


async def decides(desk: DeskPage, code: str) -> None:
    log = desk.page.locator("acute-log:visible").first
    await log.locator("select").first.select_option(code)
    await log.get_by_role("button", name=desk.word("desk.decide")).click()


@pytest.mark.scenario(6)
@pytest.mark.parametrize("language", ["en"])
async def test_one_key_brings_the_112_card_and_the_supervisor_and_two_names_close_it(
    language: str, a_visitor: OpenVisitor, a_desk: OpenDesk, harbour: DemoServer
) -> None:
    alm, visitor = await a_desk(language=language), await a_visitor(language)
    await talking(alm, visitor)
    lind = await a_desk(harbour.person("supervisor"), language=language)
    await alm.page.keyboard.press("Escape")
    await alm.page.keyboard.press("d")
    card = visitor.log.locator("article[data-kind=card]")
    await expect(card).to_contain_text(visitor.word("card.emergency"))
    await expect(card.get_by_role("link")).to_have_attribute("href", "tel:112")
    await expect(lind.page.locator("acute-list .call[data-paged]")).to_be_visible()
    await lind.page.keyboard.press("p")
    await expect(people(visitor)).to_contain_text(f"Lind, {visitor.word('talk.role_2')}")
    await visitor.write("Han har gått nu")
    await lind.reads("Han har gått nu")

    await left(lind)
    await expect(people(alm)).not_to_contain_text("Lind")
    await alm.page.keyboard.press("Escape")
    await alm.page.keyboard.press("e")
    await expect(alm.page.locator("#undecided")).to_be_visible()
    await alm.page.keyboard.press("Escape")
    for desk in (alm, lind):
        await decides(desk, "visitor_112")
    log = alm.page.locator("acute-log:visible")
    said = alm.word(
        "desk.decided", what=alm.word("desk.decision_visitor_112"), first="Alm", second="Lind"
    )
    await expect(log).to_contain_text(said)
    await log.get_by_role("button", name=alm.word("desk.debrief_mark")).click()
    await expect(log).to_contain_text(alm.word("desk.lack_nothing"))
    await alm.end()
    await alm.is_over("end")
    await visitor.is_on("after")


@pytest.mark.scenario(7)
async def test_whoever_asks_where_the_visitor_is_learns_that_nobody_can_know(
    a_visitor: OpenVisitor, a_desk: OpenDesk, harbour: DemoServer
) -> None:
    alm, visitor = await a_desk(), await a_visitor()
    await talking(alm, visitor)
    lind = await a_desk(harbour.person("supervisor"))
    await lind.page.locator("live-list button").click()
    await expect(people(visitor)).to_contain_text("Lind")
    # Her own page may hear of it later than the visitor's, and until then the key does nothing.
    await expect(people(lind)).to_contain_text("Alm")
    for desk in (alm, lind):
        await desk.page.keyboard.press("Escape")
        await desk.page.keyboard.press("w")
        sheet = desk.page.get_by_role("dialog", name=desk.word("desk.where"))
        await expect(sheet).to_contain_text(desk.word("desk.where_text"))
        await expect(sheet).to_contain_text(desk.word("desk.where_do"))
        await desk.page.keyboard.press("Escape")
        for trace in ("127.0.0.1", "localhost:", "Chrome", "Mozilla"):
            assert trace not in await desk.page.locator("main").inner_text()


async def test_a_visitor_who_leaves_an_acute_room_leaves_the_log_to_be_completed(
    a_visitor: OpenVisitor, a_desk: OpenDesk, harbour: DemoServer
) -> None:
    alm, visitor = await a_desk(), await a_visitor()
    await talking(alm, visitor)
    lind = await a_desk(harbour.person("supervisor"))
    await alm.page.keyboard.press("Escape")
    await alm.page.keyboard.press("d")
    await lind.page.locator("acute-list .main").click()
    await expect(people(visitor)).to_contain_text("Lind")
    await visitor.end()
    await alm.is_over("end")
    await expect(alm.over.get_by_role("button", name=alm.word("desk.ready"))).to_be_hidden()
    for desk in (alm, lind):
        await decides(desk, "nothing_known")
    await alm.page.locator("acute-log:visible").get_by_role("button").last.click()
    await expect(alm.over.get_by_role("button", name=alm.word("desk.ready"))).to_be_visible()
