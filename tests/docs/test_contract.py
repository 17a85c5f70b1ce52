"""docs/contract.md names what the code offers: commands, addresses, steps, keys, numbers."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from hamn.core.words import Role
from hamn.edge.routes import ROUTES
from hamn.edge.state import Audience
from hamn.ops import demo
from hamn.ops.check import Outcome, Step, _Conversation
from tests import promises
from tests.architecture.tree import text_of
from tests.bench import __main__ as measuring

PAGE = text_of(Path("docs/contract.md"))
MAKEFILE = text_of(Path("Makefile"))


def targets() -> set[str]:
    """What bare `make` explains."""
    return set(re.findall(r"^([a-z]+):.*## ", MAKEFILE, re.MULTILINE))


def test_every_command_of_the_page_is_explained_by_make() -> None:
    told = set(re.findall(r"^\| `make ([a-z]+)` \|", PAGE, re.MULTILINE))

    assert told <= targets()
    assert targets() - told == {"help", "fix", "lock"}, "the others are for developers"


def test_variables_have_the_defaults_of_the_makefile() -> None:
    told = dict(re.findall(r"^\| `([A-Z]+)` \| (\S+) \|", PAGE, re.MULTILINE))
    defaults = dict(re.findall(r"^([A-Z]+) \?= (\S+)$", MAKEFILE, re.MULTILINE))

    assert told == defaults


def test_steps_of_the_check_stand_in_their_order() -> None:
    steps = [name for name, _ in _Conversation(service=None, digits="").steps()]  # type: ignore[arg-type]
    table = PAGE.partition("| step |")[2]

    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == steps


def test_the_line_of_the_check_has_the_form_shown() -> None:
    line = Outcome(ok=True, steps=(Step("sign_in", ok=True, ms=12.34),)).as_json()

    assert line == {"ok": True, "steps": [{"name": "sign_in", "ok": True, "ms": 12.3}]}


def test_keys_of_the_bench_are_measured() -> None:
    told = re.search(r"always there: (.*?)\.\n", PAGE, re.DOTALL)
    assert told
    measured = re.findall(r'figures\["(\w+)"\]', inspect.getsource(measuring.measure))

    assert set(re.findall(r"`(\w+)`", told[1])) <= set(measured)


def test_addresses_are_routes() -> None:
    for path, audiences in (
        ("/healthz", (Audience.VISITORS, Audience.STAFF)),
        ("/ws/visitor", (Audience.VISITORS,)),
        ("/ws/staff", (Audience.STAFF,)),
    ):
        assert f"{path}`" in PAGE
        for audience in audiences:
            assert path in [getattr(route, "path", "") for route in ROUTES[audience]]


def test_people_of_the_demo() -> None:
    roles = [person.roles[0] for person in demo.PEOPLE]

    assert "three of the first, one of each other" in PAGE
    told = (Role.ADVISER, Role.SUPERVISOR, Role.COUNSELLOR)
    assert [roles.count(role) for role in told] == [3, 1, 1]


def test_numbers_of_the_markers() -> None:
    told = re.search(r"scenario n \((\d+)-(\d+)\) or security\s+check n \((\d+)-(\d+)\)", PAGE)
    assert told

    first, last, low, high = map(int, told.groups())
    assert {"scenario": range(first, last + 1), "check": range(low, high + 1)} == promises.NUMBERS
