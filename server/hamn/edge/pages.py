"""Every page, rendered once per language and publication, served as the same bytes to everyone.

What a page says about how long things are kept comes from the settings in force, and about opening
hours from what opens the door, so that text and behaviour cannot differ: the one page that names
hours is rendered anew when they have changed. A page learns nothing about who asks for it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import TypeAlias

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.types import ASGIApp, Receive, Scope, Send

from hamn.app.rota import Week
from hamn.app.rows import Form
from hamn.asc1.roster import Trust
from hamn.core import figures, register, tally
from hamn.core.retention import AUDIT_KEPT, DAY, REGISTER_KEPT
from hamn.core.rows import DEFAULT, Row
from hamn.core.texts import Edition, HelpLine, is_editable
from hamn.core.wall import date_of, weekday
from hamn.edge.assets import (
    Assets,
    content_type,
    later_name,
    sheet_name,
    words_at_once,
    words_begun,
)
from hamn.edge.catalogue import Catalogue
from hamn.edge.state import Audience
from hamn.edge.static import Static, static
from hamn.settings import WEEKDAYS, Retention, Settings

HTML = "text/html; charset=utf-8"
CODES = {
    name.lower(): [code.value for code in getattr(tally, name)]
    for name in (
        "Channel",
        "Relation",
        "Milieu",
        "Phase",
        "Age",
        "Gender",
        "Outcome",
        "Wait",
        "Length",
        "Language",
        "Visit",
        "Total",
    )
} | {
    "activity": [kind.value for kind in figures.Activity],
    "table": figures.TABLES,
    **{
        kind.__name__.lower(): [code.value for code in kind]
        for kind in (register.Asker, register.Basis, register.Wanted, register.Given)
    },
}
"""What an adviser's form offers and a manager's tables show, as the rules list it."""
WeekNow: TypeAlias = Callable[[], Awaitable[Week | None]]
FACTOR = "factor."
"""What the words of the sheet's rows begin with."""
WIPE = (b"clear-site-data", b'"cache", "cookies", "storage"')


@dataclass(frozen=True, slots=True)
class Page:
    """A template, where it is served below each language, and the module it starts."""

    template: str
    audience: Audience
    path: str = ""
    entry: str = ""
    extra: tuple[tuple[bytes, bytes], ...] = ()
    has_hours: bool = False
    words: tuple[str, ...] = ()
    """Beginnings of the keys that its scripts are given, where these are not the audience's."""


PAGES = (
    Page("visitor.html", Audience.VISITORS, entry="js/visitor.js"),
    Page("professionals.html", Audience.VISITORS, "professionals", entry="js/visitor.js"),
    Page("book.html", Audience.VISITORS, "book", entry="js/book.js"),
    Page(
        "inquiry.html",
        Audience.VISITORS,
        "inquiry",
        entry="js/inquiry.js",
        words=("inquiry.", "visitor.code_", "page.age_"),
    ),
    Page("how-we-handle.html", Audience.VISITORS, "how-we-handle"),
    Page("help.html", Audience.VISITORS, "help", has_hours=True),
    Page("bye.html", Audience.VISITORS, "bye", extra=(WIPE,)),
    Page("desk.html", Audience.STAFF, entry="js/desk.js"),
    Page("texts.html", Audience.STAFF, "texts", entry="js/texts.js"),
    Page("requests.html", Audience.STAFF, "requests", entry="js/requests.js"),
    Page("figures.html", Audience.STAFF, "figures", entry="js/figures.js"),
    Page("case.html", Audience.STAFF, "case", entry="js/case.js"),
    Page("rows.html", Audience.STAFF, "rows", entry="js/rows.js"),
    Page("times.html", Audience.STAFF, "times", entry="js/times.js"),
    Page("rota.html", Audience.STAFF, "rota", entry="js/rota.js"),
    Page("enrol.html", Audience.STAFF, "enrol", entry="js/enrol.js"),
    Page("staff.html", Audience.STAFF, "staff", entry="js/people.js"),
    Page("inbox.html", Audience.STAFF, "inbox", entry="js/inbox.js"),
)


