"""
Results with the limits of their own laboratory.
"""

from __future__ import annotations

import pytest

from service.domain.rule_needs import rule_needs, rule_needs_ranges
from service.domain.scales import State
from service.domain.sentences import because
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

    @pytest.mark.parametrize(
        ("values", "issues"),
        [
            pytest.param(("118 g/L", "118 g/L"), ["ranges-differ"], id="one value"),
            pytest.param(("118 g/L", "150 g/L"), ["read-together"], id="two values"),
        ],
    )
    def test_flags_of_two_samples(self, values, issues):
        """
        Unlike flags of one value leave its side open and are remarked; of unlike values they are as they should be.
        """
        low, normal = values
        panel = small.panel(profile="local", **WOMAN, hemoglobin=[result(low, "", "L"), result(normal, "", "N")])

        assert [note.issue for note in panel.notes] == issues
        assert panel.values["hemoglobin"].reference.flag == "L or N"

    def test_nothing_is_shared(self):
        """
        The limit of one patient is not that of the next.
        """
        first = anemia(hemoglobin=result("118 g/L", "125 to 165 g/L"))

        assert (first, anemia(hemoglobin=result("118 g/L", "115 to 155 g/L"))) == (State.PRESENT, State.ABSENT)


NEVER_UNDER = (
    (
        "small/thresholds.yaml",
        "        otherwise: whole\n",
        "        otherwise: whole\n        never under: severe-hemoglobin\n",
    ),
    (
        "small/thresholds.yaml",
        "  inflammation-crp:\n    title",
        """\
  severe-hemoglobin:
    title: Hemoglobin below which an anemia is severe
    of: hemoglobin
    unit: g/L
    side: low
    choices:
      book:
        source: book
        where: Page 3
        read: own
        rows:
          - {age: to 66 a, pregnancy: not-pregnant, below: 80}
          - {age: to 66 a, pregnancy: pregnant, below: 70}
          - {age: from 66 a, no limit: The book ends at 65 years}
  inflammation-crp:
    title""",
    ),
    ("small/profiles/book.yaml", "  inflammation-crp: book\n", "  inflammation-crp: book\n  severe-hemoglobin: book\n"),
)


class TestEachLimit:
    """
    Each limit is judged by itself, whoever the patient is.
    """

    @pytest.mark.parametrize(
        ("hemoglobin", "issues", "limits"),
        [
            pytest.param(result("50 g/L", "0 to 155 g/L"), [], (None, 155), id="0 for none"),
            pytest.param(result("50 g/L", "0 to 155 g/L", "N"), [], (None, 155), id="0 for none, and a flag"),
            pytest.param(result("50 g/L", "<=155 g/L", "N"), [], (None, 155), id="no lower limit, and a flag"),
            pytest.param(result("118 g/L", "115 to 9999 g/L"), ["implausible-range"], (115, None), id="no upper limit"),
            pytest.param(result("118 g/L", "12 to 155 g/L"), ["implausible-range"], (None, 155), id="one in g/dL"),
            pytest.param(result("118 g/L", "0 to 16 g/L"), ["implausible-range"], None, id="both"),
        ],
    )
    def test_limits(self, hemoglobin, issues, limits):
        """
        A limit that no laboratory could mean is not used, nor a flag that was set against it; the other is.
        """
        panel = small.panel(profile="local", **WOMAN, hemoglobin=hemoglobin)
        reference = panel.values["hemoglobin"].reference

        assert [note.issue for note in panel.notes] == issues
        assert (reference and (reference.low, reference.high)) == limits
        assert reference is None or not reference.flag

    @pytest.mark.parametrize("flag", ["", "N", "H"])
    def test_zero_is_no_lower_limit(self, flag):
        """
        A system that sends 0 for "no lower limit" excludes no anemia.
        """
        assert anemia(hemoglobin=result("50 g/L", "0 to 155 g/L", flag)) is State.PRESENT

    def test_zero_may_be_meant(self):
        """
        Where the measure can be 0, a lower limit of 0 is one.
        """
        panel = small.panel(profile="local", **WOMAN, crp=result("3 mg/L", "0 to 5 mg/L", "N"))

        assert panel.values["crp"].reference.low == 0
        assert panel.values["crp"].reference.flag == "N"

    def test_a_flag_that_says_low(self):
        """
        A flag that calls the value low stays, whatever is wrong with the range.
        """
        assert anemia(hemoglobin=result("125 g/L", "12 to 16 g/L", "L")) is State.PRESENT


