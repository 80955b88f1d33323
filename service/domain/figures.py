"""
Numbers and intervals as people read them: exact where that is short, else rounded.

This is the only place where a number becomes text. What is rounded still lies on the same side of
each limit that it is compared with.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from service.domain.derivations import FOREVER

if TYPE_CHECKING:
    from collections.abc import Collection

    from service.domain.intervals import Interval

FIGURES = 4
MOST_FIGURES = 16
MONTHS_TO_YEARS = 24
"""Ages are told in months before this, in years from it on."""


def exact_text(value: Fraction) -> str:
    """Return a number as text that reads back to the same number: a decimal, or ``n/d``."""
    numerator, denominator = value.numerator, value.denominator
    if denominator == 1:
        return str(numerator)
    rest, twos, fives = denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return f"{numerator}/{denominator}"
    digits = max(twos, fives)
    scaled = numerator * 10**digits // denominator
    body = str(abs(scaled)).rjust(digits + 1, "0")
    return f"{'-' if scaled < 0 else ''}{body[:-digits]}.{body[-digits:]}"


def number_text(value: Fraction, apart: Collection[Fraction] = ()) -> str:
    """
    Return a number for people: exact where short, else rounded to four figures.

    Args:
        value: The number.

        apart: Numbers it is compared with; it is told with as many figures as it
            takes to lie on the same side of each as it really does.

    Returns:
        The text.
    """
    exact = exact_text(value)
    for figures in range(FIGURES, MOST_FIGURES):
        text = _rounded(value, exact, figures)
        if text == exact or not apart:
            return text
        told = Fraction(text)
        if all((told > one) is (value > one) and (told < one) is (value < one) for one in apart):
            return text
    return exact


def _rounded(value: Fraction, exact: str, figures: int) -> str:
    if "/" not in exact and len(exact.lstrip("-").replace(".", "").lstrip("0")) <= figures + 2:
        return exact
    magnitude = abs(value)
    places = figures - 1
    while magnitude >= 10 and places > 0:  # noqa: PLR2004 - decimal digits
        magnitude, places = magnitude / 10, places - 1
    while 0 < magnitude < 1 and places < 12:  # noqa: PLR2004 - far below any detection limit
        magnitude, places = magnitude * 10, places + 1
    return exact_text(Fraction(round(value * 10**places), 10**places))


def interval_text(interval: Interval, unit: str = "", apart: Collection[Fraction] = ()) -> str:
    """
    Return an interval for people, with its unit: ``91 g/L``, ``below 5 ug/L``.

    Args:
        interval: The values.

        unit: UCUM code.

        apart: Numbers it is compared with, in the same unit; see `number_text`.

    Returns:
        The text.
    """
    said = _completed_text(interval, unit) or _never_text(interval, unit)
    if said:
        return said
    if unit == "mo" and all(bound >= MONTHS_TO_YEARS for bound in interval.bounds):
        # From two years on people count ages in years.
        interval, unit, apart = interval.scaled(Fraction(1, 12)), "a", [one / 12 for one in apart]
    low, high = interval.low, interval.high
    after = f" {unit}" if unit and unit != "1" else ""
    if low.value is not None and low.value == high.value:
        return f"{number_text(low.value, apart)}{after}"
    if low.value is None and high.value is None:
        return "unknown"
    if high.value is None and low.value is not None:
        return f"{'above' if low.open else 'at least'} {number_text(low.value, apart)}{after}"
    if high.value is not None and (low.value is None or (low.value == 0 and not low.open)):
        return f"{'below' if high.open else 'at most'} {number_text(high.value, apart)}{after}"
    ends = [number_text(end.value or Fraction(0), apart) for end in (low, high)]
    # A logarithm is known to twelve decimals, and told with four figures.
    return f"{' to '.join(dict.fromkeys(ends))}{after}"


def _completed_text(interval: Interval, unit: str) -> str:
    """Return completed years, or years and months: "34 a" stands for every age from 34 to 35."""
    low, high = interval.low, interval.high
    if low.value is None or high.value is None or not high.open or unit not in {"a", "mo"}:
        return ""
    width = high.value - low.value
    if unit == "mo" and low.value >= MONTHS_TO_YEARS:
        if width == 1 and low.value.denominator == 1:
            return f"{low.value // 12} a {low.value % 12} mo"
        return f"{number_text(low.value / 12)} a" if width == 12 else ""  # noqa: PLR2004 - months of a year
    return f"{number_text(low.value)} {unit}" if width == 1 else ""


def _never_text(interval: Interval, unit: str) -> str:
    """Return how long ago something was that never happened."""
    low, high = interval.low, interval.high
    return "never" if unit == "d" and high.value is None and low.value is not None and low.value >= FOREVER else ""
