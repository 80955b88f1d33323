"""
A sketch of a patient: what is asked of one, before there is one.

Measures have bounds, attributes have words, findings have states. Each wish
narrows the sketch or shows that no patient can have it. Only in the end is one
value chosen from each, so that wishes about one measure go together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from service.domain.measures import AGE
from service.domain.scales import State
from service.domain.thresholds import ALWAYS

if TYPE_CHECKING:
    from service.domain.intervals import Interval
    from service.domain.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Sketch:
    """
    What is asked of a patient.

    Attributes:
        words: The vocabulary.

        bounds: For each measure that is to be known, the values it may have.

        attributes: For each attribute that is to be stated, the values it may have.

        findings: States of observed findings; unknown for one that must not be stated.

        missing: Measures that must not be known.
    """

    words: Vocabulary
    bounds: Mapping[str, Interval] = field(default_factory=dict)
    attributes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    findings: Mapping[str, State] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()

    def bounded(self, measure: str, bound: Interval) -> Sketch | None:
        """Return the sketch with a measure inside a bound, or None where that cannot be."""
        if measure in self.missing:
            return None
        both = self.bounds.get(measure, ALWAYS).intersection(bound)
        return None if both is None else replace(self, bounds={**self.bounds, measure: both})

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

    def without(self, measure: str) -> Sketch | None:
        """Return the sketch with a measure missing, or None where it is to be known."""
        return None if measure in self.bounds else replace(self, missing=self.missing | {measure})
