"""Settings: what is refused, in which words, and what the environment changes."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from hamn.core.words import Seconds
from hamn.settings import SettingsError, config_root, load, minutes, overridden, settle

GOOD: dict[str, Any] = {
    "service": {
        "id": "stod",
        "names": {"sv": "Hamn"},
        "visitor_origins": ["https://stod.example"],
        "staff_origins": ["https://personal.example"],
    }
}


def with_(section: str, **keys: Any) -> dict[str, Any]:
    tables = deepcopy(GOOD)
    tables.setdefault(section, {}).update(keys)
    return tables


@pytest.mark.check(75, part="unknown keys, values and origins")
@pytest.mark.parametrize(
    ("tables", "sentence"),
    [
        (with_("service", colour="blue"), "service.colour: is not a setting"),
        (with_("colours"), "colours: is not a setting"),
        (with_("policy", rings=3), "policy.rings: is not a setting"),
        (with_("policy", needs_supervisor=False), "policy.needs_supervisor: is not a setting"),
        (with_("policy", ring=-1), "policy.ring: must not be negative"),
        (with_("policy", ring="long"), "policy.ring: Expected `float`, got `str`"),
        (with_("retention", pause_hours=73), "retention.pause_hours: Expected `int` <= 72"),
        (with_("opening", timezone="Malmo"), "opening.timezone: Malmo is not known here"),
        (with_("opening", hours={"lordag": []}), "opening.hours.lordag: is not a day"),
        (with_("opening", hours={"monday": ["17-22"]}), "17-22 is not a span such as"),
        (with_("opening", hours={"monday": ["22:00-17:00"]}), "must end after it starts"),
        (with_("opening", hours={"monday": ["22:00-24:01"]}), "by 24:00 at the latest"),
        (with_("service", names={"swedish": "Hamn"}), "swedish is not a language"),
        (with_("service", names={}), "needs a name"),
        (with_("service", exit_url="http://weather.example"), "must be an https address"),
        (with_("service", staff_origins=["https://stod.example"]), "must not be an origin of"),
        (with_("service", visitor_origins=[]), "visitor_origins"),
        (with_("service", visitor_origins=["http://stod.example"]), "must be https"),
        (with_("service", visitor_origins=["http://10.0.0.1"]), "must be https"),
        (with_("service", visitor_origins=["http://localhost.example"]), "must be https"),
        (with_("service", visitor_origins=["https://stod.example/"]), "scheme://host"),
        (with_("service", visitor_origins=["https://Stod.example"]), "lower case"),
        (with_("service", visitor_origins=["stod.example"]), "scheme://host"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_key(tables: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SettingsError) as refused:
        settle(tables)

    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    "origin",
    ["http://localhost:8080", "http://127.0.0.1:1", "http://[::1]:2", "http://abc.onion"],
)
def test_loopback_and_onion_need_no_certificate(origin: str) -> None:
    tables = with_("service", visitor_origins=[origin])

    assert settle(tables).service.visitor_origins == [origin]


def test_what_the_rules_are_given_is_what_the_page_shows() -> None:
    tables = with_("retention", code_days=30, pause_hours=48, backup_days=3)
    tables["opening"] = {"needs_supervisor": False}

    policy = settle(tables).policy

    assert (policy.code_days, policy.backup_days) == (30, 3)
    assert policy.pause == Seconds(48 * 3600)
    assert not policy.needs_supervisor


def test_the_environment_overrides_the_file() -> None:
    tables = overridden(
        GOOD,
        {
            "HAMN_SERVICE__PHONE": "0123-45 67 89",
            "HAMN_OPENING__ALWAYS": "true",
            "HAMN_POLICY__RING": "45",
            "HAMN_CONFIG": "elsewhere.toml",
            "PATH": "/bin",
        },
    )
    settings = settle(tables)

    assert settings.service.phone == "0123-45 67 89"
    assert settings.opening.always
    assert settings.policy.ring == Seconds(45)
    assert "phone" not in GOOD["service"]


def test_an_unknown_override_is_refused_like_an_unknown_key() -> None:
    with pytest.raises(SettingsError, match=r"service\.fone: is not a setting"):
        settle(overridden(GOOD, {"HAMN_SERVICE__FONE": "1"}))


def test_a_span_is_minutes_of_the_day() -> None:
    assert minutes("17:00-22:30") == (1020, 1350)
    assert minutes("00:00-24:00") == (0, 1440)


def test_a_file_that_is_missing_or_no_toml_is_said_plainly(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("[service")

    with pytest.raises(SettingsError, match="cannot be read"):
        load(tmp_path / "none.toml", {})
    with pytest.raises(SettingsError, match="is not TOML"):
        load(broken, {})


def test_the_example_can_be_used_as_it_stands() -> None:
    settings = load(config_root() / "hamn.example.toml", {})

    assert settings.opening.needs_supervisor
    assert settings.opening.hours["monday"] == ["17:00-22:00"]
