"""A passkey that lives in a browser of the tests and derives secrets, as phones and keys do."""

from __future__ import annotations

from playwright.async_api import Page

OPTIONS = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
    "hasPrf": True,
}


async def with_authenticator(page: Page) -> None:
    """Give this page's browser one."""
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": OPTIONS})
