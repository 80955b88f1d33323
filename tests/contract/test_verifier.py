"""
The verifier, which has a trace and the rule file alone, and what the service decides.

They share no code. Panels and rule sets are random; cases and examples are the authors'.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from service.adapters.durable_rules.engine import DurableRulesEngine
from service.adapters.knowledge.folder import KnowledgeFolder
from service.application.decide import decide
from service.domain.errors import EngineError, EngineLimitError, KnowledgeError, PanelError
from service.domain.given import GivenPanel
from service.domain.language.release import read_release
from service.domain.semantics import ContradictionError
from service.web.requests import parse_question
from tests import verifying
from tests.rule_sets import PROFILES, rule_sets, written
from tests.strategies import KNOWLEDGE, examples, knowledge, panels

RELEASE = knowledge()
PANELS_OF_A_RULE_SET = 5


class TestVerifier:
    @examples(1000)
    @given(panels(RELEASE, assuming=True), st.sampled_from(sorted(RELEASE.profiles)))
    def test_knowledge(self, panel: GivenPanel, profile: str):
        """
        Any panel of the knowledge is decided as the verifier derives it again, in every profile.
        """
        try:
            decision = verifying.decided(panel, profile)
        except PanelError:
            reject()

        assert verifying.verified(decision) == []

    @examples(60)
    @given(st.data())
    def test_random_rules(self, data):
        """
        The same holds of rules that nobody would write: findings that are established and ruled out, thresholds
        keyed by findings, laboratory limits, groups of every kind, conclusions of every certainty.
        """
        tree = written(data.draw(rule_sets()))
        try:
            release = read_release(tree, "draft", "sha256:0", authoring=False)
            engine = DurableRulesEngine(release, probe=False)
        except (KnowledgeError, EngineLimitError):
            reject()
        file = verifying.rule_file_of(tree)
        try:
            for _ in range(PANELS_OF_A_RULE_SET):
                profile = release.profiles[data.draw(st.sampled_from(PROFILES))]
                try:
                    decision, found = decide(release, profile, engine, data.draw(panels(release)))
                except (PanelError, ContradictionError, EngineError):
                    continue
                assert found == ()
                assert verifying.verified(verifying.answered(decision), file) == []
        finally:
            engine.close()

    def test_cases(self):
        """
        So is the patient of every case beside a rule.
        """
        folder = KnowledgeFolder(KNOWLEDGE)
        (ruleset,) = folder.rulesets()
        _, cases = folder.release(ruleset, "draft", "sha256:0")

        found = {
            case.name: differing
            for case in cases
            if (differing := verifying.verified(verifying.decided(case.given, case.profile)))
        }

        assert cases
        assert found == {}

    @pytest.mark.parametrize("path", sorted(KNOWLEDGE.glob("*/examples/*.json")), ids=lambda path: path.stem)
    def test_examples(self, path):
        """
        So is every example, in every profile.
        """
        request = json.dumps(json.loads(path.read_bytes())["request"]).encode()
        panel = parse_question(request, lambda: datetime.now(UTC)).panel

        assert [one for name in RELEASE.profiles for one in verifying.verified(verifying.decided(panel, name))] == []
