"""
Turning: what must hold besides, so that one condition, or one vote of a count, decides.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from service.application.generated.counts import pivotal, votes_of
from service.application.generated.sketch import Sketch
from service.domain.rules import Comparison, Group

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from service.application.generated.counts import Goal
    from service.application.generated.edges import Edge
    from service.application.generated.reaching import Reaching
    from service.domain.intervals import Interval


class Way(NamedTuple):
    """
    One way in which a limit decides.

    Attributes:
        before: What must hold besides.

        votes: What must hold of the other votes, where the limit is that of a vote; they go by what
            the value is made of too, so they are looked for after it.
    """

    before: list[Goal]
    votes: list[Goal]

    def at(self, reach: Reaching, edge: Edge, value: Interval, base: Sketch) -> Iterator[Sketch]:
        """Yield sketches of patients of whom the rest holds already, with a value at a limit."""
        for sketch in reach.stand(edge, value, base):
            yield from reach.all_of(self.votes, sketch)

    def apart(self, reach: Reaching, edge: Edge, value: Interval) -> Iterator[Sketch]:
        """Yield sketches of patients with a value at a limit, and then with the rest."""
        for sketch in reach.stand(edge, value, Sketch(reach.release.vocabulary)):
            yield from reach.all_of([*self.before, *self.votes], sketch)


def ways(reach: Reaching, group: Group, threshold: str) -> list[Way]:
    """
    Return the ways in which a limit turns a group.

    Args:
        reach: For the limits, in one profile.

        group: Of conditions.

        threshold: Of which it is a limit.

    Returns:
        None where no condition compares with the threshold, nor counts a vote that does.
    """
    found = []
    for place, one in enumerate(group.conditions()):
        if not isinstance(one, Comparison):
            continue
        votes = votes_of(reach.release, one.measure)
        tallies: list[list[Goal]] = [[]] if one.threshold == threshold else []
        if any(vote.threshold == threshold for vote in votes):
            tallies += [[(tally, True)] for tally in pivotal(votes, threshold, reach.edges(one.threshold))]
        for tally in tallies:
            found += [Way(goals, tally) for goals in goals_of(reach, turning(group, place))]
    return found


def goals_of(reach: Reaching, ways: Iterable[list[Goal]]) -> Iterator[list[Goal]]:
    """Yield lists of goals, each for patients in the scope, then each for whoever they are."""
    listed = list(ways)
    yield from ([(reach.release.ruleset.scope, True), *goals] for goals in listed)
    yield from listed


def turning(group: Group, place: int) -> Iterator[list[Goal]]:
    """
    Yield what makes a group turn on one condition.

    Args:
        group: The group.

        place: Of the condition, counted as they are written.

    Yields:
        What must hold of the others: so many that the condition is the one that lacks.
    """
    start = 0
    for number, member in enumerate(group.members):
        size = len(tuple(member.conditions())) if isinstance(member, Group) else 1
        if start <= place < start + size:
            others = [other for other in range(len(group.members)) if other != number]
            for chosen in combinations(others, group.needed - 1):
                goals: list[Goal] = [(group.members[other], other in chosen) for other in others]
                for inner in turning(member, place - start) if isinstance(member, Group) else ([],):
                    yield goals + inner
        start += size
