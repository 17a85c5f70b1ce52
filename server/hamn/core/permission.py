"""Who may do what: one table of roles and acts. What does not stand in it is denied."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from hamn.core.words import Role


class Act(Enum):
    """What a visitor or a member of staff may ask of the server, in this release."""

    WAIT = "wait"
    WRITE = "write"
    END = "end"
    KEEP_CODE = "keep a code"
    ERASE = "erase everything"
    REJOIN = "come back with the code"
    GO_ON_DUTY = "go on duty"
    CLAIM = "claim a place"
    COMMIT = "commit"
    INVITE = "invite a colleague"
    JOIN_INVITED = "join when invited"
    JOIN_UNINVITED = "join a live room, announced"
    SEE_LIVE_ROOMS = "see ids of live rooms"
    LEAVE = "leave a room"


_IN_ROOMS = frozenset({Act.WRITE, Act.COMMIT, Act.JOIN_INVITED, Act.LEAVE, Act.GO_ON_DUTY})
_ADVISES = _IN_ROOMS | {Act.CLAIM, Act.INVITE}

PERMISSIONS: dict[Role, frozenset[Act]] = {
    Role.VISITOR: frozenset(
        {Act.WAIT, Act.WRITE, Act.END, Act.KEEP_CODE, Act.ERASE, Act.REJOIN},
    ),
    Role.ADVISER: _ADVISES,
    Role.SUPERVISOR: _ADVISES | {Act.JOIN_UNINVITED, Act.SEE_LIVE_ROOMS},
    Role.INTERPRETER: _IN_ROOMS,
    Role.COUNSELLOR: _ADVISES,
}


def may(role: int, act: Act) -> bool:
    """Whether a role may do it. A number that is no role may nothing."""
    return role in PERMISSIONS and act in PERMISSIONS[Role(role)]


def any_may(roles: Iterable[int], act: Act) -> bool:
    """Whether someone who holds these roles may do it."""
    return any(may(role, act) for role in roles)
