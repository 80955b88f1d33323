"""
Every sample panel is a request that is answered.
"""

import json
from datetime import UTC, datetime

import pytest

from service.application.answer import document
from service.application.canonical import canonical_json
from service.application.decide import decide
from service.bootstrap import engine
from service.web.requests import parse_question
from tests.strategies import KNOWLEDGE, knowledge

EXAMPLES = sorted(KNOWLEDGE.glob("*/examples/*.json"))


@pytest.fixture(scope="module")
def running():
    """
    An engine that holds the working copy.
    """
    made = engine(knowledge())
    yield made
    made.close()


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in EXAMPLES])
def test_example(running, path):
    """
    A sample has a name and a sentence, and its request is read and decided without a fault.
    """
    sample = json.loads(path.read_bytes())
    question = parse_question(json.dumps(sample["request"]).encode(), lambda: datetime.now(UTC))
    release = knowledge()
    profile = release.profiles[question.profile]
    decision, found = decide(release, profile, running, question.panel)

    assert sample.keys() == {"name", "about", "request"}
    assert sample["about"].endswith(".")
    assert found == ()
    assert canonical_json(document(decision))


def test_there_are_some():
    """
    Documentation, pages and clients take their samples from here.
    """
    assert len(EXAMPLES) >= 5
