"""
Publishing the working copy of a rule set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.adapters.system import utc_now
from service.bootstrap.parts import engine, working_copy
from service.domain.errors import Problem

if TYPE_CHECKING:
    from service.config import Settings
    from service.domain.cases import Case
    from service.domain.publication import Published
    from service.domain.release import Release


def publish(settings: Settings, ruleset: str, *, by: str, because: str, note: str = "") -> Published:
    """Publish the working copy of a rule set; see `service.application.publish.Publish`."""
    from service.adapters.knowledge.publishing import PublishingFolder
    from service.application.publish import Publish

    releases = PublishingFolder(settings.versions)
    return Publish(working_copy(settings), releases, failing_cases, utc_now)(ruleset, by, because, note)


def failing_cases(release: Release, cases: tuple[Case, ...]) -> list[Problem]:
    """Return each case that fails, with the place where it stands."""
    from service.application.cases import run_cases

    running = engine(release)
    try:
        return [
            Problem(result.case.file, result.case.line, 1, f"{result.case.name!r} fails: {'; '.join(result.failures)}.")
            for result in run_cases(release, running, cases)
            if result.failures
        ]
    finally:
        running.close()
