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
from service.domain.scales import Certainty, State, Urgency
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


class TestUrgency:
    def test_nobody_waits(self):
        """
        In every profile, whatever else is said or left out, a hemoglobin below the lowest limit of severe anemia
        is for a clinician the same day; of a diluted sample, a new count is.
        """
        seen: Counter[str] = Counter()
        tenths = st.integers(300, 799)

        @examples(400)
        @given(panels(KNOWLEDGE), PROFILES, tenths, st.sampled_from((None, None, "3 mo", "40 a")))
        def ask(panel: GivenPanel, profile: str, drawn: int, age: str | None) -> None:
            hemoglobin = KNOWLEDGE.vocabulary.measures["hemoglobin"]
            own = {hemoglobin.name, *hemoglobin.loinc}
            others = tuple(one for one in panel.results if not {one.measure, one.code} & own)
            if age:
                male = {"sex": ("male", "/patient/sex")}
                aged = {"age": (parse_quantity(age), "/patient/age")}
                panel = replace(panel, attributes=male, quantities=aged, birth_date=None)
            # In tenths of g/L. Nobody's limit is lower than 70 g/L, and that of a man is 80.
            most = 800 if age == "40 a" else 700
            value = Fraction(drawn if drawn < most else 300 + drawn % 100, 10)
            quantity = Quantity(Interval.exactly(value), hemoglobin.unit, str(float(value)))
            low = GivenResult("low", "/results/low", quantity, measure=hemoglobin.name)
            decision = decided(replace(panel, results=(*others, low)), profile)
            urgent = {name for name, urgency, _ in decision.advice if urgency in {Urgency.SAME_DAY, Urgency.EMERGENCY}}
            diluted = any(one.finding == "diluted-sample" and one.state is State.PRESENT for one in panel.findings)
            assert ("repeat-blood-count" if diluted else "assess-low-hemoglobin") in urgent
            seen.update((profile, f"in scope: {decision.in_scope}", f"diluted: {diluted}", f"below 70: {value < 70}"))

        ask()

        either = {f"{what}: {said}" for what in ("in scope", "diluted", "below 70") for said in (True, False)}
        assert {*KNOWLEDGE.profiles, *either} - seen.keys() == set()

    @pytest.mark.parametrize("profile", sorted(KNOWLEDGE.profiles))
    @pytest.mark.parametrize(
        ("patient", "severe"),
        [
            pytest.param({}, 70, id="of whom nothing is known"),
            pytest.param({"age": "3 mo"}, 70, id="too young for the rules"),
            pytest.param({"age": "14 mo"}, 70, id="an infant"),
            pytest.param({"age": "4 a", "sex": "male"}, 70, id="a small child"),
            pytest.param({"age": "10 a", "sex": "male"}, 80, id="a child"),
            pytest.param({"age": "30 a", "sex": "female"}, 70, id="a woman who may be pregnant"),
            pytest.param({"age": "30 a", "sex": "female", "pregnancy": "pregnant"}, 70, id="in pregnancy"),
            pytest.param({"age": "30 a", "sex": "female", "pregnancy": "postpartum"}, 80, id="after a birth"),
            pytest.param({"age": "40 a", "sex": "male"}, 80, id="a man"),
            pytest.param({"age": "80 a", "sex": "female"}, 80, id="an old woman"),
        ],
    )
    def test_populations(self, profile: str, patient: dict[str, str], severe: int):
        """
        For each population, just below its limit of severe anemia somebody is to come, and nothing else need be known.
        """
        hemoglobin = KNOWLEDGE.vocabulary.measures["hemoglobin"]
        text = f"{severe - 0.1:.1f}"
        quantity = Quantity(Interval.exactly(Fraction(text)), hemoglobin.unit, text)
        panel = GivenPanel(
            AS_OF,
            {name: (word, f"/patient/{name}") for name, word in patient.items() if name != "age"},
            {name: (parse_quantity(age), "/patient/age") for name, age in patient.items() if name == "age"},
            None,
            (GivenResult("low", "/results/low", quantity, measure=hemoglobin.name),),
            (),
            (),
            {},
            (),
        )

        advised = {name: urgency for name, urgency, _ in decided(panel, profile).advice}

        assert advised["assess-low-hemoglobin"] is Urgency.SAME_DAY


def sure(decision: Decision, conclusion: str) -> int:
    """
    Return how sure a conclusion is: below zero where it is spoken against, zero where nothing is said.
    """
    verdict = dict(decision.conclusions).get(conclusion)
    if verdict is None:
        return 0
    certainty: Certainty = verdict.certainty
    return certainty.force if certainty.is_for else -certainty.force
