from fractions import Fraction

import pytest

from service.domain.vocabulary import Certainty, Urgency
from tests import small


class TestMeasure:
    def test_factor(self):
        """
        An accepted unit has its exact factor; a unit that would convert and is not accepted has none.
        """
        hemoglobin = small.release().vocabulary.measures["hemoglobin"]

        assert hemoglobin.accepted_units == ("g/L", "g/dL", "mmol/L")
        assert hemoglobin.factor("mmol/L") == Fraction("16.1145")
        assert hemoglobin.factor("mg/L") is None

    def test_of_code(self):
        """
        Each LOINC code of a measure stands for it, and another for none.
        """
        words = small.release().vocabulary

        assert words.measure_of_code("59260-0") is words.measures["hemoglobin"]
        assert words.measure_of_code("1-1") is None


class TestAttribute:
    @pytest.mark.parametrize(
        ("word", "values"),
        [
            ("late", {"late"}),
            ("pregnant", {"early", "late"}),
            ("not-pregnant or early", {"not-pregnant", "early"}),
            ("pregnant or not-pregnant", {"not-pregnant", "early", "late"}),
            ("unknown", None),
            ("early or unknown", None),
            ("", None),
        ],
    )
    def test_meaning(self, word, values):
        """
        A word is a value, a group, or several joined by or; one unknown part makes it no word at all.
        """
        found = small.release().vocabulary.attributes["pregnancy"].meaning(word)

        assert found == (None if values is None else frozenset(values))


class TestWords:
    def test_force(self):
        """
        Certainties weigh 3, 2 or 1, and speak for or against.
        """
        assert [(one.value, one.force, one.is_for) for one in Certainty] == [
            ("confirmed", 3, True),
            ("likely", 2, True),
            ("possible", 1, True),
            ("unlikely", 2, False),
            ("excluded", 3, False),
        ]

    def test_urgency(self):
        """
        The sooner urgency is the smaller one, and reads as in the language.
        """
        assert [urgency.word for urgency in sorted(Urgency)] == ["emergency", "same-day", "urgent", "soon", "routine"]
