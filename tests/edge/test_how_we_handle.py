"""The page that tells how we handle what is written: every time it names is a setting in force."""

from __future__ import annotations

import contextlib
import html
import re

import pytest
from starlette.types import ASGIApp, Message

from hamn.asc1.roster import Trust
from hamn.core import retention
from hamn.core.retention import AUDIT_KEPT, DAY, REGISTER_KEPT, What
from hamn.edge import assets, catalogue, pages
from hamn.edge.state import Audience
from hamn.settings import settle, web_root

SETTINGS = {
    "pause_hours": 31,
    "code_days": 83,
    "message_days": 11,
    "booking_days": 9,
    "escalation_days": 23,
    "inquiry_days": 19,
    "case_days": 211,
    "backup_days": 5,
}
FIXED = {int(AUDIT_KEPT // DAY), REGISTER_KEPT}
TOLD = {
    What.FRAMES: 1,
    What.WAITING: 2,
    What.CODE: 3,
    What.MESSAGE: 4,
    What.BACKUP: 5,
    What.ESCALATION: 8,
    What.BOOKING: 9,
    What.CASE: 10,
    What.PLAN_COPY: 11,
    What.AUDIT: 12,
    What.LEGAL_REQUEST: 13,
    What.INQUIRY: 14,
}
"""Which line of the page tells what; **what is new gets its line**, or its reason below."""
UNTOLD = {
    What.CLOSED: "for a minute",
    What.WISH: "told where the wish is made, and with the times",
    What.INVITE: "of staff",
    What.SESSION: "of staff",
}


def site(kept: dict[str, int]) -> pages.Site:
    service = {"id": "stod", "names": {"sv": "Stöd", "en": "Support"}}
    service |= {"visitor_origins": ["https://a.example"], "staff_origins": ["https://b.example"]}
    settings = settle({"service": service, "retention": kept})
    catalogues = catalogue.read(web_root() / "locale", settings.service.names)
    return pages.Site(
        settings=settings,
        trust=Trust(service="stod", roots=(bytes(32),), threshold=1, fingerprint=(1,) * 8),
        assets=assets.gather(web_root(), catalogues),
        catalogues=catalogues,
        lines=(),
        templates=web_root() / "pages",
        is_demo=False,
    )


async def no_week() -> None:
    """No opening hours: the page does not name any."""


def body_of(page: ASGIApp) -> bytes:
    """What a page answers with; nothing that it does has to be waited for."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        raise AssertionError("a page reads nothing")

    with contextlib.suppress(StopIteration):
        page({"type": "http", "method": "GET", "headers": []}, receive, send).__await__().send(None)
    return b"".join(message.get("body", b"") for message in sent)


def read(kept: dict[str, int], language: str) -> str:
    """The page in words, as it is served."""
    made = pages.render(site(kept), Audience.VISITORS, no_week)
    content = body_of(made[f"/{language}/how-we-handle"]).decode()
    listed = content[content.index('<dl class="kept">') : content.index("</dl>")]
    return html.unescape(re.sub(r"<[^>]+>", " ", listed))


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_number_on_the_page_is_a_setting_in_force(language: str) -> None:
    numbers = {int(number) for number in re.findall(r"\d+", read(SETTINGS, language))}

    assert numbers == set(SETTINGS.values()) | FIXED


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_that_changes_changes_the_page(name: str) -> None:
    before, after = read(SETTINGS, "sv"), read({**SETTINGS, name: SETTINGS[name] - 2}, "sv")

    assert before != after
    assert f"{SETTINGS[name] - 2}" in after


def test_everything_that_is_kept_has_a_line_on_the_page_or_a_reason() -> None:
    template = (web_root() / "pages" / "how-we-handle.html").read_text()
    lines = {int(number) for number in re.findall(r"\{\{ kept\((\d+)", template)}

    kept = {each.what for each in retention.table(site({}).settings.policy)}
    assert set(TOLD) | set(UNTOLD) == kept
    assert set(TOLD.values()) <= lines
