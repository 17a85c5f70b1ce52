"""What every HTTP route and every socket message asks of whoever sends it: one line each.

**A new route or message gets its line here**, and one in `tests/edge/matrix.py`. Without the
first the service does not start; without the second the build fails. What a role may do stands in
`core/permission.py`. Pages and files are ready before anybody asks, and are the same for everyone.
"""

from __future__ import annotations

from enum import Enum

from hamn.core.permission import Act
from hamn.edge import wire
from hamn.edge.state import Audience


class Door(Enum):
    """What is asked where no role is."""

    ANYONE = "anyone"
    INVITE = "who holds an unspent invite"
    SESSION = "a member who is signed in"


Right = Door | Act
"""An act asks for a session, and for a role that may do it."""

_PUBLISHED: dict[str, Right] = {
    "GET /healthz": Door.ANYONE,
    "GET /.well-known/asc/roster.json": Door.ANYONE,
    "GET /.well-known/asc/roster.sig": Door.ANYONE,
    "GET /.well-known/asc/roster-{seq:int}.json": Door.ANYONE,
    "GET /.well-known/asc/log": Door.ANYONE,
}

HTTP: dict[Audience, dict[str, Right]] = {
    Audience.VISITORS: {
        **_PUBLISHED,
        "GET /api/status": Door.ANYONE,
        "GET /api/slots": Door.ANYONE,
    },
    Audience.STAFF: {
        **_PUBLISHED,
        "POST /api/enrol/begin": Door.INVITE,
        "POST /api/enrol": Door.INVITE,
        "GET /api/me": Door.SESSION,
        "POST /api/challenge": Door.SESSION,
        "POST /api/method": Door.SESSION,
        "POST /api/method/drop": Door.SESSION,
        "GET /api/rota/{first:int}/{days:int}": Act.READ_ROTA,
        "POST /api/rota/plan": Act.PLAN,
        "POST /api/rota/own": Act.OWN_SHIFTS,
        "GET /api/texts": Act.EDIT_TEXTS,
        "POST /api/texts": Act.EDIT_TEXTS,
        "GET /api/texts/{key}/{language}": Act.EDIT_TEXTS,
        "GET /api/lines": Act.EDIT_TEXTS,
        "POST /api/lines": Act.EDIT_TEXTS,
        "POST /api/lines/called": Act.EDIT_TEXTS,
        "GET /api/requests": Act.AGREE_REGISTER,
        "POST /api/requests": Act.KEEP_REGISTER,
        "POST /api/requests/{idx:int}/name": Act.KEEP_REGISTER,
        "POST /api/requests/{idx:int}/agree": Act.AGREE_REGISTER,
        "GET /api/figures": Act.PUBLISH_FIGURES,
        "POST /api/figures": Act.PUBLISH_FIGURES,
        "GET /api/figures/{name}": Act.PUBLISH_FIGURES,
        "POST /api/activity": Act.PUBLISH_FIGURES,
        "POST /api/activity/drop": Act.PUBLISH_FIGURES,
        "GET /api/keys": Act.ANSWER_MAIL,
        "PUT /api/keys": Act.ANSWER_MAIL,
        "GET /api/mail": Act.ANSWER_MAIL,
        "GET /api/mail/{env_id}": Act.ANSWER_MAIL,
        "PUT /api/mail/{env_id}": Act.ANSWER_MAIL,
        "DELETE /api/mail/{env_id}": Act.ANSWER_MAIL,
        "GET /api/mail/{env_id}/rewrap": Act.ANSWER_MAIL,
        "PUT /api/mail/{env_id}/rewrap": Act.ANSWER_MAIL,
        "POST /api/mail/{env_id}/claim": Act.ANSWER_MAIL,
        "DELETE /api/mail/{env_id}/claim": Act.ANSWER_MAIL,
        "GET /api/escalations/readers": Act.ESCALATE,
        "GET /api/escalations/own": Act.ESCALATE,
        "GET /api/escalations": Act.SEE_ESCALATIONS,
        "POST /api/escalations": Act.ESCALATE,
        "GET /api/escalations/{record}": Act.READ_ESCALATIONS,
        "POST /api/escalations/{record}/note": Act.READ_ESCALATIONS,
        "POST /api/escalations/{record}/answer": Act.ESCALATE,
        "POST /api/escalations/{record}/decide": Act.READ_ESCALATIONS,
        "POST /api/escalations/{record}/agree": Act.SEE_ESCALATIONS,
        "POST /api/escalations/{record}/back": Act.READ_ESCALATIONS,
        "GET /api/inquiries": Act.ANSWER_INQUIRIES,
        "GET /api/inquiries/{record}": Act.ANSWER_INQUIRIES,
        "POST /api/inquiries/{record}/decide": Act.ANSWER_INQUIRIES,
        "GET /api/cases": Act.KEEP_CASES,
        "POST /api/cases": Act.KEEP_CASES,
        "GET /api/cases/keys": Act.KEEP_CASES,
        "GET /api/cases/form": Act.KEEP_CASES,
        "GET /api/rows": Act.AGREE_ROWS,
        "POST /api/rows": Act.EDIT_ROWS,
        "POST /api/rows/agree": Act.AGREE_ROWS,
        "POST /api/rows/back": Act.AGREE_ROWS,
        "PUT /api/cases/{case}/records": Act.KEEP_CASES,
        "POST /api/cases/{case}/members": Act.KEEP_CASES,
        "DELETE /api/cases/{case}/members/{idx:int}": Act.KEEP_CASES,
        "POST /api/cases/{case}/close": Act.KEEP_CASES,
        "POST /api/cases/{case}/open": Act.KEEP_CASES,
        "GET /api/cases/{case}/{number:int}": Act.KEEP_CASES,
        "PUT /api/cases/{case}/{number:int}": Act.KEEP_CASES,
        "PUT /api/plan-copy": Act.KEEP_CASES,
        "GET /api/times/{first:int}/{days:int}": Act.SEE_TIMES,
        "POST /api/times": Act.PUBLISH_TIMES,
        "POST /api/times/offer": Act.OFFER_TIME,
        "GET /api/talks": Act.HOLD_TALKS,
        "PUT /api/talks/{id}": Act.HOLD_TALKS,
        "POST /api/talks/{id}": Act.PUBLISH_TIMES,
        "GET /api/feed": Act.HOLD_TALKS,
        "POST /api/feed": Act.HOLD_TALKS,
        "DELETE /api/feed": Act.HOLD_TALKS,
        "GET /feed/{token}": Door.ANYONE,
        "GET /api/roster": Act.SEE_STAFF,
        "POST /api/roster/draft": Act.SIGN_ROSTER,
        "POST /api/roster/sign": Act.SIGN_ROSTER,
        "POST /api/roster/root": Act.SIGN_ROSTER,
        "GET /api/staff": Act.SEE_STAFF,
        "POST /api/staff": Act.ADMINISTER,
        "POST /api/staff/{idx:int}/invite": Act.ADMINISTER,
        "POST /api/staff/{idx:int}/again": Act.ADMINISTER,
        "POST /api/staff/{idx:int}/roles": Act.ADMINISTER,
        "POST /api/staff/{idx:int}/licence": Act.ADMINISTER,
        "POST /api/staff/{idx:int}/revoke": Act.ADMINISTER,
        "GET /api/audit": Act.READ_AUDIT,
        "GET /api/audit/{n:int}": Door.SESSION,
    },
}

