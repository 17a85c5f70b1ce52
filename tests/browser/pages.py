"""The two pages by hand: what a visitor and an adviser do and see, as verbs.

    visitor = await VisitorPage.open(await new_context(), harbour.visitor_url)
    await visitor.open_chat()
    await desk.accept()
    await visitor.write("Hej")
    await desk.reads("Hej")

Everything waits for what a person would see, and nothing sleeps. Words come from the catalogue, by
their key, in the page's language.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from functools import cache
from typing import Literal

from playwright.async_api import BrowserContext, Locator, Page, expect

from hamn.edge.catalogue import Catalogue, read
from hamn.settings import web_root
from tests.browsers import WAIT_MS
from tests.services import Person

LANGUAGES = ("sv", "en")
ASKS = 30
Screen = Literal["front", "waiting", "talk", "after", "stop"]

HEARD = """() => new Promise((heard) => {
  const line = new BroadcastChannel("hamn");
  line.onmessage = ({data}) => data === "mine" && heard(line.close());
  line.postMessage("who");
})"""
"""Asks the other tabs as a page does when it opens, and waits for the one that has a talk."""

CALLED = """() => { const at = document.activeElement;
  return at.ariaLabel || at.labels?.[0]?.textContent || at.textContent; }"""
"""What is read aloud of that which has the focus."""

expect.set_options(timeout=WAIT_MS)


@cache
def catalogue(language: str) -> Catalogue:
    return read(web_root() / "locale", LANGUAGES)[language]


async def is_shown(part: Locator) -> bool:
    """Whether it is there within half a second."""
    try:
        await expect(part).to_be_visible(timeout=500)
    except AssertionError:
        return False
    return True


async def pressed(part: Locator, key: str = "Enter") -> None:
    """By key, once it can be seen: what is hidden takes no focus, and the key would go astray."""
    await expect(part).to_be_visible()
    await part.press(key)


async def shift_thrice(page: Page) -> None:
    """The quick way out by real keys, a tenth of a second apart for the page: it counts those
    within two seconds, and a slow machine may need longer to pass them on."""
    session, now = await page.context.new_cdp_session(page), time.time()
    key = {"key": "Shift", "code": "ShiftLeft", "windowsVirtualKeyCode": 16}
    for number in range(3):
        for kind in ("keyDown", "keyUp"):
            pressed_at = {"type": kind, "timestamp": now + number / 10}
            await session.send("Input.dispatchKeyEvent", key | pressed_at)


@dataclass(slots=True)
class TalkPage:
    """What the two pages have in common: one conversation on screen."""

    page: Page
    language: str = "sv"

    def word(self, key: str, **values: object) -> str:
        """What the page says for a key."""
        return catalogue(self.language).filled(key, values)

    def says(self, key: str) -> re.Pattern[str]:
        """The page's sentence for a key, whatever its values."""
        parts = re.split(r"\{\w+\}", catalogue(self.language).text(key))
        return re.compile(".+".join(re.escape(part) for part in parts))

    @property
    def talk(self) -> Locator:
        """The part of the page that holds the conversation on screen."""
        raise NotImplementedError

    @property
    def log(self) -> Locator:
        return self.talk.get_by_role("log")

    @property
    def box(self) -> Locator:
        return self.talk.locator("textarea")

    @property
    def band(self) -> Locator:
        """The one sentence about the conversation that matters most now."""
        return self.talk.locator(".band:not([data-calm]):visible, .band[data-calm]:visible").first

    def line(self, text: str, *, mine: bool) -> Locator:
        article = self.log.locator(f"article[data-mine={str(mine).lower()}]")
        exact = self.page.locator(".text").filter(has_text=re.compile(f"^{re.escape(text)}$"))
        return article.filter(has=exact)

    async def write(self, text: str) -> None:
        await self.box.fill(text)
        await self.talk.get_by_role("button", name=self.word("talk.send"), exact=True).click()
        await expect(self.line(text, mine=True).last).to_be_visible()

    async def tab_to(self, name: str) -> None:
        """Press Tab until what has the focus is called so; at most once around the page."""
        for _ in range(60):
            await self.page.keyboard.press("Tab")
            if (await self.page.evaluate(CALLED)).strip() == name:
                return
        raise AssertionError(f"no way to {name} by keys")

    async def reads(self, text: str) -> None:
        """The other's line stands in the log, once."""
        await expect(self.line(text, mine=False)).to_have_count(1)

    async def is_marked(self, text: str, mark: Literal["sent", "received", "draft"]) -> None:
        await expect(self.line(text, mine=True)).to_have_attribute("data-mark", mark)
        said = self.line(text, mine=True).locator(".mark")
        await expect(said).to_have_text(self.word(f"talk.mark_{mark}"))

    async def has_received_all(self) -> None:
        """Every line of this page has arrived on the other's screen."""
        sent = self.log.locator("article[data-mine=true]:not([data-mark=received])")
        await expect(sent).to_have_count(0)

    def text_lines(self, *, mine: bool) -> Locator:
        """The lines on screen, in their order, without what the page itself has said."""
        kind = f"article:not([data-kind=note])[data-mine={str(mine).lower()}]"
        return self.log.locator(f"{kind} .text")

    async def lines(self, *, mine: bool) -> list[str]:
        return await self.text_lines(mine=mine).all_inner_texts()

    async def notes(self) -> list[str]:
        return await self.log.locator("article[data-kind=note] .text").all_inner_texts()

    async def safety_sheet(self) -> Locator:
        """What the security line opens."""
        await self.talk.get_by_role("button", name=self.word("talk.secure")).click()
        sheet = self.page.get_by_role("dialog", name=self.word("page.safety"))
        await expect(sheet.get_by_role("listitem")).to_have_count(5)
        return sheet

    async def safety_phrase(self) -> list[str]:
        """The five numbers behind the security line."""
        sheet = await self.safety_sheet()
        numbers = await sheet.get_by_role("listitem").all_inner_texts()
        await sheet.get_by_role("button", name=self.word("page.close")).click()
        await expect(sheet).to_be_hidden()
        return numbers


