from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.intervals import Interval
from service.domain.logarithms import DIGITS, log10, log10_between

POSITIVE = st.fractions(min_value=Fraction(1, 10**12), max_value=10**12, max_denominator=10**12)
PART = 60
"""Of one: how finely powers of ten are compared, in whole numbers only."""


class TestBetween:
    @given(POSITIVE)
    def test_encloses(self, value):
        """
        Ten to the lower number is at most the argument, ten to the higher at least; in whole numbers.
        """
        low, high = log10_between(value)

        assert Fraction(10) ** floor(low * PART) <= value**PART <= Fraction(10) ** ceil(high * PART)

    @given(POSITIVE, POSITIVE)
    def test_of_a_product(self, one, other):
        """
        The logarithm of a product may be the sum of the logarithms, to the last digit kept.
        """
        (a, b), (c, d), (low, high) = (log10_between(each) for each in (one, other, one * other))

        assert a + c <= high
        assert low <= b + d

    @given(POSITIVE)
    def test_is_narrow(self, value):
        """
        The two are neighbors of twelve decimals, or the same.
        """
        low, high = log10_between(value)

        assert high - low in {0, Fraction(1, 10**DIGITS)}
        assert (low * 10**DIGITS).denominator == 1

    @pytest.mark.parametrize("power", [-12, -1, 0, 1, 2, 15])
    def test_power_of_ten(self, power):
        """
        Of a power of ten it is exact.
        """
        assert log10_between(Fraction(10) ** power) == (power, power)

    @pytest.mark.parametrize("nearly", [1 - Fraction(1, 10**40), 1 + Fraction(1, 10**40)])
    def test_beside_a_power_of_ten(self, nearly):
        """
        Beside one it is not, however near.
        """
        low, high = log10_between(100 * nearly)

        assert low <= 2 <= high
        assert low != high

    def test_known(self):
        """
        The logarithm of two, as tables print it.
        """
        assert log10_between(Fraction(2)) == (Fraction("0.301029995663"), Fraction("0.301029995664"))


class TestInterval:
    @pytest.mark.parametrize(
        ("values", "found"),
        [
            pytest.param(Interval.of(1, 100), Interval.of(0, 2), id="exact ends"),
            pytest.param(Interval.of(10, 100, high_open=True), Interval.of(1, 2, high_open=True), id="open end"),
            pytest.param(Interval.of(0, 100), Interval.of(None, 2), id="reaches zero"),
            pytest.param(Interval.of(-5, 100), Interval.of(None, 2), id="below zero"),
            pytest.param(Interval.of(10, None), Interval.of(1, None), id="no upper end"),
            pytest.param(Interval.exactly(0), None, id="zero"),
            pytest.param(Interval.of(None, -1), None, id="negative"),
        ],
    )
    def test_ends(self, values, found):
        """
        Ends map to ends; where the argument reaches zero there is no low end, and without a value above it nothing.
        """
        assert log10(values) == found

    def test_irrational_end(self):
        """
        An end that can only be enclosed is never reached itself.
        """
        found = log10(Interval.exactly(2))

        assert found.low.open
        assert found.high.open
