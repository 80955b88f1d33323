from fractions import Fraction

import pytest

from service.domain.explanation.crossings import Crossings, NoQuotientError, around
from service.domain.intervals import Interval
from service.domain.panel import Origin, Value
from tests.strategies import knowledge

STEP = Fraction(1)


def crossings(name, **values):
    release = knowledge()
    told = {
        key.replace("_", "-"): Value(Interval.exactly(Fraction(value)), Origin.REPORTED, ())
        for key, value in values.items()
    }
    return Crossings(release, release.profiles["default"], told, name)


class TestCrossings:
    def test_the_measure_itself(self):
        """
        A result that is compared itself meets a limit at the limit.
        """
        assert list(crossings("ferritin").at("ferritin", Fraction(15), STEP)) == [15]

    def test_a_quotient(self):
        """
        What is divided meets a limit at the limit times the divisor, exactly.
        """
        assert list(crossings("mcv", rbc="5.5").at("mentzer-index", Fraction(13), STEP)) == [Fraction("71.5")]

    def test_a_divisor(self):
        """
        A divisor has its pole besides, where the quotient is not computed.
        """
        assert set(crossings("rbc", mcv="65").at("mentzer-index", Fraction(13), STEP)) == {0, 5}

    def test_a_size_without_its_sign(self):
        """
        A difference whose sign does not count meets a limit on both sides.
        """
        found = set(crossings("mcv", hematocrit="30", rbc="5").at("mcv-discrepancy", Fraction(5), STEP))

        assert found == {55, 65}

    def test_a_square(self):
        """
        A root that is no fraction is told as the multiples of a step on its two sides.
        """
        values = {"rdw_cv": "15", "hemoglobin": "100"}
        found = sorted(crossings("mcv", **values).at("green-king-index", Fraction(65), STEP))

        assert found == [-66, -65, 65, 66]

    def test_a_logarithm(self):
        """
        A logarithm is no quotient, which whoever asks is told.
        """
        with pytest.raises(NoQuotientError):
            list(crossings("ferritin", stfr="3").at("stfr-index", Fraction(2), STEP))


class TestAround:
    @pytest.mark.parametrize(
        ("value", "found"),
        [
            pytest.param("7.5", (7, 8), id="a number between two multiples lies between them"),
            pytest.param("7", (6, 8), id="a multiple has its neighbors on its sides"),
        ],
    )
    def test_multiples(self, value, found):
        """
        The multiples of a step on either side of a number are told.
        """
        assert around(Fraction(value), STEP) == found
