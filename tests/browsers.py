"""Real pages for tests: one Chromium per run, and contexts in any language, colour and size.

    async def test_something(demo: DemoServer, new_context: NewContext) -> None:
        visitor = await new_context(locale="sv-SE", color_scheme="dark", viewport=PHONE)
        page = await visitor.new_page()

Every context is closed when its test ends. A page that logs an error, throws, or tries to leave
loopback fails its test then; `new_context(expects_errors=True)` is for pages that meet trouble.
For accessibility rules take `bypass_csp=True`, or the rules cannot be injected.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal, Protocol

import pytest
import pytest_asyncio
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    ViewportSize,
    async_playwright,
)

from tests.services import binary

PHONE: ViewportSize = {"width": 320, "height": 640}
TABLET: ViewportSize = {"width": 820, "height": 1180}
DESK: ViewportSize = {"width": 1366, "height": 768}

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
WAIT_MS = 15_000


class NewContext(Protocol):
    """Opens a browser context: a person of their own, sharing nothing with the others."""

    async def __call__(
        self,
        *,
        locale: str = "sv-SE",
        color_scheme: Literal["light", "dark"] = "light",
        viewport: ViewportSize = DESK,
        reduced_motion: Literal["reduce", "no-preference"] = "reduce",
        expects_errors: bool = False,
        **options: Any,
    ) -> BrowserContext: ...


AWAY = re.compile(
    "net::ERR_(CONNECTION|EMPTY_RESPONSE)|closed before receiving a handshake response"
)
"""What is said of a server that is away, or went with what was asked of it in hand."""


class Complaints:
    """What pages said that no page should say."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def listen(self, context: BrowserContext) -> None:
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.lines.append(str(error.error)))

    def _on_console(self, message: ConsoleMessage) -> None:
        # That is what a page meets when the server is away; it must heal, not hide.
        if message.type == "error" and not AWAY.search(message.text):
            self.lines.append(message.text)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The installed Chromium, headless."""
    chromium = shutil.which("chromium-headless-shell") or binary("chromium", "chromium")
    # The Node that Playwright brings wants a library that a bare Debian lacks; ours does not.
    os.environ["PLAYWRIGHT_NODEJS_PATH"] = str(Path(sys.prefix) / "bin" / "node")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def new_context(browser: Browser) -> AsyncIterator[NewContext]:
    """A maker of browser contexts; see the module's first lines."""
    complaints = Complaints()
    async with contextlib.AsyncExitStack() as stack:

        async def open_context(
            *,
            locale: str = "sv-SE",
            color_scheme: Literal["light", "dark"] = "light",
            viewport: ViewportSize = DESK,
            reduced_motion: Literal["reduce", "no-preference"] = "reduce",
            expects_errors: bool = False,
            **options: Any,
        ) -> BrowserContext:
            context = await browser.new_context(
                locale=locale,
                color_scheme=color_scheme,
                viewport=viewport,
                reduced_motion=reduced_motion,
                **options,
            )
            stack.push_async_callback(context.close)
            context.set_default_timeout(WAIT_MS)
            if not expects_errors:
                complaints.listen(context)
            return context

        yield open_context
    if complaints.lines:
        pytest.fail("a page complained:\n" + "\n".join(complaints.lines), pytrace=False)
