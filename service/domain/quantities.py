"""
Numbers and quantities as people and machines write them.

This is the only place where text becomes a number; `service.domain.figures` makes texts of numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from service.domain.intervals import UNBOUNDED, End, Interval
from service.domain.spellings import normal_unit

MAX_DIGITS = 30
"""Longest number read, in characters: no laboratory prints more than 15 digits."""

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\Z", re.ASCII)
_DASHED = re.compile(r"(\d+(?:\.\d+)?)\s*[-\u2013\u2014]\s*(\d.*)\Z")
_QUANTITY = re.compile(
    r"\s*(?P<comparator><=|>=|<|>)?\s*(?P<low>[-+.\d]++)(\s*to\s*(?P<high>[-+.\d]++))?\s*(?P<unit>[^\s,].*?)?\s*\Z",
    re.ASCII,
)


_TYPED = {"\u2264": "<=", "\u2265": ">=", "=<": "<=", "=>": ">="}
_SIGN = re.compile("|".join(_TYPED))
_COMMA = re.compile(r"(?<!\d)(\d++),(\d++)")


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
    dashed = _DASHED.match(text)
    if dashed is not None:
        message = f"{text!r} is not a quantity; a range is written {dashed[1]} to {dashed[2]}"
        raise QuantityError(message)
    if match is None:
        sign, comma = _SIGN.search(text), _COMMA.search(text)
        hint = f"; type {_TYPED[sign[0]]} in place of {sign[0]}" if sign else ""
        hint = f"; write {comma[1]}.{comma[2]} if {comma[0]} is one number" if comma and not sign else hint
        message = f"{text!r} is not a quantity{hint or '; write for example 9.8 g/dL, <5 ng/mL or 20 months'}"
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
