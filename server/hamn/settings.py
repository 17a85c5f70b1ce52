"""The settings in force: one TOML file, overridden by the environment, as one frozen value.

`HAMN_SECTION__KEY` overrides `[section] key`; what reads as a TOML value is taken as one, anything
else as text. An unknown key, a value out of range or an origin without TLS outside loopback is
refused in a sentence that names the key. Nothing here is secret: secrets lie in files of the data
folder that only their owner may read.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta, Struct

from hamn.core.policy import Policy, ReportingMode
from hamn.core.words import Seconds

PREFIX = "HAMN_"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Text = Annotated[str, Meta(min_length=1, max_length=200)]
SPAN = re.compile("([0-2][0-9]):([0-5][0-9])-([0-2][0-9]):([0-5][0-9])")
Days = Annotated[int, Meta(ge=1, le=366)]


class SettingsError(Exception):
    """The settings cannot be used; the text says which key and what is wrong, in plain words."""


class Section(Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file; a key it does not know is refused."""


class Service(Section, frozen=True):
    """Who this is, and where."""

    id: Text
    """The service id in `trust.json`; never changes, since return codes are derived with it."""
    names: dict[str, Text]
    """Language -> the name on the page. The first one is the default language."""
    visitor_origins: Annotated[list[str], Meta(min_length=1)]
    staff_origins: Annotated[list[str], Meta(min_length=1)]
    exit_url: str = "https://www.wikipedia.org/"
    """The neutral page that the quick exit ends at."""
    phone: str = ""
    """A number people can call instead, or nothing."""
    blocked_words: list[Text] = []
    """More beginnings of words that ask for a second look at a row of the sheet."""
    reporting_mode: ReportingMode = ReportingMode.RECOMMENDATION
    """How the work stands to the duty to report a concern: recommendation, statutory or mixed."""


class Listen(Section, frozen=True):
    """`HOST:PORT`, `[HOST]:PORT` or `unix:/path`."""

    visitors: str = "127.0.0.1:8080"
    staff: str = "127.0.0.1:8081"
    operator: str = "127.0.0.1:8082"
    """Readiness and metrics; never for the public."""
    visitor_connections: Annotated[int, Meta(ge=1, le=1_000_000)] = 4096
    staff_connections: Annotated[int, Meta(ge=1, le=1_000_000)] = 512


class Folders(Section, frozen=True):
    """Where things are kept."""

    data: str = "/var/lib/hamn"
    live: str = ""
    """Where live conversations lie; empty: the best RAM file system there is."""
    directory: str = ""
    """The file of help lines; empty: the one that came with Hamn."""


class Opening(Section, frozen=True):
    """When the door is open, by the clock on the centre's wall."""

    timezone: str = "Europe/Stockholm"
    needs_supervisor: bool = True
    always: bool = False
    hours: dict[str, list[str]] = {}
    """Weekday -> spans such as "17:00-22:00"; 24:00 is midnight."""


class Retention(Section, frozen=True):
    """How long things are kept (product.md section 7)."""

    code_days: Days = 90
    pause_hours: Annotated[int, Meta(ge=1, le=72)] = 24
    message_days: Annotated[int, Meta(ge=1, le=14)] = 14
    case_days: Annotated[int, Meta(ge=30, le=3650)] = 365
    booking_days: Annotated[int, Meta(ge=1, le=14)] = 14
    backup_days: Days = 7
    escalation_days: Annotated[int, Meta(ge=1, le=30)] = 30
    """After somebody has touched it last."""
    inquiry_days: Annotated[int, Meta(ge=1, le=30)] = 30
    """A referral or a request: after its decision, or undecided."""


class Settings(Section, frozen=True):
    """All of it."""

    service: Service
    listen: Listen = Listen()
    folders: Folders = Folders()
    opening: Opening = Opening()
    retention: Retention = Retention()
    policy: Policy = Policy()


