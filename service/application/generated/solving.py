"""
Bounds of a computed measure, as bounds of what it is computed from.

One operand is solved for, the others are given values that people report. A
formula is taken for what it looks like at a few points, linear in the operand or
one over it; where it is neither, nothing is found.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from service.application.generated.chosen import value_in
from service.domain.effective import look_up
from service.domain.formulas import evaluate
from service.domain.intervals import UNBOUNDED, End, Interval
from service.domain.quantities import parse_quantity
from service.domain.thresholds import ALWAYS
from service.domain.vocabulary import MeasureKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.application.generated.sketch import Sketch
    from service.domain.formulas import Formula
    from service.domain.release import Profile, Release
    from service.domain.vocabulary import Measure

ROUND = (Fraction(1), Fraction(2), Fraction(5), Fraction(10), Fraction(20), Fraction(50), Fraction(100), Fraction(4))
"""Values of operands that leave a quotient short."""
Function = Callable[[Fraction], "Interval | None"]
POINTS = (Fraction(1), Fraction(2), Fraction(4))


def solved(release: Release, profile: Profile, name: str, bound: Interval, sketch: Sketch) -> Iterator[Sketch]:
    """
    Yield sketches in which a measure lies inside a bound.

    Args:
        release: For formulas and tables.

        profile: For their choices, and for what is assumed.

        name: The measure, reported or computed.

        bound: The values asked for.

        sketch: What is asked besides.

    Yields:
        Sketches with bounds on what is reported only.
    """
    measure = release.vocabulary.measures[name]
    if measure.formula is None:
        found = sketch.bounded(name, bound) if measure.kind is not MeasureKind.COMPUTED else None
        if found is not None:
            yield found
        return
    measures, tables = release.vocabulary.measures, release.numbers.tables
    free = [one for one in measure.formula.names if one in measures]
    looked_up = [tables[one].of for one in measure.formula.names if one in tables]
    for unknown in free:
        others = [one for one in free if one != unknown]
        for fixed, found in _fixed(release, profile, [*looked_up, *others], sketch):
            inner = _inverse(_function(release, profile, measure.formula, unknown, fixed), bound)
            if inner is not None:
                yield from solved(release, profile, unknown, inner, found)


def _fixed(
    release: Release, profile: Profile, names: list[str], sketch: Sketch
) -> Iterator[tuple[dict[str, Fraction], Sketch]]:
    """Yield values for operands, with the sketch that has them."""
    if not names:
        yield {}, sketch
        return
    name, *rest = names
    measure = release.vocabulary.measures[name]
    if name in profile.assume and name not in sketch.bounds:
        said = parse_quantity(profile.assume[name]).interval
        for fixed, last in _fixed(release, profile, rest, sketch):
            yield {name: said.low.value or Fraction(0), **fixed}, last
        return
    for value in _values(measure, sketch.bounds.get(name, ALWAYS)):
        for found in solved(release, profile, name, Interval.exactly(value), sketch):
            for fixed, last in _fixed(release, profile, rest, found):
                yield {name: value, **fixed}, last
            break


def _values(measure: Measure, bound: Interval) -> Iterator[Fraction]:
    span = bound.intersection(measure.usual or measure.possible or ALWAYS) or bound
    said = measure.kind is MeasureKind.PATIENT
    inside = [value for value in ((Fraction(0),) if said else ROUND) if span.meets(Interval.exactly(value))]
    first = value_in(measure, bound) if bound != ALWAYS or not inside else None
    yield from dict.fromkeys([*([] if first is None else [first]), *inside])


def _function(
    release: Release, profile: Profile, formula: Formula, unknown: str, fixed: dict[str, Fraction]
) -> Function:
    """Return a formula as a function of one operand, whose values are intervals where a constant is one."""

    def at(value: Fraction) -> Interval | None:
        def value_of(name: str) -> Interval | None:
            if name in release.numbers.constants:
                return release.constant(profile, name).value
            if name in release.numbers.tables:
                return look_up(release, profile, name, Interval.exactly(fixed[release.numbers.tables[name].of]))
            return Interval.exactly(value if name == unknown else fixed[name])

        return evaluate(formula, value_of)

    return at


def _inverse(function: Function, bound: Interval) -> Interval | None:
    """Return for which values a function, linear or one over linear, lies inside a bound with all its values."""
    seen = [function(point) for point in POINTS]
    lows = [one.low.value for one in seen if one is not None and one.low.value is not None]
    highs = [one.high.value for one in seen if one is not None and one.high.value is not None]
    if not len(lows) == len(highs) == len(POINTS):
        return None
    over = _turned(lows, Interval(bound.low, UNBOUNDED))
    under = _turned(highs, Interval(UNBOUNDED, bound.high))
    return over and under and over.intersection(under)


def _turned(seen: list[Fraction], bound: Interval) -> Interval | None:
    one, two, four = seen
    if one != two and four - two == 2 * (two - one):
        slope = two - one
        low, high = (
            UNBOUNDED if end.value is None else End(1 + (end.value - one) / slope, end.open)
            for end in (bound.low, bound.high)
        )
        return Interval(low, high) if slope > 0 else Interval(high, low)
    if one > 0 and one == 2 * two == 4 * four:
        positive = bound.intersection(Interval.of(0, None, low_open=True))
        over = positive and positive.reciprocal()
        return over and over.scaled(one)
    return None
