"""A demo server per module for tests with real pages, its live conversations new for every test.

A module may say how its server is set: `SETTINGS = {"HAMN_POLICY__RING": "2"}`.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from tests.browser.pages import DeskPage, VisitorPage
from tests.browsers import NewContext
from tests.services import DemoServer, Person

OpenVisitor = Callable[..., Awaitable[VisitorPage]]
OpenDesk = Callable[..., Awaitable[DeskPage]]


@pytest.fixture(scope="module")
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> DemoServer:
    """The module's demo, not started: its people are made once."""
    folder: Path = tmp_path_factory.mktemp("harbour")
    env = {"HAMN_FOLDERS__LIVE": str(folder / "live")} | getattr(request.module, "SETTINGS", {})
    return DemoServer.in_folder(folder, env)


@pytest_asyncio.fixture(loop_scope="session")
async def harbour(built: DemoServer) -> AsyncIterator[DemoServer]:
    """A running demo in which nobody is on duty and nothing has been said."""
    await built.start()
    yield built
    await built.kill()
    shutil.rmtree(built.data.with_name("live"), ignore_errors=True)


@pytest.fixture
def a_visitor(harbour: DemoServer, new_context: NewContext) -> OpenVisitor:
    """Opens the visitors' page in a browser context of its own."""

    async def open_page(language: str = "sv", **options: object) -> VisitorPage:
        context = await new_context(locale=language, **options)  # type: ignore[arg-type]
        return await VisitorPage.open(context, harbour.visitor_url, language)

    return open_page


@pytest.fixture
def a_desk(harbour: DemoServer, new_context: NewContext) -> OpenDesk:
    """Opens the desk in a browser context of its own, signed in and on duty."""

    async def open_page(
        person: Person | None = None, language: str = "sv", **options: object
    ) -> DeskPage:
        context = await new_context(locale=language, **options)  # type: ignore[arg-type]
        desk = await DeskPage.open(context, harbour.staff_url, language)
        await desk.sign_in(person or harbour.person("adviser"))
        await desk.go_on_duty()
        return desk

    return open_page
