"""More than a chat, with the real pages: shown first, read, decided by two, told by code."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import OpenDesk, OpenVisitor
from tests.browser.pages import DeskPage, VisitorPage
from tests.browser.rules import Rules
from tests.browser.test_company import talking
from tests.services import DemoServer, Person

pytestmark = pytest.mark.browser

SETTINGS = {"HAMN_POLICY__RING": "600", "HAMN_POLICY__ESCALATION_ALARM": "0"}
SUMMARY = "Hen har sett väskan packad. Han heter Kalle Berg."
NOTE = "Vi har talat om det."
MAY_CLOSE = "() => dispatchEvent(new Event('beforeunload', { cancelable: true }))"
QUESTION, ANSWER = "Är passet kvar?", "Ja, passet ligger kvar."


@dataclass(slots=True)
class InboxPage:
    """The page of escalations, as the desk's link opens it."""

    page: Page
    desk: DeskPage

    @classmethod
    async def open(cls, desk: DeskPage) -> InboxPage:
        inbox = cls(await desk.beside(desk.page.locator(".to-inbox:visible").first), desk)
        await expect(inbox.page.locator("#in")).to_be_visible()
        return inbox

    async def unlock(self, person: Person) -> None:
        await self.page.locator("#secret").fill(person.secret)
        await self.press("inbox.unlock_go")
        await expect(self.page.locator("#unlock")).to_be_hidden()

    async def press(self, key: str, within: str = "main") -> None:
        name = self.desk.word(key)
        await self.page.locator(within).get_by_role("button", name=name, exact=True).click()

    async def says(self, key: str) -> None:
        await expect(self.page.locator("#said")).to_have_text(self.desk.word(key))

    @property
    def folder(self) -> Locator:
        return self.page.locator("escalation-folder")


async def shown(alm: DeskPage) -> None:
    """The adviser writes it and shows it; a name that is typed is warned of first."""
    form = alm.page.locator("escalate-form")
    await alm.page.keyboard.press("Escape")
    await alm.page.keyboard.press("k")
    await form.locator("[name=summary]").fill(SUMMARY)
    await expect(form.locator(".band:visible")).to_have_text(alm.word("desk.names_name"))
    await form.locator("[name=urgency]").select_option("3")
    await form.locator("details").first.locator("summary").click()
    await form.locator("[value=r03_contact]").check()
    await form.get_by_role("button", name=alm.word("escalate.desk_show")).click()
    await expect(alm.page.locator("#escalated")).to_have_text(alm.word("escalate.asking"))


async def answers(visitor: VisitorPage, key: str) -> None:
    card = visitor.page.locator("escalation-card")
    await expect(card.locator("escalation-shown")).to_contain_text(SUMMARY)
    await expect(card).to_contain_text(visitor.word("factor.r03_contact"))
    if key == "card_yes":
        await card.get_by_label(visitor.word("escalate.card_reach")).check()
    await card.get_by_role("button", name=visitor.word(f"escalate.{key}")).click()


@pytest.mark.scenario(21, part="a name that is typed is warned of before anything is sent")
@pytest.mark.scenario(23, part="automated rules, an escalation")
async def test_more_than_a_chat_is_shown_first_read_decided_by_two_and_told_by_code(
    a_visitor: OpenVisitor, a_desk: OpenDesk, harbour: DemoServer
) -> None:
    alm, visitor = await a_desk(bypass_csp=True), await a_visitor(bypass_csp=True)
    lind = await a_desk(harbour.person("supervisor"), bypass_csp=True)
    rules = [Rules(each.page) for each in (visitor, alm)]
    await talking(alm, visitor)
    digits = await visitor.make_code()

    await shown(alm)
    await answers(visitor, "card_no")
    await expect(alm.page.locator("#escalated")).to_have_text(alm.word("escalate.refused"))
    await shown(alm)
    await rules[0].look("asked about an escalation")
    await answers(visitor, "card_yes")
    await expect(alm.page.locator("#escalated")).to_have_text(alm.word("escalate.sent"))
    await rules[1].look("an escalation is sent")
    assert SUMMARY not in await visitor.page.locator("main").inner_text()

    late = lind.word("escalate.desk_late", n=1)
    await expect(lind.page.locator("#escalations-said")).to_have_text(late)
    inbox = await InboxPage.open(lind)
    rules.append(Rules(inbox.page))
    await rules[2].look("before keys are unlocked")
    await inbox.unlock(harbour.person("supervisor"))
    await inbox.press("inbox.read")
    await expect(inbox.folder.locator("escalation-shown")).to_contain_text(SUMMARY)
    await inbox.folder.locator("summary").click()
    await inbox.folder.locator("textarea").fill(QUESTION)
    await inbox.press("inbox.ask_adviser")
    await inbox.says("inbox.asked_adviser")
    await answers_back(alm, harbour.person("adviser"))

    await inbox.press("inbox.shut")
    await inbox.press("inbox.read")
    await expect(inbox.folder).to_contain_text(ANSWER)
    await keeps_what_is_begun(inbox, harbour.person("supervisor"))
    form = inbox.page.locator("decision-form")
    await form.locator("[name=decision]").select_option("counselling")
    await form.locator("[name=reason]").select_option("life")
    await expect(form.locator(".band:visible")).to_have_text(lind.word("inbox.two_grave"))
    await rules[2].look("a decision")
    await inbox.press("inbox.decide", "decision-form")
    await inbox.says("inbox.now_named")

    berg = await a_desk(harbour.person("adviser", 1))
    second = await InboxPage.open(berg)
    await second.press("inbox.agree")
    await second.says("inbox.now_decided")
    assert SUMMARY not in await second.page.content()
    await inbox.press("inbox.shut")
    await inbox.press("inbox.read")
    await expect(inbox.folder.locator(".good")).to_have_text(lind.word("inbox.stands_told"))
    await holds_a_time(inbox)
    await goes_with_its_desk(inbox)
    assert [each for rule in rules for each in rule.broken] == []

    await alm.end()
    await visitor.is_on("after")
    await reads_note(await a_visitor(), digits)


