"""The roster signed in a supervisor's browser: a root taken in, a draft read, somebody let in."""

from __future__ import annotations

import json
import urllib.request

import pytest
from playwright.async_api import expect

from hamn.core.words import Role
from hamn.ops.people import Person as Newcomer
from tests.browser.authenticator import with_authenticator
from tests.browser.operator import invited, sign_roster
from tests.browser.pages import DeskPage
from tests.browser.rules import Rules
from tests.browser.test_staff_page import StaffPage, enrol
from tests.browsers import NewContext
from tests.edge.people import employed
from tests.services import DemoServer, Person

pytestmark = pytest.mark.browser


def published(server: DemoServer) -> dict[str, object]:
    """The roster as a visitor's browser fetches it."""
    with urllib.request.urlopen(f"{server.visitor_url}/.well-known/asc/roster.json") as answer:  # noqa: S310
        found: dict[str, object] = json.load(answer)
    return found


async def with_passkey(new_context: NewContext, server: DemoServer, login: str) -> StaffPage:
    """A supervisor who has enrolled with a passkey alone, at their staff page."""
    page = await (await new_context(bypass_csp=True)).new_page()
    await with_authenticator(page)
    await page.goto(invited(server, login, login.capitalize(), "supervisor"))
    await page.locator("#with-passkey").click()
    await expect(page.locator("#done")).to_be_visible()
    sign_roster(server)
    desk = DeskPage(page)
    await page.goto(f"{server.staff_url}/sv")
    await page.get_by_label(desk.word("desk.login"), exact=True).fill(login)
    await page.locator("#passkey").click()
    await desk.is_on("off")
    await page.goto(f"{server.staff_url}/sv/staff")
    await expect(page.locator("#in")).to_be_visible()
    return StaffPage(page)


async def test_a_supervisor_signs_somebody_in_with_a_root_in_the_browser(
    harbour: DemoServer, new_context: NewContext
) -> None:
    staff = await with_passkey(new_context, harbour, "rot")
    page, rules = staff.page, Rules(staff.page)
    root = harbour.data.with_name(harbour.data.name + "-operator") / "root.pem"
    await page.locator("#root-file").set_input_files(root)
    await expect(page.locator("#said")).to_have_text(staff.word("staff.root_kept"))
    await enrol(new_context, invited(harbour, "alder", "Alder", "adviser"))
    before = published(harbour)

    await page.locator("#draft-open").click()
    role = staff.word("talk.role_1")
    await expect(page.locator("#draft-list")).to_have_text(
        staff.word("staff.draft_added", name="Alder", roles=role)
    )
    await rules.look("staff, a draft")
    await page.locator("#draft-sign").click()
    await expect(page.locator("#said")).to_have_text(staff.word("staff.draft_done"))

    after = published(harbour)
    assert after["seq"] == int(str(before["seq"])) + 1
    assert "Alder" in {member["duty_name"] for member in after["members"]}  # type: ignore[attr-defined]
    assert rules.broken == []


async def test_a_root_is_not_taken_in_where_digits_would_open_it(
    harbour: DemoServer, new_context: NewContext
) -> None:
    (secret,) = await employed(harbour, Newcomer("siffra", "Siffra", (Role.SUPERVISOR,)))
    context = await new_context(expects_errors=True)
    staff = await StaffPage.of(context, harbour, Person("siffra", "supervisor", secret))
    root = harbour.data.with_name(harbour.data.name + "-operator") / "root.pem"

    await staff.page.locator("#root-file").set_input_files(root)

    await expect(staff.page.locator("#roster-said")).to_have_text(staff.word("desk.no_passkey"))
    await expect(staff.page.locator("#root-needs")).to_be_visible()
