"""Servers die, browsers crash, lids close: two pages heal by themselves and nothing is lost."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenDesk, OpenVisitor
from tests.browser.pages import DeskPage, VisitorPage
from tests.services import DemoServer

pytestmark = pytest.mark.browser

# Whoever comes back after a restart looks every two seconds or so: before that nobody is lost.
SETTINGS = {
    "HAMN_POLICY__LOST_AFTER": "8",
    "HAMN_POLICY__FIRST_OFFER": "2",
    "HAMN_POLICY__RING": "4",
}
HEALS_WITHIN = 10.0


class Both:
    """A visitor and an adviser in conversation, and all that each has written so far."""

    def __init__(self, visitor: VisitorPage, desk: DeskPage) -> None:
        self.visitor, self.desk = visitor, desk
        self.written: dict[str, list[str]] = {"visitor": [], "desk": []}

    async def write(self, text: str) -> None:
        """Both write, and neither waits for the other."""
        for name, page in (("visitor", self.visitor), ("desk", self.desk)):
            await page.write(f"{text} ({name})")
            self.written[name].append(f"{text} ({name})")

    async def have_read_all(self) -> None:
        """Each page shows what the other wrote, once, in order, and knows that it arrived."""
        for reader, sender, name in (
            (self.desk, self.visitor, "visitor"),
            (self.visitor, self.desk, "desk"),
        ):
            await expect(reader.text_lines(mine=False)).to_have_text(self.written[name])
            await sender.has_received_all()


Meet = Callable[[], Awaitable[Both]]


@pytest.fixture
def both(a_visitor: OpenVisitor, a_desk: OpenDesk) -> Meet:
    async def meet() -> Both:
        desk = await a_desk()
        visitor = await a_visitor()
        await visitor.open_chat()
        await desk.accept()
        await visitor.is_with("Alm")
        return Both(visitor, desk)

    return meet


@pytest.mark.scenario(26)
@pytest.mark.parametrize("way", ["killed", "drained"])
async def test_a_server_that_starts_again_finds_both_pages_back_within_ten_seconds(
    way: str, both: Meet, harbour: DemoServer
) -> None:
    pair = await both()
    await pair.write("Före")
    await (harbour.kill() if way == "killed" else harbour.terminate())
    await expect(pair.visitor.band).to_have_text(pair.visitor.word("talk.offline"))
    await pair.write("Under tiden")
    await harbour.start()
    started = time.monotonic()
    await pair.have_read_all()
    assert time.monotonic() - started < HEALS_WITHIN
    await pair.write("Efter")
    await pair.have_read_all()
    await pair.visitor.is_with("Alm")


@pytest.mark.fault
@pytest.mark.check(1)
async def test_ten_kills_lose_nothing_double_nothing_and_keep_the_order(
    both: Meet, harbour: DemoServer
) -> None:
    pair = await both()
    for number in range(10):
        await pair.write(f"Rad {number}, före")
        await harbour.kill()
        await pair.write(f"Rad {number}, under tiden")
        await harbour.start()
        started = time.monotonic()
        await pair.have_read_all()
        assert time.monotonic() - started < HEALS_WITHIN
    await pair.visitor.is_with("Alm")


@pytest.mark.scenario(12)
async def test_when_the_advisers_browser_crashes_another_is_offered_and_nothing_leaks(
    both: Meet, a_desk: OpenDesk, harbour: DemoServer
) -> None:
    pair = await both()
    visitor, alm = pair.visitor, pair.desk
    await visitor.write("Det här skrev jag till Alm")
    await alm.reads("Det här skrev jag till Alm")
    berg = await a_desk(harbour.person("adviser", 1))
    await alm.page.context.close()

    await expect(visitor.page.locator(".people")).to_contain_text(visitor.word("talk.away"))
    await visitor.write("Är du kvar?")
    await expect(visitor.band).to_have_text(visitor.word("visitor.paused"))
    await berg.accept()
    await visitor.is_with("Berg")
    assert await berg.lines(mine=False) == []
    await expect(visitor.page.locator("talk-asked")).to_contain_text(visitor.word("talk.held"))

    await visitor.button("talk.held_yes").click()
    await berg.reads("Är du kvar?")
    await visitor.is_marked("Är du kvar?", "received")
    await berg.write("Ja, jag heter Berg")
    await visitor.reads("Ja, jag heter Berg")
    assert await berg.lines(mine=False) == ["Är du kvar?"]


async def test_a_reload_while_waiting_keeps_the_place(
    a_visitor: OpenVisitor, a_desk: OpenDesk
) -> None:
    desk = await a_desk()
    busy, first, second = [await a_visitor() for _ in range(3)]
    await busy.open_chat()
    await desk.accept()
    for visitor in (first, second):
        await visitor.open_chat()
        await visitor.is_in_queue()
    await expect(second.page.locator("waiting-place h1")).to_have_text(
        second.word("visitor.place", n=2)
    )

    await first.page.reload()
    await first.is_in_queue()
    await expect(first.page.locator("waiting-place h1")).to_have_text(first.word("visitor.first"))
    await expect(second.page.locator("waiting-place h1")).to_have_text(
        second.word("visitor.place", n=2)
    )
    await expect(desk.page.locator("waiting-list li")).to_have_count(2)


async def test_a_reload_of_the_visitors_page_comes_back_into_the_conversation(both: Meet) -> None:
    pair = await both()
    visitor, desk = pair.visitor, pair.desk
    await desk.write("Det här står på skärmen")
    await visitor.reads("Det här står på skärmen")
    await desk.is_marked("Det här står på skärmen", "received")

    await visitor.page.reload()
    await visitor.is_with("Alm")
    await expect(visitor.page.locator("#band")).to_have_text(visitor.word("visitor.restored"))
    assert await visitor.lines(mine=False) == []
    await expect(desk.log).to_contain_text(desk.word("note.reconnected"))
    await desk.talk.get_by_role("button", name=desk.word("desk.resend")).click()
    await visitor.reads("Det här står på skärmen")
    await visitor.write("Jag är tillbaka")
    await desk.reads("Jag är tillbaka")


async def test_a_discarded_tab_comes_back_into_the_conversation(
    both: Meet, harbour: DemoServer
) -> None:
    pair = await both()
    visitor, desk = pair.visitor, pair.desk
    await visitor.page.goto("about:blank")
    await expect(desk.band).to_have_text(desk.word("desk.visitor_away"))
    await visitor.goto(harbour.visitor_url)
    await visitor.is_with("Alm")
    await visitor.write("Telefonen hade lagt undan sidan")
    await desk.reads("Telefonen hade lagt undan sidan")


async def test_a_reload_of_the_desk_comes_back_into_the_conversation(both: Meet) -> None:
    pair = await both()
    visitor, desk = pair.visitor, pair.desk
    await visitor.write("Läst före omladdningen")
    await desk.reads("Läst före omladdningen")
    await visitor.is_marked("Läst före omladdningen", "received")

    await desk.page.reload()
    await desk.is_on("desk")
    await visitor.write("Skrivet efter den")
    await desk.reads("Skrivet efter den")
    await visitor.is_with("Alm")
    await desk.write("Nu är jag tillbaka")
    await visitor.reads("Nu är jag tillbaka")
