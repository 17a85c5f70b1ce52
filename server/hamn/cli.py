"""The `hamn` command: what an operator types, and nothing that decides.
Over 400 lines on purpose: whoever looks for a command reads one file.

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
from contextlib import contextmanager, suppress
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
    from hamn.app.roster import RosterRefused
    from hamn.asc1.bytes import Malformed
    from hamn.live.sqlite import LiveStoreTaken
    from hamn.ops.audit import AuditBroken
    from hamn.ops.disclosure import NotAsked
    from hamn.ops.files import FileRefused
    from hamn.ops.people import PersonRefused
    from hamn.settings import SettingsError

    try:
        yield
    except (
        SettingsError,
        FileRefused,
        PersonRefused,
        RosterRefused,
        AuditBroken,
        NotAsked,
    ) as refused:
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
@click.option("--shift", is_flag=True, help="Let four hours of a made-up shift pass, to watch.")
@click.option("--plays", is_flag=True, help="Make three role-plays, and tell how to walk through.")
def demo(port: int, data: Path | None, shift: bool, plays: bool) -> None:
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
            beside = ops.shift_of(asked) if shift else None
            if plays:
                from hamn.ops.walks import plays_of

                beside = plays_of(asked)
            serve.run(house, lambda: print(ops.told(asked), flush=True), beside)


@main.command()
@click.option("--port", type=click.IntRange(1, 65533), envvar="PORT", default=8080)
def demo_brother(port: int) -> None:
    """The brother of the demo's role-plays comes to its door and follows his lines."""
    from hamn.ops.brother import come

    with plainly(), suppress(KeyboardInterrupt):
        asyncio.run(come(port))


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


@root.command("add")
@CONFIG
@click.argument("public")
def root_add(config: Path, public: str) -> None:
    """Let a further root sign: the public half that a supervisor's staff page or `new` shows."""
    from hamn import settings
    from hamn.asc1.bytes import unhex
    from hamn.hardening import harden
    from hamn.ops.records import read_trust
    from hamn.ops.roots import add_root, fingerprint

    harden()
    with plainly():
        data = Path(settings.load(config, os.environ).folders.data)
        read_trust(data)
        trust = add_root(data, unhex(public, 32))
    click.echo(f"{len(trust.roots)} roots stand in trust.json. Start the service again.")
    click.echo(f"Root fingerprint, for new posters: {fingerprint(trust)}")


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
    type=click.Choice(["adviser", "supervisor", "interpreter", "counsellor", "manager"]),
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


@staff.command("revoke")
@CONFIG
@click.argument("login")
def staff_revoke(config: Path, login: str) -> None:
    """End a member's part at once: sessions, sockets, conversations. Then sign a roster."""
    from hamn import settings
    from hamn.clock import SystemClock
    from hamn.ops.people import revoke
    from hamn.ops.records import records

    with plainly(), records(settings.load(config, os.environ)) as store:
        asyncio.run(revoke(store, login, SystemClock().now()))
    click.echo(f"{login} is revoked here. Visitors believe the roster: sign a new one.")


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


@main.group("break-glass")
def break_glass() -> None:
    """The board's key, which opens escalations when every supervisor is lost."""


@break_glass.command("new")
@click.option("--out", type=FILE, required=True, help="A new file; never on the server.")
def break_glass_new(out: Path) -> None:
    """Make the key, on a machine of the board; prints its public half."""
    from hamn.entropy import SystemEntropy
    from hamn.hardening import harden
    from hamn.ops.break_glass import new_key

    harden()
    with plainly():
        public = new_key(out, SystemEntropy().bytes)
    click.echo(f"The key is in {out}. Keep it in a safe, off the server, and a copy elsewhere.")
    click.echo(f"Next, on the server: `hamn break-glass add {public.hex()}`, then sign a roster.")


@break_glass.command("add")
@CONFIG
@click.argument("public")
def break_glass_add(config: Path, public: str) -> None:
    """Let the next roster name this public key; escalations are sealed to it from then on."""
    from hamn import settings
    from hamn.asc1.bytes import unhex
    from hamn.ops.break_glass import name_key

    with plainly():
        name_key(settings.load(config, os.environ), unhex(public, 32))
    click.echo("The next roster names it: sign one. What is sealed before that, it does not open.")


@break_glass.command("remove")
@CONFIG
@click.argument("public")
def break_glass_remove(config: Path, public: str) -> None:
    """Let the next roster no longer name this public key."""
    from hamn import settings
    from hamn.asc1.bytes import unhex
    from hamn.ops.break_glass import name_key

    with plainly():
        name_key(settings.load(config, os.environ), unhex(public, 32), is_gone=True)
    click.echo("The next roster no longer names it: sign one.")


@break_glass.command("export")
@CONFIG
@click.option("--out", type=FOLDER, required=True, help="A new folder to take to the board.")
def break_glass_export(config: Path, out: Path) -> None:
    """Write what is sealed to the board's key; nothing of it can be read here."""
    from hamn import settings
    from hamn.ops.break_glass import take_out

    with plainly():
        count = take_out(settings.load(config, os.environ), out)
    click.echo(f"{count} envelopes are in {out}.")
    click.echo(f"Next, at the board: `hamn break-glass open --key FILE {out}`.")


@break_glass.command("open")
@click.option("--key", type=FILE, required=True, help="The board's key file.")
@click.argument("folder", type=FOLDER)
def break_glass_open(key: Path, folder: Path) -> None:
    """Print what the envelopes of a folder say, one JSON line each. Needs no server."""
    from hamn.hardening import harden
    from hamn.ops.break_glass import opened

    harden()
    with plainly():
        for line in opened(folder, key):
            click.echo(line)


@main.group()
def audit() -> None:
    """What staff did: a chain of lines that cannot be changed unseen."""


@audit.command("verify")
@CONFIG
@click.option("--head", "heads", multiple=True, help="NUMBER:HASH as a member's screen shows it.")
def audit_verify(config: Path, heads: tuple[str, ...]) -> None:
    """Check every line; with --head also that none was cut off since somebody looked."""
    from hamn import settings
    from hamn.ops.audit import verify

    with plainly():
        click.echo(asyncio.run(verify(settings.load(config, os.environ), heads)))


@audit.command("show")
@CONFIG
def audit_show(config: Path) -> None:
    """Print every line: number, time, deed, by whom, about whom, detail."""
    from hamn import settings
    from hamn.ops.audit import shown

    with plainly():
        for line in asyncio.run(shown(settings.load(config, os.environ))):
            click.echo(line)


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


@main.command("disclosure-report")
@click.option("--room", default="", help="The id of a conversation, 32 hex digits.")
@CONFIG
def disclosure_report(room: str, config: Path) -> None:
    """Print everything that the service holds about one return code, or one conversation.

    The code is asked for, and stands neither on the command line nor on the screen.
    """
    from hamn import settings
    from hamn.ops import disclosure

    with plainly():
        chosen = settings.load(config, os.environ)
        if room:
            held = disclosure.of_room(chosen, disclosure.read_room(room))
        else:
            typed = click.prompt("Return code", hide_input=True, default="", show_default=False)
            held = disclosure.of_code(chosen, typed)
    for line in disclosure.lines(held):
        click.echo(line)


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
