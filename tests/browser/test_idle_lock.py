"""A desk that nobody touches covers itself, rings on, and opens for its member alone."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenVisitor
from tests.browser.pages import DeskPage
from tests.browser.rules import Rules
from tests.browsers import NewContext
from tests.services import DemoServer

pytestmark = pytest.mark.browser

SETTINGS = {"HAMN_POLICY__RING": "600"}
HALF_AN_HOUR = 31 * 60_000
MAY_CLOSE = "() => dispatchEvent(new Event('beforeunload', { cancelable: true }))"
LATER = "(ms) => { globalThis.was = Date.now; Date.now = () => was() + ms }"


async def test_an_idle_desk_covers_itself_and_the_shift_goes_on(
    harbour: DemoServer, new_context: NewContext, a_visitor: OpenVisitor
) -> None:
    context = await new_context(bypass_csp=True)
    desk = await DeskPage.open(context, harbour.staff_url)
    alm, berg = harbour.person("adviser"), harbour.person("adviser", 1)
    await desk.sign_in(alm)
    await desk.go_on_duty()
    page = desk.page
    await page.evaluate(LATER, HALF_AN_HOUR)

    idle = page.locator("#idle")
    await expect(idle).to_be_visible()
    await expect(page.locator("#main")).to_be_hidden()
    await page.evaluate("() => { Date.now = was }")
    rules = Rules(page)
    await rules.look("desk, covered")
    visitor = await a_visitor()
    await visitor.open_chat()
    await visitor.is_in_queue()
    await page.keyboard.press("a")
    await visitor.is_in_queue()

    await page.locator("#idle-secret").fill(berg.secret)
    await idle.get_by_role("button", name=desk.word("desk.idle_go")).click()
    await expect(page.locator("#idle-said")).to_have_text(desk.word("desk.wrong"))
    await page.locator("#idle-secret").fill(alm.secret)
    await idle.get_by_role("button", name=desk.word("desk.idle_go")).click()
    await desk.is_on("desk")
    await desk.accept()
    await visitor.is_with("Alm")
    assert rules.broken == []


async def test_what_is_written_at_the_desk_is_asked_about_and_goes_with_its_writer(
    harbour: DemoServer, new_context: NewContext
) -> None:
    desk = await DeskPage.open(await new_context(), harbour.staff_url)
    await desk.sign_in(harbour.person("adviser"))
    await desk.go_on_duty()
    form = desk.page.locator("escalate-form")
    assert await desk.page.evaluate(MAY_CLOSE)

    await desk.page.keyboard.press("k")
    await form.locator("[name=summary]").fill("Tre samtal om samma skola.")
    await form.locator("details").first.locator("summary").click()
    await form.locator("[value=r03_contact]").check()
    assert not await desk.page.evaluate(MAY_CLOSE)
    await desk.page.locator("#lock").click()

    await desk.is_on("signin")
    await expect(form.locator("[name=summary]")).to_have_value("")
    await expect(form.locator("[value=r03_contact]")).not_to_be_checked()
    assert await desk.page.evaluate(MAY_CLOSE)