@dataclass(frozen=True, slots=True)
class Language:
    """A language a page can be had in."""

    code: str
    name: str
    dir: str
    path: str


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of the directory in one language."""

    name: str
    about: str
    hours: str
    phone: str
    url: str
    for_young: bool
    verified_at: str
    """The day somebody checked it, or nothing."""


@dataclass(frozen=True, slots=True)
class Site:
    """What all pages are made from."""

    settings: Settings
    trust: Trust
    assets: Assets
    catalogues: Mapping[str, Catalogue]
    lines: tuple[HelpLine, ...]
    templates: Path
    is_demo: bool

    @property
    def default(self) -> str:
        return next(iter(self.catalogues))


def originals(site: Site) -> dict[tuple[str, str], str]:
    """(key, language) -> the wording that came with the service, of texts that may be edited."""
    return {
        (key, language): words
        for language, catalogue in site.catalogues.items()
        for key, words in catalogue.words.items()
        if isinstance(words, str) and is_editable(key)
    }


def form(site: Site) -> Form:
    """The sheet as it came, in every language, and the words that ask for a second look."""
    languages = tuple(site.catalogues.items())
    rows = tuple(
        Row(id_, part, place, tuple((each, words.text(FACTOR + id_)) for each, words in languages))
        for part, ids in DEFAULT.items()
        for place, id_ in enumerate(ids)
    )
    listed = [word for _, words in languages for word in words.text("rows.blocked").split(", ")]
    return Form(rows, (*listed, *site.settings.service.blocked_words))


def edited(site: Site, editions: Iterable[Edition], lines: Iterable[HelpLine]) -> Site:
    """The same site in its newest words, with the help lines in force."""
    texts = {(each.key, each.language): each.text for each in editions if is_editable(each.key)}
    catalogues = {
        language: replace(
            catalogue,
            words={key: texts.get((key, language), old) for key, old in catalogue.words.items()},
        )
        for language, catalogue in site.catalogues.items()
    }
    return replace(site, catalogues=catalogues, lines=tuple(lines))


@cache
def environment(templates: Path) -> Environment:
    """The pages' templates, each compiled once in the life of a process, whoever changes a text."""
    return Environment(
        loader=FileSystemLoader(templates),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def render(site: Site, audience: Audience, week: WeekNow) -> dict[str, ASGIApp]:
    """Path -> page, for all pages and languages of an audience."""
    pages: dict[str, ASGIApp] = {}
    for page in PAGES:
        if page.audience is audience and _stands(site, page):
            for language in site.catalogues:
                made = partial(_static, environment(site.templates), site, page, language)
                content = MadePage(made, week if page.has_hours else _no_week)
                pages |= dict.fromkeys(_addresses(site, page, language), content)
    return pages


class MadePage:
    """A page, rendered when it is first asked for, and again when it names other opening hours
    than last time: neither a start nor a text that is edited stops frames for all pages at once."""

    def __init__(self, render: Callable[[Week | None], Static], week: WeekNow) -> None:
        self._render = render
        self._week = week
        self._made: tuple[Week | None, Static] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        week = await self._week()
        if self._made is None or self._made[0] != week:
            self._made = (week, self._render(week))
        await self._made[1](scope, receive, send)


async def _no_week() -> None:
    """Of a page that names no hours."""


def _stands(site: Site, page: Page) -> bool:
    has_entry = not page.entry or page.entry in site.assets.files
    return has_entry and (site.templates / page.template).is_file()


def asset_routes(assets: Assets) -> dict[str, Static]:
    """Path -> file, for the whole tree."""
    return {
        assets.path(name): static(content, content_type(name))
        for name, content in assets.files.items()
    }


def _static(
    environment: Environment, site: Site, page: Page, language: str, week: Week | None
) -> Static:
    catalogue = site.catalogues[language]
    install = getattr(environment, "install_gettext_callables")  # noqa: B009 - added by the extension
    install(catalogue.text, catalogue.plural, newstyle=False)
    template = environment.get_template(page.template)
    content = template.render(context(site, page, language, week)).encode()
    return static(content, HTML, extra=page.extra)


def context(site: Site, page: Page, language: str, week: Week | None) -> dict[str, object]:
    """Every name a template may use beside `_()`."""
    service, catalogue = site.settings.service, site.catalogues[language]
    languages = [
        Language(code, each.name, each.direction, f"/{code}/{page.path}".rstrip("/"))
        for code, each in site.catalogues.items()
    ]
    return {
        "lang": language,
        "dir": catalogue.direction,
        "languages": languages,
        "other_languages": [each for each in languages if each.code != language],
        "t": catalogue.filled,
        "name": service.names.get(language, next(iter(service.names.values()))),
        "service": service,
        "opening": site.settings.opening,
        "week": None if week is None else shown(week),
        "last_entry": int(site.settings.policy.last_entry // 60),
        "keep": keep(site.settings),
        "fixed": {"audit": int(AUDIT_KEPT // DAY), "register": REGISTER_KEPT},
        "codes": CODES,
        "lines": [line_in(line, language) for line in site.lines],
        "fingerprint": [f"{value:04}" for value in site.trust.fingerprint],
        "is_demo": site.is_demo,
        "home": f"/{language}",
        "asset": site.assets.path,
        "integrity": site.assets.integrity,
        "modules": site.assets.modules(page.entry),
        "entry": page.entry,
        "sheet": site.assets.path(sheet_name(page.audience)),
        "words": Markup(words_of(catalogue, page).decode()),  # noqa: S704 - no "<" in it
        "later": site.assets.module(later_name(language)),
    }


def words_of(catalogue: Catalogue, page: Page) -> bytes:
    """What a page's scripts say."""
    if page.words:
        return words_begun(catalogue, page.words)
    return words_at_once(catalogue, page.audience)


def keep(settings: Settings) -> Retention:
    """How long things are kept; the same value that the rules are given."""
    return settings.retention


def shown(week: Week) -> list[tuple[str, list[str]]]:
    """The id of each day's name, and its openings."""
    names = ("page.today", "page.tomorrow")
    return [
        (
            names[place] if place < len(names) else f"page.{WEEKDAYS[weekday(day)]}",
            ["-".join(f"{at // 60:02}:{at % 60:02}" for at in span) for span in spans],
        )
        for place, (day, spans) in enumerate(week)
    ]


def line_in(line: HelpLine, language: str) -> ShownLine:
    return ShownLine(
        name=_in(dict(line.name), language),
        about=_in(dict(line.about), language),
        hours=_in(dict(line.hours), language),
        phone=line.phone,
        url=line.url,
        for_young=line.for_young,
        verified_at="" if line.called is None else date_of(line.called).isoformat(),
    )


def _in(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or next(iter(texts.values()), "")


def _addresses(site: Site, page: Page, language: str) -> Iterator[str]:
    yield f"/{language}/{page.path}".rstrip("/")
    if language == site.default:
        yield f"/{page.path}"
