"""The two catalogues say the same things, all of them, and every word that is asked for exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from tests.architecture.tree import ROOT, ours, text_of

LANGUAGES = ("sv", "en")


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


PAGE_WORD = re.compile(r"""\b(?:_|gettext|ngettext)\(\s*["']([^"']+)["']""")
SCRIPT_WORD = re.compile(r"""\b(?:t|say|text)\(\s*["'`]([a-z][\w.-]*\.[\w.-]+)["'`]""")


def asked_for() -> Iterator[tuple[Path, str]]:
    """Every id that a page or a script asks for by name."""
    for path in ours("web/pages/**/*.html"):
        yield from ((path, name) for name in PAGE_WORD.findall(text_of(path)))
    for path in ours("web/js/**/*.js"):
        yield from ((path, name) for name in SCRIPT_WORD.findall(text_of(path)))


def test_every_word_that_is_asked_for_exists() -> None:
    known = set(messages("sv"))

    assert {(path, name) for path, name in asked_for() if name not in known} == set()


def test_the_search_for_words_finds_them() -> None:
    assert PAGE_WORD.findall("<p>{{ _('front.title') }} {{ gettext(\"a.b\") }}") == [
        "front.title",
        "a.b",
    ]
    assert SCRIPT_WORD.findall('line.textContent = t("room.sent"); at("x")') == ["room.sent"]
