"""
Numbers and quantities as people and machines write them.

This is the only place where text becomes a number and a number becomes text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from service.domain.derivations import FOREVER
from service.domain.intervals import UNBOUNDED, End, Interval
from service.domain.units import Unit, UnitError, parse_unit

if TYPE_CHECKING:
    from collections.abc import Collection

MAX_DIGITS = 30
"""Longest number read, in characters: no laboratory prints more than 15 digits."""

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\Z", re.ASCII)
_QUANTITY = re.compile(
    r"\s*(?P<comparator><=|>=|<|>)?\s*(?P<low>[-+.\d]++)(\s*to\s*(?P<high>[-+.\d]++))?\s*(?P<unit>[^\s,].*?)?\s*\Z",
    re.ASCII,
)

_POWER_OF_TEN = re.compile(r"^[xX]?\s?10[*^eE](?=\d{1,2}(?:[/.]|$))", re.ASCII)
"""10^9, 10E9, x10E9: UCUM writes 10*9."""

_LITER = re.compile(r"((?:^|[/.])[dcmunpf]?)l(?=[/.]|$)")
"""UCUM reads l and L as one, with a prefix too; every canonical unit writes L."""

SPELLINGS = {
    # What real feeds send for a UCUM code; each row is a spelling, never a conversion.
    # 10^9, x10E9 and the liter written as l are read by rule.
    "gm/dL": "g/dL", "g%": "g/dL", "G/DL": "g/dL", "gm/dl": "g/dL", "M/uL": "10*6/uL",
    "K/uL": "10*3/uL", "million/mm3": "10*6/uL", "10*6/mm3": "10*6/uL", "/mm3": "/uL", "/cmm": "/uL",
    # Giga and tera of cells: as UCUM codes they mean nothing, and grams are written g.
    "G/L": "10*9/L", "T/L": "10*12/L",
    "um3": "fL", "cu microns": "fL", "um^3": "fL", "uug": "pg",
    "{ratio}": "1", "mcg/L": "ug/L", "mcg/dL": "ug/dL", "mcg/mL": "ug/mL", "ug/100 ml": "ug/dL",
    "mm/hr": "mm/h", "uU/mL": "u[IU]/mL", "years": "a", "year": "a", "y": "a", "yr": "a",
    "months": "mo", "month": "mo", "weeks": "wk", "week": "wk", "days": "d", "day": "d",
    "hours": "h", "hour": "h",
}  # fmt: skip
"""Spellings of units accepted beside UCUM, to the UCUM code."""


FIGURES = 4
MOST_FIGURES = 16
MONTHS_TO_YEARS = 24
"""Ages are told in months before this, in years from it on."""


class QuantityError(ValueError):
    """A text that is not a quantity; the message says what would be."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """
    A number with a unit, as it was given.

    Attributes:
        interval: The values it stands for, in *unit*.

        unit: UCUM code, or an empty text where none was given.

        text: Comparator and number as they were written, without the unit.
    """

    interval: Interval
    unit: str
    text: str


def parse_number(text: str) -> Fraction:
    """
    Read one decimal number exactly.

    Args:
        text: For example ``9.1``, ``-430``, ``5e-1``.

    Returns:
        The exact value.

    Raises:
        QuantityError: If it is no decimal number, or longer than 30 characters.
    """
    if len(text) > MAX_DIGITS:
        message = f"a number of {len(text)} characters; at most {MAX_DIGITS} are read"
        raise QuantityError(message)
    match = _NUMBER.match(text)
    if match is None:
        message = f"{text!r} is not a decimal number"
        raise QuantityError(message)
    exponent = match.group(3)
    if exponent and abs(int(exponent[1:])) > MAX_DIGITS:
        message = f"{text!r} is out of range; exponents go from -{MAX_DIGITS} to {MAX_DIGITS}"
        raise QuantityError(message)
    return Fraction(text)


def normal_unit(text: str) -> str:
    """Return the UCUM code of a unit as feeds write it: spelling only, never a conversion."""
    unit = text.strip().replace("\u00b5", "u").replace("\u03bc", "u").replace("\u00b3", "3")
    if unit in SPELLINGS:
        return SPELLINGS[unit]
    unit = _LITER.sub(r"\1L", _POWER_OF_TEN.sub("10*", unit))
    return SPELLINGS.get(unit, unit)


def parse_quantity(text: str) -> Quantity:
    """
    Read a quantity as people write it.

    Args:
        text: ``9.8 g/dL``, ``<5 ng/mL``, ``20 months``, ``12 to 15 fL``.

    Returns:
        The quantity; ``<5`` is [0, 5), ``>5`` has no upper end.

    Raises:
        QuantityError: If the text is none of these.
    """
    match = _QUANTITY.match(text)
    if match is None:
        message = f"{text!r} is not a quantity; write for example 9.8 g/dL, <5 ng/mL or 20 months"
        raise QuantityError(message)
    low = parse_number(match["low"])
    if match["high"] is not None:
        high = parse_number(match["high"])
        if match["comparator"] or high < low:
            message = f"{text!r}: a range is written from low to high, without a comparator"
            raise QuantityError(message)
        interval = Interval.of(low, high)
    else:
        interval = compared(low, match["comparator"])
    written = f"{match['comparator'] or ''}{match['low']}" + (f" to {match['high']}" if match["high"] else "")
    return Quantity(interval, normal_unit(match["unit"] or ""), written)


def compared(value: Fraction, comparator: str | None) -> Interval:
    """
    Return the values that a reported number stands for.

    Args:
        value: The number printed.

        comparator: ``<``, ``<=``, ``>``, ``>=`` or None.

    Returns:
        A closed point, or the open or closed ray; below, it ends at a closed
        zero, because no measured quantity with a detection limit is negative.
    """
    if comparator is None:
        return Interval.exactly(value)
    end = End(value, comparator in {"<", ">"})
    if comparator.startswith("<"):
        # "<0" of a quantity that may be negative has no lower end.
        return Interval(End(Fraction(0), open=False) if value > 0 else UNBOUNDED, end)
    return Interval(end, UNBOUNDED)


def conversion(given: str, canonical: str, molar_mass: Fraction | None) -> Fraction | None:
    """
    Return the exact factor from one unit to another.

    Args:
        given: UCUM code.

        canonical: UCUM code.

        molar_mass: Grams in a mole of what is measured, where mass and amount convert.

    Returns:
        What to multiply by, or None where the dimensions differ.

    Raises:
        UnitError: If *given* is not a UCUM code.
    """
    source, target = parse_unit(given), parse_unit(canonical)
    factor = source.factor_to(target)
    if factor is None and molar_mass is not None:
        mass = Unit("g/mol", molar_mass, (("amount", -1), ("mass", 1)))
        for bridge, sign in ((mass, 1), (mass, -1)):
            scale, dimension = _times(source, bridge, sign)
            if dimension == target.dimension:
                return scale / target.scale
    return factor


def _times(unit: Unit, bridge: Unit, sign: int) -> tuple[Fraction, tuple[tuple[str, int], ...]]:
    dimension = dict(unit.dimension)
    for name, power in bridge.dimension:
        dimension[name] = dimension.get(name, 0) + sign * power
    return unit.scale * bridge.scale**sign, tuple(sorted((n, p) for n, p in dimension.items() if p))


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
    for figures in range(FIGURES, MOST_FIGURES):
        text = _rounded(value, figures)
        told = Fraction(text)
        if all((told > one) is (value > one) and (told < one) is (value < one) for one in apart):
            return text
    return exact_text(value)


def _rounded(value: Fraction, figures: int) -> str:
    exact = exact_text(value)
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
    if unit == "mo" and all(end.value is None or end.value >= MONTHS_TO_YEARS for end in interval_ends(interval)):
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


def interval_ends(interval: Interval) -> tuple[End, End]:
    """Return both ends, lower first."""
    return interval.low, interval.high


__all__ = [
    "MAX_DIGITS", "SPELLINGS", "Quantity", "QuantityError", "UnitError", "compared", "conversion",
    "exact_text", "interval_ends", "interval_text", "normal_unit", "number_text", "parse_number", "parse_quantity",
]  # fmt: skip