def load(path: Path, environment: Mapping[str, str]) -> Settings:
    """Read the file and the environment.

    Raises: SettingsError.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: is not TOML: {error}") from None
    return settle(overridden(tables, environment))


def settle(tables: Mapping[str, Any]) -> Settings:
    """The settings that the tables mean, or a `SettingsError`."""
    _refuse_unknown_policy(tables.get("policy", {}))
    try:
        settings = msgspec.convert(tables, Settings)
    except msgspec.ValidationError as error:
        raise SettingsError(_sentence(error)) from None
    for origin in (*settings.service.visitor_origins, *settings.service.staff_origins):
        check_origin(origin)
    _check_apart(settings.service)
    _check_opening(settings.opening)
    if urlsplit(settings.service.exit_url).scheme != "https":
        raise SettingsError("service.exit_url: must be an https address")
    return msgspec.structs.replace(settings, policy=_policy(settings))


def overridden(tables: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """The tables with what `HAMN_SECTION__KEY` says put in their place."""
    new = {
        name: dict(table) if isinstance(table, dict) else table for name, table in tables.items()
    }
    for name, text in environment.items():
        section, separator, key = name.removeprefix(PREFIX).lower().partition("__")
        if name.startswith(PREFIX) and separator:
            table = new.setdefault(section, {})
            if not isinstance(table, dict):
                raise SettingsError(f"{name}: `{section}` is not a table")
            table[key] = _value(text)
    return new


def digest_of(settings: Settings) -> str:
    """16 hex digits that are others when any setting is; for the audit log."""
    return hashlib.sha256(msgspec.json.encode(settings, order="sorted")).hexdigest()[:16]


def check_origin(origin: str) -> None:
    """An origin as browsers write it: https, or http on this very machine or an onion address."""
    parts = urlsplit(origin)
    host = parts.hostname or ""
    if f"{parts.scheme}://{parts.netloc}" != origin or origin != origin.lower() or not host:
        raise SettingsError(f"{origin}: must be scheme://host or scheme://host:port, lower case")
    if parts.scheme == "https" or (parts.scheme == "http" and _needs_no_tls(host)):
        return
    raise SettingsError(
        f"{origin}: must be https. Without TLS anybody on the way can read and change the pages; "
        "http is for loopback and onion addresses alone"
    )


def hosts_of(origins: frozenset[str]) -> frozenset[str]:
    """The Host headers that pages of these origins send."""
    return frozenset(urlsplit(origin).netloc for origin in origins)


def minutes(span: str) -> tuple[int, int]:
    """The span "17:00-22:00" as minutes of the day, from and to."""
    found = SPAN.fullmatch(span)
    if found is None:
        raise SettingsError(f'opening.hours: {span} is not a span such as "17:00-22:00"')
    start, end = (int(found[at]) * 60 + int(found[at + 1]) for at in (1, 3))
    if not start < end <= 24 * 60:
        raise SettingsError(
            f"opening.hours: {span} must end after it starts, by 24:00 at the latest"
        )
    return start, end


def web_root() -> Path:
    """The folder of pages, scripts and words: inside the wheel, or beside `server/`."""
    inside = Path(__file__).parent / "_web"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "web"


def config_root() -> Path:
    """The folder of the files that come with Hamn to be looked at or copied."""
    inside = Path(__file__).parent / "_config"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "config"


def _policy(settings: Settings) -> Policy:
    return replace(
        settings.policy,
        needs_supervisor=settings.opening.needs_supervisor,
        code_days=settings.retention.code_days,
        message_days=settings.retention.message_days,
        case_days=settings.retention.case_days,
        booking_days=settings.retention.booking_days,
        backup_days=settings.retention.backup_days,
        escalation_days=settings.retention.escalation_days,
        inquiry_days=settings.retention.inquiry_days,
        reporting_mode=settings.service.reporting_mode,
        pause=Seconds(settings.retention.pause_hours * 3600),
    )


def _refuse_unknown_policy(table: object) -> None:
    if not isinstance(table, dict):
        raise SettingsError("policy: must be a table")
    elsewhere = {
        *("needs_supervisor", "reporting_mode"),
        *("code_days", "pause", "message_days", "booking_days", "backup_days"),
        *("escalation_days", "case_days", "inquiry_days"),
    }
    for key, value in table.items():
        if key not in {field.name for field in fields(Policy)} - elsewhere:
            raise SettingsError(f"policy.{key}: is not a setting")
        if isinstance(value, (int, float)) and value < 0:
            raise SettingsError(f"policy.{key}: must not be negative")


def _check_apart(service: Service) -> None:
    if set(service.visitor_origins) & set(service.staff_origins):
        raise SettingsError("service.staff_origins: must not be an origin of the visitors")
    for language in service.names:
        if not (len(language) == 2 and language.isascii() and language.islower()):
            raise SettingsError(f"service.names: {language} is not a language of two letters")
    if not service.names:
        raise SettingsError("service.names: needs a name in at least one language")


def _check_opening(opening: Opening) -> None:
    try:
        ZoneInfo(opening.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingsError(f"opening.timezone: {opening.timezone} is not known here") from None
    for day, spans in opening.hours.items():
        if day not in WEEKDAYS:
            raise SettingsError(
                f"opening.hours.{day}: is not a day; they are {', '.join(WEEKDAYS)}"
            )
        for span in spans:
            minutes(span)


def _needs_no_tls(host: str) -> bool:
    if host == "localhost" or host.endswith((".localhost", ".onion")):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _sentence(error: msgspec.ValidationError) -> str:
    """msgspec ends its sentence with "- at `$.section.key`"; people read the key first."""
    text, _, where = str(error).partition(" - at `$")
    key = where.strip("`").lstrip(".")
    unknown = text.removeprefix("Object contains unknown field `")
    if unknown != text:
        return ".".join(filter(None, (key, unknown.strip("`")))) + ": is not a setting"
    return f"{key}: {text}" if key else text
