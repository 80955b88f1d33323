"""
Whether this process can evaluate now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.domain.errors import (
    EngineLimitError,
    EngineUnavailableError,
    FerruleError,
    RecordError,
    ReleaseError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.application.services import Services


FOR_OPERATORS = (ReleaseError, RecordError, EngineUnavailableError, EngineLimitError)
"""Errors whose own sentence names files and remedies, and never a patient."""


def failing(services: Services) -> dict[str, str]:
    """
    Check all that an evaluation needs.

    Args:
        services: The use cases.

    Returns:
        For each check that failed, why; empty when ready.
    """
    failed = {}
    for check, attempt in _checks(services).items():
        try:
            attempt()
        except FerruleError as error:
            told = isinstance(error, FOR_OPERATORS)
            failed[check] = str(error) if told else f"{type(error).__name__}."
    return failed


def _checks(services: Services) -> dict[str, Callable[[], object]]:
    def releases() -> None:
        """Compare what is in use, then load the newest release of each rule set, verified and compiled."""
        services.catalog.releases.check(services.catalog.in_use())
        for name in services.catalog.releases.rulesets() or (None,):
            services.catalog.choose(name, None)

    return {"releases": releases, "record": services.record.check}
