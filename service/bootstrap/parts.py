"""
What every entry point is put together from: the engine, the record, the releases, the working copy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service import __version__
from service.adapters.durable_rules.door import engine_name
from service.adapters.knowledge.folder import KnowledgeFolder
from service.adapters.knowledge.releases import ReleaseFolder
from service.application.ports import Program
from service.config import SettingError
from service.domain.errors import ReleaseError

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.application.ports import Engine, Record
    from service.config import Settings
    from service.domain.release import Release


def engine(release: Release) -> Engine:
    """Return an engine that has compiled a release, first in a child process."""
    from service.adapters.durable_rules.engine import DurableRulesEngine

    return DurableRulesEngine(release)


def program() -> Program:
    """Return what decides, as answers and records name it."""
    return Program("ferrule", __version__, engine_name())


def record(settings: Settings, examples: Callable[[str, str], bytes] | None = None) -> Record:
    """Return the record of decisions; it is opened at first use, and made by `serve`."""
    from service.adapters.sql_record.record import SqlRecord

    return SqlRecord(settings.database_url, examples) if examples else SqlRecord(settings.database_url)


def releases(settings: Settings) -> ReleaseFolder:
    """Return the published releases."""
    return ReleaseFolder(settings.versions)


def some_releases(settings: Settings) -> ReleaseFolder:
    """
    Return the published releases where at least one is needed.

    Raises:
        ReleaseTamperedError: If there are folders of releases, and the ledger knows none.

        ReleaseError: If there is nothing at all.
    """
    published = releases(settings)
    if not published.rulesets():
        published.refuse_strangers()
        message = (
            f"{settings.versions} holds no release, and no ledger that names one; FERRULE_VERSIONS names the folder, "
            f"'ferrule publish' adds to it."
        )
        raise ReleaseError(message)
    return published


def working_copy(settings: Settings) -> KnowledgeFolder:
    """
    Return the folder that authors edit.

    Raises:
        SettingError: If it holds no rule set, or is not there.
    """
    folder = KnowledgeFolder(settings.knowledge)
    if not folder.rulesets():
        message = (
            f"{settings.knowledge} holds no rule set. Go to the folder that holds knowledge/, "
            f"or name it in FERRULE_KNOWLEDGE."
        )
        raise SettingError(message)
    return folder
