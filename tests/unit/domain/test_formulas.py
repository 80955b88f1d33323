from fractions import Fraction

import pytest

from service.domain.formulas import FormulaError, check_units, evaluate, parse_formula
from service.domain.intervals import Interval
from service.domain.units import parse_unit

UNITS = {
    "hemoglobin": "g/L",
    "hematocrit": "%",
    "rbc": "10*12/L",
    "iron": "umol/L",
    "tibc": "umol/L",
    "mcv": "fL",
    "mch": "pg",
}


def value(text: str, **known: int | Interval | None) -> Interval | None:
    values = {
        name.replace("_", "-"): Interval.exactly(one) if isinstance(one, int) else one for name, one in known.items()
    }
    return evaluate(parse_formula(text), values.get)


class TestParseFormula:
    @pytest.mark.parametrize(
        ("text", "result"),
        [
            ("a + b * c", 7),
            ("(a + b) * c", 9),
            ("a - b - c", -4),
            ("c / b / c", Fraction(1, 2)),
            ("c * b / c", 2),
            ("abs(a - c)", 2),
            ("abs(a - c) * 10", 20),
            ("low-a + b", 12),
        ],
    )
    def test_reads_as_written(self, text, result):
        """
        Products before sums, both from the left; a hyphen belongs to a name, a sign stands in spaces.
        """
        assert value(text, a=1, b=2, c=3, low_a=10) == Interval.exactly(result)

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", "has 'its end' where a name or a number was expected"),
            ("iron /", "cannot be read from '/' on"),
            ("iron/tibc", "cannot be read from '/tibc' on"),
            ("iron ** 2", "cannot be read from"),
            ("iron tibc", "has 'tibc' where an operator was expected"),
            ("(iron", "has a ( without )"),
            ("iron)", "has ')' where an operator was expected"),
            ("( )", "has ')' where a name or a number was expected"),
            ("sqrt(iron)", "has '(' where an operator was expected"),
            ("Iron", "cannot be read from 'Iron' on"),
            ("__import__", "cannot be read"),
            ("a" + " + a" * 40, "cannot be read"),
        ],
    )
    def test_refused(self, text, words):
        """
        Anything outside the grammar is refused with the word it stops at.
        """
        with pytest.raises(FormulaError) as caught:
            parse_formula(text)

        assert words in str(caught.value)

    def test_names(self):
        """
        A formula names what it needs, each once, in the order of first use.
        """
        assert parse_formula("iron / (tibc - iron) * 100").names == ("iron", "tibc")


class TestCheckUnits:
    @pytest.mark.parametrize(
        ("text", "unit"),
        [
            ("iron / tibc * 100", "%"),
            ("iron / tibc", "1"),
            ("hemoglobin / rbc", "pg"),
            ("hematocrit / rbc * 10", "fL"),
            ("hemoglobin / hematocrit * 100", "g/L"),
            ("abs(iron - tibc)", "umol/L"),
        ],
    )
    def test_fits(self, text, unit):
        """
        A formula whose units give the declared unit exactly passes.
        """
        check_units(parse_formula(text), lambda name: parse_unit(UNITS[name]), parse_unit(unit))

    @pytest.mark.parametrize(
        ("text", "unit", "words"),
        [
            pytest.param("iron / tibc", "%", "gives % only after multiplying by 100", id="factor forgotten"),
            pytest.param("hematocrit / rbc * 100", "fL", "only after multiplying by 1/10", id="wrong factor"),
            pytest.param("iron / tibc * 50", "%", "has the number 50", id="clinical number"),
            pytest.param("iron * 0", "umol/L", "has the number 0", id="zero"),
            pytest.param("iron - mcv", "umol/L", "different units around '-'", id="difference"),
            pytest.param("iron + 10", "umol/L", "different units around '+'", id="bare number in a sum"),
            pytest.param("iron / tibc * 100", "g/L", "its units come out otherwise", id="dimension"),
        ],
    )
    def test_refused(self, text, unit, words):
        """
        A formula whose units do not give the declared unit is refused, with what is wrong.
        """
        with pytest.raises(FormulaError) as caught:
            check_units(parse_formula(text), lambda name: parse_unit(UNITS[name]), parse_unit(unit))

        assert words in str(caught.value)


class TestEvaluate:
    def test_intervals(self):
        """
        A formula of intervals holds every value: a hematocrit gives a range of hemoglobin.
        """
        found = value("hematocrit / 100 * mchc", hematocrit=25, mchc=Interval.of(280, 370))

        assert found == Interval.of(70, Fraction("92.5"))

    def test_missing_operand(self):
        """
        Without an operand there is no value.
        """
        assert value("iron / tibc", iron=5, tibc=None) is None

    def test_divisor_around_zero(self):
        """
        A divisor that may be zero on both sides leaves nothing known.
        """
        assert value("iron / tibc", iron=5, tibc=Interval.of(-1, 1)) is None
        assert value("iron / tibc", iron=5, tibc=0) is None

    def test_nothing_known(self):
        """
        A result without any bounded end is missing, not everything.
        """
        assert value("a - b", a=Interval.of(0, None), b=Interval.of(0, None)) is None
