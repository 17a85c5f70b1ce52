"""Who may do what: one table of roles and acts. What does not stand in it is denied.

A member may hold several roles and may do what any of them may. `edge/rights.py` says which act
each HTTP route and each socket message is; a test walks both for every role.
"""

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
    LEAVE_MESSAGE = "leave a sealed message"
    BOOK = "book a talk"
    INQUIRE = "refer somebody or ask for a workshop"
    GO_ON_DUTY = "go on duty"
    CLAIM = "claim a place"
    COMMIT = "commit"
    INVITE = "invite a colleague"
    JOIN_INVITED = "join when invited"
    JOIN_UNINVITED = "join a live room, announced"
    SEE_LIVE_ROOMS = "see ids of live rooms"
    LEAVE = "leave a room"
    READ_AUDIT = "read the audit log"
    SEE_STAFF = "see who is staff"
    ADMINISTER = "invite, change and revoke staff"
    SIGN_ROSTER = "hold a root and sign the roster"
    READ_ROTA = "read the rota"
    PLAN = "plan shifts"
    OWN_SHIFTS = "swap, take and drop own shifts"
    ANSWER_MAIL = "take, read and answer sealed messages"
    READ_ESCALATIONS = "read and decide escalations"
    SEE_ESCALATIONS = "see how escalations stand, and be a second name"
    ANSWER_INQUIRIES = "read and answer referrals and requests"
    ESCALATE = "send an escalation and answer about it"
    KEEP_CASES = "keep counselling cases"
    SEE_TIMES = "see the times for talks"
    PUBLISH_TIMES = "publish times for talks"
    OFFER_TIME = "hold a time for a visitor"
    HOLD_TALKS = "hold booked talks"
    EDIT_ROWS = "propose rows of the sheet"
    AGREE_ROWS = "agree to rows of the sheet"
    COUNT = "count conversations"
    EDIT_TEXTS = "edit texts and help lines"
    SOUND_ACUTE = "say that a life may be in danger"
    ANSWER_PAGE = "answer the page of an acute room"
    STEP_BACK = "step back from a conversation, or end it as abusive"
    SEE_NOTICES = "see what supervisors are told"
    PUBLISH_FIGURES = "publish figures and keep the activity log"
    KEEP_REGISTER = "keep the register of legal requests"
    AGREE_REGISTER = "agree to what a legal request is answered"
    DECIDE = "name what is decided in an acute room"


_IN_ROOMS = frozenset({Act.WRITE, Act.COMMIT, Act.JOIN_INVITED, Act.LEAVE, Act.GO_ON_DUTY})
_ADVISES = _IN_ROOMS | {
    Act.CLAIM,
    Act.INVITE,
    Act.READ_ROTA,
    Act.OWN_SHIFTS,
    Act.ANSWER_MAIL,
    Act.SEE_TIMES,
    Act.OFFER_TIME,
    Act.COUNT,
    Act.SOUND_ACUTE,
    Act.DECIDE,
    Act.STEP_BACK,
    Act.ESCALATE,
}
_ADMINISTERS = frozenset({Act.READ_AUDIT, Act.SEE_STAFF, Act.ADMINISTER, Act.AGREE_REGISTER})

PERMISSIONS: dict[Role, frozenset[Act]] = {
    Role.VISITOR: frozenset(
        {
            Act.WAIT,
            Act.WRITE,
            Act.END,
            Act.KEEP_CODE,
            Act.ERASE,
            Act.REJOIN,
            Act.LEAVE_MESSAGE,
            Act.BOOK,
            Act.INQUIRE,
        },
    ),
    Role.ADVISER: _ADVISES,
    Role.SUPERVISOR: _ADVISES
    | _ADMINISTERS
    | {
        Act.SIGN_ROSTER,
        Act.JOIN_UNINVITED,
        Act.SEE_LIVE_ROOMS,
        Act.PLAN,
        Act.PUBLISH_TIMES,
        Act.READ_ESCALATIONS,
        Act.SEE_ESCALATIONS,
        Act.ANSWER_INQUIRIES,
        Act.ANSWER_PAGE,
        Act.SEE_NOTICES,
        Act.AGREE_ROWS,
    },
    Role.INTERPRETER: _IN_ROOMS | {Act.READ_ROTA},
    Role.COUNSELLOR: _ADVISES | {Act.KEEP_CASES, Act.PUBLISH_TIMES, Act.HOLD_TALKS},
    Role.MANAGER: _ADMINISTERS
    | {
        Act.READ_ROTA,
        Act.EDIT_TEXTS,
        Act.PUBLISH_FIGURES,
        Act.KEEP_REGISTER,
        Act.EDIT_ROWS,
        Act.AGREE_ROWS,
        Act.SEE_ESCALATIONS,
    },
}


def may(role: int, act: Act) -> bool:
    """Whether a role may do it. A number that is no role may nothing."""
    return role in PERMISSIONS and act in PERMISSIONS[Role(role)]


def in_words(roles: Iterable[int]) -> str:
    """Roles by their names, for the audit log."""
    return ", ".join(role.name.lower() for role in Role if int(role) in set(roles))


def any_may(roles: Iterable[int], act: Act) -> bool:
    """Whether someone who holds these roles may do it."""
    return any(may(role, act) for role in roles)
