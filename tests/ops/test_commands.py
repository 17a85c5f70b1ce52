"""The operator's way from nothing to a service that answers, by the commands alone."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from hamn.asc1.roster import parse_roster, parse_trust, verify
from hamn.clock import SystemClock
from hamn.settings import load
from tests.edge.raw import ask, request
from tests.ports import free_ports
from tests.services import HamnProcess


def hamn(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hamn", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def said(folder: Path, *arguments: str) -> str:
    """What a command that must succeed prints."""
    done = hamn(folder, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def refusal(folder: Path, *arguments: str) -> str:
    """The one sentence of a command that must fail."""
    done = hamn(folder, *arguments)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a root key, settings and data, made by the commands."""
    folder = tmp_path_factory.mktemp("centre")
    port = free_ports(3)
    public = said(folder, "root", "new", "--out", "root.pem").splitlines()[-1]
    said(
        folder,
        *("init", "--config", "hamn.toml", "--data", "data", "--service", "stod"),
        *("--visitor-origin", f"http://localhost:{port}"),
        *("--staff-origin", f"http://localhost:{port + 1}", "--root", public),
    )
    text = (folder / "hamn.toml").read_text()
    for offset in range(3):
        text = text.replace(f"127.0.0.1:{8080 + offset}", f"127.0.0.1:{port + offset}")
    (folder / "hamn.toml").write_text(text)
    return folder


def test_a_root_key_is_for_its_owner_and_never_overwritten(centre: Path) -> None:
    before = (centre / "root.pem").read_bytes()

    assert stat.S_IMODE((centre / "root.pem").stat().st_mode) == 0o600
    assert "exists already" in refusal(centre, "root", "new", "--out", "root.pem")
    assert (centre / "root.pem").read_bytes() == before


def test_beginning_twice_changes_nothing(centre: Path) -> None:
    before = (centre / "data" / "trust.json").read_bytes()
    again = ("init", "--data", "data", "--service", "other", "--root", "0" * 64)
    origins = ("--visitor-origin", "http://localhost:1", "--staff-origin", "http://localhost:2")

    assert "exists already" in refusal(centre, *again, *origins)
    assert (centre / "data" / "trust.json").read_bytes() == before


def test_a_root_that_others_may_read_signs_nothing(centre: Path, tmp_path: Path) -> None:
    open_to_all = tmp_path / "root.pem"
    open_to_all.write_bytes((centre / "root.pem").read_bytes())
    open_to_all.chmod(0o644)

    assert "others may read it" in refusal(centre, "roster", "sign", "--root", str(open_to_all))


def test_a_strangers_root_signs_nothing(centre: Path, tmp_path: Path) -> None:
    said(tmp_path, "root", "new", "--out", "other.pem")
    other = str(tmp_path / "other.pem")

    assert "is not one of the roots" in refusal(centre, "roster", "sign", "--root", other)


def test_a_further_root_is_added_after_those_that_stand_and_signs(tmp_path: Path) -> None:
    publics = [said(tmp_path, "root", "new", "--out", f"{n}.pem").splitlines()[-1] for n in "ab"]
    origins = ("--visitor-origin", "http://localhost:1", "--staff-origin", "http://localhost:2")
    said(tmp_path, "init", "--data", "data", "--service", "s", "--root", publics[0], *origins)
    before = parse_trust((tmp_path / "data" / "trust.json").read_bytes())

    told = said(tmp_path, "root", "add", publics[1])

    after = parse_trust((tmp_path / "data" / "trust.json").read_bytes())
    assert ([each.hex() for each in after.roots], after.threshold) == (publics, before.threshold)
    assert after.fingerprint != before.fingerprint
    assert " ".join(f"{value:04}" for value in after.fingerprint) in told
    assert "has this root already" in refusal(tmp_path, "root", "add", publics[1])
    assert said(tmp_path, "roster", "sign", "--root", "b.pem")


def test_an_invite_is_a_link_with_its_token_after_the_hash(centre: Path) -> None:
    link = said(centre, "staff", "invite", "anna", "--name", "Alm", "--role", "adviser").strip()
    again = said(centre, "staff", "invite", "anna", "--name", "Alm", "--role", "adviser").strip()
    start, _, token = link.partition("/enrol#")

    assert start == load(centre / "hamn.toml", {}).service.staff_origins[0]
    assert len(bytes.fromhex(token)) == 32
    assert again != link
    assert "login name" in refusal(
        centre, "staff", "invite", "A", "--name", "x", "--role", "adviser"
    )


def test_a_roster_is_signed_elsewhere_and_stands_once(centre: Path, tmp_path: Path) -> None:
    draft = str(tmp_path / "draft")
    said(centre, "roster", "draft", "--out", draft)
    assert "signatures" in refusal(centre, "roster", "publish", "--draft", draft)

    root = str(centre / "root.pem")
    said(tmp_path, "roster", "sign", "--draft", draft, "--root", root)
    assert "Roster" in said(centre, "roster", "publish", "--draft", draft)

    assert "draft again" in refusal(centre, "roster", "publish", "--draft", draft)
    content = (tmp_path / "draft" / "roster.json").read_bytes()
    trust = parse_trust((centre / "data" / "trust.json").read_bytes())
    hour = int(SystemClock().now() // 3600)
    roster = verify(content, (tmp_path / "draft" / "roster.sig").read_bytes(), trust, hour=hour)
    assert [member.duty_name for member in roster.members] == ["check"]


def test_a_changed_draft_is_refused(centre: Path, tmp_path: Path) -> None:
    draft = tmp_path / "draft"
    said(centre, "roster", "draft", "--out", str(draft))
    said(centre, "roster", "sign", "--draft", str(draft), "--root", str(centre / "root.pem"))
    content = (draft / "roster.json").read_bytes()
    (draft / "roster.json").write_bytes(content.replace(b'"check"', b'"chuck"'))

    assert "signatures" in refusal(centre, "roster", "publish", "--draft", str(draft))


def test_purging_says_what_went(centre: Path) -> None:
    assert "no deleted byte is left" in said(centre, "purge", "--now")
    assert hamn(centre, "purge").returncode == 2


def test_a_wrong_setting_stops_the_service_in_plain_words(centre: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hamn", "serve"],
        cwd=centre,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"HAMN_SERVICE__COLOUR": "blue"},
    )

    assert done.returncode == 1
    assert done.stderr == "Error: service.colour: is not a setting\n"


def test_help_names_every_command() -> None:
    text = said(Path.cwd(), "--help")

    for command in ("check", "demo", "init", "purge", "root", "roster", "serve", "staff"):
        assert f"\n  {command} " in text


async def test_a_service_made_by_the_commands_answers_and_checks_itself(
    centre: Path, tmp_path: Path
) -> None:
    config = ("--config", str(centre / "hamn.toml"))
    said(centre, "roster", "sign", "--root", "root.pem")
    settings = load(centre / "hamn.toml", {})
    port = int(settings.listen.visitors.rpartition(":")[2])
    server = HamnProcess(("serve", *config), tmp_path / "log", {})
    server.spawn()
    try:
        await server.until_answering(f"http://localhost:{port}/healthz")
        served = await ask(port, request(port, "/.well-known/asc/roster.json"))
        checked = hamn(centre, "check", *config)
    finally:
        await server.kill()

    assert parse_roster(served.body).member(1) is not None
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert checked.stdout.endswith("All is well.\n")
