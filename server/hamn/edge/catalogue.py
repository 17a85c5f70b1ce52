"""The words people read, per language, from `web/locale/LANG.po` into memory.

A msgid is a short key such as `waiting.place`. A key that a language lacks is told in the default
language, and a key nobody has stands for itself, so that a gap is seen and breaks nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.core import Locale
from babel.messages.pofile import read_po

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ku", "ps", "ur", "yi"})
Words = str | tuple[str, ...]
"""A text, or its plural forms in the order of the language's rule."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One language."""

    language: str
    name: str
    """What the language calls itself."""
    words: Mapping[str, Words]

    @property
    def direction(self) -> str:
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    def text(self, key: str) -> str:
        words = self.words.get(key, key)
        return words if isinstance(words, str) else words[-1]

    def plural(self, key: str, _key_of_many: str, count: int) -> str:
        words = self.words.get(key, key)
        return words if isinstance(words, str) else words[self._form(count)]

    def filled(self, key: str, values: Mapping[str, object]) -> str:
        """The text with its {name}s replaced."""
        text = self.text(key)
        for name, value in values.items():
            text = text.replace("{" + name + "}", str(value))
        return text

    def of_groups(self, groups: tuple[str, ...]) -> dict[str, Words]:
        """The words whose key begins with one of these groups."""
        return {key: self.words[key] for key in sorted(self.words) if key.split(".")[0] in groups}

    def _form(self, count: int) -> int:
        rule = Locale(self.language).plural_form
        tags = [*sorted(rule.tags, key=("zero", "one", "two", "few", "many").index), "other"]
        return tags.index(rule(count))


def read(folder: Path, languages: Iterable[str]) -> dict[str, Catalogue]:
    """Every language asked for that has a file; the first one lends its words to the others."""
    found: dict[str, Catalogue] = {}
    lent: Mapping[str, Words] = {}
    for language in languages:
        path = folder / f"{language}.po"
        if path.is_file():
            words = {**lent, **_words(path, language)}
            lent = lent or words
            found[language] = Catalogue(language, _own_name(language), words)
    return found


def _own_name(language: str) -> str:
    return (Locale(language).get_display_name(language) or language).capitalize()


def _words(path: Path, language: str) -> dict[str, Words]:
    with path.open("rb") as file:
        messages = read_po(file, locale=language)
    said = {_first(message.id): _said(message.string) for message in messages if message.id}
    return {key: words for key, words in said.items() if any(words)}


def _first(key: str | list[str] | tuple[str, ...]) -> str:
    return key if isinstance(key, str) else key[0]


def _said(text: str | list[str] | tuple[str, ...] | None) -> Words:
    return tuple(text) if isinstance(text, (list, tuple)) else text or ""
