"""
Bounds of a computed measure, as bounds of what it is computed from.

One operand is solved for, the others are given values that people report. A
formula is taken for what it looks like at a few points, linear in the operand or
one over it; where it is neither, nothing is found.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from service.application.generated.chosen import value_in
from service.domain.effective import look_up
from service.domain.formulas import evaluate
from service.domain.intervals import UNBOUNDED, End, Interval
from service.domain.measures import MeasureKind
from service.domain.quantities import parse_quantity
from service.domain.thresholds import ALWAYS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.application.generated.sketch import Sketch
    from service.domain.measures import Measure
    from service.domain.release import Profile, Release

ROUND = tuple(Fraction(value) for value in (1, 2, 4, 5, 10, 20, 40, 50, 80, 100, 120, 200, 500, 1000))
"""Values of operands that leave a quotient short."""
POINTS = (Fraction(1), Fraction(2), Fraction(4))


class Solving:
    """
    Solves formulas for one operand, in one profile.

    Args:
        release: For formulas and tables.

        profile: For their choices, and for what is assumed.
    """

    def __init__(self, release: Release, profile: Profile) -> None:
        self.release, self.profile = release, profile
        self._seen: dict[tuple[object, ...], tuple[list[Fraction], list[Fraction]] | None] = {}

    def solved(self, name: str, bound: Interval, sketch: Sketch) -> Iterator[Sketch]:
        """
        Yield sketches in which a measure lies inside a bound.

        Args:
            name: The measure, reported or computed.

            bound: The values asked for.

            sketch: What is asked besides.

        Yields:
            Sketches with bounds on what is reported only.
        """
        measures, tables = self.release.vocabulary.measures, self.release.numbers.tables
        measure = measures[name]
        if measure.formula is None:
            found = sketch.bounded(name, bound) if measure.kind is not MeasureKind.COMPUTED else None
            if found is not None:
                yield found
            return
        free = [one for one in measure.formula.names if one in measures]
        looked_up = [tables[one].of for one in measure.formula.names if one in tables]
        for unknown in free:
            others = [one for one in free if one != unknown]
            for fixed, found in self._fixed([*looked_up, *others], sketch):
                inner = self._inverse(measure, unknown, fixed, bound)
                if inner is not None:
                    yield from self.solved(unknown, inner, found)

    def _fixed(self, names: list[str], sketch: Sketch) -> Iterator[tuple[dict[str, Fraction], Sketch]]:
        """Yield values for operands, with the sketch that has them."""
        if not names:
            yield {}, sketch
            return
        name, *rest = names
        assumed = self.profile.assume.get(name)
        if assumed is not None and name not in sketch.bounds:
            said = parse_quantity(assumed).interval.low.value or Fraction(0)
            for fixed, last in self._fixed(rest, sketch):
                yield {name: said, **fixed}, last
            return
        for value in _values(self.release.vocabulary.measures[name], sketch.bounds.get(name, ALWAYS)):
            for found in islice(self.solved(name, Interval.exactly(value), sketch), 1):
                for fixed, last in self._fixed(rest, found):
                    yield {name: value, **fixed}, last

    def _inverse(self, measure: Measure, unknown: str, fixed: dict[str, Fraction], bound: Interval) -> Interval | None:
        """Return for which values of an operand a measure lies inside a bound with all that it may be."""
        key = (measure.name, unknown, *fixed.items())
        if key not in self._seen:
            self._seen[key] = self._ends(measure, unknown, fixed)
        ends = self._seen[key]
        if ends is None:
            return None
        over = _turned(ends[0], Interval(bound.low, UNBOUNDED))
        under = _turned(ends[1], Interval(UNBOUNDED, bound.high))
        return over and under and over.intersection(under)

    def _ends(
        self, measure: Measure, unknown: str, fixed: dict[str, Fraction]
    ) -> tuple[list[Fraction], list[Fraction]] | None:
        """Return the least and the greatest value of a measure at a few points of an operand."""
        release = self.release

        def value_of(name: str, value: Fraction) -> Interval | None:
            if name in release.numbers.constants:
                return release.constant(self.profile, name).value
            if name in release.numbers.tables:
                of = Interval.exactly(fixed[release.numbers.tables[name].of])
                return look_up(release, self.profile, name, of)
            return Interval.exactly(value if name == unknown else fixed[name])

        if measure.formula is None:
            return None
        seen = [evaluate(measure.formula, partial(value_of, value=point)) for point in POINTS]
        lows = [one.low.value for one in seen if one is not None and one.low.value is not None]
        highs = [one.high.value for one in seen if one is not None and one.high.value is not None]
        return (lows, highs) if len(lows) == len(highs) == len(POINTS) else None


def _values(measure: Measure, bound: Interval) -> Iterator[Fraction]:
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
