"""
Decisions for the verifier: each as an auditor is handed it, with the rule file of its release.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from service.adapters.durable_rules.engine import DurableRulesEngine
from service.adapters.knowledge.folder import KnowledgeFolder
from service.adapters.knowledge.release_json import derive
from service.application.answer import document
from service.application.canonical import canonical_json
from service.application.decide import decide
from service.domain.decision import Decision
from service.domain.given import GivenPanel
from service.domain.language.tree import Tree
from service.domain.nodes import plain
from service.domain.release import Release
from service.verifier import differences
from tests.strategies import KNOWLEDGE, knowledge


@lru_cache(maxsize=1)
def rule_file() -> dict[str, Any]:
    """
    Return what ``release.json`` of the working copy would say.
    """
    folder = KnowledgeFolder(KNOWLEDGE)
    (ruleset,) = folder.rulesets()
    return json.loads(derive(folder.files(ruleset), ruleset, "draft"))


def rule_file_of(tree: Tree) -> dict[str, Any]:
    """
    Return what ``release.json`` of the files of a rule set would say.
    """
    ruleset = plain(tree.ruleset)
    return {
        "format": 1,
        "ruleset": ruleset["id"],
        "version": "draft",
        "vocabulary": plain(tree.vocabulary),
        "ruleset_file": ruleset,
        "thresholds": plain(tree.thresholds),
        "profiles": {node.place.file: plain(node) for node in tree.profiles},
        "rules": {node.place.file: plain(node) for node in tree.rules},
    }


@lru_cache(maxsize=1)
def engine() -> DurableRulesEngine:
    """
    Return an engine that holds the working copy.
    """
    return DurableRulesEngine(knowledge(), probe=False)


def answered(decision: Decision) -> dict[str, Any]:
    """
    Return a decision as it is answered with its full trace, read back from its bytes.
    """
    return json.loads(canonical_json(document(decision)))


def decided(panel: GivenPanel, profile: str = "default", of: Release | None = None, by: Any = None) -> dict[str, Any]:
    """
    Decide a panel, by the working copy unless another release with its engine is given.
    """
    release = of or knowledge()
    decision, found = decide(release, release.profiles[profile], by or engine(), panel)
    assert found == ()
    return answered(decision)


def verified(decision: Mapping[str, Any], file: Mapping[str, Any] | None = None) -> list[str]:
    """
    Return what the verifier finds in a decision.
    """
    return differences(dict(decision), dict(file or rule_file()))
