"""The `hamn` command: what an operator types, and nothing that decides.

A mistake of the operator is one plain sentence and exit status 2; each command loads what it needs
when it runs, so that `hamn --help` answers at once.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from hamn import logs

CONFIG = click.option(
    "--config",
    "config",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="HAMN_CONFIG",
    default=Path("hamn.toml"),
    show_default=True,
    help="The settings file.",
)


@contextmanager
def plainly() -> Iterator[None]:
    """Tell a mistake in its own words instead of a trail through the code."""
    from hamn.live.sqlite import LiveStoreTaken  # noqa: PLC0415 - what a command needs, when it runs
    from hamn.ops.files import FileRefused  # noqa: PLC0415 - the same
    from hamn.settings import SettingsError  # noqa: PLC0415 - the same

    try:
        yield
    except (SettingsError, FileRefused) as refused:
        raise click.ClickException(str(refused)) from None
    except LiveStoreTaken:
        raise click.ClickException("another process serves from this data folder") from None


@click.group()
def main() -> None:
    """Hamn: an anonymous, end-to-end encrypted support chat."""


@main.command()
@click.option("--port", type=click.IntRange(1, 65533), envvar="PORT", default=8080)
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), envvar="DATA")
def demo(port: int, data: Path | None) -> None:
    """Serve everything on loopback with made-up people (PORT, PORT+1 for staff, PORT+2)."""
    from hamn import serve, wiring  # noqa: PLC0415 - the same
    from hamn.ops import demo as ops  # noqa: PLC0415 - the same

    logs.set_up(sys.stderr)
    serve.harden()
    with tempfile.TemporaryDirectory(prefix="hamn-demo-") as folder, plainly():
        asked = ops.Demo(port, (data or Path(folder) / "data").absolute())
        ops.prepare(asked)
        with wiring.opened(ops.settings_of(asked), is_demo=True) as house:
            serve.run(house, lambda: print(ops.told(asked), flush=True))


@main.command()
@CONFIG
def serve(config: Path) -> None:
    """Serve, with the settings in a file."""
    from hamn import serve as serving  # noqa: PLC0415 - the same
    from hamn import settings, wiring  # noqa: PLC0415 - the same

    logs.set_up(sys.stderr)
    serving.harden()
    with plainly(), wiring.opened(settings.load(config, os.environ)) as house:
        serving.run(house, lambda: None)
