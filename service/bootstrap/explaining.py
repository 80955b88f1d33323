"""
Explaining: stored evaluations, cases of the working copy, panels of files.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from service.application.catalog import Catalog
from service.application.explain import EXPLAINERS, Explain
from service.bootstrap.authoring import decided_case
from service.bootstrap.parts import engine, record, releases
from service.bootstrap.unrecorded import evaluation, panel_of

if TYPE_CHECKING:
    from datetime import datetime

    from service.application.evaluate import Question
    from service.application.explanation.asked import Asked, Explained
    from service.application.ports import Record
    from service.config import Settings

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z", re.IGNORECASE)


def explainer(catalog: Catalog, kept: Record) -> Explain:
    """
    Return the use case that explains decisions.

    Args:
        catalog: Releases with their engines.

        kept: Where evaluations are recorded.

    Returns:
        The use case.
    """
    return Explain(catalog, kept, _read, EXPLAINERS)


def explained(settings: Settings, words: str, asked: Asked, *, draft: bool = False) -> Explained:
    """
    Explain what somebody names.

    Args:
        settings: Of the installation.

        words: The id of a stored evaluation, the name of a JSON file with a panel, or what a case is called.

        asked: The question.

        draft: Whether the panel of a file is decided by the working copy; cases always are.

    Returns:
        The explanation.
    """
    explain = explainer(Catalog(releases(settings), engine), record(settings))
    if _ID.match(words):
        return explain.recorded(words, asked)
    if words.endswith(".json"):
        return explain(evaluation(settings, draft=draft).decision(panel_of(Path(words))), asked)
    return explain(decided_case(settings, words)[2], asked)


def _read(raw: bytes, as_of: datetime) -> Question:
    from service.web.requests import parse_question

    return parse_question(raw, lambda: as_of)
