from dataclasses import replace

import pytest

from service.domain.agreement import differences
from service.domain.inference import Basis, BasisKind
from service.domain.scales import State
from tests import small

DEFICIENT = {"age": "40 a", "sex": "male", "hemoglobin": "100 g/L", "ferritin": "8 ug/L"}


class TestDifferences:
    def test_agreement(self):
        """
        The engine and the semantics agree on what they were given.
        """
        decision = small.decide(**DEFICIENT)

        assert differences(decision.inference, decision.meaning, decision.facts) == ()

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            pytest.param({"fired": {}}, "ANE-010 fired in the semantics only", id="a firing lost"),
            pytest.param(
                {"refuted": {"ANE-010": frozenset()}}, "ANE-010 was refuted by the engine only", id="a refutation"
            ),
            pytest.param({"states": {"anemia": State.ABSENT}}, "the state of anemia differs", id="a state"),
            pytest.param({"verdicts": {}}, "the certainty of iron-anemia differs", id="a verdict"),
            pytest.param({"scope": False}, "the scope differs", id="the scope"),
            pytest.param(
                {"fired": {"NXT-010": frozenset()}}, "NXT-010 fired in the engine only", id="a firing too many"
            ),
            pytest.param(
                {"fired": {"ANE-010": frozenset({Basis(BasisKind.FINDING, "fever", "present")})}},
                "ANE-010 rests on fever, which was not given",
                id="a finding",
            ),
            pytest.param(
                {"fired": {"ANE-010": frozenset({Basis(BasisKind.KNOWN, "crp", "known")})}},
                "ANE-010 rests on crp, which was not given",
                id="a result",
            ),
            pytest.param(
                {"fired": {"ANE-010": frozenset({Basis(BasisKind.PROFILE, "book", "")})}},
                "ANE-010 rests on book, which was not given",
                id="a profile",
            ),
        ],
    )
    def test_broken_engine(self, change, words):
        """
        Whatever part of the engine's answer is wrong, it is told, with names of rules and no values.
        """
        decision = small.decide(**DEFICIENT)

        found = differences(replace(decision.inference, **change), decision.meaning, decision.facts)

        assert words in found
        assert not any(character.isdigit() for text in found for character in text.split(" ", 1)[1])
