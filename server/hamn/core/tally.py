"""What is counted of a conversation: closed lists, and the counters that one form adds to.

A form is filled by the adviser, never derived from text. It becomes counters at once: a total, one
of each code, one of each pair of codes, since no table ever shows more than two dimensions. What
three codes have in common is kept nowhere, and so is no form. Whatever tells of an acute outcome is
counted by the year, everything else by the month (domain.md section 4).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum


class Channel(Enum):
    CHAT = "chat"
    MESSAGE = "message"
    BOOKED_CHAT = "booked_chat"
    PHONE = "phone"
    MEETING = "meeting"


class Relation(Enum):
    """In the order of the hello's list (protocol.md section 6)."""

    MOTHER = "mother"
    FATHER = "father"
    PARENT_UNSPECIFIED = "parent_unspecified"
    SIBLING = "sibling"
    PARTNER = "partner"
    GRANDPARENT = "grandparent"
    OTHER_RELATIVE = "other_relative"
    FRIEND = "friend"
    THE_PERSON_SELF = "the_person_self"
    PROFESSIONAL_SCHOOL = "professional_school"
    PROFESSIONAL_SOCIAL = "professional_social"
    PROFESSIONAL_POLICE_PRISON = "professional_police_prison"
    PROFESSIONAL_HEALTH = "professional_health"
    PROFESSIONAL_NGO_SPORT_FAITH = "professional_ngo_sport_faith"
    OTHER = "other"
    UNKNOWN = "unknown"


class Milieu(Enum):
    """As the visitor described it; in the order of the hello's topics."""

    RIGHT_WING = "right_wing"
    RELIGIOUSLY_PROFILED = "religiously_profiled"
    LEFT_AUTONOMOUS = "left_autonomous"
    VIOLENT_ONLINE_NETWORK = "violent_online_network"
    MIXED_UNCLEAR = "mixed_unclear"
    SINGLE_ISSUE_OTHER = "single_issue_other"
    UNKNOWN = "unknown"


class Phase(Enum):
    EARLY_SIGNS = "early_signs"
    SYMPATHISER = "sympathiser"
    INVOLVED = "involved"
    TRYING_TO_LEAVE = "trying_to_leave"
    LEFT = "left"
    TRAVELLED = "travelled"
    RETURNEE = "returnee"
    DETAINED = "detained"
    UNKNOWN = "unknown"


class Age(Enum):
    """Of the person whom the worry is about; in the order of the hello's bands."""

    UNDER_13 = "under_13"
    FROM_13_TO_15 = "13_15"
    FROM_16_TO_17 = "16_17"
    FROM_18_TO_20 = "18_20"
    FROM_21_TO_25 = "21_25"
    OVER_25 = "over_25"
    UNKNOWN = "unknown"


class Gender(Enum):
    GIRL_WOMAN = "girl_woman"
    BOY_MAN = "boy_man"
    OTHER = "other"
    UNKNOWN = "unknown"


class Outcome(Enum):
    UNLOADING_SUPPORT = "unloading_support"
    ADVICE = "advice"
    INFORMATION_MATERIAL = "information_material"
    BOOKED_COUNSELLING = "booked_counselling"
    REFERRED_MUNICIPALITY = "referred_municipality"
    REFERRED_HEALTH = "referred_health"
    REFERRED_POLICE = "referred_police"
    REFERRED_EXIT_PROGRAMME = "referred_exit_programme"
    CONCERN_BY_VISITOR = "orosanmalan_by_visitor"
    CONCERN_BY_US = "orosanmalan_by_us"
    EMERGENCY_112 = "emergency_112"
    CONSULTATION = "consultation"
    WRONG_SERVICE = "wrong_service"
    ENDED_BY_VISITOR = "ended_by_visitor"


class Wait(Enum):
    """Minutes in the queue, as bands."""

    UNDER_2 = "under_2"
    FROM_2_TO_5 = "2_5"
    FROM_5_TO_10 = "5_10"
    FROM_10_TO_20 = "10_20"
    OVER_20 = "over_20"
    LEFT = "left"


