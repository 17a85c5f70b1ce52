"""Every state that colleagues bring onto the pages, by the rules: axe, colours, nothing spills."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenDesk, OpenVisitor
from tests.browser.pages import DeskPage, VisitorPage
from tests.browser.rules import Rules
from tests.browser.test_acute import decides
from tests.browser.test_company import chosen, goes_in, left, people, talking
from tests.browsers import DESK, NewContext
from tests.services import DemoServer

pytestmark = pytest.mark.browser

SETTINGS = {"HAMN_POLICY__RING": "600"}


async def act(desk: DeskPage, key: str) -> None:
    await desk.page.set_viewport_size(DESK)
    await desk.page.keyboard.press("Escape")
    await desk.page.keyboard.press(key)


@pytest.mark.scenario(23, part="automated rules, colleagues on the desk")
@pytest.mark.parametrize("language", ["sv", "en"])
async def test_no_rule_is_broken_by_what_colleagues_bring_onto_the_desk(
    language: str,
    harbour: DemoServer,
    new_context: NewContext,
    a_desk: OpenDesk,
    a_visitor: OpenVisitor,
) -> None:
    context = await new_context(locale=language, bypass_csp=True)
    lind = await DeskPage.open(context, harbour.staff_url, language)
    await lind.sign_in(harbour.person("supervisor"))
    await lind.go_on_duty()
    rules = Rules(lind.page)
    alm, visitor = await a_desk(language=language), await a_visitor(language)
    await talking(alm, visitor)
    await expect(lind.page.locator("live-list button")).to_be_visible()
    await chosen(alm, "c", "Lind")
    await expect(lind.page.locator("call-list .call")).to_be_visible()
    await rules.look("called, with a live room")
    await lind.page.set_viewport_size(DESK)
    await lind.page.locator("call-list .main").click()
    await expect(lind.talk.locator(".identity")).to_have_text(lind.word("desk.staff_only"))
    await rules.look("among staff")
    await act(lind, "e")
    await lind.page.locator("room-talk .wrap-up button").click()
    await act(alm, "n")
    await alm.page.locator("room-list button").first.click()
    await alm.page.keyboard.press("Escape")
    await alm.page.keyboard.press("d")
    await expect(lind.page.locator("acute-list .call")).to_be_visible()
    await rules.look("paged")
    await lind.page.set_viewport_size(DESK)
    await lind.page.keyboard.press("p")
    await expect(people(visitor)).to_contain_text("Lind")
    await rules.look("in an acute room")
    await lind.page.set_viewport_size(DESK)
    await decides(lind, "police")
    for key, where in (("w", "where"), ("j", "conflict"), ("x", "abuse"), ("e", "go-out")):
        await act(lind, key)
        await expect(lind.page.locator(f"#{where}")).to_be_visible()
        await rules.look(where)
    await lind.page.keyboard.press("Escape")
    await act(lind, "i")
    await rules.look("colleagues")
    await lind.page.keyboard.press("Escape")
    await lind.page.set_viewport_size(DESK)
    await left(lind)
    await rules.look("left")
    assert rules.broken == []
    assert len(rules.looked) == 10


@pytest.mark.scenario(23, part="automated rules, more than one of the staff")
@pytest.mark.parametrize("language", ["sv", "en"])
async def test_no_rule_is_broken_on_a_visitors_page_with_several_of_the_staff(
    language: str, harbour: DemoServer, new_context: NewContext, a_desk: OpenDesk
) -> None:
    alm = await a_desk(language=language)
    context = await new_context(locale=language, bypass_csp=True)
    visitor = await VisitorPage.open(context, harbour.visitor_url, language)
    rules = Rules(visitor.page)
    await talking(alm, visitor)
    berg = await a_desk(harbour.person("adviser", 1), language=language)
    await chosen(alm, "h", "Berg")
    await goes_in(berg)
    await expect(visitor.page.locator("talk-asked")).to_be_visible()
    await rules.look("asked about a hand-over")
    await visitor.page.locator("talk-asked .main").click()
    await expect(people(visitor)).to_contain_text("Berg")
    await alm.page.keyboard.press("Escape")
    await alm.page.keyboard.press("d")
    await expect(visitor.log.locator("article[data-kind=card]")).to_be_visible()
    await rules.look("three in the room, with the 112 card")
    assert rules.broken == []
    assert len(rules.looked) == 2
