"""What a step asks the shell to do once its value is stored: wake, wake the lobby, erase.

Effects carry no content and may be performed twice; `app/effects.py` is the only switch over them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from hamn.core.words import RoomId


@dataclass(frozen=True, slots=True)
class Wake:
    """Whoever listens to this topic reads its value again."""

    topic: bytes


@dataclass(frozen=True, slots=True)
class WakeLobby:
    """Whoever waits or is on duty reads the lobby again."""


@dataclass(frozen=True, slots=True)
class Erase:
    """Nothing of this room is to be kept."""

    room: RoomId


Effect: TypeAlias = Wake | WakeLobby | Erase
Effects: TypeAlias = tuple[Effect, ...]