class Length(Enum):
    """Minutes of conversation, as bands."""

    UNDER_15 = "under_15"
    FROM_15_TO_30 = "15_30"
    FROM_30_TO_60 = "30_60"
    OVER_60 = "over_60"


class Language(Enum):
    SWEDISH = "sv"
    ENGLISH = "en"
    DANISH = "da"
    ARABIC = "ar"
    AZERBAIJANI = "az"
    DARI = "prs"
    PASHTO = "ps"
    PERSIAN = "fa"
    SOMALI = "so"
    TURKISH = "tr"
    TIGRINYA = "ti"
    OTHER = "other"


class Visit(Enum):
    FIRST = "first"
    RETURN = "return"


class Total(Enum):
    """What is counted whole: the first two as it happens, the others by forms."""

    CONTACTS_STARTED = "contacts_started"
    LEFT_IN_QUEUE = "left_in_queue"
    SERVED = "served"
    MESSAGES_ANSWERED = "messages_answered"
    BOOKED = "booked"
    BOOKED_ATTENDED = "booked_attended"
    FOLLOWUPS = "followups"


ACUTE = frozenset({Outcome.EMERGENCY_112, Outcome.CONCERN_BY_US, Outcome.CONCERN_BY_VISITOR})
"""Outcomes that are told by the year alone."""
ATTENDED = frozenset({Channel.BOOKED_CHAT, Channel.PHONE, Channel.MEETING})


@dataclass(frozen=True, slots=True)
class Form:
    """One conversation in codes. There is no place for a word of it."""

    channel: Channel
    relation: Relation
    milieu: Milieu
    phase: Phase
    age: Age
    gender: Gender | None
    outcomes: frozenset[Outcome]
    wait: Wait
    length: Length
    language: Language
    visit: Visit


@dataclass(frozen=True, slots=True, order=True)
class CounterKey:
    """A counter: a period (`2026-11`, or `2026` for what is acute), and one code or two."""

    period: str
    first: str
    """`dimension=code`, or the name of a total."""
    second: str = ""


def counted(forms: Iterable[Form], month: str) -> dict[CounterKey, int]:
    """What a batch of forms adds, summed: nothing tells which came first, or which codes met."""
    counts: dict[CounterKey, int] = {}
    for key in (key for form in forms for key in keys(form, month)):
        counts[key] = counts.get(key, 0) + 1
    return counts


def keys(form: Form, month: str) -> Iterator[CounterKey]:
    """Every counter that one form adds one to."""
    yield from (CounterKey(month, total.value) for total in _totals(form))
    codes = list(_codes(form))
    yield from (CounterKey(_period(month, code), _named(code)) for code in codes)
    for place, one in enumerate(codes):
        for other in codes[place + 1 :]:
            if type(one) is not type(other):
                first, second = sorted((_named(one), _named(other)))
                yield CounterKey(_period(month, one, other), first, second)


def _totals(form: Form) -> Iterator[Total]:
    if form.wait is Wait.LEFT:
        yield Total.LEFT_IN_QUEUE
        return
    yield Total.MESSAGES_ANSWERED if form.channel is Channel.MESSAGE else Total.SERVED
    if Outcome.BOOKED_COUNSELLING in form.outcomes:
        yield Total.BOOKED
    if form.channel in ATTENDED:
        yield Total.BOOKED_ATTENDED
    if form.visit is Visit.RETURN:
        yield Total.FOLLOWUPS


def _codes(form: Form) -> Iterator[Enum]:
    yield from (form.channel, form.relation, form.milieu, form.phase, form.age)
    if form.gender is not None:
        yield form.gender
    yield from sorted(form.outcomes, key=lambda outcome: outcome.value)
    yield from (form.wait, form.length, form.language, form.visit)


def _named(code: Enum) -> str:
    return f"{type(code).__name__.lower()}={code.value}"


def _period(month: str, *codes: Enum) -> str:
    return month[:4] if ACUTE.intersection(codes) else month
