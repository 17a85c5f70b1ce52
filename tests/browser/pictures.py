"""Take the pictures of the README from a running demo: `python -m tests.browser.pictures`.

By hand, when the pages have changed: it plays one made-up conversation between two browser contexts
and writes docs/pictures/{visitor,desk}-{light,dark}.png.
"""

from __future__ import annotations

import asyncio
import os
import struct
import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, ViewportSize, async_playwright

from tests.browser.pages import DeskPage, VisitorPage
from tests.browsers import FLAGS
from tests.services import DemoServer, binary

FOLDER = Path("docs/pictures")
PAPER: ViewportSize = {"width": 460, "height": 860}
TABLE: ViewportSize = {"width": 1280, "height": 860}
Scheme = Literal["light", "dark"]
SIGNATURE = b"\x89PNG\r\n\x1a\n"
TALK = (
    (True, "My brother has new friends, and talks about things that frighten me."),
    (False, "I am glad you wrote. What have you seen that worries you most?"),
    (True, "He says the others will be sorry. He does not come home at night."),
    (False, "That sounds heavy to carry alone. When did you last talk, just you two?"),
)


async def main() -> None:
    """A demo for each colour scheme, so that nothing is left of the other."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    os.environ["PLAYWRIGHT_NODEJS_PATH"] = str(Path(sys.prefix) / "bin" / "node")
    async with async_playwright() as playwright:
        chromium = binary("chromium", "chromium")
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        schemes: tuple[Scheme, ...] = ("light", "dark")
        for scheme in schemes:
            with tempfile.TemporaryDirectory(prefix="hamn-pictures-") as folder:
                env = {"HAMN_FOLDERS__LIVE": f"{folder}/live"}
                async with DemoServer.in_folder(Path(folder), env) as demo:
                    await take(browser, demo, scheme)
        await browser.close()


async def take(browser: Browser, demo: DemoServer, scheme: Scheme) -> None:
    """One conversation, and a picture of each side of it."""
    of_desk = await browser.new_context(locale="en", color_scheme=scheme, viewport=TABLE)
    of_visitor = await browser.new_context(locale="en", color_scheme=scheme, viewport=PAPER)
    desk = await DeskPage.open(of_desk, demo.staff_url, "en")
    await desk.sign_in(demo.person("adviser"))
    await desk.go_on_duty()
    visitor = await VisitorPage.open(of_visitor, demo.visitor_url, "en")
    await visitor.open_chat()
    await desk.accept()
    for from_visitor, text in TALK:
        await (visitor if from_visitor else desk).write(text)
        await (desk if from_visitor else visitor).reads(text)
    await desk.has_received_all()
    await visitor.has_received_all()
    for page, name in ((visitor.page, "visitor"), (desk.page, "desk")):
        await page.mouse.move(1, 1)
        await page.evaluate("scrollTo(0, 0); document.activeElement.blur()")
        picture = await page.screenshot(animations="disabled", caret="hide")
        (FOLDER / f"{name}-{scheme}.png").write_bytes(squeezed(picture))
    await of_visitor.close()
    await of_desk.close()


def squeezed(picture: bytes) -> bytes:
    """The same PNG with its pixels packed as small as zlib can."""
    chunks = list(chunks_of(picture))
    pixels = zlib.decompress(b"".join(data for kind, data in chunks if kind == b"IDAT"))
    kept = [(kind, data) for kind, data in chunks if kind in {b"IHDR", b"IEND"}]
    packed = min((zlib.compress(pixels, 9), deflated(pixels)), key=len)
    kept.insert(1, (b"IDAT", packed))
    return SIGNATURE + b"".join(chunk(kind, data) for kind, data in kept)


def deflated(pixels: bytes) -> bytes:
    """For filtered pixels this strategy is often smaller."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 15, 9, zlib.Z_FILTERED)
    return packer.compress(pixels) + packer.flush()


def chunks_of(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and data of every chunk of a PNG."""
    at = len(SIGNATURE)
    while at < len(picture):
        (size,) = struct.unpack_from(">I", picture, at)
        yield picture[at + 4 : at + 8], picture[at + 8 : at + 8 + size]
        at += size + 12


def chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk with its length and checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


if __name__ == "__main__":
    asyncio.run(main())
