"""
Logarithms to base ten, enclosed: never exact where they cannot be, and never too narrow.

A logarithm is irrational unless its argument is a power of ten. It is kept between
two neighboring numbers of twelve decimals, so that a comparison with it is decided
only where every digit that was left out agrees.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction

from service.domain.intervals import UNBOUNDED, End, Interval

DIGITS = 12
_CONTEXT = Context(prec=80)
_ERROR = Decimal(1).scaleb(-60)
"""Far more than 80 digits can be wrong by: the quotient and the logarithm are each rounded once."""


def log10_between(value: Fraction) -> tuple[Fraction, Fraction]:
    """
    Enclose the logarithm of a number.

    Args:
        value: Above zero.

    Returns:
        Two numbers of twelve decimals with the logarithm between them; the same one
        twice for a power of ten.
    """
    near = _CONTEXT.divide(Decimal(value.numerator), Decimal(value.denominator)).log10(_CONTEXT)
    whole = round(near)
    if Fraction(10) ** whole == value:
        return Fraction(whole), Fraction(whole)
    last = Decimal(1).scaleb(-DIGITS)
    low = _CONTEXT.subtract(near, _ERROR).quantize(last, ROUND_FLOOR, _CONTEXT)
    high = _CONTEXT.add(near, _ERROR).quantize(last, ROUND_CEILING, _CONTEXT)
    return Fraction(low), Fraction(high)


def log10(values: Interval) -> Interval | None:
    """
    Return an interval that holds the logarithm of every value above zero.

    Args:
        values: The argument.

    Returns:
        The interval, without a low end where the argument reaches zero; None where
        no value is above it.
    """
    low, high = values.low, values.high
    if high.value is not None and high.value <= 0:
        return None
    ends = [UNBOUNDED, UNBOUNDED]
    if low.value is not None and low.value > 0:
        below, above = log10_between(low.value)
        # What encloses an irrational number never is that number.
        ends[0] = End(below, low.open or below != above)
    if high.value is not None:
        below, above = log10_between(high.value)
        ends[1] = End(above, high.open or below != above)
    return Interval(*ends)
