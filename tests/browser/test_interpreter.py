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
from tests.browser.test_company import chosen, goes_in, left, people, talking
from tests.services import DemoServer, Person

pytestmark = pytest.mark.browser

SETTINGS = {"HAMN_POLICY__RING": "600"}


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


@pytest.mark.scenario(16, part="a joining interpreter is visible and has keys for that time alone")
async def test_an_interpreter_is_asked_about_seen_and_reads_nothing_before_or_after(
    sol: Person, a_visitor: OpenVisitor, a_desk: OpenDesk
) -> None:
    alm, visitor = await a_desk(), await a_visitor()
    await talking(alm, visitor)
    desk = await a_desk(sol)
    await chosen(alm, "i", "Sol")
    await goes_in(desk)
    asked = visitor.page.locator("talk-asked")
    await expect(asked).to_contain_text(f"Sol, {visitor.word('talk.role_3')}")
    await asked.get_by_role("button", name=visitor.word("talk.ask_yes")).click()
    await expect(people(visitor)).to_contain_text(f"Sol, {visitor.word('talk.role_3')}")
    await visitor.write("Waan ka walwalsanahay")
    await desk.reads("Waan ka walwalsanahay")
    await desk.write("Jag är orolig, säger hon")
    await visitor.reads("Jag är orolig, säger hon")
    assert await desk.lines(mine=False) == ["Waan ka walwalsanahay"]

    await left(desk)
    await expect(people(visitor)).not_to_contain_text("Sol")
    await visitor.write("Mahadsanid")
    await alm.reads("Mahadsanid")
    assert "Mahadsanid" not in await desk.page.locator("body").inner_text()
    assert "Waan ka walwalsanahay" not in await desk.page.locator("body").inner_text()
