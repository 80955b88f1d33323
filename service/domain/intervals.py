"""
Exact intervals: what is known of a number.

A result ``9.1`` is the closed interval [9.1, 9.1], ``<5`` is [0, 5), a printed
range is itself. Ends are `Fraction`; a missing end is unbounded. Arithmetic is
exact and never narrows: the answer holds every value that the operands allow.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import NamedTuple

ZERO = Fraction(0)


class End(NamedTuple):
    """One end: its value (None is unbounded) and whether the value itself is left out."""

    value: Fraction | None
    open: bool


UNBOUNDED = End(None, open=True)


@dataclass(frozen=True, slots=True)
class Interval:
    """
    The values that a quantity may have.

    Attributes:
        low: Lower end.

        high: Upper end.
    """

    low: End
    high: End

    @classmethod
    def exactly(cls, value: Fraction | int) -> Interval:
        """Return the interval that holds one value."""
        end = End(Fraction(value), open=False)
        return cls(end, end)

    @classmethod
    def of(
        cls,
        low: Fraction | int | None,
        high: Fraction | int | None,
        *,
        low_open: bool = False,
        high_open: bool = False,
    ) -> Interval:
        """Return the interval between two values; None is unbounded."""
        return cls(
            UNBOUNDED if low is None else End(Fraction(low), low_open),
            UNBOUNDED if high is None else End(Fraction(high), high_open),
        )

    @property
    def is_exact(self) -> bool:
        """Whether one value only is possible."""
        return self.low.value is not None and self.low.value == self.high.value

    @property
    def bounds(self) -> tuple[Fraction, ...]:
        """Values of the ends that are bounded, the lower first."""
        return tuple(end.value for end in (self.low, self.high) if end.value is not None)

    @property
    def is_unbounded(self) -> bool:
        """Whether nothing is known: neither end is bounded."""
        return self.low.value is None and self.high.value is None

    def hull(self, other: Interval) -> Interval:
        """Return the smallest interval that holds both."""
        return Interval(_outer(self.low, other.low, lower=True), _outer(self.high, other.high, lower=False))

    def meets(self, other: Interval) -> bool:
        """Return whether some value lies in both."""
        return _below(self.low, other.high) and _below(other.low, self.high)

    def intersection(self, other: Interval) -> Interval | None:
        """Return the values in both, or None where there are none."""
        if not self.meets(other):
            return None
        return Interval(_inner(self.low, other.low, lower=True), _inner(self.high, other.high, lower=False))

    def scaled(self, factor: Fraction) -> Interval:
        """Return the interval multiplied by a positive factor."""
        return Interval(
            *(end if end.value is None else End(end.value * factor, end.open) for end in (self.low, self.high))
        )

    def __add__(self, other: Interval) -> Interval:
        return Interval(_sum(self.low, other.low), _sum(self.high, other.high))

    def __neg__(self) -> Interval:
        return Interval(_negated(self.high), _negated(self.low))

    def __sub__(self, other: Interval) -> Interval:
        return self + (-other)

    def __mul__(self, other: Interval) -> Interval:
        corners = [_times(a, sign_a, b, sign_b) for (a, sign_a), (b, sign_b) in product(_signed(self), _signed(other))]
        return _span(corners)

    def reciprocal(self) -> Interval | None:
        """Return 1/x, or None where zero is one of the values inside."""
        low, high = self.low, self.high
        if low.value is not None and low.value >= 0:
            if high.value == 0:
                return None
            upper = UNBOUNDED if low.value == 0 else End(1 / low.value, low.open)
            lower = End(ZERO, open=True) if high.value is None else End(1 / high.value, high.open)
            return Interval(lower, upper)
        if high.value is not None and high.value <= 0:
            flipped = (-self).reciprocal()
            return None if flipped is None else -flipped
        return None

    def absolute(self) -> Interval:
        """Return the interval of distances from zero."""
        if self.low.value is not None and self.low.value >= 0:
            return self
        if self.high.value is not None and self.high.value <= 0:
            return -self
        return Interval(End(ZERO, open=False), _outer(self.high, (-self).high, lower=False))


def _outer(a: End, b: End, *, lower: bool) -> End:
    if a.value is None or b.value is None:
        return UNBOUNDED
    if a.value == b.value:
        return End(a.value, a.open and b.open)
    return a if (a.value < b.value) is lower else b


def _inner(a: End, b: End, *, lower: bool) -> End:
    if a.value is None or b.value is None:
        return a if b.value is None else b
    if a.value == b.value:
        return End(a.value, a.open or b.open)
    return b if (a.value < b.value) is lower else a


def _below(low: End, high: End) -> bool:
    under, over = low.value, high.value
    if under is None or over is None:
        return True
    # Twice as fast as to ask the fractions, and asked more often than anything else.
    apart = over.numerator * under.denominator - under.numerator * over.denominator
    return apart > 0 or (apart == 0 and not (low.open or high.open))


def _sum(a: End, b: End) -> End:
    if a.value is None or b.value is None:
        return UNBOUNDED
    return End(a.value + b.value, a.open or b.open)


def _negated(end: End) -> End:
    return UNBOUNDED if end.value is None else End(-end.value, end.open)


def _signed(interval: Interval) -> tuple[tuple[End, int], tuple[End, int]]:
    return (interval.low, -1), (interval.high, 1)


def _times(a: End, sign_a: int, b: End, sign_b: int) -> tuple[Fraction | float, bool]:
    # A closed zero absorbs everything, an unbounded end included; an open
    # zero times an unbounded end has no finite bound but approaches zero
    # only in the limit, so the conservative bound is a closed zero too.
    if a.value == 0 or b.value == 0:
        open_ = (a.value != 0 or a.open) and (b.value != 0 or b.open)
        both_bounded = a.value is not None and b.value is not None
        return ZERO, open_ and both_bounded
    if a.value is None or b.value is None:
        first = sign_a if a.value is None else (1 if a.value > 0 else -1)
        second = sign_b if b.value is None else (1 if b.value > 0 else -1)
        return float("inf") * first * second, True
    return a.value * b.value, a.open or b.open


def _span(corners: list[tuple[Fraction | float, bool]]) -> Interval:
    low, low_open = min(corners, key=lambda corner: (corner[0], corner[1]))
    high, high_open = max(corners, key=lambda corner: (corner[0], not corner[1]))
    return Interval(
        End(low, low_open) if isinstance(low, Fraction) else UNBOUNDED,
        End(high, high_open) if isinstance(high, Fraction) else UNBOUNDED,
    )
