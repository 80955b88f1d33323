"""
Everything an entry point may use, put together by `service.bootstrap`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from service.application.catalog import Catalog
    from service.application.evaluate import Evaluate
    from service.application.explain import Explain
    from service.application.ports import Record


@dataclass(frozen=True, slots=True)
class Services:
    """
    The use cases with their ports filled.

    Attributes:
        evaluate: Evaluates panels.

        catalog: Releases in use.

        record: The record of decisions.

        clock: The time, in UTC.

        explain: Explains evaluations.
    """

    evaluate: Evaluate
    catalog: Catalog
    record: Record
    clock: Callable[[], datetime]
    explain: Explain
