"""Conversation and lobby as bytes, and the mark of the form they are written in.

A file whose form differs from this program's is not read: its content counts as lost, and the
store says so by a new `store_id`. So a value never has to be understood across releases.
"""

from __future__ import annotations

import hashlib
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import get_args, get_type_hints

import msgspec

from hamn.core.conversation import Conversation
from hamn.core.waiting import Lobby
from hamn.live.statements import TABLES

_encoder = msgspec.msgpack.Encoder()
_conversations = msgspec.msgpack.Decoder(Conversation)
_lobbies = msgspec.msgpack.Decoder(Lobby)


def form() -> bytes:
    """A hash over the tables and every field that is written."""
    lines = dict.fromkeys([TABLES, *_lines(Conversation), *_lines(Lobby)])
    return hashlib.sha256("\n".join(lines).encode()).digest()


def _lines(kind: object) -> list[str]:
    """Every field and choice that a value of this type can be made of."""
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        own = [f"{kind.__name__}.{field.name}: {hints[field.name]}" for field in fields(kind)]
        return own + [line for field in fields(kind) for line in _lines(hints[field.name])]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [f"{kind.__name__}: {[choice.value for choice in kind]}"]
    return [line for part in get_args(kind) for line in _lines(part)]


def encode(value: Conversation | Lobby) -> bytes:
    """The value's bytes."""
    return _encoder.encode(value)


def conversation(data: bytes) -> Conversation:
    """The conversation that `encode` wrote."""
    return _conversations.decode(data)


def lobby(data: bytes) -> Lobby:
    """The lobby that `encode` wrote."""
    return _lobbies.decode(data)
