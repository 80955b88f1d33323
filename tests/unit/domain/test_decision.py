from dataclasses import replace

import pytest

from service.domain.decision import Status
from service.domain.question import status
from service.domain.scales import Certainty, Urgency
from service.domain.semantics import Verdict
from tests import small

MAN = {"age": "40 a", "sex": "male"}
WOMAN = {"age": "30 a", "sex": "female", "pregnancy": "not-pregnant"}
DEFICIENT = {**MAN, "hemoglobin": "100 g/L", "ferritin": "8 ug/L"}


class TestConclusions:
    def test_order(self):
        """
        Conclusions are told by certainty, and causes before the frame of the same.
        """
        assert [(name, verdict.certainty) for name, verdict in small.decide(**DEFICIENT).conclusions] == [
            ("blood-disorder", Certainty.CONFIRMED),
            ("iron-anemia", Certainty.LIKELY),
        ]

    @pytest.mark.parametrize("said", [{"age": "3 mo"}, {}])
    def test_out_of_scope(self, said):
        """
        Outside the scope, and where it is unknown, no conclusion is told.
        """
        assert small.decide(**said, hemoglobin="60 g/L", ferritin="5 ug/L").conclusions == ()


class TestAdvice:
    def test_most_urgent(self):
        """
        Advice given twice is told once, with the strongest urgency and both rules.
        """
        ((name, urgency, rules),) = small.decide(**DEFICIENT, bleeding="present").advice

        assert (name, urgency) == ("look-for-bleeding", Urgency.SAME_DAY)
        assert [rule.id for rule in rules] == ["NXT-020", "NXT-030"]

    def test_any_scope(self):
        """
        Advice of any scope is given outside the scope too; other advice is not.
        """
        decision = small.decide(age="3 mo", hemoglobin="60 g/L", bleeding="present")

        assert [name for name, _, _ in decision.advice] == ["look-for-bleeding"]
        assert decision.advice[0][1] is Urgency.SAME_DAY
        assert decision.findings == ()


class TestChains:
    def test_of_a_conclusion(self):
        """
        A chain holds every rule that a conclusion rests on, by level and id.
        """
        decision = small.decide(**DEFICIENT)

        assert decision.chain(["IDA-010"]) == ("ANE-010", "IRN-010", "IDA-010")

    def test_rests_on_inflammation(self):
        """
        Where the limit depends on a finding, the rule that decided the finding is in the chain.
        """
        decision = small.decide(**MAN, hemoglobin="100 g/L", ferritin="40 ug/L", crp="9 mg/L")

        assert decision.chain(["IDA-010"]) == ("ANE-010", "INF-010", "IRN-010", "IDA-010")

    def test_of_a_refutation(self):
        """
        A conclusion that rests on a finding which closed has the refuted rules in its chain.
        """
        decision = small.decide(**MAN, hemoglobin="150 g/L")

        assert decision.chain(["BLD-020"]) == ("ANE-010", "BLD-020")

    def test_of_advice(self):
        """
        Advice that reads a conclusion rests on the rules that speak for it.
        """
        assert small.decide(**DEFICIENT).chain(["NXT-020"]) == ("ANE-010", "IRN-010", "IDA-010", "NXT-020")

    def test_claims(self):
        """
        Rules for and against a conclusion are told apart.
        """
        decision = small.decide(**MAN, hemoglobin="100 g/L", ferritin="160 ug/L")

        assert decision.claims("iron-anemia", speaking_for=True) == ()
        assert decision.claims("iron-anemia", speaking_for=False) == ("IDA-020",)

    @pytest.mark.parametrize(
        ("said", "finding", "by"),
        [
            ({"crp": "9 mg/L"}, "inflammation", ("INF-010",)),
            ({"crp": "1 mg/L"}, "inflammation", ("INF-020",)),
            ({"crp": "1 mg/L", "fever": "present"}, "inflammation", ("INF-010", "INF-020")),
            ({"hemoglobin": "150 g/L"}, "anemia", ("ANE-010",)),
            ({}, "anemia", ()),
        ],
    )
    def test_by(self, said, finding, by):
        """
        A finding names the rules that decided it: those that fired, or were refuted where it closed.
        """
        assert small.decide(**MAN, **said).by(finding) == by


class TestStatus:
    @pytest.mark.parametrize(
        ("said", "expected"),
        [
            pytest.param(DEFICIENT, Status.CONCLUDED, id="a likely cause"),
            pytest.param({**MAN, "hemoglobin": "150 g/L"}, Status.CONCLUDED, id="excluded"),
            pytest.param({**MAN, "hemoglobin": "100 g/L"}, Status.MORE_DATA_NEEDED, id="no cause yet"),
            pytest.param({}, Status.MORE_DATA_NEEDED, id="age unknown"),
            pytest.param({"age": "3 mo"}, Status.NOT_APPLICABLE, id="out of scope"),
            pytest.param(
                {**MAN, "hemoglobin": "100 g/L", "ferritin": "160 ug/L"},
                Status.INCONCLUSIVE,
                id="nothing could change it",
            ),
        ],
    )
    def test_status(self, said, expected):
        """
        A question is answered, waits for data, cannot be answered by more of them, or is not for the patient.
        """
        complete = ["history", "film"] if expected is Status.INCONCLUSIVE else []

        assert status(small.decide(**said, complete=complete, saturation="30 %")) is expected

    def test_contested(self):
        """
        A contested conclusion does not answer the question.
        """
        decision = small.decide(**MAN, hemoglobin="150 g/L")
        verdicts = {"blood-disorder": Verdict(Certainty.POSSIBLE, contested=True)}

        assert decision.is_concluded
        assert not replace(decision, inference=replace(decision.inference, verdicts=verdicts)).is_concluded
