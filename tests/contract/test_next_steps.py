"""
No answer is a dead end: whoever may have a cause is told what to do next.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.adapters.knowledge.folder import KnowledgeFolder
from service.application.decide import decide
from service.application.semantics_alone import SemanticsAlone
from service.domain.decision import Decision
from service.domain.errors import ContradictionError
from service.domain.given import GivenPanel, GivenResult
from service.domain.intervals import Interval
from service.domain.quantities import Quantity, parse_quantity
from tests.strategies import AS_OF, KNOWLEDGE, knowledge, panels

RELEASE = knowledge()
CASES = KnowledgeFolder(KNOWLEDGE).release(RELEASE.ruleset.id, "draft", "")[1]
ALONE = SemanticsAlone(RELEASE)
PROFILES = st.sampled_from(sorted(RELEASE.profiles))
KINDS = {"cause", "mimic", "state"}
PATIENTS = {
    "an infant": {"age": "8 mo", "sex": "male"},
    "a toddler": {"age": "20 mo", "sex": "female"},
    "a small child": {"age": "3 a", "sex": "male"},
    "a child": {"age": "8 a", "sex": "female"},
    "a girl of 14": {"age": "14 a", "sex": "female", "pregnancy": "not-pregnant"},
    "a girl of 14 who is pregnant": {"age": "14 a", "sex": "female", "pregnancy": "second-trimester"},
    "a man": {"age": "40 a", "sex": "male"},
    "a woman": {"age": "30 a", "sex": "female", "pregnancy": "not-pregnant"},
    "a woman of whom pregnancy is not told": {"age": "30 a", "sex": "female"},
    "in the first trimester": {"age": "30 a", "sex": "female", "pregnancy": "first-trimester"},
    "in the second trimester": {"age": "30 a", "sex": "female", "pregnancy": "second-trimester"},
    "in a trimester that is not told": {"age": "30 a", "sex": "female", "pregnancy": "pregnant"},
    "after a birth": {"age": "30 a", "sex": "female", "pregnancy": "postpartum"},
    "an old woman": {"age": "75 a", "sex": "female"},
}
# In the units of the vocabulary: what is plausible, and on both sides of what is asked of it.
VALUES = {
    "hemoglobin": (60, 95, 107, 114, 125, 140),
    "rbc": (3, 4, 5, 6),
    "mcv": (60, 66, 72, 76, 79, 85, 105),
    "mch": (18, 22, 24, 26, 30),
    "rdw-cv": (13, 16),
    "ferritin": (6, 13, 20, 28, 40, 60, 90, 120, 200),
    "crp": (1, 40),
    "transferrin-saturation": (8, 18, 28, 50),
    "tibc": (40, 60, 80),
    "hemoglobin-a2": (2, Fraction(13, 4), Fraction(34, 10), Fraction(36, 10), 5, 12),
    "hemoglobin-f": (Fraction(1, 2), 7, 14, 40, 80),
    "reticulocyte-hemoglobin": (25, 32),
}


def dead_end(decision: Decision) -> list[str]:
    """
    Return the causes that are possible at least, of an answer that says nothing of what to do.
    """
    told = RELEASE.vocabulary.conclusions
    found = [name for name, verdict in decision.conclusions if verdict.certainty.is_for and told[name].kind in KINDS]
    return [] if decision.advice else found


def plausible(patient: dict[str, str], values: dict[str, int | Fraction]) -> GivenPanel:
    """
    Return a panel of a patient with these results.
    """
    results = tuple(
        GivenResult(name, f"/results/{name}", _quantity(name, Fraction(value)), measure=name)
        for name, value in values.items()
    )
    attributes = {name: (word, f"/patient/{name}") for name, word in patient.items() if name != "age"}
    age = {"age": (parse_quantity(patient["age"]), "/patient/age")}
    return GivenPanel(AS_OF, attributes, age, None, results, (), (), {}, ())


def _quantity(name: str, value: Fraction) -> Quantity:
    return Quantity(Interval.exactly(value), RELEASE.vocabulary.measures[name].unit, str(float(value)))


@pytest.mark.parametrize("patient", [pytest.param(one, id=name) for name, one in PATIENTS.items()])
def test_each_population(patient):
    """
    At each age and in each state of pregnancy a cause that is possible at least comes with a next step.
    """
    seen: Counter[bool] = Counter()

    @given(st.fixed_dictionaries({}, optional={name: st.sampled_from(some) for name, some in VALUES.items()}), PROFILES)
    def ask(values: dict[str, int | Fraction], profile: str) -> None:
        decision = decide(RELEASE, RELEASE.profiles[profile], ALONE, plausible(patient, values))[0]
        assert dead_end(decision) == []
        seen[bool(decision.conclusions)] += 1

    ask()

    assert seen[True]


@given(panels(RELEASE), PROFILES)
def test_any_panel(panel, profile):
    """
    So it is of whatever a caller may send.
    """
    try:
        decision = decide(RELEASE, RELEASE.profiles[profile], ALONE, panel)[0]
    except ContradictionError:
        return
    assert dead_end(decision) == []


def test_cases():
    """
    So it is of each case beside the rules.
    """
    found = {}
    for case in CASES:
        decision = decide(RELEASE, RELEASE.profiles[case.profile], ALONE, case.given)[0]
        if dead_end(decision):
            found[f"{case.rule}: {case.name}"] = dead_end(decision)

    assert found == {}
