from fractions import Fraction

import pytest

from service.domain.intervals import Interval
from service.domain.quantities import QuantityError, compared, parse_number, parse_quantity


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

    @pytest.mark.parametrize(
        ("text", "hint"),
        [
            ("\u22655 mg/L", "; type >= in place of \u2265"),
            ("=<5 mg/L", "; type <= in place of =<"),
            ("3,5 ug/dL", "; write 3.5 if 3,5 is one number"),
        ],
    )
    def test_what_was_meant(self, text, hint):
        """
        Signs as guidelines print them, and a decimal comma, are refused with what to type.
        """
        with pytest.raises(QuantityError) as caught:
            parse_quantity(text)

        assert str(caught.value) == f"{text!r} is not a quantity{hint}"


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
