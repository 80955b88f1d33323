"""
From a sketch to a patient: one value for each thing that is settled, as it stands under ``given``.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from service.domain.figures import exact_text
from service.domain.intervals import Interval
from service.domain.measures import AGE
from service.domain.scales import State
from service.domain.thresholds import ALWAYS

if TYPE_CHECKING:
    from service.application.generated.sketch import Sketch
    from service.domain.measures import Measure
    from service.domain.nodes import Plain
    from service.domain.vocabulary import Attribute

Said = dict[str, "Plain"]
"""What is said of a patient."""
GROWN_UP = Fraction(34 * 12)
"""The age, in months, of a patient of whom no other is asked."""
YEAR = 12
IN_MONTHS = 24
"""People count months up to two years."""
MOST_PLACES = 6
"""Decimal places of a value; one that needs more is never reported."""
FINEST = Fraction(10**MOST_PLACES)


def said_of(sketch: Sketch) -> Said | None:
    """
    Choose a patient.

    Args:
        sketch: What is asked.

    Returns:
        What is said of one, age first; None where no value can be written.
    """
    words = sketch.words
    said: Said = {}
    if AGE in words.measures and AGE not in sketch.missing:
        age = _age(sketch.bounds.get(AGE, ALWAYS))
        if age is None:
            return None
        said[AGE] = age
    for name, attribute in words.attributes.items():
        if name in sketch.attributes:
            said[name] = _word(attribute, sketch.attributes[name])
    for name, measure in words.measures.items():
        if name in sketch.bounds and name != AGE:
            value = value_in(measure, sketch.bounds[name])
            if value is None:
                return None
            said[name] = f"{exact_text(value)}{'' if measure.unit == '1' else f' {measure.unit}'}"
    for name in words.findings:
        if sketch.findings.get(name, State.UNKNOWN) is not State.UNKNOWN:
            said[name] = sketch.findings[name].value
    return said


def last_place(limit: Fraction) -> Fraction:
    """Return one in the last decimal place that a limit is written with; a tenth of it where that is as much as all."""
    place = Fraction(1, 10 ** len(exact_text(limit).partition(".")[2]))
    return place if abs(limit) > place or not limit else place / 10


def value_in(measure: Measure, bound: Interval) -> Fraction | None:
    """Return a value at or next to an end of a bound, a usual one if there is one; None if none can be written."""
    for span in (measure.usual, measure.possible):
        if span is None:
            continue
        if (value := _nearest(bound)) is not None and span.meets(Interval.exactly(value)):
            return value
        both = bound.intersection(span)
        if both is not None and (value := _nearest(both)) is not None:
            return value
    value = _nearest(bound)
    possible = measure.possible or ALWAYS
    return value if value is not None and possible.meets(Interval.exactly(value)) else None


def _nearest(bound: Interval) -> Fraction | None:
    low, high = bound.low, bound.high
    tried = [end.value for end in (low, high) if end.value is not None and not end.open]
    tried += [low.value + last_place(low.value)] if low.value is not None and is_written(low.value) else []
    tried += [high.value - last_place(high.value)] if high.value is not None and is_written(high.value) else []
    if low.value is not None and high.value is not None:
        middle = (low.value + high.value) / 2
        tried += [Fraction(round(middle * 10**places), 10**places) for places in range(MOST_PLACES)]
    elif low.value is None and high.value is None:
        tried.append(Fraction(1))
    else:
        # Next to an end that cannot be written, in the first place in which it can.
        end, rounded = (low.value, ceil) if low.value is not None else (high.value or Fraction(0), int)
        tried += [Fraction(rounded(end * 10**places), 10**places) for places in range(MOST_PLACES)]
    return next((one for one in tried if is_written(one) and bound.meets(Interval.exactly(one))), None)


def is_written(value: Fraction) -> bool:
    """Return whether a value has few enough decimal places to be reported."""
    return (value * FINEST).denominator == 1


def _word(attribute: Attribute, values: frozenset[str]) -> str:
    if attribute.otherwise in values:
        return str(attribute.otherwise)
    return next(value for value in attribute.values if value in values)


def _age(bound: Interval) -> str | None:
    """Return a completed age all of whose months lie in a bound."""
    low = Fraction(0) if bound.low.value is None else bound.low.value
    for months in (GROWN_UP, Fraction(ceil(low)), Fraction(ceil(low) + 1)):
        year = Interval.of(months, months + YEAR, high_open=True)
        if months >= IN_MONTHS and months % YEAR == 0 and bound.intersection(year) == year:
            return f"{exact_text(months / YEAR)} a"
        month = Interval.of(months, months + 1, high_open=True)
        if bound.intersection(month) == month or bound == Interval.exactly(months):
            return f"{exact_text(months)} mo"
    return None
