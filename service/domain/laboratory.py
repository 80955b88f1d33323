"""
What a laboratory says beside a result: its own limits, and on which side of them the result lies.

The limits belong to the range: a result that equals one is inside. A flag tells where
a result lies without telling the limit, so it decides a comparison by its sign alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from service.domain.intervals import UNBOUNDED, End, Interval
from service.domain.thresholds import ALWAYS, Side

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from service.domain.quantities import Quantity


class Flag(StrEnum):
    """The interpretation that a laboratory prints beside a result, in the letters of HL7."""

    LOW = "L"
    NORMAL = "N"
    HIGH = "H"


EVERY_FLAG = frozenset(Flag)

INTERPRETATIONS: Mapping[str, Flag | None] = {
    "L": Flag.LOW, "LL": Flag.LOW, "LU": Flag.LOW, "N": Flag.NORMAL,
    "H": Flag.HIGH, "HH": Flag.HIGH, "HU": Flag.HIGH, "A": None, "AA": None,
}  # fmt: skip
"""
Codes of HL7 table 0078 that may stand beside a number, and where each says that it lies.

What is critically or significantly low is low. A and AA call a value abnormal without telling the side: nothing
is guessed from them. ``<`` and ``>``, off the scale of the instrument, are comparators of the value itself; the
others speak of changes in time, or of microbes.
"""

_OVER = Interval.of(0, None, low_open=True)
_UNDER = Interval.of(None, 0, high_open=True)
_DISTANCE = {
    (Side.LOW, Flag.LOW): _UNDER,
    (Side.LOW, Flag.NORMAL): Interval.of(0, None),
    (Side.LOW, Flag.HIGH): _OVER,
    (Side.HIGH, Flag.LOW): _UNDER,
    (Side.HIGH, Flag.NORMAL): Interval.of(None, 0),
    (Side.HIGH, Flag.HIGH): _OVER,
}
"""Value minus the limit on a side, as far as a flag tells."""

_BEYOND = {Side.LOW: Flag.LOW, Side.HIGH: Flag.HIGH}
"""The flag of a value on the abnormal side of the limit on a side."""


@dataclass(frozen=True, slots=True)
class GivenReference:
    """
    A reference range as the caller sent it, in the unit of its result.

    Attributes:
        low, high: Its limits, which belong to it; None where the laboratory prints none.

        pointer: JSON Pointer to it.

        attributes: Words for whom it was given, by attribute, each with its pointer.

        age_from, age_to: Ages it was given for, the first included and the last not, each with its pointer.
    """

    low: Fraction | None
    high: Fraction | None
    pointer: str
    attributes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    age_from: tuple[Quantity, str] | None = None
    age_to: tuple[Quantity, str] | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """
    The laboratory's limits for one value, in the canonical unit.

    Attributes:
        low, high: The limits; None where the laboratory told none.

        flags: The flags that the value may have; every one where none was printed.

        flag: What was printed, for people; empty where nothing was.

        ages: Ages in months that the range was given for.

        attributes: Values of each attribute that it was given for.
    """

    low: Fraction | None
    high: Fraction | None
    flags: frozenset[Flag] = EVERY_FLAG
    flag: str = ""
    ages: Interval = ALWAYS
    attributes: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def limit(self, side: Side) -> Fraction | None:
        """Return the limit on a side, or None where the laboratory told none."""
        return self.low if side is Side.LOW else self.high

    def tells(self, side: Side) -> bool:
        """Return whether a value can be compared with the limit on a side: by a number, or by a flag."""
        return self.limit(side) is not None or bool(self.flag)

    def distance(self, side: Side) -> Interval:
        """Return value minus the limit on a side, as far as the flags tell; for a limit that is not a number."""
        return _hull([_DISTANCE[side, flag] for flag in Flag if flag in self.flags])

    def calls_normal(self, side: Side) -> bool:
        """Return whether a flag was printed by which the value may be on the normal side of the limit on a side."""
        return bool(self.flag) and self.flags != {_BEYOND[side]}

    def without_flag(self) -> Reference | None:
        """Return its limits alone; None where there are none."""
        return None if self.low is None and self.high is None else replace(self, flags=EVERY_FLAG, flag="")

    def without_limit(self, side: Side) -> Reference:
        """Return it without its limit on a side."""
        return replace(self, low=None) if side is Side.LOW else replace(self, high=None)

    def settled(self) -> Reference | None:
        """
        Return what a range and its flag tell where the range has not both limits; None where they tell nothing.

        A flag was set against the limits of its range, so where one is not known it tells no more than that
        the value lies beyond that one.
        """
        unknown = {_BEYOND[side] for side in Side if self.limit(side) is None}
        keeps = not unknown or (len(self.flags) == 1 and self.flags <= unknown)
        return self if keeps else self.without_flag()

    @property
    def region(self) -> Interval:
        """The values that may have one of the flags."""
        low, high = (UNBOUNDED if one is None else End(one, open=False) for one in (self.low, self.high))
        below = low if self.low is not None else high
        above = high if self.high is not None else low
        of_flag = {
            Flag.LOW: Interval(UNBOUNDED, below._replace(open=True)),
            Flag.NORMAL: Interval(low, high),
            Flag.HIGH: Interval(above._replace(open=True), UNBOUNDED),
        }
        return _hull([of_flag[flag] for flag in Flag if flag in self.flags])

    def within(self, value: Interval) -> Interval:
        """Return the values of an interval that the flags allow; intake keeps no flag that allows none."""
        return value if self.flags == EVERY_FLAG else value.intersection(self.region) or value

    def allows(self, age: Interval, possible: Mapping[str, frozenset[str]]) -> bool:
        """Return whether the range may have been given for a patient of such an age and such attributes."""
        return self.ages.meets(age) and all(values & possible[name] for name, values in self.attributes.items())


def _hull(intervals: list[Interval]) -> Interval:
    whole = intervals[0]
    for one in intervals[1:]:
        whole = whole.hull(one)
    return whole


def opened(flags: frozenset[Flag], *, upward: bool) -> frozenset[Flag]:
    """
    Return the flags that the true value may have where the reported one may lie to one side of it.

    Args:
        flags: Of the reported value.

        upward: Whether the true value is at least the reported one; else it is at most that.

    Returns:
        These and all beyond them.
    """
    order = list(Flag)
    places = [order.index(flag) for flag in flags]
    return frozenset(order[min(places) :] if upward else order[: max(places) + 1])
