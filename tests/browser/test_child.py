"""A child who writes, a name that is struck, and no way to search, with the real pages."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenDesk, OpenVisitor
from tests.browser.test_company import talking
from tests.services import DemoServer

pytestmark = pytest.mark.browser

SETTINGS = {"HAMN_POLICY__RING": "600"}


@pytest.mark.scenario(20)
async def test_a_child_gets_simple_words_and_lines_the_adviser_the_rule_and_the_supervisor_is_told(
    a_visitor: OpenVisitor, a_desk: OpenDesk, harbour: DemoServer
) -> None:
    alm, visitor = await a_desk(), await a_visitor()
    lind = await a_desk(harbour.person("supervisor"))
    await talking(alm, visitor)
    await visitor.write("Jag är 12 år")
    await alm.reads("Jag är 12 år")
    await alm.page.keyboard.press("Escape")
    await alm.page.keyboard.press("b")
    sheet = alm.page.get_by_role("dialog", name=alm.word("desk.child"))
    await expect(sheet).to_contain_text(alm.word("desk.duty_recommendation"))
    await sheet.get_by_role("button", name=alm.word("page.close")).click()

    lines = visitor.page.locator("#child")
    await lines.get_by_text(visitor.word("page.child_lines")).click()
    await expect(lines.get_by_text(visitor.word("page.child_text"))).to_be_visible()
    await expect(lines.get_by_role("link", name="116 111")).to_be_visible()
    await expect(visitor.page.locator("html[data-young]")).to_have_count(1)
    await expect(lind.page.locator("notice-list .call")).to_contain_text("Alm")
    await alm.write("Vad bra att du skriver")
    await visitor.reads("Vad bra att du skriver")

    await alm.page.locator("[data-help=Bris]").click()
    card = visitor.log.locator("[data-kind=help]")
    await expect(card.get_by_role("link", name="116 111")).to_have_attribute("href", "tel:116 111")


@pytest.mark.scenario(19, part="no page of the staff has a search")
@pytest.mark.scenario(21, part="the board, and the visitor's own duty")
async def test_a_name_is_warned_about_and_struck_and_no_page_of_the_staff_can_search(
    a_visitor: OpenVisitor, a_desk: OpenDesk, harbour: DemoServer
) -> None:
    desk, alm = await a_desk(harbour.person("supervisor")), await a_desk()
    visitor = await a_visitor()
    await visitor.page.get_by_text(visitor.word("page.choices"), exact=True).click()
    await visitor.page.locator("#relation").select_option("10")
    await expect(visitor.page.locator("#duty")).to_have_text(visitor.word("page.duty_own"))
    await talking(alm, visitor)
    field = alm.page.locator("side-board textarea").first
    await field.fill("Eleven Kalle Berg, 110203-1234")
    said = alm.page.locator("side-board .band")
    await expect(said).to_have_text(alm.word("desk.names_personal"))
    await alm.page.get_by_role("button", name=alm.word("desk.board_strike")).click()
    struck = alm.word("desk.board_struck")
    await expect(field).to_have_value(f"{struck}, {struck}")
    await expect(said).to_be_hidden()

    search = "input[type=search], [role=search], [role=searchbox], datalist, form[method=get]"
    await expect(alm.page.locator(search)).to_have_count(0)
    for path in ("/staff", "/rota"):
        await desk.page.goto(f"{harbour.staff_url}{path}")
        await expect(desk.page.locator("#main")).to_be_visible()
        await expect(desk.page.locator(search)).to_have_count(0)