async def answers_back(alm: DeskPage, person: Person) -> None:
    """The adviser is told of a question, reads it with their own key, and answers."""
    said = alm.page.locator("#escalations-said")
    await expect(said).to_have_text(alm.word("escalate.desk_notes", n=1))
    own = await InboxPage.open(alm)
    await own.unlock(person)
    await expect(own.page.locator("escalations-own .text")).to_have_text(QUESTION)
    assert SUMMARY not in await own.page.content()
    await own.page.locator("escalations-own textarea").fill(ANSWER)
    await own.press("inbox.own_send")
    await own.says("inbox.answered")
    await own.page.close()


async def keeps_what_is_begun(inbox: InboxPage, person: Person) -> None:
    """Another decision takes no words away, nor does shutting it, or a page that locks itself."""
    form = inbox.page.locator("decision-form")
    note = form.locator("[name=note]")
    await form.locator("[name=decision]").select_option("counselling")
    await expect(note).to_have_value(inbox.desk.word("inbox.note_counselling"))
    await note.fill(NOTE)
    await form.locator("[name=decision]").select_option("consultation")
    assert not await inbox.page.evaluate(MAY_CLOSE)

    await inbox.press("inbox.shut")
    await inbox.page.locator("#lock").click()
    await inbox.says("inbox.locked")
    await expect(inbox.page.locator("#open")).to_be_hidden()
    assert SUMMARY not in await inbox.page.content()
    await inbox.unlock(person)
    await inbox.press("inbox.read")
    await expect(form.locator("[name=decision]")).to_have_value("consultation")
    await expect(note).to_have_value(NOTE)
    await note.fill("")


async def goes_with_its_desk(inbox: InboxPage) -> None:
    """Nothing that was read stays on a page whose desk was locked."""
    await inbox.folder.locator("textarea").fill(QUESTION)
    await inbox.desk.page.locator("#lock").click()
    await expect(inbox.page.locator("#out")).to_be_visible()
    await expect(inbox.page.locator("#left")).to_be_hidden()
    assert SUMMARY not in await inbox.page.content()
    await expect(inbox.folder.locator("textarea")).to_have_value("")
    assert await inbox.page.evaluate(MAY_CLOSE)


async def holds_a_time(inbox: InboxPage) -> None:
    """Counselling was decided: a time is held under the visitor's code."""
    await inbox.press("inbox.time_open")
    await inbox.page.locator("time-offer li button").nth(1).click()
    said = inbox.page.locator("time-offer [role=status]")
    await expect(said).to_have_text(inbox.desk.word("inbox.time_held"))


async def reads_note(visitor: VisitorPage, digits: str) -> None:
    """With the code: yes to the time that is held, and what was decided."""
    await visitor.come_back(digits)
    door = visitor.page.locator("booking-door")
    await door.get_by_role("button", name=visitor.word("talks.held_yes")).click()
    await expect(door).to_contain_text(visitor.word("talks.booked"))
    await door.get_by_role("button", name=visitor.word("talks.letters")).click()
    letter = visitor.page.locator("message-door").get_by_role("article")
    await expect(letter.locator(".text")).to_have_text(visitor.word("inbox.note_counselling"))
    await expect(letter.get_by_role("heading")).to_contain_text("Lind")
