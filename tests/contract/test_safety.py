"""
The safety properties of the knowledge, on random panels.

They are not proved here; a panel that breaks one is a witness all the same.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from service.adapters.knowledge.folder import KnowledgeFolder
from service.application.decide import decide
from service.application.safety import broken
from service.application.semantics_alone import SemanticsAlone
from service.domain.decision import Decision
from service.domain.given import GivenPanel, GivenResult
from service.domain.intervals import Interval
from service.domain.laboratory import Flag, GivenReference
from service.domain.quantities import Quantity, parse_quantity
from service.domain.safety import AlwaysAdvise, NeverUnless, NeverWeakens
from service.domain.scales import Certainty, State
from service.domain.semantics import ContradictionError, truth
from tests.strategies import AS_OF, examples, knowledge, panels
from tests.strategies import KNOWLEDGE as FOLDER

KNOWLEDGE = knowledge()
CASES = KnowledgeFolder(FOLDER).release(KNOWLEDGE.ruleset.id, "draft", "")[1]
ALONE = SemanticsAlone(KNOWLEDGE)
FORMS = [one.form for one in KNOWLEDGE.ruleset.safety]
PROFILES = st.sampled_from(sorted(KNOWLEDGE.profiles))


def decided(panel: GivenPanel, profile: str) -> Decision:
    """
    Decide a panel by the semantics, or draw another where it contradicts itself.
    """
    try:
        return decide(KNOWLEDGE, KNOWLEDGE.profiles[profile], ALONE, panel)[0]
    except ContradictionError:
        reject()


@st.composite
def severe(draw: st.DrawFn) -> GivenPanel:
    """
    Draw a patient with one hemoglobin, severely low for everybody, and whatever a laboratory may send beside it.
    """
    age = parse_quantity(draw(st.sampled_from(["30 a", "30 a", "4 a", "70 a"])))
    words = {"sex": ["female", "male"], "pregnancy": ["not-pregnant", "third-trimester"]}
    said = {name: draw(st.sampled_from([*some, None])) for name, some in words.items()}
    low, high = sorted(draw(st.tuples(*[st.integers(0, 230).map(Fraction)] * 2)))
    low, high = draw(st.sampled_from([(low, high), (low, None), (None, high), (Fraction(0), high)]))
    hemoglobin = parse_quantity(draw(st.sampled_from(["10.1 g/L", "50 g/L", "69.9 g/L", "<70 g/L"])))
    result = GivenResult(
        "r1",
        "/results/0",
        hemoglobin,
        "hemoglobin",
        reference=draw(st.sampled_from([None, GivenReference(low, high, "/results/0/reference")])),
        flag=draw(st.sampled_from([None, *Flag])),
    )
    return GivenPanel(
        AS_OF,
        {name: (word, f"/patient/{name}") for name, word in said.items() if word},
        {"age": (age, "/patient/age")},
        results=(result,),
    )


class TestKnowledge:
    def test_holds(self):
        """
        No panel breaks a property; among them, and those of the cases, each of them could be broken.
        """
        seen: Counter[str] = Counter()

        def look(panel: GivenPanel, profile: str) -> None:
            decision = decided(panel, profile)
            concluded = dict(decision.conclusions)
            for form in FORMS:
                if isinstance(form, AlwaysAdvise):
                    seen[form.text] += truth(form.asks, decision.facts, decision.meaning) is True
                elif isinstance(form, NeverUnless):
                    verdict = concluded.get(form.conclusion)
                    seen[form.text] += verdict is not None and verdict.certainty is form.certainty
            assert list(broken(decision)) == []

        @examples(400)
        @given(panels(KNOWLEDGE), PROFILES)
        def ask(panel: GivenPanel, profile: str) -> None:
            look(panel, profile)

        ask()
        for case in CASES:
            look(case.given, case.profile)

        asked = [form.text for form in FORMS if isinstance(form, AlwaysAdvise | NeverUnless)]
        assert [text for text in asked if not seen[text]] == []

    @examples(300)
    @given(severe(), PROFILES)
    def test_no_range_hides_a_severe_anemia(self, panel: GivenPanel, profile: str):
        """
        No range and no flag of a laboratory makes anemia absent where WHO would call it severe.
        """
        assert decided(panel, profile).meaning.states["anemia"] is not State.ABSENT

    @pytest.mark.parametrize("form", [pytest.param(one, id=one.text) for one in FORMS if isinstance(one, NeverWeakens)])
    def test_never_weakens(self, form: NeverWeakens):
        """
        The same panel with another value of the measure is never less sure of the conclusion.
        """
        measure = KNOWLEDGE.vocabulary.measures[form.measure]
        changed: Counter[bool] = Counter()
        values = st.lists(st.integers(1, 300).map(Fraction), min_size=2, max_size=2, unique=True)

        @examples(400)
        @given(panels(KNOWLEDGE), PROFILES, values)
        def ask(panel: GivenPanel, profile: str, drawn: list[Fraction]) -> None:
            own = {measure.name, *measure.loinc}
            others = tuple(one for one in panel.results if not {one.measure, one.code} & own)
            sureness = []
            for value in sorted(drawn, reverse=not form.raising):
                quantity = Quantity(Interval.exactly(value), measure.unit, str(value))
                result = GivenResult("moved", "/results/moved", quantity, measure=measure.name)
                sureness.append(sure(decided(replace(panel, results=(*others, result)), profile), form.conclusion))
            assert sureness[0] <= sureness[1]
            changed[sureness[0] < sureness[1]] += 1

        ask()

        assert changed[True]


def sure(decision: Decision, conclusion: str) -> int:
    """
    Return how sure a conclusion is: below zero where it is spoken against, zero where nothing is said.
    """
    verdict = dict(decision.conclusions).get(conclusion)
    if verdict is None:
        return 0
    certainty: Certainty = verdict.certainty
    return certainty.force if certainty.is_for else -certainty.force
