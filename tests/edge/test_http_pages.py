"""Pages as bytes: every language, every file whole, words and numbers from where they stand."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from pathlib import Path

import pytest

from hamn.edge.catalogue import read
from hamn.settings import web_root
from tests.edge.raw import ask, request
from tests.services import DemoServer

PAGES = ("", "/professionals", "/inquiry", "/how-we-handle", "/help")


def integrity(content: bytes) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content).digest()).decode()


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
    named = re.findall(r'(?:href|src)="(/s/[^"]+\.js)" integrity="([^"]+)"', page)

    assert len(named) > 10
    for path, hashed in named:
        assert integrity(await body_of(demo.port, path)) == hashed


async def test_scripts_are_given_the_words_of_their_audience_alone(demo: DemoServer) -> None:
    page = (await body_of(demo.port, "/en")).decode()
    found = re.search(r'<script type="application/json" id="words">([^<]+)</script>', page)

    assert found is not None
    groups = {key.split(".")[0] for key in json.loads(found[1])}
    assert {"talk", "visitor"} <= groups
    assert not groups & {"desk", "enrol", "page"}


async def test_what_comes_later_is_served_with_the_hashes_that_the_page_names(
    demo: DemoServer,
) -> None:
    page = (await body_of(demo.port, "/")).decode()
    found = re.search(r'id="later" [^>]*href="(/s/\w+/)([^"]+)" integrity="([^"]+)"', page)

    assert found is not None
    later = await body_of(demo.port, found[1] + found[2])
    assert integrity(later) == found[3]
    scripts = json.loads(later)["scripts"]
    assert "js/visitor-later.js" in scripts
    for name, named in scripts.items():
        assert integrity(await body_of(demo.port, found[1] + name)) == named


async def test_a_line_nobody_has_checked_says_so(demo: DemoServer) -> None:
    page = (await body_of(demo.port, "/en/help")).decode()

    assert 'href="tel:116111"' in page
    assert "Not checked yet" in page
    assert "Checked " not in page


async def test_opening_hours_are_told_from_the_rota(demo: DemoServer) -> None:
    page = (await body_of(demo.port, "/en/help")).decode()

    days = re.findall(r'<dt>(\w+)</dt><dd dir="ltr">([^<]*)</dd>', page)
    assert [day for day, _ in days[:2]] == ["Today", "Tomorrow"]
    assert [spans for _, spans in days] == ["00:00-24:00"] * 7
    assert "before we close" not in page, "the demo takes visitors to the last minute"


async def test_the_page_says_until_when_a_new_talk_may_begin(tmp_path: Path) -> None:
    env = {"HAMN_POLICY__LAST_ENTRY": "1800"}
    async with DemoServer.in_folder(tmp_path, env, on_call=False) as server:
        page = (await body_of(server.port, "/en/help")).decode()

    assert "A new conversation can begin until 30 minutes before we close." in page


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

    status = json.loads(answer.body)
    assert status.pop("next") > time.time() / 60
    assert status == {
        "open": False,
        "reason": "no adviser",
        "until": None,
        "message": None,
        "needs_supervisor": True,
    }
    assert answer.headers["cache-control"] == "no-store"


def test_a_language_that_lacks_a_word_borrows_it() -> None:
    catalogues = read(web_root() / "locale", ("sv", "xx", "en"))

    assert list(catalogues) == ["sv", "en"]
    assert set(catalogues["sv"].words) <= set(catalogues["en"].words)
    assert catalogues["en"].text("no.such.key") == "no.such.key"
    assert catalogues["en"].name == "English"
    assert catalogues["sv"].filled("page.verified", {"date": "2026-01-02"}).endswith("2026-01-02")
