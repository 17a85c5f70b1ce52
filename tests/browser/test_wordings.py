"""What staff write for others to read, and messages that were left, stay text (check 43)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest
from playwright.async_api import Locator, Page, expect

from hamn.core.texts import LONGEST, fault
from hamn.party.adviser import Adviser
from hamn.party.mailroom import Mailroom
from tests.browser.corpus import PAYLOADS
from tests.browser.pages import DeskPage, VisitorPage, catalogue
from tests.browser.test_message_box import door, has_left, press, take_code, write_message
from tests.browser.test_texts import UNHARMED, watched
from tests.browsers import NewContext
from tests.faults.crowd import service_of
from tests.services import DemoServer

pytestmark = pytest.mark.browser

NAME, MESSAGE = 40, 4000
REPLACED = "page.checking"
"""Stands only until the script of the page knows more."""
SETTINGS = {"HAMN_POLICY__BOX_PER_DAY": "9"}


def in_wordings(payloads: Iterable[str]) -> list[str]:
    """As few texts as may hold them all."""
    texts = [""]
    for each in (" ".join(payload.split()) for payload in payloads):
        if len(texts[-1]) + len(each) >= LONGEST:
            texts.append("")
        texts[-1] = f"{texts[-1]} {each}".strip()
    return texts


async def manager(server: DemoServer) -> Mailroom:
    """The supervisor's session, as her pages use it."""
    person = server.person("supervisor")
    return Mailroom(await Adviser.arrive(service_of(server), person.name, person.secret))


async def reword(staff: Mailroom, prefix: str, texts: list[str], stands: str | None = None) -> None:
    """Another wording of so many texts whose keys begin like this, and which stand in a text."""
    found = (await staff.ask("GET", "/api/texts")).told["texts"]
    free = [
        each
        for each in found
        if each["key"].startswith(prefix) and each["language"] == "sv" and not each["places"]
        if stands is None
        or (each["key"] != REPLACED and catalogue("sv").text(each["key"]) in stands)
    ]
    for each, text in zip(free, texts, strict=False):
        given = {name: each[name] for name in ("key", "language")}
        answer = await staff.ask("POST", "/api/texts", {**given, "seen": 0, "text": text})
        assert answer.status == 200
    assert len(free) >= len(texts)


async def standing(page: Page, urls: Iterable[str]) -> str:
    """All that stands on these pages, and what their scripts have to say."""
    shown = ""
    for url in urls:
        await page.goto(url)
        shown += " ".join((await page.locator("body").text_content() or "").split())
    return shown


async def missing(page: Page, urls: Iterable[str], texts: Iterable[str]) -> list[str]:
    """Which texts stand on none of these pages."""
    shown = await standing(page, urls)
    return [each for each in texts if each not in shown]


async def until_shown(page: Page, urls: list[str], texts: list[str]) -> None:
    """What was published stands on the pages within seconds."""
    async with asyncio.timeout(15):
        while await missing(page, urls, texts):
            pass


@pytest.mark.check(43)
async def test_no_wording_of_a_manager_becomes_code(
    harbour: DemoServer, new_context: NewContext
) -> None:
    staff = await manager(harbour)
    refused = [each for each in PAYLOADS if fault("", each)]
    texts = in_wordings(each for each in PAYLOADS if each not in refused)
    assert len(refused) == len([each for each in PAYLOADS if not each.isprintable()])
    urls = [f"{harbour.visitor_url}/sv{path}" for path in ("", "/help")]
    page = await (await new_context(java_script_enabled=False)).new_page()
    await reword(staff, "page.", texts, stands=await standing(page, urls))
    await reword(staff, "desk.phrase_", texts)

    for pages in (urls, [f"{harbour.staff_url}/sv"]):
        page, harm = await watched(new_context)
        await until_shown(page, pages, texts)
        assert await harm.done() == UNHARMED


