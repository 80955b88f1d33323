"""
Counts: so many of several comparisons hold, and so many fail.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING

from service.domain.derivations import CountOf
from service.domain.rules import Comparison
from service.domain.thresholds import Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from service.application.generated.edges import Edge
    from service.domain.intervals import Interval
    from service.domain.release import Release
    from service.domain.rules import Condition, Group


@dataclass(frozen=True, slots=True)
class Tally:
    """
    Several comparisons, of which so many hold.

    Attributes:
        votes: The comparisons.

        least, most: How many of them may be true.

        edge: The limit that the count is compared with, where it is to be the patient's; else None.
    """

    votes: tuple[Comparison, ...]
    least: int
    most: int
    edge: Edge | None = None


Goal = tuple["Group | Condition | Tally", bool]
"""What is to be decided, and how."""


def votes_of(release: Release, measure: str) -> tuple[Comparison, ...]:
    """Return the comparisons that a measure counts; none where it counts nothing."""
    how = release.vocabulary.measures[measure].derivation
    if not isinstance(how, CountOf):
        return ()
    return tuple(Comparison(vote.measure, Word(vote.word), vote.threshold) for vote in how.votes)


def counted(votes: tuple[Comparison, ...], bound: Interval) -> Tally:
    """
    Return the tally by which a count lies inside a bound.

    Args:
        votes: The comparisons that are counted.

        bound: The values asked for.

    Returns:
        How many may hold; none can where the least is more than the most.
    """
    least, most = 0, len(votes)
    if bound.low.value is not None:
        least = max(least, floor(bound.low.value) + 1 if bound.low.open else ceil(bound.low.value))
    if bound.high.value is not None:
        most = min(most, ceil(bound.high.value) - 1 if bound.high.open else floor(bound.high.value))
    return Tally(votes, least, most)


def pivotal(votes: tuple[Comparison, ...], threshold: str, found: Iterable[Edge]) -> Iterator[Tally]:
    """
    Yield what makes the vote on one threshold the one that turns a count.

    Args:
        votes: The comparisons that are counted.

        threshold: Of the vote.

        found: The limits that the count is compared with.

    Yields:
        For each limit, how many of the other votes must hold.
    """
    others = tuple(vote for vote in votes if vote.threshold != threshold)
    for edge in found:
        last = ceil(edge.limit) - 1 if edge.side(under=True).high.open else floor(edge.limit)
        if 0 <= last <= len(others):
            yield Tally(others, last, last, edge)
