"""Referrals and requests with the real pages: asked under a code, answered, read with the code."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import OpenDesk
from tests.browser.pages import VisitorPage, catalogue
from tests.browser.rules import Rules
from tests.browser.test_escalation import InboxPage
from tests.browsers import NewContext
from tests.services import DemoServer

pytestmark = pytest.mark.browser

SETTINGS = {"HAMN_POLICY__ESCALATION_ALARM": "0"}
TEXT, OFFICE = "En ung man i vår grupp vill bort därifrån.", "Växeln 040-34 50 00"
THEME, ANSWER = "Hur vi talar om våld på nätet", "Ring oss på måndag före tolv."


@dataclass(slots=True)
class AskPage:
    """The page on which a professional asks, found through the door for professionals."""

    page: Page

    @classmethod
    async def open(cls, context: BrowserContext, server: DemoServer) -> AskPage:
        asks = cls(await context.new_page())
        await asks.page.goto(f"{server.visitor_url}/sv/professionals")
        await asks.page.get_by_role("link", name=asks.word("inquiry.door")).click()
        await expect(asks.form.get_by_role("radio")).to_have_count(2)
        return asks

    @staticmethod
    def word(key: str, **values: object) -> str:
        return catalogue("sv").filled(key, values)

    @property
    def form(self) -> Locator:
        return self.page.locator("inquiry-form")

    @property
    def card(self) -> Locator:
        return self.page.locator("inquiry-status article")

    async def press(self, key: str) -> None:
        main = self.page.locator("main")
        await main.get_by_role("button", name=self.word(key), exact=True).click()

    async def fill(self, kind: str, chosen: dict[str, str], written: dict[str, str]) -> None:
        await self.form.locator(f"[value={kind}]").check()
        for name, code in chosen.items():
            field = self.form.get_by_label(self.word(f"inquiry.{name}"))
            await field.select_option(self.word(f"inquiry.{name}_{code}"))
        for name, text in written.items():
            await self.form.get_by_label(self.word(f"inquiry.{name}")).fill(text)

    async def send(self) -> str:
        """Looked over, its code written down and typed back; the digits."""
        await self.press("inquiry.look")
        await self.press("visitor.code_show")
        place = self.page.locator("return-code")
        await expect(place.get_by_role("listitem")).to_have_count(6)
        groups = await place.locator("li").all_inner_texts()
        for field in await place.get_by_role("textbox").all():
            label = await field.evaluate("at => at.labels[0].textContent")
            await field.fill(groups[int(label.split()[-1]) - 1])
        await self.press("visitor.code_confirm")
        await self.press("inquiry.send")
        await expect(self.page.locator("#sent")).to_be_visible()
        return " ".join(groups)

    async def stands(self, state: str, told: str) -> None:
        await expect(self.card.get_by_role("heading")).to_have_text(self.word(f"inquiry.{state}"))
        await expect(self.card).to_contain_text(self.word(f"inquiry.told_{told}"))

    async def come_back(self, digits: str) -> None:
        await self.page.locator("#comeback input").fill(digits)
        await self.press("inquiry.see")


@dataclass(slots=True)
class AnswerPage:
    """The inbox of a supervisor, its keys unlocked."""

    inbox: InboxPage

    @classmethod
    async def open(cls, a_desk: OpenDesk, server: DemoServer) -> AnswerPage:
        desk = await a_desk(server.person("supervisor"), bypass_csp=True)
        inbox = await InboxPage.open(desk)
        await inbox.unlock(server.person("supervisor"))
        return cls(inbox)

    @property
    def page(self) -> Page:
        return self.inbox.page

    async def read(self) -> Locator:
        state = self.inbox.desk.word("inquiry.state_received")
        new = self.page.locator("inquiry-list li").filter(has_text=state)
        await new.get_by_role("button").click()
        return self.page.locator("inquiry-shown")

    async def answer(self, state: str, reason: str, text: str) -> None:
        form = self.page.locator("inquiry-folder form")
        await form.locator("[name=state]").select_option(state)
        await form.locator("[name=reason]").select_option(reason)
        await form.locator("textarea").fill(text)
        await self.inbox.press("inquiry.inbox_go")
        await self.inbox.says(f"inquiry.now_{state}")


@pytest.mark.scenario(23, part="automated rules, a referral")
async def test_who_is_referred_is_named_to_nobody_and_the_answer_is_read_with_the_code(
    harbour: DemoServer, new_context: NewContext, a_desk: OpenDesk
) -> None:
    office = await AskPage.open(await new_context(bypass_csp=True), harbour)
    answers = await AnswerPage.open(a_desk, harbour)
    rules, inbox = Rules(office.page), Rules(answers.page)
    await office.press("inquiry.look")
    said = office.form.locator(".band:visible")
    await expect(said).to_have_text(office.word("inquiry.lack", name=office.word("inquiry.what")))
    chosen = {"asker": "prison", "asks": "leave", "consent": "wants"}
    await office.fill("referral", chosen, {"text": "Det är Kalle Berg"})
    await expect(said).to_have_text(office.word("inquiry.names_name"))
    await rules.look("a name is typed")
    await office.fill("referral", {}, {"text": TEXT, "office": OFFICE})
    await expect(said).to_have_count(0)
    digits = await office.send()
    assert TEXT not in await office.page.content()

    await expect(answers.inbox.desk.page.locator("#escalations-said")).to_have_text(
        answers.inbox.desk.word("inquiry.desk_late", n=1)
    )
    await answers.page.reload()
    await answers.inbox.unlock(harbour.person("supervisor"))
    shown = await answers.read()
    for words in (TEXT, OFFICE, office.word("inquiry.consent_wants")):
        await expect(shown).to_contain_text(words)
    await inbox.look("a referral is read")
    await answers.answer("accepted", "agreed", ANSWER)

    again = await AskPage.open(await new_context(bypass_csp=True), harbour)
    await again.come_back(digits)
    await again.stands("state_accepted", "agreed")
    await expect(again.card.locator(".text")).to_have_text(ANSWER)
    stands = Rules(again.page)
    await stands.look("an answer is read")
    assert [*rules.broken, *inbox.broken, *stands.broken] == []


async def test_a_workshop_is_asked_for_seen_from_step_to_step_and_taken_back(
    harbour: DemoServer, new_context: NewContext, a_desk: OpenDesk
) -> None:
    school = await AskPage.open(await new_context(), harbour)
    chosen = {"asker": "school", "form": "lecture", "audience": "parents", "size": "hall"}
    await school.fill("workshop", chosen, {"theme": THEME, "when": "I mars"})
    digits = await school.send()
    await school.press("inquiry.see")
    await school.stands("state_received", "received")

    answers = await AnswerPage.open(a_desk, harbour)
    shown = await answers.read()
    await expect(shown).to_contain_text(THEME)
    await school.press("inquiry.again")
    await school.stands("state_read", "read")
    await answers.answer("declined", "no_room", "")
    await school.press("inquiry.again")
    await school.stands("state_declined", "no_room")

    await at_the_door(school, digits)
    await school.press("inquiry.erase")
    await school.press("inquiry.erase_yes")
    receipt = school.word("inquiry.receipt", time="", n=1).split(". ", 1)[1]
    await expect(school.page.locator("#receipt")).to_contain_text(receipt)
    await answers.page.reload()
    listed, declined = answers.page.locator("#inquiries"), school.word("inquiry.state_declined")
    await expect(listed).to_be_visible()
    await expect(listed).not_to_contain_text(declined)
    other = await AskPage.open(await new_context(), harbour)
    await other.come_back(digits)
    await expect(other.page.locator("#said")).to_have_text(other.word("inquiry.failed_code"))


async def at_the_door(school: AskPage, digits: str) -> None:
    """The same code at the door to the chat leads nobody into the line, and says where to read."""
    door = await VisitorPage.open(school.page.context, school.page.url.partition("/sv")[0])
    await door.come_back(digits)
    await expect(door.page.locator("#front-said")).to_have_text(door.word("visitor.code_asked"))
    await door.page.close()
