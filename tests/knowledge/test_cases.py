"""
Every case beside a rule, by the engine and by the reference semantics.
"""

import pytest

from service.adapters.knowledge.folder import KnowledgeFolder
from service.application.cases import run_cases
from service.bootstrap import engine
from tests.strategies import KNOWLEDGE

FOLDER = KnowledgeFolder(KNOWLEDGE)
READ = [FOLDER.release(name, "draft", "sha256:0") for name in FOLDER.rulesets()]
CASES = [pytest.param(release, case, id=f"{case.rule}: {case.name}") for release, cases in READ for case in cases]


@pytest.fixture(scope="module")
def engines():
    """
    One engine for each rule set.
    """
    running = {release.ruleset.id: engine(release) for release, _ in READ}
    yield running
    for one in running.values():
        one.close()


@pytest.mark.parametrize(("release", "case"), CASES)
def test_case(engines, release, case):
    """
    The engine and the semantics agree, and say of the patient what the case expects.
    """
    (result,) = run_cases(release, engines[release.ruleset.id], [case])

    assert result.failures == ()
