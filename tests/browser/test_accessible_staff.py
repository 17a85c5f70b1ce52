"""The staff's pages where something has gone wrong or is still to be done: no rule is broken."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import BrowserContext, Route, expect

from tests.browser.conftest import OpenVisitor
from tests.browser.operator import invited, sign_roster
from tests.browser.pages import DeskPage
from tests.browser.rules import Rules
from tests.browser.trouble import NO_INDEXED_DB, NO_SUBTLE, tampered
from tests.browsers import NewContext
from tests.services import DemoServer, Person

pytestmark = pytest.mark.browser

SETTINGS = {"HAMN_POLICY__RING": "600"}


class Held:
    """Answers that are kept back until a look has been had."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()

    async def __call__(self, route: Route) -> None:
        await self.go_on.wait()
        await route.continue_()


@pytest.mark.scenario(23, part="automated rules, the page of an invite")
@pytest.mark.parametrize("language", ["sv", "en"])
async def test_no_rule_is_broken_while_a_member_enrols(
    language: str, harbour: DemoServer, new_context: NewContext
) -> None:
    context = await new_context(locale=language, bypass_csp=True)
    page = await context.new_page()
    rules, held = Rules(page), Held()
    await context.route("**/api/enrol", held)
    link = invited(harbour, f"ny-{language}", "Ny")
    await page.goto(link.replace("/enrol", f"/{language}/enrol"))
    await expect(page.locator("main > #ready")).to_be_visible()
    await rules.look("invited")
    await page.locator("#with-digits").click()
    await expect(page.locator("main > #working")).to_be_visible()
    await rules.look("keys are made")
    held.go_on.set()
    await expect(page.locator("main > #secret")).to_be_visible()
    digits = "".join(await page.locator("secret-shown li").all_inner_texts())
    await page.locator("secret-shown button.main").click()
    await rules.look("a secret typed back wrongly")
    for field in await page.locator("secret-shown").get_by_role("textbox").all():
        label = await field.evaluate("field => field.labels[0].textContent")
        group = int(re.sub(r"\D", "", label)) - 1
        await field.fill(digits[4 * group : 4 * group + 4])
    await page.locator("secret-shown button.main").click()
    await expect(page.locator("main > #done")).to_be_visible()
    await rules.look("enrolled")
    assert rules.broken == []
    assert len(rules.looked) == 4

    desk = DeskPage(page, language)
    await page.goto(f"{harbour.staff_url}/{language}")
    await desk.sign_in(Person(f"ny-{language}", "adviser", digits))
    await expect(page.locator("#off-name")).to_have_text(desk.word("desk.unsigned"))
    await rules.look("not signed yet")
    assert rules.broken == []


@pytest.mark.scenario(23, part="automated rules, staff are stopped")
@pytest.mark.parametrize("language", ["sv", "en"])
async def test_no_rule_is_broken_where_staff_are_stopped(
    language: str, harbour: DemoServer, new_context: NewContext
) -> None:
    context = await new_context(locale=language, bypass_csp=True, expects_errors=True)
    desk = await DeskPage.open(context, harbour.staff_url, language)
    rules, alm = Rules(desk.page), harbour.person("adviser")
    await desk.try_to_sign_in(Person(alm.name, alm.role, alm.secret[:-4]))
    await expect(desk.page.locator("#signin-said")).to_be_visible()
    await rules.look("a secret that is too short")
    held = Held()
    await context.route("**/.well-known/asc/trust.json", held)
    await desk.try_to_sign_in(alm)
    await expect(desk.page.locator("main > #opening")).to_be_visible()
    await rules.look("signing in")
    await tampered(context)
    held.go_on.set()
    await desk.is_on("stop")
    await rules.look("a changed roster")

    await context.add_init_script(NO_SUBTLE)
    await desk.page.reload()
    await desk.is_on("stop")
    await rules.look("an old browser")
    await desk.page.goto(f"{harbour.staff_url}/{language}/enrol#{'00' * 32}")
    await expect(desk.page.locator("main > #old")).to_be_visible()
    await rules.look("an invite in an old browser")
    assert rules.broken == []
    assert len(rules.looked) == 5


