"""What a browser may have done to it: no encryption, nothing kept, a roster that was changed."""

from __future__ import annotations

from playwright.async_api import BrowserContext, Route

NO_SUBTLE = "Object.defineProperty(crypto, 'subtle', {value: undefined});"
NO_INDEXED_DB = """indexedDB.open = () => {
  throw new DOMException("refused", "SecurityError");
};"""


async def tampered(context: BrowserContext) -> None:
    """A roster in which somebody has another name than the one that was signed."""

    async def answer(route: Route) -> None:
        answered = await route.fetch()
        text = await answered.text()
        assert '"Alm"' in text
        await route.fulfill(response=answered, body=text.replace('"Alm"', '"Elm"'))

    await context.route("**/.well-known/asc/roster.json", answer)
