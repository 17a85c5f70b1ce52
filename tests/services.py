"""Real servers for tests: `hamn demo` and `hamn serve` as processes on free ports of loopback.

Most tests need the fixture alone:

    async def test_something(demo: DemoServer, new_context: NewContext) -> None:
        page = await (await new_context()).new_page()
        await page.goto(demo.visitor_url)

`demo` is one server per test module; a test that kills it starts it again. A test that wants one of
its own:

    async with DemoServer.in_folder(tmp_path) as server:
        await server.kill()      # SIGKILL, in the middle of whatever it does
        await server.restart()   # the same ports, the same DATA; kills it first if it lives

    server.visitor_url, server.staff_url, server.metrics_url   "http://localhost:PORT"
    server.people                (Person(name, role, secret), ...); server.person("adviser", 0)
    server.data, server.log_path the folder it keeps, all that it printed
    server.pid                   of the process that runs now
    await server.start(), .kill(), .terminate() (SIGTERM, waits for the drain), .restart()

The demo's door opens when an adviser and a supervisor are on duty. So that a test needs an adviser
alone, its supervisor is on call from every start on, over a socket of her own; a test in which
nobody may be on duty says `on_call=False`. Whoever signs in as her takes her place.

`HamnProcess` runs any other command (`hamn serve FILE`) the same way; `binary("redis-server",
"redis-server")` finds a program or skips, and fails where `CI` is set.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import functools
import itertools
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NoReturn, Self

import pytest
import pytest_asyncio

from hamn.asc1 import signin
from hamn.core.rota import Template
from hamn.core.wall import DAY
from hamn.core.words import Role
from hamn.entropy import SystemEntropy
from hamn.ops.demo import Demo, prepare
from hamn.party.adviser import Adviser
from hamn.party.service import Service, believe
from hamn.store.sqlite import SqliteStore
from tests.nursery import Forked, fork
from tests.ports import FIRST_PORT, free_ports

START_SECONDS = 30.0
STOP_SECONDS = 15.0
# The same people sign in all over a run; what their digits become is worked out once for each.
signin.root_from_digits = functools.cache(signin.root_from_digits)


@dataclass(frozen=True, slots=True)
class Person:
    """A made-up member of staff of the demo."""

    name: str
    role: str
    secret: str = field(repr=False)


class ServiceError(AssertionError):
    """A server did not start or stop as it should; carries the end of its log."""


def missing(what: str, package: str) -> NoReturn:
    """Skip the test, or fail it where `CI` is set: a gate that skips is no gate."""
    sentence = f"{what} is not installed: apt-get install {package}"
    if os.environ.get("CI"):
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


def binary(name: str, package: str) -> str:
    """Where a program is, or a skip that says what to install."""
    return shutil.which(name) or missing(name, package)


def live_folder() -> Path:
    """A folder for live conversations, in RAM where there is such a file system; the caller's."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own is made there, 0700
    parent = memory if os.access(memory, os.W_OK) else None
    return Path(tempfile.mkdtemp(prefix="hamn-test-", dir=parent))


def answers(url: str) -> bool:
    """Whether an HTTP address answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 - loopback only
            return bool(response.status == 200)
    except (OSError, urllib.error.URLError):
        return False


class HamnProcess:
    """One `hamn` command as a process of its own, its output in a file.

    The command must be ready soon after `start`; a subclass or the caller says when that is.
    """

    def __init__(self, arguments: Sequence[str], log_path: Path, env: Mapping[str, str]) -> None:
        self.arguments = tuple(arguments)
        self.log_path = log_path
        self.env = dict(env)
        self._process: subprocess.Popen[bytes] | Forked | None = None
        self._log_start = 0

    @property
    def pid(self) -> int:
        assert self._process is not None, "not started"
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def log(self) -> str:
        """All that the present process has printed."""
        text = self.log_path.read_bytes()[self._log_start :]
        return text.decode("utf-8", errors="replace")

    def spawn(self) -> None:
        """Start the command; its readiness is waited for elsewhere."""
        assert not self.is_running, "already running"
        with self.log_path.open("ab") as log:
            self._log_start = log.tell()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "hamn", *self.arguments],
                env=os.environ | {"PYTHONUNBUFFERED": "1"} | self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    async def until_answering(self, url: str) -> None:
        """Wait until `url` answers 200."""
        async with self._deadline(START_SECONDS, f"no answer from {url}"):
            while not await asyncio.to_thread(answers, url):
                await self._a_moment()

    async def kill(self) -> None:
        """SIGKILL: the process gets no chance to say goodbye."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    async def terminate(self) -> int:
        """SIGTERM, then wait for the drain; gives the exit status."""
        assert self._process is not None, "not started"
        self._process.send_signal(signal.SIGTERM)
        async with self._deadline(STOP_SECONDS, "still there after SIGTERM"):
            await asyncio.to_thread(self._process.wait, STOP_SECONDS + 1)
        status = self._process.poll()
        assert status is not None
        return status

    async def _a_moment(self) -> None:
        if not self.is_running:
            raise ServiceError(f"hamn {self.arguments} ended early:\n{self.log()[-4000:]}")
        await asyncio.sleep(0.02)

    @contextlib.asynccontextmanager
    async def _deadline(self, seconds: float, sentence: str) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(seconds):
                yield
        except TimeoutError:
            raise ServiceError(f"{sentence} in {seconds} s:\n{self.log()[-4000:]}") from None


def people_of_the_run(data: Path, *, in_turns: bool) -> None:
    """Put a demo's folders there; its people are made once a run, for secrets are slow to make."""
    made = _made_once(in_turns)
    for name in (data.name, f"{data.name}-operator"):
        shutil.copytree(made.with_name(name.replace(data.name, made.name)), data.with_name(name))


