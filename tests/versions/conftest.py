from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from service.adapters.knowledge.folder import KnowledgeFolder
from service.adapters.knowledge.publishing import PublishingFolder
from service.application.publish import Publish
from service.domain.publication import Published
from tests import tiny


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    return tiny.copy_knowledge(tmp_path)


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    return tmp_path / "versions"


@pytest.fixture
def releases(versions: Path) -> PublishingFolder:
    return PublishingFolder(versions)


@pytest.fixture
def publish_from() -> Callable[[Path], Callable[[], Published]]:
    """
    Return what publishes the working copy in a folder; each time a day later.
    """

    def publish_from(folder: Path) -> Callable[[], Published]:
        instants = (tiny.NOW + timedelta(days=day) for day in range(1000))
        knowledge, releases = KnowledgeFolder(folder / "knowledge"), PublishingFolder(folder / "versions")
        use_case = Publish(knowledge, releases, lambda *_: [], lambda: next(instants))
        return lambda: use_case(tiny.RULESET, by="A. Gardener", because="The book came out.")

    return publish_from


@pytest.fixture
def publish(knowledge: Path, publish_from: Callable[[Path], Callable[[], Published]]) -> Callable[[], Published]:
    """
    Publish what stands in the working copy.
    """
    return publish_from(knowledge.parent)


@pytest.fixture
def revise(knowledge: Path) -> Callable[[], None]:
    """
    Change a limit in the working copy; each time another one.
    """
    limits = iter(range(31, 99))

    def revise() -> None:
        limit = next(limits)
        edit(
            knowledge / tiny.RULESET / "thresholds.yaml",
            f"fern, below: {limit - 1}",
            f"fern, below: {limit}",
        )

    return revise


@pytest.fixture
def three(publish: Callable[[], Published], revise: Callable[[], None]) -> tuple[Published, Published, Published]:
    """
    Three releases: 0.1.0, 0.2.0 and 0.3.0.
    """
    first = publish()
    revise()
    second = publish()
    revise()
    return first, second, publish()


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")
