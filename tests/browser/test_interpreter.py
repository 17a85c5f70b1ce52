"""An interpreter comes into one conversation, seen by the visitor, and is gone after it."""

from __future__ import annotations

import asyncio

import pytest
import pytest_asyncio
from playwright.async_api import expect

from hamn.clock import SystemClock
from hamn.core.words import Role
from hamn.entropy import SystemEntropy
from hamn.ops.demo import SERVICE, Demo, prepare
from hamn.ops.people import Person as Colleague
from hamn.ops.people import add_with_secret
from hamn.store.sqlite import SqliteStore
from tests.browser.conftest import OpenDesk, OpenVisitor
from tests.browser.pages import DeskPage, VisitorPage
from tests.browser.test_booking import door, knocks, press, says, take_code, times
from tests.browser.test_company import chosen, goes_in, left, people, talking
from tests.services import DemoServer, Person

pytestmark = pytest.mark.browser

SETTINGS = {"HAMN_POLICY__RING": "600", "HAMN_POLICY__TALK_EARLY": "300000"}
"""At whatever hour a test runs, the door to the next talk is open."""
COUNSELLOR = 4


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sol(built: DemoServer) -> Person:
    """An interpreter of the demo, added before it starts."""
    await asyncio.to_thread(prepare, Demo(built.port, built.data))
    store = SqliteStore(built.data, SystemEntropy())
    try:
        digits = await add_with_secret(
            store,
            Colleague("sol", "Sol", (Role.INTERPRETER,)),
            service=SERVICE,
            now=SystemClock().now(),
            chance=SystemEntropy().bytes,
        )
    finally:
        store.close()
    return Person("sol", "interpreter", digits)


async def interpreted(host: DeskPage, desk: DeskPage, visitor: VisitorPage) -> None:
    """The interpreter is asked in; the visitor is asked, agrees, sees who it is, and is heard."""
    await chosen(host, "i", "Sol")
    await goes_in(desk)
    asked = visitor.page.locator("talk-asked")
    await expect(asked).to_contain_text(f"Sol, {visitor.word('talk.role_3')}")
    await asked.get_by_role("button", name=visitor.word("talk.ask_yes")).click()
    await expect(people(visitor)).to_contain_text(f"Sol, {visitor.word('talk.role_3')}")
    await visitor.write("Waan ka walwalsanahay")
    await desk.reads("Waan ka walwalsanahay")
    await desk.write("Jag är orolig, säger hon")
    await visitor.reads("Jag är orolig, säger hon")


@pytest.mark.scenario(16, part="a joining interpreter is visible and has keys for that time alone")
async def test_an_interpreter_is_asked_about_seen_and_reads_nothing_before_or_after(
    sol: Person, a_visitor: OpenVisitor, a_desk: OpenDesk
) -> None:
    alm, visitor = await a_desk(), await a_visitor()
    await talking(alm, visitor)
    desk = await a_desk(sol)
    await interpreted(alm, desk, visitor)
    assert await desk.lines(mine=False) == ["Waan ka walwalsanahay"]

    await left(desk)
    await expect(people(visitor)).not_to_contain_text("Sol")
    await visitor.write("Mahadsanid")
    await alm.reads("Mahadsanid")
    assert "Mahadsanid" not in await desk.page.locator("body").inner_text()
    assert "Waan ka walwalsanahay" not in await desk.page.locator("body").inner_text()


@pytest.mark.scenario(16, part="a talk is booked with an interpreter, and had with one")
async def test_a_booked_talk_is_had_with_the_interpreter_who_was_asked_for(
    sol: Person, harbour: DemoServer, a_visitor: OpenVisitor, a_desk: OpenDesk
) -> None:
    visitor = await a_visitor()
    await visitor.page.get_by_role("link", name=visitor.word("page.book")).click()
    await door(visitor).locator("select").nth(1).select_option("so helped")
    await times(visitor, "chat").nth(1).click()
    await says(visitor, "talks.stored")
    digits = await take_code(visitor)
    await press(visitor, "talks.yes")
    await says(visitor, "talks.booked")

    ek, other = await a_desk(harbour.person("counsellor")), await a_visitor()
    await expect(ek.page.locator("#desk own-talks li")).to_contain_text("somaliska")
    await other.come_back(digits)
    await knocks(other)
    await ek.accept()
    await other.is_with("Ek", COUNSELLOR)
    desk = await a_desk(sol)
    await interpreted(ek, desk, other)
    await ek.reads("Waan ka walwalsanahay")
    await ek.write("Berätta.")
    await other.reads("Berätta.")
    await desk.reads("Berätta.")
