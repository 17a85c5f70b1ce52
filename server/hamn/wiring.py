"""The one module that knows every implementation: settings become stores, a world, two apps.

Nothing is decided here but which part stands for which port.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from zoneinfo import ZoneInfo

from starlette.types import ASGIApp

from hamn import settings as settings_of
from hamn.app import publishing, rota
from hamn.app.ports import World
from hamn.asc1.roster import Trust, parse_trust
from hamn.clock import SystemClock
from hamn.core.duty import ALWAYS, Opening, OpeningHours
from hamn.edge import assets, catalogue, directory, pages
from hamn.edge.headers import Fields, header_set
from hamn.edge.published import FOLDER
from hamn.edge.published import JSON as JSON_TYPE
from hamn.edge.routes import app_of
from hamn.edge.state import Audience, Caps, Edge
from hamn.edge.static import static
from hamn.entropy import SystemEntropy
from hamn.live.bell import ProcessBell
from hamn.live.place import FILE, Place, choose, offers
from hamn.live.sqlite import SqliteLive
from hamn.metrics import Metrics
from hamn.ops.records import read_trust
from hamn.ops.roots import TRUST_FILE
from hamn.settings import (
    WEEKDAYS,
    Settings,
    SettingsError,
    config_root,
    hosts_of,
    minutes,
    web_root,
)
from hamn.sqlite.writer import LoopRunner, ThreadRunner
from hamn.store.sqlite import SqliteStore

STAFF_BODY = 288 * 1024
"""An escalation travels with a copy for every supervisor, a case's record with one for each of its
four members."""


@dataclass(frozen=True)
class House:
    """A service whose doors are not open yet."""

    settings: Settings
    world: World
    place: Place
    trust: Trust
    trust_bytes: bytes
    is_demo: bool
    metrics: Metrics
    draining: asyncio.Event
    shelves: dict[Audience, dict[str, ASGIApp]] = field(
        default_factory=lambda: {audience: {} for audience in Audience}
    )
    """What each listener answers with that was ready before anybody asked."""

    @cached_property
    def site(self) -> pages.Site:
        """Words, files and templates, read once."""
        names = self.settings.service.names
        catalogues = catalogue.read(web_root() / "locale", names)
        return pages.Site(
            settings=self.settings,
            trust=self.trust,
            assets=assets.gather(web_root(), catalogues),
            catalogues=catalogues,
            lines=tuple(directory.read(_directory(self.settings))),
            templates=web_root() / "pages",
            is_demo=self.is_demo,
        )

    def app(self, edge: Edge) -> ASGIApp:
        """The whole app of a listener."""
        shelf = self.shelves[edge.audience]
        shelf.update(self._shelf(edge.audience))
        return app_of(edge, shelf, fields_of(edge))

    async def publish(self) -> None:
        """Render every page again in the newest words."""
        editions = await self.world.store.editions()
        lines = [line for line, _ in await publishing.lines(self.world, self.site.lines)]
        site = pages.edited(self.site, editions, lines)
        for audience, shelf in self.shelves.items():
            shelf.update(pages.render(site, audience, partial(rota.coming_week, self.world)))

    def edge(self, audience: Audience) -> Edge:
        service, listen = self.settings.service, self.settings.listen
        visitors = audience is Audience.VISITORS
        origins = frozenset(service.visitor_origins if visitors else service.staff_origins)
        return Edge(
            world=self.world,
            audience=audience,
            service=service.id,
            trust=self.trust,
            origins=origins,
            staff_origins=frozenset(service.staff_origins),
            visitor_origins=frozenset(service.visitor_origins),
            hosts=hosts_of(origins),
            caps=Caps(connections=listen.visitor_connections)
            if visitors
            else Caps(connections=listen.staff_connections, body_bytes=STAFF_BODY),
            draining=self.draining,
            metrics=self.metrics,
            originals=pages.originals(self.site),
            seeds=self.site.lines,
            calendar_title=self.site.catalogues[self.site.default].text("times.feed_title"),
            form=pages.form(self.site),
        )

    def _shelf(self, audience: Audience) -> dict[str, ASGIApp]:
        trust = {f"{FOLDER}/{TRUST_FILE}": static(self.trust_bytes, JSON_TYPE)}
        return {
            **pages.render(self.site, audience, partial(rota.coming_week, self.world)),
            **pages.asset_routes(self.site.assets),
            **trust,
        }


def fields_of(edge: Edge) -> Fields:
    """The header set of a listener; HSTS once every origin has TLS."""
    is_https = all(origin.startswith("https://") for origin in edge.origins)
    return header_set(edge.audience, is_https=is_https, visitors=edge.visitor_origins)


@contextmanager
def opened(settings: Settings, *, is_demo: bool = False) -> Iterator[House]:
    """The house with its stores open, and closed again at the end.

    Raises: SettingsError, LiveStoreTaken, SchemaRefused.
    """
    data = Path(settings.folders.data)
    trust_bytes = read_trust(data)
    trust = parse_trust(trust_bytes)
    if trust.service != settings.service.id:
        raise SettingsError(f"service.id: trust.json in {data} is for another service")
    place = live_place(settings, trust_bytes)
    entropy = SystemEntropy()
    store = SqliteStore(data, entropy)
    try:
        runner = LoopRunner if place.is_ram else ThreadRunner
        live = SqliteLive(place.file, entropy, runner=runner)
    except BaseException:
        store.close()
        raise
    world = World(
        live=live,
        store=store,
        bell=ProcessBell(),
        clock=SystemClock(),
        entropy=entropy,
        policy=settings.policy,
        hours=opening_of(settings.opening),
        zone=ZoneInfo(settings.opening.timezone),
    )
    try:
        yield House(settings, world, place, trust, trust_bytes, is_demo, Metrics(), asyncio.Event())
    finally:
        live.close()
        store.close()


def opening_of(opening: settings_of.Opening) -> Opening:
    """The week of the settings as the rules read it."""
    if opening.always:
        return ALWAYS
    week = tuple(tuple(minutes(span) for span in opening.hours.get(day, ())) for day in WEEKDAYS)
    return OpeningHours(week, ZoneInfo(opening.timezone))


def live_place(settings: Settings, trust_bytes: bytes) -> Place:
    """Where live conversations lie."""
    data = Path(settings.folders.data)
    if settings.folders.live:
        folder = Path(settings.folders.live)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Place(folder / FILE, is_ram=False)
    return choose(offers(data, os.environ, trust_bytes), data)


def _directory(settings: Settings) -> Path:
    given = settings.folders.directory
    return Path(given) if given else config_root() / "directory.toml"