@functools.cache
def _made_once(in_turns: bool) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="hamn-people-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    umask = os.umask(0o077)  # as the command itself has it
    if in_turns:
        prepare(Demo(FIRST_PORT, folder / "data"))
    else:
        people_of_the_run(folder / "data", in_turns=True)
        asyncio.run(_everybody_at_all_hours(folder / "data"))
    os.umask(umask)
    return folder / "data"


async def _everybody_at_all_hours(data: Path) -> None:
    """No turn of the demo's rota ends in the middle of a test, whatever the hour."""
    store, today = SqliteStore(data, SystemEntropy()), int(time.time() // 86_400)
    try:
        version, old = await store.rota(0)
        staff = [each.idx for each in await store.all_staff() if Role.ADVISER in each.roles]
        every = itertools.count(old.next_number)
        more = tuple(
            Template(next(every), on, 0, DAY, Role.ADVISER, idx, today - 1, None)
            for idx in staff
            for on in range(7)
        )
        rota = replace(old, templates=(*old.templates, *more), next_number=next(every))
        assert await store.swap_rota(version, old, rota)
    finally:
        store.close()


class OnCall:
    """The supervisor of a demo, on duty for as long as it runs; she signs in once, for she must
    wait for her digits as everybody does."""

    def __init__(self) -> None:
        self._session: tuple[str, int, bytes] | None = None
        self._adviser: Adviser | None = None
        self.cert = ""
        """Her shift certificate in hex, as visitors are told it."""

    async def end(self) -> None:
        """Off duty; who waits keeps the place, but nobody new comes in."""
        if self._adviser is not None:
            await self._adviser.go_off()

    async def begin(self, server: DemoServer) -> None:
        """On duty; the server hears from her by itself."""
        person = server.person("supervisor")
        service = Service(server.visitor_url, server.staff_url, secrets.token_bytes, time.time)
        if self._session is None:
            adviser = await Adviser.arrive(service, person.name, person.secret)
        else:
            adviser = Adviser(service, await believe(service), person.name, person.secret)
            await adviser.connect()
            await adviser.enter(*self._session)
        self._adviser, self._session = adviser, (adviser.token, adviser.idx, adviser.ik)
        await adviser.go_on()
        self.cert = adviser.make_shift().certificate.raw.hex()


class DemoServer(HamnProcess):
    """`hamn demo` on three free ports with its own DATA folder."""

    def spawn(self) -> None:
        """Fork it from a process that has done the imports; tests/ops starts one alone."""
        assert not self.is_running, "already running"
        self.log_path.touch(0o600)
        self._log_start = self.log_path.stat().st_size
        self._process = fork(self.arguments, os.environ | self.env, self.log_path)

    def __init__(
        self,
        port: int,
        data: Path,
        log_path: Path,
        env: Mapping[str, str],
        *,
        on_call: bool = True,
        in_turns: bool = False,
    ) -> None:
        self._live = live_folder()
        given = {"PORT": str(port), "DATA": str(data), "RUNTIME_DIRECTORY": str(self._live)}
        super().__init__(("demo",), log_path, {**given, **env})
        self.port = port
        self.data = data
        self.metrics_url = f"http://localhost:{port + 2}"
        self.visitor_url = ""
        self.staff_url = ""
        self.people: tuple[Person, ...] = ()
        self.on_call = OnCall() if on_call else None
        self.in_turns = in_turns

    @property
    def live(self) -> Path:
        """The folder for live conversations, as long as no setting names another."""
        return self._live

    @classmethod
    def in_folder(
        cls,
        folder: Path,
        env: Mapping[str, str] | None = None,
        *,
        on_call: bool = True,
        in_turns: bool = False,
    ) -> Self:
        """A demo that keeps its data and its log in `folder`; `env` adds to its environment.

        `in_turns`: with the demo's own rota, in which turns end at 6, 14 and 22.
        """
        port, log_path = free_ports(3), folder / "demo.log"
        data = folder / "data"
        return cls(port, data, log_path, env or {}, on_call=on_call, in_turns=in_turns)

    def person(self, role: str, place: int = 0) -> Person:
        """The member of staff at `place` among those with the role."""
        return [person for person in self.people if person.role == role][place]

    async def start(self) -> None:
        """Start it and wait for its last line, which says where it serves and for whom."""
        if not self.data.exists():
            await asyncio.to_thread(people_of_the_run, self.data, in_turns=self.in_turns)
        self.spawn()
        async with self._deadline(START_SECONDS, "no address line"):
            while (line := self._address_line()) is None:
                await self._a_moment()
        ready = json.loads(line)
        self.visitor_url = ready["visitor"].rstrip("/")
        self.staff_url = ready["staff"].rstrip("/")
        self.people = tuple(Person(p["name"], p["role"], p["secret"]) for p in ready["people"])
        if self.on_call is not None:
            await self.on_call.begin(self)

    async def restart(self) -> None:
        """Kill it if it lives, and start it on the same ports and DATA."""
        await self.kill()
        await self.start()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *reason: object) -> None:
        await self.kill()
        shutil.rmtree(self._live, ignore_errors=True)

    def _address_line(self) -> str | None:
        whole_lines = self.log().split("\n")[:-1]
        found = [line for line in whole_lines if line.startswith('{"visitor"')]
        return found[-1] if found else None


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demo(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[DemoServer]:
    """One demo server per test module; `IN_TURNS = True` in a module about the rota."""
    in_turns = getattr(request.module, "IN_TURNS", False)
    folder = tmp_path_factory.mktemp("demo")
    async with DemoServer.in_folder(folder, in_turns=in_turns) as server:
        yield server
