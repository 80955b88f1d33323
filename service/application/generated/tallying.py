"""
Tallying: values of what several votes are made of, so that so many of them hold.

Votes share what they are made of, so none can be settled before the others. A few
values of each quantity are tried together, and left as soon as too many votes hold or fail.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from service.application.generated.chosen import spread, value_in
from service.domain.intervals import UNBOUNDED, End, Interval
from service.domain.thresholds import ALWAYS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from service.application.generated.counts import Tally
    from service.application.generated.sketch import Sketch
    from service.application.generated.solving import Solving


@dataclass(frozen=True, slots=True)
class Ballot:
    """
    One vote, for a patient whose row is settled.

    Attributes:
        measure: What is compared.

        holds: The values for which the vote is true.

        rests_on: The quantities that the measure is made of.
    """

    measure: str
    holds: Interval
    rests_on: tuple[str, ...]

    @property
    def sides(self) -> tuple[Interval, Interval]:
        """The values for which the vote is true, and those for which it is not."""
        low, high = self.holds.low, self.holds.high
        over = Interval(End(high.value, not high.open), UNBOUNDED)
        return self.holds, over if low.value is None else Interval(UNBOUNDED, End(low.value, not low.open))


def tallied(solving: Solving, ballots: Sequence[Ballot], tally: Tally, sketch: Sketch) -> Iterator[Sketch]:
    """
    Yield sketches in which so many votes hold.

    Args:
        solving: For values of measures.

        ballots: The votes; one that rests on what must be missing is not cast.

        tally: How many of them may hold.

        sketch: What is asked besides.

    Yields:
        Sketches with one value for each quantity that the votes rest on.
    """
    cast = [one for one in ballots if one.rests_on and not sketch.missing.intersection(one.rests_on)]
    quantities = list(dict.fromkeys(quantity for one in cast for quantity in one.rests_on))
    # What has its value goes first: others are chosen so that they go with it.
    quantities.sort(key=lambda quantity: not sketch.bounds.get(quantity, ALWAYS).is_exact)
    settled = {name: bound.low.value for name, bound in sketch.bounds.items() if bound.is_exact and bound.low.value}
    search = _Search(solving, len(cast) - tally.least, tally.most, settled)
    for quantity in quantities:
        measure = sketch.words.measures.get(quantity)
        asked = sketch.bounds.get(quantity, ALWAYS)
        # A vote on the quantity itself has two sides, however near its limit lies to the end of what is usual.
        sides = [side for one in cast if one.measure == quantity for side in one.sides]
        inside = [both for side in sides if (both := asked.intersection(side)) is not None]
        near = [value_in(measure, both) for both in inside] if measure is not None else []
        values = list(dict.fromkeys([*spread(measure, asked), *(one for one in near if one is not None)]))
        known = {*(one for one, *_ in search.steps), quantity}
        due = [one for one in cast if quantity in one.rests_on and known.issuperset(one.rests_on)]
        search.steps.append((quantity, asked, values, due))
    for chosen in search.run({}, 0, 0):
        found: Sketch | None = sketch
        for quantity, value in chosen.items():
            found = found and found.bounded(quantity, Interval.exactly(value))
        if found is not None:
            yield found


@dataclass(frozen=True, slots=True)
class _Search:
    """
    Values that are tried, quantity after quantity.

    Attributes:
        steps: Each quantity with what is asked of it, its values, and the votes that are cast once it has one.

        most_failing, most_holding: How many votes may fail, and how many may hold.

        settled: Values that are asked for, of what no vote rests on too.
    """

    solving: Solving
    most_failing: int
    most_holding: int
    settled: dict[str, Fraction]
    steps: list[tuple[str, Interval, list[Fraction], list[Ballot]]] = field(default_factory=list)

    def run(self, chosen: dict[str, Fraction], failing: int, holding: int) -> Iterator[dict[str, Fraction]]:
        """Yield values of all quantities by which not too many votes fail, nor hold."""
        if len(chosen) == len(self.steps):
            yield chosen
            return
        quantity, asked, values, due = self.steps[len(chosen)]
        fitting = self.solving.fitting(quantity, {**self.settled, **chosen})
        # Results that do not go together are doubted, and then cast no vote.
        fits = fitting is not None and asked.meets(Interval.exactly(fitting))
        for value in [fitting] if fits and fitting is not None else values:
            then = {**chosen, quantity: value}
            true = sum(self._holds(one, then) for one in due)
            now = failing + len(due) - true, holding + true
            if now[0] <= self.most_failing and now[1] <= self.most_holding:
                yield from self.run(then, *now)

    def _holds(self, ballot: Ballot, values: dict[str, Fraction]) -> bool:
        value = self.solving.value(ballot.measure, values)
        return value is not None and ballot.holds.intersection(value) == value
