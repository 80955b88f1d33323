"""
Edges: the limits that a patient can stand at in one profile, each with what makes it the one that holds.

A number is there for whoever its row is for. The laboratory's own limit is there once it
is printed beside the result, and the number that stands in for it once it is not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from service.application.generated.chosen import last_place, values_of
from service.application.in_words import limit_words
from service.domain.intervals import Interval
from service.domain.measures import AGE
from service.domain.thresholds import ALWAYS, Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from service.domain.release import Profile, Release
    from service.domain.thresholds import Choice, Row, Threshold

SPREAD = (Fraction(1), Fraction(4, 5), Fraction(5, 4))
"""What a laboratory may print, as parts of the number that others have published."""


@dataclass(frozen=True, slots=True)
class Edge:
    """
    One limit.

    Attributes:
        threshold: Of which it is one.

        compares: The measure whose value is compared.

        row: For whom it is; its limit is a number, though it may be the laboratory's.

        text: The row and its limit as people read them.

        printed: Whether the laboratory prints it beside the result.

        instead_of: The measure and the row that want a laboratory's range, for a result without one; or None.
    """

    threshold: Threshold
    compares: str
    row: Row
    text: str
    printed: bool = False
    instead_of: tuple[str, Row] | None = None

    @property
    def limit(self) -> Fraction:
        """The number."""
        return self.row.limit or Fraction(0)

    def side(self, *, under: bool) -> Interval:
        """Return the values on one side of the limit."""
        equal_is_under = (self.threshold.side is Side.LOW) is self.row.equal_is_abnormal
        if under:
            return Interval.of(None, self.limit, high_open=not equal_is_under)
        return Interval.of(self.limit, None, low_open=equal_is_under)


def edges(release: Release, profile: Profile, name: str) -> tuple[Edge, ...]:
    """
    Return the limits of a threshold.

    Args:
        release: Of the threshold.

        profile: For its choice.

        name: Of the threshold.

    Returns:
        One for each row with a number; for a row with the laboratory's limit one for each number that is tried.
    """
    threshold = release.numbers.thresholds[name]
    choice, *others = release.choices(profile, name)
    found = [edge for row in choice.rows for edge in _of_row(release, threshold, choice, row)]
    wanting = [row for row in choice.rows if row.laboratory]
    for other in others:
        for row in other.rows:
            wants = next((one for one in wanting if _meet(one, row)), None)
            if row.limit is not None and wants is not None:
                text = f"{row.text}, {limit_words(threshold, row)}, without a laboratory's range"
                found.append(Edge(threshold, other.compares, row, text, instead_of=(choice.compares, wants)))
    return tuple(found)


def _meet(one: Row, other: Row) -> bool:
    """Return whether a patient may have both rows."""
    shared = one.attributes.keys() & other.attributes.keys()
    return all(one.attributes[name] & other.attributes[name] for name in shared) and all(
        one.band(name).meets(other.band(name)) for name in one.bands.keys() & other.bands.keys()
    )


def _of_row(release: Release, threshold: Threshold, choice: Choice, row: Row) -> Iterator[Edge]:
    text = f"{row.text}, {limit_words(threshold, row)}"
    if row.limit is not None:
        yield Edge(threshold, choice.compares, row, text)
    elif row.laboratory:
        for limit in _printed(release, threshold, choice, row):
            yield Edge(threshold, choice.compares, replace(row, limit=limit), text, printed=True)


def _printed(release: Release, threshold: Threshold, choice: Choice, row: Row) -> Iterator[Fraction]:
    """Yield what a laboratory may print: what others have published for such patients, less and more."""
    others = (other for other in threshold.choices.values() if other is not choice)
    limits = (one.limit for other in others for one in other.rows if one.band(AGE).meets(row.band(AGE)))
    usual = values_of(release.vocabulary.measures[choice.compares], ALWAYS)
    limit = next((one for one in limits if one is not None), None) or next(usual, Fraction(1))
    yield from (limit * part for part in SPREAD)


def between(found: Iterable[Edge], measure: str) -> Iterator[Interval]:
    """Yield what lies between two limits of a measure that follow each other: there most is left open."""
    limits = sorted({edge.limit for edge in found if edge.compares == measure})
    yield from (Interval.of(*ends, low_open=True, high_open=True) for ends in pairwise(limits))


def rare(release: Release) -> frozenset[str]:
    """Return the measures that have limits where values are not usual, so that intake remarks on who is near them."""
    thresholds = (release.numbers.thresholds[name] for name in release.thresholds_in_use)
    choices = (choice for threshold in thresholds for choice in threshold.choices.values())
    found = set()
    for choice in choices:
        usual = release.vocabulary.measures[choice.compares].usual
        limits = [row.limit for row in choice.rows if row.limit is not None]
        around = [limit + step for limit in limits for step in (-last_place(limit), last_place(limit))]
        if usual is not None and not all(usual.meets(Interval.exactly(value)) for value in around):
            found.add(choice.compares)
    return frozenset(found)
