from fractions import Fraction

import pytest

from service.domain.margins import Margin, MarginEnd
from service.domain.needs import standing_needs
from service.domain.scales import State
from service.domain.thresholds import Word
from tests import small


def margin(threshold: str, state: State | None = None, **said) -> tuple[Fraction, Fraction] | None:
    found = small.facts(**said).standings[threshold].margins.get(state)
    return None if found is None else (found.low.distance, found.high.distance)


def needs(threshold: str, profile: str = "default", **said) -> set[str]:
    facts = small.facts(profile=profile, **said)
    panel = small.panel(profile=profile, **said)
    return set(standing_needs(small.release(), panel, facts.values, facts.standings[threshold]))


class TestMargins:
    @pytest.mark.parametrize(
        ("said", "ends"),
        [
            pytest.param({"age": "40 a", "sex": "male", "hemoglobin": "100 g/L"}, (-30, -30), id="one row"),
            pytest.param(
                {"age": "40 a", "hemoglobin": "100 g/L", "pregnancy": "not-pregnant"}, (-30, -20), id="two sexes"
            ),
            pytest.param({"age": "40 a", "hemoglobin": "100 g/L"}, (-30, -5), id="nothing but an age"),
            pytest.param({"hemoglobin": "100 g/L"}, (-30, -5), id="nothing known"),
            pytest.param(
                {"age": "14 a", "hemoglobin": "100 g/L", "pregnancy": "not-pregnant"}, (-10, -10), id="a child"
            ),
            pytest.param({"age": "14 to 16 a", "sex": "male", "hemoglobin": "100 g/L"}, (-30, -10), id="two bands"),
            pytest.param({"pregnancy": "late", "hemoglobin": "100 g/L"}, (-5, -5), id="pregnant, so a woman"),
            pytest.param({"age": "40 a", "sex": "male", "hemoglobin": "100 to 140 g/L"}, (-30, 10), id="a range"),
            pytest.param(
                {"age": "40 a", "sex": "male", "hemoglobin": "100 g/L", "altitude": "2000 m"}, (-40, -40), id="adjusted"
            ),
            pytest.param(
                {"age": "40 a", "sex": "male", "hemoglobin": "100 g/L", "altitude": "4000 m"},
                None,
                id="beyond the table",
            ),
            pytest.param({"age": "40 a", "sex": "male"}, None, id="no value"),
        ],
    )
    def test_ends(self, said, ends):
        """
        A margin goes from the lowest value minus the highest possible limit to the highest minus the lowest.
        """
        assert margin("anemia-hemoglobin", **said) == ends

    def test_hole(self):
        """
        Where a row without a limit is possible there is no margin; never that of a neighboring row.
        """
        of = small.release()
        facts = small.facts(profile="book", age="70 a", sex="male", hemoglobin="60 g/L", altitude="0 m")
        facts_of_both = small.facts(profile="book", age="65 to 67 a", sex="male", hemoglobin="60 g/L", altitude="0 m")

        assert of.choice(of.profiles["book"], "anemia-hemoglobin").rows[3].no_limit == "The book ends at 65 years"
        assert facts.standings["anemia-hemoglobin"].margins == {}
        assert facts_of_both.standings["anemia-hemoglobin"].margins == {}

    def test_keyed_by_a_finding(self):
        """
        Rows keyed by a finding give one margin for each state, and one for any.
        """
        assert margin("low-ferritin", State.ABSENT, ferritin="40 ug/L") == (25, 25)
        assert margin("low-ferritin", State.PRESENT, ferritin="40 ug/L") == (-30, -30)
        assert margin("low-ferritin", None, ferritin="40 ug/L") == (-30, 25)

    @pytest.mark.parametrize(
        ("threshold", "said", "word", "holds"),
        [
            pytest.param("low-saturation", {"saturation": "16 %"}, Word.BELOW, False, id="below, at the limit"),
            pytest.param("low-saturation", {"saturation": "<16 %"}, Word.BELOW, True, id="below, open at the limit"),
            pytest.param("low-saturation", {"saturation": ">16 %"}, Word.AT_LEAST, True, id="at least, open over it"),
            pytest.param("low-saturation", {"saturation": "<=16 %"}, Word.BELOW, None, id="below, closed at the limit"),
            pytest.param("high-ferritin", {"ferritin": "150 ug/L"}, Word.ABOVE, True, id="at least, at the limit"),
            pytest.param("high-ferritin", {"ferritin": "<150 ug/L"}, Word.AT_MOST, True, id="at least, open under it"),
            pytest.param("inflammation-crp", {"crp": "5 mg/L"}, Word.ABOVE, False, id="above, at the limit"),
            pytest.param("inflammation-crp", {"crp": ">5 mg/L"}, Word.ABOVE, True, id="above, open over it"),
            pytest.param(
                "inflammation-crp", {"crp": "5.0000000000000000000001 mg/L"}, Word.ABOVE, True, id="a hair above"
            ),
        ],
    )
    def test_equality(self, threshold, said, word, holds):
        """
        At the limit the row's word decides, and an open end lies on the side it comes from.
        """
        assert small.facts(**said).standings[threshold].margins[None].decides(word) is holds

    def test_never_zero(self):
        """
        The sign of an end is never zero.
        """
        ends = [MarginEnd(Fraction(distance), tie) for distance in (-1, 0, 1) for tie in (-1, 0, 1)]

        assert [end.sign for end in ends] == [-1, -1, -1, -1, 1, 1, 1, 1, 1]

    def test_straddling(self):
        """
        A margin with ends on both sides decides nothing.
        """
        both = Margin(MarginEnd(Fraction(-1), 0), MarginEnd(Fraction(1), 0))

        assert {both.decides(word) for word in Word} == {None}


class TestNeeds:
    @pytest.mark.parametrize(
        ("said", "expected"),
        [
            pytest.param({"age": "40 a", "sex": "male"}, {"hemoglobin"}, id="the value"),
            pytest.param({"age": "40 a", "sex": "male", "hemoglobin": "<140 g/L"}, {"hemoglobin"}, id="a better value"),
            pytest.param({"age": "40 a", "hemoglobin": "125 g/L"}, {"sex", "pregnancy"}, id="who it is"),
            pytest.param({"hemoglobin": "125 g/L", "sex": "male"}, {"age"}, id="how old"),
            pytest.param(
                {"age": "40 a", "sex": "female", "hemoglobin": "110 g/L"}, {"pregnancy"}, id="whether pregnant"
            ),
        ],
    )
    def test_asks_for_what_could_move_it(self, said, expected):
        """
        An undecided comparison waits for the value, for a better one, or for what tells its rows apart.
        """
        assert needs("anemia-hemoglobin", **said) == expected

    def test_operands(self):
        """
        For a measure that is always computed its missing operands are asked for.
        """
        assert needs("anemia-hemoglobin", profile="book", age="40 a", sex="male") == {"hemoglobin", "altitude"}

    def test_nothing_helps(self):
        """
        Where every possible row says that there is no limit, nothing is asked for.
        """
        assert needs("anemia-hemoglobin", profile="book", age="70 a", sex="male") == set()

    def test_no_value_can_be_known(self):
        """
        Where a table has no value for this patient, not even what tells the rows apart is asked for.
        """
        assert needs("anemia-hemoglobin", age="40 a", hemoglobin="125 g/L", altitude="3500 m") == set()
