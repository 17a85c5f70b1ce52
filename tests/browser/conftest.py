"""A demo server per module for tests with real pages, its live conversations new for every test.

A module may say how its server is set: `SETTINGS = {"HAMN_POLICY__RING": "2"}`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from types import ModuleType

import pytest
import pytest_asyncio

from hamn.asc1 import signin
from hamn.ops.demo import SERVICE
from tests.browser.pages import DeskPage, VisitorPage
from tests.browsers import NewContext
from tests.services import DemoServer, Person

OpenVisitor = Callable[..., Awaitable[VisitorPage]]
OpenDesk = Callable[..., Awaitable[DeskPage]]


def known_roots(people: Sequence[Person]) -> str:
    """A script by which a page has the roots behind these people's digits worked out already.

    A million rounds for everyone who comes on duty in a test is a good part of a run; the tests of
    signing in go through them (test_enrolment.py, test_staff_page.py).
    """
    roots = {
        person.secret: signin.root_from_digits(
            person.secret, service=SERVICE, name=person.name
        ).hex()
        for person in people
    }
    return f"const ROOTS = {json.dumps(roots)};\n{KNOWN_ROOTS}"


KNOWN_ROOTS = f"""if (isSecureContext) {{
  const subtle = SubtleCrypto.prototype, typed = new WeakMap();
  const {{ importKey, deriveBits }} = subtle;
  subtle.importKey = async function (format, data, algorithm, ...rest) {{
    const key = await importKey.call(this, format, data, algorithm, ...rest);
    if (algorithm === "PBKDF2") typed.set(key, new TextDecoder().decode(data));
    return key;
  }};
  subtle.deriveBits = async function (algorithm, key, length) {{
    const known = algorithm.iterations === {signin.ITERATIONS} && ROOTS[typed.get(key)];
    if (!known) return deriveBits.call(this, algorithm, key, length);
    return Uint8Array.from(known.match(/../g), (pair) => parseInt(pair, 16)).buffer;
  }};
}}"""


def demo_of(module: ModuleType, folder: Path) -> DemoServer:
    """A demo in this folder as the module sets it, not started."""
    env = {"HAMN_FOLDERS__LIVE": str(folder / "live")} | getattr(module, "SETTINGS", {})
    return DemoServer.in_folder(folder, env, in_turns=getattr(module, "IN_TURNS", False))


@pytest.fixture(scope="module")
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> DemoServer:
    """The module's demo: what is kept in it stays from test to test."""
    return demo_of(request.module, tmp_path_factory.mktemp("harbour"))


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
        await context.add_init_script(known_roots(harbour.people))
        desk = await DeskPage.open(context, harbour.staff_url, language)
        await desk.sign_in(person or harbour.person("adviser"))
        await desk.go_on_duty()
        return desk

    return open_page
