"""A new adviser: invited, enrolled in their own browser, signed by the root, answering."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.authenticator import with_authenticator
from tests.browser.conftest import OpenVisitor
from tests.browser.operator import invited, sign_roster
from tests.browser.pages import DeskPage, VisitorPage
from tests.browsers import NewContext
from tests.services import DemoServer, Person

pytestmark = pytest.mark.browser

TRICKY = "Ek <img src=x onerror=alert(1)>"


async def _is_shown(page: Page, part: str) -> None:
    await expect(page.locator(f"main > section#{part}")).to_be_visible()


async def test_an_invited_adviser_enrols_with_a_secret_and_answers_a_visitor(
    harbour: DemoServer, new_context: NewContext, a_visitor: OpenVisitor
) -> None:
    link = invited(harbour, "hav", "Hav")
    context = await new_context()
    page = await context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(link)
    await _is_shown(page, "ready")
    token = link.partition("#")[2]
    assert token not in page.url
    assert not any(token in url for url in asked)

    desk = DeskPage(page)
    await page.locator("#with-digits").click()
    await _is_shown(page, "secret")
    digits = "".join(await page.locator("secret-shown li").all_inner_texts())
    await type_back(desk, digits)
    await _is_shown(page, "done")

    # The server's answer to a spent invite is an error to the console, and a sentence to people.
    again = await (await new_context(expects_errors=True)).new_page()
    await again.goto(link)
    await _is_shown(again, "gone")

    hav = Person("hav", "adviser", digits)
    unsigned = await DeskPage.open(context, harbour.staff_url)
    await unsigned.sign_in(hav)
    await expect(unsigned.page.locator("#off-name")).to_have_text(desk.word("desk.unsigned"))
    await expect(unsigned.page.locator("#before-duty")).to_be_hidden()

    sign_roster(harbour)
    await _answers(await _signed_in(new_context, harbour, hav), await a_visitor(), "Hav")


@pytest.mark.check(43, part="an adviser's duty name")
async def test_an_invited_adviser_enrols_with_a_passkey_and_a_name_is_never_markup(
    harbour: DemoServer, new_context: NewContext, a_visitor: OpenVisitor
) -> None:
    context = await new_context()
    page = await context.new_page()
    dialogs: list[str] = []
    await with_authenticator(page)
    await page.goto(invited(harbour, "gran", TRICKY))
    await _is_shown(page, "ready")
    await expect(page.locator("#ready-name")).to_contain_text(TRICKY)
    await page.locator("#with-passkey").click()
    await _is_shown(page, "done")
    sign_roster(harbour)

    desk = DeskPage(page)
    await page.goto(f"{harbour.staff_url}/sv")
    await page.get_by_label(desk.word("desk.login"), exact=True).fill("gran")
    await page.locator("#passkey").click()
    await desk.is_on("off")
    await desk.go_on_duty()
    visitor = await a_visitor()
    for each in (page, visitor.page):
        each.on("dialog", lambda dialog: dialogs.append(dialog.message))
    await _answers(desk, visitor, TRICKY)
    await expect(visitor.page.locator("img")).to_have_count(0)
    assert dialogs == []


async def type_back(desk: DeskPage, digits: str) -> None:
    for field in await desk.page.locator("secret-shown").get_by_role("textbox").all():
        label = await field.evaluate("field => field.labels[0].textContent")
        group = int(re.sub(r"\D", "", label)) - 1
        await field.fill(digits[4 * group : 4 * group + 4])
    await desk.page.get_by_role("button", name=desk.word("enrol.type_go")).click()


async def _signed_in(new_context: NewContext, server: DemoServer, person: Person) -> DeskPage:
    desk = await DeskPage.open(await new_context(), server.staff_url)
    await desk.sign_in(person)
    await desk.go_on_duty()
    return desk


async def _answers(desk: DeskPage, visitor: VisitorPage, name: str) -> None:
    await visitor.open_chat()
    await desk.accept()
    await visitor.is_with(name)
    await desk.write("Hej, jag är ny här")
    await visitor.reads("Hej, jag är ny här")


async def test_colleagues_are_told_that_the_members_have_changed(
    harbour: DemoServer, new_context: NewContext
) -> None:
    # What the desk was still fetching when it was left is answered with 401.
    context = await new_context(expects_errors=True)
    desk = await DeskPage.open(context, harbour.staff_url)
    await desk.sign_in(harbour.person("adviser"))
    await desk.page.locator(".sign-out:visible").click()
    await desk.is_on("signin")

    page = await (await new_context()).new_page()
    await page.goto(invited(harbour, "asp", "Asp"))
    await page.locator("#with-digits").click()
    await _is_shown(page, "secret")
    sign_roster(harbour)

    await desk.sign_in(harbour.person("adviser"), "alarm")
    await expect(desk.page.locator("#alarm-list")).to_have_text(
        desk.word("desk.alarm_added", name="Asp")
    )
    await desk.page.locator("#alarm-known").click()
    await desk.is_on("off")
