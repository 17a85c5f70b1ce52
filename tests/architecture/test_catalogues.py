"""The two catalogues say the same things, all of them, and every word that is asked for exists."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from hamn.asc1.signin import Method
from hamn.core import acute, escalation, inquiry, register
from hamn.core.audit import Deed
from hamn.core.permission import Act
from hamn.core.stepping import Tie
from hamn.core.words import Role
from hamn.edge.rota_api import PlanAct
from tests.architecture.tree import ROOT, ours, text_of

LANGUAGES = ("sv", "en")
QUOTES = ('"', "'", "`")
SUFFIXES = (".html", ".js", ".css", ".json")


def catalogue(language: str) -> Catalog:
    with (ROOT / "web" / "locale" / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def messages(language: str) -> dict[str, Message]:
    return {identity(message): message for message in catalogue(language) if message.id}


def identity(message: Message) -> str:
    """The id of a message; of one with plural forms, its first."""
    return message.id if isinstance(message.id, str) else message.id[0]


def forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def test_both_catalogues_have_the_same_ids() -> None:
    assert set(messages("sv")) ^ set(messages("en")) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_empty_or_in_doubt(language: str) -> None:
    doubtful = [
        name
        for name, message in messages(language).items()
        if message.fuzzy or not all(form.strip() for form in forms(message))
    ]

    assert doubtful == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_id_stands_twice(language: str) -> None:
    ids = re.findall(r'^msgid "(.+)"$', text_of(Path(f"web/locale/{language}.po")), re.MULTILINE)

    assert sorted({name for name in ids if ids.count(name) > 1}) == []


def test_a_message_takes_the_same_values_in_both_languages() -> None:
    swedish, english = messages("sv"), messages("en")

    different = [name for name in swedish if values(swedish[name]) != values(english[name])]

    assert different == []


def values(message: Message) -> set[str]:
    """The names in braces or percent that a message is filled with."""
    text = " ".join(forms(message))
    return set(re.findall(r"\{(\w+)\}", text)) | set(re.findall(r"%\((\w+)\)s", text))


# An id is written out as a string of its own, or begun and completed by a value: "page.after_" ~ n.
WORD = re.compile(r"""(["'`])([a-z]+\.[a-z0-9_.]*)(\1(?!\s*~)|\1\s*~|\$\{)""")
PLACES = ("web/pages/**/*.html", "web/js/**/*.js", "server/hamn/**/*.py")


@dataclass(frozen=True, slots=True)
class Asked:
    """The ids that a text asks for: whole ones, and beginnings that a value completes."""

    whole: frozenset[str]
    begun: frozenset[str]

    def asks_for(self, name: str) -> bool:
        return name in self.whole or name.startswith(tuple(self.begun))


def asked_for(text: str, groups: AbstractSet[str]) -> Asked:
    """What a text asks for of these groups of ids ("page", "talk", ...)."""
    found = [(m[2], m[3]) for m in WORD.finditer(text) if m[2].partition(".")[0] in groups]
    whole = {name for name, end in found if end in QUOTES and not name.endswith((".", "_"))}
    return Asked(frozenset(whole), frozenset({name for name, _ in found} - whole))


def files_that_ask() -> dict[Path, Asked]:
    groups = {name.partition(".")[0] for name in messages("sv")}
    return {path: asked_for(text_of(path), groups) for place in PLACES for path in ours(place)}


def test_every_word_that_is_asked_for_exists() -> None:
    known = set(messages("sv"))

    unknown = {
        (path, name)
        for path, asked in files_that_ask().items()
        for name in (asked.whole - known) | {b for b in asked.begun if not begins_one(b, known)}
        if not name.endswith(SUFFIXES)
    }

    assert unknown == set()


def begins_one(beginning: str, known: set[str]) -> bool:
    return any(name.startswith(beginning) for name in known)


def test_every_word_of_the_catalogue_is_asked_for() -> None:
    everywhere = files_that_ask().values()

    assert [name for name in messages("sv") if not any(a.asks_for(name) for a in everywhere)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_deed_has_its_words(language: str) -> None:
    names = {re.sub("[^a-z]+", "_", deed.value) for deed in Deed}

    known = set(messages(language))

    assert {name for name in names if f"staff.did_{name}" not in known} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_detail_of_the_audit_log_has_its_words(language: str) -> None:
    lists: tuple[type[Enum], ...] = (Act, Tie, acute.Decision, acute.Debrief)
    lists += (escalation.Decision, escalation.Reason, escalation.NoReport)
    lists += (register.Asker, register.Given, inquiry.State, inquiry.Reason)
    codes = [str(code.value) for each in lists for code in each]
    codes += [
        each.name.lower() for each in (*set(Role) - {Role.VISITOR}, Method.PASSKEY, Method.DIGITS)
    ]
    codes += [str(each.__struct_config__.tag) for each in get_args(PlanAct)]
    codes += ["not heard from", "yes", "no", "root"]

    known = set(messages(language))

    slugs = {re.sub("[^a-z0-9]+", "_", code) for code in codes}
    assert {slug for slug in slugs if f"staff.detail_{slug}" not in known} == set()


def test_the_search_for_words_finds_them() -> None:
    page = (
        """{{ _("page.title") }} {{ _("page.after_" ~ n) }} {% include "page.html" %} {{ a.b }}"""
    )
    script = """t("talk.sent"); t(`talk.mark_${mark}`); import "./talk.js"; at("x.y")"""

    found = asked_for(page + script, {"page", "talk"})

    assert found.whole == {"page.title", "page.html", "talk.sent"}
    assert found.begun == {"page.after_", "talk.mark_"}
