"""
Explaining: stored evaluations, cases of the working copy, panels of files.
"""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from service.application.catalog import Catalog
from service.application.explain import EXPLAINERS, Explain
from service.bootstrap.authoring import decided_case
from service.bootstrap.parts import engine, record, releases, search
from service.bootstrap.unrecorded import catalog_of, panel_of, unrecorded

if TYPE_CHECKING:
    from datetime import datetime

    from service.application.evaluate import Question
    from service.application.explanation.asked import Asked, Explained
    from service.application.ports import Record, Search
    from service.config import Settings

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z", re.IGNORECASE)


def explainer(catalog: Catalog, kept: Record, searching: Search) -> Explain:
    """
    Return the use case that explains decisions.

    Args:
        catalog: Releases with their engines.

        kept: Where evaluations are recorded.

        searching: Looks for other panels.

    Returns:
        The use case.
    """
    return Explain(catalog, kept, _read, searching)


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
    with closing(search()) as searching:
        explain = explainer(Catalog(releases(settings), engine), record(settings), searching)
        if _ID.match(words):
            return explain.recorded(words, asked)
        if words.endswith(".json"):
            catalog, question = catalog_of(settings, draft=draft), panel_of(Path(words))
            decision = unrecorded(catalog).decision(question)
            loaded = catalog.choose(decision.release.ruleset.id, decision.release.version)
            return explain(decision, asked, question.panel, loaded.engine)
        _, case, decision = decided_case(settings, words)
        if asked.of in EXPLAINERS:
            return EXPLAINERS[asked.of](decision, asked)
        with closing(engine(decision.release)) as running:
            return explain(decision, asked, case.given, running)


def _read(raw: bytes, as_of: datetime) -> Question:
    from service.web.requests import parse_question

    return parse_question(raw, lambda: as_of)
