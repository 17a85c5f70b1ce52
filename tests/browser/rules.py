"""What no page may break: rules of accessibility in both colours, nothing wider than the screen."""

from __future__ import annotations

from collections.abc import Mapping

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, ViewportSize

from tests.browsers import DESK, PHONE

OF_COLOUR = ("color-contrast", "link-in-text-block")
ALL = {"resultTypes": ["violations"]}
SHAPES = ALL | {"rules": {rule: {"enabled": False} for rule in OF_COLOUR}}
COLOURS = {"runOnly": {"type": "rule", "values": OF_COLOUR}}
SPILLS = """async () => {
  for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
  return [...document.querySelectorAll("body *")].filter((part) => {
    const {left, right} = part.getBoundingClientRect();
    return part.checkVisibility() && !part.closest(".unseen, .skip, nav span, svg") &&
      (left < -1 || right > document.documentElement.clientWidth + 1);
  }).map((part) => `${part.localName}#${part.id}.${part.className}`);
}"""
"""What has been resized is laid out anew within two frames."""


async def spilling(page: Page) -> list[str]:
    """What reaches over an edge of the screen, and so asks for sideways scrolling."""
    found: list[str] = await page.evaluate(SPILLS)
    return found


class Rules:
    """Looks at a page as it is now; `broken` says which rules it breaks, and where.

    In Swedish a look is at a phone (which is a desk at 400 %) in light colours, and at a desk in
    dark ones: both have the same colours, and each rule is looked at in both sizes but once in each
    scheme. In English the words alone differ, so that is a phone, and what spills.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.broken: list[str] = []
        self.looked: set[str] = set()

    async def look(self, where: str, sizes: tuple[ViewportSize, ...] = (PHONE, DESK)) -> None:
        self.looked.add(where)
        is_first = await self.page.locator("html").get_attribute("lang") == "sv"
        for size in sizes:
            await self.page.set_viewport_size(size)
            name = f"{where}, {size['width']} wide"
            self.broken += [f"{name}: {part} spills" for part in await spilling(self.page)]
            if size == sizes[0]:
                await self._run(name, ALL)
            elif is_first:
                await self._run(name, SHAPES)
        if is_first:
            await self.page.emulate_media(color_scheme="dark")
            await self._run(f"{where}, {sizes[-1]['width']} wide, dark", COLOURS)
            await self.page.emulate_media(color_scheme="light")

    async def _run(self, where: str, options: Mapping[str, object]) -> None:
        if not await self.page.evaluate("() => 'axe' in window"):
            await self.page.evaluate(Axe().axe_script)
        found = await self.page.evaluate("options => axe.run(document, options)", options)
        for violation in found["violations"]:
            nodes = [node["html"][:120] for node in violation["nodes"]][:3]
            self.broken.append(f"{where}: {violation['id']} at {nodes}")
