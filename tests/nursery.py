"""Servers for tests, started quickly: forked from a process that has imported the service already.

    python -m tests.nursery     reads one JSON line a request, answers each with one

    {"arguments": [...], "env": {...}, "log": path}   -> {"pid": n}: `hamn ...` runs
    {"reap": pid}                                     -> {"status": n}: it has ended

What runs is the same program with the same arguments; only its imports were done before. A test of
how the command itself starts takes a process of its own (`HamnProcess`).
"""

from __future__ import annotations

import functools
import json
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import brotli

import hamn.ops.demo
import hamn.serve  # noqa: F401 - imported for those who are forked
from hamn.cli import main
from hamn.edge import assets
from hamn.edge.bare import bare
from hamn.edge.catalogue import read
from hamn.edge.pages import environment
from hamn.settings import web_root

_turn = threading.Lock()


class Forked:
    """One server, as `subprocess.Popen` would show it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._fd = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """Its exit status, once it has ended."""
        return self.wait(0)

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for its end, at most so many seconds."""
        if self.returncode is None and select.select([self._fd], [], [], timeout)[0]:
            self.returncode = int(_asked({"reap": self.pid})["status"])
            os.close(self._fd)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            signal.pidfd_send_signal(self._fd, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def fork(arguments: Sequence[str], env: Mapping[str, str], log: Path) -> Forked:
    """Start a command as a process of its own; what it prints goes to the end of `log`."""
    asked = {"arguments": list(arguments), "env": dict(env), "log": str(log)}
    return Forked(int(_asked(asked)["pid"]))


@functools.cache
def _nursery() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.nursery"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def _asked(request: Mapping[str, Any]) -> dict[str, Any]:
    nursery = _nursery()
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    with _turn:
        nursery.stdin.write(json.dumps(request) + "\n")
        nursery.stdin.flush()
        answer: dict[str, Any] = json.loads(nursery.stdout.readline())
    return answer


# In the nursery ----------------------------------------------------------------------------------


def _warm() -> None:
    """Make the forms of the files once that every server would make for itself."""
    brotli.compress = functools.cache(brotli.compress)
    vars(assets)["bare"] = functools.cache(bare)
    root = web_root()
    for content in assets.gather(root, read(root / "locale", ("sv", "en"))).files.values():
        brotli.compress(content)
    templates = environment(root / "pages")
    for name in templates.list_templates():
        templates.get_template(name)


def _serve() -> None:
    for line in sys.stdin:
        request = json.loads(line)
        if "reap" in request:
            answer = {"status": os.waitstatus_to_exitcode(os.waitpid(request["reap"], 0)[1])}
        else:
            answer = {"pid": _forked(request)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _forked(request: Mapping[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        _run(request)
    return pid


def _run(request: Mapping[str, Any]) -> None:
    os.setsid()
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for old, new in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(old, new)
    os.environ.update(request["env"])
    sys.argv = ["hamn", *request["arguments"]]
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    main()


if __name__ == "__main__":
    _warm()
    _serve()
