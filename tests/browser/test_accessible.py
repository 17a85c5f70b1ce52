"""Every part of every page for every person: rules, keys alone, four times as large."""

from __future__ import annotations

import pytest
from playwright.async_api import Route, expect

from tests.browser.conftest import OpenDesk, OpenVisitor
from tests.browser.pages import DeskPage, VisitorPage, shift_thrice
from tests.browser.rules import Rules, spilling
from tests.browsers import DESK, PHONE, NewContext
from tests.services import DemoServer

pytestmark = pytest.mark.browser

SETTINGS = {"HAMN_POLICY__RING": "600"}
EXIT = "https://www.wikipedia.org/"
BAD = (
    "<main><img src=x><input><button></button><p style=color:#ddd>grått</p>"
    "<div id=wide style=width:30em>bred</div></main>"
)
LISTEN = """() => {
  globalThis.added = [];
  const note = (node) => node.localName === "article" && added.push(node.textContent);
  const log = document.querySelector("[role=log]");
  new MutationObserver((changes) => changes.forEach(({addedNodes}) => addedNodes.forEach(note)))
    .observe(log, {childList: true, subtree: true});
}"""
"""Hears what a screen reader is given to read: lines that come into the log."""


@pytest.mark.scenario(23, part="automated rules, visitors' pages")
@pytest.mark.parametrize("language", ["sv", "en"])
async def test_no_rule_is_broken_in_any_state_of_the_visitors_pages(
    language: str, harbour: DemoServer, new_context: NewContext, a_desk: OpenDesk
) -> None:
    desk = await a_desk()
    context = await new_context(locale=language, bypass_csp=True)
    visitor = VisitorPage(await context.new_page(), language)
    page, rules = visitor.page, Rules(visitor.page)
    for path in ("how-we-handle", "help"):
        await page.goto(f"{harbour.visitor_url}/{language}/{path}")
        await rules.look(path)

    await visitor.goto(harbour.visitor_url)
    await visitor.finds_open_door()
    for opened in await page.locator("#front details > summary, #ways > summary").all():
        await opened.click()
    await rules.look("front")
    await page.locator("#young").check()
    await page.locator("#danger").check()
    await page.locator("#language").select_option("so")
    await expect(page.locator("other-language section")).to_be_visible()
    await page.locator("#relation").select_option("10")
    await (await visitor.type_code("1" * 24)).wait_for()
    await rules.look("front, young, in danger, in Somali, with a mistyped code")

    await visitor.open_chat()
    await visitor.is_in_queue()
    await visitor.write("Jag väntar")
    await rules.look("waiting")
    await desk.accept()
    await visitor.is_with("Alm")
    await desk.write("Hej")
    await visitor.reads("Hej")
    await rules.look("conversation")
    await (await visitor.safety_sheet()).wait_for()
    await rules.look("safety phrase")
    await page.keyboard.press("Escape")
    await visitor.show_code()
    await rules.look("return code")
    await page.keyboard.press("Escape")
    await visitor.button("page.erase_open").click()
    await rules.look("erase")
    await page.keyboard.press("Escape")
    await desk.page.keyboard.press("Escape")
    await desk.page.keyboard.press("b")
    await desk.page.keyboard.press("Escape")
    await desk.end_button.click()
    await desk.page.locator("#end-together").click()
    await page.locator("#child summary").click()
    await expect(page.locator("talk-closing")).to_be_visible()
    await rules.look("a child, asked to end together")
    await page.locator("#end-open").click()
    await rules.look("end")
    await visitor.button("page.end_yes").click()
    await visitor.is_on("after")
    await rules.look("ended")
    assert rules.broken == []
    assert len(rules.looked) == 12