@pytest.mark.check(43)
async def test_what_a_manager_wrote_is_text_to_the_next_manager(
    harbour: DemoServer, new_context: NewContext
) -> None:
    texts = in_wordings(each for each in PAYLOADS if each.isprintable())
    await reword(await manager(harbour), "desk.phase_", texts)
    page, harm = await watched(new_context)
    await page.goto(f"{harbour.staff_url}/sv")
    await DeskPage(page).sign_in(harbour.person("supervisor"))
    await page.goto(f"{harbour.staff_url}/sv/texts")
    await expect(page.locator("#texts")).to_be_visible()
    previews = await page.locator("text-edit .preview").all_text_contents()
    assert set(texts) <= set(previews)
    assert await harm.done() == UNHARMED


@pytest.mark.check(43)
async def test_no_name_of_a_holiday_becomes_code(
    harbour: DemoServer, new_context: NewContext
) -> None:
    staff = await manager(harbour)
    names = [each for each in PAYLOADS if len(each) <= NAME and each == each.strip()]
    page, harm = await watched(new_context)
    await page.goto(f"{harbour.staff_url}/sv")
    await DeskPage(page).sign_in(harbour.person("adviser"))
    await page.goto(f"{harbour.staff_url}/sv/rota")
    today = int(await page.locator("[aria-current=date]").get_attribute("data-day") or 0)
    for day, name in enumerate(names[::4][:7], today):
        seen = (await staff.ask("GET", f"/api/rota/{today}/1")).told["version"]
        holiday = {"act": "holiday", "seen": seen, "day": day, "like": None, "name": name}
        assert (await staff.ask("POST", "/api/rota/plan", holiday)).status == 200
        await page.reload()
        await expect(page.get_by_role("grid")).to_be_visible()
        if not await page.locator(f"[data-day='{day}']").count():
            await page.locator("#on").click()
        await expect(page.locator(f"[data-day='{day}']").first).to_contain_text(name)
    assert await harm.done() == UNHARMED


def in_messages(payloads: Iterable[str]) -> list[str]:
    """As few messages as may hold them all, one payload a line."""
    texts = [""]
    for each in payloads:
        if len(texts[-1]) + len(each) >= MESSAGE:
            texts.append("")
        texts[-1] = f"{texts[-1]}\n{each}".removeprefix("\n")
    return texts


@pytest.mark.check(43)
async def test_no_message_that_was_left_and_no_reply_becomes_code(
    harbour: DemoServer, new_context: NewContext
) -> None:
    at_desk, desk_harm = await watched(new_context)
    desk = DeskPage(at_desk)
    await at_desk.goto(f"{harbour.staff_url}/sv")
    await desk.sign_in(harbour.person("adviser"))
    await desk.opens_mail()
    for text in in_messages(PAYLOADS):
        page, harm = await watched(new_context)
        visitor = VisitorPage(page)
        await visitor.goto(harbour.visitor_url)
        digits = await _leaves(visitor, text)
        await _answers(desk, text)
        await visitor.goto(harbour.visitor_url)
        await visitor.come_back(digits)
        await _reads(door(visitor).get_by_role("article").locator(".text").first, text)
        assert await harm.done() == UNHARMED
    assert await desk_harm.done() == UNHARMED


async def _leaves(visitor: VisitorPage, text: str) -> str:
    """A message is left; the digits of the code for its answer."""
    await write_message(visitor, text)
    digits = await take_code(visitor)
    await press(door(visitor), visitor.word("box.send"))
    await has_left(visitor)
    return digits


async def _answers(desk: DeskPage, text: str) -> None:
    """The one message that waits is read, and answered in the same words."""
    room, summary = desk.page.locator("mail-room"), desk.page.locator("#mail summary")
    await expect(summary).to_be_visible()
    if not await room.is_visible():
        await summary.click()
    await press(room, desk.word("desk.mail_open"))
    await _reads(room.locator(".text"), text)
    await room.locator("textarea").fill(text)
    await press(room, desk.word("desk.mail_reply"))
    await expect(room).to_contain_text(desk.word("desk.mail_sent"))


async def _reads(shown: Locator, text: str) -> None:
    """The element's text is what was written, and nothing but text."""
    await expect(shown).to_be_visible()
    assert await shown.text_content() == text
    assert await shown.locator("*").count() == 0