@pytest.mark.scenario(23, part="automated rules, before a shift")
@pytest.mark.parametrize("language", ["sv", "en"])
async def test_no_rule_is_broken_before_a_shift(
    language: str, harbour: DemoServer, new_context: NewContext
) -> None:
    context = await new_context(locale=language, bypass_csp=True)
    desk = await DeskPage.open(context, harbour.staff_url, language)
    page, rules = desk.page, Rules(desk.page)
    await desk.sign_in(harbour.person("adviser"))
    await page.locator("#tone").click()
    await page.locator("#tone-no").click()
    await rules.look("the tone is not heard")
    await page.locator("#practise").click()
    await desk.write("Hej du")
    await expect(desk.line("Hej du", mine=False)).to_be_visible()
    await rules.look("practice")
    await desk.end()
    await expect(desk.over).to_be_visible()
    await rules.look("practice is over")
    await desk.ready()
    await page.locator(".sign-out:visible").click()

    link = invited(harbour, f"asp-{language}", "Asp")
    await _enrol(await new_context(), link)
    sign_roster(harbour)
    await desk.sign_in(harbour.person("adviser"), "alarm")
    await rules.look("a member is new")
    assert rules.broken == []
    assert len(rules.looked) == 4


async def _enrol(context: BrowserContext, link: str) -> None:
    page = await context.new_page()
    await page.goto(link)
    await page.locator("#with-digits").click()
    await expect(page.locator("main > #secret")).to_be_visible()


@pytest.mark.scenario(23, part="automated rules, a shift's troubles")
@pytest.mark.parametrize("language", ["sv", "en"])
async def test_no_rule_is_broken_in_the_troubles_of_a_shift(
    language: str, harbour: DemoServer, new_context: NewContext, a_visitor: OpenVisitor
) -> None:
    context = await new_context(locale=language, bypass_csp=True)
    await context.add_init_script(NO_INDEXED_DB)
    desk = await DeskPage.open(context, harbour.staff_url, language)
    page, rules = desk.page, Rules(desk.page)
    await desk.sign_in(harbour.person("adviser"))
    await desk.go_on_duty()
    await rules.look("keys in memory alone")
    # Its columns scroll by themselves; below them the page has no emptiness to get lost in.
    assert await page.evaluate("document.documentElement.scrollHeight <= innerHeight")

    visitor, other = await a_visitor(), await a_visitor()
    await visitor.page.locator("#danger").check()
    await visitor.open_chat()
    await desk.rings()
    await other.open_chat()
    await expect(page.locator("waiting-list li")).to_have_count(2)
    await rules.look("danger rings and another waits")
    await desk.accept()
    await visitor.is_with("Alm")
    await desk.write("Hej")
    await visitor.reads("Hej")
    await (await desk.safety_sheet()).wait_for()
    await rules.look("safety phrase")
    await page.keyboard.press("Escape")
    await page.locator("#duty-off").click()
    await rules.look("off duty with somebody in the room")
    await page.keyboard.press("Escape")

    await visitor.page.reload()
    await expect(desk.talk.locator(".resend")).to_be_visible()
    await rules.look("the visitor's page was loaded anew")
    await visitor.page.goto("about:blank")
    await expect(desk.band).to_have_text(desk.word("desk.visitor_away"))
    await rules.look("the visitor is away")
    await harbour.kill()
    await expect(page.locator("#band")).to_have_text(desk.word("desk.offline"))
    await rules.look("no contact")
    await harbour.start()
    await expect(page.locator("#band")).to_have_text(desk.word("desk.memory"))
    await desk.end()
    await expect(desk.over).to_be_visible()
    await rules.look("wrap-up")
    assert rules.broken == []
    assert len(rules.looked) == 8
