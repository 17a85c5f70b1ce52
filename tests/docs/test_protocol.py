"""docs/protocol.md says what the code says: messages and their fields, codes, names, labels."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest

from hamn.asc1.body import MOST_AGE, MOST_RELATION, MOST_TOPIC
from hamn.asc1.certificate import LONGEST_LIFE_HOURS
from hamn.asc1.control import CONTROL_NAMES
from hamn.asc1.envelope import RULES
from hamn.asc1.frame import WIRE_SIZES
from hamn.asc1.frame import Kind as FrameKind
from hamn.asc1.labels import HpkeInfo, KdfLabel, Prefix
from hamn.core.conversation import ClosedWhy, Presence
from hamn.core.duty import DoorReason
from hamn.core.words import RefusalCode
from hamn.edge import staff_api, wire
from hamn.edge.errors import CLOSE_REASONS
from hamn.edge.routes import ROUTES
from hamn.edge.state import Audience
from tests.architecture.tree import text_of
from tests.docs.notation import FROM_STAFF, FROM_VISITOR, fields_of, from_server, name_of

PAGE = text_of(Path("docs/protocol.md"))
QUOTED = re.compile(r"^`([^`]*)`$")
ROW = re.compile(r"^\| (.*) \|$", re.MULTILINE)


def section(title: str) -> str:
    """The text below a heading of any depth, up to the next one."""
    found = re.search(rf"^#+ {re.escape(title)}$\n(.*?)(?=^#|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"docs/protocol.md has no heading {title!r}"
    return found[1]


def rows(title: str) -> list[list[str]]:
    """The cells of the table below a heading, without its head."""
    cells = [re.split(r" ?(?<!\\)\| ?", line) for line in ROW.findall(section(title))]
    return [[QUOTED.sub(r"\1", cell.replace("\\|", "|")) for cell in row] for row in cells[1:]]


def expected(messages: Iterable[type[wire.Message]]) -> list[tuple[str, str, str]]:
    return [
        (name_of(message), fields_of(message), "+b" if message.binary else "")
        for message in messages
    ]


@pytest.mark.parametrize(
    ("title", "messages"),
    [
        ("From a visitor", FROM_VISITOR),
        ("From staff", FROM_STAFF),
        ("From the server", from_server()),
    ],
)
def test_every_socket_message_stands_with_its_fields(
    title: str, messages: tuple[type[wire.Message], ...]
) -> None:
    told = [(row[0], row[1], row[2]) for row in rows(title)]

    assert sorted(told) == sorted(expected(messages))


def test_every_message_type_is_in_one_of_the_three_tables() -> None:
    listed = {*FROM_VISITOR, *FROM_STAFF, *from_server()}

    assert set(wire.Message.__subclasses__()) == listed


def test_refusals_and_close_codes() -> None:
    assert {row[0] for row in rows("Refusals")} == {code.value for code in RefusalCode}
    told = {(int(row[0]), row[1]) for row in rows("Close codes")}
    assert told == {(int(code), reason) for code, reason in CLOSE_REASONS.items()}


def test_control_messages_are_the_closed_list() -> None:
    assert {row[0] for row in rows("7.4 Control messages")} == CONTROL_NAMES


def test_words_that_the_server_sends() -> None:
    messages = {row[0]: row[4] for row in rows("From the server")}

    assert set(re.findall(r"`(\w+)`", messages["peer"])) == {each.value for each in Presence}
    assert set(re.findall(r"`(\w+)`", messages["closed"])) == {each.value for each in ClosedWhy}
    reasons = section("7.7 HTTP").split("`reason` is one of")[1].split(". `until`")[0]
    assert set(re.findall(r"`([a-z ]+)`", reasons)) == {each.value for each in DoorReason}


def test_every_label() -> None:
    told = set(re.findall(r"`([^`]+)`", "".join(ROW.findall(section("Labels")))))
    shown = {
        label.value.decode("latin-1").replace("\0", "\\0").replace("\x01", "\\x01")
        for label in (*HpkeInfo, *Prefix)
    }

    assert told == {label.value for label in KdfLabel} | shown | {"ASC1 kek v1"}


def test_envelope_types() -> None:
    told = {}
    for row in rows("6. Envelopes"):
        if row[0].isdigit() and len(row) == 7:
            told[int(row[0])] = ("base" in row[2], "auth" in row[2], int(row[3].split("..")[-1]))

    assert told == {
        int(kind): (False in rule.auth, True in rule.auth, rule.most)
        for kind, rule in RULES.items()
    }


def test_frame_kinds_and_sizes() -> None:
    kinds = {row[1].replace(" ", "_").upper() for row in rows("7.3 Frames") if row[0].isdigit()}
    sizes = re.search(r"a frame has ([\d, or]+) bytes", section("7.3 Frames"))

    assert {kind.name for kind in FrameKind} <= kinds
    assert sizes
    assert {int(size) for size in re.findall(r"\d+", sizes[1])} == set(WIRE_SIZES)


def test_how_long_certificates_live() -> None:
    kinds = re.search(r"kind: (.*) \|", section("Certificates"))
    assert kinds

    told = {int(kind): int(hours) for kind, hours in re.findall(r"(\d) \w+ \((\d+) h", kinds[1])}
    assert told == {int(kind): hours for kind, hours in LONGEST_LIFE_HOURS.items()}


@pytest.mark.parametrize(
    ("name", "most"), [("Topic", MOST_TOPIC), ("Relation", MOST_RELATION), ("Age band", MOST_AGE)]
)
def test_coded_lists_are_as_long_as_the_code_allows(name: str, most: int) -> None:
    found = re.search(rf"^- {name}: (.*?)\.$", section("Bodies"), re.MULTILINE | re.DOTALL)
    assert found

    assert len(found[1].split(",")) == most


@pytest.mark.parametrize("audience", Audience)
def test_every_route_stands(audience: Audience) -> None:
    page = PAGE.replace("roster-SEQ.json", "roster-{seq:int}.json")
    paths = [str(getattr(route, "path", "")) for route in ROUTES[audience]]

    told = [path for path in paths if path not in page and path.rpartition("/")[0] not in page]
    assert told == []


@pytest.mark.parametrize(
    ("path", "body"),
    [("/api/enrol", staff_api.Enrolment), ("/api/method", staff_api.NewMethod)],
)
def test_bodies_of_the_staff_api(path: str, body: type[msgspec.Struct]) -> None:
    row = next(row for row in rows("7.7 HTTP") if row[0].endswith(path))

    assert row[2].split(", ") == list(body.__struct_fields__)


def test_the_reader_of_tables_reads_a_row() -> None:
    assert rows("Refusals")[0][0] == "stale"
    with pytest.raises(AssertionError, match="no heading"):
        section("No such heading")