@dataclass(slots=True)
class VisitorPage(TalkPage):
    """The visitor's page."""

    @classmethod
    async def open(cls, context: BrowserContext, url: str, language: str = "sv") -> VisitorPage:
        visitor = cls(await context.new_page(), language)
        await visitor.goto(url)
        return visitor

    async def goto(self, url: str) -> None:
        await self.page.goto(f"{url}/{self.language}")
        await expect(self.page.locator("html")).to_have_attribute("data-ready", "")

    @property
    def talk(self) -> Locator:
        return self.page.locator("#talk")

    async def is_on(self, screen: Screen) -> None:
        await expect(self.page.locator("main")).to_have_attribute("data-screen", screen)

    def button(self, key: str) -> Locator:
        name = self.word(key)
        return self.page.locator("button:visible").get_by_text(name, exact=True)

    async def finds_open_door(self) -> Locator:
        """The button that opens the chat, once the page knows that somebody is there."""
        line, button = self.page.locator("opening-line"), self.button("page.chat")
        await expect(line).to_have_attribute("data-lamp", re.compile("."))
        # A desk may have come on duty just now; a page asks again when it is looked at.
        for _ in range(ASKS):
            if await is_shown(button):
                break
            await self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        await expect(button).to_be_enabled()
        return button

    async def open_chat(self) -> None:
        button = await self.finds_open_door()
        await button.click()
        await expect(self.page.locator("main")).not_to_have_attribute("data-screen", "front")

    async def knows_of_another(self) -> None:
        """Another tab of this browser has a talk, and has said so to this one."""
        await self.page.evaluate(HEARD)

    async def is_in_queue(self) -> None:
        """Waiting, with a place."""
        await self.is_on("waiting")
        await expect(self.page.locator("waiting-place h1")).to_have_text(
            re.compile(f"{self.says('visitor.place').pattern}|{self.says('visitor.first').pattern}")
        )

    async def is_with(self, name: str, role: int = 1) -> None:
        """In the room with this one alone, as the line about who is here says."""
        await self.is_on("talk")
        you, and_, called = (
            self.word("talk.you"),
            self.word("talk.and"),
            self.word(f"talk.role_{role}"),
        )
        await expect(self.page.locator(".people")).to_have_text(f"{you} {and_} {name}, {called}")

    async def make_code(self) -> str:
        """Take a return code: write it down, type two groups back."""
        digits, _ = await self.show_code()
        await self.confirm_code(digits)
        return digits

    async def show_code(self) -> tuple[str, Locator]:
        await self.button("page.code_open").click()
        sheet = self.page.get_by_role("dialog", name=self.word("page.code_open"))
        await sheet.get_by_role("button", name=self.word("visitor.code_show")).click()
        await expect(sheet.get_by_role("listitem")).to_have_count(6)
        return "".join(await sheet.get_by_role("listitem").all_inner_texts()), sheet

    async def confirm_code(self, digits: str) -> None:
        sheet = self.page.get_by_role("dialog", name=self.word("page.code_open"))
        for field in await sheet.get_by_role("textbox").all():
            label = await field.evaluate("field => field.labels[0].textContent")
            group = int(re.sub(r"\D", "", label)) - 1
            await field.fill(digits[4 * group : 4 * group + 4])
        await sheet.get_by_role("button", name=self.word("visitor.code_confirm")).click()
        await expect(sheet.locator(".good")).to_have_text(self.says("visitor.code_done"))
        await sheet.get_by_role("button", name=self.word("page.back")).click()

    async def type_code(self, digits: str) -> Locator:
        """Type a code on the front page; the field's hint."""
        field = self.page.locator("#comeback-code")
        if not await field.is_visible():
            await self.page.get_by_text(self.word("page.comeback"), exact=True).click()
        await field.get_by_role("textbox").fill(digits)
        return field.get_by_role("status")

    async def come_back(self, digits: str) -> Locator:
        hint = await self.type_code(digits)
        await self.button("page.comeback_go").click()
        return hint

    async def erase_all(self, digits: str = "") -> None:
        await self.button("page.erase_open").first.click()
        sheet = self.page.get_by_role("dialog", name=self.word("page.erase"))
        await sheet.get_by_role("textbox").fill(digits)
        await sheet.get_by_role("button", name=self.word("page.erase_yes")).click()

    async def end(self) -> None:
        await self.button("page.end_open").click()
        await self.button("page.end_yes").click()
        await self.is_on("after")


