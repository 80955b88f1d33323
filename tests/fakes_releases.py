"""
A source of one release: what the authors' folder says now, without its cases.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from service.adapters.knowledge.folder import KnowledgeFolder, trees
from service.domain.errors import ReleaseNotFoundError
from service.domain.language.release import read_release
from service.domain.release import Release

KNOWLEDGE = Path(__file__).parent.parent / "knowledge"
RULESET = "microcytic-anemia"
VERSION = "0.1.0"


class OneRelease:
    """Implements `service.application.ports.ReleaseSource`."""

    def __init__(self, root: Path = KNOWLEDGE, ruleset: str = RULESET) -> None:
        files = KnowledgeFolder(root).files(ruleset)
        self.ruleset = ruleset
        self.release = read_release(trees(files, ruleset, "")[0], VERSION, "sha256:" + 64 * "0")
        self.texts = {path: raw.decode() for path, raw in files.items()}

    def rulesets(self) -> tuple[str, ...]:
        return (self.ruleset,)

    def versions(self, ruleset: str) -> tuple[str, ...]:
        if ruleset != self.ruleset:
            raise ReleaseNotFoundError(ruleset, None, [self.ruleset])
        return (VERSION,)

    def load(self, ruleset: str, version: str) -> Release:
        return self.release

    def check(self, used: tuple[tuple[str, str], ...]) -> None:
        pass

    def ledger(self, ruleset: str) -> tuple[dict[str, str], ...]:
        return ({"event": "published", "ruleset": ruleset, "version": VERSION},)

    def examples(self, ruleset: str, version: str) -> dict[str, dict[str, Any]]:
        return {}

    def rule_text(self, ruleset: str, version: str, rule: str) -> str:
        file = self.release.rules[rule].file
        return next(text for path, text in self.texts.items() if file.endswith(path))
