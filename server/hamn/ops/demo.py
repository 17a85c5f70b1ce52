"""`hamn demo`: the whole service on loopback with made-up people, kept in one folder.

The first start makes everything a centre would make: a root key on the operator's side, in a folder
beside the data; `trust.json`; people with generated secrets; a signed roster. The folder appears
whole or not at all. A later start with the same folder finds the same people. Their secrets lie in
`people.json`, which no real service has.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from hamn.app import roster
from hamn.asc1.code import in_groups
from hamn.asc1.roster import parse_trust
from hamn.clock import SystemClock
from hamn.core.words import Role
from hamn.entropy import SystemEntropy
from hamn.ops import demo_rota, demo_times, evening, roots
from hamn.ops.begin import CHECK, CHECK_FILE
from hamn.ops.files import FileRefused, read_secret, write_secret
from hamn.ops.people import Person, add_with_secret
from hamn.ops.shift import SECONDS_A_MINUTE, Shift
from hamn.party.service import Service
from hamn.settings import Settings, overridden, settle
from hamn.store.sqlite import SqliteStore

PLAYING = ("lind", "berg", "dal")
"""Who plays in `--shift`."""
SERVICE = "hamn-demo"
PEOPLE_FILE = "people.json"
ROOT_FILE = "root.pem"
PEOPLE = (
    Person("alm", "Alm", (Role.ADVISER,)),
    Person("berg", "Berg", (Role.ADVISER, Role.MANAGER)),
    Person("dal", "Dal", (Role.ADVISER,)),
    Person("lind", "Lind", (Role.SUPERVISOR, Role.MANAGER)),
    Person("ek", "Ek", (Role.COUNSELLOR,)),
)


@dataclass(frozen=True, slots=True)
class Demo:
    """Where a demo is served and kept."""

    port: int
    data: Path

    @property
    def operator(self) -> Path:
        """The folder that plays the operator's own machine."""
        return self.data.with_name(self.data.name + "-operator")

    @property
    def visitor_url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def staff_url(self) -> str:
        return f"http://localhost:{self.port + 1}"


def settings_of(demo: Demo, environment: Mapping[str, str]) -> Settings:
    """On three ports in a row of loopback; everything else as a real service has it.

    Raises: SettingsError, for what the environment overrides.
    """
    ports = [demo.port + offset for offset in range(3)]
    tables = {
        "service": {
            "id": SERVICE,
            "names": {"sv": "Hamn", "en": "Hamn"},
            "visitor_origins": [demo.visitor_url, f"http://127.0.0.1:{ports[0]}"],
            "staff_origins": [demo.staff_url, f"http://127.0.0.1:{ports[1]}"],
        },
        "listen": {
            "visitors": f"127.0.0.1:{ports[0]}",
            "staff": f"127.0.0.1:{ports[1]}",
            "operator": f"127.0.0.1:{ports[2]}",
        },
        "folders": {"data": str(demo.data)},
        # Whoever tries it out may come in the last half hour of a made-up shift.
        # A talk can be entered a day before its time, so that nobody has to come back for it.
        "policy": {"last_entry": 0, "talk_early": 24 * 3600},
    }
    return settle(overridden(tables, environment))


def prepare(demo: Demo) -> None:
    """Make the folder if there is none, and see to it that roster and rota stand.

    Raises: FileRefused when the folder holds something else.
    """
    if not demo.data.exists() or not any(demo.data.iterdir()):
        _make(demo)
    elif not (demo.data / PEOPLE_FILE).is_file():
        raise FileRefused(f"{demo.data}: holds something that is not a demo; choose another DATA")
    asyncio.run(_renew(demo))


def people(demo: Demo) -> list[dict[str, str]]:
    """Name, role and secret of everyone made up."""
    kept: list[dict[str, str]] = json.loads(read_secret(demo.data / PEOPLE_FILE))
    return kept


def told(demo: Demo) -> str:
    """What a person at the terminal needs to know, and the one line for scripts."""
    everyone = people(demo)
    width = max(len(each["name"]) for each in everyone)
    secrets = "\n".join(
        f"  {each['name']:<{width}}  {in_groups(each['secret'])}" for each in everyone
    )
    line = {"visitor": demo.visitor_url, "staff": demo.staff_url, "people": everyone}
    return f"""
This is a demo: the people are made up. Write nothing real in it.

For visitors:  {demo.visitor_url}
For staff:     {demo.staff_url}   sign in with a name and its 24 digits:

{secrets}

The rota has somebody at all hours, and the door opens when an adviser and a supervisor are there.
So sign in twice, in two windows of different browsers or one private: as alm, and as lind who is on
call. Press "go on duty" in both, open the visitors' page in a third and start a chat. Or sign in as
ek, who holds booked talks, and book one on the visitors' page: ek goes on duty, you go in.

All of it is kept in {demo.data}
The root key that signs who may answer lies beside it, in {demo.operator / ROOT_FILE}
(a real one never touches the server). Stop with Ctrl-C.

{json.dumps(line)}"""


def shift_of(demo: Demo) -> Callable[[], Awaitable[None]]:
    """Four hours of a shift, told line by line; Alm's seat is left to whoever watches."""
    service = Service(demo.visitor_url, demo.staff_url, SystemEntropy().bytes, SystemClock().now)

    async def told_on() -> None:
        secrets = {each["name"]: each["secret"] for each in people(demo)}
        shift = Shift(service, evening.read(), partial(print, flush=True), SECONDS_A_MINUTE)
        await shift.play(secrets, PLAYING)

    return told_on


def _make(demo: Demo) -> None:
    new = demo.data.with_name(demo.data.name + "-new")
    for folder in (new, demo.operator):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700, parents=True)
    root = roots.new_root(demo.operator / ROOT_FILE, SystemEntropy().bytes)
    (new / roots.TRUST_FILE).write_bytes(roots.compose_trust(SERVICE, [root], 1))
    asyncio.run(_add_people(new))
    if demo.data.exists():
        demo.data.rmdir()
    new.rename(demo.data)


async def _add_people(folder: Path) -> None:
    store, now, chance = _store(folder), SystemClock().now(), SystemEntropy().bytes
    try:
        secrets = [
            await add_with_secret(store, each, service=SERVICE, now=now, chance=chance)
            for each in (*PEOPLE, CHECK)
        ]
    finally:
        store.close()
    lines = [
        {"name": person.login, "role": person.roles[0].name.lower(), "secret": secret}
        for person, secret in zip(PEOPLE, secrets, strict=False)
    ]
    write_secret(folder / CHECK_FILE, secrets[-1].encode())
    write_secret(folder / PEOPLE_FILE, json.dumps(lines).encode())


async def _renew(demo: Demo) -> None:
    store, now = _store(demo.data), SystemClock().now()
    hour = int(now // 3600)
    try:
        await demo_rota.lay_out(store, int(now // 86_400))
        await demo_times.lay_out(store, int(now // 86_400))
        everyone = await store.all_staff()
        if roster.outdated(await store.newest_roster(), everyone, hour):
            trust = parse_trust((demo.data / roots.TRUST_FILE).read_bytes())
            content = await roster.draft(store, hour)
            seed = roots.read_root(demo.operator / ROOT_FILE)
            await roster.publish(store, trust, content, roster.sign(content, {0: seed}), hour)
    finally:
        store.close()


def _store(folder: Path) -> SqliteStore:
    return SqliteStore(folder, SystemEntropy())
