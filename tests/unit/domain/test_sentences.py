import pytest

from service.domain.sentences import because, limit_text, rows_in_force
from tests import small

MAN = {"age": "40 a", "sex": "male"}


class TestBecause:
    @pytest.mark.parametrize(
        ("rule", "said", "sentence"),
        [
            pytest.param(
                "ANE-010", {"hemoglobin": "100 g/L"}, "Hemoglobin 100 g/L is below 130 g/L.", id="value and limit"
            ),
            pytest.param(
                "ANE-010",
                {"hemoglobin": "120 g/L", "altitude": "2000 m"},
                "Hemoglobin 110 g/L (measured 120 g/L; minus 10 g/L for altitude, 2000 m) is below 130 g/L.",
                id="value compared and measured",
            ),
            pytest.param(
                "ANE-010", {"hemoglobin": "150 g/L"}, "Hemoglobin 150 g/L is not below 130 g/L.", id="refuted"
            ),
            pytest.param(
                "ANE-010",
                {"hematocrit": "25 %"},
                "Hemoglobin 70 to 92.5 g/L (computed from hematocrit 25 %) is below 130 g/L.",
                id="computed from another result",
            ),
            pytest.param(
                "ANE-010",
                {"sex": "female", "hemoglobin": "125 g/L"},
                "Hemoglobin 125 g/L is below none of the limits still possible (105 g/L or 120 g/L).",
                id="none of several limits",
            ),
            pytest.param("IRN-010", {"ferritin": "<5 ug/L"}, "Ferritin <5 ug/L is low.", id="below detection"),
        ],
    )
    def test_sentence(self, rule, said, sentence):
        """
        A rule's own sentence is filled with what was compared; a refuted one says which comparisons failed.
        """
        decision = small.decide(**{**MAN, **said})

        assert because(decision, small.release().rules[rule]) == sentence

    def test_attribute(self):
        """
        A placeholder of an attribute is its possible values.
        """
        change = (
            "small/rules/next/nxt-010-ferritin.yaml",
            "    - ferritin: missing",
            "    - ferritin: missing\n    - sex: is male",
        )
        told = ("small/rules/next/nxt-010-ferritin.yaml", "Ferritin says whether there is iron.", '"A {sex} patient."')

        decision = small.decide(change, told, **MAN, hemoglobin="100 g/L")

        assert because(decision, decision.release.rules["NXT-010"]) == "A male patient."


class TestLimits:
    @pytest.mark.parametrize(
        ("said", "text"),
        [
            ({}, "every limit still possible (15 ug/L or 70 ug/L)"),
            ({"crp": "9 mg/L"}, "70 ug/L"),
            ({"crp": "1 mg/L"}, "15 ug/L"),
            ({"crp": "1 mg/L", "fever": "present"}, "every limit still possible (15 ug/L or 70 ug/L)"),
        ],
    )
    def test_in_force(self, said, text):
        """
        The limit told is the one in force, or the span of those that may be.
        """
        decision = small.decide(**MAN, **said, ferritin="8 ug/L")

        assert limit_text(decision, "low-ferritin") == text

    def test_hole(self):
        """
        Where there is no limit that is told, not a number.
        """
        decision = small.decide(profile="book", age="70 a", sex="male", altitude="0 m", hemoglobin="100 g/L")

        assert limit_text(decision, "anemia-hemoglobin") == "no limit"
        assert [row.text for row in rows_in_force(decision, "anemia-hemoglobin")] == ["from 66 a"]
