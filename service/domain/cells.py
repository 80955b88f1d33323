"""
Cells: the values of a quantity that no row of any table tells apart.

The ends of all rows cut the line into points and the stretches between them. Two patients whose ages lie in
the same cells are possible in the same rows, whatever the days between them.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from fractions import Fraction

    from service.domain.intervals import End, Interval


def cuts(intervals: Iterable[Interval]) -> tuple[Fraction, ...]:
    """
    Return where intervals end, each place once, in order.

    Args:
        intervals: Of one quantity.

    Returns:
        Their bounded ends, in its canonical unit.
    """
    ends = (end.value for interval in intervals for end in (interval.low, interval.high))
    return tuple(sorted({value for value in ends if value is not None}))


def cells(places: Sequence[Fraction], interval: Interval) -> tuple[int, int]:
    """
    Return the first and the last cell that an interval lies in.

    Args:
        places: As `cuts` returns them.

        interval: Of the same quantity.

    Returns:
        Numbers of cells from below: of *n* places each is a cell with an odd number, and the stretches under,
        between and over them have the even ones from 0 to 2 *n*.
    """
    return _cell(places, interval.low, lower=True), _cell(places, interval.high, lower=False)


def _cell(places: Sequence[Fraction], end: End, *, lower: bool) -> int:
    if end.value is None:
        return 0 if lower else 2 * len(places)
    index = bisect_left(places, end.value)
    if index == len(places) or places[index] != end.value:
        return 2 * index
    return 2 * index + 1 + (0 if not end.open else 1 if lower else -1)


__all__ = ["cells", "cuts"]
