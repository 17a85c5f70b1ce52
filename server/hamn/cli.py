"""The `hamn` command: what an operator types, and nothing that decides.

A mistake of the operator is one plain sentence and exit status 1; each command loads what it needs
when it runs, so that `hamn --help` answers at once.
"""

# ruff: noqa: PLC0415 - a command loads what it needs when it runs

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)
CONFIG = click.option(
    "--config",
    type=FILE,
    envvar="HAMN_CONFIG",
    default=Path("hamn.toml"),
    show_default=True,
    help="The settings file.",
)


@contextmanager
def plainly() -> Iterator[None]:
    """Tell a mistake in its own words instead of a trail through the code."""
    from hamn.asc1.bytes import Malformed
    from hamn.live.sqlite import LiveStoreTaken
    from hamn.ops.files import FileRefused
    from hamn.ops.people import PersonRefused
    from hamn.ops.roster import RosterRefused
    from hamn.settings import SettingsError

    try:
        yield
    except (SettingsError, FileRefused, PersonRefused, RosterRefused) as refused:
        raise click.ClickException(str(refused)) from None
    except LiveStoreTaken:
        raise click.ClickException("another process serves from this data folder") from None
    except Malformed as malformed:
        raise click.ClickException(f"a file is not of its form: {malformed}") from None


@click.group()
def main() -> None:
    """Hamn: an anonymous, end-to-end encrypted support chat."""


@main.command()
@click.option("--port", type=click.IntRange(1, 65533), envvar="PORT", default=8080)
@click.option("--data", type=FOLDER, envvar="DATA", help="Kept there; else in a passing folder.")
def demo(port: int, data: Path | None) -> None:
    """Serve everything on loopback with made-up people (PORT, PORT+1 for staff, PORT+2)."""
    from hamn import hardening, logs, serve, wiring
    from hamn.ops import demo as ops

    logs.set_up(sys.stderr)
    hardening.harden()
    hardening.warn_of_swap()
    with tempfile.TemporaryDirectory(prefix="hamn-demo-") as folder, plainly():
        asked = ops.Demo(port, (data or Path(folder) / "data").absolute())
        chosen = ops.settings_of(asked, os.environ)
        ops.prepare(asked)
        with wiring.opened(chosen, is_demo=True) as house:
            serve.run(house, lambda: print(ops.told(asked), flush=True))


@main.command()
@CONFIG
def serve(config: Path) -> None:
    """Serve, with the settings in a file."""
    from hamn import hardening, logs, serve, settings, wiring

    logs.set_up(sys.stderr)
    hardening.harden()
    hardening.warn_of_swap()
    with plainly(), wiring.opened(settings.load(config, os.environ)) as house:
        serve.run(house, lambda: None)


@main.command()
@CONFIG
@click.option("--data", type=FOLDER, required=True, help="Where the service keeps things.")
@click.option("--service", required=True, help="The service id; it never changes.")
@click.option("--visitor-origin", required=True, help="Such as https://stod.example")
@click.option("--staff-origin", required=True, help="Such as https://personal.example")
@click.option("--root", "roots", multiple=True, required=True, help="A root's public key, hex.")
@click.option("--threshold", default=1, show_default=True, help="How many roots must sign.")
def init(
    config: Path,
    data: Path,
    service: str,
    visitor_origin: str,
    staff_origin: str,
    roots: tuple[str, ...],
    threshold: int,
) -> None:
    """Make a data folder, trust.json and a settings file to look through."""
    from hamn.asc1.bytes import unhex
    from hamn.hardening import harden
    from hamn.ops.begin import Beginning, begin
    from hamn.ops.roots import fingerprint

    harden()
    with plainly():
        publics = tuple(unhex(root, 32) for root in roots)
        wanted = Beginning(
            config, data.absolute(), service, visitor_origin, staff_origin, publics, threshold
        )
        trust = begin(wanted)
    click.echo(f"Made {config} and {data}. Root fingerprint, for posters: {fingerprint(trust)}")
    click.echo("Next: look through the settings, `hamn staff invite`, `hamn roster sign`.")


@main.group()
def root() -> None:
    """Root keys, on the operator's own machine."""


