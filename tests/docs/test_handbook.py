"""docs/handbook.md names every setting with its default, every command, metric and log field."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import msgspec
import pytest

from hamn import cli, logs
from hamn.core.conversation import Conversation
from hamn.core.policy import Policy
from hamn.metrics import Metrics
from hamn.serve import faults
from hamn.settings import Settings, SettingsError, settle
from tests.architecture.tree import ours, text_of

PAGE = text_of(Path("docs/handbook.md"))
ENOUGH = {
    "service": {
        "id": "x",
        "names": {"sv": "X"},
        "visitor_origins": ["https://a.example"],
        "staff_origins": ["https://b.example"],
    }
}
NONE = "-"


def is_policy_key(key: str) -> bool:
    """Whether the settings take this key in [policy]; some are set elsewhere."""
    value = getattr(Policy(), key)
    try:
        settle({**ENOUGH, "policy": {key: value}})
    except SettingsError:
        return False
    return True


def settings() -> Iterator[tuple[str, str]]:
    """Every key a file may have, with its default as TOML writes it."""
    for section in msgspec.structs.fields(Settings):
        if section.name == "policy":
            continue
        for field in msgspec.structs.fields(section.type):
            default = (
                field.default_factory()
                if field.default is msgspec.NODEFAULT
                and (field.default_factory is not msgspec.NODEFAULT)
                else field.default
            )
            yield f"{section.name}.{field.name}", shown(default)
    for each in fields(Policy):
        if is_policy_key(each.name):
            yield f"policy.{each.name}", shown(each.default)


def shown(default: object) -> str:
    return NONE if default is msgspec.NODEFAULT else json.dumps(default)


def commands(group: click.Group, path: str) -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}"


def test_every_setting_stands_with_its_default() -> None:
    told = re.findall(r"^\| `(\w+\.\w+)` \| (?:`(.*?)`|-) \|", PAGE, re.MULTILINE)

    assert {key: default or NONE for key, default in told} == dict(settings())
    assert len(told) == len(dict(settings()))


def test_every_command_stands() -> None:
    told = re.findall(r"^\| `(hamn [a-z -]+)` \|", PAGE, re.MULTILINE)

    assert sorted(told) == sorted(commands(cli.main, "hamn"))


def test_commands_that_are_shown_have_options_that_exist() -> None:
    every = set(commands(cli.main, "hamn"))
    for command, rest in re.findall(r"`(hamn(?: [a-z]+)+)((?: [^`]*)?)`", PAGE):
        name = next(known for known in every if f"{command} ".startswith(f"{known} "))
        words = name.split()[1:]
        found: click.Command = cli.main
        for word in words:
            assert isinstance(found, click.Group)
            found = found.commands[word]
        options = {option for each in found.params for option in each.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= options | {"--help"}, command


def test_every_metric_stands() -> None:
    metrics = Metrics()
    metrics.socket_opened("visitors")
    metrics.cut("visitors", 4400)
    metrics.frame("visitors")
    metrics.refusal("visitors", "gone")
    metrics.fault("visitors")
    counted = set(re.findall(r"^(hamn_\w+)", metrics.exposition().decode(), re.MULTILINE))

    told = set(re.findall(r"^\| `(hamn_\w+)` \|", PAGE, re.MULTILINE))
    assert told == {name for name in counted if not name.endswith("_created")}


def test_every_log_field_stands() -> None:
    told = re.search(r"besides these only (.*?) can occur", PAGE, re.DOTALL)

    assert told
    assert tuple(re.findall(r"`(\w+)`", told[1])) == logs.FIELDS


def test_every_reason_of_readyz_stands() -> None:
    told = re.search(r"with the reasons as JSON: (.*?)\. `GET", PAGE, re.DOTALL)
    source = inspect.getsource(faults)
    reasons = re.findall(r'append\("([a-z ]+)"\)|\*found, "([a-z ]+)"', source)

    assert told
    assert set(re.findall(r"`([a-z ]+)`", told[1])) == {one or two for one, two in reasons}


def test_what_there_is_to_disclose_names_every_field_of_a_conversation() -> None:
    sample = PAGE.partition("## Asked for data")[2]
    row = next(line for line in sample.splitlines() if line.startswith("| live store | room |"))

    assert {each.name for each in fields(Conversation)} <= set(re.findall(r"`(\w+)", row))


def test_the_example_file_has_only_keys_that_exist() -> None:
    example = text_of(Path("config/hamn.example.toml"))
    known = {key.partition(".")[2] for key, _ in settings()}
    days = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}

    named = set(re.findall(r"^(?:# )?(\w+) = ", example, re.MULTILINE))
    assert named - known - days - {"sv", "en"} == set()


@pytest.mark.parametrize(
    "name", ["trust.json", "records.db", "check.secret", "live.db", "day-keys"]
)
def test_files_that_are_named_are_those_of_the_code(name: str) -> None:
    stem = re.escape(name)
    code = "".join(text_of(path) for path in ours("server/hamn/**/*.py"))

    assert re.search(rf'"{stem}"', code), name
    assert f"`{name}" in PAGE
