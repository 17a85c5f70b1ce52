"""A message at night: left, answered at the desk, read and erased; and a chat with nobody left.
Over 400 lines on purpose: the ways of one message are read one after another.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Locator, Page, expect

from hamn.clock import SystemClock
from hamn.party.adviser import Adviser
from hamn.party.mailroom import Mailroom
from tests.browser.conftest import OpenDesk, OpenVisitor
from tests.browser.pages import DeskPage, VisitorPage
from tests.browser.rules import Rules
from tests.browsers import NewContext
from tests.faults.crowd import service_of
from tests.services import DemoServer

pytestmark = pytest.mark.browser

SETTINGS = {
    "HAMN_FOLDERS__DIRECTORY": str(Path(__file__).with_name("checked_lines.toml")),
    "HAMN_POLICY__LOST_AFTER": "1",
    # By the rota alone: the promise is the same however long one writes.
    "HAMN_POLICY__ANSWER_WITHIN": "3600",
    "HAMN_POLICY__ANSWER_AT_MOST": "3600",
}
STOCKHOLM = ZoneInfo("Europe/Stockholm")
TEXT, REPLY = "Han ritar vapen på allt. Överreagerar jag?", "Nej. Har du någon hos dig i kväll?"


@pytest.fixture
def built(tmp_path: Path) -> DemoServer:
    """A demo of its own for every test: messages, keys and a rota are kept."""
    return DemoServer.in_folder(tmp_path, {"HAMN_FOLDERS__LIVE": str(tmp_path / "live")} | SETTINGS)


def door(visitor: VisitorPage) -> Locator:
    return visitor.page.locator("message-door")


async def write_message(visitor: VisitorPage, text: str) -> None:
    await visitor.page.locator("#message").click()
    await door(visitor).locator("textarea").fill(text)


async def take_code(visitor: VisitorPage) -> str:
    """The digits of a code that is typed back."""
    await door(visitor).get_by_role("button", name=visitor.word("visitor.code_show")).click()
    await expect(door(visitor).locator("ol.code li")).to_have_count(6)
    groups = await door(visitor).locator("ol.code li").all_inner_texts()
    for field in await door(visitor).locator("return-code input").all():
        label = await field.evaluate("field => field.labels[0].textContent")
        await field.fill(groups[int(re.sub(r"\D", "", label)) - 1])
    await door(visitor).get_by_role("button", name=visitor.word("visitor.code_confirm")).click()
    await expect(door(visitor).locator(".good")).to_be_visible()
    return "".join(groups)


async def press(part: Locator, name: str) -> None:
    await part.get_by_role("button", name=name, exact=True).click()


async def has_left(visitor: VisitorPage) -> None:
    heading = door(visitor).get_by_role("heading", level=1)
    await expect(heading).to_have_text(visitor.word("box.sent"))


async def signed_in(harbour: DemoServer, new_context: NewContext, place: int = 0) -> DeskPage:
    """A desk off duty whose box key is registered."""
    desk = await DeskPage.open(await new_context(), harbour.staff_url)
    await desk.sign_in(harbour.person("adviser", place))
    await desk.opens_mail()
    return desk


async def mailroom(harbour: DemoServer, place: int = 0) -> tuple[Adviser, Mailroom]:
    """The same in Python: one implementation reads what the other has sealed."""
    person = harbour.person("adviser", place)
    adviser = await Adviser.arrive(service_of(harbour), person.name, person.secret)
    room = Mailroom(adviser)
    assert (await room.make_key()).status == 200
    return adviser, room


async def close_until_tomorrow(harbour: DemoServer) -> None:
    """A holiday today: the rota has the door shut, and says when it opens."""
    person = harbour.person("supervisor")
    lind = await Adviser.arrive(service_of(harbour), person.name, person.secret)
    now = datetime.fromtimestamp(SystemClock().now(), STOCKHOLM)
    today = (now.date() - date(1970, 1, 1)).days
    room = Mailroom(lind)
    seen = (await room.ask("GET", f"/api/rota/{today}/1")).told["version"]
    holiday = {"act": "holiday", "seen": seen, "day": today, "like": None, "name": "Natt"}
    planned = await room.ask("POST", "/api/rota/plan", holiday)
    assert planned.status == 200
    await lind.leave()


@pytest.mark.scenario(5)
@pytest.mark.scenario(17, part="with a code the page exports what exists")
async def test_nobody_on_duty_at_night(
    harbour: DemoServer, new_context: NewContext, a_visitor: OpenVisitor
) -> None:
    await close_until_tomorrow(harbour)
    desk = await signed_in(harbour, new_context)
    visitor = await a_visitor(timezone_id="Europe/Stockholm")
    page = visitor.page

    await expect(page.locator("#chat")).to_be_hidden()
    opens = re.compile(
        "|".join(visitor.says(f"visitor.opens_{when}").pattern for when in ("tomorrow", "day"))
    )
    await expect(page.locator("opening-line")).to_have_text(opens)
    await expect(page.get_by_role("link", name="020-000 000")).to_be_visible()
    await expect(page.locator("#ways")).to_contain_text(
        visitor.word("page.verified", date="2026-11-20")
    )
    await expect(
        page.locator(".hero").get_by_role("link", name=visitor.word("page.emergency_call")).last
    ).to_be_visible()
    await expect(page.locator("#message-by")).to_have_text(visitor.says("visitor.message_by"))
    promised = await page.locator("#message-by").inner_text()

    await write_message(visitor, TEXT)
    digits = await take_code(visitor)
    await press(door(visitor), visitor.word("box.send"))
    await has_left(visitor)
    told = await door(visitor).locator(".lead").inner_text()
    assert told.split(" ")[-3:] == promised.split(" ")[-3:]

    await is_answered(desk)
    await expect(visitor.page.locator("html")).to_have_attribute("data-ready", "")
    await reads_and_erases(await a_visitor(timezone_id="Europe/Stockholm"), digits)


async def is_answered(desk: DeskPage) -> None:
    """The desk takes the one message that waits, and answers."""
    await desk.page.locator("#mail summary").click()
    room = desk.page.locator("mail-room")
    await press(room, desk.word("desk.mail_open"))
    await expect(room.locator(".text")).to_have_text(TEXT)
    await room.locator("textarea").fill(REPLY)
    await press(room, desk.word("desk.mail_reply"))
    await expect(room).to_contain_text(desk.word("desk.mail_sent"))
    await expect(room.locator("article, li")).to_have_count(1)  # the place of a message, empty
    assert TEXT not in await desk.page.content()


async def reads_and_erases(visitor: VisitorPage, digits: str) -> None:
    """With the code, on any device: the reply is there until it is erased."""
    await visitor.come_back(digits)
    letter = door(visitor).get_by_role("article")
    await expect(letter.locator(".text")).to_have_text(REPLY)
    await expect(letter.get_by_role("heading")).to_contain_text("Alm")
    await takes_along(visitor)
    await press(letter, visitor.word("box.erase"))
    await expect(letter).to_have_count(0)
    await expect(door(visitor).locator(".lead")).to_have_text(visitor.word("box.letters_none"))


async def takes_along(visitor: VisitorPage) -> None:
    """On paper, or as the file that a browser makes of it, stand the answers and nothing else."""
    page = visitor.page
    await page.evaluate("window.print = () => {}")
    await press(door(visitor), visitor.word("box.print"))
    await page.emulate_media(media="print")
    await expect(page.locator(".printed .text")).to_have_text(REPLY)
    await expect(page.locator("body > :visible")).to_have_count(1)
    await page.emulate_media(media="screen")
    await page.evaluate("dispatchEvent(new Event('afterprint'))")
    await expect(page.locator(".printed")).to_have_count(0)


async def test_what_waits_under_a_code_is_told_and_can_be_added_to(
    harbour: DemoServer, a_visitor: OpenVisitor
) -> None:
    adviser, room = await mailroom(harbour)
    visitor = await a_visitor()
    await write_message(visitor, TEXT)
    digits = await take_code(visitor)
    await press(door(visitor), visitor.word("box.send"))
    await has_left(visitor)

    other = await a_visitor()
    await other.come_back(digits)
    await expect(door(other).locator(".lead")).to_have_text(other.says("box.letters_wait"))
    await press(door(other), other.word("box.again"))
    await door(other).locator("textarea").fill("Han kom just hem.")
    await press(door(other), other.word("box.send"))
    await has_left(other)

    texts = []
    for line in await room.listed():
        await room.claim(line["id"])
        texts.append((await room.open(line["id"])).text)
    assert sorted(texts) == ["Han kom just hem.", TEXT]
    await adviser.leave()


async def test_without_a_code_it_is_said_that_no_answer_can_come(
    harbour: DemoServer, a_visitor: OpenVisitor
) -> None:
    adviser, room = await mailroom(harbour)
    visitor = await a_visitor()
    await write_message(visitor, TEXT)
    await press(door(visitor), visitor.word("box.send"))
    await expect(door(visitor).locator(".band:visible")).to_have_text(visitor.word("box.without"))
    assert await room.listed() == []

    await press(door(visitor), visitor.word("box.send_without"))
    await has_left(visitor)
    await expect(door(visitor).locator(".lead")).to_have_text(visitor.says("box.sent_none"))
    (line,) = await room.listed()
    assert line["mailbox"] is None
    await adviser.leave()


async def test_what_cannot_be_sent_stays_on_the_page_and_can_be_sent_later(
    built: DemoServer, harbour: DemoServer, a_visitor: OpenVisitor
) -> None:
    adviser, _ = await mailroom(harbour)
    await adviser.leave()
    visitor = await a_visitor()
    await write_message(visitor, TEXT)
    await take_code(visitor)
    await restarted(built, harbour, HAMN_POLICY__BOX_AT_MOST="0")
    await press(door(visitor), visitor.word("box.send"))

    full = visitor.word("box.failed_full")
    await expect(door(visitor).locator(".band:visible")).to_have_text(full)
    await expect(door(visitor).locator("textarea")).to_have_value(TEXT)
    await restarted(built, harbour)
    await press(door(visitor), visitor.word("box.send"))
    await has_left(visitor)


async def restarted(built: DemoServer, harbour: DemoServer, **policy: str) -> None:
    """The same service with another setting."""
    await harbour.kill()
    kept = dict(built.env)
    built.env |= policy
    await harbour.start()
    built.env.clear()
    built.env.update(kept)


@pytest.mark.scenario(22, part="a message and a talk are offered and the place kept")
async def test_who_waits_too_long_leaves_a_message_and_keeps_the_place(
    harbour: DemoServer, a_visitor: OpenVisitor, a_desk: OpenDesk
) -> None:
    desk = await a_desk()
    visitor = await a_visitor()
    await visitor.page.clock.install()
    await visitor.goto(harbour.visitor_url)
    await visitor.open_chat()
    await visitor.is_in_queue()
    await visitor.write("Jag väntar")
    await visitor.page.clock.fast_forward(10 * 60_000)
    await expect(visitor.page.locator("#wait-book")).to_be_visible()
    await visitor.page.locator("#wait-message").click()
    await expect(door(visitor).locator("textarea")).to_have_value("Jag väntar")
    await press(door(visitor), visitor.word("box.send"))
    await press(door(visitor), visitor.word("box.send_without"))
    await has_left(visitor)
    await press(door(visitor), visitor.word("box.done"))
    await visitor.is_in_queue()

    await desk.accept()
    await visitor.is_with("Alm")
    await desk.reads("Jag väntar")


async def test_a_chat_whose_last_adviser_left_offers_what_nobody_answered(
    harbour: DemoServer, a_visitor: OpenVisitor, a_desk: OpenDesk
) -> None:
    adviser, room = await mailroom(harbour, 1)
    desk, visitor = await a_desk(), await a_visitor()
    await visitor.page.clock.install()
    await visitor.goto(harbour.visitor_url)
    await visitor.open_chat()
    await desk.accept()
    await visitor.is_with("Alm")
    await desk.write("Hej")
    await visitor.reads("Hej")
    await visitor.write("Han har packat en väska")
    await desk.page.locator("#duty-off").click()
    await desk.page.locator("#leave-yes").click()
    await expect(desk.page.locator("#duty-off")).to_be_hidden()
    await desk.page.context.close()
    await visitor.write("Är du kvar?")
    await expect(visitor.band).to_have_text(visitor.word("visitor.paused"))
    alone = visitor.page.locator("#alone")
    await expect(alone).to_be_attached()  # the part that asks is here, and its clock set
    await visitor.page.clock.run_for(21_000)

    await expect(alone).to_have_text(visitor.word("visitor.alone"))
    await visitor.page.locator("#wait-message").click()
    written = door(visitor).locator("textarea")
    await expect(written).to_have_value(
        re.compile("Han har packat en väska.*Är du kvar", re.DOTALL)
    )
    assert await room.listed() == []
    await adviser.leave()


@pytest.mark.scenario(13, part="letters")
async def test_erasing_everything_takes_the_letter_from_the_desk_that_reads_it(
    harbour: DemoServer, new_context: NewContext, a_visitor: OpenVisitor
) -> None:
    desk, visitor = await signed_in(harbour, new_context), await a_visitor()
    await write_message(visitor, TEXT)
    digits = await take_code(visitor)
    await press(door(visitor), visitor.word("box.send"))
    await has_left(visitor)
    await desk.page.locator("#mail summary").click()
    await press(desk.page.locator("mail-room"), desk.word("desk.mail_open"))
    await expect(desk.page.locator("mail-room .text")).to_have_text(TEXT)

    other = await a_visitor()
    await other.type_code("")
    await other.button("page.comeback_erase").click()
    sheet = other.page.get_by_role("dialog", name=other.word("page.erase"))
    await sheet.get_by_role("textbox").fill(digits)
    await press(sheet, other.word("page.erase_yes"))

    await expect(other.page.locator("#after .lead")).to_have_text(other.says("visitor.receipt"))
    await expect(desk.page.locator("mail-room")).to_contain_text(desk.word("desk.mail_erased"))
    assert TEXT not in await desk.page.content()


async def test_the_desk_says_it_on_every_screen_when_a_message_is_late(
    built: DemoServer, harbour: DemoServer, new_context: NewContext, a_visitor: OpenVisitor
) -> None:
    desk, visitor = await signed_in(harbour, new_context), await a_visitor()
    await write_message(visitor, TEXT)
    await press(door(visitor), visitor.word("box.send"))
    await press(door(visitor), visitor.word("box.send_without"))
    await has_left(visitor)
    await expect(desk.page.locator("mail-room li")).to_have_count(1)  # nothing is asked any more
    await expect(desk.page.locator("#mail-late")).to_be_hidden()

    await restarted(built, harbour, HAMN_POLICY__ANSWER_ALARM="0")

    late = desk.page.locator("#mail-late")
    await expect(late).to_have_text(desk.word("desk.mail_late", n=1))


async def test_without_scripts_there_are_hours_and_lines_and_no_box(
    harbour: DemoServer, new_context: NewContext
) -> None:
    context = await new_context(java_script_enabled=False)
    page: Page = await context.new_page()
    await page.goto(f"{harbour.visitor_url}/sv")

    await expect(
        page.locator("#message, #box, #chat, #comeback").filter(visible=True)
    ).to_have_count(0)
    await expect(page.locator("form, input:visible, textarea:visible")).to_have_count(0)
    await page.locator("#ways summary").click()
    await expect(page.get_by_role("link", name="020-000 000")).to_be_visible()
    await page.locator("noscript a").click()
    await expect(page.get_by_role("heading", name="Öppettider")).to_be_visible()


@pytest.mark.scenario(23, part="automated rules, the sealed message box")
@pytest.mark.parametrize("language", ["sv", "en"])
async def test_no_rule_is_broken_in_any_state_of_the_box(
    language: str, harbour: DemoServer, new_context: NewContext
) -> None:
    desk = DeskPage(
        await (await new_context(locale=language, bypass_csp=True)).new_page(), language
    )
    await desk.page.goto(f"{harbour.staff_url}/{language}")
    await desk.sign_in(harbour.person("adviser"))
    await desk.opens_mail()
    visitor = VisitorPage(
        await (await new_context(locale=language, bypass_csp=True)).new_page(), language
    )
    await visitor.goto(harbour.visitor_url)
    rules, at_desk = Rules(visitor.page), Rules(desk.page)

    await write_message(visitor, TEXT)
    await press(door(visitor), visitor.word("box.send"))
    await rules.look("a message without a code")
    await door(visitor).get_by_role("button", name=visitor.word("visitor.code_show")).click()
    await rules.look("the code of a message")
    await visitor.page.reload()
    await write_message(visitor, TEXT)
    digits = await take_code(visitor)
    await press(door(visitor), visitor.word("box.send"))
    await has_left(visitor)
    await rules.look("left")
    looked = await _opens_what_was_sealed_again(language, harbour, new_context)
    await desk.page.locator("#mail summary").click()
    await at_desk.look("the list")
    await press(desk.page.locator("mail-room"), desk.word("desk.mail_open"))
    await at_desk.look("a message")
    await desk.page.locator("mail-room textarea").fill(REPLY)
    await press(desk.page.locator("mail-room"), desk.word("desk.mail_reply"))
    await expect(desk.page.locator("mail-room")).to_contain_text(desk.word("desk.mail_sent"))
    await at_desk.look("answered")
    await visitor.goto(harbour.visitor_url)
    await visitor.come_back(digits)
    await expect(door(visitor).get_by_role("article")).to_be_visible()
    await rules.look("a reply")
    assert rules.broken + at_desk.broken + looked.broken == []


async def _opens_what_was_sealed_again(
    language: str, harbour: DemoServer, new_context: NewContext
) -> Rules:
    """A colleague has keys since later than the message: Alm's desk seals it to them by itself."""
    context = await new_context(locale=language, bypass_csp=True)
    berg = await DeskPage.open(context, harbour.staff_url, language)
    await berg.sign_in(harbour.person("adviser", 1))
    mail, rules = berg.page.locator("mail-room"), Rules(berg.page)
    await berg.page.locator("#mail summary").click()
    await press(mail, berg.word("desk.mail_open"))
    await expect(mail.get_by_role("article")).to_contain_text(TEXT)
    await expect(mail).to_contain_text(berg.word("desk.mail_vouched", name="Alm"))
    await rules.look("a message that a colleague sealed again")
    await press(mail, berg.word("desk.mail_back"))
    return rules
