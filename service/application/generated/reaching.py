"""
Reaching: for whom a condition holds, solved backward over the rules.

A condition on a finding is what one of the rules that give it asks; a comparison
is a row for the patient and a side of its limit. What is found are sketches,
whose patients the reference semantics is asked about; so nothing here need be
exact, and where it finds nobody that proves nothing.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from itertools import islice, zip_longest
from typing import TYPE_CHECKING

from service.application.generated.counts import Tally, counted, votes_of
from service.application.generated.edges import between, edges
from service.application.generated.sketch import some
from service.application.generated.solving import Solving
from service.application.generated.tallying import Ballot, tallied
from service.application.generated.written import GROWN_UP
from service.domain.intervals import Interval
from service.domain.measures import AGE
from service.domain.rules import (
    AttributeTest,
    CertaintyTest,
    Comparison,
    DoubtTest,
    FindingTest,
    Group,
    KnownTest,
    Verb,
)
from service.domain.scales import State
from service.domain.thresholds import ALWAYS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.application.generated.counts import Goal
    from service.application.generated.edges import Edge
    from service.application.generated.sketch import Sketch
    from service.domain.release import Profile, Release
    from service.domain.rules import Condition, Rule
    from service.domain.thresholds import Row

STEPS = 600
"""Steps that are taken for one question."""
FEW = 4
"""Ways in which the operands of a computed measure are chosen."""


class _EnoughError(Exception):
    """As many sketches as may be drawn for one question have been."""


class Reaching:
    """
    Draws sketches of patients in one profile.

    Args:
        release: The rule set.

        profile: In which it is read.
    """

    def __init__(self, release: Release, profile: Profile) -> None:
        self.release, self.profile = release, profile
        self._solving = Solving(release, profile)
        self._edges = {name: edges(release, profile, name) for name in release.thresholds_in_use}
        self._steps = 0

    def edges(self, threshold: str) -> tuple[Edge, ...]:
        """Return the limits of a threshold that a patient can stand at."""
        return self._edges[threshold]

    def begin(self) -> None:
        """Begin another question, with as many steps as the one before had."""
        self._steps = STEPS

    def all_of(self, goals: Sequence[Goal], sketch: Sketch) -> Iterator[Sketch]:
        """Yield sketches in which each of several goals is met."""
        with suppress(_EnoughError):
            yield from self._all_of(sorted(goals, key=lambda goal: not _narrows(goal[0], wanted=goal[1])), sketch)

    def meet(self, node: Group | Condition | Tally, sketch: Sketch, *, wanted: bool) -> Iterator[Sketch]:
        """Yield sketches in which a condition, or a group of them, is true or false."""
        with suppress(_EnoughError):
            yield from self._meet(node, sketch, wanted=wanted)

    def stand(self, edge: Edge, bound: Interval, sketch: Sketch) -> Iterator[Sketch]:
        """Yield sketches of patients for whom a limit is, with a value inside a bound."""
        with suppress(_EnoughError):
            yield from self._stand(edge, bound, sketch)

    def placed(self, edge: Edge, sketch: Sketch) -> Iterator[Sketch]:
        """Yield sketches of patients for whom a limit is."""
        with suppress(_EnoughError):
            yield from self._placed(edge, sketch)

    def rests_on(self, edge: Edge) -> tuple[str, ...]:
        """Return the quantities that the value beside a limit is made of."""
        return self._solving.rests_on(edge.compares)

    def moved(self, edge: Edge, bound: Interval, sketch: Sketch, quantity: str) -> Sketch | None:
        """Return the sketch with the value moved into a bound by one of these, or None where that cannot be."""
        return next(self._solving.solved(edge.compares, bound, sketch.freed(quantity)), None)

    # -- a step each -------------------------------------------------------

    def _all_of(self, goals: Sequence[Goal], sketch: Sketch) -> Iterator[Sketch]:
        if not goals:
            yield sketch
            return
        (node, wanted), *rest = goals
        for found in self._meet(node, sketch, wanted=wanted):
            yield from self._all_of(rest, found)

    def _step(self) -> None:
        self._steps -= 1
        if self._steps < 0:
            raise _EnoughError

    def _meet(self, node: Group | Condition | Tally, sketch: Sketch, *, wanted: bool) -> Iterator[Sketch]:
        self._step()
        if isinstance(node, Tally):
            yield from self._count(node, sketch)
        elif isinstance(node, Group):
            yield from self._group(node, sketch, wanted=wanted)
        elif isinstance(node, Comparison):
            yield from self._compare(node, sketch, wanted=wanted)
        elif isinstance(node, AttributeTest):
            every = frozenset(self.release.vocabulary.attributes[node.attribute].values)
            values = node.values if wanted is not node.negated else every - node.values
            yield from some(sketch.stated(node.attribute, values))
        elif isinstance(node, FindingTest):
            for state in (node.state,) if wanted else _others(node.state):
                yield from self._find(node.finding, state, sketch)
        elif isinstance(node, CertaintyTest):
            yield from self._claim(node, sketch, wanted=wanted)
        elif isinstance(node, DoubtTest):
            # Who casts a doubt sees what was received: findings there may be others than those after it.
            for found in self._meet(self.release.rules[node.rule].when, replace(sketch, given={}), wanted=wanted):
                yield replace(found, given=sketch.given)
        else:
            yield from self._know(node.measure, sketch, known=node.known is wanted)

    def _find(self, finding: str, state: State, sketch: Sketch) -> Iterator[Sketch]:
        about = self.release.vocabulary.findings[finding]
        asked = sketch.observed(finding, state) if about.observed else sketch.inferred(finding, state)
        if about.observed or asked is None:
            yield from some(asked)
        elif state is State.UNKNOWN:
            yield asked
            yield from self._undecided(finding, asked)
        else:
            verb = Verb.ESTABLISH if state is State.PRESENT else Verb.RULE_OUT
            for rule in self._giving(finding, verb):
                yield from self._meet(rule.when, asked, wanted=True)
            if state is State.ABSENT and about.closes:
                failing = [(rule.when, False) for rule in self._giving(finding, Verb.ESTABLISH)]
                yield from self._all_of(failing, asked)

    def _undecided(self, finding: str, sketch: Sketch) -> Iterator[Sketch]:
        """Yield sketches in which an estimate leaves open what establishes a finding."""
        conditions = (one for rule in self._giving(finding, Verb.ESTABLISH) for one in rule.when.conditions())
        for one in conditions:
            for edge in self._edges[one.threshold] if isinstance(one, Comparison) else ():
                for placed in islice(self._placed(edge, sketch), 1):
                    yield from islice(self._solving.astride(edge.compares, edge.limit, placed), 1)

    def _stand(self, edge: Edge, bound: Interval, sketch: Sketch) -> Iterator[Sketch]:
        self._step()
        for placed in self._placed(edge, sketch):
            yield from islice(self._solve(edge.compares, bound, placed), FEW)

    def _solve(self, measure: str, bound: Interval, sketch: Sketch) -> Iterator[Sketch]:
        votes = votes_of(self.release, measure)
        if votes:
            yield from self._count(counted(votes, bound), sketch)
        else:
            yield from self._solving.solved(measure, bound, sketch)

    def _count(self, tally: Tally, sketch: Sketch) -> Iterator[Sketch]:
        for placed in (sketch,) if tally.edge is None else self._placed(tally.edge, sketch):
            yield from self._tallied(tally, placed)

    def _tallied(self, tally: Tally, sketch: Sketch) -> Iterator[Sketch]:
        ballots = []
        for vote in tally.votes:
            # Which row a vote goes by seldom hangs on the others: the first that the patient may have will do.
            placed = ((edge, one) for edge in self._edges[vote.threshold] for one in self._placed(edge, sketch))
            edge, sketch = next(placed, (None, sketch))
            if edge is not None:
                side = edge.side(under=vote.word.holds_under)
                ballots.append(Ballot(edge.compares, side, self.rests_on(edge)))
        yield from islice(tallied(self._solving, ballots, tally, sketch), FEW)

    def _placed(self, edge: Edge, sketch: Sketch) -> Iterator[Sketch]:
        for found in self._in_row(edge.row, sketch):
            if edge.printed:
                yield from some(found.ranged(edge.compares, edge.threshold.side, edge.limit))
            elif edge.instead_of is not None:
                measure, row = edge.instead_of
                bare = found.bare(measure)
                yield from self._in_row(row, bare) if bare is not None else ()
            else:
                yield found

    def _in_row(self, row: Row, sketch: Sketch) -> Iterator[Sketch]:
        found: Sketch | None = sketch
        for attribute, values in row.attributes.items():
            found = found and found.stated(attribute, values)
        for quantity, band in row.bands.items():
            found = found and found.bounded(quantity, band)
        if found is not None:
            yield from self._find(*row.finding, found) if row.finding else (found,)

    def _group(self, group: Group, sketch: Sketch, *, wanted: bool) -> Iterator[Sketch]:
        needed = group.needed if wanted else len(group.members) - group.needed + 1
        members = sorted(group.members, key=lambda member: not _narrows(member, wanted=wanted))
        yield from self._some_of(members, needed, sketch, wanted=wanted)

    def _some_of(
        self, members: Sequence[Group | Condition], needed: int, sketch: Sketch, *, wanted: bool
    ) -> Iterator[Sketch]:
        if needed > len(members):
            return
        if needed == 0:
            yield sketch
            return
        first, *rest = members
        for found in self._meet(first, sketch, wanted=wanted):
            yield from self._some_of(rest, needed - 1, found, wanted=wanted)
        yield from self._some_of(rest, needed, sketch, wanted=wanted)

    def _compare(self, one: Comparison, sketch: Sketch, *, wanted: bool) -> Iterator[Sketch]:
        found = self._edges[one.threshold]
        for edge in sorted(found, key=lambda edge: not edge.row.band(AGE).meets(Interval.exactly(GROWN_UP))):
            yield from self._stand(edge, edge.side(under=one.word.holds_under is wanted), sketch)

    def _know(self, measure: str, sketch: Sketch, *, known: bool) -> Iterator[Sketch]:
        if not known:
            yield from some(sketch.without(measure))
            return
        every = (edge for found in self._edges.values() for edge in found)
        for bound in (*between(every, measure), ALWAYS):
            yield from islice(self._solve(measure, bound, sketch), FEW)

    def _claim(self, one: CertaintyTest, sketch: Sketch, *, wanted: bool) -> Iterator[Sketch]:
        if not wanted:
            yield sketch
        claims = [(rule, rule.then.certainty) for rule in self._giving(one.conclusion, Verb.CONCLUDE)]
        giving = [
            rule for rule, claim in claims if claim and (claim.is_for and claim.force >= one.least.force) is wanted
        ]
        # What is asked besides may go with one of the rules only.
        for several in zip_longest(*(self._meet(rule.when, sketch, wanted=True) for rule in giving)):
            yield from (found for found in several if found is not None)

    def _giving(self, name: str, verb: Verb) -> list[Rule]:
        rules = (rule for rule in self.release.giving.get(name, ()) if rule.then.verb is verb)
        return [rule for rule in rules if not rule.profiles or self.profile.id in rule.profiles]


def _narrows(node: Group | Condition | Tally, *, wanted: bool) -> bool:
    """Return whether nothing is drawn for a goal, so that asked first it cuts what is drawn for others."""
    if isinstance(node, FindingTest):
        return wanted and node.state is State.UNKNOWN
    return isinstance(node, KnownTest) and node.known is not wanted


def _others(state: State) -> tuple[State, ...]:
    if state is State.UNKNOWN:
        return State.PRESENT, State.ABSENT
    return (State.ABSENT if state is State.PRESENT else State.PRESENT,)