class TestNeverUnder:
    """
    Under a limit that the rule set names no range and no flag is believed.
    """

    @pytest.mark.parametrize(
        ("hemoglobin", "issues", "state"),
        [
            pytest.param(result("50 g/L", "35 to 155 g/L"), ["range-not-believed"], State.PRESENT, id="a limit"),
            pytest.param(result("100 g/L", "79.9 to 155 g/L"), ["range-not-believed"], State.PRESENT, id="just under"),
            pytest.param(result("100 g/L", "80 to 155 g/L"), [], State.ABSENT, id="the limit itself"),
            pytest.param(result("50 g/L", flag="N"), ["range-not-believed"], State.PRESENT, id="a flag"),
            pytest.param(result("50 g/L", flag="H"), ["range-not-believed"], State.PRESENT, id="the wrong flag"),
            pytest.param(result("50 g/L", flag="L"), [], State.PRESENT, id="the right flag"),
            pytest.param(result("80 g/L", flag="N"), [], State.ABSENT, id="a flag at the limit"),
            pytest.param(result("<90 g/L", flag="N"), ["range-not-believed"], State.PRESENT, id="perhaps under"),
            pytest.param(result("100 g/L", "35 to 155 g/L", "N"), ["range-not-believed"], State.PRESENT, id="both"),
            pytest.param(result("125 g/L", "35 to 155 g/L", "L"), ["contradiction"], State.ABSENT, id="contradicting"),
        ],
    )
    def test_adult(self, hemoglobin, issues, state):
        """
        What is not believed is noted, and is as if it had not been sent.
        """
        decision = small.decide(*NEVER_UNDER, profile="local", **WOMAN, hemoglobin=hemoglobin)

        assert [note.issue for note in decision.panel.notes if note.measure == "hemoglobin"] == issues
        assert decision.inference.states["anemia"] is state

    def test_sentences(self):
        """
        The note names the limit that was sent, and the one that it lies under.
        """

        def noted(hemoglobin, **more):
            given = {**WOMAN, **more, "hemoglobin": hemoglobin}
            (note,) = small.panel(*NEVER_UNDER, profile="local", **given).notes
            return note.detail

        assert noted(result("50 g/L", "35 to 155 g/L")) == (
            "hemoglobin: the laboratory's lower limit, 35 g/L, was not used: "
            "no laboratory calls a value under 80 g/L normal (severe-hemoglobin)."
        )
        assert noted(result("50 g/L", flag="N")) == (
            "hemoglobin: the laboratory's flag N was not used: "
            "no laboratory calls a value under 80 g/L normal (severe-hemoglobin)."
        )
        assert noted(result("150 g/L", "120 to 155 g/L"), age="70 a") == (
            "hemoglobin: the laboratory's lower limit, 120 g/L, was not used: "
            "severe-hemoglobin has no limit for this patient that it could be measured by."
        )

    @pytest.mark.parametrize(
        ("pregnancy", "low"),
        [
            pytest.param({"pregnancy": "late"}, 75, id="over hers"),
            pytest.param({"pregnancy": "not-pregnant"}, None, id="under hers"),
            pytest.param({}, None, id="under what may be hers"),
        ],
    )
    def test_every_patient_that_is_possible(self, pregnancy, low):
        """
        The limit must not lie under that of anybody whom the patient may be.
        """
        given = {"age": "30 a", "sex": "female", **pregnancy, "hemoglobin": result("100 g/L", "75 to 155 g/L")}
        panel = small.panel(*NEVER_UNDER, profile="local", **given)

        assert panel.values["hemoglobin"].reference.low == low


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
