"""The staff page: a stolen account, somebody new, other roles, lost keys, one more way in."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from hamn.core.words import Role
from hamn.ops.people import Person as Newcomer
from hamn.ops.roots import add_root
from hamn.party.service import believe
from tests.browser.authenticator import with_authenticator
from tests.browser.conftest import OpenDesk, OpenVisitor
from tests.browser.pages import DeskPage, catalogue
from tests.browser.rules import Rules
from tests.browsers import NewContext
from tests.edge.people import employed
from tests.faults.crowd import service_of
from tests.services import DemoServer, Person

pytestmark = pytest.mark.browser


@dataclass(slots=True)
class StaffPage:
    """The staff page of somebody who is signed in at a desk in the tab before."""

    page: Page
    language: str = "sv"

    @classmethod
    async def from_desk(cls, desk: DeskPage) -> StaffPage:
        link = desk.page.locator("a[href$='/staff']:visible").first
        page = cls(await desk.beside(link), desk.language)
        await expect(page.page.locator("#in")).to_be_visible()
        return page

    @classmethod
    async def of(
        cls, context: BrowserContext, server: DemoServer, person: Person, language: str = "sv"
    ) -> StaffPage:
        desk = await DeskPage.open(context, server.staff_url, language)
        await desk.sign_in(person)
        return await cls.from_desk(desk)

    def word(self, key: str, **values: object) -> str:
        return catalogue(self.language).filled(key, values)

    def line(self, name: str) -> Locator:
        return self.page.locator("staff-list details").filter(
            has=self.page.get_by_text(name, exact=True)
        )

    async def opened(self, name: str) -> Locator:
        line = self.line(name)
        if await line.get_attribute("open") is None:
            await line.locator("summary").click()
        return line

    async def press(self, name: str, key: str) -> None:
        line = await self.opened(name)
        await line.get_by_role("button", name=self.word(key), exact=True).click()

    async def link(self) -> str:
        """The link that is shown once."""
        shown = self.page.locator("#link-shown")
        await expect(shown).to_have_text(re.compile("/enrol#[0-9a-f]{64}$"))
        text = await shown.text_content()
        await self.page.locator("#link [data-close]").click()
        await expect(self.page.locator("#link")).to_be_hidden()
        return text or ""


@pytest.mark.scenario(28)
async def test_a_stolen_account_is_revoked_in_one_click(
    harbour: DemoServer, new_context: NewContext, a_desk: OpenDesk, a_visitor: OpenVisitor
) -> None:
    """A thief has a member's digits, and sits in a conversation under their name."""
    (secret,) = await employed(harbour, Newcomer("hav", "Hav", (Role.MANAGER,)))
    stolen, visitor = await a_desk(), await a_visitor()
    await visitor.open_chat()
    await stolen.accept()
    await visitor.is_with("Alm")
    await visitor.write("Är du kvar")
    await stolen.reads("Är du kvar")
    colleague = await a_desk(harbour.person("adviser", 1))
    manager = await StaffPage.of(await new_context(), harbour, Person("hav", "manager", secret))
    await manager.opened("Alm")

    await manager.press("Alm", "staff.revoke")

    # Within two seconds: tests/edge/test_revocation.py counts them, where no slow page is between.
    await stolen.is_on("signin")
    await expect(stolen.page.locator("room-talk article")).to_have_count(0)
    await expect(manager.line("Alm")).to_have_attribute("data-revoked", "true")
    # Session and keys are useless: neither the tab nor the digits lead back in.
    await stolen.page.reload()
    await stolen.is_on("signin")
    await stolen.try_to_sign_in(harbour.person("adviser"))
    await expect(stolen.page.locator("#signin-said")).to_have_text(stolen.word("desk.wrong"))
    # The conversation goes on with somebody else.
    await colleague.accept()
    await visitor.is_with("Berg")
    await colleague.write("Hej, jag tar vid")
    await visitor.reads("Hej, jag tar vid")
    await visitor.write("Tack")
    await colleague.reads("Tack")


async def test_somebody_is_invited_and_their_lost_keys_are_made_anew(
    harbour: DemoServer, new_context: NewContext
) -> None:
    lind = harbour.person("supervisor")
    staff = await StaffPage.of(await new_context(), harbour, lind)
    await staff.page.locator("#new-login").fill("ask")
    await staff.page.locator("#new-name").fill("Ask")
    await staff.page.locator("input[name=new-role][value='1']").check()
    await staff.page.locator("#invite-form button[type=submit]").click()
    first = await staff.link()
    await expect(staff.line("Ask")).to_contain_text(staff.word("staff.is_invited"))

    await enrol(new_context, first)
    await staff.page.reload()
    await expect(staff.line("Ask")).to_contain_text(staff.word("staff.is_off"))
    await staff.press("Ask", "staff.again_open")
    await staff.page.locator("#lost-go").click()
    second = await staff.link()

    assert second != first
    await expect(staff.line("Ask")).to_have_count(2)
    await expect(staff.page.locator("[data-revoked=true] bdi", has_text="Ask")).to_have_count(1)
    await enrol(new_context, second)
    spent = await (await new_context(expects_errors=True)).new_page()
    await spent.goto(second)
    await expect(spent.locator("#gone")).to_be_visible()


async def enrol(new_context: NewContext, link: str) -> None:
    page = await (await new_context()).new_page()
    await page.goto(link)
    await page.locator("#with-digits").click()
    await expect(page.locator("#secret")).to_be_visible()


