"""A manager's texts and help lines: edited beside the desk, seen by visitors, dated by a call."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import OpenVisitor
from tests.browser.pages import DeskPage
from tests.browser.rules import Rules
from tests.browsers import NewContext
from tests.services import DemoServer

pytestmark = pytest.mark.browser

TODAY = dt.datetime.now(dt.UTC).date()
OLD, LATELY = TODAY - dt.timedelta(days=181), TODAY - dt.timedelta(days=10)
SETTINGS: dict[str, str] = {}


@pytest.fixture(scope="module", autouse=True)
def directory(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Three help lines: called lately, called long ago, never called."""
    path = tmp_path_factory.mktemp("directory") / "lines.toml"
    path.write_text(
        "".join(
            f'[[line]]\nphone = "{phone}"\n{called}[line.name]\nsv = "{name}"\n'
            f'[line.about]\nsv = "Lyssnar."\n'
            for name, phone, called in (
                ("Nära", "010-1", f"verified_at = {LATELY}\n"),
                ("Fjärran", "010-2", f"verified_at = {OLD}\n"),
                ("Okänd", "010-3", ""),
            )
        )
    )
    SETTINGS["HAMN_FOLDERS__DIRECTORY"] = str(path)


async def _at_texts(
    context: BrowserContext, server: DemoServer, language: str = "sv", due: int | None = None
) -> Page:
    """The manager has signed in, is told at the desk what is to be called, and goes there."""
    desk = await DeskPage.open(context, server.staff_url, language)
    await desk.sign_in(server.person("supervisor"))
    link = desk.page.locator("#to-texts a")
    await expect(link).to_contain_text(desk.word("texts.name") if due is None else f": {due} ")
    page = await desk.beside(link)
    await expect(page.locator("#texts")).to_be_visible()
    return page


@pytest.mark.scenario(32)
async def test_the_manager_is_warned_of_an_old_date_and_the_visitor_sees_it(
    harbour: DemoServer, new_context: NewContext, a_visitor: OpenVisitor
) -> None:
    page, visitor = await _at_texts(await new_context(), harbour, due=2), await a_visitor()
    far = page.locator("line-edit", has_text="Fjärran")
    await expect(page.locator("#due")).to_have_text(visitor.word("texts.due_many", n=2))
    await expect(far.locator(".band")).to_be_visible()
    await expect(page.locator("line-edit", has_text="Nära").locator(".band")).to_have_count(0)
    shown = visitor.page.locator("#ways li", has_text="Fjärran").locator("small")
    await expect(shown).to_have_text(visitor.word("page.verified", date=OLD.isoformat()))

    near = page.locator("line-edit", has_text="Nära")
    await near.locator("summary").click()
    await near.get_by_label(visitor.word("texts.phone")).fill("010-9")
    await far.get_by_role("button", name="Jag ringde i dag").click()
    await expect(far.locator(".band")).to_have_count(0)
    await expect(near.get_by_label(visitor.word("texts.phone"))).to_have_value("010-9")
    await expect(page.locator("#due")).to_have_text(visitor.word("texts.due_one"))
    called = await _reloaded_until_other(visitor.page, shown, OLD.isoformat())
    dates = [(TODAY + dt.timedelta(days=off)).isoformat() for off in (-1, 0, 1)]
    assert called in [visitor.word("page.verified", date=date) for date in dates]


async def _reloaded_until_other(page: Page, shown: Locator, old: str) -> str:
    """What a page says instead, once what was published has come: within seconds."""
    async with asyncio.timeout(10):
        while not (said := await shown.inner_text()) or old in said:
            await page.reload()
    return said


async def test_a_text_is_edited_with_preview_and_history_in_both_languages(
    harbour: DemoServer, new_context: NewContext, a_visitor: OpenVisitor
) -> None:
    page, visitor = await _at_texts(await new_context(), harbour), await a_visitor()
    lead = visitor.page.locator("p.lead.grown")
    original = await lead.inner_text()
    edit = page.locator("text-edit", has_text=original[:20])
    await edit.locator("summary").click()
    await expect(edit.locator("textarea")).to_have_count(2)
    swedish = edit.locator("section").first
    await swedish.locator("textarea").fill("Du kan andas ut. <i>Vi</i> lyssnar.")
    await expect(swedish.locator(".preview")).to_have_text("Du kan andas ut. <i>Vi</i> lyssnar.")
    other = page.locator("text-edit").last.locator("textarea").first
    await page.locator("text-edit summary").last.click()
    await other.fill("Halvskrivet.")
    await swedish.get_by_role("button", name="Spara", exact=True).click()
    edit = page.locator("text-edit", has_text="Du kan andas ut.")
    await expect(edit.get_by_role("status").first).to_have_text(visitor.word("texts.saved"))
    await _reloaded_until_other(visitor.page, lead, original)
    await expect(lead).to_have_text("Du kan andas ut. <i>Vi</i> lyssnar.")

    await edit.get_by_role("button", name=visitor.word("texts.history")).first.click()
    await expect(edit.locator(".editions li")).to_have_count(2)
    await edit.locator(".editions button").last.click()
    await expect(edit.locator("textarea").first).to_have_value(original)

    # What is half written in another text has outlived that, and outlives the session.
    await page.evaluate("sessionStorage.clear()")
    await edit.get_by_role("button", name="Spara", exact=True).first.click()
    await expect(page.locator("#said")).to_have_text(visitor.word("case.out_unsaved"))
    await expect(other).to_be_visible()
    await expect(other).to_have_value("Halvskrivet.")


@pytest.mark.parametrize("language", ["sv", "en"])
async def test_no_rule_is_broken_on_the_managers_page(
    language: str, harbour: DemoServer, new_context: NewContext
) -> None:
    context = await new_context(locale=language, bypass_csp=True)
    page = await context.new_page()
    await page.goto(f"{harbour.staff_url}/{language}/texts")
    await expect(page.locator("#out")).to_be_visible()
    rules = Rules(page)
    await rules.look("signed out")
    await page.close()
    page = await _at_texts(context, harbour, language)
    rules.page = page
    await page.locator("text-edit summary").first.click()
    await page.locator("line-edit summary").first.click()
    await page.locator("text-edit button").nth(2).click()
    await expect(page.locator(".editions li").first).to_be_visible()
    await rules.look("texts and lines")
    assert rules.broken == []


async def test_who_is_no_manager_edits_nothing(
    harbour: DemoServer, new_context: NewContext
) -> None:
    context = await new_context(expects_errors=True)
    desk = await DeskPage.open(context, harbour.staff_url)
    await desk.sign_in(harbour.person("adviser"))
    await expect(desk.page.locator("#to-texts")).to_be_hidden()
    await desk.page.goto(f"{harbour.staff_url}/sv/texts")
    await expect(desk.page.locator("#said")).to_have_text(desk.word("texts.not"))
    await expect(desk.page.locator("#texts")).to_be_hidden()
