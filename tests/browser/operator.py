"""The operator's hand beside a running demo: an invite for someone new, and the roster signed."""

from __future__ import annotations

import subprocess
import sys

from tests.services import DemoServer


def invited(server: DemoServer, login: str, name: str, role: str = "adviser") -> str:
    """The link that a new member is handed."""
    return _operator(server, "staff", "invite", login, "--name", name, "--role", role)


def sign_roster(server: DemoServer) -> None:
    """A root signs everybody who has enrolled."""
    root = server.data.with_name(server.data.name + "-operator") / "root.pem"
    _operator(server, "roster", "sign", "--root", str(root))


def _operator(server: DemoServer, *arguments: str) -> str:
    """What a command of the operator prints about the demo's data."""
    config = server.data.with_name("hamn.toml")
    config.write_text(f"""
[service]
id = "hamn-demo"
names = {{sv = "Hamn", en = "Hamn"}}
visitor_origins = ["{server.visitor_url}"]
staff_origins = ["{server.staff_url}"]
[folders]
data = "{server.data}"
live = "{server.data.with_name("live")}"
""")
    command = [sys.executable, "-m", "hamn", *arguments, "--config", str(config)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
