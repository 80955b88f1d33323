"""
Choosing one value out of those that are asked for: at the edge, short, and usual where it can be.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from service.domain.figures import exact_text
from service.domain.intervals import Interval
from service.domain.measures import MeasureKind
from service.domain.thresholds import ALWAYS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.domain.measures import Measure

MOST_PLACES = 6
"""Decimal places of a value; one that needs more is never reported."""
ROUND = tuple(Fraction(value) for value in (1, 2, 4, 5, 10, 20, 40, 50, 80, 100, 120, 200, 500, 1000))
"""Values of operands that leave a quotient short."""
MIDDLE_FIRST = (3, 4, 2, 5, 1, 6)
"""Places of values that are spread over a span, as parts of it."""
A_YEAR = Interval.of(1, 365)
FINEST = Fraction(10**MOST_PLACES)


def last_place(limit: Fraction) -> Fraction:
    """Return one in the last decimal place that a limit is written with; a tenth of it where that is as much as all."""
    place = Fraction(1, 10 ** len(exact_text(limit).partition(".")[2]))
    return place if abs(limit) > place or not limit else place / 10


def value_in(measure: Measure, bound: Interval) -> Fraction | None:
    """Return a value at or next to an end of a bound, a usual one if there is one; None if none can be written."""
    return _value_in(bound, measure.usual, measure.possible)


def value_in_unit(measure: Measure, bound: Interval, *, any_unit: bool = True) -> tuple[Fraction, str] | None:
    """
    Return a value at or next to an end of a bound, with the unit it is told in.

    Args:
        measure: Of which it is a value.

        bound: In the canonical unit.

        any_unit: Whether another unit will do where no value can be written in the canonical one.

    Returns:
        The value and its unit, or None if none can be written.
    """
    for unit in measure.accepted_units if any_unit else (measure.unit,):
        factor = measure.factor(unit)
        if factor:
            spans = (bound, measure.usual, measure.possible)
            inside, usual, possible = (None if one is None else one.scaled(1 / factor) for one in spans)
            value = None if inside is None else _value_in(inside, usual, possible)
            if value is not None:
                return value, unit
    return None


def ordinary(bound: Interval, usual: Interval) -> Fraction | None:
    """Return a value at or next to an end of a bound, of what is usual if it can be."""
    return _value_in(bound, usual, Interval.of(0, None))


def values_of(measure: Measure, bound: Interval) -> Iterator[Fraction]:
    """Yield values of an operand: one that is asked for, and round ones, those in the middle of the usual first."""
    usual = measure.usual or measure.possible or ALWAYS
    span = bound.intersection(usual) or bound
    said = measure.kind is MeasureKind.PATIENT
    inside = [value for value in ((Fraction(0),) if said else ROUND) if span.meets(Interval.exactly(value))]
    if usual.low.value is not None and usual.high.value is not None:
        middle = (usual.low.value + usual.high.value) / 2
        inside.sort(key=lambda value: abs(value - middle))
    first = value_in(measure, bound) if bound != ALWAYS or not inside else None
    yield from dict.fromkeys([*([] if first is None else [first]), *inside])


def spread(measure: Measure | None, bound: Interval) -> Iterator[Fraction]:
    """Yield a few short values of what is asked for and usual, those in the middle first; of days for no measure."""
    usual = A_YEAR if measure is None else measure.usual or measure.possible or ALWAYS
    span = bound.intersection(usual) or bound
    low, high = span.low.value, span.high.value
    if measure is not None and (low is None or high is None):
        yield from values_of(measure, bound)
    elif low is None or high is None or low == high:
        value = ordinary(bound, usual) if measure is None else value_in(measure, bound)
        yield from () if value is None else (value,)
    else:
        step = (high - low) / (len(MIDDLE_FIRST) + 1)
        places = next((places for places in range(MOST_PLACES) if step * 10**places >= 1), MOST_PLACES)
        yield from dict.fromkeys(Fraction(round((low + step * part) * 10**places), 10**places) for part in MIDDLE_FIRST)


def _value_in(bound: Interval, usual: Interval | None, possible: Interval | None) -> Fraction | None:
    nearest = _nearest(bound)
    for span in (usual, possible):
        if span is None:
            continue
        if nearest is not None and span.meets(Interval.exactly(nearest)):
            return nearest
        both = bound.intersection(span)
        if both is not None and (value := _nearest(both)) is not None:
            return value
    return nearest if nearest is not None and (possible or ALWAYS).meets(Interval.exactly(nearest)) else None


def _nearest(bound: Interval) -> Fraction | None:
    inside = (one for one in _near(bound) if is_written(one) and bound.meets(Interval.exactly(one)))
    return next(inside, None)


def _near(bound: Interval) -> Iterator[Fraction]:
    """Yield values at the ends of a bound, next to them, and then wherever they are short."""
    low, high = bound.low, bound.high
    yield from (end.value for end in (low, high) if end.value is not None and not end.open)
    if low.value is not None and is_written(low.value):
        yield low.value + last_place(low.value)
    if high.value is not None and is_written(high.value):
        yield high.value - last_place(high.value)
    if low.value is not None and high.value is not None:
        middle = (low.value + high.value) / 2
        yield from (Fraction(round(middle * 10**places), 10**places) for places in range(MOST_PLACES))
    elif low.value is None and high.value is None:
        yield Fraction(1)
    else:
        # Next to an end that cannot be written, in the first place in which it can.
        end, rounded = (low.value, ceil) if low.value is not None else (high.value or Fraction(0), int)
        yield from (Fraction(rounded(end * 10**places), 10**places) for places in range(MOST_PLACES))


def is_written(value: Fraction) -> bool:
    """Return whether a value has few enough decimal places to be reported."""
    return (value * FINEST).denominator == 1
