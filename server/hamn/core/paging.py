"""Which supervisor is paged for an acute room: each for half a minute, until one answers.

Everybody who is on duty and was heard from is paged in turn; when all have been, the round begins
again. With nobody there the page waits for the first who comes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hamn.core.acute import concerned
from hamn.core.conversation import Conversation
from hamn.core.permission import Act, may
from hamn.core.policy import Policy
from hamn.core.waiting import Lobby, OnDuty, Page
from hamn.core.words import Idx, Moment, RoomId

NOWHEN = Moment(0.0)


def agree_page(lobby: Lobby, room: RoomId, talk: Conversation | None) -> Lobby:
    """The lobby's page as the room's value says it must be."""
    others = tuple(page for page in lobby.pages if page.room != room)
    if talk is None or talk.acute is None:
        return lobby if len(others) == len(lobby.pages) else replace(lobby, pages=others)
    standing = next((page for page in lobby.pages if page.room == room), None)
    page = standing or Page(room, (), False, None, NOWHEN, ())
    people, is_answered = concerned(talk), talk.acute.answered_by is not None
    page = replace(page, people=people, is_answered=is_answered)
    if is_answered:
        page = replace(page, to=None, until=NOWHEN, passed=())
    if standing is None:
        return replace(lobby, pages=(*lobby.pages, page))
    return lobby if page == standing else _with(lobby, page)


def page_next(lobby: Lobby, heard: frozenset[Idx], *, now: Moment, policy: Policy) -> Lobby:
    """End pages that are over and page whoever is next; `heard` are those who are there."""
    for page in lobby.pages:
        turned = _turned(page, lobby, heard, now, policy)
        if turned != page:
            lobby = _with(lobby, turned)
    return lobby


def is_concerned(lobby: Lobby, idx: Idx) -> bool:
    """Whether an acute room is a member's, who then takes no other."""
    return any(idx in page.people for page in lobby.pages)


def page_moments(lobby: Lobby) -> Iterator[Moment]:
    """When `page_next` will next have something to do."""
    yield from (page.until for page in lobby.pages if page.to is not None)


def _turned(page: Page, lobby: Lobby, heard: frozenset[Idx], now: Moment, policy: Policy) -> Page:
    if page.is_answered:
        return page
    if page.to is not None and now < page.until and page.to in heard:
        return page
    passed = page.passed if page.to is None else (*page.passed, page.to)
    able = [m for m in lobby.duty if _answers(m, page, heard)]
    fresh = [member for member in able if member.idx not in passed]
    if not able:
        return replace(page, to=None, until=NOWHEN, passed=())
    chosen = min(fresh or able, key=lambda member: (member.since, member.idx))
    until = Moment(now + policy.page)
    return replace(page, to=chosen.idx, until=until, passed=passed if fresh else ())


def _answers(member: OnDuty, page: Page, heard: frozenset[Idx]) -> bool:
    is_there = member.idx in heard and not member.is_check
    return is_there and may(member.role, Act.ANSWER_PAGE) and page.people[:1] != (member.idx,)


def _with(lobby: Lobby, changed: Page) -> Lobby:
    pages = tuple(changed if page.room == changed.room else page for page in lobby.pages)
    return replace(lobby, pages=pages)
