"""One writer, and natural group commit: whoever waits while a commit runs shares the next one.

There is no timer. The first piece of work goes at the end of the loop's present turn, and while it
is being committed the rest gathers; so a quiet service answers at once and a busy one commits in
large groups. Each piece is answered after its commit, all of a group by one wake-up of the loop.

A caller that is cancelled gets no answer; its work is done or not done all the same.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar, cast

from hamn.app.ports import StoreFull
from hamn.sqlite.files import empty_journal, give_back, roll_back, told

Result = TypeVar("Result")
Work = TypeVar("Work")
Outcome = object | BaseException


class Runner(Protocol):
    """Where blocking work is done; a simulation does it on the spot."""

    def run(self, job: Callable[[], None]) -> None:
        """Do `job` once, in the order of the calls."""

    def stop(self) -> None:
        """Wait for jobs that were given; no more follow."""


class LoopRunner:
    """Does the work in the loop: for a file in RAM, where a commit waits for nothing and is done
    sooner than two threads change places."""

    def __init__(self, name: str) -> None:
        del name

    def run(self, job: Callable[[], None]) -> None:
        job()

    def stop(self) -> None:
        return


class ThreadRunner:
    """A thread of its own: SQLite waits for the disk there, and not in the loop."""

    def __init__(self, name: str) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._loop, name=name, daemon=True)
        self._thread.start()

    def run(self, job: Callable[[], None]) -> None:
        self._jobs.put(job)

    def stop(self) -> None:
        self._jobs.put(None)
        self._thread.join()

    def _loop(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()


@dataclass(frozen=True, slots=True)
class Alone:
    """A piece of work that can't share a transaction."""

    do: Callable[[sqlite3.Connection], object]


class GroupCommit(Generic[Work]):
    """Takes work from one event loop and commits it in groups. `apply` does a group's work inside
    a transaction and gives one outcome for each piece; `done` hears of each in the loop, before
    anyone is answered and whether or not the caller still waits."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        apply: Callable[[sqlite3.Connection, list[Work]], list[object]],
        done: Callable[[Work, object], None],
        runner: Runner,
    ) -> None:
        self._connection = connection
        self._apply = apply
        self._done = done
        self._runner = runner
        self._waiting: list[tuple[Work | Alone, asyncio.Future[object]]] = []
        self._is_busy = False

    async def do(self, work: Work) -> object:
        """Have `work` committed; its outcome.

        Raises: StoreFull when the disk has no room; what `apply` raised for this piece alone.
        """
        return await self._answer(work)

    async def alone(self, do: Callable[[sqlite3.Connection], Result]) -> Result:
        """Have something done between two commits."""
        return cast("Result", await self._answer(Alone(do)))

    async def purge(self) -> None:
        """Leave no deleted byte in file or journal; other work goes on in between.

        Raises: PurgeBlocked when a reader held the journal.
        """
        while await self.alone(give_back):
            pass
        await self.alone(empty_journal)

    def _answer(self, work: Work | Alone) -> asyncio.Future[object]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[object] = loop.create_future()
        self._waiting.append((work, answer))
        if not self._is_busy:
            self._is_busy = True
            loop.call_soon(self._next, loop)
        return answer

    def _next(self, loop: asyncio.AbstractEventLoop) -> None:
        group, self._waiting = self._waiting, []
        self._is_busy = bool(group)
        if not group:
            return

        def job() -> None:
            outcomes = commit(self._connection, [work for work, _ in group], self._apply)
            try:
                loop.call_soon_threadsafe(self._tell, loop, group, outcomes)
            except RuntimeError:  # the loop is closed, nobody waits
                return

        self._runner.run(job)

    def _tell(
        self,
        loop: asyncio.AbstractEventLoop,
        group: list[tuple[Work | Alone, asyncio.Future[object]]],
        outcomes: list[Outcome],
    ) -> None:
        for (work, _), outcome in zip(group, outcomes, strict=True):
            if not isinstance(work, Alone) and not isinstance(outcome, BaseException):
                self._done(work, outcome)
        for (_, answer), outcome in zip(group, outcomes, strict=True):
            if answer.done():
                continue
            if isinstance(outcome, BaseException):
                answer.set_exception(outcome)
            else:
                answer.set_result(outcome)
        self._next(loop)


def commit(
    connection: sqlite3.Connection,
    group: list[Work | Alone],
    apply: Callable[[sqlite3.Connection, list[Work]], list[object]],
) -> list[Outcome]:
    """Do a group in order; what can share a transaction shares one."""
    outcomes: list[Outcome] = []
    shared: list[Work] = []
    for work in group:
        if not isinstance(work, Alone):
            shared.append(work)
            continue
        outcomes += _commit_shared(connection, shared, apply)
        shared = []
        outcomes.append(_attempt(connection, work.do))
    return outcomes + _commit_shared(connection, shared, apply)


def _commit_shared(
    connection: sqlite3.Connection,
    shared: list[Work],
    apply: Callable[[sqlite3.Connection, list[Work]], list[object]],
) -> list[Outcome]:
    if not shared:
        return []

    def transaction(connection: sqlite3.Connection) -> list[object]:
        connection.execute("BEGIN IMMEDIATE")
        outcomes = apply(connection, shared)
        connection.execute("COMMIT")
        return outcomes

    outcome = _attempt(connection, transaction)
    if not isinstance(outcome, BaseException):
        return cast("list[Outcome]", outcome)
    if len(shared) == 1 or isinstance(outcome, StoreFull):
        return [outcome] * len(shared)
    # One piece is faulty; it must not take the others with it.
    return [answer for one in shared for answer in _commit_shared(connection, [one], apply)]


def _attempt(connection: sqlite3.Connection, do: Callable[[sqlite3.Connection], object]) -> Outcome:
    """The outcome of `do`, or what it raised, with nothing changed."""
    try:
        return do(connection)
    except sqlite3.Error as error:
        roll_back(connection)
        return told(error)
    except Exception as error:  # noqa: BLE001  (told to the caller, in the caller's task)
        roll_back(connection)
        return error
