from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.intervals import Interval
from service.domain.quantities import (
    SPELLINGS,
    QuantityError,
    UnitError,
    compared,
    conversion,
    exact_text,
    interval_text,
    normal_unit,
    number_text,
    parse_number,
    parse_quantity,
)
from service.domain.units import parse_unit


class TestParseNumber:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("9.1", Fraction(91, 10)),
            ("-430", Fraction(-430)),
            ("+2", Fraction(2)),
            (".5", Fraction(1, 2)),
            ("5.", Fraction(5)),
            ("5e-1", Fraction(1, 2)),
            ("1E3", Fraction(1000)),
            ("0.1", Fraction(1, 10)),
        ],
    )
    def test_exact(self, text, value):
        """
        A decimal number is read exactly, never by way of a binary one.
        """
        assert parse_number(text) == value

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("9,1", "'9,1' is not a decimal number"),
            ("NaN", "not a decimal number"),
            ("inf", "not a decimal number"),
            ("1/3", "not a decimal number"),
            ("1_000", "not a decimal number"),
            ("0x10", "not a decimal number"),
            (" 1", "not a decimal number"),
            ("1\n", "not a decimal number"),
            ("", "not a decimal number"),
            ("\u0669", "not a decimal number"),
            ("1e31", "out of range"),
            ("1e400", "out of range"),
            ("1e-99999999999", "out of range"),
            ("9" * 31, "a number of 31 characters; at most 30 are read"),
            ("9" * 5000, "a number of 5000 characters; at most 30 are read"),
        ],
    )
    def test_refused(self, text, words):
        """
        What is no decimal number, or too long a one, is refused with what would be read.
        """
        with pytest.raises(QuantityError) as caught:
            parse_number(text)

        assert words in str(caught.value)


class TestParseQuantity:
    @pytest.mark.parametrize(
        ("text", "interval", "unit", "written"),
        [
            ("9.8 g/dL", Interval.exactly(Fraction("9.8")), "g/dL", "9.8"),
            ("<5 ng/mL", Interval.of(0, 5, high_open=True), "ng/mL", "<5"),
            ("<= 5 ng/mL", Interval.of(0, 5), "ng/mL", "<=5"),
            ("> 5", Interval.of(5, None, low_open=True), "", ">5"),
            (">=5 %", Interval.of(5, None), "%", ">=5"),
            ("20 months", Interval.exactly(20), "mo", "20"),
            ("12 to 15 fL", Interval.of(12, 15), "fL", "12 to 15"),
            ("-430 m", Interval.exactly(-430), "m", "-430"),
            ("<0 m", Interval.of(None, 0, high_open=True), "m", "<0"),
            ("3", Interval.exactly(3), "", "3"),
        ],
    )
    def test_as_people_write_it(self, text, interval, unit, written):
        """
        A number, a comparator or a range with a unit is what is known, and keeps how it was written.
        """
        found = parse_quantity(text)

        assert (found.interval, found.unit, found.text) == (interval, unit, written)

    @pytest.mark.parametrize("text", ["", "high", "15 to 12 g/L", "<1 to 2 g/L", "1.2.3 g/L", "5-10 g/L", "g/L"])
    def test_refused(self, text):
        """
        A text that is no quantity is refused, and the message names it.
        """
        with pytest.raises(QuantityError) as caught:
            parse_quantity(text)

        assert text.split(" ")[0].split("<")[-1] in str(caught.value)


class TestCompared:
    @pytest.mark.parametrize(
        ("comparator", "interval"),
        [
            (None, Interval.exactly(5)),
            ("<", Interval.of(0, 5, high_open=True)),
            ("<=", Interval.of(0, 5)),
            (">", Interval.of(5, None, low_open=True)),
            (">=", Interval.of(5, None)),
        ],
    )
    def test_ray(self, comparator, interval):
        """
        A comparator leaves a ray, which ends at zero below, because nothing measured is negative there.
        """
        assert compared(Fraction(5), comparator) == interval


class TestConversion:
    @pytest.mark.parametrize(
        ("given_unit", "canonical", "molar_mass", "factor"),
        [
            pytest.param("g/dL", "g/L", None, "10", id="mass to mass"),
            pytest.param("mmol/L", "g/L", "16114.5", "16.1145", id="amount to mass"),
            pytest.param("g/L", "mmol/L", "16114.5", "20000/322290", id="mass to amount"),
            pytest.param("ug/dL", "umol/L", "55.845", "2000/11169", id="iron"),
            pytest.param("fmol", "pg", "16114.5", "16.1145", id="content of a cell"),
        ],
    )
    def test_factor(self, given_unit, canonical, molar_mass, factor):
        """
        Mass and amount convert by the molar mass, exactly.
        """
        mass = None if molar_mass is None else Fraction(molar_mass)

        assert conversion(given_unit, canonical, mass) == Fraction(factor)

    def test_no_factor(self):
        """
        Without a molar mass, or across other dimensions, there is no factor.
        """
        assert conversion("mmol/L", "g/L", None) is None
        assert conversion("fL", "g/L", Fraction(100)) is None

    def test_not_a_unit(self):
        """
        A text that is no unit is an error, not a missing factor.
        """
        with pytest.raises(UnitError):
            conversion("parsec", "m", None)


class TestNormalUnit:
    def test_spellings_are_units(self):
        """
        Each spelling that feeds use stands for a code that is read.
        """
        for code in SPELLINGS.values():
            assert parse_unit(code)

    def test_spellings_change_no_size(self):
        """
        A spelling that is a code itself stands for the same size.
        """
        for spelling, code in SPELLINGS.items():
            try:
                unit = parse_unit(spelling)
            except UnitError:
                continue
            # Of activity only the kind differs: laboratories print U for international units.
            assert unit.factor_to(parse_unit(code)) in {1, None}, spelling

    @pytest.mark.parametrize(
        ("written", "code"),
        [("\u00b5g/L", "ug/L"), ("\u03bcmol/L", "umol/L"), (" g/L ", "g/L"), ("mm\u00b3", "mm3"), ("K/uL", "10*3/uL")],
    )
    def test_as_feeds_write(self, written, code):
        """
        Both micro signs, a raised three and usual spellings are the UCUM code.
        """
        assert normal_unit(written) == code

    @pytest.mark.parametrize(
        ("written", "code"),
        [
            ("10*9/l", "10*9/L"),
            ("10^9/l", "10*9/L"),
            ("10*12/l", "10*12/L"),
            ("x10^9/L", "10*9/L"),
            ("10e12/L", "10*12/L"),
            ("x10E6/ul", "10*6/uL"),
            ("G/L", "10*9/L"),
            ("T/L", "10*12/L"),
            ("ug/ml", "ug/mL"),
            ("mcg/l", "ug/L"),
            ("l/l", "L/L"),
            ("fl", "fL"),
        ],
    )
    def test_by_rule(self, written, code):
        """
        Powers of ten and the liter are read however they are spelled.
        """
        assert normal_unit(written) == code

    @pytest.mark.parametrize("code", ["mmol/mol", "[ppth]", "mL/min/{1.73_m2}", "10*-3", "100", "mol", "{cell}/g", "%"])
    def test_left_alone(self, code):
        """
        A code that is spelled as UCUM spells it stays as it is.
        """
        assert normal_unit(code) == code


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
