"""
The tiny rule set of `tests/tiny_knowledge`, for tests that need a whole one.
"""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

from service.adapters.knowledge.folder import KnowledgeFolder
from service.domain.cases import Case
from service.domain.release import Release

KNOWLEDGE = Path(__file__).parent / "tiny_knowledge"
RULESET = "greenhouse"
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


def copy_knowledge(folder: Path) -> Path:
    """
    Copy the tiny rule set, for a test to change.

    Args:
        folder: Where to put it.

    Returns:
        The folder ``knowledge`` inside it.
    """
    return shutil.copytree(KNOWLEDGE, folder / "knowledge")


def read_knowledge() -> tuple[Release, tuple[Case, ...]]:
    """Return the tiny rule set and its cases, as a draft."""
    return KnowledgeFolder(KNOWLEDGE).release(RULESET, "draft", "sha256:draft")