async def test_other_roles_act_at_once(
    harbour: DemoServer, new_context: NewContext, a_desk: OpenDesk
) -> None:
    desk = await a_desk(harbour.person("adviser", 2))
    staff = await StaffPage.of(await new_context(), harbour, harbour.person("supervisor"))
    await staff.press("Dal", "staff.roles_open")
    await staff.page.locator("input[name=role][value='4']").check()
    await staff.page.locator("#roles-go").click()

    await desk.is_on("signin")
    await expect(staff.line("Dal")).to_contain_text(staff.word("talk.role_4"))
    await expect(staff.page.locator("audit-log")).to_contain_text(
        staff.word("staff.did_roles_changed")
    )
    await expect(staff.page.locator("audit-log .hint").first).to_contain_text("håller")


async def test_an_adviser_adds_a_passkey_and_signs_in_with_it(
    harbour: DemoServer, new_context: NewContext
) -> None:
    context = await new_context()
    desk = await DeskPage.open(context, harbour.staff_url)
    await with_authenticator(desk.page)
    dal = harbour.person("adviser", 2)
    await desk.sign_in(dal)
    await desk.page.goto(f"{harbour.staff_url}/sv/staff")
    staff = StaffPage(desk.page)
    await expect(staff.page.locator("#own-list li")).to_have_count(1)
    await expect(staff.page.locator("staff-list")).to_be_hidden()
    await staff.page.locator("#own-secret").fill(dal.secret)
    await staff.page.locator("#own-go").click()
    await expect(staff.page.locator("#own-list li")).to_have_count(2)

    await desk.page.goto(f"{harbour.staff_url}/sv")
    await desk.is_on("off")
    await desk.page.locator(".sign-out:visible").click()
    await desk.page.get_by_label(desk.word("desk.login"), exact=True).fill(dal.name)
    await desk.page.locator("#passkey").click()
    await desk.is_on("off")


async def test_a_root_is_born_in_a_supervisors_browser_and_signs(
    harbour: DemoServer, new_context: NewContext
) -> None:
    """Whoever holds a root signs in by passkey alone, so that the digits go first."""
    (secret,) = await employed(harbour, Newcomer("sol", "Sol", (Role.SUPERVISOR,)))
    context = await new_context(expects_errors=True, bypass_csp=True)
    desk = await DeskPage.open(context, harbour.staff_url)
    await with_authenticator(desk.page)
    await desk.sign_in(Person("sol", "supervisor", secret))
    page = desk.page
    staff, rules = StaffPage(page), Rules(page)
    await page.goto(f"{harbour.staff_url}/sv/staff")
    await expect(page.locator("#root-needs")).to_be_visible()
    await page.locator("#own-secret").fill(secret)
    await page.locator("#own-go").click()
    await page.get_by_label(staff.word("staff.drop_this", way=staff.word("staff.digits"))).click()
    await rules.look("a way to sign in less")
    await page.locator("#drop-go").click()
    await expect(page.locator("#out")).to_be_visible()  # every session has ended
    await page.goto(f"{harbour.staff_url}/sv")
    await desk.try_to_sign_in(Person("sol", "supervisor", secret))
    await expect(page.locator("#signin-said")).to_have_text(desk.word("desk.wrong"))
    await page.locator("#passkey").click()
    await desk.is_on("off")

    await page.goto(f"{harbour.staff_url}/sv/staff")
    await expect(page.locator("#own-list button")).to_have_count(0)
    await page.locator("#root-make").click()
    command = page.locator("#root-command")
    await expect(command).to_have_text(re.compile("^hamn root add [0-9a-f]{64}$"))
    await expect(page.locator("#draft-sign")).to_be_hidden()
    await rules.look("a root that does not count yet")
    half = (await command.text_content() or "").split()[-1]
    add_root(harbour.data, bytes.fromhex(half))
    await harbour.restart()
    await page.reload()
    await page.locator("#draft-open").click()
    await page.locator("#draft-sign").click()

    await expect(page.locator("#said")).to_have_text(staff.word("staff.draft_done"))
    believed = await believe(service_of(harbour))
    assert [root.hex() for root in believed.trust.roots][1:] == [half]
    assert rules.broken == []


async def test_without_a_session_the_page_leads_to_the_desk(
    harbour: DemoServer, new_context: NewContext
) -> None:
    page = await (await new_context()).new_page()
    await page.goto(f"{harbour.staff_url}/sv/staff")

    await expect(page.locator("#out")).to_be_visible()
    await page.locator("#out a").click()
    await expect(page.locator("#signin")).to_be_visible()


@pytest.mark.parametrize("language", ["sv", "en"])
async def test_no_rule_is_broken_on_the_staff_page(
    harbour: DemoServer, new_context: NewContext, language: str
) -> None:
    context = await new_context(locale=language, bypass_csp=True)
    staff = await StaffPage.of(context, harbour, harbour.person("supervisor"), language)
    rules = Rules(staff.page)
    await staff.opened("Berg")
    await rules.look("staff, a line opened")
    await staff.page.locator("#draft-open").click()
    await expect(staff.page.locator("#draft")).to_be_visible()
    await rules.look("staff, the next roster")
    await staff.press("Berg", "staff.roles_open")
    await rules.look("staff, roles")
    await staff.page.keyboard.press("Escape")
    await staff.press("Berg", "staff.again_open")
    await rules.look("staff, keys lost")
    await staff.page.keyboard.press("Escape")
    await staff.page.locator("#invite-form button[type=submit]").click()
    await expect(staff.page.locator("#invite-said")).to_be_visible()
    await rules.look("staff, an invite that lacks something")
    assert rules.broken == []
