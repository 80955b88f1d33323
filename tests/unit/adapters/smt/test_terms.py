from fractions import Fraction

import pytest

from service.adapters.smt.directions import DOWN, STILL, UP, direction
from service.adapters.smt.terms import Constant, Free, Opaque, sides, term_of
from service.adapters.smt.text import at_least, both, either, no, number
from service.domain.formulas import parse_formula
from service.domain.intervals import Interval

FREE = {"a": Free("a"), "b": Free("b"), "two": Constant(Interval.exactly(2)), "some": Constant(Interval.of(2, 3))}


def term(text):
    return term_of(parse_formula(text).root, FREE.get, lambda _: Opaque())


class TestText:
    def test_folded(self):
        """
        Constants fold away while a formula is written.
        """
        assert both("true", "p", "p") == "p"
        assert either("true", "p") == "true"
        assert no(no("p")) == "p"
        assert at_least(2, ["true", "p", "false"]) == "p"
        assert at_least(3, ["p", "q", "false"]) == "false"
        assert number(Fraction(-3, 2)) == "(- (/ 3.0 2.0))"


class TestTerms:
    @pytest.mark.parametrize(
        ("text", "under"),
        [
            pytest.param("a - two", "(< a 7.0)", id="a constant is moved to the limit"),
            pytest.param("a / two", "(< (* (/ 1.0 2.0) a) 5.0)", id="a constant divisor is a factor"),
            pytest.param("a - some", "(< a 7.0)", id="of an inexact constant the end that matters is taken"),
        ],
    )
    def test_linear(self, text, under):
        """
        Sums and quotients with constants stay linear.
        """
        found = term(text)

        assert isinstance(found, Free)
        assert sides(found, Fraction(5), 1)[0] == under

    def test_a_quotient_is_multiplied_out(self):
        """
        A quotient of two free values is compared by what it is of, on both signs of the divisor.
        """
        found = term("a / b")

        assert found.is_linear
        assert sides(found, Fraction(13), 1)[0] == (
            "(or (and (> b 0.0) (< a (* 13.0 b))) (and (< b 0.0) (> a (* 13.0 b))))"
        )

    def test_what_is_left_free(self):
        """
        A product of free values is no linear one, and a logarithm is what the caller makes of it.
        """
        assert not term("a * b").is_linear
        assert term("log10(a)") == Opaque()
        assert term("missing + a") is None


class TestDirection:
    @pytest.mark.parametrize(
        ("text", "moves"),
        [
            ("a + b", UP),
            ("b - a", DOWN),
            ("b / a", DOWN),
            ("a * b", UP),
            ("b * two", STILL),
            ("a / (a + b)", None),
            ("abs(a - b)", None),
        ],
    )
    def test_moves(self, text, moves):
        """
        A formula of positive values moves with an operand one way, the other, not at all, or nobody knows.
        """
        assert direction(parse_formula(text).root, "a", lambda _: True) == moves
