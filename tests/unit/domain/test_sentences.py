import operator
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.sentences import because, limit_text, rows_in_force
from service.domain.thresholds import Side, Word
from tests import small

LOW = "small/rules/blood/irn-010-low-ferritin.yaml"
HIGH = "small/rules/blood/irn-030-high-ferritin.yaml"
NUMBERS = "small/thresholds.yaml"
HOLDS = {"below": operator.lt, "at most": operator.le, "above": operator.gt, "at least": operator.ge}

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

    @pytest.mark.parametrize(
        ("rule", "said", "sentence"),
        [
            pytest.param(
                "IRN-030", {"ferritin": "149 ug/L"}, "Ferritin 149 ug/L is not at least 150 ug/L.", id="above, at least"
            ),
            pytest.param(
                "IRN-010",
                {"ferritin": "71 ug/L", "crp": "9 mg/L"},
                "Ferritin 71 ug/L is not at most 70 ug/L.",
                id="below, at most",
            ),
            pytest.param(
                "IRN-010",
                {"ferritin": "71 ug/L"},
                "Ferritin 71 ug/L is neither below 15 ug/L nor at most 70 ug/L.",
                id="rows of two words",
            ),
        ],
    )
    def test_words_of_the_row(self, rule, said, sentence):
        """
        A comparison is denied in the words of the row, to which equality belongs, and not in those of the rule.
        """
        decision = small.decide(**MAN, **said)

        assert because(decision, small.release().rules[rule]) == sentence

    @pytest.mark.parametrize(
        ("ferritin", "sentence"),
        [
            ("150 ug/L", "Ferritin 150 ug/L is at least 150 ug/L."),
            ("151 ug/L", "Ferritin 151 ug/L is at least 150 ug/L."),
        ],
    )
    def test_comparison(self, ferritin, sentence):
        """
        A comparison in a reason is told with the word of the row.
        """
        told = (HIGH, "{ferritin} is high.", "{ferritin} is {above high-ferritin}.")

        decision = small.decide(told, **MAN, ferritin=ferritin)

        assert because(decision, decision.release.rules["IRN-030"]) == sentence

    @given(
        limit=st.integers(1, 50),
        word=st.sampled_from(Word),
        equal=st.booleans(),
        value=st.integers(1, 50),
    )
    def test_no_sentence_is_false(self, limit, word, equal, value):
        """
        Whatever the word of a row and that of a rule, what is said of a value is true of it.
        """
        low = word.side is Side.LOW
        row = {True: (Word.BELOW, Word.AT_MOST), False: (Word.ABOVE, Word.AT_LEAST)}[low][equal]
        file, rule, was, name, told, before = (
            (LOW, "IRN-010", "below", "low-ferritin", "low", "at most: 70}")
            if low
            else (HIGH, "IRN-030", "above", "high-ferritin", "high", "at least: 150}")
        )
        decision = small.decide(
            (NUMBERS, before, f"{row}: {limit}}}"),
            (file, f"ferritin: {was} {name}", f"ferritin: {word} {name}"),
            (file, f"{{ferritin}} is {told}.", f"{{ferritin}} is {{{word} {name}}}."),
            **MAN,
            ferritin=f"{value} ug/L",
            crp="9 mg/L",
        )

        said = because(decision, decision.release.rules[rule])

        match = re.fullmatch(r"Ferritin (\d+) ug/L is (not )?(.+) (\d+) ug/L\.", said)
        assert (int(match[1]), int(match[4])) == (value, limit)
        assert HOLDS[match[3]](value, limit) is not bool(match[2])

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
