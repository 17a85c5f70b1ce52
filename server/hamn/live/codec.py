"""Conversation and lobby as bytes, and the mark of the form they are written in.

A file whose form differs from this program's is not read: its content counts as lost, and the
store says so by a new `store_id`. So a value never has to be understood across releases.
"""

from __future__ import annotations

import hashlib
from dataclasses import is_dataclass, replace
from enum import Enum
from typing import get_args, get_type_hints

import msgspec

from hamn.core.conversation import Conversation
from hamn.core.relay import EMPTY, Relay
from hamn.core.waiting import Lobby
from hamn.live.statements import TABLES

_encoder = msgspec.msgpack.Encoder()
_conversations = msgspec.msgpack.Decoder(Conversation)
_relays = msgspec.msgpack.Decoder(Relay)
_lobbies = msgspec.msgpack.Decoder(Lobby)


def form() -> bytes:
    """A hash over the tables and every field that is written."""
    lines = dict.fromkeys([TABLES, *_lines(Conversation), *_lines(Lobby)])
    return hashlib.sha256("\n".join(lines).encode()).digest()


def _lines(kind: object) -> list[str]:
    """Every field and choice that a value of this type can be made of."""
    if isinstance(kind, type) and (is_dataclass(kind) or hasattr(kind, "_fields")):
        hints = get_type_hints(kind)
        own = [f"{kind.__name__}.{name}: {hint}" for name, hint in hints.items()]
        return own + [line for hint in hints.values() for line in _lines(hint)]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [f"{kind.__name__}: {[choice.value for choice in kind]}"]
    return [line for part in get_args(kind) for line in _lines(part)]


def encode(value: Conversation | Relay | Lobby) -> bytes:
    """The value's bytes; a conversation's without its relay, which has its own."""
    if isinstance(value, Conversation):
        value = replace(value, relay=EMPTY)
    return _encoder.encode(value)


def conversation(data: bytes, relay: bytes) -> Conversation:
    """The conversation that `encode` wrote in two parts."""
    return replace(_conversations.decode(data), relay=_relays.decode(relay))


def lobby(data: bytes) -> Lobby:
    """The lobby that `encode` wrote."""
    return _lobbies.decode(data)
