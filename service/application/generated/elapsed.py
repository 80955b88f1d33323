"""
Bounds of a change since an earlier result, as bounds of that result, of the newest one, and of the days between.

One earlier result is enough: it is the previous one, and where an event is asked for, the
event was on its day, so that it is also the last one at or before the event.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING

from service.application.generated.chosen import ordinary, values_of
from service.application.generated.sketch import days_before, earlier, some
from service.domain.intervals import Interval
from service.domain.thresholds import ALWAYS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.application.generated.sketch import Sketch
    from service.domain.derivations import Change

DAYS = tuple(Fraction(days) for days in (30, 10, 60, 3, 120))
"""Days between two results that are tried."""
FEW = 4
"""Values of the newest result that are tried."""


def changed(how: Change, bound: Interval, sketch: Sketch) -> Iterator[Sketch]:
    """
    Yield sketches in which a change, or the days since the earlier result, lies inside a bound.

    Args:
        how: What is computed.

        bound: The values asked for.

        sketch: What is asked besides.

    Yields:
        Sketches with an earlier result.
    """
    measure = sketch.words.measures[how.of]
    for between in _between(how, bound, sketch):
        for value in islice(values_of(measure, between.bounds.get(how.of, ALWAYS)), FEW):
            now = Interval.exactly(value)
            placed = between.bounded(how.of, now)
            found = placed and placed.bounded(earlier(how.of), ALWAYS if how.in_days else now - bound)
            if found is not None:
                yield found


def _between(how: Change, bound: Interval, sketch: Sketch) -> Iterator[Sketch]:
    """Yield sketches with the days from the earlier result to the newest one, and with the event on the same day."""
    days = days_before(how.of)
    allowed = Interval.of(0, how.within_days, low_open=True).intersection(bound if how.in_days else ALWAYS)
    placed = sketch.bounded(days, allowed) if allowed is not None else None
    if placed is None or not how.since:
        yield from some(placed)
        return
    asked = placed.bounds[days].intersection(placed.bounds.get(how.since, ALWAYS))
    first = ordinary(asked, Interval.of(1, None)) if asked is not None else None
    for number in dict.fromkeys((*DAYS, *(() if first is None else (first,)))):
        day = Interval.exactly(number)
        found = placed.bounded(days, day)
        yield from some(found and found.bounded(how.since, day))