@dataclass(slots=True)
class DeskPage(TalkPage):
    """The adviser's desk."""

    @classmethod
    async def open(cls, context: BrowserContext, url: str, language: str = "sv") -> DeskPage:
        desk = cls(await context.new_page(), language)
        await desk.page.goto(f"{url}/{language}")
        return desk

    @property
    def talk(self) -> Locator:
        return self.page.locator("room-talk:not([hidden])")

    @property
    def over(self) -> Locator:
        """What stands where a conversation was."""
        return self.talk.locator(".wrap-up")

    async def is_on(self, screen: Literal["signin", "off", "desk", "stop", "alarm"]) -> None:
        await expect(self.page.locator("main")).to_have_attribute("data-screen", screen)

    async def try_to_sign_in(self, person: Person) -> None:
        await self.page.get_by_label(self.word("desk.login"), exact=True).fill(person.name)
        await self.page.locator("#secret").fill(person.secret)
        await self.page.get_by_role("button", name=self.word("desk.signin_go"), exact=True).click()

    async def sign_in(self, person: Person, then: Literal["off", "alarm"] = "off") -> None:
        await self.try_to_sign_in(person)
        await self.is_on(then)

    async def beside(self, link: Locator) -> Page:
        """The page behind a link of the desk, in a tab of its own. By key: what the desk still
        fetches may move the link from under a pointer."""
        async with self.page.context.expect_page() as opened:
            await pressed(link)
        return await opened.value

    async def opens_mail(self) -> None:
        """The keys to sealed messages are at hand, and the server knows them: from now on one may
        be left."""
        room = self.page.locator("mail-room")
        await expect(room).not_to_contain_text(self.word("desk.mail_locked"))

    async def go_on_duty(self, capacity: int = 1) -> None:
        await pressed(self.page.locator("#tone-skip"))
        await pressed(self.page.locator(f"[name=capacity][value='{capacity}']"), "Space")
        await pressed(self.page.locator("#duty-on"))
        await self.is_on("desk")

    async def knows_open_door(self) -> None:
        """The desk shows that visitors may come in: the server has heard who is on duty."""
        await expect(self.page.locator("#standing")).to_contain_text(self.word("desk.door_open"))

    async def rings(self) -> None:
        """Rung."""
        await expect(self.page.locator("#accept")).to_be_visible()

    async def accept(self) -> None:
        await self.rings()
        await self.page.locator("#accept").click()
        await expect(self.box).to_be_visible()

    @property
    def end_button(self) -> Locator:
        return self.talk.locator("[aria-keyshortcuts=E]")

    async def end(self) -> None:
        await self.end_button.click()
        await self.page.locator("#end-yes").click()

    async def ready(self) -> None:
        """Done with the wrap-up; a form that is not saved is left out."""
        button = self.over.get_by_role("button", name=self.word("desk.ready"))
        await button.click()
        if await self.over.locator("form").count():
            await button.click()
        await expect(self.page.locator("room-talk")).to_have_count(0)

    async def is_over(self, why: str) -> None:
        """The conversation has ended, the page says why, and nothing of it is left."""
        await expect(self.over.locator(".lead")).to_have_text(self.word(f"desk.ended_{why}"))
        await expect(self.page.locator("room-talk article")).to_have_count(0)
