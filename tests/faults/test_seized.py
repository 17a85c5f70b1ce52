"""A seized server: what it holds of the people who talk through it (protocol.md section 15, S1-S2).

Files are the databases with their journals, the log, and everything else in the data folder and in
the live store's. The scanner itself is tried on planted secrets, in files and in memory.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from tests.edge.people import taped
from tests.faults.day import Day, begin, finish, live_folder, note_sent
from tests.faults.scanner import Hit, Scanner, files_below, forms
from tests.services import DemoServer

Given = TypeVar("Given")

PLANTED = b'Kanarie \xc3\xa5tta: "planterad h\xc3\xa4r"'


async def beside(scan: Callable[[Given], set[Hit]], given: Given) -> set[Hit]:
    """A scan in a thread, so that the talk's sockets go on answering meanwhile."""
    return await asyncio.to_thread(scan, given)


@pytest.mark.fault
@pytest.mark.check(32, part="server side: memory, databases, journals, logs, tmp")
@pytest.mark.check(31, part="a talk through sockets")
@pytest.mark.check(24, part="tokens in files")
@pytest.mark.check(34, part="erased by code: no byte of ciphertext in file or journal")
async def test_a_seized_server_tells_nothing_of_what_was_said(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    (tmp_path / "tmp").mkdir()
    async with DemoServer.in_folder(tmp_path, {"TMPDIR": str(tmp_path / "tmp")}) as server:
        day = Day()
        with taped() as tape:
            talk = await begin(server, day)
            note_sent(day, tape)
        places = [server.data, server.log_path, tmp_path / "tmp", live_folder(server)]
        secrets, traces = Scanner(day.secrets), Scanner(day.traces)
        assert len(day.secrets) > 20

        # During the talk.
        assert await beside(secrets.in_memory, server.pid) == set()
        assert await beside(secrets.in_files, places) == set()
        assert await beside(traces.in_files, places) == set()
        held = await beside(traces.in_memory, server.pid)
        record_property("traces in memory", sorted({(hit.label, hit.form) for hit in held}))
        ciphertexts = Scanner(day.ciphertexts)
        assert await beside(ciphertexts.in_files, places), "the scan sees what is there"

        # After its end and the purge that its receipt speaks of. The code was shown for it.
        await finish(talk)
        assert await beside(ciphertexts.in_files, places) == set()
        shown = {"code id", "code auth"}
        assert {hit.label for hit in await beside(secrets.in_memory, server.pid)} <= shown
        assert await beside(secrets.in_files, places) == set()
        assert await beside(traces.in_files, places) == set()

        # S6: the same after SIGKILL.
        await server.kill()
        for scanner in (secrets, traces, ciphertexts):
            assert await beside(scanner.in_files, places) == set()


@pytest.mark.parametrize("form", sorted(forms(PLANTED)))
@pytest.mark.parametrize("name", ["hamn.db", "hamn.db-wal", "live.db-shm", "demo.log", "tmp/a"])
def test_the_scanner_finds_what_is_planted_in_a_file(tmp_path: Path, form: str, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"\0" * 4097 + forms(PLANTED)[form] + b"\xff" * 100)

    found = Scanner({"other": b"not there at all", "planted": PLANTED}).in_files([tmp_path])
    assert {(hit.label, hit.where) for hit in found} == {("planted", path.name)}
    assert list(files_below([tmp_path])) == [path]


async def test_the_scanner_finds_what_is_planted_in_memory() -> None:
    program = (
        "import sys; held = bytes.fromhex(sys.stdin.readline()); print(1, flush=True); input()"
    )
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        child.stdin.write(PLANTED.hex().encode() + b"\n")
        await child.stdout.readline()
        found = Scanner({"planted": PLANTED, "other": b"not there at all"}).in_memory(child.pid)
    finally:
        child.kill()
        await child.wait()

    assert {(hit.label, hit.form) for hit in found} >= {("planted", "plain")}
    assert {hit.label for hit in found} == {"planted"}
