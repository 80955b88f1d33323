"""
A sketch of a patient: what is asked of one, before there is one.

Quantities have bounds, attributes have words, findings have states. Each wish
narrows the sketch or shows that no patient can have it. Only in the end is one
value chosen from each, so that wishes about one measure go together.

A quantity is a measure, an event (so many days ago), or one of the two that make
an earlier result: what a measure was, and how many days before now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from service.domain.derivations import DaysSince
from service.domain.measures import AGE
from service.domain.scales import State
from service.domain.thresholds import ALWAYS, Side

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from service.domain.intervals import Interval
    from service.domain.laboratory import Flag
    from service.domain.vocabulary import Vocabulary


class Printed(NamedTuple):
    """What the laboratory prints beside a result: limits, or a flag."""

    low: Fraction | None = None
    high: Fraction | None = None
    flag: Flag | None = None


BARE = Printed()
"""Of a result that must come without a range."""


def earlier(measure: str) -> str:
    """Return the quantity that is an earlier value of a measure; no name of the vocabulary holds a space."""
    return f"earlier {measure}"


def days_before(measure: str) -> str:
    """Return the quantity that is the days from an earlier value of a measure to now."""
    return f"days from earlier {measure}"


@dataclass(frozen=True, slots=True)
class Sketch:
    """
    What is asked of a patient.

    Attributes:
        words: The vocabulary.

        bounds: For each quantity that is to be known, the values it may have.

        attributes: For each attribute that is to be stated, the values it may have.

        findings: States of observed findings; unknown for one that must not be stated.

        given: States of the findings that rules give, where one is asked for.

        missing: Quantities that must not be known.

        printed: For results whose range matters, what the laboratory prints beside them.
    """

    words: Vocabulary
    bounds: Mapping[str, Interval] = field(default_factory=dict)
    attributes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    findings: Mapping[str, State] = field(default_factory=dict)
    given: Mapping[str, State] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    printed: Mapping[str, Printed] = field(default_factory=dict)

    def bounded(self, quantity: str, bound: Interval) -> Sketch | None:
        """Return the sketch with a quantity inside a bound, or None where that cannot be."""
        if quantity in self.missing:
            return None
        both = self.bounds.get(quantity, ALWAYS).intersection(bound)
        return None if both is None else replace(self, bounds={**self.bounds, quantity: both})

    def stated(self, attribute: str, values: frozenset[str]) -> Sketch | None:
        """Return the sketch with an attribute among some values, or None where that cannot be."""
        about = self.words.attributes[attribute]
        still = self.attributes.get(attribute, frozenset(about.values)) & values
        if not still:
            return None
        found: Sketch | None = replace(self, attributes={**self.attributes, attribute: still})
        if about.otherwise is None or about.otherwise in still:
            return found
        # What applies to some patients only says who they are.
        for other, allowed in about.applies_to.items():
            found = found and found.stated(other, allowed)
        return found and (found if about.applies_age is None else found.bounded(AGE, about.applies_age))

    def observed(self, finding: str, state: State) -> Sketch | None:
        """Return the sketch with an observed finding in a state, or None where it is in another."""
        if self.findings.get(finding, state) is not state:
            return None
        return replace(self, findings={**self.findings, finding: state})

    def inferred(self, finding: str, state: State) -> Sketch | None:
        """Return the sketch with a finding that rules give in a state, or None where another is asked for."""
        if self.given.get(finding, state) is not state:
            return None
        return replace(self, given={**self.given, finding: state})

    def without(self, measure: str) -> Sketch | None:
        """Return the sketch with a measure missing, or None where it is to be known."""
        how = self.words.measures[measure].derivation
        quantity = how.event if isinstance(how, DaysSince) else measure
        return None if quantity in self.bounds else replace(self, missing=self.missing | {quantity})

    def ranged(self, measure: str, side: Side, limit: Fraction) -> Sketch | None:
        """Return the sketch with a laboratory's limit beside a result, or None where there is another, or none."""
        there = self.printed.get(measure)
        if there == BARE:
            return None
        before = there or BARE
        if (before.low if side is Side.LOW else before.high) not in {None, limit}:
            return None
        beside = before._replace(low=limit) if side is Side.LOW else before._replace(high=limit)
        if beside.low is not None and beside.high is not None and beside.low > beside.high:
            return None
        return replace(self, printed={**self.printed, measure: beside})

    def bare(self, measure: str) -> Sketch | None:
        """Return the sketch with a result that has no laboratory's range, or None where it has one."""
        if self.printed.get(measure, BARE) != BARE:
            return None
        return replace(self, printed={**self.printed, measure: BARE})

    def flagged(self, measure: str, flag: Flag) -> Sketch:
        """Return the sketch with a flag in place of a laboratory's range."""
        return replace(self, printed={**self.printed, measure: Printed(flag=flag)})

    def freed(self, quantity: str) -> Sketch:
        """Return the sketch with nothing asked of a quantity."""
        return replace(self, bounds={name: bound for name, bound in self.bounds.items() if name != quantity})


def some(sketch: Sketch | None) -> Iterator[Sketch]:
    """Yield a sketch, if there is one."""
    if sketch is not None:
        yield sketch
