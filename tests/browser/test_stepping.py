"""Stepping back, with the real pages: a conflict of interest, and an abusive visitor."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenDesk, OpenVisitor
from tests.browser.test_company import talking
from tests.services import DemoServer

pytestmark = pytest.mark.browser

SETTINGS = {"HAMN_POLICY__RING": "600"}


@pytest.mark.scenario(10)
@pytest.mark.parametrize("language", ["sv"])
async def test_a_conflict_of_interest_passes_the_visitor_on_and_bars_who_has_it_for_good(
    language: str, a_visitor: OpenVisitor, a_desk: OpenDesk, harbour: DemoServer
) -> None:
    alm, visitor = await a_desk(language=language), await a_visitor(language)
    await talking(alm, visitor)
    digits = await visitor.make_code()
    berg = await a_desk(harbour.person("adviser", 1), language=language)
    # Until the server has heard of Berg the visitor would be passed to the one on call.
    three = alm.word("desk.standing", door="", n=3, waiting=0).strip()
    await expect(alm.page.locator("#standing")).to_contain_text(three)
    await alm.page.keyboard.press("Escape")
    await alm.page.keyboard.press("j")
    sheet = alm.page.get_by_role("dialog", name=alm.word("desk.conflict"))
    await sheet.get_by_role("button", name=alm.word("desk.tie_knows_visitor")).click()
    await alm.is_over("passed")
    await berg.accept()
    await visitor.is_with("Berg")
    await expect(visitor.log).to_contain_text(visitor.word("note.passed"))
    await visitor.write("Hej igen")
    await berg.reads("Hej igen")
    await alm.ready()

    await berg.page.locator("#duty-off").click()
    await berg.page.locator("#leave-yes").click()
    await visitor.end()
    back = await a_visitor(language)
    await back.come_back(digits)
    await back.is_in_queue()
    await expect(alm.page.locator("waiting-list li")).to_have_count(0)
    await expect(alm.page.locator("#accept")).to_be_hidden()


@pytest.mark.scenario(9)
@pytest.mark.parametrize("language", ["en"])
async def test_an_abusive_visitor_gets_a_polite_end_the_adviser_a_break_and_nobody_is_banned(
    language: str, a_visitor: OpenVisitor, a_desk: OpenDesk, harbour: DemoServer
) -> None:
    alm, visitor = await a_desk(language=language), await a_visitor(language)
    await talking(alm, visitor)
    lind = await a_desk(harbour.person("supervisor"), language=language)
    await alm.page.keyboard.press("Escape")
    await alm.page.keyboard.press("x")
    await alm.page.locator("#abuse-yes").click()
    await visitor.is_on("after")
    said = visitor.page.locator("#after .lead")
    await expect(said).to_have_text(visitor.word("visitor.ended_limits"))
    await alm.is_over("limits")
    notice = lind.page.locator("notice-list .call")
    await expect(notice).to_contain_text("Alm")
    await lind.page.keyboard.press("o")
    await expect(notice).to_have_count(0)

    await visitor.button("page.restart").click()
    await visitor.open_chat()
    await visitor.is_in_queue()
    await lind.accept()
    await visitor.is_with("Lind", 2)
    await expect(alm.page.locator("#accept")).to_be_hidden()
