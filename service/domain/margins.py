"""
Margins: value minus limit, kept as two ends of which the sign decides.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from service.domain.intervals import End
    from service.domain.thresholds import Word

UNBOUNDED_MARGIN = Fraction(10**12)
"""Stands for an unbounded end: larger than any quantity in a canonical unit."""


class MarginEnd(NamedTuple):
    """One end of a margin; at zero, *tie* is the side it lies on. Ends are ordered as they are compared."""

    distance: Fraction
    tie: int

    @property
    def sign(self) -> int:
        """-1 under the limit, +1 over it; never 0."""
        return -1 if (self.distance.numerator or self.tie) < 0 else 1


class Margin(NamedTuple):
    """Value minus limit, over every value and every row that is still possible."""

    low: MarginEnd
    high: MarginEnd

    def decides(self, word: Word) -> bool | None:
        """Return whether a comparison is true, false, or (None) unknown."""
        if self.high.sign < 0:
            return word.holds_under
        if self.low.sign > 0:
            return not word.holds_under
        return None


def margin_end(end: End, limit: Fraction, equal: int, *, lower: bool) -> MarginEnd:
    """
    Return one end of value minus limit.

    Args:
        end: Of the value.

        limit: What it is compared with.

        equal: The side on which a value lies that equals the limit.

        lower: Whether it is the lower end.

    Returns:
        The end of the margin.
    """
    if end.value is None:
        return MarginEnd(-UNBOUNDED_MARGIN if lower else UNBOUNDED_MARGIN, 0)
    distance = end.value - limit
    if distance:
        return MarginEnd(distance, 0)
    # An open end at the limit never reaches it: it takes the side it comes from.
    return MarginEnd(distance, (1 if lower else -1) if end.open else equal)
