"""
Results with the limits of their own laboratory.
"""

from __future__ import annotations

import pytest

from service.domain.rule_needs import rule_needs, rule_needs_ranges
from service.domain.sentences import because
from service.domain.vocabulary import State
from tests import small

WOMAN = {"age": "30 a", "sex": "female", "pregnancy": "not-pregnant"}


def anemia(profile: str = "local", **said: object) -> State:
    """
    Return whether a woman is anemic.
    """
    return small.decide(profile=profile, **{**WOMAN, **said}).inference.states["anemia"]


def result(value: str, laboratory: str = "", flag: str = "") -> dict[str, str]:
    """
    Write a result as it stands in a case.
    """
    return {"value": value, **({"laboratory": laboratory} if laboratory else {}), **({"flag": flag} if flag else {})}


class TestLimit:
    @pytest.mark.parametrize(
        ("hemoglobin", "state"),
        [
            pytest.param(result("118 g/L", "115 to 155 g/L"), State.ABSENT, id="inside, though the book says below"),
            pytest.param(result("118 g/L", "125 to 165 g/L"), State.PRESENT, id="below"),
            pytest.param(result("115 g/L", "115 to 155 g/L"), State.ABSENT, id="the limit is inside"),
            pytest.param(result("11.4 g/dL", "11.5 to 15.5 g/dL"), State.PRESENT, id="in another unit"),
            pytest.param(result("<110 g/L", ">=115 g/L"), State.PRESENT, id="one limit"),
            pytest.param(result("118 g/L", flag="L"), State.PRESENT, id="flag L"),
            pytest.param(result("118 g/L", flag="N"), State.ABSENT, id="flag N"),
            pytest.param(result("118 g/L", flag="H"), State.ABSENT, id="flag H"),
            pytest.param("118 g/L", State.PRESENT, id="no range: the other choice"),
            pytest.param(result("118 g/L", "<=155 g/L"), State.PRESENT, id="no lower limit: the other choice"),
        ],
    )
    def test_state(self, hemoglobin, state):
        """
        A value is compared with what its laboratory prints; without that, the other choice holds.
        """
        assert anemia(hemoglobin=hemoglobin) is state

    @pytest.mark.parametrize(
        ("hemoglobin", "issue"),
        [
            pytest.param(result("118 g/L", "115 to 155 g/L", "L"), "contradiction", id="flag against range"),
            pytest.param(result("125 g/L", "12 to 16 g/L"), "implausible-range", id="range in another unit"),
        ],
    )
    def test_not_used(self, hemoglobin, issue):
        """
        A range that cannot be right is not used, and that is noted; the value is used.
        """
        panel = small.panel(profile="local", **WOMAN, hemoglobin=hemoglobin)

        assert [(note.issue, note.used) for note in panel.notes] == [(issue, True)]
        assert panel.values["hemoglobin"].reference is None

    def test_together(self):
        """
        Results that are read together need one range.
        """
        several = [result("118 g/L", "115 to 155 g/L"), result("118 g/L", "120 to 160 g/L")]
        panel = small.panel(profile="local", **WOMAN, hemoglobin=several)

        assert [note.issue for note in panel.notes] == ["ranges-differ"]
        assert panel.values["hemoglobin"].reference is None

    def test_nothing_is_shared(self):
        """
        The limit of one patient is not that of the next.
        """
        first = anemia(hemoglobin=result("118 g/L", "125 to 165 g/L"))

        assert (first, anemia(hemoglobin=result("118 g/L", "115 to 155 g/L"))) == (State.PRESENT, State.ABSENT)


class TestTold:
    def test_because(self):
        """
        The sentence names the laboratory's limit.
        """
        decision = small.decide(profile="local", **WOMAN, hemoglobin=result("11.2 g/dL", "12.0 to 16.0 g/dL"))

        said = because(decision, decision.release.rules["ANE-010"])
        assert said == "Hemoglobin 112 g/L is below the laboratory's lower limit 120 g/L."

    def test_missing(self):
        """
        Without a range and without another choice, the result is asked for with its range.
        """
        decision = small.decide(profile="local", **WOMAN, crp="8 mg/L", fever="absent")
        rule = decision.release.rules["INF-010"]

        assert rule_needs(decision, rule) == ("crp",)
        assert rule_needs_ranges(decision, rule) == ("crp",)
