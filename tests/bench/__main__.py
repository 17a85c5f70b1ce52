"""`make bench`: measures, prints, writes bench.json; docs/figures.md says what the figures mean."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import uvloop

from tests.bench.centre import found, open_rooms, settings_text
from tests.bench.first_load import first_load
from tests.bench.load import Load, flood_bare
from tests.bench.raw import RawSocket, connect
from tests.bench.shown import shown_ms
from tests.ports import free_ports
from tests.services import answers

OUT = Path("bench.json")
ROOMS, SECONDS = 100, 5.0
FRAMES = 600
STEADY, STEADY_SECONDS = 1000, 10.0
IDLE = 2000
SERVER_CPU, LOAD_CPU = 0, 1


@contextlib.contextmanager
def process(*arguments: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A program on the server's processor."""
    command = [sys.executable, "-m", *arguments]
    with log.open("ab") as output:
        started = subprocess.Popen(command, stdout=output, stderr=output)
        with contextlib.suppress(OSError):
            os.sched_setaffinity(started.pid, {SERVER_CPU})
        try:
            yield started
        finally:
            started.kill()
            started.wait()


def resident_kib(pid: int) -> int:
    """Resident memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0])


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used, its own and the kernel's for it."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def until_served(port: int) -> None:
    """Until the first socket is open."""
    while True:
        try:
            await connect(port, "/ws/visitor", lambda *_: None)
        except OSError:
            await asyncio.sleep(0.005)
        else:
            return


async def measure_start(config: Path, port: int, log: Path) -> float:
    """Seconds from starting the program to its first served socket."""
    started = time.perf_counter()
    with process("hamn", "serve", "--config", str(config), log=log):
        await until_served(port)
        return time.perf_counter() - started


async def measure_idle(port: int, pid: int) -> tuple[float, float]:
    """KiB per idle visitor at the door, and connections set up per second."""
    await connect(port, "/ws/visitor", lambda *_: None)
    await asyncio.sleep(0.5)
    before, started = resident_kib(pid), time.perf_counter()
    sockets: list[RawSocket] = []
    for _ in range(IDLE // 50):
        sockets += await asyncio.gather(
            *(connect(port, "/ws/visitor", lambda *_: None) for _ in range(50))
        )
    per_second = IDLE / (time.perf_counter() - started)
    after = resident_kib(pid)
    alive = sum(not socket.is_lost for socket in sockets)
    if alive != IDLE:
        raise AssertionError(f"only {alive} of {IDLE} sockets are open")
    return (after - before) / IDLE, per_second


async def measure(folder: Path) -> dict[str, float]:
    """Everything, one after the other."""
    port, log = free_ports(3), folder / "log"
    config = folder / "hamn.toml"
    config.write_text(settings_text(folder / "data", port), encoding="utf-8")
    desks = await found(folder / "data", ROOMS // 2)
    figures: dict[str, float] = {}
    figures["start_s"] = min([await measure_start(config, port, log) for _ in range(3)])
    with process("hamn", "serve", "--config", str(config), log=log) as server:
        while not answers(f"http://localhost:{port + 2}/readyz"):
            await asyncio.sleep(0.05)
        figures["first_load_bytes"] = first_load(port)
        idle = await measure_idle(port, server.pid)
        figures["kib_per_visitor"], figures["setups_per_s"] = idle
        await asyncio.sleep(16)
        load = Load(port, await open_rooms(port, desks, ROOMS, FRAMES))
        await load.take_over()
        took = await load.steady(STEADY, STEADY_SECONDS)
        figures["ack_p50_ms"] = took[len(took) // 2] * 1000
        figures["ack_p99_ms"] = took[len(took) * 99 // 100] * 1000
        ours = await load.flood(SECONDS, partial(cpu_seconds, server.pid))
    bare_port = free_ports(1)
    with process("tests.bench.bare", str(bare_port), log=log) as relay:
        await asyncio.sleep(1.5)
        frame = load.lanes[0].room.frames[0]
        cpu = partial(cpu_seconds, relay.pid)
        bare = await flood_bare(bare_port, ROOMS, frame, SECONDS, cpu)
    figures["frames_per_s"], figures["frame_cpu_us"] = ours.per_second, ours.cpu_us
    figures["bare_per_s"], figures["bare_cpu_us"] = bare.per_second, bare.cpu_us
    figures["ratio"] = ours.per_second / bare.per_second
    figures["ratio_cpu"] = bare.cpu_us / ours.cpu_us
    figures["machine_load"] = os.getloadavg()[0]
    shown = await shown_ms()
    if shown is not None:
        figures["shown_ms"] = shown
    return figures


def main() -> None:
    """Measure in a temporary folder and write the figures down."""
    with contextlib.suppress(OSError):
        os.sched_setaffinity(0, {LOAD_CPU})
    with tempfile.TemporaryDirectory(prefix="hamn-bench-") as folder:
        figures = uvloop.run(measure(Path(folder)))
    rounded = {name: round(value, 3) for name, value in figures.items()}
    OUT.write_text(json.dumps(rounded, indent=1) + "\n", encoding="utf-8")
    for name, value in rounded.items():
        print(f"{name:>18} {value:>12,}")


if __name__ == "__main__":
    main()
