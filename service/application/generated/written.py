"""
From a sketch to a patient: one value for each quantity, as it stands under ``given``.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from service.application.generated.chosen import ordinary, value_in_unit
from service.application.generated.sketch import BARE, days_before, earlier
from service.domain.figures import exact_text
from service.domain.intervals import Interval
from service.domain.measures import AGE
from service.domain.scales import State
from service.domain.thresholds import ALWAYS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.application.generated.sketch import Printed, Sketch
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
DAY = Fraction(1)


def said_of(sketch: Sketch) -> Said | None:
    """
    Choose a patient.

    Args:
        sketch: What is asked.

    Returns:
        What is said of one, age first; None where no value can be written.
    """
    said: Said = {}
    for name, value in _told(sketch):
        if value is None:
            return None
        said[name] = value
    return said


def in_words(said: Plain) -> str:
    """Return what is said of a patient, or of one thing of them, in a line."""
    if isinstance(said, dict):
        return ", ".join(f"{key} {in_words(value)}" for key, value in said.items())
    return " and ".join(in_words(one) for one in said) if isinstance(said, list) else str(said)


def _told(sketch: Sketch) -> Iterator[tuple[str, Plain | None]]:
    """Yield what is said, name by name; None where no value can be written."""
    words = sketch.words
    if AGE in words.measures and AGE not in sketch.missing:
        yield AGE, _age(sketch.bounds.get(AGE, ALWAYS))
    for name, attribute in words.attributes.items():
        if name in sketch.attributes:
            yield name, _word(attribute, sketch.attributes[name])
    for name, measure in words.measures.items():
        if name in sketch.bounds and name != AGE:
            yield name, _results(measure, sketch)
    for name in words.events:
        if name in sketch.bounds:
            yield name, _ago(sketch.bounds[name])
    for name in words.findings:
        if sketch.findings.get(name, State.UNKNOWN) is not State.UNKNOWN:
            yield name, sketch.findings[name].value


def _results(measure: Measure, sketch: Sketch) -> Plain | None:
    """Return the value of a measure, after its earlier one where that is asked for."""
    printed = sketch.printed.get(measure.name, BARE)
    now = value_in_unit(measure, sketch.bounds[measure.name], any_unit=printed == BARE)
    if now is None:
        return None
    value, unit = now
    days = sketch.bounds.get(days_before(measure.name))
    if days is None:
        return _printed(_quantity(value, unit), printed, unit)
    before = sketch.bounds.get(earlier(measure.name), ALWAYS)
    was = now if before == ALWAYS else value_in_unit(measure, before)
    ago = _ago(days)
    if was is None or ago is None:
        return None
    return [f"{_quantity(*was)} {ago}", _printed(f"{_quantity(value, unit)} now", printed, unit)]


def _quantity(value: Fraction, unit: str) -> str:
    return f"{exact_text(value)} {unit}"


def _printed(value: str, printed: Printed, unit: str) -> Plain:
    """Return a value with what the laboratory prints beside it, where that is anything."""
    if printed.flag is not None:
        return {"value": value, "flag": printed.flag.value}
    low, high = (None if end is None else exact_text(end) for end in (printed.low, printed.high))
    if low is None and high is None:
        return value
    limits = f">={low}" if high is None else f"<={high}" if low is None else f"{low} to {high}"
    return {"value": value, "laboratory": f"{limits} {unit}"}


def _ago(bound: Interval) -> str | None:
    """Return how long ago an event was, in days, whole ones if there are any."""
    days = ordinary(bound, Interval.of(DAY, None))
    return None if days is None else f"{exact_text(days)} d ago"


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