@pytest.mark.scenario(23, part="automated rules, staff's pages")
@pytest.mark.parametrize("language", ["sv", "en"])
async def test_no_rule_is_broken_in_any_state_of_the_staffs_pages(
    language: str, harbour: DemoServer, new_context: NewContext, a_visitor: OpenVisitor
) -> None:
    context = await new_context(locale=language, bypass_csp=True, expects_errors=True)
    desk = await DeskPage.open(context, harbour.staff_url, language)
    page, rules = desk.page, Rules(desk.page)
    await page.goto(f"{harbour.staff_url}/{language}/enrol#{'00' * 32}")
    await expect(page.locator("#gone")).to_be_visible()
    await rules.look("spent invite")
    await page.goto(f"{harbour.staff_url}/{language}")
    await desk.is_on("signin")
    await rules.look("sign-in")
    await desk.sign_in(harbour.person("adviser"))
    await rules.look("off duty")
    await desk.go_on_duty()
    await rules.look("on duty")
    for sheet in ("keys", "settings"):
        await page.locator(f"[data-sheet={sheet}]").click()
        await rules.look(sheet)
        await page.keyboard.press("Escape")

    visitor = await a_visitor()
    await visitor.open_chat()
    await desk.rings()
    await rules.look("ringing")
    await desk.accept()
    await visitor.is_with("Alm")
    await visitor.write("Hej")
    await desk.reads("Hej")
    await desk.write("Hej, hej")
    await rules.look("conversation")
    await page.set_viewport_size(PHONE)
    for tab in ("waiting", "side", "talk"):
        await page.locator(f"#tab-{tab}").click()
        await rules.look(tab, (PHONE,))
    await page.set_viewport_size(DESK)
    await desk.end_button.click()
    await rules.look("end")
    await page.locator("#end-together").click()
    await expect(desk.talk.locator("talk-closing")).to_be_visible()
    await rules.look("ending together")
    await page.set_viewport_size(DESK)
    await desk.end_button.click()
    await page.locator("#end-yes").click()
    await desk.is_over("end")
    await rules.look("ended")
    assert rules.broken == []
    assert len(rules.looked) == 14


async def test_the_rules_find_what_is_wrong(new_context: NewContext) -> None:
    page = await (await new_context(bypass_csp=True)).new_page()
    await page.set_content(BAD)
    rules = Rules(page)
    await rules.look("a bad page")
    names = {each.partition(": ")[2].split(" ")[0] for each in rules.broken}
    assert names >= {"image-alt", "label", "button-name", "color-contrast"}
    assert "a bad page, 320 wide: div#wide. spills" in rules.broken


@pytest.mark.scenario(23, part="keys alone, new lines read once, four times as large")
async def test_a_visitor_with_keys_alone_at_four_hundred_percent_comes_all_the_way(
    harbour: DemoServer, new_context: NewContext, a_desk: OpenDesk
) -> None:
    desk = await a_desk()
    # 1280 wide at 400 % is 320 wide.
    context = await new_context(viewport={"width": 320, "height": 256})
    visitor = await VisitorPage.open(context, harbour.visitor_url)
    page = visitor.page
    await visitor.finds_open_door()
    await visitor.tab_to(visitor.word("page.chat"))
    await page.keyboard.press("Enter")
    await visitor.is_in_queue()
    assert await spilling(page) == []

    await desk.accept()
    await visitor.is_with("Alm")
    assert await spilling(page) == []
    await visitor.tab_to(visitor.word("talk.write"))
    await page.keyboard.type("Jag skriver med tangenter")
    await page.keyboard.press("Enter")
    await desk.reads("Jag skriver med tangenter")
    log = page.get_by_role("log")
    await expect(log).to_have_attribute("aria-label", visitor.word("talk.log"))
    await page.evaluate(LISTEN)
    await desk.write("Jag läses en gång")
    await visitor.reads("Jag läses en gång")
    await desk.has_received_all()
    added = await page.evaluate("added")
    assert [each for each in added if "Jag läses en gång" in each] == added
    assert len(added) == 1

    await visitor.tab_to(visitor.word("talk.secure"))
    await page.keyboard.press("Enter")
    sheet = page.get_by_role("dialog", name=visitor.word("page.safety"))
    await expect(sheet).to_be_visible()
    assert await spilling(page) == []
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name=visitor.word("talk.secure"))).to_be_focused()
    await visitor.tab_to(visitor.word("page.end_open"))
    await page.keyboard.press("Enter")
    await visitor.tab_to(visitor.word("page.end_yes"))
    await page.keyboard.press("Enter")
    await visitor.is_on("after")
    await expect(page.locator("#after h1")).to_be_focused()
    assert await spilling(page) == []

    await context.route(EXIT, _neutral)
    await shift_thrice(page)
    await page.wait_for_url(EXIT)


async def _neutral(route: Route) -> None:
    await route.fulfill(body="<!doctype html><title>Uppslagsverk</title>", content_type="text/html")
