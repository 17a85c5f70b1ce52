"""Every test of the contract runs once per implementation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hamn.app.ports import Live, Store
from tests.contract.engines import ENGINES, Engine


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    engine = ENGINES[request.param](tmp_path, 1)
    yield engine
    engine.close()


@pytest.fixture
def live(engine: Engine) -> Live:
    return engine.live()


@pytest.fixture
def store(engine: Engine) -> Store:
    return engine.store()
