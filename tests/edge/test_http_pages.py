"""Pages as bytes: every language, every file whole, words and numbers from where they stand."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import pytest

from hamn.edge.catalogue import read
from hamn.settings import web_root
from tests.edge.raw import ask, request
from tests.services import DemoServer

PAGES = ("", "/how-we-handle", "/help")


async def body_of(port: int, path: str) -> bytes:
    answer = await ask(port, request(port, path))
    assert answer.status == 200, path
    return answer.body


@pytest.mark.parametrize("page", PAGES)
async def test_every_page_is_there_in_every_language_and_names_the_others(
    demo: DemoServer, page: str
) -> None:
    swedish = (await body_of(demo.port, f"/sv{page}")).decode()
    english = (await body_of(demo.port, f"/en{page}")).decode()

    assert '<html lang="sv" dir="ltr"' in swedish
    assert '<html lang="en" dir="ltr"' in english
    assert f'href="/en{page}" lang="en"' in swedish
    assert f'href="/sv{page}" lang="sv"' in english
    assert (await body_of(demo.port, page or "/")).decode() == swedish


async def test_no_page_says_who_we_are_in_its_title(demo: DemoServer) -> None:
    for page in (*PAGES, "/bye"):
        assert b"<title>Hamn</title>" in await body_of(demo.port, f"/sv{page}")


async def test_every_module_of_a_page_is_served_with_the_hash_it_names(demo: DemoServer) -> None:
    page = (await body_of(demo.port, "/")).decode()
    named = re.findall(r'(?:href|src)="(/s/[^"]+\.js)" integrity="sha256-([^"]+)"', page)

    assert len(named) > 10
    for path, digest in named:
        content = await body_of(demo.port, path)
        assert base64.b64encode(hashlib.sha256(content).digest()).decode() == digest


async def test_scripts_are_given_the_words_of_their_audience_alone(demo: DemoServer) -> None:
    page = (await body_of(demo.port, "/en")).decode()
    found = re.search(r'href="(/s/[^"]+/strings-en\.visitors\.json)"', page)

    assert found is not None
    words = json.loads(await body_of(demo.port, found[1]))
    groups = {key.split(".")[0] for key in words}
    assert {"talk", "visitor"} <= groups
    assert not groups & {"desk", "enrol", "page"}


async def test_a_line_nobody_has_checked_says_so(demo: DemoServer) -> None:
    page = (await body_of(demo.port, "/en/help")).decode()

    assert 'href="tel:116111"' in page
    assert "Not checked yet" in page
    assert "Checked " not in page


async def test_what_is_kept_is_told_from_the_settings(demo: DemoServer) -> None:
    page = (await body_of(demo.port, "/en/how-we-handle")).decode()

    for number in ("24 hours", "90 days", "7 days"):
        assert number in page


async def test_the_page_tells_the_fingerprint_of_the_roots(demo: DemoServer) -> None:
    page = (await body_of(demo.port, "/en/how-we-handle")).decode()
    trust = await body_of(demo.port, "/.well-known/asc/trust.json")
    first = int.from_bytes(hashlib.sha256(trust).digest()[:2], "big") >> 5

    assert re.search(rf">{first:04}( [0-9]{{4}}){{7}}<", page)


async def test_the_door_is_told_alike_to_everyone(demo: DemoServer) -> None:
    answer = await ask(demo.port, request(demo.port, "/api/status"))

    assert json.loads(answer.body) == {
        "open": False,
        "reason": "no adviser",
        "until": None,
        "next": None,
        "needs_supervisor": False,
    }
    assert answer.headers["cache-control"] == "no-store"


def test_a_language_that_lacks_a_word_borrows_it() -> None:
    catalogues = read(web_root() / "locale", ("sv", "xx", "en"))

    assert list(catalogues) == ["sv", "en"]
    assert set(catalogues["sv"].words) <= set(catalogues["en"].words)
    assert catalogues["en"].text("no.such.key") == "no.such.key"
    assert catalogues["en"].name == "English"
    assert catalogues["sv"].filled("page.verified", {"date": "2026-01-02"}).endswith("2026-01-02")