@root.command("new")
@click.option("--out", type=FILE, required=True, help="A new file; never on the server.")
@click.option("--service", help="Also show trust.json's fingerprint for this service and root.")
def root_new(out: Path, service: str | None) -> None:
    """Make a root key; prints its public half for `hamn init --root`."""
    from hamn.asc1.roster import parse_trust
    from hamn.entropy import SystemEntropy
    from hamn.hardening import harden
    from hamn.ops import roots

    harden()
    with plainly():
        public = roots.new_root(out, SystemEntropy().bytes)
    click.echo(f"The root key is in {out}. Keep it off the server, and keep a copy on paper.")
    if service:
        trust = parse_trust(roots.compose_trust(service, [public], 1))
        click.echo(f"Root fingerprint, as the only root of {service}: {roots.fingerprint(trust)}")
    click.echo(public.hex())


@main.group()
def staff() -> None:
    """Members of staff."""


@staff.command("invite")
@CONFIG
@click.argument("login")
@click.option("--name", "duty_name", required=True, help="The pseudonym that visitors see.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice(["adviser", "supervisor", "interpreter", "counsellor"]),
)
def staff_invite(config: Path, login: str, duty_name: str, roles: tuple[str, ...]) -> None:
    """Print a link with which a new member makes their own keys, once, within 72 hours."""
    from hamn import settings
    from hamn.clock import SystemClock
    from hamn.entropy import SystemEntropy
    from hamn.hardening import harden
    from hamn.ops.people import ROLES, Person, invite
    from hamn.ops.records import records

    harden()
    with plainly():
        chosen = settings.load(config, os.environ)
        person = Person(login, duty_name, tuple(ROLES[role] for role in roles))
        with records(chosen) as store:
            now, chance = SystemClock().now(), SystemEntropy().bytes
            token = asyncio.run(invite(store, person, now, chance))
    click.echo(f"{chosen.service.staff_origins[0]}/enrol#{token}")


@main.group()
def roster() -> None:
    """Who may answer: draft here, sign where the root is, publish here."""


@roster.command("draft")
@CONFIG
@click.option("--out", type=FOLDER, required=True, help="A new folder to take to the root.")
def roster_draft(config: Path, out: Path) -> None:
    """Write the next roster, and trust.json, for signing elsewhere."""
    from hamn import settings
    from hamn.ops.signing import write_draft

    with plainly():
        write_draft(settings.load(config, os.environ), out)
    click.echo(f"Draft in {out}. Next: `hamn roster sign --draft {out} --root FILE` at the root.")


@roster.command("sign")
@CONFIG
@click.option("--root", "root_file", type=FILE, required=True, help="The root key's file.")
@click.option("--draft", type=FOLDER, help="A draft's folder; the signature is put into it.")
def roster_sign(config: Path, root_file: Path, draft: Path | None) -> None:
    """Sign a draft; without --draft, draft, sign and publish in one step."""
    from hamn import settings
    from hamn.ops import signing

    with plainly():
        if draft is not None:
            missing = signing.sign_draft(draft, root_file)
            click.echo("Ready to publish." if not missing else f"{missing} more must sign.")
        else:
            seq = signing.sign_at_once(settings.load(config, os.environ), root_file)
            click.echo(f"Roster {seq} stands.")


@roster.command("publish")
@CONFIG
@click.option("--draft", type=FOLDER, required=True, help="The signed draft's folder.")
def roster_publish(config: Path, draft: Path) -> None:
    """Check a signed draft and let it stand."""
    from hamn import settings
    from hamn.ops.signing import publish_draft

    with plainly():
        seq = publish_draft(settings.load(config, os.environ), draft)
    click.echo(f"Roster {seq} stands.")


@main.command()
@CONFIG
@click.option("--now", is_flag=True, required=True, help="There is no other time.")
def purge(config: Path, now: bool) -> None:
    """Erase what is due in the records, and leave no deleted byte behind."""
    del now
    from hamn import settings
    from hamn.ops.purge import purge as purge_now

    with plainly():
        count = purge_now(settings.load(config, os.environ))
    click.echo(f"{count} rows went; no deleted byte is left in file or journal.")


@main.command()
@click.argument("url", default="")
@click.option("--staff-url", default="", help="The staff's address, if it is not PORT+1.")
@click.option("--data", type=FOLDER, envvar="DATA", help="Where check.secret lies.")
@click.option("--json", "as_json", is_flag=True, help="One JSON line for scripts.")
@CONFIG
def check(url: str, staff_url: str, data: Path | None, as_json: bool, config: Path) -> None:
    """Hold one real encrypted conversation through the running server."""
    from hamn.ops.checking import Asked, check_and_tell

    with plainly():
        is_ok = check_and_tell(Asked(url, staff_url, data, config, as_json))
    sys.exit(0 if is_ok else 1)