STAFF_SOCKET: dict[type[wire.Message], Right] = {
    wire.Auth: Door.ANYONE,
    wire.SignOut: Door.SESSION,
    wire.Duty: Act.GO_ON_DUTY,
    wire.Ready: Act.GO_ON_DUTY,
    wire.Tally: Act.COUNT,
    wire.Stay: Act.GO_ON_DUTY,
    wire.Claim: Act.CLAIM,
    wire.Commit: Act.COMMIT,
    wire.Invite: Act.INVITE,
    wire.Join: Act.JOIN_INVITED,
    wire.StaffResume: Act.WRITE,
    wire.Lost: Act.WRITE,
    wire.Ack: Act.WRITE,
    wire.Leave: Act.LEAVE,
    wire.Quiet: Act.WRITE,
    wire.Sound: Act.SOUND_ACUTE,
    wire.Answer: Act.ANSWER_PAGE,
    wire.Decide: Act.DECIDE,
    wire.MarkDebrief: Act.DECIDE,
    wire.Conflict: Act.STEP_BACK,
    wire.Abuse: Act.STEP_BACK,
    wire.Child: Act.STEP_BACK,
    wire.Seen: Act.SEE_NOTICES,
}
STAFF_FRAME: Right = Act.WRITE
"""A frame comes without a text message."""

VISITOR_SOCKET: dict[type[wire.Message], Right] = {
    wire.Want: Act.WAIT,
    wire.Work: Act.WAIT,
    wire.Hello: Act.WAIT,
    wire.Resume: Act.WRITE,
    wire.Ack: Act.WRITE,
    wire.End: Act.END,
    wire.Box: Act.LEAVE_MESSAGE,
    wire.Keep: Act.KEEP_CODE,
    wire.UseCode: Act.REJOIN,
    wire.DropCode: Act.KEEP_CODE,
    wire.EraseAll: Act.ERASE,
    wire.Rejoin: Act.REJOIN,
    wire.AskTalks: Act.BOOK,
    wire.BookTalk: Act.BOOK,
    wire.LetGo: Act.BOOK,
    wire.WaitFor: Act.BOOK,
    wire.Inquire: Act.INQUIRE,
    wire.AskInquiries: Act.INQUIRE,
}
