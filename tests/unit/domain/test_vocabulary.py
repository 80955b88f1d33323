import pytest

from tests import small


class TestCodes:
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
