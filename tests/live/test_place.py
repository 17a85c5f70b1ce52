"""Where the live store's file goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from hamn.live import place
from hamn.live.place import Offer, Place, choose, offers

DATA = Path("/srv/hamn")
RUN, MEMORY = Path("/run/hamn"), Path("/dev/shm/hamn-1")  # noqa: S108  (never opened)


@pytest.fixture(autouse=True)
def memory(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left in the machine's own memory folder."""
    monkeypatch.setattr(place, "MEMORY_FOLDER", tmp_path_factory.mktemp("memory"))


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        ([Offer(RUN, True, True), Offer(MEMORY, True, True)], Place(RUN / "live.db", True)),
        ([Offer(RUN, True, False), Offer(MEMORY, True, True)], Place(MEMORY / "live.db", True)),
        ([Offer(RUN, False, True), Offer(MEMORY, True, True)], Place(MEMORY / "live.db", True)),
        ([Offer(RUN, False, True), Offer(MEMORY, True, False)], Place(DATA / "live.db", False)),
        ([], Place(DATA / "live.db", False)),
    ],
    ids=["first", "not ours", "on a disk", "none fits", "nothing offered"],
)
def test_the_first_folder_in_memory_that_is_ours_is_taken(
    offered: list[Offer], chosen: Place
) -> None:
    assert choose(offered, DATA) == chosen


def test_the_units_folder_comes_first(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    found = list(offers(tmp_path, {"RUNTIME_DIRECTORY": f"{tmp_path}:/run/other"}))

    assert [offer.folder for offer in found[:3]] == [tmp_path, Path("/run/other"), RUN]
    assert found[0].is_ours
    assert not found[1].is_ours


@pytest.mark.check(76, part="the live store's folder")
def test_a_folder_that_others_may_enter_is_not_ours(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    link = tmp_path / "link"
    (tmp_path / "own").mkdir(mode=0o700)
    link.symlink_to(tmp_path / "own")

    open_to_others, linked, _, _ = offers(tmp_path, {"RUNTIME_DIRECTORY": f"{tmp_path}:{link}"})

    assert not open_to_others.is_ours
    assert not linked.is_ours


def test_each_data_folder_has_its_own_folder_in_memory() -> None:
    first, second = (list(offers(Path(data), {}))[-1] for data in ("/srv/one", "/srv/two"))

    assert first.folder != second.folder
    assert first.is_ours
    assert first.folder.stat().st_mode & 0o777 == 0o700


def test_another_service_in_the_same_folder_does_not_find_the_old_ones_conversations() -> None:
    before, after = (list(offers(Path("/srv/one"), {}, mark))[-1] for mark in (b"then", b"now"))

    assert before.folder != after.folder
