"""
Bounds of a computed measure, as bounds of what it is computed from.

One operand is solved for, the others are given values that people report. A
formula is taken for what it looks like at a few points, linear in the operand or
one over it; where it is neither, nothing is found.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING

from service.application.generated.chosen import value_in_unit, values_of
from service.application.generated.edges import rare
from service.application.generated.elapsed import changed
from service.application.generated.sketch import days_before, earlier, some
from service.domain.derivations import Change, DaysSince
from service.domain.effective import in_stated_unit, look_up
from service.domain.formulas import evaluate
from service.domain.intervals import UNBOUNDED, End, Interval
from service.domain.measures import MeasureKind
from service.domain.quantities import parse_quantity
from service.domain.thresholds import ALWAYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from service.application.generated.sketch import Sketch
    from service.domain.formulas import Formula
    from service.domain.measures import Measure
    from service.domain.release import Profile, Release

FITTING_PLACES = 2
"""Decimal places in which results that go together are told."""
POINTS = (Fraction(1), Fraction(2), Fraction(4))
_Fixed = tuple[dict[str, Fraction], "Sketch"]
"""Values of operands, with the sketch that has them."""


class Solving:
    """
    Solves formulas for one operand, in one profile.

    Args:
        release: For formulas and tables.

        profile: For their choices, and for what is assumed.
    """

    def __init__(self, release: Release, profile: Profile) -> None:
        self.release, self.profile, self._rare = release, profile, rare(release)
        self._seen: dict[tuple[object, ...], tuple[list[Fraction], list[Fraction]] | None] = {}
        self._told: dict[tuple[str, Interval], bool] = {}
        self._round: dict[tuple[str, Interval], tuple[Fraction, ...]] = {}
        self._values: dict[tuple[object, ...], Interval | None] = {}
        self._related = [
            (measure, formula)
            for measure in release.vocabulary.measures.values()
            for formula in measure.when_not_reported
            if release.vocabulary.measures.keys() >= set(formula.names)
        ]

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
        measure = self.release.vocabulary.measures[name]
        if isinstance(measure.derivation, DaysSince):
            yield from some(sketch.bounded(measure.derivation.event, bound))
        elif isinstance(measure.derivation, Change):
            yield from changed(measure.derivation, bound, sketch)
        elif name in sketch.missing:
            for formula in measure.when_not_reported:
                yield from self._by_formula(measure, formula, bound, sketch)
        elif measure.kind is not MeasureKind.COMPUTED:
            found = sketch.bounded(name, bound)
            yield from some(found if found is not None and self._is_told(measure, bound) else None)
        elif measure.formula is not None:
            yield from self._by_formula(measure, measure.formula, bound, sketch)

    def _is_told(self, measure: Measure, bound: Interval) -> bool:
        """Return whether people report such values: written in few places, and usual where no limit is elsewhere."""
        key = (measure.name, bound)
        if key not in self._told:
            self._told[key] = self._is_usual(measure, bound)
        return self._told[key]

    def _is_usual(self, measure: Measure, bound: Interval) -> bool:
        if bound.is_exact and value_in_unit(measure, bound) is None:
            return False
        return measure.usual is None or measure.name in self._rare or bound.meets(measure.usual)

    def rests_on(self, name: str) -> tuple[str, ...]:
        """Return the quantities that a measure is made of, those of formulas in formulas too; itself if reported."""
        measure = self.release.vocabulary.measures[name]
        how, tables = measure.derivation, self.release.numbers.tables
        if isinstance(how, DaysSince):
            return (how.event,)
        if isinstance(how, Change):
            return (days_before(how.of),) if how.in_days else (how.of, earlier(how.of))
        if measure.formula is None:
            return (name,) if measure.kind is not MeasureKind.COMPUTED else ()
        names = (tables[one].of if one in tables else one for one in measure.formula.names)
        inside = (one for one in names if one in self.release.vocabulary.measures)
        return tuple(dict.fromkeys(quantity for one in inside for quantity in self.rests_on(one)))

    def _by_formula(self, measure: Measure, formula: Formula, bound: Interval, sketch: Sketch) -> Iterator[Sketch]:
        measures, tables = self.release.vocabulary.measures, self.release.numbers.tables
        free = [one for one in formula.names if one in measures]
        looked_up = [tables[one].of for one in formula.names if one in tables]
        # What has its value already is solved for in vain, unless all have, and then one shows as much as all.
        settled = [one for one in free if one in sketch.bounds and sketch.bounds[one].is_exact]
        for unknown in [one for one in free if one not in settled] or free:
            others = [one for one in free if one != unknown]
            for fixed, found in self._fixed([*looked_up, *others], sketch):
                inner = self._inverse(measure, formula, unknown, fixed, bound)
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
        key = (name, sketch.bounds.get(name, ALWAYS))
        if key not in self._round:
            self._round[key] = tuple(values_of(self.release.vocabulary.measures[name], key[1]))
        values = self._round[key]
        # The first of each, then the second of each: what comes soon differs in more than one operand.
        yield from _in_turn(self._with(name, value, rest, sketch) for value in values)

    def _with(
        self, name: str, value: Fraction, rest: list[str], sketch: Sketch
    ) -> Iterator[tuple[dict[str, Fraction], Sketch]]:
        for found in islice(self.solved(name, Interval.exactly(value), sketch), 1):
            for fixed, last in self._fixed(rest, found):
                yield {name: value, **fixed}, last

    def _inverse(
        self, measure: Measure, formula: Formula, unknown: str, fixed: dict[str, Fraction], bound: Interval
    ) -> Interval | None:
        """Return for which values of an operand a measure lies inside a bound with all that it may be."""
        ends = self._ends(measure, formula, unknown, fixed)
        if ends is None:
            return None
        over = _turned(ends[0], Interval(bound.low, UNBOUNDED))
        under = _turned(ends[1], Interval(UNBOUNDED, bound.high))
        return over and under and over.intersection(under)

    def astride(self, name: str, limit: Fraction, sketch: Sketch) -> Iterator[Sketch]:
        """Yield sketches in which a measure is not reported, and its estimate lies on both sides of a limit."""
        measure = self.release.vocabulary.measures[name]
        bare = sketch.without(name)
        operands = [(formula, one) for formula in measure.when_not_reported for one in formula.names]
        for formula, unknown in operands if bare else ():
            if unknown not in self.release.vocabulary.measures:
                continue
            others = [one for one in formula.names if one != unknown and one in self.release.vocabulary.measures]
            for fixed, found in islice(self._fixed(others, bare or sketch), 1):
                ends = self._ends(measure, formula, unknown, fixed)
                over = ends and _turned(ends[1], Interval.of(limit, None, low_open=True))
                under = ends and _turned(ends[0], Interval.of(None, limit, high_open=True))
                inner = over.intersection(under) if over and under else None
                if inner is not None:
                    yield from self.solved(unknown, inner, found)

    def _ends(
        self, measure: Measure, formula: Formula, unknown: str, fixed: dict[str, Fraction]
    ) -> tuple[list[Fraction], list[Fraction]] | None:
        """Return the least and the greatest value of a measure at a few points of an operand."""
        key = (measure.name, formula.text, unknown, *fixed.items())
        if key not in self._seen:
            seen = [self._computed(measure, formula, _exact({**fixed, unknown: point})) for point in POINTS]
            lows = [one.low.value for one in seen if one is not None and one.low.value is not None]
            highs = [one.high.value for one in seen if one is not None and one.high.value is not None]
            self._seen[key] = (lows, highs) if len(lows) == len(highs) == len(POINTS) else None
        return self._seen[key]

    def value(self, name: str, values: Mapping[str, Fraction]) -> Interval | None:
        """Return the value of a measure for values of all quantities that it rests on."""
        measure = self.release.vocabulary.measures[name]
        how, formula = measure.derivation, measure.formula
        if isinstance(how, Change) and not how.in_days:
            return Interval.exactly(values[how.of] - values[earlier(how.of)])
        if formula is None:
            return Interval.exactly(values[self.rests_on(name)[0]])
        key = (name, *(values[one] for one in self.rests_on(name)))
        if key not in self._values:
            tables = self.release.numbers.tables
            names = (tables[one].of if one in tables else one for one in formula.names)
            inside = {one: self.value(one, values) for one in names if one in self.release.vocabulary.measures}
            known = {one: value for one, value in inside.items() if value is not None}
            self._values[key] = self._computed(measure, formula, known) if len(known) == len(inside) else None
        return self._values[key]

    def fitting(self, quantity: str, values: Mapping[str, Fraction]) -> Fraction | None:
        """Return the value of a quantity that goes with others by what it, or one of them, is estimated by."""
        for measure, formula in self._related:
            others = {measure.name, *formula.names} - {quantity}
            if (measure.name != quantity and quantity not in formula.names) or not values.keys() >= others:
                continue
            known = {name: values[name] for name in formula.names if name != quantity}
            if measure.name == quantity:
                found = self._computed(measure, formula, _exact(known))
            else:
                seen = [self._computed(measure, formula, _exact({**known, quantity: point})) for point in POINTS]
                lows = [one.low.value for one in seen if one is not None and one.low.value is not None]
                at = Interval.exactly(values[measure.name])
                found = _turned(lows, at) if len(lows) == len(POINTS) else None
            if found is not None and found.low.value is not None:
                return round(found.low.value, FITTING_PLACES)
        return None

    def _computed(self, measure: Measure, formula: Formula, values: Mapping[str, Interval]) -> Interval | None:
        """Return what a formula gives for values of its operands, and of what its tables look up."""
        release, tables = self.release, self.release.numbers.tables

        def value_of(name: str) -> Interval | None:
            if name in release.numbers.constants:
                return release.constant(self.profile, name).value
            if name in tables:
                return look_up(release, self.profile, name, values[tables[name].of])
            return in_stated_unit(release, measure, name, values[name])

        return evaluate(formula, value_of)


def _in_turn(several: Iterable[Iterator[_Fixed]]) -> Iterator[_Fixed]:
    """Yield the first of each, then the second of each; nobody is asked for more than is wanted."""
    waiting = list(several)
    while waiting:
        left = []
        for one in waiting:
            for found in islice(one, 1):
                yield found
                left.append(one)
        waiting = left


def _exact(values: Mapping[str, Fraction]) -> dict[str, Interval]:
    return {name: Interval.exactly(value) for name, value in values.items()}


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
