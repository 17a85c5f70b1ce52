"""Where the visitor's way stops or turns, for every person: no rule is broken there either."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from playwright.async_api import BrowserContext, Page, Route, expect

from tests.browser.conftest import OpenDesk
from tests.browser.pages import VisitorPage
from tests.browser.rules import Rules
from tests.browser.trouble import NO_SUBTLE, tampered
from tests.browsers import NewContext
from tests.services import DemoServer

pytestmark = pytest.mark.browser

SETTINGS = {"HAMN_POLICY__LOST_AFTER": "8", "HAMN_POLICY__RING": "600"}
OPEN = {"open": True, "reason": "open", "until": None, "next": None, "needs_supervisor": False}
UNKNOWN = "123456789012345678901235"


@dataclass(slots=True)
class Looked:
    """A visitor's page and what looks at it."""

    visitor: VisitorPage
    rules: Rules

    @property
    def page(self) -> Page:
        return self.visitor.page

    async def stops(self, phase: str) -> None:
        """The page has stopped, says why, and breaks no rule."""
        await self.visitor.is_on("stop")
        title = self.visitor.word(f"visitor.{phase}")
        await expect(self.page.locator("#stop h1")).to_have_text(title)
        await self.rules.look(f"stopped: {phase}")


OpenLook = Callable[..., Awaitable[Looked]]


@pytest.fixture
def a_look(harbour: DemoServer, new_context: NewContext) -> OpenLook:
    """Opens the visitors' page as one that rules can be asked about."""

    async def open_page(
        language: str, *, script: str = "", context: BrowserContext | None = None
    ) -> Looked:
        context = context or await new_context(
            locale=language, bypass_csp=True, expects_errors=True
        )
        if script:
            await context.add_init_script(script)
        visitor = VisitorPage(await context.new_page(), language)
        await visitor.goto(harbour.visitor_url)
        return Looked(visitor, Rules(visitor.page))

    return open_page


async def _no_answer(route: Route) -> None:
    await route.abort()


async def _looks_open(route: Route) -> None:
    await route.fulfill(body=json.dumps(OPEN), content_type="application/json")


@pytest.mark.scenario(23, part="automated rules, the visitor is stopped")
@pytest.mark.parametrize("language", ["sv", "en"])
async def test_no_rule_is_broken_where_a_visitor_is_stopped(
    language: str,
    a_look: OpenLook,
    a_desk: OpenDesk,
) -> None:
    await a_desk()
    old = await a_look(language, script=NO_SUBTLE)
    await old.stops("old")

    changed = await a_look(language)
    await tampered(changed.page.context)
    await changed.visitor.open_chat()
    await changed.stops("untrusted")

    late = await a_look(language)
    tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(hours=25)
    await late.page.clock.install(time=tomorrow)
    await late.page.reload()
    await late.visitor.open_chat()
    await late.stops("clock")

    alone = await a_look(language)
    await alone.page.context.route("**/.well-known/asc/*", _no_answer)
    await alone.visitor.open_chat()
    await alone.stops("failed")

    first = await a_look(language)
    await first.visitor.open_chat()
    await first.visitor.is_in_queue()
    second = await a_look(language, context=first.page.context)
    await second.visitor.knows_of_another()
    await second.visitor.open_chat()
    await second.stops("elsewhere")
    assert [each.rules.broken for each in (old, changed, late, alone, second)] == [[]] * 5


@pytest.mark.scenario(23, part="automated rules, nobody answers")
@pytest.mark.parametrize("language", ["sv", "en"])
async def test_no_rule_is_broken_where_nobody_answers(
    language: str,
    a_look: OpenLook,
) -> None:
    shut = await a_look(language)
    await expect(shut.page.locator("#chat")).to_be_hidden()
    await expect(shut.page.locator("#ways")).to_have_attribute("open", "")
    await shut.rules.look("the door is shut")

    gone = await a_look(language)
    await gone.page.context.route("**/api/status", _looks_open)
    await gone.page.reload()
    await (await gone.visitor.finds_open_door()).click()
    await expect(gone.page.locator("#front-said")).to_have_text(gone.visitor.word("visitor.nobody"))
    await gone.rules.look("nobody after all")

    await (await gone.visitor.come_back(UNKNOWN)).wait_for()
    await gone.rules.look("a code that is not known")
    assert shut.rules.broken + gone.rules.broken == []


@pytest.mark.scenario(23, part="automated rules, on the way")
@pytest.mark.parametrize("language", ["sv", "en"])
async def test_no_rule_is_broken_where_the_way_turns(
    language: str, a_look: OpenLook, a_desk: OpenDesk, harbour: DemoServer
) -> None:
    alm = await a_desk()
    looked = await a_look(language)
    visitor, page, rules = looked.visitor, looked.page, looked.rules
    await page.clock.install()
    await page.reload()
    await visitor.open_chat()
    await visitor.is_in_queue()
    await page.clock.fast_forward("10:30")
    await expect(page.locator("waiting-place .band")).to_be_visible()
    await rules.look("a long wait")

    await alm.accept()
    await visitor.is_with("Alm")
    digits, sheet = await visitor.show_code()
    await sheet.get_by_role("button", name=visitor.word("visitor.code_confirm")).click()
    await rules.look("a code typed back wrongly")
    await visitor.confirm_code(digits)
    await visitor.button("page.code_open").click()
    await rules.look("a code that is kept")
    await page.keyboard.press("Escape")

    berg = await a_desk(harbour.person("adviser", 1))
    await alm.page.context.close()
    await visitor.write("Är du kvar?")
    await expect(visitor.band).to_have_text(visitor.word("visitor.paused"))
    await rules.look("the adviser is lost")
    await berg.accept()
    await expect(page.locator("talk-asked")).to_contain_text(visitor.word("talk.held"))
    await rules.look("a line that is asked about")
    await visitor.button("talk.held_yes").click()

    await harbour.kill()
    await expect(visitor.band).to_have_text(visitor.word("talk.offline"))
    await rules.look("no contact")
    await harbour.start()
    await berg.reads("Är du kvar?")
    await visitor.erase_all()
    await expect(page.locator("#after h1")).to_have_text(visitor.word("visitor.erased"))
    await rules.look("erased")
    assert rules.broken == []
    assert len(rules.looked) == 7
