"""Every page, rendered once per language at start and served as the same bytes to everyone.

What a page says about opening hours and about how long things are kept comes from the settings in
force, so that text and behaviour cannot differ. A page learns nothing about who asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hamn.asc1.roster import Trust
from hamn.edge.assets import Assets, content_type, strings_name
from hamn.edge.catalogue import Catalogue
from hamn.edge.directory import Line
from hamn.edge.state import Audience
from hamn.edge.static import Static, static
from hamn.settings import WEEKDAYS, Retention, Settings

HTML = "text/html; charset=utf-8"
WIPE = (b"clear-site-data", b'"cache", "cookies", "storage"')


@dataclass(frozen=True, slots=True)
class Page:
    """A template, where it is served below each language, and the module it starts."""

    template: str
    audience: Audience
    path: str = ""
    entry: str = ""
    extra: tuple[tuple[bytes, bytes], ...] = ()


PAGES = (
    Page("visitor.html", Audience.VISITORS, entry="js/visitor.js"),
    Page("how-we-handle.html", Audience.VISITORS, "how-we-handle"),
    Page("help.html", Audience.VISITORS, "help"),
    Page("bye.html", Audience.VISITORS, "bye", extra=(WIPE,)),
    Page("desk.html", Audience.STAFF, entry="js/desk.js"),
    Page("enrol.html", Audience.STAFF, "enrol", entry="js/enrol.js"),
)


@dataclass(frozen=True, slots=True)
class Language:
    """A language a page can be had in."""

    code: str
    name: str
    dir: str
    path: str


@dataclass(frozen=True, slots=True)
class HelpLine:
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
    lines: tuple[Line, ...]
    templates: Path
    is_demo: bool

    @property
    def default(self) -> str:
        return next(iter(self.catalogues))


def render(site: Site, audience: Audience) -> dict[str, Static]:
    """Path -> page, for all pages and languages of an audience."""
    pages: dict[str, Static] = {}
    environment = Environment(
        loader=FileSystemLoader(site.templates),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for page in PAGES:
        if page.audience is audience and _stands(site, page):
            for language in site.catalogues:
                content = static(_page(environment, site, page, language), HTML, extra=page.extra)
                pages |= dict.fromkeys(_addresses(site, page, language), content)
    return pages


def _stands(site: Site, page: Page) -> bool:
    has_entry = not page.entry or page.entry in site.assets.files
    return has_entry and (site.templates / page.template).is_file()


def asset_routes(assets: Assets) -> dict[str, Static]:
    """Path -> file, for the whole tree."""
    return {
        assets.path(name): static(content, content_type(name))
        for name, content in assets.files.items()
    }


def _page(environment: Environment, site: Site, page: Page, language: str) -> bytes:
    catalogue = site.catalogues[language]
    install = getattr(environment, "install_gettext_callables")  # noqa: B009 - added by the extension
    install(catalogue.text, catalogue.plural, newstyle=False)
    template = environment.get_template(page.template)
    return template.render(context(site, page, language)).encode()


def context(site: Site, page: Page, language: str) -> dict[str, object]:
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
        "week": week(site.settings),
        "keep": keep(site.settings),
        "lines": [line_in(line, language) for line in site.lines],
        "fingerprint": [f"{value:04}" for value in site.trust.fingerprint],
        "is_demo": site.is_demo,
        "home": f"/{language}",
        "asset": site.assets.path,
        "integrity": site.assets.integrity,
        "modules": site.assets.modules(page.entry),
        "entry": site.assets.module(page.entry) if page.entry else None,
        "strings": site.assets.path(strings_name(language, page.audience)),
    }


def keep(settings: Settings) -> Retention:
    """How long things are kept; the same value that the rules are given."""
    return settings.retention


def week(settings: Settings) -> list[tuple[str, list[str]]]:
    """Weekday -> spans, for every day of the week."""
    return [(day, settings.opening.hours.get(day, [])) for day in WEEKDAYS]


def line_in(line: Line, language: str) -> HelpLine:
    return HelpLine(
        name=_in(line.name, language),
        about=_in(line.about, language),
        hours=_in(line.hours, language),
        phone=line.phone,
        url=line.url,
        for_young=line.for_young,
        verified_at=line.verified_at.isoformat() if line.verified_at else "",
    )


def _in(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or next(iter(texts.values()), "")


def _addresses(site: Site, page: Page, language: str) -> Iterator[str]:
    yield f"/{language}/{page.path}".rstrip("/")
    if language == site.default:
        yield f"/{page.path}"
