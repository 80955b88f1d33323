from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.figures import exact_text, interval_text, number_text
from service.domain.intervals import Interval


class TestText:
    @given(st.fractions(max_denominator=10**6))
    def test_exact_text_reads_back(self, value):
        """
        The exact text of a number reads back to the same number.
        """
        assert Fraction(exact_text(value)) == value

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            ("12", "12"),
            ("9.1", "9.1"),
            ("-0.05", "-0.05"),
            ("1/3", "1/3"),
            ("0", "0"),
            ("1200", "1200"),
            ("0.00001", "0.00001"),
        ],
    )
    def test_exact_text(self, value, text):
        """
        A number is a decimal where it ends, else a quotient.
        """
        assert exact_text(Fraction(value)) == text

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            ("2/3", "0.6667"),
            ("-2/3", "-0.6667"),
            ("1000/3", "333.3"),
            ("123456/7", "17637"),
            ("119.98", "119.98"),
            ("1/3000", "0.0003333"),
            ("0", "0"),
        ],
    )
    def test_number_text(self, value, text):
        """
        For people a number is exact where it is short, else rounded to four figures.
        """
        assert number_text(Fraction(value)) == text

    @pytest.mark.parametrize(
        ("interval", "unit", "text"),
        [
            (Interval.exactly(91), "g/L", "91 g/L"),
            (Interval.exactly(5), "1", "5"),
            (Interval.of(0, 5, high_open=True), "ug/L", "below 5 ug/L"),
            (Interval.of(0, 5), "ug/L", "at most 5 ug/L"),
            (Interval.of(5, None, low_open=True), "ug/L", "above 5 ug/L"),
            (Interval.of(5, None), "ug/L", "at least 5 ug/L"),
            (Interval.of(None, 5, high_open=True), "m", "below 5 m"),
            (Interval.of(70, Fraction("92.5")), "g/L", "70 to 92.5 g/L"),
            (Interval.of(-430, 6000), "m", "-430 to 6000 m"),
            (Interval.of(None, None), "g/L", "unknown"),
            (Interval.of(408, 420, high_open=True), "mo", "34 a"),
            (Interval.of(20, 21, high_open=True), "mo", "20 mo"),
            (Interval.of(410, 411, high_open=True), "mo", "34 a 2 mo"),
            (Interval.of(24, 36, high_open=True), "mo", "2 a"),
            (Interval.of(24, 25, high_open=True), "mo", "2 a 0 mo"),
            (Interval.of(6, 24, high_open=True), "mo", "6 to 24 mo"),
        ],
    )
    def test_interval_text(self, interval, unit, text):
        """
        An interval is told as people say it, ages in completed years and months.
        """
        assert interval_text(interval, unit) == text


class TestApart:
    @given(value=st.fractions(-500, 500, max_denominator=10**9), limit=st.integers(-500, 500))
    def test_side(self, value, limit):
        """
        A number told beside a limit lies on the same side of it as it really does, however it is rounded.
        """
        told = Fraction(number_text(value, [Fraction(limit)]))

        assert (told > limit, told < limit) == (value > limit, value < limit)

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            pytest.param(Fraction("119.988567"), "119.99", id="one figure more is enough"),
            pytest.param(Fraction("119.9999999"), "119.9999999", id="as many as it takes"),
            pytest.param(Fraction("119.4"), "119.4", id="none where it is plain"),
        ],
    )
    def test_figures(self, value, text):
        """
        A value just under a limit is told with as many figures as it takes, and no more.
        """
        assert number_text(value, [Fraction(120)]) == text
