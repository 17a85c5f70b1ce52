"""What a member of staff is told of the lobby: who waits, rings and calls, which rooms live."""

from __future__ import annotations

from typing import Any


class Lobby:
    """The last of everything told."""

    def __init__(self) -> None:
        self.waiting: dict[str, dict[str, Any]] = {}
        self.offer: str | None = None
        self.standing: dict[str, Any] | None = None
        self.acute: list[dict[str, Any]] = []
        self.letters: dict[str, Any] | None = None
        self.escalations: dict[str, Any] | None = None
        self.board: dict[str, Any] | None = None
        self.live: dict[bytes, list[bytes]] = {}
        """Certificates of the staff in each live room, to a supervisor."""
        self.invites: dict[bytes, tuple[str, bytes]] = {}
        """For what, and whose certificate."""

    def take_of_lobby(self, name: str, fields: dict[str, Any]) -> None:
        """Take one message in."""
        if name in {"standing", "letters", "escalations", "board"}:
            setattr(self, name, fields)
        elif name == "wait":
            self.waiting |= {each["place"]: each for each in fields["add"]}
            for place in fields["del"]:
                self.waiting.pop(place, None)
        elif name == "offer":
            self.offer = fields["place"]
        elif name == "acute":
            self.acute = fields["rooms"]
        elif name == "invite":
            inviter = bytes.fromhex(fields["from"])
            self.invites[bytes.fromhex(fields["room"])] = (fields["why"], inviter)
        elif name == "rooms":
            self._take_live(fields)

    def _take_live(self, fields: dict[str, Any]) -> None:
        for room in fields["del"]:
            self.live.pop(bytes.fromhex(room), None)
        for each in fields["add"]:
            certs = [bytes.fromhex(cert) for cert in each["certs"]]
            self.live[bytes.fromhex(each["id"])] = certs
